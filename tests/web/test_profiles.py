"""The form of JSON-LD that a request asks for: whatever stands in Accept is read or ignored, and never an error."""

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from deepgenealogy.errors import ParameterRefused
from deepgenealogy.web.profiles import FORMS, PROFILES, Wish, accepted_form, form_of, linked_frame, wish_of

_WORDS = st.one_of(
    st.sampled_from([f"{PROFILES}{form}" for form in (*FORMS, "context", "frame", "nothing")]),
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='",;\\'), min_size=1, max_size=12),
)
_LISTS = st.lists(_WORDS, max_size=4).map(" ".join)
_QUALITIES = st.sampled_from(["", ";q=0.1", ";q=0.5", ";q=1"])


def asked(query: str = "", **headers: str) -> Wish:
    """The wish of a request."""
    return wish_of(Request(EnvironBuilder(query_string=query, headers=list(headers.items())).get_environ()))


@given(_LISTS, _QUALITIES)
def test_the_first_known_form_of_the_list_is_meant_and_the_rest_ignored(profiles: str, quality: str) -> None:
    known = [form for form in FORMS if f"{PROFILES}{form}" in profiles.split()]
    header = f'application/ld+json;profile="{profiles}"{quality}'
    assert accepted_form(header) == next(iter(known), None)


@given(st.text(max_size=60))
def test_any_text_in_accept_is_read_without_an_error(text: str) -> None:
    assert accepted_form(text) in (None, *FORMS)


@given(st.text(max_size=60))
def test_any_list_of_profiles_is_read_without_an_error(text: str) -> None:
    assert form_of(text) in (None, *FORMS)


@given(st.sampled_from(FORMS), st.sampled_from(FORMS), st.integers(1, 99), st.integers(1, 99))
def test_the_better_liked_of_two_ranges_decides(first: str, second: str, one: int, two: int) -> None:
    rows = [(first, one), (second, two)]
    header = ", ".join(f'application/ld+json;profile="{PROFILES}{form}";q=0.{quality:02}' for form, quality in rows)
    assert accepted_form(header) == (first if one >= two else second)


@given(st.sampled_from(FORMS), st.sampled_from(["", " "]), st.booleans())
def test_spaces_quotes_and_case_do_not_matter(form: str, space: str, is_quoted: bool) -> None:
    value = f'"{PROFILES}{form}"' if is_quoted else f"{PROFILES}{form}"
    assert accepted_form(f"Application/LD+JSON;{space}profile={value}") == form


def test_the_profile_of_another_media_type_is_not_ours() -> None:
    assert accepted_form(f'application/json;profile="{PROFILES}expanded"') is None


def test_a_form_that_is_refused_by_its_quality_is_not_made() -> None:
    assert accepted_form(f'application/ld+json;profile="{PROFILES}expanded";q=0') is None


def test_a_bare_name_in_accept_is_no_profile() -> None:
    assert accepted_form('application/ld+json;profile="expanded"') is None


@pytest.mark.parametrize("form", FORMS)
def test_the_address_names_a_form_by_name_or_iri(form: str) -> None:
    assert asked(f"profile={form}") == asked(f"profile={PROFILES.replace('#', '%23')}{form}") == Wish(form)


def test_the_address_counts_more_than_accept() -> None:
    assert asked("profile=flattened", Accept=f'application/ld+json;profile="{PROFILES}expanded"') == Wish("flattened")


def test_flattened_and_compacted_is_the_compacted_form() -> None:
    assert asked("profile=flattened+compacted") == Wish("compacted")


@pytest.mark.parametrize(
    "query", ["profile=", "profile=nothing", "profile=expanded+nothing", "profile=compacted+expanded"]
)
def test_a_form_that_cannot_be_meant_is_refused_in_the_address(query: str) -> None:
    with pytest.raises(ParameterRefused, match="profile"):
        asked(query)


def test_a_frame_gives_the_framed_form() -> None:
    assert asked("frame=paper") == asked("frame=paper&profile=framed") == Wish("framed", "paper")


def test_a_frame_with_another_form_is_refused() -> None:
    with pytest.raises(ParameterRefused, match="leave one of them out"):
        asked("frame=paper&profile=expanded")


@pytest.mark.parametrize(
    "link",
    [
        f'<http://127.0.0.1/frames/paper.jsonld>; rel="{PROFILES}frame"',
        f"</frames/paper.jsonld>;rel={PROFILES}frame; type=application/ld+json",
        f'<https://example.org/>; rel="next", </frames/paper.jsonld>; type="x"; rel="{PROFILES}frame"',
    ],
)
def test_a_link_names_a_frame(link: str) -> None:
    assert asked(Link=link) == Wish("framed", "paper")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_any_other_link_names_none(link: str) -> None:
    assert linked_frame(link) is None


def test_a_plain_request_wishes_nothing() -> None:
    assert not asked(Accept="application/ld+json, */*;q=0.1")
