"""An invented world with a harvest in it, for commands that work on one."""

from pathlib import Path

import pytest

from deepgenealogy.sources.harvested import COLUMNS


@pytest.fixture
def harvested_root(fabricated_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented world with a harvest of two architectures and one candidate."""
    folder = fabricated_root / "data" / "harvested" / "transformers"
    folder.mkdir(parents=True)
    place = "transformers/models/x/modeling_x.py"
    tables = {
        "packages": "transformers\t9.0.0\tcode\t0\t2021-05-02",
        "architectures": f"gravel\tGravel\t2\t{place}\t1\nsand\tSand\t2\t{place}\t2",
        "dates": f"gravel\t2021-05-02\trelease\t{place}\t1\nsand\t2021-06-02\trelease\t{place}\t2",
        "reuse": f"sand\tgravel\tinherits\tSandLayer\tGravelLayer\tlayer\t{place}\t3\n"
        f"sand\tgravel\tinherits\tSandAttention\tGravelAttention\tattention\t{place}\t4",
    }
    for name, rows in tables.items():
        (folder / f"{name}.tsv").write_text("\t".join(COLUMNS[name].split()) + f"\n{rows}\n", encoding="utf-8")
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(fabricated_root))
    return fabricated_root
