"""`deepgenealogy export FILE` and `deepgenealogy lineage A --with B`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deepgenealogy.cli import main
from deepgenealogy.engine.embedded import EmbeddedEngine
from deepgenealogy.engine.interface import Answer, HasLeft, Question, stays
from deepgenealogy.errors import Busy
from deepgenealogy.export import FILES

pytestmark = pytest.mark.usefixtures("commands_read")


def ran(*arguments: str) -> Result:
    """What became of `deepgenealogy` with these arguments."""
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_exported_by_its_name(name: str, written: dict[str, str], tmp_path: Path) -> None:
    assert ran("export", name, "-o", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / name).read_bytes().decode() == written[name]


def test_an_unknown_file_is_refused_with_the_names_of_all() -> None:
    result = ran("export", "papers.bibtex")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in FILES)


def test_a_comparison_shows_the_common_ancestors_unless_told_otherwise() -> None:
    result = ran("lineage", "densenet", "--with", "u-net")
    assert result.stdout.splitlines()[:2] == [
        "Common ancestors of DenseNet and U-Net",
        "  VGGNet (2014-09-04)  nearest",
    ]


def test_a_line_is_shown_derivation_by_derivation() -> None:
    assert ran("lineage", "u-net", "--with", "resnet", "--show", "line").stdout.splitlines()[1:] == [
        "  U-Net extends FCN [arxiv-1505.04597, high]",
        "  FCN applies to new domain VGGNet [arxiv-1411.4038, high]",
        "  ResNet extends VGGNet [arxiv-1512.03385, high]",
    ]


def test_a_picture_comes_from_the_command_line() -> None:
    assert ran("lineage", "u-net", "--format", "svg").stdout.startswith("<svg ")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--show", "line"], "--with"),
        (["--with", "gan", "--depth", "0"], "--depth"),
        (["--with", "gan", "--direction", "ancestors"], "--direction"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str], word: str) -> None:
    result = ran("lineage", "u-net", *arguments)
    assert result.exit_code == 2
    assert word in result.stderr


class _Refusing(EmbeddedEngine):
    """An engine that takes no question."""

    def __init__(self) -> None:
        """Nothing is held."""

    def ask(self, question: Question, has_left: HasLeft = stays) -> Answer:
        raise Busy("every worker is taken", retry_after_s=1)


@pytest.mark.parametrize("name", FILES)
def test_a_refusal_comes_before_the_first_piece(name: str) -> None:
    with pytest.raises(Busy):
        FILES[name].write(_Refusing())
