"""What becomes of a message that is sent: each answer of Twilio has its meaning, and no reason tells what was said."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.events import Media
from bot.net.lines import Unreached
from bot.ports.channel import (
    Closes,
    Fetches,
    Outcome,
    Paced,
    PerhapsSent,
    Retry,
    Sent,
    Tracking,
    Undeliverable,
    Windowed,
)
from bot.replies import Message, Template
from integrations.channels.twilio import CHANNELS
from integrations.channels.twilio.client import CONTENT, Twilio
from integrations.channels.twilio.codes import MEANINGS
from integrations.channels.twilio.sms.channel import Sms
from integrations.channels.twilio.whatsapp.channel import WhatsApp
from tests.integrations.kit import Hands
from tests.integrations.twilio.conftest import ANI, NOW, Open, alone, say, to
from tests.standins.twilio import (
    ACCOUNT,
    TOKEN,
    DropAfter,
    DropBefore,
    Hold,
    Outage,
    OutageAfter,
    Refuse,
    TooMany,
    TwilioServer,
)
from tests.standins.twilio.messages import Seen
from tests.standins.twilio.settings import SERVICE, SHORT_CODE

WORDS = "the words of a customer"
BOTH = ["whatsapp_twilio", "sms_twilio"]


async def send(channel: Any, text: str = WORDS) -> Outcome:
    (outcome,) = await say(channel, Message(text))
    return outcome


@pytest.mark.req("F1")
@pytest.mark.parametrize("name", BOTH)
async def test_a_message_arrives_with_its_place_of_report(connect: Open, api: TwilioServer, name: str) -> None:
    """Twilio is told which message and part it is, so that what it says later is about that one."""
    outcomes = await say(connect(name), Message("я" * 3000), 42)
    told = [urlsplit(each.callback) for each in api.messages]

    assert outcomes == [Sent(each.sid) for each in api.messages]
    assert "".join(each.seen.text for each in api.messages) == "я" * 3000
    assert {each.to for each in api.messages} == {f"{'whatsapp:' if name[0] == 'w' else ''}{ANI}"}
    assert [parse_qs(each.query)["m"] for each in told] == [[f"42.{part}"] for part in range(len(outcomes))]
    assert {each._replace(query="", fragment="").geturl() for each in told} == {
        f"https://bot.example.am/webhooks/{name}/main"
    }


async def test_an_sms_asks_for_smart_encoding(sms: Sms, api: TwilioServer) -> None:
    """So that ʻ does not make a text three times as long; the words themselves are as they were written."""
    await send(sms, "oʻzbekcha")

    assert api.messages[0].form["SmartEncoded"] == ["true"]
    assert api.messages[0].seen.text == "oʻzbekcha"


@pytest.mark.parametrize(
    ("name", "sender", "seen"),
    [("sms_twilio", "Clinic", "Clinic"), ("sms_twilio", SHORT_CODE, SHORT_CODE), ("sms_twilio", SERVICE, SERVICE),
     ("whatsapp_twilio", SERVICE, SERVICE), ("whatsapp_twilio", "+37410000000", "whatsapp:+37410000000")],
)  # fmt: skip
async def test_every_kind_of_sender_can_write(
    connect: Open, api: TwilioServer, name: str, sender: str, seen: str
) -> None:
    """A number, a short code, a name, or a service that chooses one."""
    assert await send(connect(name, **{"from": sender})) == Sent(api.messages[0].sid)
    assert api.messages[0].sender == seen


async def test_somebody_who_hides_their_phone_can_be_written_to(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """By the id that WhatsApp gives them."""
    contact = to("whatsapp_twilio").__class__("whatsapp_twilio", "main", "AM.1502576394655843")
    (request,) = whatsapp.render(Message("Hello"), 1, silence=timedelta(0))

    assert await whatsapp.send(contact, request) == Sent(api.messages[0].sid)
    assert api.messages[0].to == "whatsapp:AM.1502576394655843"


async def test_files_places_and_templates_arrive(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """As WhatsApp shows them."""
    template = api.template("Your visit is at {{1}}.")
    media = (Media("image", "a.jpg", "image/jpeg"), Media("place", "", "", "40.1, 44.5"))
    outcomes = await say(whatsapp, Message("Here", media=media))
    outcomes += await say(
        whatsapp, Message("x", template=Template({"whatsapp_twilio": template}, "ru", ("11:00",))), silence=None
    )

    assert [type(each) for each in outcomes] == [Sent] * 4
    assert [each.seen for each in api.messages] == [
        Seen("", media=("https://bot.example.am/media/a.jpg",)),
        Seen("40.1,44.5", place="geo:40.1,44.5"),
        Seen("Here"),
        Seen("Your visit is at 11:00.", template=template),
    ]


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("fault", "kind", "scope"),
    [
        (TooMany(), Retry, "account"),
        (Outage(503), Retry, "provider"),
        (Outage(500), PerhapsSent, ""),
        (OutageAfter(504), PerhapsSent, ""),
        (OutageAfter(502), PerhapsSent, ""),
        (DropBefore(), PerhapsSent, ""),
        (DropAfter(), PerhapsSent, ""),
        (Refuse(20003, 401), Retry, "account"),
        (Refuse(0, 403), Retry, "account"),
        (Refuse(20404, 404), Retry, "account"),
        (Refuse(63018, 429), Retry, "account"),
        (Refuse(0, 429), Retry, "account"),
        (Refuse(30410, 400), Retry, "line"),
        (Refuse(12345), Undeliverable, ""),
        (Refuse(0), Undeliverable, ""),
    ],
    ids=str,
)  # fmt: skip
async def test_what_goes_wrong_has_a_meaning(
    connect: Open, api: TwilioServer, clock: Hands, name: str, fault: Any, kind: type[Outcome], scope: str
) -> None:
    """Who waits, and whether it may have been sent; the next message goes out as if nothing had been."""
    channel = connect(name)
    api.faults.once("Messages.json", fault)
    outcome = await send(channel)

    assert type(outcome) is kind
    assert getattr(outcome, "scope", "") == scope
    assert WORDS not in repr(outcome)
    assert ANI not in repr(outcome)
    clock.at += timedelta(minutes=10)
    assert isinstance(await send(channel), Sent)


@pytest.mark.parametrize("name", BOTH)
async def test_who_is_told_how_long_to_wait_waits_that_long(connect: Open, api: TwilioServer, name: str) -> None:
    """Never less than we would anyway, and never for days."""
    channel = connect(name)
    waits = []
    for seconds in (1, 45, 10_000):
        api.faults.once("Messages.json", TooMany(seconds))
        outcome = await send(channel)
        assert isinstance(outcome, Retry)
        waits.append(outcome.after.total_seconds())

    assert waits == [2, 45, 3600]


@pytest.mark.parametrize("name", BOTH)
async def test_an_account_that_is_refused_is_tried_seldom(
    connect: Open, api: TwilioServer, clock: Hands, name: str
) -> None:
    """It shows what a person must mend; meanwhile nothing is asked for, and afterwards everything goes out."""
    channel = connect(name)
    right, api.token = api.token, "another"
    outcomes = [await send(channel) for _ in range(3)]
    asked, trouble, api.token = len(api.asked), channel.trouble, right
    clock.at += timedelta(seconds=5)
    sent = await send(channel)

    assert asked == 1
    assert trouble == "Twilio: the token is refused (code 20003)"
    assert outcomes == [Retry(timedelta(seconds=5), trouble, "account")] * 3
    assert (type(sent), channel.trouble) == (Sent, "")


BLOCKED, WINDOW = {13225, 21216, 21610, 30004, 63014, 63033}, {63016}
LATER = {20003, 20005, 20429, 14107, 21212, 21611, 21659, 21660, 30001, 30002, 30410, 63007, 63009, 63010, 63012, 63017, 63018,
         63020, 63038}  # fmt: skip
REFUSED = {21211, 21408, 21606, 21612, 21614, 21617, 21654, 21655, 21656, 30003, 30005, 30006, 30007, 30008, 30018, 30019,
           63003, 63005, 63006, 63013, 63015, 63019, 63021, 63024, 63027, 63028, 63030, 63032, 63034, 63040,
           63041}  # fmt: skip


@pytest.mark.parametrize("code", sorted(BLOCKED | WINDOW | LATER | REFUSED))
async def test_every_code_has_its_outcome(sms: Sms, api: TwilioServer, code: int) -> None:
    """Blocked, outside the window, refused for good, or to be tried again after a while, with a reason that says which."""
    api.faults.once("Messages.json", Refuse(code))
    outcome = await send(sms)

    match outcome:
        case Retry(after, reason, _):
            assert code in LATER
            assert timedelta(0) < after <= timedelta(days=1)
        case Undeliverable(name, reason, _):
            assert code in {"blocked": BLOCKED, "window": WINDOW, "refused": REFUSED}[name]
        case _:
            pytest.fail(repr(outcome))
    assert str(code) in reason
    assert set(MEANINGS) == BLOCKED | WINDOW | LATER | REFUSED


@pytest.mark.req("F19")
async def test_who_has_opted_out_at_twilio_is_not_written_to(sms: Sms, api: TwilioServer) -> None:
    """After STOP nothing goes out, after START it does again."""
    ani = api.person(ANI, "+15017122661")
    ani.says("STOP")
    assert await send(sms) == Undeliverable("blocked", "Twilio says 21610: the customer has opted out")

    ani.says("START")
    assert isinstance(await send(sms), Sent)


async def test_an_answer_that_comes_too_late_is_none(sms: Sms, api: TwilioServer) -> None:
    """The line is hung up meanwhile: it may have been sent."""
    hang = Hold()
    api.faults.once("Messages.json", hang)
    sending = asyncio.create_task(send(sms))
    await hang.reached()
    await sms.close()

    assert isinstance(await sending, PerhapsSent)
    hang.release()


@pytest.mark.parametrize("name", BOTH)
async def test_a_twilio_that_is_not_there_is_waited_for(name: str) -> None:
    """Nothing was sent, and everybody waits."""
    channel = alone(name, "http://127.0.0.1:9")
    outcome = await send(channel)
    await channel.close()

    assert isinstance(outcome, Retry)
    assert outcome.scope == "provider"
    assert isinstance(await send(channel), Retry)


async def test_an_api_key_stands_in_for_the_token(connect: Open, api: TwilioServer) -> None:
    """It asks, and the token goes on proving what is delivered."""
    key, secret = "SK" + "0" * 32, "s" * 32
    api.keys[key] = secret

    assert isinstance(await send(connect("sms_twilio", key_sid=key, key_secret=secret)), Sent)
    assert isinstance(await send(connect("sms_twilio", key_sid=key, key_secret="t" * 32)), Retry)
    with pytest.raises(ValueError, match="both key_sid and key_secret"):
        connect("sms_twilio", key_sid=key)


@pytest.mark.parametrize("name", BOTH)
async def test_a_file_of_a_customer_is_fetched_where_it_lies(connect: Open, api: TwilioServer, name: str) -> None:
    """Twilio sees the token, and the store that it sends us to does not; a file that is gone is none."""
    channel = connect(name)
    path = urlsplit(api.keep(b"a picture", "image/jpeg")).path

    assert isinstance(channel, Fetches)
    assert await channel.fetch(path) == b"a picture"
    assert await channel.fetch(path[:-1] + "f") is None
    assert await channel.fetch(f"/2010-04-01/Accounts/{ACCOUNT}.json") is None
    assert await channel.fetch(f"@evil.example{path}") is None


async def test_the_token_goes_to_nobody_else() -> None:
    """Addresses that are none of Twilio's are not asked, and nothing shows the token."""
    twilio = Twilio(ACCOUNT, TOKEN)
    with pytest.raises(ValueError, match="no address of Twilio"):
        await twilio.get("https://api.twilio.com.evil.example/x")
    with pytest.raises(ValueError, match="no address of Twilio"):
        await twilio.post_json("http://content.twilio.com/v1/Content", {})
    await twilio.close()
    with pytest.raises(Unreached):
        await twilio.get(f"{CONTENT}/v1/Content")

    assert TOKEN not in repr(twilio)


@pytest.mark.parametrize("name", BOTH)
async def test_a_channel_says_what_it_is(connect: Open, name: str) -> None:
    """Its pace, its window, that it hears of receipts; and nothing secret."""
    channel = connect(name, per_second="7")

    assert (channel.name, channel.per_second) == (name, 7)
    assert isinstance(channel, Paced)
    assert isinstance(channel, Tracking)
    assert channel.tracks
    assert isinstance(channel, Closes)
    assert isinstance(channel, Windowed) is (name == "whatsapp_twilio")
    assert TOKEN not in repr(channel)
    assert CHANNELS[name].limits.window == getattr(channel, "window", None)
    assert NOW.tzinfo is not None


@pytest.mark.parametrize("name", BOTH)
async def test_what_was_said_stays_said(connect: Open, name: str) -> None:
    """A correction is a message of its own; there is nothing to take back."""
    channel = connect(name)

    assert len(channel.render(Message("At six", replaces=6), 7, "SM01", timedelta(0))) == 1
    assert channel.render(Message("", replaces=6), 7, "SM01", timedelta(0)) == []
