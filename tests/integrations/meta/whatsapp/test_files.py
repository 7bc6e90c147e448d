"""Files on their way to a customer and from one."""

import asyncio
from datetime import timedelta

import pytest

from bot.events import Media, Said
from bot.ports.channel import Retry, Sent
from bot.ports.files import NotFetched
from bot.replies import Message
from integrations.channels.meta.whatsapp import WhatsApp, files
from tests.integrations.kit import Hands, Shelf
from tests.integrations.meta.whatsapp.conftest import FILES, Connect, delivered, say
from tests.standins.meta import DropAfter, GraphServer, Hold, Outage, OutageAfter, Refuse
from tests.standins.meta.whatsapp import NUMBER, WhatsAppPart
from tests.standins.meta.whatsapp_people import Person

PICTURE = Media("image", "a.jpg", "image/jpeg", "the entrance")


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        (PICTURE, "image"),
        (Media("file", "list.pdf", "application/pdf", "Price list.pdf"), "document"),
        (Media("voice", "word.ogg", "audio/ogg; codecs=opus"), "audio"),
        (Media("video", "film.mp4", "video/mp4"), "video"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_a_file_is_given_first_and_then_shown(
    whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person, media: Media, kind: str
) -> None:
    """The customer gets the file itself, as what it is."""
    outcomes = await say(whatsapp, ani, Message("", media=(media,)))
    (shown,) = ani.screen

    assert outcomes == [Sent(shown.id)]
    assert shown.kind == kind
    assert cloud.files[shown.fields[kind]["id"]].content == FILES[media.name]


async def test_a_picture_for_many_is_given_once(
    whatsapp: WhatsApp, cloud: WhatsAppPart, reads: Shelf, clock: Hands
) -> None:
    """A campaign does not upload its picture for each customer; after some weeks Meta wants it again."""
    people = [cloud.person(f"3745500000{n}", "Somebody") for n in range(5)]
    message = Message("Our place", media=(PICTURE,))
    await asyncio.gather(*(say(whatsapp, each, message) for each in people))

    assert [len(each.screen) for each in people] == [1] * 5
    assert len(cloud.graph.calls("media")) == len(reads.asked) == 1
    clock.at += timedelta(days=26)
    await say(whatsapp, people[0], message)
    assert len(cloud.graph.calls("media")) == 2


@pytest.mark.parametrize("name", ["gone.jpg", "big.jpg"])
async def test_a_file_that_cannot_be_given_becomes_a_link(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person, name: str
) -> None:
    """What is gone or too large does not keep the customer from the words, nor from where it lies."""
    await say(whatsapp, ani, Message("Our place", media=(Media("image", name, "image/jpeg", "the entrance"),)))

    assert [each.words for each in ani.screen] == [f"Our place\n\nthe entrance: https://chat.example.com/media/{name}"]
    assert graph.calls("media") == []


async def test_without_an_address_the_words_remain(connect: Connect, ani: Person) -> None:
    """A house that cannot be reached from outside says what the file is called."""
    lost = Media("image", "gone.jpg", "image/jpeg", "the entrance")
    whatsapp = connect(lambda _: "")
    await say(whatsapp, ani, Message("Our place", media=(lost,)))
    await say(whatsapp, ani, Message("", media=(Media("image", "gone.jpg", "image/jpeg"),)))

    assert [each.words for each in ani.screen] == ["Our place\n\nthe entrance", "…"]


@pytest.mark.parametrize(
    ("edge", "code"), [("media", 100), ("media", 131053), ("messages", 131053), ("messages", 131052)]
)
async def test_a_file_that_whatsapp_does_not_take_becomes_a_link(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person, edge: str, code: int
) -> None:
    """Whether it is refused when it is given or when it is shown, the message arrives, and the file is given anew next time."""
    graph.faults.once(edge, Refuse(code))
    (outcome,) = await say(whatsapp, ani, Message("Our place", media=(PICTURE,)))

    assert isinstance(outcome, Sent)
    assert [each.kind for each in ani.screen] == ["text"]
    assert "/media/a.jpg" in ani.screen[0].words
    await say(whatsapp, ani, Message("Our place", media=(PICTURE,)))
    assert [each.kind for each in ani.screen] == ["text", "image"]
    assert len(graph.calls("media")) == 2


@pytest.mark.parametrize(
    "fault", [DropAfter(), Outage(502), OutageAfter(504), OutageAfter(200), Refuse(2, 503), Refuse(190, 401)]
)
async def test_a_file_that_could_not_be_given_now_leaves_no_doubt(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person, clock: Hands, fault: DropAfter | Outage | OutageAfter | Refuse
) -> None:
    """Nothing was said yet, so it is simply tried again."""
    graph.faults.once("media", fault)
    (outcome,) = await say(whatsapp, ani, Message("Our place", media=(PICTURE,)))

    assert isinstance(outcome, Retry)
    assert ani.screen == []
    clock.at += timedelta(seconds=10)
    assert isinstance((await say(whatsapp, ani, Message("Our place", media=(PICTURE,))))[0], Sent)


async def test_a_large_file_goes_on_while_its_message_waits(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks again finds the file there, however long it took."""
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.05)
    hold = Hold()
    graph.faults.once("media", hold)
    message = Message("Our place", media=(PICTURE,))
    (waits,) = await say(whatsapp, ani, message)
    hold.release()
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 10)
    (sent,) = await say(whatsapp, ani, message)

    assert isinstance(waits, Retry)
    assert waits.scope == "line"
    assert isinstance(sent, Sent)
    assert len(graph.calls("media")) == 1


async def test_what_a_customer_sent_can_be_fetched(whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person) -> None:
    """A file is fetched in two steps, for a week; what is gone is None."""
    note = await ani.sends("image", b"a tooth", "image/jpeg", caption="here")
    (envelope,) = whatsapp.receive(delivered(cloud.body(cloud.value(messages=[note], people=[ani])))).envelopes
    assert isinstance(envelope.event, Said)
    (media,) = envelope.event.media

    assert await whatsapp.fetch(media.name) == b"a tooth"
    cloud.graph.clock.ahead += 6 * 86400
    assert await whatsapp.fetch(media.name) == b"a tooth"
    cloud.graph.clock.ahead += 2 * 86400
    assert await whatsapp.fetch(media.name) is None


@pytest.mark.parametrize("name", ["", "../me", "1?fields=x", "1/../../2", "x" * 200, "1037543291500000"])
async def test_what_is_no_file_is_not_there(whatsapp: WhatsApp, graph: GraphServer, name: str) -> None:
    """No other thing of Meta's can be asked for by the name of a file."""
    assert await whatsapp.fetch(name) is None
    assert [each.path for each in graph.record] in ([], [f"/{name}"])


@pytest.mark.parametrize("url", ["{same}", "https://evil.example/1", "file:///etc/passwd", "", "//"])
async def test_a_file_that_lies_elsewhere_is_not_fetched(
    whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person, url: str
) -> None:
    """The token is shown to Meta and nobody else, whatever address comes back."""
    note = await ani.sends("image", b"a tooth", "image/jpeg")
    same = cloud.graph.url.replace("127.0.0.1", "localhost")
    cloud.address_of_files = url.format(same=f"{same}/whatsapp_business/{note['image']['id']}")

    assert await whatsapp.fetch(note["image"]["id"]) is None


@pytest.mark.parametrize("fault", [Outage(502), DropAfter(), Refuse(190, 401), OutageAfter(200, "<html>")])
async def test_a_file_that_cannot_be_had_now_is_not_gone(
    whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person, fault: Outage | DropAfter | Refuse | OutageAfter
) -> None:
    """An outage, or a token that must be mended, is told apart from a file that is gone: it is asked for again."""
    note = await ani.sends("image", b"a tooth", "image/jpeg")
    cloud.graph.faults.once(note["image"]["id"], fault)

    with pytest.raises(NotFetched) as refused:
        await whatsapp.fetch(note["image"]["id"])
    assert refused.value.again
    assert await whatsapp.fetch(note["image"]["id"]) == b"a tooth"


async def test_the_file_is_asked_for_as_that_of_this_number(
    whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person
) -> None:
    """Meta shows a file to the number that it was sent to."""
    note = await ani.sends("image", b"a tooth", "image/jpeg")
    await whatsapp.fetch(note["image"]["id"])

    assert cloud.graph.record[-1].fields == {"phone_number_id": NUMBER}
