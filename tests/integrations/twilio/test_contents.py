"""Buttons and lists at Twilio: a few resources, each made once, and plain words where Twilio does not take them."""

import asyncio
import json

import pytest

from bot.ports.channel import PerhapsSent, Retry, Sent, Undeliverable
from bot.replies import Message
from integrations.channels.twilio.whatsapp.channel import WhatsApp
from tests.integrations.kit import Remembers
from tests.integrations.twilio.conftest import Open, choices, say
from tests.standins.twilio import DropAfter, DropBefore, Hold, Outage, Refuse, TooMany, TwilioServer
from tests.standins.twilio.contents import Option


@pytest.mark.req("F3")
async def test_buttons_are_seen_as_they_were_meant(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """What the customer sees and what comes back are filled into one resource."""
    (outcome,) = await say(whatsapp, Message("Which?", choices(2)))

    assert outcome == Sent(api.messages[0].sid)
    assert api.messages[0].seen.text == "Which?"
    assert api.messages[0].seen.options == (Option("Choice 0", "42.0"), Option("Choice 1", "42.1"))


async def test_a_list_is_seen_with_its_descriptions(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """Each row with its own."""
    await say(whatsapp, Message("Which?", choices(5, description="for {} h")))

    assert api.messages[0].seen.options[4] == Option("Choice 4", "42.4", "for 4 h")


async def test_a_hundred_questions_need_one_resource_for_each_shape(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """Words, labels and numbers change, the resource does not."""
    for number in range(1, 51):
        await say(whatsapp, Message(f"Question {number}?", choices(2, f"{number} " + "{}")), number)
        await say(whatsapp, Message(f"Question {number}?", choices(4, f"{number} " + "{}")), number)

    assert len(api.messages) == 100
    assert [each.kind for each in api.contents.values()] == ["twilio/quick-reply", "twilio/list-picker"]


async def test_a_later_run_knows_the_resources_of_an_earlier_one(connect: Open, api: TwilioServer) -> None:
    """Their ids are kept, under the hash of what they are."""
    for _ in range(3):
        await say(connect("whatsapp_twilio"), Message("Which?", choices(2)))

    assert len(api.contents) == 1


async def test_two_questions_at_once_make_one_resource(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """The second waits for what the first one makes."""
    await asyncio.gather(*(say(whatsapp, Message("Which?", choices(2)), n) for n in (1, 2)))

    assert len(api.contents) == 1


async def test_a_resource_that_is_gone_is_made_again(whatsapp: WhatsApp, api: TwilioServer, memory: Remembers) -> None:
    """Whoever tidies up in the Console takes no question away: it comes in words, and the next one with buttons."""
    await say(whatsapp, Message("Which?", choices(2)))
    api.contents.clear()
    await say(whatsapp, Message("And now?", choices(2)))
    await say(whatsapp, Message("And then?", choices(2)))

    assert [each.seen.text for each in api.messages] == ["Which?", "And now?\n\n1. Choice 0\n2. Choice 1", "And then?"]
    assert len(api.messages[2].seen.options) == 2
    assert list(memory.kept.values()) == list(api.contents)


@pytest.mark.parametrize("code", [21655, 21656, 63005, 63021])
async def test_what_twilio_does_not_take_with_buttons_is_said_in_words(
    whatsapp: WhatsApp, api: TwilioServer, code: int
) -> None:
    """It is refused before it is sent, so saying it otherwise says it once."""
    api.faults.once("Messages.json", Refuse(code))
    outcomes = await say(whatsapp, Message("Which?", choices(2)))

    assert outcomes == [Sent(api.messages[0].sid)]
    assert [each.seen.text for each in api.messages] == ["Which?\n\n1. Choice 0\n2. Choice 1"]

    await say(whatsapp, Message("And now?", choices(2)))
    assert len(api.messages[1].seen.options) == 2
    assert len(api.contents) == (2 if code == 21655 else 1)


async def test_a_resource_that_twilio_does_not_make_is_no_reason_for_silence(
    whatsapp: WhatsApp, api: TwilioServer
) -> None:
    """The question comes in words."""
    api.faults.once("/Content", Refuse(20001))
    await say(whatsapp, Message("Which?", choices(2)))

    assert [each.seen.text for each in api.messages] == ["Which?\n\n1. Choice 0\n2. Choice 1"]


@pytest.mark.parametrize(
    ("fault", "scope"), [(Outage(), "provider"), (DropBefore(), "provider"), (DropAfter(), "provider"), (TooMany(), "account"),
                         (Outage(500), "provider")],
)  # fmt: skip
async def test_a_resource_that_cannot_be_made_now_waits(
    whatsapp: WhatsApp, api: TwilioServer, fault: Outage | DropBefore | DropAfter | TooMany, scope: str
) -> None:
    """Nothing was said, so the question waits with its buttons."""
    api.faults.once("/Content", fault)
    (outcome,) = await say(whatsapp, Message("Which?", choices(2)))
    later = await say(whatsapp, Message("Which?", choices(2)))

    assert isinstance(outcome, Retry)
    assert outcome.scope == scope
    assert [type(each) for each in later] == [Sent]
    assert len(api.messages) == 1


async def test_words_in_place_of_buttons_can_fail_too(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """Then that is what became of the message."""
    api.faults.once("Messages.json", Refuse(63005))
    api.faults.once("Messages.json", Refuse(21610))
    assert [type(each) for each in await say(whatsapp, Message("Which?", choices(2)))] == [Undeliverable]

    api.faults.once("Messages.json", Refuse(63005))
    api.faults.once("Messages.json", DropAfter())
    assert [type(each) for each in await say(whatsapp, Message("Which?", choices(2)))] == [PerhapsSent]


LONG = Message(
    "Which of them? " * 60,
    choices(
        10, "Doctor number {} here", description="a description of the doctor with as many words as a row can hold"
    ),
)


async def test_a_long_question_in_words_stops_where_it_breaks_off(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """What follows is not said before what comes first."""
    for number, fault, outcome in ((1, Refuse(63018), Retry), (2, DropAfter(), PerhapsSent)):
        before = len(api.messages)
        api.faults.once("Messages.json", Refuse(63005))
        api.faults.once("Messages.json", fault)

        assert [type(each) for each in await say(whatsapp, LONG, number)] == [outcome]
        assert len(api.messages) - before == (1 if outcome is PerhapsSent else 0)


async def test_a_long_question_in_words_takes_several_messages(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """All of it, in order."""
    api.faults.once("Messages.json", Refuse(63005))
    await say(whatsapp, LONG)

    assert len(api.messages) == 2
    assert all(len(each.seen.text) <= 1600 for each in api.messages)
    assert api.messages[1].seen.text.endswith("as a row can hold")


async def test_a_long_question_in_words_goes_on_where_it_broke_off(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """What has been said of it is not said again, neither in words nor with buttons."""
    hold = Hold()
    for fault in (Refuse(63005), hold, Refuse(63018)):
        api.faults.once("Messages.json", fault)
    saying = asyncio.create_task(say(whatsapp, LONG))
    await hold.reached()
    hold.release()

    assert [type(each) for each in await saying] == [Retry]
    assert [type(each) for each in await say(whatsapp, LONG)] == [Sent]
    assert len(api.messages) == 2
    assert api.messages[0].seen.text.startswith("Which of them?")
    assert api.messages[1].seen.text.endswith("as a row can hold")


async def test_a_resource_holds_no_words_of_anybody(whatsapp: WhatsApp, api: TwilioServer) -> None:
    """What customers and firms say passes through its variables only."""
    await say(whatsapp, Message("Your secret?", choices(2)))

    assert "secret" not in json.dumps([each.body for each in api.contents.values()])
