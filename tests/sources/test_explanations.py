"""Explanations of published questions: how a header names one, and what is wrong with it."""

from pathlib import Path

import pytest

from deepgenealogy.errors import Finding, SourcesRefused
from deepgenealogy.sources.explanations import explained_by, read_explanations
from deepgenealogy.sources.questions import RESERVED, read_questions
from tests.conftest import CHECKOUT

QUESTION = "# explained by: line, descendant = ?younger, ancestor = ?elder\nSELECT ?elder { VALUES ?younger { 1 } }\n"
EXPLANATIONS = read_explanations(CHECKOUT)


def findings(text: str) -> list[Finding]:
    """What is wrong with how a question says that it is explained."""
    found: list[Finding] = []
    list(explained_by(text, EXPLANATIONS, "queries/q.rq", found))
    return found


def test_roles_are_read_by_key() -> None:
    (explained,) = explained_by(QUESTION, EXPLANATIONS, "queries/q.rq", [])
    assert (explained.by, dict(explained.roles)) == ("line", {"descendant": "younger", "ancestor": "elder"})


def test_a_question_may_have_several_explanations() -> None:
    assert len(list(explained_by(QUESTION * 2, EXPLANATIONS, "queries/q.rq", []))) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("by: line", "by: lines", "there is no explanation 'lines'"),
        ("descendant =", "descendent =", "has the key descendant, ancestor"),
        (", ancestor = ?elder", "", "has the key descendant, ancestor"),
        ("= ?elder", "= ?eldest", "no variable ?eldest"),
    ],
)
def test_a_wrong_header_is_found_with_its_line_and_a_cure(old: str, new: str, words: str) -> None:
    (finding,) = findings(QUESTION.replace(old, new))
    assert (finding.line, finding.rule) == (1, "question-explanation")
    assert words in finding.message
    assert "# explained by:" in finding.cure


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_explanation_has_a_key_and_is_used(name: str) -> None:
    assert EXPLANATIONS[name].key
    used = {explained.by for question in read_questions(CHECKOUT).values() for explained in question.explained}
    assert name in used


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_no_parameter_has_a_name_that_requests_use(name: str, fabricated_root: Path) -> None:
    (fabricated_root / "queries" / "q.rq").write_text(
        "# title: t\n# title@zh: t\n# summary: s\n# summary@zh: s\n"
        f"# parameter: {name}, text, m\n# parameter@zh: {name}, m\nSELECT * {{ VALUES ?{name} {{ 'x' }} }}\n",
        encoding="utf-8",
    )
    with pytest.raises(SourcesRefused, match=f"parameter '{name}' is not whole"):
        read_questions(fabricated_root)
