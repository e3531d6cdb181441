"""No template holds words of its own: what a reader sees comes from the table or from the graph, in one language."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from deepgenealogy.web import language
from deepgenealogy.web.kinds import KINDS
from deepgenealogy.web.language import table
from deepgenealogy.web.listings import LISTINGS
from tests.web.pages import read_page
from tests.web.test_pages import PAGES

FOLDER = Path(language.__file__).with_name("templates")
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))

#: Names that are the same in every language.
NAMES = {"JSON-LD", "JSON", "TriG", "N-Quads", "SVG", "GraphML", "Turtle", "BibTeX", "IRI", "CSV", "SPARQL", "Protocol"}

_JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W\d_]")
_SEEN = ("title", "alt", "placeholder", "aria-label", "aria-description", "data-label", "data-done")
_SILENT = ("code", "style", "script", "textarea")  # what is written in a language of machines


class BareWords(HTMLParser):
    """The words that stand in a template itself: in its text, and in attributes that are read or heard."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(_JINJA.sub(" ", template))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        for name, value in attrs:
            if name in _SEEN:
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note(data)

    def _note(self, text: str) -> None:
        self.found += [word for word in _WORD.findall(text) if word not in NAMES]


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_holds_words_of_its_own(template: str) -> None:
    assert BareWords((FOLDER / template).read_text(encoding="utf-8")).found == []


@pytest.mark.parametrize(
    "decoy",
    [
        "<h1>Facts</h1>",
        '<p>{{ t("thing.facts") }} and more</p>',
        '<input aria-label="Search">',
        "<p>基本信息</p>",
        '<img alt="The map">',
        "<script>1</script><p>Ask</p>",
    ],
)
def test_bare_words_would_be_found(decoy: str) -> None:
    assert BareWords(decoy).found


def test_what_is_no_word_is_not_found() -> None:
    fine = '<p id="facts">{{ t("a.b") }} · <code>make frontend</code> JSON-LD ({# why #}{% if x %}{% endif %}1)</p>'
    assert BareWords(fine).found == []


def keys_named(text: str) -> set[str]:
    """The keys that a template or module asks the table for, where they are written out."""
    return set(re.findall(r"""\b(?:t|words)\(\s*["']([a-z][\w.-]*[\w-])["']\s*[,)]""", text))


def test_every_key_that_templates_and_modules_name_is_in_the_table() -> None:
    texts = [path.read_text(encoding="utf-8") for path in [*FOLDER.rglob("*.html"), *FOLDER.parent.glob("*.py")]]
    named = set().union(*map(keys_named, texts))
    assert len(named) > 100
    assert sorted(named - table().keys()) == []


def test_a_key_that_is_not_in_the_table_would_be_found() -> None:
    assert keys_named("{{ t('no.such') }}") - table().keys() == {"no.such"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_thing_and_every_list_has_its_words(kind: str) -> None:
    assert {f"kind.{kind}", f"kinds.{kind}", f"lead.{kind}"} <= table().keys()
    columns = LISTINGS[kind].columns
    assert {column.words for column in columns if column.words} <= table().keys()
    assert {f"list.{column.name}" for column in columns if column.counts} <= table().keys()


def spoken(element: Element) -> Iterator[str]:
    """The texts of a page in the language that the page is in: without what says that it is in another one."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "code", "pre"):
        return
    yield element.text or ""
    for child in element:
        if child.get("lang") in (None, element.get("lang")):
            yield from spoken(child)
        yield child.tail or ""


def phrases() -> set[str]:
    """English words of the table that no name or text in Chinese would hold: two or more, with nothing to fill in."""
    rows = table().values()
    return {row["en"] for row in rows if " " in row["en"].strip() and "{" not in row["en"] and row["en"] != row["zh"]}


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_page_has_no_english_words_of_the_table(path: str, client: FlaskClient) -> None:
    page = read_page(client.get(path, headers={"Accept": "text/html", "Accept-Language": "zh"}).text)
    said = [" ".join(text.split()) for text in spoken(page)]
    assert len("".join(said)) > 100
    assert sorted(words for words in phrases() if words in said) == []


def test_an_english_word_on_a_chinese_page_would_be_found() -> None:
    page = read_page('<!doctype html><html lang="zh"><title>x</title><p>Skip to the content</p></html>')
    assert [words for words in phrases() if words in set(spoken(page))] == ["Skip to the content"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_linked_to_itself_in_every_language_and_answers_in_it(path: str, client: FlaskClient) -> None:
    page = read_page(client.get(path, headers={"Accept": "text/html"}).text)
    links = {link.get("hreflang"): link.get("href") or "" for link in page.iter("link") if link.get("hreflang")}
    assert set(links) == {"en", "zh"}
    for name, query in links.items():
        response = client.get(path.partition("?")[0] + query, headers={"Accept": "text/html"})
        assert response.headers["Content-Language"] == name
        assert read_page(response.text).get("lang") == name
        assert "Accept-Language" in response.headers["Vary"]


def test_who_chose_a_language_by_the_address_keeps_it_from_page_to_page(client: FlaskClient) -> None:
    page = read_page(client.get("/architecture/u-net?lang=zh", headers={"Accept": "text/html"}).text)
    links = [link.get("href") or "" for link in page.iter("a")]
    assert {"/architecture/fcn?lang=zh", "/architecture/?lang=zh", "/derivation/u-net--fcn?lang=zh"} <= set(links)
    assert "/architecture/u-net.ttl" in links  # data have no language
    hidden = [one for one in page.iter("input") if one.get("type") == "hidden"]
    assert {(one.get("name"), one.get("value")) for one in hidden} == {("lang", "zh")}


def test_without_a_chosen_language_links_stay_as_they_are(client: FlaskClient) -> None:
    text = client.get("/architecture/u-net", headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    page = read_page(text)
    assert [link.get("href") for link in page.iter("a") if "lang=" in (link.get("href") or "")] == [
        "?lang=en",
        "?lang=zh",
    ]


def test_nothing_is_kept_about_the_language_of_a_reader(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/architecture/u-net?lang=zh", headers={"Accept": "text/html"}).headers


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/architecture/resnett", "没有名为“resnett”的架构或算法。"),
        ("/nowhere", "此地址没有内容。"),
        ("/queries/parents?architecture=no%20slug", "参数“architecture”须为架构或算法在地址中的名称或 IRI"),
        ("/sparql?query=SELECT", "查询在第 1 行第 7 列有语法错误"),
    ],
)
def test_a_problem_is_told_in_chinese_with_all_its_details(path: str, words: str, client: FlaskClient) -> None:
    text = client.get(path, headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    page = read_page(text)
    assert words in text
    (detail,) = [p for p in page.iter("p") if p.get("class") == "detail"]
    assert {span.get("lang") for span in detail.iter("span")} <= {"zxx"}


def test_every_property_and_type_of_a_page_is_called_something_in_chinese(client: FlaskClient) -> None:
    heads = [head for path in PAGES for head in heads_of(client, path)]
    assert len(heads) > 100
    assert sorted({head for head in heads if re.fullmatch(r"[A-Za-z]+", head)} - {"IRI", "DOI"}) == []


def heads_of(client: FlaskClient, path: str) -> list[str]:
    """The heads of rows in the tables of facts, and the types, of a page in Chinese."""
    page = read_page(client.get(f"{path}{'&' if '?' in path else '?'}lang=zh", headers={"Accept": "text/html"}).text)
    facts = [table for table in page.iter("table") if table.get("class") == "facts"]
    types = [p.text or "" for p in page.iter("p") if p.get("class") == "kind"]
    return [th.text or "" for table in facts for th in table.iter("th")] + [
        one for text in types for one in text.split("、")
    ]
