"""Days, times and spans as people of each language write them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest

from bot.texts import clock, day, duration, t
from bot.texts.wording import Value
from tests.texts.reading import LANGUAGES, read, read_value

TUESDAY = date(2026, 11, 24)
IN_FULL: Mapping[str, str] = {
    "hy": "24 նոյեմբերի, երեքշաբթի",
    "ru": "вторник, 24 ноября",
    "uz": "24-noyabr, seshanba",
    "ka": "24 ნოემბერი, სამშაბათი",
    "en": "Tuesday 24 November",
}
SPANS: Mapping[str, tuple[str, str, str]] = {
    "hy": ("45 րոպե", "1 ժ", "1 ժ 30 րոպե"),
    "ru": ("45 мин", "1 ч", "1 ч 30 мин"),
    "uz": ("45 daqiqa", "1 soat", "1 soat 30 daqiqa"),
    "ka": ("45 წთ", "1 სთ", "1 სთ 30 წთ"),
    "en": ("45 min", "1 h", "1 h 30 min"),
}
BUTTON_CHARS = 20  # WhatsApp Cloud API, interactive reply buttons


@pytest.mark.parametrize(("language", "seen"), IN_FULL.items())
def test_a_day_is_said_with_its_weekday(language: str, seen: str) -> None:
    """The weekday helps more than the year."""
    assert read_value(day(TUESDAY), language) == seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_date_is_said_like_a_day(language: str) -> None:
    """Whoever hands over a date need not know how days are written."""
    assert read_value(TUESDAY, language) == read_value(day(TUESDAY), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("month", range(1, 13))
def test_a_short_day_and_time_fit_a_narrow_button(language: str, month: int) -> None:
    """A free time is a button: its day and its time fit into what WhatsApp allows, in any month."""
    label = t("{day}, {time}", day=day(date(2026, month, 25), short=True), time=clock(time(17, 30)))

    assert len(read(label, language)) <= BUTTON_CHARS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_of_day_has_24_hours_everywhere(language: str) -> None:
    """Nobody wonders whether five is in the morning."""
    assert read_value(clock(time(17, 0)), language) == "17:00"
    assert read_value(time(9, 5), language) == "09:05"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_moment_is_said_as_the_wall_time_it_carries(language: str) -> None:
    """Half past nine in the evening, universal time, is half past one next day for a clinic in Yerevan."""
    moment = datetime(2026, 11, 23, 21, 30, tzinfo=UTC).astimezone(ZoneInfo("Asia/Yerevan"))

    assert read_value(moment, language) == f"{IN_FULL[language]}, 01:30"


@pytest.mark.parametrize(("language", "seen"), SPANS.items())
def test_a_span_is_said_in_hours_and_minutes(language: str, seen: tuple[str, str, str]) -> None:
    """Parts that are nothing are not said."""
    spans = [timedelta(minutes=45), timedelta(hours=1), timedelta(minutes=90)]

    assert tuple(read_value(duration(span), language) for span in spans) == seen


@pytest.mark.parametrize(
    ("language", "seen"),
    [
        ("hy", "2026 թ., 24 նոյեմբերի, երեքշաբթի"),
        ("ru", "вторник, 24 ноября 2026 г."),
        ("uz", "2026-yil 24-noyabr, seshanba"),
        ("ka", "2026 წლის 24 ნოემბერი, სამშაბათი"),
        ("en", "Tuesday 24 November 2026"),
    ],
)
def test_a_year_stands_where_the_language_puts_it(language: str, seen: str) -> None:
    """A day of birth is said with its year; Uzbek and Georgian begin with it."""
    assert read(t("{day} {year}", day=day(TUESDAY), year="2026"), language) == seen


def test_a_yes_is_no_value() -> None:
    """A bare True inside a sentence is a mistake of the author, found at once."""
    with pytest.raises(TypeError, match="yes or no"):
        read_value(True, "en")


class Moment(datetime):
    """An instant of a library's own."""


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (datetime(2026, 11, 24, 9, 5, tzinfo=UTC), "Tuesday 24 November, 09:05"),
        (Moment(2026, 11, 24, 9, 5, tzinfo=UTC), "Tuesday 24 November, 09:05"),
        (TUESDAY, "Tuesday 24 November"),
        (time(9, 5), "09:05"),
        (HTTPStatus.OK, "200"),
        (timedelta(minutes=90), "1 h 30 min"),
    ],
)
def test_a_value_is_written_as_what_it_is(value: Value, seen: str) -> None:
    """An instant is no bare day, and what is derived from a type is written as that type is."""
    assert read_value(value, "en") == seen
