"""Comments: the answer goes where nobody else reads it, once, and a public line says where it is."""

import re
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.events import Contact, Edited, Envelope, Opened, Pressed, Receipt, Said
from bot.ports.channel import PerhapsSent, Retry, Sent, Undeliverable
from bot.replies import Choice, Message, Speak
from tests.integrations.meta.pages.conftest import NETWORKS, Connect, Place, taken
from tests.standins.meta import DropAfter, Outage, Refuse

LINE = "We have answered you in a private message."
PRICES = Message("A cleaning is 15000 AMD, Ani. Shall we book?", (Choice("0", "Book", Speak("menu")),))


@pytest.fixture(params=NETWORKS)
def open_place(request: pytest.FixtureRequest, connect: Connect) -> Place:
    """Each network, answering comments."""
    return connect(request.param, comments="answer", comment_line=LINE)


def commented(place: Place, text: str = "How much?") -> Envelope:
    """Ani comments, and the channel hears of it."""
    place.page.deliveries.take()
    place.page.comment(place.ani, text)
    (body,) = place.page.deliveries.take()
    (envelope,) = taken(place.channel, body).envelopes
    return envelope


def address(envelope: Envelope) -> str:
    """What an answer to the comment leaves by."""
    assert isinstance(envelope.event, Said)
    return envelope.event.via


@pytest.mark.req("B7", "F1")
async def test_a_comment_is_answered_in_private_and_pointed_to_in_public(open_place: Place) -> None:
    """The person reads the answer; everybody else reads one line, the same for all, with nothing of it."""
    place = open_place
    envelope = commented(place)
    outcomes = await place.say(PRICES, address=address(envelope))
    (thread,) = place.page.threads.values()

    assert isinstance(envelope.event, Said)
    assert envelope.event.text == "How much?"
    assert outcomes == [Sent(place.ani.screen[-1]["mid"])]
    assert place.ani.screen[-1]["text"] == PRICES.text
    assert thread.replies == [LINE]


async def test_our_own_line_is_not_answered(open_place: Place) -> None:
    """The public line comes back as a comment of ours, and nobody is written to because of it."""
    place = open_place
    await place.say(PRICES, address=address(commented(place)))
    found = [envelope for body in place.page.deliveries.take() for envelope in taken(place.channel, body).envelopes]

    assert [each for each in found if isinstance(each.event, Said)] == []


async def test_without_a_line_nothing_is_said_in_public(connect: Connect) -> None:
    """The public line is the firm's to write."""
    place = connect("instagram", comments="answer")
    await place.say(PRICES, address=address(commented(place)))

    assert len(place.ani.screen) == 1
    assert [call.edge for call in place.graph.record] == ["messages"]


@pytest.mark.req("B7")
async def test_a_comment_belongs_to_the_conversation_of_its_writer(open_place: Place) -> None:
    """What is written in public and in private is one conversation; each comment gets its own private answer."""
    place = open_place
    first, second = commented(place, "How much?"), commented(place, "When?")
    await place.say(Message("Six"), address=address(second))
    await place.say(PRICES, address=address(first))

    assert first.actor == second.actor == f"{place.network}/main/{place.ani.id}"
    assert [call.fields["recipient"].keys() for call in place.graph.calls("messages")] == [{"comment_id"}] * 2
    assert [each["text"] for each in place.ani.screen] == ["Six", PRICES.text]


async def test_what_is_tapped_under_the_answer_is_the_choice(open_place: Place) -> None:
    """The private message is one of the person's conversation, so its buttons mean what they say there."""
    place = open_place
    await place.say(PRICES, address=address(commented(place)), number=42)
    place.page.deliveries.take()
    mid = place.ani.taps("Book")
    (body,) = place.page.deliveries.take()
    (envelope,) = taken(place.channel, body).envelopes

    assert envelope.actor == f"{place.network}/main/{place.ani.id}"
    assert envelope.event == Pressed(42, "0", mid)


async def test_the_echo_of_an_answer_proves_that_it_left(connect: Connect) -> None:
    """On Messenger our messages come back with their place, those to comments too, so none is said twice by mistake."""
    place = connect("messenger", comments="answer")
    where = address(commented(place))
    place.page.deliveries.take()
    await place.say(Message("One"), address=where, number=42)

    assert await place.hear() == [Receipt("sent", place.ani.screen[-1]["mid"], 42, 0)]


async def test_a_second_message_waits_for_nobody(open_place: Place) -> None:
    """Only one message may go to a comment; while the person is silent what follows is given up, and the desk is told."""
    place = open_place
    where = address(commented(place))
    place.passes(timedelta(days=2))  # Ani's last message is older than a day
    first = await place.say(Message("One"), address=where)
    (second,) = await place.say(Message("Two"), address=where)

    assert isinstance(first[0], Sent)
    assert isinstance(second, Undeliverable)
    assert second.outcome == "window"
    assert [each["text"] for each in place.ani.screen] == ["One"]
    assert next(iter(place.page.threads.values())).replies == [LINE]


async def test_what_follows_reaches_a_person_who_has_written(open_place: Place) -> None:
    """Once the person has written, the rest of the answer goes to them."""
    place = open_place
    where = address(commented(place))
    outcomes = [*await place.say(Message("One"), address=where), *await place.say(Message("Two"), address=where)]

    assert [type(each) for each in outcomes] == [Sent, Sent]
    assert [each["text"] for each in place.ani.screen] == ["One", "Two"]


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_firm_may_only_invite(connect: Connect, network: str) -> None:
    """The words of the comment are written down for the staff, and the person is greeted in private."""
    place = connect(network, comments="invite")
    place.page.comment(place.ani, "How much?")
    (body,) = place.page.deliveries.take()
    noted, invited = taken(place.channel, body).envelopes

    assert (noted.heard, invited.heard) == (False, True)
    assert isinstance(noted.event, Said)
    assert noted.event.text == "How much?"
    assert isinstance(invited.event, Opened)
    assert (invited.event.source, invited.event.via) == ("comment", noted.event.via)
    assert noted.actor == invited.actor == f"{network}/main/{place.ani.id}"
    assert noted.dedupe_key != invited.dedupe_key


@pytest.mark.parametrize("comments", ["answer", "invite"])
async def test_a_comment_that_is_taken_away_is_withdrawn(connect: Connect, comments: str) -> None:
    """Whoever deletes a comment on a page's post wants nobody to read it; the page is told, and so are we."""
    place = connect("messenger", comments=comments)
    comment = place.page.comment(place.ani, "How much?")
    place.page.deliveries.take()
    place.page.remove(comment)
    (body,) = place.page.deliveries.take()
    (envelope,) = taken(place.channel, body).envelopes

    assert envelope.actor == f"messenger/main/{place.ani.id}"
    assert envelope.event == Edited(comment.id, "")


async def test_an_old_comment_is_not_answered(open_place: Place) -> None:
    """After seven days Meta takes no answer to it, nor to the person who has been silent."""
    place = open_place
    where = address(commented(place))
    place.passes(timedelta(days=8))
    (result,) = await place.say(Message("Hello"), address=where)

    assert isinstance(result, Undeliverable)
    assert result.outcome == "window"
    assert re.search("10903", result.reason)


async def test_a_person_may_answer_a_comment_days_later(open_place: Place) -> None:
    """An operator's answer needs no reason there: the comment itself is one, and no window is asked for."""
    place = open_place
    where = address(commented(place))
    place.passes(timedelta(days=3))
    (result,) = await place.say(Message("Hello", author="Aram"), address=where)

    assert isinstance(result, Sent)
    assert not place.channel.is_windowed(Contact(place.network, "main", where))
    assert place.channel.is_windowed(Contact(place.network, "main", place.ani.id))
    assert "tag" not in place.graph.calls("messages")[-1].fields


async def test_a_failed_public_line_does_not_undo_the_answer(open_place: Place) -> None:
    """The answer has arrived; what went wrong stands in the log, without anybody's words."""
    place = open_place
    edge = {"messenger": "comments", "instagram": "replies"}[place.network]
    place.graph.faults.once(edge, Refuse(200, 403))
    with capture_logs() as logs:
        (result,) = await place.say(PRICES, address=address(commented(place)))

    assert isinstance(result, Sent)
    assert [each["account"] for each in logs] == [f"{place.network}/main"]
    assert "15000" not in str(logs)


async def test_another_id_in_private_is_noticed(open_place: Place) -> None:
    """Meta names the writer of a comment by the id for the page; should it ever not, the log says so."""
    place = open_place
    place.page.deliveries.take()
    place.page.comment(place.ani, "How much?", known_as="9009")
    (body,) = place.page.deliveries.take()
    (envelope,) = taken(place.channel, body).envelopes
    with capture_logs() as logs:
        (result,) = await place.say(PRICES, address=address(envelope))

    assert isinstance(result, Sent)
    assert [(each["log_level"], each["account"]) for each in logs] == [("warning", f"{place.network}/main")]


async def test_an_outage_is_waited_out_before_anything_is_public(open_place: Place) -> None:
    """Nobody is told to look for an answer that has not left."""
    place = open_place
    where = address(commented(place))
    place.graph.faults.once("messages", Outage(502))
    (held,) = await place.say(PRICES, address=where)
    (thread,) = place.page.threads.values()

    assert isinstance(held, Retry)
    assert thread.replies == []
    assert isinstance((await place.say(PRICES, address=where))[0], Sent)


async def test_a_lost_answer_is_perhaps_sent(open_place: Place) -> None:
    """When the connection breaks nobody pretends to know; said again, the person does not read it twice unless they write."""
    place = open_place
    where = address(commented(place))
    place.passes(timedelta(days=2))
    place.graph.faults.once("messages", DropAfter())
    (lost,) = await place.say(PRICES, address=where)
    await place.say(PRICES, address=where)

    assert isinstance(lost, PerhapsSent)
    assert len(place.ani.screen) == 1
