"""The documentation under test: its commands are run, and every command, setting and question appears in it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepgenealogy.cli import MODULE_OF
from deepgenealogy.engine.snapshot import Snapshot
from deepgenealogy.settings import SETTINGS
from deepgenealogy.sources.shapes import CERTAINTIES, GROUNDS, READINGS
from deepgenealogy.vocabulary import DERIVATION_KINDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUAL = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def console_blocks(text: str) -> Iterator[tuple[str, str]]:
    """The commands of the console blocks, each with the output shown."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            open_quote = lines[0].count("'") % 2
            length = next((n for n, line in enumerate(lines[1:], 2) if line.endswith("'")), 1) if open_quote else 1
            yield "\n".join(lines[:length]), "\n".join(lines[length:]).strip()


COMMANDS = dict(console_blocks(README))
RUNNABLE = [command for command in COMMANDS if command.startswith("deepgenealogy ") and "serve" not in command]
SERVED = [command for command in COMMANDS if command.startswith("curl ")]


def output_of(command: str, real_snapshot: Snapshot) -> str:
    """What a shell prints for `command`, with the command line of this environment and the snapshot at hand."""
    folder = Path(sys.executable).parent
    called = "from deepgenealogy.cli import main; main(prog_name='deepgenealogy')"
    script = f'deepgenealogy() {{ "{sys.executable}" -c "{called}" "$@"; }}\n{command}'
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "server"),
        "DEEPGENEALOGY_STORE": str(real_snapshot.folder.parents[1]),
    }
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=environment, cwd=ROOT, check=False, timeout=1_200
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def agrees(shown: str, real: str) -> bool:
    """Whether `shown` is `real`, where a line `…` stands for any lines."""
    pattern = "\n".join(".*" if line == "…" else re.escape(line) for line in shown.splitlines())
    return re.fullmatch(pattern, real, re.DOTALL) is not None


@pytest.mark.parametrize("command", RUNNABLE)
def test_a_command_of_the_readme_prints_what_it_shows(
    command: str, real_snapshot: Snapshot, request: pytest.FixtureRequest
) -> None:
    # The longest one is run once for this and for the tests of the checks.
    is_check = command == "deepgenealogy check"
    real = request.getfixturevalue("checked") if is_check else output_of(command, real_snapshot)
    assert agrees(COMMANDS[command], real), real


@pytest.mark.parametrize("command", SERVED)
def test_a_request_of_the_readme_answers_what_it_shows(command: str, real_snapshot: Snapshot, served: str) -> None:
    real = output_of(command.replace("http://127.0.0.1:8000", served), real_snapshot)
    assert agrees(COMMANDS[command], real), real


def test_a_wrong_output_would_be_noticed() -> None:
    assert not agrees("a\n…\nc", "a\nb\nd")
    assert agrees("a\n…\nc", "a\nb\nb\nc")


def test_the_readme_has_commands_that_are_run() -> None:
    assert len(RUNNABLE) >= 4
    assert len(SERVED) >= 2


@pytest.mark.parametrize("name", sorted(MODULE_OF))
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README or f"deepgenealogy {name}" in README


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", [*DERIVATION_KINDS, *CERTAINTIES, *GROUNDS, *READINGS])
def test_every_choice_of_a_record_is_explained_in_the_manual(name: str) -> None:
    assert name in MANUAL
