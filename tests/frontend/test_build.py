"""The build of the pages' scripts: what it makes, when it makes it, and what is left when it cannot."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "server" / "frontend"

needs_node = pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed")


#: How npm says that it got nothing from its registry; any other failure may be one of ours.
_UNREACHABLE = re.compile(r"npm error code (E(NOTFOUND|AI_AGAIN|CONN\w+|TIMEDOUT|NETUNREACH|5\d\d|429)|ERR_SOCKET\w+)")


def needs_registry(output: str) -> None:
    """Skips the test where npm says that it could not reach its registry."""
    if found := _UNREACHABLE.search(output):
        pytest.skip(f"npm could not reach its registry: {found[0]}")


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sources that a test may break."""
    return Path(shutil.copytree(FRONTEND, tmp_path / "frontend", ignore=shutil.ignore_patterns("node_modules")))


@needs_node
def test_every_page_becomes_a_script_whose_name_holds_its_hash(hook: ModuleType, copy: Path, tmp_path: Path) -> None:
    try:
        hook.build(copy, tmp_path / "bundle")
    except subprocess.CalledProcessError as problem:
        needs_registry(problem.stdout)
        raise
    manifest = json.loads((tmp_path / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest) == sorted(path.parent.name for path in (copy / "src").glob("*/index.ts"))
    for row in manifest.values():
        assert (tmp_path / "bundle" / row["script"]).stat().st_size > 0


@needs_node
def test_a_build_that_fails_says_where_and_leaves_the_former_bundle(
    hook: ModuleType, copy: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "manifest.json").write_text("{}", encoding="utf-8")
    (copy / "src" / "page" / "index.ts").write_text("const = 1;\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        hook.build(copy, bundle)
    needs_registry(caught.value.stdout)
    assert "src/page/index.ts:1" in caught.value.stdout
    assert [path.name for path in bundle.iterdir()] == ["manifest.json"]


def test_the_hash_of_the_inputs_changes_with_any_of_them(hook: ModuleType, copy: Path) -> None:
    before = hook.digest(copy)
    assert hook.digest(copy) == before
    (copy / "src" / "page" / "more.ts").write_text("export {};\n", encoding="utf-8")
    assert hook.digest(copy) != before


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (FRONTEND / "package-lock.json").read_text(encoding="utf-8")


@needs_node
def test_the_types_of_the_scripts_are_right(copy: Path) -> None:
    command = ["npm", "ci", "--ignore-scripts"]
    installed = subprocess.run(command, cwd=copy, check=False, capture_output=True, text=True, timeout=1_200)
    needs_registry(installed.stderr)
    assert installed.returncode == 0, installed.stderr
    done = subprocess.run(["npx", "tsc", "--noEmit"], cwd=copy, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
