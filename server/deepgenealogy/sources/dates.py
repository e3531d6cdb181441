"""Dates at the precision at which they are known: a day, a month or a year, never more than was stated."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_STATED = re.compile(r"'?([0-9]{2})\.([0-9]{2})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True)
class PartialDate:
    """A date as known: `text` (ISO 8601), its XML Schema `datatype`, and the first and last day that it can mean."""

    text: str
    datatype: str
    not_before: date
    not_after: date

    def is_within(self, other: "PartialDate") -> bool:
        """Whether every day that this can mean is one that `other` can mean."""
        return other.not_before <= self.not_before and self.not_after <= other.not_after


def parse_date(text: str) -> PartialDate:
    """The date that `YYYY`, `YYYY-MM` or `YYYY-MM-DD` names. Raises ValueError.

    >>> parse_date("2015-12").not_after
    datetime.date(2015, 12, 31)
    """
    match = _ISO.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a date as YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        first, last = _days(int(year or 0), month, day)
    except ValueError as problem:
        raise ValueError(f"'{text}' is on no calendar: {problem}") from problem
    datatype = "gYear" if month is None else "gYearMonth" if day is None else "date"
    return PartialDate(text, datatype, first, last)


def _days(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is not None:
        return date(year, month, day), date(year, month, day)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def parse_stated(text: str) -> PartialDate:
    """The date that the genealogy list writes as `'16.02.06` or `'12.12`; two-digit years from 50 on are of the 1900s.

    >>> parse_stated("'97.11").text
    '1997-11'
    """
    match = _STATED.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a date as the genealogy list writes them")
    year, month, day = match.groups()
    century = 19 if int(year) >= 50 else 20
    return parse_date("-".join([f"{century}{year}", month, *([day.zfill(2)] if day else [])]))
