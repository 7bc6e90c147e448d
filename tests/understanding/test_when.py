"""Days and times as customers type them.

The phrases stand under `phrases/`, one file a language; no product code reads them.
"""

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.understanding import Ambiguity, Impossible, When, read_date, read_when
from bot.understanding.when import Asked

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Asia/Yerevan"))  # a Saturday
FOLDER = Path(__file__).parent / "phrases"
LANGUAGES = ("hy", "ru", "uz", "ka", "en")


def shown(found: When | Ambiguity | Impossible | None) -> str:
    if found is None:
        return "none"
    if isinstance(found, Impossible):
        return "impossible"
    if isinstance(found, Ambiguity):
        return " | ".join(shown(option) for option in found.options)
    days, times = "*", "*"
    if found.days:
        days = str(found.days.first) + ("" if found.days.first == found.days.last else f"..{found.days.last}")
    if found.times:
        until = "" if found.times.start == found.times.end else f"-{found.times.end:%H:%M}"
        times = f"{found.times.start:%H:%M}{until}"
    return f"{days} {times}"


def phrases(shelf: str) -> list[tuple[str, str, str]]:
    found = []
    for language in LANGUAGES:
        written = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
        found += [(language, phrase, reading) for phrase, reading in written[shelf]]
    return found


def read(text: str, language: str = "en", *, now: datetime = NOW, asked: Asked | None = None) -> str:
    return shown(read_when(text, now=now, language=language, asked=asked))


@pytest.mark.parametrize(("language", "phrase", "reading"), phrases("phrases"))
def test_a_phrase_is_read_as_people_mean_it(language: str, phrase: str, reading: str) -> None:
    """What customers say of days and times is understood in their language."""
    assert read(phrase, language) == reading


@pytest.mark.parametrize(("language", "phrase", "reading"), phrases("held_out"))
def test_a_phrase_the_grammar_was_not_made_for_is_read(language: str, phrase: str, reading: str) -> None:
    """Phrases that nobody tuned the grammar for are understood too."""
    assert read(phrase, language) == reading


@pytest.mark.parametrize(("language", "phrase", "reading"), [*phrases("phrases"), *phrases("held_out")])
def test_a_phrase_in_another_language_than_the_conversation_is_read(language: str, phrase: str, reading: str) -> None:
    """A customer who answers in another language than the conversation's is understood the same."""
    others = {read(phrase, other) for other in LANGUAGES if other != language}

    assert others == {reading}


@pytest.mark.parametrize(
    ("text", "asked", "reading"),
    [
        ("5", "time", "* 05:00 | * 17:00"),
        ("9", "time", "* 09:00"),
        ("18", "time", "* 18:00"),
        ("17.30", "time", "* 17:30"),
        ("10.12", "time", "* 10:12"),
        ("25", "day", "2026-11-25 *"),
        ("5", "day", "2026-12-05 *"),
        ("21", "day", "2026-11-21 *"),
        ("10.12", "day", "2026-12-10 *"),
        ("5", None, "none"),
        ("18", None, "none"),
    ],
)
def test_a_bare_number_counts_only_as_an_answer(text: str, asked: Asked | None, reading: str) -> None:
    """A bare number is a time or a day when that was the question, and nothing otherwise."""
    assert read(text, asked=asked) == reading


@pytest.mark.parametrize(
    ("hour", "reading"),
    [(3, "2026-11-21 05:00 | 2026-11-21 17:00"), (6, "2026-11-21 17:00"), (18, "2026-11-21 17:00")],
)
def test_an_hour_of_today_that_has_passed_is_not_offered(hour: int, reading: str) -> None:
    """«Today at 5» means the five o'clock that is still to come."""
    assert read("today at 5", now=NOW.replace(hour=hour)) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Friday 25.12", "2026-12-25 *"),
        ("Monday 25.12", "2026-11-23 * | 2026-12-25 *"),
        ("next Monday", "2026-11-23 *"),
        ("10-12 December", "2026-12-10..2026-12-12 *"),
        ("from Monday to Wednesday", "2026-11-23..2026-11-25 *"),
        ("until Friday", "2026-11-21..2026-11-27 *"),
        ("before Friday", "2026-11-21..2026-11-26 *"),
        ("after Friday", "2026-11-28..2026-12-04 *"),
        ("29.02", "2028-02-29 *"),
        ("01.12.26 10.00", "2026-12-01 10:00"),
        ("13/12", "2026-12-13 *"),
        ("04/04", "2027-04-04 *"),
        ("2026-02-30", "impossible"),
        ("at 25:00", "impossible"),
        ("in 1.5 hours", "2026-11-21 13:30"),
        ("tomorrow 10-12", "2026-11-22 10:00-12:00"),
        ("9 to 6 pm", "* 09:00-18:00"),
        ("12 am", "* 00:00"),
        ("12 pm", "* 12:00"),
        ("at 12 at night", "* 00:00"),
        ("12.50 dram", "none"),
        ("2.5 kg", "none"),
        ("24/7", "none"),
        ("I may go", "none"),
        ("091 12-10-56", "none"),
        ("+374 91 12 34 56, tomorrow at 9", "2026-11-22 09:00"),
        ("٢٥.١٢", "2026-12-25 *"),
    ],
)
def test_dates_and_times_follow_the_rules_of_the_house(text: str, reading: str) -> None:
    """The nearest date counts, two readings are both given, sums and phone numbers are no dates."""
    assert read(text) == reading


def test_next_friday_is_asked_when_it_may_be_one_of_two() -> None:
    """On a Monday «next Friday» may be this week's or the next one's."""
    assert read("next Friday", now=datetime(2026, 11, 23, 9, 0, tzinfo=NOW.tzinfo)) == "2026-11-27 * | 2026-12-04 *"


def test_hours_from_now_are_elapsed_hours_across_a_clock_change() -> None:
    """«In 3 hours» is three hours later, even in the night when clocks go forward."""
    before = datetime(2026, 3, 29, 1, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    assert read("in 3 hours", now=before) == "2026-03-29 05:00"


def test_the_understood_piece_is_given_back() -> None:
    """The piece of text that was understood is known, for saying it back."""
    found = read_when("Hello, can I come tomorrow at 17:30 please?", now=NOW, language="en")

    assert isinstance(found, When)
    assert found.matched == "tomorrow at 17:30"
    assert found.times is not None
    assert found.times.start == time(17, 30)


def test_one_day_is_read_as_a_date() -> None:
    """A question for a day takes a bare day of the month and a word alike."""
    today = NOW.date()

    assert read_date("25", today=today, language="ru") == date(2026, 11, 25)
    assert read_date("завтра после обеда", today=today, language="ru") == date(2026, 11, 22)
    assert read_date("31.02", today=today, language="ru") == Impossible("31.02")
    assert read_date("не знаю", today=today, language="ru") is None


def test_a_few_days_are_offered_one_by_one() -> None:
    """A weekend is two days to choose from; a month is too long to list."""
    found = read_date("this weekend", today=NOW.date(), language="en")

    assert isinstance(found, Ambiguity)
    assert [option.days.first.day for option in found.options if option.days] == [21, 22]
    assert read_date("in December", today=NOW.date(), language="en") is None
