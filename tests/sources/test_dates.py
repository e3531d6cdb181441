"""Dates at the precision at which they are known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgenealogy.sources.dates import parse_date, parse_stated

#: Days of years that a two-digit year can name: from 1950 to 2049.
stated_days = st.dates(date(1950, 1, 1), date(2049, 12, 31))


def iso(day: date, parts: int) -> str:
    """The first `parts` parts of a day as ISO 8601 writes them."""
    return "-".join(day.isoformat().split("-")[:parts])


@given(st.dates(), st.integers(1, 3))
def test_a_date_at_any_precision_can_mean_the_day_that_it_was_made_from(day: date, parts: int) -> None:
    parsed = parse_date(iso(day, parts))
    assert parsed.not_before <= day <= parsed.not_after


@given(st.dates(), st.integers(1, 3))
def test_the_text_of_a_date_stays_as_it_was_written(day: date, parts: int) -> None:
    assert parse_date(iso(day, parts)).text == iso(day, parts)


@given(st.dates())
def test_a_day_can_mean_itself_only(day: date) -> None:
    parsed = parse_date(day.isoformat())
    assert parsed.not_before == parsed.not_after == day


@given(st.dates(), st.integers(1, 3), st.integers(1, 3))
def test_of_one_day_the_more_exact_date_is_within_the_less_exact_and_never_the_reverse(
    day: date, parts: int, other_parts: int
) -> None:
    assert parse_date(iso(day, parts)).is_within(parse_date(iso(day, other_parts))) == (parts >= other_parts)


@given(st.dates(), st.dates())
def test_a_day_is_within_a_month_only_if_it_is_of_that_month(day: date, other: date) -> None:
    same = (day.year, day.month) == (other.year, other.month)
    assert parse_date(iso(day, 3)).is_within(parse_date(iso(other, 2))) == same


@given(st.text())
def test_any_text_is_a_date_of_ascii_digits_or_a_value_error(text: str) -> None:
    try:
        parsed = parse_date(text)
    except ValueError:
        return
    assert parsed.text.isascii()


@given(st.from_regex(r"\d{4}(-\d\d(-\d\d)?)?", fullmatch=True))
def test_what_looks_like_a_date_is_one_in_ascii_or_is_refused(text: str) -> None:
    try:
        parsed = parse_date(text)
    except ValueError:
        return
    assert parsed.text.isascii()


@given(stated_days)
def test_a_day_as_the_list_states_it_is_that_day(day: date) -> None:
    assert parse_stated(day.strftime("'%y.%m.%d")).not_before == day


@given(stated_days)
def test_the_apostrophe_before_a_stated_year_changes_nothing(day: date) -> None:
    assert parse_stated(day.strftime("%y.%m")) == parse_stated(day.strftime("'%y.%m"))


@given(stated_days)
def test_a_stated_month_is_the_month_in_iso(day: date) -> None:
    assert parse_stated(day.strftime("'%y.%m")) == parse_date(day.strftime("%Y-%m"))


@pytest.mark.parametrize(("text", "datatype"), [("2015-12-10", "date"), ("2015-12", "gYearMonth"), ("2015", "gYear")])
def test_the_datatype_follows_the_precision(text: str, datatype: str) -> None:
    assert parse_date(text).datatype == datatype


@pytest.mark.parametrize(
    ("text", "last"),
    [("2016-02", date(2016, 2, 29)), ("2015-02", date(2015, 2, 28)), ("1900-02", date(1900, 2, 28)),
     ("2015-04", date(2015, 4, 30)), ("2015", date(2015, 12, 31))],
)  # fmt: skip
def test_a_month_or_year_ends_on_its_last_day(text: str, last: date) -> None:
    assert parse_date(text).not_after == last


@pytest.mark.parametrize(
    "text",
    ["", "15", "2015-", "2015-1", "2015-13", "2015-00", "2015-12-00", "2015-02-30", "2015-2-3", "2015/12",
     "2015-12-10T00", " 2015", "2015\n", "0000", "-2015"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)


@pytest.mark.parametrize("text", ["2015-13", "2015-02-30", "0000"])
def test_a_day_that_no_calendar_has_is_named_in_the_refusal(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "year"), [("'50.01", "1950"), ("'99.12", "1999"), ("'00.01", "2000"), ("'49.12", "2049")]
)
def test_two_digit_years_from_50_on_are_of_the_1900s(text: str, year: str) -> None:
    assert parse_stated(text).text.startswith(year)


def test_a_stated_day_of_one_digit_is_padded() -> None:
    assert parse_stated("'16.02.6").text == "2016-02-06"


@pytest.mark.parametrize("text", ["", "'16", "2016-02-06", "'16.2.6", "'16.13", "'16.02.31", "''16.02"])
def test_what_the_list_does_not_write_as_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_stated(text)
