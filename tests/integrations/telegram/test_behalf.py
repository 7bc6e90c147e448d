"""The firm's own account: customers write to a person who has connected the bot, and the bot answers as that person."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache

import pytest

from bot.events import Contact, Edited, Media, Pressed, Said
from bot.ports.channel import Channel, Outcome, Provider, Sent, Undeliverable, WindowClosed, Windowed, human_window
from bot.replies import Choice, Link, Message, Speak
from handlers import ACTORS, ROUTES
from integrations.channels.telegram import Telegram
from integrations.channels.telegram.behalf import Address, read_address
from tests.dialogs.parlour import MONDAY, clinic_tenant
from tests.integrations.telegram.conftest import Inbox
from tests.integrations.telegram.test_listening import listen_until
from tests.standins.telegram import Owner, TelegramServer
from tests.standins.telegram.firms import Client
from tests.transcripts.over_telegram import TelegramTalk

tenant = cache(clinic_tenant)
CHOICES = (Choice("yes", "Yes", Speak("menu")), Choice("no", "No", Speak("menu")))
PICTURE = Media("image", "a.jpg", "image/jpeg")


@pytest.fixture
def nur(api: TelegramServer) -> Owner:
    """The firm's person, who has connected the bot."""
    nur = api.owner("Nur")
    nur.connects()
    return nur


@pytest.fixture
def ani(api: TelegramServer, nur: Owner) -> Client:
    """A customer who has written to her."""
    ani = nur.customer(api.person("Ani", language="hy"))
    ani.says("hello")
    return ani


def contact(ani: Client) -> Contact:
    return Contact("telegram", "main", f"{ani.id}@{ani.chat.connection.id}")


async def say(telegram: Telegram, ani: Client, message: Message, replaced: str = "") -> list[Outcome]:
    return [await telegram.send(contact(ani), call) for call in telegram.render(message, 7, replaced)]


def test_an_address_leads_back() -> None:
    """The same customer has one address with the bot and another with each person."""
    assert [str(Address(5)), str(Address(5, "Wk7_-"))] == ["5", "5@Wk7_-"]
    assert [read_address("5"), read_address("5@Wk7_-")] == [Address(5), Address(5, "Wk7_-")]


@pytest.mark.req("F1")
async def test_what_a_customer_does_there_is_heard(
    api: TelegramServer, telegram: Telegram, inbox: Inbox, nur: Owner, ani: Client
) -> None:
    """Words, corrections and presses come with an address of their own; what the person says by hand does not."""
    await say(telegram, ani, Message("Well?", CHOICES))
    ani.edits(ani.says("helo"), "hello")
    nur.says(ani, "I am here myself")
    ani.presses("Yes")
    await listen_until(telegram, inbox, 4)

    kinds = [type(each) for each in inbox.events]
    assert kinds == [Said, Said, Edited, Pressed]
    assert {each.actor for each in inbox.envelopes.values()} == {contact(ani).actor}


@pytest.mark.parametrize(
    "message",
    [
        Message("Hello"),
        Message("Hello", CHOICES),
        Message("See", CHOICES, media=(PICTURE,)),
        Message("", media=(Media("place", "", "", "40.1, 44.5"),)),
        Message("Your phone?", CHOICES, hint="tel"),
        Message("Your phone?", hint="tel"),
    ],
)
async def test_everything_can_be_said_there(telegram: Telegram, ani: Client, nur: Owner, message: Message) -> None:
    """The customer reads it as the person's words; choices are buttons, also where elsewhere keys would stand."""
    outcomes = await say(telegram, ani, message)

    said = ani.screen[1:]
    assert outcomes == [Sent(str(each.message_id)) for each in said]
    assert {each.name for each in said} == {"Nur"}
    assert "".join(each.text for each in said) == message.text
    assert said[-1].labels == tuple(each.label for each in message.choices)
    assert not ani.keys


async def test_a_button_says_where_it_stands(telegram: Telegram, ani: Client) -> None:
    """Its press can never be taken for one in the chat with the bot; a button as full as can be stays as it is."""
    longest = Choice("x" * 62, "Long", Speak("menu"))
    await say(telegram, ani, Message("Well?", (*CHOICES, longest), links=(Link("https://example.com", "Site"),)))

    rows = ani.screen[-1].body["reply_markup"]["inline_keyboard"]
    assert [each.get("callback_data", "") for row in rows for each in row] == ["@7.yes", "@7.no", f"7.{'x' * 62}", ""]


async def test_what_was_said_there_is_changed_and_taken_back(telegram: Telegram, ani: Client) -> None:
    """A correction takes the place of the message, and an empty one takes it away."""
    (sent,) = await say(telegram, ani, Message("Helo"))
    assert isinstance(sent, Sent)
    await say(telegram, ani, Message("Hello"), sent.provider_id)
    shown = ani.screen[-1].text
    (outcome,) = await say(telegram, ani, Message(""), sent.provider_id)

    assert (shown, outcome) == ("Hello", Sent())
    assert [each.text for each in ani.screen] == ["hello"]


async def test_a_day_after_the_last_word_nothing_can_be_said(
    api: TelegramServer, telegram: Telegram, ani: Client
) -> None:
    """Telegram lets the bot answer for 24 hours; then the window is closed, as it is told."""
    api.clock.ahead(timedelta(hours=24, seconds=1))
    (outcome,) = await say(telegram, ani, Message("Hello?"))

    assert isinstance(outcome, Undeliverable)
    assert outcome.outcome == "window"


async def test_the_window_is_known_before_the_call(telegram: Telegram, ani: Client) -> None:
    """After those 24 hours there is nothing to try; a chat with the bot itself never closes."""
    day, own = timedelta(hours=24), Contact("telegram", "main", str(ani.id))

    assert isinstance(telegram, Windowed)
    assert [human_window(telegram, each) for each in (contact(ani), own)] == [day, None]
    assert telegram.render(Message("Hello?"), 7, silence=day - timedelta(seconds=1)) == telegram.render(
        Message("Hello?"), 7
    )
    with pytest.raises(WindowClosed):
        telegram.render(Message("Hello?"), 7, silence=day)


async def test_a_person_who_has_left_is_not_spoken_for(telegram: Telegram, ani: Client, nur: Owner) -> None:
    """Once the bot is disconnected, or its connection is none, nothing more is tried there."""
    nur.disconnects()
    (gone,) = await say(telegram, ani, Message("Hello?"))
    (call,) = telegram.render(Message("Hello?"), 7)
    none = await telegram.send(Contact("telegram", "main", f"{ani.id}@none"), call)

    assert isinstance(gone, Undeliverable)
    assert isinstance(none, Undeliverable)
    assert (gone.outcome, none.outcome) == ("blocked", "blocked")


class ForNur(TelegramTalk):
    """A talk in the chat with the firm's person."""

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        _, channel, room, provider = super()._outside(address, outcomes)
        nur = self.api.owner("Nur")
        nur.connects()
        self.person = nur.customer(self.person)
        return contact(self.person), channel, room, provider


@pytest.fixture
def talk() -> Iterator[TelegramTalk]:
    """A customer who writes to the person, in English."""
    with ForNur(tenant(), ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        yield talk


@pytest.mark.req("F1")
def test_a_visit_is_booked_in_the_chat_with_a_person(talk: TelegramTalk) -> None:
    """The same dialog runs there: buttons, a name, a phone that is typed, and she is booked."""
    talk.says("hello", "Book a visit").presses("Teeth cleaning")
    talk.says("Kentron").presses("Monday 23 November, 14:00")
    talk.says("Anna", "+374 91 123456").presses("Yes, that is right")

    assert any("You are booked" in each.text for each in talk.person.screen)
    assert {each.name for each in talk.person.screen if each.by_bot} == {"Nur"}
