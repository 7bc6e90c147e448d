"""What pywa, a program of others for the same API, makes of the same things: it sends as we do and reads as we do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pywa import handlers
from pywa.client import WhatsApp as Pywa
from pywa.types.callback import Button, Section, SectionList, SectionRow, URLButton

from bot.events import Media, Pressed, Receipt, Said
from bot.replies import Choice, Link, Message, Speak
from integrations.channels.meta.whatsapp import WhatsApp
from tests.integrations.meta.whatsapp.conftest import delivered, say
from tests.standins.meta import APP_SECRET, TOKEN, GraphServer
from tests.standins.meta.whatsapp import NUMBER, WhatsAppPart
from tests.standins.meta.whatsapp_people import Person
from tests.standins.meta.wire import Json, escaped, signature

MENU = Speak("menu")


class ToStandin(httpx.HTTPTransport):
    """Carries what is for Meta to the stand-in."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._to = httpx.URL(url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host=self._to.host, port=self._to.port)
        return super().handle_request(request)


@pytest.fixture
async def pywa(graph: GraphServer) -> AsyncIterator[Pywa]:
    """Its client, on the same number."""
    with httpx.Client(transport=ToStandin(graph.url)) as session:
        yield Pywa(phone_id=NUMBER, token=TOKEN, session=session, app_secret=APP_SECRET, filter_updates=False)


Way = Callable[[Pywa, str], Any]
SAME: dict[str, tuple[Message, Way]] = {
    "words": (Message("Բարև 😀"), lambda wa, to: wa.send_text(to, "Բարև 😀")),
    "buttons": (
        Message("Which?", (Choice("a", "Այո", MENU), Choice("b", "Ոչ", MENU))),
        lambda wa, to: wa.send_text(to, "Which?", buttons=[Button("Այո", "7.a"), Button("Ոչ", "7.b")]),
    ),
    "a list": (
        Message("Which?", tuple(Choice(str(n), f"Row {n}", MENU, description=f"about {n}") for n in range(5))),
        lambda wa, to: wa.send_text(to, "Which?", buttons=rows(5)),
    ),
    "a link": (
        Message("Read", links=(Link("https://example.com/a?b=c", "Rules"),)),
        lambda wa, to: wa.send_text(to, "Read", buttons=URLButton("Rules", "https://example.com/a?b=c")),
    ),
    "a place": (
        Message("", media=(Media("place", "", "", "40.177200, 44.503490"),)),
        lambda wa, to: wa.send_location(to, 40.1772, 44.50349),
    ),
}


def rows(count: int) -> SectionList:
    """A list as it makes one; its sections must have a title."""
    made = [SectionRow(f"Row {n}", f"7.{n}", f"about {n}") for n in range(count)]
    return SectionList("Choose", [Section("All", made)])


def plain(fields: Json) -> Json:
    """A message without what does not show, or may be said in two ways."""
    kept = {
        name: each for name, each in fields.items() if name not in {"biz_opaque_callback_data", "messaging_product"}
    }
    content = {name: each for name, each in kept[kept["type"]].items() if name != "preview_url" and each is not None}
    for section in content.get("action", {}).get("sections", []):
        section.pop("title", None)
    return kept | {kept["type"]: content}


@pytest.mark.req("F1")
@pytest.mark.parametrize("name", SAME)
async def test_the_same_message_is_sent_in_the_same_form(
    whatsapp: WhatsApp, pywa: Pywa, graph: GraphServer, ani: Person, name: str
) -> None:
    """Field by field, whatever is said."""
    message, way = SAME[name]
    await say(whatsapp, ani, message, by_phone=True)
    await asyncio.to_thread(way, pywa, "+37491123456")
    ours, theirs = (plain(each.fields) for each in graph.calls("messages"))

    assert ours == theirs
    assert [each.options for each in ani.screen][:1] == [each.options for each in ani.screen][1:]


async def test_the_same_id_is_written_to_in_the_same_field(whatsapp: WhatsApp, pywa: Pywa, cloud: WhatsAppPart) -> None:
    """Somebody without a phone."""
    hidden = cloud.person("37455000001", "Nare", hidden=True)
    await say(whatsapp, hidden, Message("Hello"))
    await asyncio.to_thread(pywa.send_text, hidden.user_id, "Hello")
    ours, theirs = (plain(each.fields) for each in cloud.graph.calls("messages"))

    assert ours == theirs


async def test_a_file_is_given_and_fetched_in_the_same_way(
    whatsapp: WhatsApp, pywa: Pywa, cloud: WhatsAppPart, ani: Person
) -> None:
    """Both leave the same picture on the screen, and both find what a customer sent."""
    await say(whatsapp, ani, Message("Look", media=(Media("image", "a.jpg", "image/jpeg"),)))
    picture = b"\xff\xd8\xff a photo"
    await asyncio.to_thread(lambda: pywa.send_image("+37491123456", picture, caption="Look", mime_type="image/jpeg"))
    note = await ani.sends("image", b"a tooth", "image/jpeg")
    found = await asyncio.to_thread(lambda: pywa.get_media_url(note["image"]["id"]))

    assert [(each.kind, each.words) for each in ani.screen] == [("image", "Look")] * 2
    assert {cloud.files[each.fields["image"]["id"]].content for each in ani.screen} == {picture}
    assert found.file_size == len(await whatsapp.fetch(note["image"]["id"]) or b"")


@pytest.fixture
def read(pywa: Pywa) -> list[Any]:
    """What it makes of deliveries."""
    seen: list[Any] = []
    for kind in (handlers.MessageHandler, handlers.CallbackButtonHandler, handlers.CallbackSelectionHandler,
                 handlers.MessageStatusHandler, handlers.FlowCompletionHandler, handlers.PhoneNumberChangeHandler):  # fmt: skip
        pywa.add_handlers(kind(lambda _, update: seen.append(update)))
    return seen


def both(whatsapp: WhatsApp, pywa: Pywa, read: list[Any], body: Json) -> tuple[Any, Any]:
    """A delivery as we read it, and as it does."""
    raw = escaped(body)
    assert pywa.webhook_update_validator(raw, signature(raw, APP_SECRET)) is None
    assert pywa.webhook_update_handler(raw) == ("ok", 200)
    (envelope,) = whatsapp.receive(delivered(body)).envelopes
    return envelope, read.pop()


@pytest.mark.req("F1")
@pytest.mark.parametrize("hidden", [False, True])
async def test_what_a_customer_does_is_read_as_the_same(
    whatsapp: WhatsApp, pywa: Pywa, read: list[Any], cloud: WhatsAppPart, hidden: bool
) -> None:
    """Who it was, when, what they wrote, pressed and chose: with a phone and without."""
    nare = cloud.person("37455000001", "Nare", hidden=hidden)
    await say(whatsapp, nare, SAME["buttons"][0])
    await say(whatsapp, nare, SAME["a list"][0])
    acts = [await nare.says("Բարև 😀"), await nare.presses("Ոչ"), await nare.presses("Row 3")]
    acts.append(await nare.sends("document", b"%PDF", "application/pdf", filename="scan.pdf", caption="here"))
    for act in acts:
        envelope, theirs = both(whatsapp, pywa, read, cloud.body(cloud.value(messages=[act], people=[nare])))
        address = envelope.actor.rpartition("/")[2]
        event = envelope.event

        assert address == theirs.from_user.bsuid
        assert event.by.phone.removeprefix("+") == (theirs.from_user.wa_id or "")
        assert event.by.name == theirs.from_user.name == "Nare"
        assert abs(envelope.at - theirs.timestamp) < timedelta(seconds=1)
        assert event.client_id == theirs.id
        if isinstance(event, Pressed):
            assert f"{event.message}.{event.choice}" == theirs.data
        elif isinstance(event, Said) and event.media:
            assert (event.media[0].name, event.media[0].alt) == (theirs.document.id, theirs.document.filename)
            assert event.text == theirs.caption
        else:
            assert event.text == theirs.text


@pytest.mark.parametrize("state", ["sent", "delivered", "read"])
async def test_what_became_of_a_message_is_read_as_the_same(
    whatsapp: WhatsApp, pywa: Pywa, read: list[Any], cloud: WhatsAppPart, ani: Person, state: str
) -> None:
    """Its state, its id, and what we had it say."""
    await say(whatsapp, ani, Message("Hello"))
    told = cloud.status(ani.screen[-1], ani, state)
    envelope, theirs = both(whatsapp, pywa, read, cloud.body(cloud.value(statuses=[told], people=[ani])))

    assert isinstance(envelope.event, Receipt)
    assert (envelope.event.state, envelope.event.provider_id) == (theirs.status.value, theirs.id)
    assert theirs.tracker == f"7.0@{ani.user_id}"
