"""The kit for a bot's author: where a transcript departs is said with file and line, and time costs nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.events import Said
from bot.testing import Departure, Talk, read_transcript, run_transcript
from tests.dialogs.conftest import shipped
from tests.dialogs.parlour import talk_with

HEAD = (
    "language: en\nstart: 2026-11-23 10:00\ntalk:\n  - customer: Book a visit\n  - bot: What would you like to book?\n"
)


def departure(folder: Path, lines: str) -> str:
    """What is said about a transcript that goes on with these lines."""
    path = folder / "talk.yaml"
    path.write_text(HEAD + lines, "utf-8")
    with talk_with(shipped()) as talk, pytest.raises(Departure) as told:
        run_transcript(read_transcript(path), talk)
    return str(told.value).replace(f"{folder}/", "")


def test_a_transcript_that_is_true_passes(tmp_path: Path) -> None:
    """What the bot says is compared word by word, `…` for any words, and white space is one."""
    path = tmp_path / "talk.yaml"
    path.write_text(
        f"{HEAD}  - press: Teeth cleaning\n  - bot: Which   … suits you?\n  - buttons: [Kentron, Komitas, …, …]\n"
    )
    with talk_with(shipped()) as talk:
        run_transcript(read_transcript(path), talk)

        assert talk.asking == "branch"


def test_other_words_are_shown_beside_the_expected_ones(tmp_path: Path) -> None:
    """The author reads the line of the file, what was said and what was expected."""
    said = departure(tmp_path, "  - customer: cleaning\n  - bot: Which doctor?\n")

    assert said == "talk.yaml:7: the bot says\n  Which branch suits you?\nexpected\n  Which doctor?"


def test_a_bot_that_is_silent_is_said_to_be(tmp_path: Path) -> None:
    """An expected message that never came is named."""
    said = departure(tmp_path, "  - bot: And what else?\n")

    assert said == "talk.yaml:6: the bot is silent; expected\n  And what else?"


def test_a_bot_that_says_more_is_found(tmp_path: Path) -> None:
    """Nothing may be said that the transcript does not have, at the next line or at the end."""
    between = departure(tmp_path, "  - customer: cleaning\n  - customer: Kentron\n")
    at_the_end = departure(tmp_path, "  - customer: cleaning\n")

    assert between == at_the_end.replace(":6:", ":7:")
    assert at_the_end == "talk.yaml:6: the bot also says\n  Which branch suits you?"


def test_other_buttons_are_shown(tmp_path: Path) -> None:
    """Buttons are compared in order, all of them."""
    said = departure(tmp_path, "  - buttons: [Consultation]\n")

    assert said.startswith("talk.yaml:6: the buttons are\n  ['Consultation', 'Teeth cleaning',")
    assert said.endswith("expected\n  ['Consultation']")


@pytest.mark.parametrize(("line", "says"), [
    ("  - press: Fly\n", "talk.yaml:6: no button 'Fly'"), ("  - wait: soon\n", "talk.yaml:6: "),
])  # fmt: skip
def test_what_cannot_be_done_names_its_line(tmp_path: Path, line: str, says: str) -> None:
    """A button that never was, a span that is none: the line is named."""
    assert departure(tmp_path, line).startswith(says)


@pytest.mark.parametrize(("text", "says"), [
    ("- a", "a transcript is a mapping"), ("language: en", "talk is missing"),
    ("talk:\n  - bot: Hi\n  - sings: la\n", "talk.yaml:3: an entry is one of"), ("talk:\n  - hello\n", "talk.yaml:2:"),
])  # fmt: skip
def test_a_file_that_is_no_transcript_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """A slip in the file is told apart from a slip of the bot."""
    path = tmp_path / "talk.yaml"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"talk\.yaml") as told:
        read_transcript(path)
    assert says in str(told.value)


@pytest.mark.req("F23")
def test_a_month_passes_with_everything_in_it_at_its_time(booked: Talk) -> None:
    """Thirty days bring the reminder at its moment and nothing else, in no time."""
    began, said = booked.clock.now(), len(booked.heard)
    booked.waits(timedelta(days=30))

    assert booked.clock.now() - began == timedelta(days=30)
    assert len(booked.heard) - said == 1
    assert booked._lines()[-1].at - began == timedelta(hours=2)


@pytest.mark.req("F23")
def test_a_repeat_of_an_event_is_a_repeat_in_a_talk_too(clinic: Talk) -> None:
    """The kit cannot be kinder than production: a delivery that comes twice counts once."""
    said = len(clinic.heard)
    clinic.happens(Said("Book a visit"), key="update:1").happens(Said("Book a visit"), key="update:1")

    assert len(clinic.heard) == said + 1


def test_the_clock_of_a_talk_never_goes_back(clinic: Talk) -> None:
    """Time moves one way."""
    with pytest.raises(ValueError, match="cannot go back"):
        clinic.clock.move_to(clinic.clock.now() - timedelta(seconds=1))
