"""What becomes of what is sent, for every way in which Telegram takes it or does not."""

from datetime import timedelta

import pytest

from bot.events import Contact, Media
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.replies import Choice, Link, Message, Speak
from integrations.channels.telegram import Telegram
from tests.integrations.telegram.conftest import Connect
from tests.standins.telegram import DropAfter, DropBefore, Outage, OutageAfter, Person, Refuse, TelegramServer, TooMany

PICTURE = Media("image", "a.jpg", "image/jpeg")


@pytest.fixture
def ani(api: TelegramServer) -> Person:
    """A customer who has opened the bot."""
    ani = api.person("Ani", language="hy")
    ani.starts()
    return ani


async def say(telegram: Telegram, who: Person, message: Message, replaced: str = "") -> list[Outcome]:
    contact = Contact("telegram", "main", str(who.id))
    return [await telegram.send(contact, call) for call in telegram.render(message, 7, replaced)]


async def test_what_is_said_arrives_and_its_number_comes_back(telegram: Telegram, ani: Person) -> None:
    """The customer sees the words and the buttons."""
    outcomes = await say(telegram, ani, Message("Hello", (Choice("0", "Book", Speak("menu")),)))

    shown = ani.screen[-1]
    assert outcomes == [Sent(str(shown.message_id))]
    assert (shown.text, shown.buttons) == ("Hello", (("Book",),))


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Refuse(403, "Forbidden: bot was blocked by the user"), "blocked"),
        (Refuse(403, "Forbidden: user is deactivated"), "blocked"),
        (Refuse(400, "Bad Request: chat not found"), "blocked"),
        (Refuse(403, "Forbidden: bot was kicked from the supergroup chat"), "gone"),
        (Refuse(403, "Forbidden: bot is not a member of the supergroup chat"), "gone"),
        (Refuse(400, "Bad Request: message thread not found"), "thread"),
        (Refuse(400, "Bad Request: not enough rights to send text messages to the chat"), "rights"),
        (Refuse(400, "Bad Request: the chat is not a forum"), "rights"),
        (Refuse(400, "Bad Request: TOPIC_CLOSED"), "rights"),
        (Refuse(400, "Bad Request: message is too long"), "refused"),
    ],
)
async def test_a_refusal_for_good_says_why(
    telegram: Telegram, api: TelegramServer, ani: Person, fault: Refuse, outcome: str
) -> None:
    """What will never arrive is given up at once, and the reason has a name that is acted on."""
    api.faults.always("sendMessage", fault)
    (result,) = await say(telegram, ani, Message("Hello"))

    assert isinstance(result, Undeliverable)
    assert result.outcome == outcome


async def test_a_customer_who_blocked_the_bot_cannot_be_reached(telegram: Telegram, ani: Person) -> None:
    """Whoever leaves is left alone."""
    ani.blocks()
    (result,) = await say(telegram, ani, Message("Hello"))

    assert isinstance(result, Undeliverable)
    assert result.outcome == "blocked"


async def test_a_group_that_moved_gives_its_new_number(telegram: Telegram, api: TelegramServer, ani: Person) -> None:
    """A message for a group that became a supergroup tells where it is now."""
    api.faults.once("sendMessage", Refuse(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -1009}))

    assert await say(telegram, ani, Message("x")) == [Undeliverable("moved", "the group has another id", "-1009")]


@pytest.mark.parametrize("fault", [DropAfter(), OutageAfter(504)])
async def test_a_lost_answer_is_perhaps_sent(
    telegram: Telegram, api: TelegramServer, ani: Person, fault: DropAfter | OutageAfter
) -> None:
    """When the connection breaks after the request left nobody pretends to know."""
    api.faults.once("sendMessage", fault)
    (result,) = await say(telegram, ani, Message("Hello"))

    assert isinstance(result, PerhapsSent)
    assert ani.screen[-1].text == "Hello"


@pytest.mark.parametrize("fault", [Outage(502), Outage(500, page="<html>Oops</html>"), TooMany(3)])
async def test_an_outage_is_waited_out(
    telegram: Telegram, api: TelegramServer, ani: Person, fault: Outage | TooMany
) -> None:
    """What Telegram does not take now is sent later."""
    api.faults.once("sendMessage", fault)
    (result,) = await say(telegram, ani, Message("Hello"))

    assert isinstance(result, Retry)
    assert result.after >= timedelta(seconds=3)


async def test_who_is_asked_to_wait_does_not_ask_again_before(
    telegram: Telegram, api: TelegramServer, ani: Person
) -> None:
    """After a 429 no call is made to this chat until its time has come; others are spoken to."""
    bea = api.person("Bea")
    bea.starts()
    api.faults.once("sendMessage", TooMany(30), chat=ani.id)
    await say(telegram, ani, Message("one"))
    calls = len(api.record.calls("sendMessage"))
    (held,) = await say(telegram, ani, Message("one"))

    assert isinstance(held, Retry)
    assert timedelta(seconds=25) < held.after <= timedelta(seconds=30)
    assert len(api.record.calls("sendMessage")) == calls
    assert isinstance((await say(telegram, bea, Message("two")))[0], Sent)


async def test_a_server_that_cannot_be_reached_is_tried_again(connect: Connect, ani: Person) -> None:
    """A request that never left is no doubt about having been sent."""
    (result,) = await say(connect(api_url="http://127.0.0.1:9"), ani, Message("Hello"))

    assert isinstance(result, Retry)


async def test_a_dropped_connection_before_the_answer_leaves_a_doubt(
    telegram: Telegram, api: TelegramServer, ani: Person
) -> None:
    """From here it cannot be told whether it was done: it is said again, not lost."""
    api.faults.once("sendMessage", DropBefore())
    (result,) = await say(telegram, ani, Message("Hello"))

    assert isinstance(result, PerhapsSent)


async def test_a_revoked_token_holds_what_is_to_be_sent(
    telegram: Telegram, api: TelegramServer, ani: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lost while an owner sets a new token; the log names the account once, never the token."""
    api.bot.revoked = True
    held = [(await say(telegram, ani, Message("Hello")))[0] for _ in range(3)]

    assert all(isinstance(each, Retry) for each in held)
    written = capsys.readouterr()
    assert (written.out + written.err).count("refuses an account") == 1
    assert api.bot.token.partition(":")[2] not in written.out + written.err


async def test_a_correction_changes_the_message_that_stands(telegram: Telegram, ani: Person) -> None:
    """The customer sees the corrected words in the old place."""
    (first,) = await say(telegram, ani, Message("Come at ten."))
    assert isinstance(first, Sent)
    (again,) = await say(telegram, ani, Message("Come at eleven.", replaces=7), first.provider_id)
    (same,) = await say(telegram, ani, Message("Come at eleven.", replaces=7), first.provider_id)

    assert [each.text for each in ani.screen if each.by_bot] == ["Come at eleven."]
    assert again == same == first


async def test_a_correction_of_a_picture_changes_the_words_under_it(telegram: Telegram, ani: Person) -> None:
    """Whether words stand alone or under a picture, they are corrected where they are."""
    (first,) = await say(telegram, ani, Message("Our place", media=(PICTURE,)))
    assert isinstance(first, Sent)
    await say(telegram, ani, Message("Our new place", replaces=7), first.provider_id)

    assert [(each.kind, each.text) for each in ani.screen if each.by_bot] == [("photo", "Our new place")]


async def test_a_correction_of_what_is_gone_is_said_anew(telegram: Telegram, ani: Person) -> None:
    """A customer who deleted the old message still learns the new."""
    (first,) = await say(telegram, ani, Message("Come at ten."))
    assert isinstance(first, Sent)
    ani.deletes(int(first.provider_id))
    await say(telegram, ani, Message("Come at eleven.", replaces=7), first.provider_id)

    assert ani.screen[-1].text == "Come at eleven."


async def test_what_is_taken_back_disappears(telegram: Telegram, ani: Person) -> None:
    """A message without words takes the old one away; twice does no harm."""
    (first,) = await say(telegram, ani, Message("A mistake"))
    assert isinstance(first, Sent)
    for _ in range(2):
        assert await say(telegram, ani, Message("", replaces=7), first.provider_id) == [Sent()]

    assert [each for each in ani.screen if each.by_bot] == []


async def test_our_own_pictures_are_uploaded(telegram: Telegram, ani: Person) -> None:
    """A picture of the business folder arrives with its words; a drawing arrives as a file."""
    await say(telegram, ani, Message("Our place", media=(PICTURE,)))
    await say(telegram, ani, Message("Our sign", media=(Media("image", "logo.svg", "image/svg+xml"),)))

    assert [(each.kind, each.text) for each in ani.screen if each.by_bot] == [
        ("photo", "Our place"),
        ("document", "Our sign"),
    ]


async def test_a_picture_that_is_gone_leaves_its_words(telegram: Telegram, ani: Person) -> None:
    """A file that nobody has any more does not keep the customer from the words."""
    lost = Media("image", "gone.jpg", "image/jpeg", "the entrance")
    await say(telegram, ani, Message("We are here", media=(lost,)))
    await say(telegram, ani, Message("", media=(lost,)))

    assert [each.text for each in ani.screen if each.by_bot] == ["We are here", "the entrance"]


async def test_a_file_of_telegram_is_passed_on_by_its_id(telegram: Telegram, api: TelegramServer, ani: Person) -> None:
    """What a customer sent is not uploaded again, unless Telegram does not take it for that kind of file."""
    photo = ani.sends_document(b"%PDF", "scan.pdf", "application/pdf")
    file_id = photo.body["document"]["file_id"]
    api.faults.once("sendPhoto", Refuse(400, "Bad Request: can't use file of type Document as Photo"))
    for kind in ("file", "image"):
        media = Media(kind, file_id, "image/png" if kind == "image" else "application/pdf", source="telegram/main")
        await say(telegram, ani, Message("", media=(media,)))

    assert [each.kind for each in ani.screen if each.by_bot] == ["document", "document"]


async def test_a_link_that_no_button_opens_is_written_out(telegram: Telegram, api: TelegramServer, ani: Person) -> None:
    """An address on the firm's own network does not keep the message from arriving."""
    api.faults.once("sendMessage", Refuse(400, "Bad Request: inline keyboard button URL 'http://pc/' is invalid"))
    await say(telegram, ani, Message("Read this", links=(Link("http://pc/", "Rules"),)))

    assert (ani.screen[-1].text, ani.screen[-1].labels) == ("Read this\nRules: http://pc/", ())


async def test_the_phone_is_shared_by_a_button(telegram: Telegram, ani: Person) -> None:
    """A customer is offered to share their number, or to go back."""
    await say(telegram, ani, Message("Your phone?", (Choice("0", "Back", Speak("back")),), hint="tel"))

    assert ani.keys == ("Share my phone", "Back")


async def test_files_can_be_fetched(telegram: Telegram, ani: Person) -> None:
    """What a customer sent can be looked at on the web desk; what is gone is None."""
    sent = ani.sends_document(b"%PDF", "scan.pdf", "application/pdf")

    assert await telegram.fetch(sent.body["document"]["file_id"]) == b"%PDF"
    assert await telegram.fetch("unknown") is None
