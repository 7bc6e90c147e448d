"""One list of promises over every channel: what is received is told apart, what is said fits, and nothing is raised."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.events import Contact, Media, Said
from bot.net import Fetcher
from bot.ports.channel import Channel, Inbound, Malformed, NotSigned, PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.clock import Clock
from bot.replies import Choice, Link, Message, Progress, Speak
from integrations.channels.telegram import Account, Telegram
from integrations.channels.webchat import WebChat
from tests.conftest import Now
from tests.standins.telegram import TOKEN, TelegramServer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "a-secret"


@dataclass(frozen=True)
class Line:
    """A channel with somebody at the other end: `write` is the delivery of their words, `contact` their address."""

    channel: Channel
    contact: Contact
    write: Callable[[str, int], Inbound]
    forged: Inbound | None = None


def webchat_line() -> Line:
    """A page of the web chat."""

    def write(text: str, number: int) -> Inbound:
        body = json.dumps({"type": "say", "id": f"c{number}", "text": text}).encode()
        return Inbound("clinic", "main", body, NOW, address="visitor")

    return Line(WebChat(lambda _: None), Contact("webchat", "main", "visitor"), write)


def telegram_line(api_url: str, chat: int, clock: Clock) -> Line:
    """A private chat in Telegram."""

    async def read(media: Media) -> bytes | None:
        return b"\xff\xd8\xff" if media.name == "a.jpg" else None

    account = Account("clinic", "main", TOKEN, "webhook", api_url, SECRET, "https://chat.example.com", rate=0)
    channel = Telegram(account, clock, read=read, files=Fetcher(anywhere=True), share=str)

    def write(text: str, number: int) -> Inbound:
        person = {"id": chat, "is_bot": False, "first_name": "Ani"}
        note = {"message_id": number, "from": person, "chat": {"id": chat, "type": "private"}, "date": 1, "text": text}
        body = json.dumps({"update_id": number, "message": note}).encode()
        return Inbound("clinic", "main", body, NOW, {"x-telegram-bot-api-secret-token": SECRET})

    forged = Inbound("clinic", "main", write("hi", 1).body, NOW, {})
    return Line(channel, Contact("telegram", "main", str(chat)), write, forged)


@pytest.fixture(params=["webchat", "telegram"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """Each channel in turn."""
    if request.param == "webchat":
        yield webchat_line()
        return
    async with TelegramServer() as api:
        ani = api.person("Ani")
        ani.starts()
        made = telegram_line(api.url, ani.id, Now())
        yield made
        assert isinstance(made.channel, Telegram)
        await made.channel.close()


def words(inbounds: Sequence[Inbound], channel: Channel) -> list[str]:
    found = [envelope.event for each in inbounds for envelope in channel.receive(each)]
    return [each.text for each in found if isinstance(each, Said)]


@pytest.mark.req("F1")
async def test_what_is_written_is_received(line: Line) -> None:
    """Words come in whole, from the right person, in every script."""
    (envelope,) = line.channel.receive(line.write("Բարև, мир, salom, გამარჯობა 😀", 1))

    assert isinstance(envelope.event, Said)
    assert envelope.event.text == "Բարև, мир, salom, გამარჯობა 😀"
    assert (envelope.business, envelope.actor, envelope.at) == ("clinic", line.contact.actor, NOW)


@pytest.mark.req("F1")
async def test_a_repeat_has_the_same_key_and_another_message_another(line: Line) -> None:
    """A delivery that comes twice is one event."""
    keys = [line.channel.receive(line.write("yes", number))[0].dedupe_key for number in (1, 1, 2)]

    assert keys[0] == keys[1] != keys[2]


@pytest.mark.req("F1")
async def test_receiving_the_same_gives_the_same(line: Line) -> None:
    """What is received depends on the delivery alone."""
    assert line.channel.receive(line.write("yes", 1)) == line.channel.receive(line.write("yes", 1))


@pytest.mark.parametrize("line", ["telegram"], indirect=True)  # web chat proves who writes before its channel
async def test_who_cannot_prove_it_is_not_received(line: Line) -> None:
    """A delivery without its proof is refused before it is read."""
    assert line.forged is not None
    with pytest.raises(NotSigned):
        line.channel.receive(line.forged)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[" * 50_000, b"\xff\xfe", b'{"update_id": 1e999}'])
async def test_what_cannot_be_read_is_called_malformed(line: Line, body: bytes) -> None:
    """Nonsense is named as such, and nothing breaks."""
    whole = line.write("hi", 1)

    with pytest.raises(Malformed):
        line.channel.receive(Inbound(whole.business, whole.account, body, NOW, whole.headers, whole.address))


@given(st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
async def test_any_words_are_received(line: Line, text: str) -> None:
    """Whatever somebody types, half a character too, comes in as words or as nothing."""
    assert len(words([line.write(text, 1)], line.channel)) <= 1


MESSAGES: dict[str, Message] = {
    "words": Message("Hello"),
    "choices": Message("Which?", tuple(Choice(str(n), f"Choice {n}", Speak("menu")) for n in range(40))),
    "very many choices": Message("Which?", tuple(Choice(str(n), f"Choice {n}", Speak("menu")) for n in range(300))),
    "a question with progress": Message("Name?", hint="text", progress=Progress(2, 5)),
    "a phone": Message("Phone?", (Choice("0", "Back", Speak("back")),), hint="tel"),
    "links": Message("Here", links=(Link("https://example.com/a", "Map"), Link("tel:+37410000101", "Call"))),
    "a picture": Message("Look", media=(Media("image", "a.jpg", "image/jpeg"),)),
    "a picture that is gone": Message("Look", media=(Media("image", "b.jpg", "image/jpeg"),)),
    "a place": Message("", media=(Media("place", "", "", "40.177200, 44.503490"),)),
    "a human": Message("Come in", author="Aram"),
    "very long words": Message("A long sentence with words. " * 600),
    "half a character": Message("a \ud83d b"),
}


@pytest.mark.req("F1")
@pytest.mark.parametrize("name", MESSAGES)
async def test_every_kind_of_message_can_be_said(line: Line, name: str) -> None:
    """Whatever the bot says leaves in requests that the other side takes, each with a result."""
    requests = line.channel.render(MESSAGES[name], 7)
    outcomes = [await line.channel.send(line.contact, request) for request in requests]

    assert requests
    assert [type(each) for each in outcomes] == [Sent] * len(requests)


async def test_rendering_the_same_gives_the_same(line: Line) -> None:
    """A message of several parts goes on where it broke off: the parts are always the same."""
    for message in MESSAGES.values():
        assert list(line.channel.render(message, 7)) == list(line.channel.render(message, 7))


async def test_a_message_is_not_changed_by_sending_it(line: Line) -> None:
    """A request can be made again as it was."""
    for request in line.channel.render(MESSAGES["choices"], 7):
        before: Any = json.loads(json.dumps(str(request)))
        outcome = await line.channel.send(line.contact, request)

        assert isinstance(outcome, Sent | Retry | PerhapsSent | Undeliverable)
        assert str(request) == before
