"""Every departure from a shape is a finding with its line and a likely cure; what is of its shape gives none."""

from pathlib import Path

import pytest

from deepgenealogy.errors import Finding
from deepgenealogy.sources.conformance import breaches
from deepgenealogy.sources.documents import read_yaml
from deepgenealogy.sources.shapes import Key

#: One key of each form, so that each form can be broken by itself.
SHAPE: dict[str, Key] = {
    "title": Key("text"),
    "author": Key("texts"),
    "label": Key("languages"),
    "fullName": Key("some-languages"),
    "alias": Key("language-lists"),
    "published": Key("date"),
    "certainty": Key("choice", choices=("high", "medium")),
    "statedIn": Key("reference", targets=("paper", "source")),
    "memberOf": Key("references", targets=("family",)),
    "derivation": Key("items", items={"parent": Key("text", required=True), "locator": Key("text")}),
}

WHOLE = """\
title: Pebbles
author:
  - Ada
label:
  en: One
  zh: 一
fullName:
  zh: 一号
alias:
  en:
    - Uno
published: 2001-02
certainty: high
statedIn: source/list
memberOf:
  - family/toys
derivation:
  - parent: a
"""

#: What is written, and the rule that it breaks, the line and the cure (a part of it).
BROKEN = [
    ("title: ''", "empty", 1, "write at least one character"),
    ("title: '  '", "empty", 1, "write at least one character"),
    ("title:", "empty", 1, "write at least one character"),
    ("title:\n  - a", "wrong-form", 1, "write one value"),
    ("title:\n  a: b", "wrong-form", 1, "write one value"),
    ("author: Ada", "wrong-form", 1, "- …"),
    ("author:\n  - Ada\n  - ''", "empty", 3, "write at least one character"),
    ("author:\n  - a: b", "wrong-form", 2, "write one value"),
    ("label: One", "wrong-form", 1, "en: … and zh: …"),
    ("label:\n  en: One", "one-language", 1, "add zh: …"),
    ("label:\n  zh: 一", "one-language", 1, "add en: …"),
    ("label:\n  en: One\n  zh: ''", "one-language", 3, "add zh: …"),
    ("label:\n  en: One\n  zh: 一\n  de: Eins", "unknown-language", 4, "en and zh"),
    ("label:\n  en: One\n  zh:\n    - 一", "wrong-form", None, ""),
    ("fullName: One", "wrong-form", 1, "en: … or zh: …"),
    ("fullName:\n  en: ''", "wrong-form", 1, "en: … or zh: …"),
    ("fullName:\n  de: Eins", "unknown-language", 2, "en and zh"),
    ("alias: Uno", "wrong-form", 1, "a list below en:"),
    ("alias:\n  en: Uno", "wrong-form", 1, "a list below en:"),
    ("alias:\n  - Uno", "wrong-form", 1, "a list below en:"),
    ("alias:\n  de:\n    - Eins", "unknown-language", 2, "en and zh"),
    ("alias:\n  en:\n    - short: Uno", "wrong-form", None, ""),
    ("alias:\n  en:\n    - ''", "empty", None, ""),
    ("published: in 2001", "bad-date", 1, "only as much of the date as is known"),
    ("published: 2001-02-30", "bad-date", 1, "only as much of the date as is known"),
    ("published: 2001-00", "bad-date", 1, "only as much of the date as is known"),
    ("published:\n  - 2001", "bad-date", 1, "only as much of the date as is known"),
    ("certainty: hihg", "unknown-choice", 1, "choose one of high, medium"),
    ("certainty:\n  - high", "unknown-choice", 1, "choose one of high, medium"),
    ("statedIn: family/toys", "bad-reference", 1, "paper/… or source/…"),
    ("statedIn: pebbles", "bad-reference", 1, "paper/… or source/…"),
    ("statedIn:\n  - paper/a", "bad-reference", 1, "paper/… or source/…"),
    ("memberOf: family/toys", "wrong-form", 1, "- …"),
    ("memberOf:\n  - family/toys\n  - paper/a", "bad-reference", 3, "family/…"),
    ("derivation: a", "wrong-form", 1, "- …"),
    ("derivation:\n  parent: a", "wrong-form", 1, "- …"),
    ("derivation:\n  - a", "wrong-form", 2, "its keys are parent, locator"),
    ("derivation:\n  - parent: a\n  - locator: b", "missing-key", 3, "add 'parent'"),
    ("derivation:\n  - parent: a\n    locater: b", "unknown-key", 3, "did you mean 'locator'?"),
    ("titel: Pebbles", "unknown-key", 1, "did you mean 'title'?"),
    ("xyzzy: Pebbles", "unknown-key", 1, "the keys here are title, author"),
]


def found(folder: Path, text: str, shape: dict[str, Key] | None = None, *, name: str = "one.yaml") -> list[Finding]:
    """What is wrong with `text` as a record of `shape`."""
    path = folder / name
    path.write_text(text + "\n", encoding="utf-8")
    return sorted(breaches(read_yaml(path, shown_as=f"data/things/{name}"), shape or SHAPE))


def test_a_record_with_a_good_value_of_every_form_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, WHOLE) == []


@pytest.mark.parametrize("form", sorted({key.form for key in SHAPE.values()}))
def test_every_form_has_a_breach_below(form: str) -> None:
    names = {name for name, key in SHAPE.items() if key.form == form}
    assert names & {text.partition(":")[0] for text, *_ in BROKEN}


@pytest.mark.parametrize(("text", "rule", "line", "cure"), BROKEN, ids=[text for text, *_ in BROKEN])
def test_a_value_that_is_not_of_its_form_is_one_finding_of_that_rule(
    tmp_path: Path, text: str, rule: str, line: int | None, cure: str
) -> None:
    assert [finding.rule for finding in found(tmp_path, text)] == [rule]


@pytest.mark.parametrize(
    ("text", "rule", "line", "cure"), [row for row in BROKEN if row[2]], ids=[row[0] for row in BROKEN if row[2]]
)
def test_a_finding_names_the_line_and_a_likely_cure(tmp_path: Path, text: str, rule: str, line: int, cure: str) -> None:
    finding = found(tmp_path, text)[0]
    assert (finding.file, finding.line) == ("data/things/one.yaml", line)
    assert cure in finding.cure


def test_an_unknown_key_names_file_line_and_a_likely_cure(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "title: Pebbles\npublishd: 2001")
    assert str(finding) == ("data/things/one.yaml:2: unknown key 'publishd'; did you mean 'published'? [unknown-key]")


@pytest.mark.parametrize(
    ("key", "cure"),
    [
        (Key("text", required=True), "text"),
        (Key("choice", required=True, choices=("a", "b")), "one of a, b"),
        (Key("languages", required=True), "a text in en and one in zh"),
        (Key("date", required=True), "YYYY-MM-DD, YYYY-MM or YYYY"),
        (Key("reference", required=True, targets=("paper",)), "such as paper/…"),
        (Key("references", required=True, targets=("task", "family")), "- task/… or family/…"),
    ],
    ids=lambda value: value.form if isinstance(value, Key) else "",
)
def test_a_missing_key_says_what_it_should_hold(tmp_path: Path, key: Key, cure: str) -> None:
    (finding,) = found(tmp_path, "other: x", {"other": Key("text"), "wanted": key})
    assert finding.rule == "missing-key"
    assert finding.cure.startswith("add 'wanted': ")
    assert cure in finding.cure


def test_a_missing_key_inside_a_list_says_where(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "derivation:\n  - parent: a\n  - locator: b")
    assert "in derivation.1" in finding.message


def test_an_optional_key_may_be_missing(tmp_path: Path) -> None:
    assert found(tmp_path, "title: Pebbles") == []


def test_a_required_list_must_not_be_empty(tmp_path: Path) -> None:
    assert len(found(tmp_path, "author: []", {"author": Key("texts", required=True)})) == 1


@pytest.mark.parametrize("slug", ["resnet", "mask-r-cnn", "arxiv-1512.03385", "c51", "10-nets"])
def test_a_slug_of_lower_case_letters_digits_hyphens_and_dots_is_good(tmp_path: Path, slug: str) -> None:
    assert found(tmp_path, "title: a", name=f"{slug}.yaml") == []


@pytest.mark.parametrize("slug", ["ResNet", "mask_r_cnn", "u net", "-net", "net-", "a--b", "残差"])
def test_a_file_name_that_is_no_slug_is_one_finding(tmp_path: Path, slug: str) -> None:
    assert [finding.rule for finding in found(tmp_path, "title: a", name=f"{slug}.yaml")] == ["bad-slug"]


def test_every_breach_of_a_record_is_found_at_once(tmp_path: Path) -> None:
    text = "titel: a\npublished: soon\nlabel:\n  en: One\ncertainty: maybe"
    assert [finding.rule for finding in found(tmp_path, text)] == [
        "unknown-key", "bad-date", "one-language", "unknown-choice"
    ]  # fmt: skip
