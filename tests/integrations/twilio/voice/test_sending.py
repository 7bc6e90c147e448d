"""What is said to somebody who is not on the line: a call, a text, or a clear word that nothing can be done."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events import Contact, Media
from bot.net import Fetcher
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable, WindowClosed
from bot.ports.files import NotFetched
from bot.replies import Link, Message
from bot.runtime import Tenant
from integrations.channels.twilio.voice import Voice
from integrations.channels.twilio.voice.channel import Ring, Text
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.desk import choices, voice
from tests.integrations.twilio.voice.talk import HOOK
from tests.standins.twilio.voice_api import VoiceApi

PERSON = Contact("voice_twilio", "main", firm.PERSON)


@pytest.fixture
async def api() -> AsyncIterator[VoiceApi]:
    started = await VoiceApi().start()
    yield started
    assert started.faults == []
    await started.stop()


@pytest.fixture
async def phone(api: VoiceApi, clinic: Tenant) -> AsyncIterator[Voice]:
    files = Fetcher(anywhere=True)
    opened = voice(clinic.business, api_url=api.url, files=files, reach="call")
    yield opened
    await opened.close()
    await files.close()


async def test_a_call_is_asked_for_with_all_that_it_needs(api: VoiceApi, phone: Voice) -> None:
    """It leads back to the message, waits for the beep of a machine, and its end is told."""
    (request,) = phone.render(Message("Good day", choices("Yes")), 12)
    outcome = await phone.send(PERSON, request)
    (asked,) = api.calls
    place = parse_qs(urlsplit(asked.get("Url")).query)

    assert outcome == Sent(asked.sid)
    assert (asked.get("To"), asked.get("From"), asked.get("MachineDetection")) == (
        firm.PERSON, firm.NUMBER, "DetectMessageEnd")  # fmt: skip
    assert (place["k"], place["s"]) == (["call"], ["11"])
    assert asked.get("StatusCallback").startswith(f"{HOOK}?k=rang&m=12")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ((429, 20429), Retry(timedelta(seconds=2), "", "account")),
        ((401, 20003), Retry(timedelta(seconds=5), "", "account")),
        ((503, 0), Retry(timedelta(seconds=5), "", "provider")),
        ((500, 0), PerhapsSent("")),
        ("before", PerhapsSent("")),
        ("after", PerhapsSent("")),
        ((400, 21216), Undeliverable("blocked", "")),
        ((400, 21211), Undeliverable("refused", "")),
        ((400, 21215), Undeliverable("refused", "")),
        ((400, 99999), Undeliverable("refused", "")),
    ],
    ids=str,
)
async def test_each_answer_means_something(
    api: VoiceApi, phone: Voice, fault: str | tuple[int, int], expected: Outcome
) -> None:
    """What can be repeated is; what is for good is said; and no reason holds a token or a number."""
    api.faults.append(fault)
    outcome = await phone.send(PERSON, Ring(12))
    reason = getattr(outcome, "reason", "")

    assert type(outcome) is type(expected)
    assert [getattr(outcome, name, "") for name in ("after", "scope", "outcome")] == [
        getattr(expected, name, "") for name in ("after", "scope", "outcome")
    ]
    assert firm.TOKEN not in reason
    assert firm.PERSON not in reason


async def test_a_wrong_token_holds_the_account(api: VoiceApi, phone: Voice) -> None:
    """A person must mend it; what waits is not lost."""
    api.token = "another"

    assert isinstance(await phone.send(PERSON, Ring(12)), Retry)


async def test_nothing_was_sent_where_nobody_listens(clinic: Tenant) -> None:
    """A connection that is refused may be tried again without harm."""
    phone = voice(clinic.business, api_url="http://127.0.0.1:9", reach="call")

    assert isinstance(await phone.send(PERSON, Ring(12)), Retry)
    await phone.close()


async def test_who_hid_their_number_cannot_be_reached(api: VoiceApi, phone: Voice) -> None:
    """There is nothing to call."""
    outcome = await phone.send(Contact("voice_twilio", "main", "CA01"), Ring(12))

    assert outcome == Undeliverable("refused", "the caller hid their number")
    assert api.calls == []


async def test_without_a_way_to_reach_callers_that_is_said(clinic: Tenant) -> None:
    """It becomes a failed message that people see, and no silence."""
    with pytest.raises(WindowClosed, match="nobody is on the line"):
        voice(clinic.business).render(Message("Good day"), 3)


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (1600, 1), (1601, 2), (3200, 2), (3201, 3)])
async def test_a_text_keeps_to_its_length(api: VoiceApi, clinic: Tenant, length: int, parts: int) -> None:
    """A text message of 1,600 characters goes as one; one more makes two, and Twilio takes them all."""
    phone = voice(clinic.business, api_url=api.url, reach="text", text_from="NurDental")
    requests = phone.render(Message("x" * length), 5)
    outcomes = [await phone.send(PERSON, each) for each in requests]
    await phone.close()

    assert len(requests) == parts
    assert all(isinstance(each, Sent) for each in outcomes)
    assert "".join(each.get("Body") for each in api.texts) == "x" * length
    assert {each.get("From") for each in api.texts} == {"NurDental"}
    assert [parse_qs(urlsplit(each.get("StatusCallback")).query)["m"] for each in api.texts] == [
        [f"5.{part}"] for part in range(parts)
    ]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(whitelist_categories=["L", "Nd"]), min_size=1, max_size=40), max_size=300))
def test_every_word_of_a_text_is_there(clinic: Tenant, words: list[str]) -> None:
    """However long it is, nothing is lost between two texts."""
    phone = voice(clinic.business, reach="text")
    parts = [each.text for each in phone.render(Message(" ".join(words)), 5) if isinstance(each, Text)]

    assert " ".join(parts).split() == " ".join(words).split()
    assert all(0 < len(part) <= 1600 for part in parts)


def test_a_text_has_what_a_call_cannot_tell(clinic: Tenant) -> None:
    """Links and pictures stand in it as addresses; choices do not, since it cannot be answered by a key."""
    message = Message(
        "Our prices", choices("Menu"), (Media("image", "a.jpg", "image/jpeg"),), (Link("https://a.am", "Site"),)
    )
    (text,) = voice(clinic.business, reach="text").render(message, 5)

    assert isinstance(text, Text)
    assert text.text.split() == ["Our", "prices", f"{firm.PUBLIC}/sound/a.jpg", "Site:", "https://a.am"]


async def test_who_opted_out_is_blocked(api: VoiceApi, clinic: Tenant) -> None:
    """Twilio refuses texts to who wrote STOP."""
    api.stopped.add(firm.PERSON)
    phone = voice(clinic.business, api_url=api.url, reach="text")
    outcome = await phone.send(PERSON, Text("Good day", 5, 0))
    await phone.close()

    assert isinstance(outcome, Undeliverable)
    assert outcome.outcome == "blocked"


async def test_recordings_are_fetched_with_the_token(api: VoiceApi, phone: Voice) -> None:
    """A caller's message lies with Twilio; what is not there, and what is no recording, is none."""
    api.recordings["RE01"] = b"ID3 a voice"

    assert await phone.fetch("RE01") == b"ID3 a voice"
    assert await phone.fetch("RE02") is None
    assert await phone.fetch("../Messages") is None
    assert await phone.fetch("fr:Bonjour") is None
    assert await phone.fetch("hy:Բարև") == firm.sound_of("Բարև")


@pytest.mark.parametrize("fault", [(503, 0), (401, 20003), "before", "after"])
async def test_a_recording_that_cannot_be_had_now_is_not_gone(
    api: VoiceApi, phone: Voice, fault: str | tuple[int, int]
) -> None:
    """An outage is no proof that nothing was recorded, nor that it was erased."""
    api.recordings["RE01"] = b"ID3 a voice"
    api.faults.append(fault)
    with pytest.raises(NotFetched) as refused:
        await phone.fetch("RE01")
    api.faults.append(fault)
    erased = await phone.erase("RE01")

    assert refused.value.again
    assert not erased
    assert (await phone.erase("RE01"), await phone.erase("RE01"), api.recordings) == (True, True, {})
    assert phone.confides("RE01")
    assert not phone.confides("hy:Բարև")


async def test_connecting_leads_calls_here(api: VoiceApi, phone: Voice) -> None:
    """The doctor sees that calls go elsewhere, mends it, and is content."""
    before = [each.fine for each in await phone.examine()]
    mended = [each.fine for each in await phone.connect()]
    after = [each.fine for each in await phone.examine()]

    assert before == [True, True, False, False]
    assert mended == [True, True, True]
    assert after == [True, True, True, True]
    assert api.number.voice_url.partition("#")[0] == HOOK


async def test_the_doctor_says_what_is_wrong(api: VoiceApi, phone: Voice) -> None:
    """A number that is not the account's, a wrong token, a provider that is away: a finding each, and no secret."""
    api.number.number = "+37499999999"
    other = await phone.examine()
    api.token = "another"
    refused = await phone.connect()
    await api.stop()
    away = await phone.examine()
    await api.start()

    assert [each.fine for each in other] == [True, False]
    assert [[each.fine for each in found] for found in (refused, away)] == [[False], [False]]
    assert firm.TOKEN not in str([other, refused, away])
