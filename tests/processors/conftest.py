"""jsonld.js, installed by `npm ci` from the lock file into a temporary folder, and called once for many documents."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT

HERE = Path(__file__).resolve().parent

#: Tasks (operation, input, and a context or frame) -> what jsonld.js makes of each.
Process = Callable[[Iterable[tuple[str, Any, Any]]], list[Any]]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with jsonld.js in it; the test is skipped where there is no Node or nothing to install from."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed; they run jsonld.js, the second JSON-LD processor")
    folder = tmp_path_factory.mktemp("processors")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=1_200)
    except subprocess.TimeoutExpired as problem:
        pytest.skip(f"npm could not install jsonld.js: {problem}")
    if done.returncode:
        pytest.skip(f"npm could not install jsonld.js: {done.stderr.strip()[-300:]}")
    return folder


@pytest.fixture(scope="session")
def process(installed: Path) -> Process:
    """Has jsonld.js do the tasks, all in one process."""

    def run(tasks: Iterable[tuple[str, Any, Any]]) -> list[Any]:
        path = installed / "tasks.jsonl"
        lines = (json.dumps({"op": op, "input": document, "with": own}) for op, document, own in tasks)
        path.write_text("\n".join(lines), encoding="utf-8")
        command = ["node", str(HERE / "process.js"), str(path), str(CHECKOUT / "ontology" / "context.jsonld")]
        done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False, timeout=1_200)
        assert done.returncode == 0, done.stderr[-2_000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run
