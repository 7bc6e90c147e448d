"""What is recorded: it is said before, kept by us alone, and nothing is where the firm does not want it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from bot.events import Apology, Media, Unheard
from bot.runtime import Tenant
from bot.texts import Localized, Phrasebook, Text, t
from handlers.telephone import PROMPTS, spoken_of
from tests.integrations.twilio.voice.conftest import Dials
from tests.integrations.twilio.voice.talk import VoiceTalk, plain
from tests.integrations.twilio.voice.test_calling import RECEPTION, cases_of, for_staff
from tests.standins.twilio.voice_call import TALK

LANGUAGES = ["hy", "ru", "uz", "ka", "en"]
ANSWERS = {RECEPTION[0]: "completed"}


def recorded(talk: VoiceTalk) -> list[tuple[str, str]]:
    """The recordings in the conversation: kind and name."""
    return [(each.kind, each.name) for line in talk._lines() for each in line.message.media]


def kept(talk: VoiceTalk) -> list[bytes]:
    return [stored.body for stored in talk.shelf.files.values()]


@pytest.mark.req("E4")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_before_a_talk_is_recorded(staffed: Tenant, line: Dials, language: str) -> None:
    """The caller hears it in their language before a phone rings; the talk is then in the conversation."""
    talk = line(staffed, language=language, record="yes").calls(phones=ANSWERS)
    talk.hears()
    told = plain(talk.keys("0").hears())
    notice, ringing = (plain(staffed.phrasebook.say(PROMPTS[name], language)) for name in ("recorded", "ringing"))

    assert told.index(notice) < told.index(ringing)
    assert [kind for kind, _ in recorded(talk)] == ["call"]
    assert kept(talk) == [TALK]


@pytest.mark.req("E4")
def test_nothing_is_recorded_unless_the_firm_wants_it(staffed: Tenant, line: Dials) -> None:
    """Without the setting talks are rung through and forgotten."""
    talk = line(staffed).calls(phones=ANSWERS).keys("0")

    assert staffed.phrasebook.say(PROMPTS["recorded"], "en") not in talk.call.heard
    assert (talk.api.recordings, recorded(talk), kept(talk)) == ({}, [], [])


@pytest.mark.req("E4")
def test_a_recorded_talk_lies_at_the_desk_alone(staffed: Tenant, line: Dials) -> None:
    """The group sees that there is one, without the sound; nothing is said to the customer about it."""
    talk = line(staffed, record="yes").calls(phones=ANSWERS).keys("0")
    said = len(talk.heard)
    talk.waits(timedelta(minutes=1))

    assert "☎" in "\n".join(talk.room.texts()).splitlines()
    assert not any(message.media for _, message in talk.room.posts.values())
    assert (len(talk.heard), talk.api.recordings) == (said, {})
    assert [kind for kind, _ in cases_of(talk)] == ["handoff"]


@pytest.mark.req("E4")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_before_a_message_is_recorded(staffed: Tenant, line: Dials, language: str) -> None:
    """Whether the phones rang out or there is a firm's own wording, the words come before the tone."""
    talk = line(staffed, language=language).calls().keys("0")

    assert talk.call.asks is not None
    assert talk.call.asks.name == "Record"
    assert plain(talk.on_the_phone).endswith(plain(staffed.phrasebook.say(PROMPTS["leave"], language)))


@pytest.mark.req("E4")
def test_a_firm_may_say_it_in_its_own_words(clinic: Tenant) -> None:
    """A wording of the business folder takes the place of ours, as with every text."""
    ours = PROMPTS["recorded"]
    assert isinstance(ours, Text)
    own = {ours.id: Localized({"en": "For quality we record."})}
    spoken = spoken_of(clinic.business, Phrasebook("en", own), None)

    assert spoken.prompts["en"]["recorded"] == "For quality we record."


@pytest.mark.req("E4")
def test_a_message_is_kept_here_and_erased_at_twilio(staffed: Tenant, line: Dials) -> None:
    """What a caller has said lies in one place, which is ours; the desk can still play it."""
    talk = line(staffed).calls().keys("0").leaves(b"ID3 a voice")
    ((kind, name),) = recorded(talk)
    passes(talk, timedelta(minutes=1))
    stored = talk.does(talk.keeping.read("voice_twilio/main", name))

    assert (kind, talk.api.recordings) == ("voice", {})
    assert stored is not None
    assert stored.body == b"ID3 a voice"


@pytest.mark.req("E4")
@pytest.mark.parametrize("event", [Unheard, partial(Apology, 3)])
def test_what_was_not_answered_is_kept_and_erased_all_the_same(
    clinic: Tenant, line: Dials, event: Callable[..., Unheard | Apology]
) -> None:
    """A recording that came too fast, or whose handling failed, does not stay at Twilio for that."""
    talk = line(clinic).calls()
    talk.api.recordings["RE01"] = b"ID3 a voice"
    talk.happens(event(media=(Media("voice", "RE01", "audio/mpeg", source="voice_twilio/main"),)))
    passes(talk, timedelta(minutes=1))

    assert (talk.api.recordings, kept(talk)) == ({}, [b"ID3 a voice"])


@pytest.mark.req("E4")
def test_nothing_is_erased_before_it_is_kept(staffed: Tenant, line: Dials) -> None:
    """While Twilio is still making the sound it stays there; afterwards it is fetched, and only then erased."""
    talk = line(staffed).calls().keys("0")
    talk.does(talk.call.leaves(b"ID3 a voice"))
    talk.api.unready.update(talk.api.recordings)
    talk.waits(timedelta(seconds=30))
    early = len(talk.api.recordings), kept(talk)
    talk.api.unready.clear()
    passes(talk, timedelta(minutes=30))

    assert early == (1, [])
    assert (talk.api.recordings, kept(talk)) == ({}, [b"ID3 a voice"])


@pytest.mark.req("E4")
def test_what_cannot_be_erased_is_tried_again_and_in_the_end_told(staffed: Tenant, line: Dials) -> None:
    """A key that may read and not erase is tried for a month; then the desk knows that Twilio still has it."""
    talk = line(staffed)
    talk.api.erases = False
    talk.calls().keys("0").leaves(b"ID3 a voice")
    tried = talk.api.refused
    passes(talk, timedelta(days=31), step=timedelta(hours=1))
    words = for_staff(staffed, t("A recording could not be erased at the provider. Erase it there."))

    assert kept(talk) == [b"ID3 a voice"]
    assert tried < talk.api.refused
    assert words in "\n".join(talk.room.texts())


@pytest.mark.req("E4")
def test_the_desk_hears_of_it_after_the_case_is_closed(staffed: Tenant, line: Dials) -> None:
    """A month later nobody has the case open any more; a new one says what is to be done."""
    talk = line(staffed)
    talk.api.erases = False
    talk.calls().keys("0").leaves(b"ID3 a voice")
    talk.staff("/close")
    passes(talk, timedelta(days=31), step=timedelta(hours=1))
    words = for_staff(staffed, t("A recording could not be erased at the provider. Erase it there."))

    assert words in "\n".join(talk.room.texts())


def passes(talk: VoiceTalk, span: timedelta, step: timedelta = timedelta(minutes=1)) -> None:
    """Time passes in steps, in which what the keeper has begun is ended."""
    ends = talk.clock.now() + span
    while talk.clock.now() < ends:
        talk.waits(step)
