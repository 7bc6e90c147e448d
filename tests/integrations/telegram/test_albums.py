"""Several pictures sent in one go, from Telegram to the answer that a customer reads."""

from collections.abc import Iterator
from functools import cache

import pytest

from handlers import ACTORS, ROUTES
from tests.dialogs.parlour import MONDAY, clinic_tenant
from tests.transcripts.over_telegram import TelegramTalk

tenant = cache(clinic_tenant)


@pytest.fixture
def talk() -> Iterator[TelegramTalk]:
    """A customer of the sample clinic who has opened its bot."""
    with TelegramTalk(tenant(), ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        talk.opens()
        yield talk


def pictures(talk: TelegramTalk) -> int:
    """How many pictures the transcript has."""
    return sum(
        each.kind == "image" for line in talk._lines() if line.author == "customer" for each in line.message.media
    )


@pytest.mark.req("F1")
def test_an_album_is_answered_once(talk: TelegramTalk) -> None:
    """Three pictures in one go: all are kept, and the customer reads one answer; the next album has one of its own."""
    before = len(talk.heard)
    talk.person.sends_album(b"a", b"b", b"c")
    talk._arrives()
    first = talk.heard[before:]
    talk.person.sends_album(b"d", b"e", album="1331")
    talk._arrives()

    assert [each.startswith("I have kept your picture") for each in first] == [True]
    assert len(talk.heard) == before + 2
    assert pictures(talk) == 5


def test_words_with_an_album_are_understood(talk: TelegramTalk) -> None:
    """What stands under the first picture is heard like any message, and the other pictures ask nothing of it."""
    talk.person.sends_album(b"a", b"b", caption="Book a visit")
    talk._arrives()

    assert talk.asking == "service"
    assert pictures(talk) == 2


def test_words_under_a_later_picture_are_heard_too(talk: TelegramTalk) -> None:
    """No words are passed over, wherever they stand."""
    talk.person.sends_photo(b"a", album="7")
    talk.person.sends_photo(b"b", "Book a visit", album="7")
    talk._arrives()

    assert talk.asking == "service"


def test_an_open_question_stays_open(talk: TelegramTalk) -> None:
    """In the middle of a booking an album is kept, answered once, and the question can still be answered."""
    talk.says("Book a visit")
    before = len(talk.heard)
    talk.person.sends_album(b"a", b"b")
    talk._arrives()

    assert len(talk.heard) == before + 1
    assert talk.asking == "service"
