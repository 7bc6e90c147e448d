"""A channel within the house: what is told later of a message reaches it, and words that hold everywhere hold here."""

from functools import partial
from pathlib import Path

import pytest

import main
from bot.runtime import Tenant
from bot.store import receipts
from bot.testing import Talk
from handlers import ACTORS, ROUTES
from tests.contracts.channels.conftest import NOW
from tests.contracts.channels.lines import those_with
from tests.integrations.twilio.voice.talk import VoiceTalk
from tests.transcripts.over_line import LineTalk

HUMAN = {"en": "HUMAN", "ru": "оператор", "hy": "օպերատոր", "ka": "ოპერატორი", "uz": "operator"}
TWO_WAY = [*those_with("send"), "webchat", "voice_twilio"]


@pytest.fixture(scope="module")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(Path("businesses/demo"))


def talk_on(channel: str, clinic: Tenant, language: str = "en") -> LineTalk:
    return LineTalk(channel, clinic, ROUTES, now=NOW, language=language, actors=ACTORS)


def call_or_chat(channel: str, clinic: Tenant, language: str = "en") -> Talk:
    """A talk on any channel; what is said in a call is its answer, so a call has a talk of its own."""
    if channel == "voice_twilio":
        return VoiceTalk(clinic, ROUTES, now=NOW, language=language, actors=ACTORS)
    return talk_on(channel, clinic, language)


@pytest.mark.parametrize("channel", those_with("send", "receipt"))
def test_what_became_of_a_message_is_known(clinic: Tenant, channel: str) -> None:
    """The id under which a provider took a message is the one under which it tells of it; the best that was told counts."""
    with talk_on(channel, clinic) as talk:
        talk.opens().says("prices")
        told = [each for each in talk.line.reports if each != "failed"]
        for state in (told[-1], told[0]):
            for number, part, provider_id in talk.taken:
                talk.delivers(talk.line.receipt(state, provider_id, number, part))
        script = partial(receipts.states, talk.business.slug, talk.contact.actor, 1)
        states = talk.does(talk.store.read(script))

    assert len(states) >= 1
    assert set(states.values()) == {told[-1]}


@pytest.mark.req("F1")
@pytest.mark.parametrize("channel", TWO_WAY)
@pytest.mark.parametrize("language", HUMAN)
def test_a_person_is_called_from_everywhere(clinic: Tenant, channel: str, language: str) -> None:
    """HUMAN, in the customer's own word: a case stands before the staff."""
    with call_or_chat(channel, clinic, language) as talk:
        talk.opens().says(HUMAN[language])

        assert talk.room is not None
        assert talk.room.topics


@pytest.mark.req("F1", "F19")
@pytest.mark.parametrize("channel", TWO_WAY)
def test_stop_stops(clinic: Tenant, channel: str) -> None:
    """STOP is understood on every channel; what the customer asks afterwards is answered as before."""
    with call_or_chat(channel, clinic) as talk:
        talk.opens().says("STOP")
        before = len(talk.heard)
        talk.says("prices")

        assert "no more reminders" in talk.heard[before - 1]
        assert len(talk.heard) > before
