"""No text, however broken, is an error."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import (
    clean,
    find_phone,
    fold,
    global_word,
    guess_language,
    match_label,
    read_date,
    read_email,
    read_number,
    read_phone,
    read_when,
    same,
    skeleton,
    yes_no,
)

LANGUAGES = st.sampled_from(["hy", "ru", "uz", "ka", "en", "fr"])
ANY = st.text(st.characters(exclude_categories=()), max_size=60)  # lone surrogates included
_SAID = """
завтра в 5 25.12 31.02 12/25 17:30 -5 ին - до с после через 2 недели час пол половина без вечера pm next
this week friday from to 10-12 dan gacha keyin soat yarim շաբաթ հետո კვირას საათში 9999 месяц декабря
2026-12-25 and or მდე անց 0 00 24 24:00 дня 0.5 29.02
"""
PIECES = st.sampled_from(_SAID.split())
ALIKE = st.lists(PIECES, max_size=8).map(" ".join)
TEXTS = st.one_of(ANY, ALIKE, st.tuples(ANY, ALIKE).map(" ".join))
MOMENTS = st.datetimes(timezones=st.just(UTC))


@settings(max_examples=300, deadline=None)
@given(TEXTS, LANGUAGES, MOMENTS, st.sampled_from(["day", "time", None]))
def test_any_text_can_be_asked_for_a_day(text: str, language: str, now: datetime, asked: object) -> None:
    """Whatever a customer types, at whatever time, the question «when?» gets an answer or none."""
    read_when(text, now=now, language=language, asked=asked)  # type: ignore[arg-type]  # drawn from the literals
    read_date(text, today=now.date(), language=language)


@settings(max_examples=200, deadline=None)
@given(TEXTS, LANGUAGES)
def test_any_text_can_be_read(text: str, language: str) -> None:
    """Whatever a customer types, no reader fails on it."""
    global_word(text)
    yes_no(text, language)
    guess_language(text)
    read_number(text, language)
    read_phone(text, region="AM")
    find_phone(text, region="ZZ")
    read_email(text)
    match_label(text, {"a": ["Cleaning", text], "b": [""]})


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_folding_twice_changes_nothing(text: str) -> None:
    """A folded text is its own fold, and a text is the same as itself unless it is blank."""
    assert fold(fold(text)) == fold(text)
    assert skeleton(fold(text)) == skeleton(text)
    assert same(text, text) or not text.strip()


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=200), st.integers(min_value=1, max_value=100))
def test_cleaning_twice_changes_nothing(text: str, limit: int) -> None:
    """A cleaned text is stored and read back as it is, within its limit."""
    once = clean(text, limit)

    assert len(once.text) <= limit
    assert clean(once.text, limit).text == once.text
    assert once.text.encode("utf-8").decode("utf-8") == once.text
    assert "\x00" not in once.text


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "e" + "\u0301" * 10_000,
        "\ufdfa" * 20_000,
        "5 " * 50_000,
        "'" * 20_000,
        "a@" * 20_000,
        "1-" * 20_000,
        "завтра " * 20_000,
    ],
)
def test_a_huge_text_is_no_burden(text: str) -> None:
    """A megabyte of noise is read like any other message."""
    now = datetime(2026, 11, 21, tzinfo=UTC)

    assert clean(text).original_length == len(text)
    assert global_word(text) is None
    assert read_when(text, now=now + timedelta(days=1), language="ru") is None or "завтра" in text
    assert match_label(text, {"a": ["Cleaning"]}) == ()
    read_phone(text, region="AM")
    find_phone(text, region="AM")
    read_email(text)
    read_number(text, "ru")
    guess_language(text)
    skeleton(text)
