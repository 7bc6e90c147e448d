"""How days, times, money and spans are written in a language.

Dates and numbers follow CLDR through Babel. Money does not: CLDR writes «AMD 12,500.00» where people write
«12 500 ֏», so sign, place and decimals come from a table of our own.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

LOCALES: Mapping[str, str] = {"hy": "hy", "ru": "ru", "uz": "uz_Latn", "ka": "ka", "en": "en_GB"}

MINOR_DIGITS: Mapping[str, int] = {"AMD": 0, "UZS": 0, "GEL": 2, "RUB": 2, "USD": 2, "EUR": 2}
"""Decimals that are kept of a currency; luma and tiyin coins are no longer paid with."""

SIGNS: Mapping[str, Mapping[str, str]] = {
    "AMD": {"": "֏"},
    "GEL": {"": "₾"},
    "RUB": {"": "₽"},
    "USD": {"": "$"},
    "EUR": {"": "€"},
    "UZS": {"": "so‘m", "ru": "сум", "en": "soums", "hy": "սում", "ka": "სუმი"},
}

DAY_PATTERNS: Mapping[str, str] = {
    "hy": "d MMMM, EEEE",
    "ru": "EEEE, d MMMM",
    "uz": "d-MMMM, EEEE",
    "ka": "d MMMM, EEEE",
    "en": "EEEE d MMMM",
}
SHORT_DAY_PATTERNS: Mapping[str, str] = {
    "hy": "d MMM, EEE",
    "ru": "EEE, d MMM",
    "uz": "d-MMM, EEE",
    "ka": "d MMM, EEE",
    "en": "EEE d MMM",
}

SPAN_UNITS: Mapping[str, tuple[str, str]] = {
    "hy": ("ժ", "րոպե"),
    "ru": ("ч", "мин"),
    "uz": ("soat", "daqiqa"),
    "ka": ("სთ", "წთ"),
    "en": ("h", "min"),
}


Writer = Callable[[Any, str], str]
"""Writes a value of one type in a language."""


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in the currency's minor units; the currency is an ISO 4217 code of `MINOR_DIGITS`."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.minor).scaleb(-MINOR_DIGITS[self.currency])


class Day(msgspec.Struct, frozen=True, gc=False):
    """A day as it is said in a sentence; `short` for a button."""

    value: date
    short: bool = False


class Clock(msgspec.Struct, frozen=True, gc=False):
    """A time of day, 24 hours."""

    value: time | datetime


class Duration(msgspec.Struct, frozen=True, gc=False):
    """A span in hours and minutes."""

    value: timedelta


def day(value: date, *, short: bool = False) -> Day:
    """Say a day («Tuesday 24 November»); the year stands only where the catalogue text adds it."""
    return Day(value.date() if isinstance(value, datetime) else value, short)


def clock(value: time | datetime) -> Clock:
    """Say a time of day («17:00»)."""
    return Clock(value)


def duration(value: timedelta) -> Duration:
    """Say how long something takes («1 h 30 min»)."""
    return Duration(value)


def money(minor: int, currency: str) -> Money:
    """An amount in minor units; raises `KeyError` for a currency we cannot write."""
    MINOR_DIGITS[currency]
    return Money(minor, currency)


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    """The CLDR locale of one of our languages; English for a language that we do not have."""
    return Locale.parse(LOCALES.get(language, "en_GB"))


def write(value: object, language: str) -> str:
    """Write one value in a language. A datetime is written as its own wall time, so convert it to a zone first."""
    writer = _WRITERS.get(type(value)) or _inherited(type(value))
    return writer(value, language)


def _inherited(kind: type) -> Writer:
    """How values of a type without a writer of its own are written: as those of the nearest type above it."""
    return next(_WRITERS[each] for each in kind.__mro__ if each in _WRITERS)


def _said_day(value: Day, language: str) -> str:
    return _day(value.value, value.short, language)


def _date(value: date, language: str) -> str:
    return _said_day(Day(value), language)


def _clock(value: Clock, language: str) -> str:
    del language  # all of them write it alike
    return f"{value.value.hour:02}:{value.value.minute:02}"


def _moment(value: datetime, language: str) -> str:
    return f"{_date(value.date(), language)}, {_clock(Clock(value), language)}"


def _time(value: time, language: str) -> str:
    return format_time(value, "HH:mm", locale=locale(language))


def _number(value: int | Decimal, language: str) -> str:
    return format_decimal(value, locale=locale(language))


def _duration(value: Duration, language: str) -> str:
    return _span(value.value, language)


def _as_it_is(value: object, language: str) -> str:
    del language
    return str(value)


def _refused(value: object, language: str) -> str:
    del value, language
    raise TypeError("a yes or no is said by a text, not by a value")


@lru_cache(maxsize=1024)  # the same few weeks are said all day
def _day(value: date, short: bool, language: str) -> str:  # noqa: FBT001  the key of a memory
    patterns = SHORT_DAY_PATTERNS if short else DAY_PATTERNS
    words = format_date(value, patterns.get(language, patterns["en"]), locale=locale(language))
    return words.lower() if language == "uz" else words  # CLDR has «Sesh» for the short weekday


@lru_cache(maxsize=1024)  # a price list is said again and again
def _money(value: Money, language: str) -> str:
    digits = MINOR_DIGITS[value.currency]
    pattern = "#,##0" if value.minor % 10**digits == 0 else "#,##0." + "0" * digits
    number = format_decimal(value.amount, pattern, locale=locale(language))
    signs = SIGNS[value.currency]
    return f"{number}\N{NO-BREAK SPACE}{signs.get(language, signs[''])}"


@lru_cache(maxsize=256)  # services take a few spans only
def _span(span: timedelta, language: str) -> str:
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    hour, minute = SPAN_UNITS.get(language, SPAN_UNITS["en"])
    parts = [
        f"{hours}\N{NO-BREAK SPACE}{hour}" if hours else "",
        f"{minutes}\N{NO-BREAK SPACE}{minute}" if minutes else "",
    ]
    return " ".join(part for part in parts if part)


_WRITERS: Mapping[type, Writer] = {
    Money: _money,
    Day: _said_day,
    Clock: _clock,
    Duration: _duration,
    timedelta: _span,
    datetime: _moment,
    date: _date,
    time: _time,
    bool: _refused,
    int: _number,
    Decimal: _number,
    object: _as_it_is,
}
