"""The query page in a real browser: writing, completing, asking, reading an error at its line, stopping, sharing."""

import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CONTRAST, Open, serious
from tests.waiting import wait_for

DESCENDANTS = (
    "SELECT ?x ?name { ?x dgo:hasAncestor <https://w3id.org/deepgenealogy/architecture/gan> ; rdfs:label ?name }"
)
#: Works until it is ended.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LINEAGE = (
    "CONSTRUCT { ?x dgo:derivesFrom ?y }"
    " { ?x dgo:hasAncestor <https://w3id.org/deepgenealogy/architecture/gan> ; dgo:derivesFrom ?y }"
)


#: A list of completions that has just opened does not take Enter for 75 ms.
_TAKES_ENTER_MS = 90


def opened(query: str, **more: str) -> str:
    """The address of the page with a query in it."""
    return f"/sparql?query={quote(query)}" + "".join(f"&{name}={value}" for name, value in more.items())


def write(page: Page, text: str) -> None:
    """Types into the editor, in place of what stands there."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def take_completion(page: Page) -> None:
    """Takes the first completion with Enter, once the list is the one for all that was typed."""
    expect(page.locator(".cm-tooltip-autocomplete-disabled")).to_have_count(0)
    page.wait_for_timeout(_TAKES_ENTER_MS)
    page.keyboard.press("Enter")


def written(page: Page) -> str:
    """What stands in the editor."""
    return "\n".join(page.locator(".cm-line").all_inner_texts())


# Asking


def test_ctrl_enter_asks_and_the_table_links_to_this_server(visit: Open) -> None:
    page = visit("/sparql")
    write(page, DESCENDANTS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("td a[href='/architecture/cgan']").first).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Rows: ")


def test_prefixes_that_are_used_are_declared(visit: Open) -> None:
    page = visit("/sparql")
    write(page, "ASK { ?s skos:broader ?o FILTER(?s != 'dgo:no') } # owl:no")
    page.click("#ask")
    expect(page.locator(".query-boolean")).to_have_text("Yes")
    assert written(page).startswith("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nASK")


def test_a_property_is_completed_with_its_prefix_and_explained(visit: Open) -> None:
    page = visit("/sparql")
    write(page, "SELECT * { ?m ")
    page.keyboard.type("dgo:derivesF")
    expect(page.locator(".cm-completionInfo")).to_contain_text("direct descent")
    take_completion(page)
    expect(page.locator(".cm-content")).to_contain_text("PREFIX dgo: <https://w3id.org/deepgenealogy/ontology#>")
    expect(page.locator(".cm-content")).to_contain_text("?m dgo:derivesFrom")


def test_a_thing_is_completed_by_its_name(visit: Open) -> None:
    page = visit("/sparql")
    write(page, "SELECT * { ")
    page.keyboard.type("googlen")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("architecture/googlenet")
    take_completion(page)
    expect(page.locator(".cm-content")).to_contain_text("<https://w3id.org/deepgenealogy/architecture/googlenet>")


def test_an_error_is_marked_at_its_line_and_the_cursor_goes_there(visit: Open) -> None:
    page = visit(opened("SELECT * {\n  ?s rdfs:label ?o ] .\n  ?x ?y ?z .\n}"), refused=(400,))
    expect(page.locator("#messages [role=alert]")).to_contain_text("line 3")  # a PREFIX line came before it
    expect(page.locator(".cm-lintRange-error")).to_have_text("]")
    page.get_by_role("button", name="Go to line 3").click()
    expect(page.locator(".cm-activeLine")).to_have_text("  ?s rdfs:label ?o ] .")
    page.keyboard.type("x")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


def test_an_error_is_told_in_chinese_too(visit: Open) -> None:
    page = visit(opened("SELECT * { ?s rdfs:label ?o ] }", lang="zh"), refused=(400,))
    alert = page.locator("#messages [role=alert]")
    expect(alert.locator("p[lang=zh]")).to_contain_text("有语法错误")
    assert "does not parse" not in alert.inner_text()


def test_a_query_that_takes_too_long_is_told_what_to_do(visit: Open) -> None:
    page = visit("/sparql", refused=(400, 504))
    page.route("**/sparql?*", lambda route: route.continue_(url=route.request.url + "&timeout=0.5"))
    write(page, ENDLESS)
    page.click("#ask")
    alert = page.locator("#messages [role=alert]")
    expect(alert).to_contain_text("took too long")
    expect(alert.locator("li")).to_have_count(5)
    expect(alert).to_contain_text("query_time_limit_s")
    expect(page.locator("#messages .advice")).to_contain_text("share no variable")


def test_while_it_takes_long_the_page_counts_and_advises_and_stop_ends_it_on_the_server(
    visit: Open, served: str
) -> None:
    page = visit("/sparql")
    write(page, ENDLESS)
    page.click("#ask")
    expect(page.locator("#messages .advice")).to_contain_text("share no variable")
    expect(page.locator("#status")).to_contain_text("of at most 30 s")
    before = _left(served)
    page.click("#stop")
    expect(page.locator("#status")).to_contain_text("Stopped")
    expect(page.locator("#stop")).to_be_hidden()
    wait_for(lambda: _left(served) >= before + 1)  # pages that were closed before may be noticed now


def _left(served: str) -> float:
    """How many requests the server gave up because their askers had left."""
    figures = httpx.get(f"{served}/metrics", timeout=60).text
    return sum(float(line.rpartition(" ")[2]) for line in figures.splitlines() if 'status="499"' in line)


def test_advice_stands_beside_an_answer_too(visit: Open) -> None:
    page = visit(opened("SELECT * { ?a dgo:derivesFrom+ ?b } LIMIT 3"))
    expect(page.locator("td").first).to_be_visible()
    expect(page.locator("#messages .advice")).to_contain_text("bind one end")


# Published questions


def test_a_published_question_is_asked_with_a_parameter_chosen_by_name(visit: Open) -> None:
    page = visit("/sparql")
    page.get_by_role("link", name="Direct parents of a method").click()
    expect(page.locator("td").first).to_be_visible()
    field = page.locator("#question input")
    field.fill("U-N")
    expect(page.locator("#question datalist option[value=u-net]")).to_have_count(1)
    page.get_by_role("button", name="Ask with these").click()
    expect(field).to_have_value("u-net")
    expect(page.locator("#shown")).to_contain_text("FCN")
    assert "architecture/u-net> }" in written(page)
    expect(page.get_by_role("link", name="With the reasons of each row")).to_have_attribute(
        "href", re.compile(r"/queries/parents\?architecture=u-net&explain=1$")
    )


def test_a_name_that_nothing_has_is_told_so(visit: Open) -> None:
    page = visit("/sparql")
    page.get_by_role("link", name="Direct parents of a method").click()
    page.locator("#question input").fill("No Such Net")
    page.get_by_role("button", name="Ask with these").click()
    expect(page.locator("#question [role=alert]")).to_contain_text("Nothing is called “No Such Net”")


# Reading


def test_numbers_by_year_are_drawn_as_a_chart(visit: Open) -> None:
    page = visit("/sparql")
    page.click("#ask")
    page.get_by_role("tab", name="Chart").click()
    chart = page.get_by_role("img", name="Chart of methods by year")
    expect(chart).to_be_visible()
    # Read from a copy that is made for reading: the browser complains of a chart that is read again and again.
    drawn = """() => {
        const canvas = document.querySelector('canvas');
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
        copy.drawImage(canvas, 0, 0);
        return new Set(copy.getImageData(0, 0, canvas.width, canvas.height).data).size > 10;
    }"""
    page.wait_for_function(drawn)


@pytest.mark.parametrize("query", [LINEAGE, "SELECT ?x ?y { ?x dgo:derivesFrom ?y } LIMIT 20"])
def test_triples_and_pairs_of_things_are_drawn_as_a_graph(query: str, visit: Open) -> None:
    page = visit(opened(query))
    page.get_by_role("tab", name="Graph").click()
    expect(page.get_by_role("img", name=re.compile(r"Graph of \d+ things and \d+ links"))).to_be_visible()
    expect(page.locator(".query-graph canvas").first).to_be_visible()
    note = "Every link: dgo:derivesFrom." if query is LINEAGE else "Click a thing"
    expect(page.locator(".query-note")).to_contain_text(note.replace("dgo:", ""))


def test_arrows_lead_from_view_to_view(visit: Open) -> None:
    page = visit(opened(DESCENDANTS))
    page.get_by_role("tab", name="Table").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Raw")).to_be_focused()
    expect(page.locator("#view pre")).to_contain_text('"bindings"')


def test_a_press_on_a_heading_sorts(visit: Open) -> None:
    page = visit(opened("SELECT ?n { VALUES ?n { 10 9 100 } }"))
    page.get_by_role("button", name="n", exact=True).click()
    expect(page.locator("td")).to_have_text(["9", "10", "100"])
    page.get_by_role("button", name="n", exact=True).click()
    expect(page.locator("td")).to_have_text(["100", "10", "9"])


def test_a_hostile_value_is_text(visit: Open) -> None:
    page = visit(opened("SELECT ?v { VALUES ?v { '<img src=x onerror=alert(1)>' <javascript:alert(1)> } }"))
    expect(page.locator("td")).to_have_text(["<img src=x onerror=alert(1)>", "javascript:alert(1)"])
    expect(page.locator("td img, td a")).to_have_count(0)


# Taking away


def test_an_answer_is_downloaded(visit: Open, tmp_path: Path) -> None:
    page = visit(opened("SELECT ?n { VALUES ?n { 1 2 } }"))
    with page.expect_download() as download:
        page.get_by_role("link", name="csv", exact=True).click()
    download.value.save_as(tmp_path / "answer.csv")
    assert download.value.suggested_filename == "answer.csv"
    assert (tmp_path / "answer.csv").read_text().split() == ["n", "1", "2"]


def test_a_query_too_long_for_an_address_is_posted_and_downloaded_all_the_same(visit: Open, tmp_path: Path) -> None:
    page = visit("/sparql")
    write(page, "# " + "x" * 9_000 + "\nSELECT ?n { VALUES ?n { 1 2 } }")
    page.click("#ask")
    expect(page.locator("td")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="tsv", exact=True).click()
    download.value.save_as(tmp_path / "answer.tsv")
    assert (tmp_path / "answer.tsv").read_text().split() == ["?n", "1", "2"]


def test_a_copied_link_opens_the_same_query_and_its_answer(visit: Open) -> None:
    page = visit("/sparql?lang=zh", permissions=["clipboard-read", "clipboard-write"])
    write(page, DESCENDANTS)
    page.click("#ask")
    expect(page.locator("td").first).to_be_visible()
    page.click("#share")
    expect(page.locator("#status")).to_have_text("已复制")
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit("/" + link.split("/", 3)[3])
    expect(other.locator("td").first).to_be_visible()
    assert written(other) == written(page)
    expect(other.locator("#answer h2")).to_have_text("答案")


def test_the_answer_is_cited(visit: Open) -> None:
    page = visit(opened(DESCENDANTS))
    page.get_by_role("link", name="Cite this answer").click()
    expect(page.locator("main")).to_contain_text("@")
    assert "/sparql/citation?" in page.url


# For everyone


@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_serious_stands_in_the_way(width: int, visit: Open) -> None:
    page = visit(opened(DESCENDANTS), viewport={"width": width, "height": 900})
    expect(page.locator("td").first).to_be_visible()
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_escape_and_tab_leave_the_editor(visit: Open) -> None:
    page = visit("/sparql")
    page.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#ask")).to_be_focused()


def test_without_scripts_the_form_brings_the_table(visit: Open) -> None:
    page = visit("/sparql", java_script_enabled=False)
    page.click("#ask")
    expect(page.locator("td").first).to_have_text("1958")


def test_without_scripts_a_shared_link_brings_the_table_by_itself(visit: Open) -> None:
    page = visit(opened(DESCENDANTS), java_script_enabled=False)
    expect(page.locator("td a[href='/architecture/cgan']").first).to_be_visible()


def test_the_editor_is_loaded_on_this_page_only(visit: Open) -> None:
    page = visit("/queries")
    assert [
        name for name in page.evaluate("performance.getEntriesByType('resource').map(r => r.name)") if "/query-" in name
    ] == []
