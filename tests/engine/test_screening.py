"""Screening: no call out hides from it, however the engine reads the text, and its work is bounded."""

import time

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from pyoxigraph import QueryBoolean, Store

from deepgenealogy.engine.peers import Peers
from deepgenealogy.engine.screening import Call, Screen
from deepgenealogy.errors import CallOutRefused, QueryTooLong, QuestionRefused, TooDeep

#: A call there fails at once: the engine's HTTP refuses the port.
NOWHERE = "http://127.0.0.1:1/"
SCREEN = Screen(200_000, 150)
ALLOWING = Screen(200_000, 150, Peers.of("127.0.0.1, example.org"))


def refusal(text: str, screen: Screen = SCREEN) -> type[QuestionRefused] | None:
    """Why a text is refused, if it is."""
    try:
        screen.admit(text)
    except QuestionRefused as error:
        return type(error)
    return None


def calls(text: str) -> bool:
    """Whether the engine, given the text, tries to connect to NOWHERE."""
    try:
        results = Store().query(text, prefixes={"p": NOWHERE})
        if not isinstance(results, QueryBoolean):
            list(results)
    except (SyntaxError, RuntimeError, ValueError):
        return False
    except OSError:
        return True
    return False


CALL = f"SERVICE<{NOWHERE}>{{?x ?y ?z}}"
PIECES = st.sampled_from(
    [
        CALL,
        "SERVICE p:a{?x ?y ?z}",
        "SERVICEp:a{?x ?y ?z}",
        f" service\n<{NOWHERE}> {{?x ?y ?z}} ",
        "FILTER(1<'>'||1=1)",
        "FILTER(1<2)",
        "FILTER(1<'a'#>'''\n||1=1)",
        "FILTER('a'='a')",
        "FILTER('''b'''!=\"c\")",
        "BIND(<a#'>AS ?q)",
        "BIND(<http://x/#'> AS ?r)",
        "BIND(<http://x/\\u0041#>AS ?s)",
        "BIND('\\''AS ?t)",
        "#'''\n",
        '#"\r',
        "# '\n",
        " ",
        "\n",
        "OPTIONAL{?a ?b :.",
        "OPTIONAL{?a ?b true.",
        "}",
        "'''",
        '"',
    ]
)


@profile(max_examples=400)
@given(st.lists(PIECES, max_size=7))
def test_what_is_admitted_does_not_call(pieces: list[str]) -> None:
    text = f"PREFIX : <urn:> SELECT*{{{''.join(pieces)}}}"
    if refusal(text) is None:
        assert not calls(text)


def test_the_test_above_can_fail() -> None:
    assert calls(f"SELECT * {{ {CALL} }}")


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://example.org/x>",
        "load silent<http://example.org/x>",
        "LOADSILENT<http://example.org/x>",
        "PREFIX a: <http://example.org/> LOADa:x",
        "INSERT DATA { <urn:a> <urn:b> 'x' } ; LOAD <http://example.org/x>",
        "DELETE WHERE { ?s <urn:b#'> ?o } ; LOAD <http://example.org/x> #'",
    ],
)
@pytest.mark.parametrize("screen", [SCREEN, ALLOWING])
def test_a_load_is_refused_whoever_is_allowed(update: str, screen: Screen) -> None:
    assert refusal(update, screen) is CallOutRefused


def test_a_query_as_long_as_the_limit_is_admitted_and_one_byte_more_is_not() -> None:
    screen = Screen(20, 10)
    assert refusal("ASK {} #" + "x" * 12, screen) is None
    assert refusal("ASK {} #" + "x" * 10 + "é" * 2, screen) is QueryTooLong


def test_a_query_as_deep_as_the_limit_is_admitted_and_one_deeper_is_not() -> None:
    screen = Screen(200, 10)
    assert refusal("ASK " + "{" * 10 + "}" * 10, screen) is None
    assert refusal("ASK " + "{" * 11 + "}" * 11, screen) is TooDeep


def test_brackets_in_strings_do_not_count() -> None:
    assert refusal("ASK { FILTER('((((((((((((' != '') }", Screen(200, 10)) is None


def test_an_allowed_call_is_told_with_its_place() -> None:
    text = "PREFIX e: <http://example.org/> ASK { SERVICE SILENT e:sparql { ?s ?p ?o } SERVICE <http://127.0.0.1/> {} }"
    first, second = ALLOWING.admit(text)
    assert first == Call("http://example.org/sparql", text.index("e:sparql"), text.index(" { ?s"), is_silent=True)
    assert (second.iri, text[second.start : second.end]) == ("http://127.0.0.1/", "<http://127.0.0.1/>")


HOSTILE = {
    "escaped quotes": '"""\\' * 49_000,
    "single quotes": "'\\" * 66_000,
    "quotes in lines": "'\n" * 90_000,
    "doubtful IRIs": "<'>" * 66_000,
    "doubtful comments": "<#>" * 66_000,
    "less than": "<" * 199_000,
    "open braces": "{" * 199_000,
    "values": "VALUES ?x {" + "<urn:x#1> " * 19_000 + "}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long_to_screen(text: str) -> None:
    begun = time.monotonic()
    refusal(text)
    assert time.monotonic() - begun < 20  # it takes under a second; what is quadratic takes minutes


@pytest.mark.parametrize(
    ("host", "address", "may"),
    [
        ("example.org", "93.184.215.14", True),
        ("example.org", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("example.org", "127.0.0.1", True),  # named itself, below
        ("example.org", "127.0.0.2", False),
        ("example.org", "10.0.0.1", False),
        ("example.org", "192.168.1.1", False),
        ("example.org", "172.16.0.1", False),
        ("example.org", "169.254.169.254", False),
        ("example.org", "100.64.0.1", False),
        ("example.org", "0.0.0.0", False),
        ("example.org", "224.0.0.1", False),
        ("example.org", "240.0.0.1", False),
        ("example.org", "::1", False),
        ("example.org", "fe80::1%eth0", False),
        ("example.org", "fd00::1", False),
        ("example.org", "::ffff:10.0.0.1", False),
        ("example.org", "64:ff9b::a00:1", False),
        ("example.org", "2002:a00:1::", False),
        ("localhost", "127.0.0.9", True),
        ("localhost", "10.0.0.1", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_reached_unless_named(host: str, address: str, may: bool) -> None:
    assert Peers.of("example.org, localhost, 127.0.0.1").may_connect(host, 443, address) is may


@pytest.mark.parametrize("entry", ["http://example.org", "example.org/sparql", "*.org", "a@b", "[::1", "x:99999"])
def test_an_entry_that_is_no_host_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Peers.of(entry)
