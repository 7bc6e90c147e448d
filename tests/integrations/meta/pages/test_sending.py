"""What becomes of what is sent, for every way in which Meta takes it or does not."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.events import Contact, Media, Opened, Pressed, Receipt, Said
from bot.ports.channel import Closes, Paced, PerhapsSent, Retry, Sent, Tracking, Undeliverable, Windowed, human_window
from bot.replies import Choice, Link, Message, Speak
from integrations.channels.meta.pages.render import Request
from tests.integrations.meta.pages.conftest import Connect, Place
from tests.standins.meta import DropAfter, DropBefore, Hold, Outage, OutageAfter, Refuse
from tests.standins.meta.faults import Fault
from tests.standins.meta.pages_messages import WebFile

YES = (Choice("yes", "Yes", Speak("menu")), Choice("no", "No", Speak("menu")))
PICTURE = Media("image", "photo.jpg", "image/jpeg")
PICTURE_URL = "https://chat.example.com/media/photo.jpg"


@pytest.mark.req("F1")
async def test_what_is_said_arrives_and_its_id_comes_back(place: Place) -> None:
    """The customer sees the words and what can be tapped."""
    outcomes = await place.say(Message("Book?", YES))

    shown = place.ani.screen[-1]
    assert outcomes == [Sent(shown["mid"])]
    assert shown["text"] == "Book?"
    assert [each["title"] for each in shown["quick_replies"]] == ["Yes", "No"]


@pytest.mark.req("F1")
async def test_what_is_tapped_leads_back_to_its_choice(place: Place) -> None:
    """A quick reply comes back as the choice it was made from."""
    await place.say(Message("Book?", YES), number=42)
    mid = place.ani.taps("No")

    assert (await place.hear())[-1] == Pressed(42, "no", mid)


async def test_a_lasting_button_means_what_it_meant(place: Place) -> None:
    """A button under an old message still names that message."""
    await place.say(
        Message("Look", (Choice("go", "Book", Speak("menu")),), links=(Link("https://example.am", "Open"),))
    )
    await place.say(Message("Later"), number=9)
    mid = place.ani.presses("Book")

    assert (await place.hear())[-1] == Pressed(7, "go", mid)


async def test_a_shared_number_comes_as_words(connect: Connect) -> None:
    """Whoever taps their own number has written it."""
    place = connect("messenger")
    await place.say(Message("Your phone?", hint="tel"))
    mid = place.ani.taps("+37491123456")

    assert (await place.hear())[-1] == Said("+37491123456", client_id=mid)


async def test_whoever_opens_the_conversation_is_heard(place: Place) -> None:
    """The button that begins it may bring along where somebody comes from."""
    place.ani.posts_back("Get Started", "GET_STARTED", referral={"ref": "promo_7", "source": "SHORTLINK"})

    assert await place.hear() == [Opened(source="promo_7")]


async def test_the_echo_of_a_message_proves_that_it_left(connect: Connect) -> None:
    """Messenger tells of every message that left; after a lost answer this is how it is known."""
    place = connect("messenger")
    place.graph.faults.once("messages", DropAfter())
    (outcome,) = await place.say(Message("Hello"))

    assert isinstance(outcome, PerhapsSent)
    assert await place.hear() == [Receipt("sent", place.ani.screen[-1]["mid"], 7, 0)]


async def test_what_was_read_is_known(place: Place) -> None:
    """A customer who looks has read what was said before."""
    await place.say(Message("Hello"))
    place.ani.reads()

    assert (await place.hear())[-1] == Receipt("read")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Refuse(10, 403, 2018278), "window"),
        (Refuse(10, 403, 2534022), "window"),
        (Refuse(10, 403, 2018065), "window"),
        (Refuse(10, 403), "refused"),
        (Refuse(551, 400, 1545041), "blocked"),
        (Refuse(200, 403, 1545041), "blocked"),
        (Refuse(200, 403), "blocked"),
        (Refuse(200, 403, 2018028), "refused"),
        (Refuse(100, 400, 2018001), "refused"),
        (Refuse(100, 400), "refused"),
        (Refuse(100, 400, 2534037), "refused"),
        (Refuse(10, 400, 2018300), "refused"),
        (Refuse(10900, 400), "refused"),
        (Outage(403), "refused"),
    ],
)
async def test_a_refusal_for_good_says_why(place: Place, fault: Fault, outcome: str) -> None:
    """What will never arrive is given up at once, and the reason has a name that is acted on."""
    place.graph.faults.once("messages", fault)
    (result,) = await place.say(Message("Hello"))

    assert isinstance(result, Undeliverable)
    assert result.outcome == outcome


@pytest.mark.parametrize(
    ("fault", "scope"),
    [
        (Refuse(190, 401, 463), "account"),
        (Refuse(190, 400), "account"),
        (Refuse(368, 400), "account"),
        (Refuse(613, 400), "account"),
        (Refuse(4, 403), "account"),
        (Refuse(32, 403), "account"),
        (Refuse(80006, 400), "account"),
        (Refuse(0, 429), "account"),
        (Outage(429), "account"),
        (Refuse(1, 500), "provider"),
        (Refuse(2, 503), "provider"),
        (Refuse(2, 400), "line"),
        (Refuse(1200, 400), "line"),
        (Outage(502), "provider"),
        (Outage(500), "provider"),
    ],
)
async def test_what_is_not_taken_now_is_sent_later(place: Place, fault: Fault, scope: str) -> None:
    """A refused token or too much at once holds the account, an outage everybody, a passing fault this one line."""
    place.graph.faults.once("messages", fault)
    (result,) = await place.say(Message("Hello"))

    assert isinstance(result, Retry)
    assert result.scope == scope
    assert timedelta(seconds=1) < result.after < timedelta(hours=1)
    assert place.ani.screen == []


@pytest.mark.parametrize("fault", [Refuse(190, 401, 463), Refuse(368)])
async def test_what_a_person_must_mend_is_said_once(place: Place, fault: Refuse) -> None:
    """A refused token stands in the log once, and shows until a message is taken again; other refusals do not end it."""
    place.graph.faults.once("messages", fault, times=2)
    place.graph.faults.once("messages", Refuse(613))
    with capture_logs() as logs:
        for _ in range(3):
            await place.say(Message("Hello"))
            place.clock.at += timedelta(minutes=10)
        trouble = place.channel.trouble
        await place.say(Message("Hello"))

    assert f"code {fault.code}" in trouble
    assert [each["log_level"] for each in logs] == ["error", "info"]
    assert place.channel.trouble == ""


@pytest.mark.parametrize("fault", [DropAfter(), OutageAfter(504), OutageAfter(200, "<html>fine</html>"), DropBefore()])
async def test_a_lost_answer_is_perhaps_sent(place: Place, fault: Fault) -> None:
    """When the connection breaks after the request left nobody pretends to know."""
    place.graph.faults.once("messages", fault)
    (result,) = await place.say(Message("Hello"))

    assert isinstance(result, PerhapsSent)


async def test_a_server_that_is_not_there_got_nothing(place: Place) -> None:
    """What never left is sent later, and not taken for perhaps sent."""
    await place.graph.stop()
    (result,) = await place.say(Message("Hello"))

    assert isinstance(result, Retry)
    assert result.scope == "provider"


async def test_who_hangs_up_in_the_middle_of_a_call_does_not_know(place: Place) -> None:
    """A channel that is closed while Meta thinks does not pretend that nothing was sent."""
    hold = Hold()
    place.graph.faults.once("messages", hold)
    saying = asyncio.create_task(place.say(Message("Hello")))
    await hold.reached()
    await place.channel.close()
    (result,) = await saying
    hold.release()

    assert isinstance(result, PerhapsSent)


async def test_a_customer_who_blocked_us_cannot_be_reached(place: Place) -> None:
    """Whoever leaves is left alone."""
    place.ani.blocked = True
    (result,) = await place.say(Message("Hello"))

    assert isinstance(result, Undeliverable)
    assert result.outcome == "blocked"


async def test_a_conversation_of_another_app_is_not_written_into(place: Place) -> None:
    """While somebody else has it, what we say is refused, and the desk hears of it."""
    place.page.hand_over(place.ani)
    (result,) = await place.say(Message("Hello"))

    assert isinstance(result, Undeliverable)
    assert result.outcome == "refused"
    assert "another app" in result.reason


@pytest.mark.req("F15")
async def test_a_person_may_answer_for_a_week(place: Place) -> None:
    """Two days later the bot is refused, a colleague is not."""
    place.passes(timedelta(days=2))
    (bot,) = await place.say(Message("Hello"))
    (person,) = await place.say(Message("Hello", author="Aram"), silence=timedelta(days=2))

    assert isinstance(bot, Undeliverable)
    assert bot.outcome == "window"
    assert isinstance(person, Sent)


async def test_an_app_that_may_not_answer_as_a_person_hears_why(place: Place) -> None:
    """Without that permission Meta says that the window is closed."""
    place.page.human_agent = False
    place.passes(timedelta(days=2))
    (result,) = await place.say(Message("Hello", author="Aram"), silence=timedelta(days=2))

    assert isinstance(result, Undeliverable)
    assert result.outcome == "window"


async def test_a_picture_is_fetched_by_meta(place: Place) -> None:
    """Pictures come before their words, as messages of their own."""
    outcomes = await place.say(Message("Look", media=(PICTURE,)))
    shown, words = place.ani.screen

    assert [type(each) for each in outcomes] == [Sent, Sent]
    assert shown["attachment"] == {"type": "image", "payload": {"url": PICTURE_URL}}
    assert words["text"] == "Look"


@pytest.mark.parametrize("file", [WebFile("image/jpeg", 26_000_000), WebFile("image/tiff"), WebFile("")])
async def test_a_file_that_is_not_taken_goes_as_its_address(place: Place, file: WebFile) -> None:
    """Too large, of another kind than its name says, not to be fetched: the customer can still open it."""
    place.page.web[PICTURE_URL] = file
    outcomes = await place.say(Message("Look", media=(PICTURE,)))

    assert [type(each) for each in outcomes] == [Sent, Sent]
    assert [each.get("text") for each in place.ani.screen] == [PICTURE_URL, "Look"]


async def test_nobody_gets_the_address_of_a_file_that_was_refused_for_another_reason(place: Place) -> None:
    """Who has no such id gets nothing at all, and is asked for once."""
    (shown, _) = await place.say(Message("Look", media=(PICTURE,)), address="999")

    assert isinstance(shown, Undeliverable)
    assert len(place.graph.calls("messages")) == 2


async def test_a_file_of_a_customer_is_fetched(place: Place) -> None:
    """It lies with Meta under an address that is known to nobody else."""
    assert await place.channel.fetch(f"{place.graph.url}/cdn/1.jpg") == b"\xff\xd8\xff a photo"
    assert await place.channel.fetch(f"{place.graph.url}/gone") is None


@pytest.mark.parametrize(
    "address", ["https://example.com/1.jpg", "http://169.254.169.254/", "file:///etc/passwd", "", "x"]
)
async def test_nothing_is_fetched_from_elsewhere(place: Place, address: str) -> None:
    """An address that is not Meta's is not opened, whatever it says."""
    assert await place.channel.fetch(address) is None


async def test_a_file_is_fetched_from_metas_own_servers_only(place: Place) -> None:
    """The same server under another name is somebody else."""
    there = place.graph.url.replace("127.0.0.1", "localhost")

    assert await place.channel.fetch(f"{there}/cdn/1.jpg") is None


@pytest.mark.req("F20")
@pytest.mark.parametrize("fault", [Refuse(100, 400, 0, "Hello Ani"), Outage(500, "Hello Ani"), DropAfter()])
async def test_no_reason_and_no_log_holds_what_was_said(place: Place, fault: Fault) -> None:
    """Meta may repeat the customer's words in its answer, and the token stands in every call; neither is passed on."""
    place.graph.faults.once("messages", fault)
    with capture_logs() as logs:
        (result,) = await place.say(Message("Hello Ani"))

    told = f"{result} {logs}"
    assert "Hello" not in told
    assert not any(secret in told for secret in place.channel.account.secrets.values())


class Slow:
    """`Rates` that are used up."""

    async def take(self, key: str, *, per_second: float, burst: int, cost: int = 1) -> float:
        assert key == "instagram/main/heavy"
        return 3.0


async def test_recordings_and_videos_go_slower(connect: Connect) -> None:
    """Ten a second is what Meta takes of them; texts do not wait for that."""
    place = connect("instagram")
    place.channel._speaker._rates = Slow()
    clip = Media("video", "photo.jpg", "video/mp4")
    waits, words = await place.say(Message("Look", media=(clip,)))

    assert waits == Retry(timedelta(seconds=3), "recordings and videos go slower")
    assert isinstance(words, Sent)


def test_a_channel_says_what_it_is(place: Place) -> None:
    """How fast, how long, whether it is told later what became of a message."""
    assert isinstance(place.channel, Paced)
    assert isinstance(place.channel, Windowed)
    assert isinstance(place.channel, Tracking)
    assert isinstance(place.channel, Closes)
    assert place.channel.tracks
    assert place.channel.window == timedelta(hours=24)
    assert human_window(place.channel, Contact(place.network, "main", "1")) == timedelta(days=7)
    assert place.channel.per_second == {"messenger": 250, "instagram": 100}[place.network]
    assert place.channel.name == place.network


async def test_closing_twice_is_safe(place: Place) -> None:
    """Nothing leaves any more, and nothing breaks."""
    await place.channel.close()
    await place.channel.close()

    assert isinstance(await place.channel.send(Contact(place.network, "main", "2002"), Request("x")), Retry)
