"""Leaving and coming back by SMS, where Twilio takes part in the talk: what it has said itself is not said again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from handlers import ACTORS, ROUTES
from tests.contracts.channels.lines.twilio import SmsLine
from tests.integrations.kit import NOW
from tests.transcripts.over_line import LineTalk


@pytest.fixture
def talk() -> Iterator[LineTalk]:
    """The demo clinic on a number of Twilio's."""
    tenant = main.tenant_of(Path("businesses/demo"))
    with LineTalk("sms_twilio", tenant, ROUTES, now=NOW, language="en", actors=ACTORS) as talk:
        yield talk


def types(talk: LineTalk, *words: str) -> None:
    """Write, and let Twilio do what it does with a word of its own."""
    line = talk.line
    assert isinstance(line, SmsLine)
    for n, word in enumerate(words, start=500 + len(talk.screen)):
        line.api.person(line.address, line.ours).says(word)
        talk.delivers(line.write(word, n))


@pytest.mark.req("F1", "F19")
@pytest.mark.parametrize("word", ["STOP", "cancel", "End"])
def test_whoever_leaves_hears_no_more_of_us(talk: LineTalk, word: str) -> None:
    """Twilio confirms it and would refuse a word of ours, so none is tried; the firm's own list has them."""
    talk.opens()
    seen = len(talk.screen)
    types(talk, word)

    assert talk.state.stopped
    assert len(talk.screen) == seen
    assert talk.undelivered == []


@pytest.mark.req("F1", "F19")
@pytest.mark.parametrize("word", ["START", "unstop"])
def test_whoever_comes_back_is_told_so_in_their_language(talk: LineTalk, word: str) -> None:
    """Twilio lets our words through again, and its own are English."""
    talk.opens()
    types(talk, "STOP", word)
    told = talk.screen[-1].text

    assert not talk.state.stopped
    assert told.startswith("You will get our messages again")
    assert talk.undelivered == []
