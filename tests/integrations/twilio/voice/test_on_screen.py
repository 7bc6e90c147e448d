"""What a call cannot tell: the caller has it sent to a messenger of theirs, else as a text message."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.business import Account
from bot.business.templates import Twin
from bot.events import Contact, Profile, Said
from bot.ports.channel import Channel, Outcome, Undeliverable
from bot.ports.store import Query
from bot.replies import Go, Message
from bot.runtime import Tenant
from bot.testing import Mouthpiece
from bot.texts import LANGUAGES, Localized
from handlers.on_screen import NOTICE
from handlers.telephone import PROMPTS
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.conftest import Dials
from tests.integrations.twilio.voice.talk import VoiceTalk
from tests.integrations.twilio.voice.test_calling import cases_of

TELEGRAM, WHATSAPP = Contact("telegram", "main", "77"), Contact("whatsapp_cloud", "main", "37491123456")
TEXTS = Contact("sms_twilio", "texts", firm.PERSON)
MAPS = ["https://www.openstreetmap.org/search?query=Tumanyan+Street+Yerevan",
        "https://www.openstreetmap.org/search?query=Komitas+Avenue+Yerevan"]  # fmt: skip
ACTORS = Query("SELECT actor FROM actors", ())
Firm = Callable[..., VoiceTalk]


def firm_with(clinic: Tenant, *places: Contact, **settings: str) -> Tenant:
    """The clinic with these accounts beside its number."""
    own = Account.model_construct(id="main", channel="voice_twilio", settings=settings)
    more = [Account.model_construct(id=each.account, channel=each.channel) for each in places]
    return replace(clinic, business=clinic.business.model_copy(update={"accounts": (own, *more)}))


def with_template(clinic: Tenant) -> Tenant:
    """The clinic with a template of WhatsApp for its notices."""
    twin = Twin.model_construct(names={"whatsapp_cloud": "news"}, languages=("en",), values=("text",), others=None)
    templates = clinic.business.templates.model_copy(update={NOTICE: twin})
    return replace(clinic, business=clinic.business.model_copy(update={"templates": templates}))


@pytest.fixture
def house(clinic: Tenant, line: Dials) -> Firm:
    """A firm that reaches nobody by calls, with channels beside its number."""

    def opened(
        *places: Contact,
        outcomes: tuple[Outcome, ...] = (),
        language: str = "en",
        tenant: Tenant = clinic,
        **settings: str,
    ) -> VoiceTalk:
        settings = {"reach": "no", **settings}
        talk = line(firm_with(tenant, *places, **settings), language=language, **settings)
        channels = cast(dict[tuple[str, str], Channel], talk.engine.channels)
        for each in places:
            channels[talk.business.slug, f"{each.channel}/{each.account}"] = Mouthpiece(each.channel, outcomes)
        return talk

    return opened


def writes(talk: VoiceTalk, contact: Contact, phone: str = firm.PERSON) -> None:
    """Somebody writes in a messenger that vouches for their phone."""
    talk.happens(Said("Hello", by=Profile("Anna", phone=phone)), actor=contact.actor)


def got(talk: VoiceTalk, contact: Contact) -> list[Message]:
    """What of a call has come there."""
    messenger = talk.engine.channels[talk.business.slug, f"{contact.channel}/{contact.account}"]
    assert isinstance(messenger, Mouthpiece)
    return [message for to, message in messenger.sent if to == contact and message.origin == talk.contact.actor]


def addresses(talk: VoiceTalk) -> VoiceTalk:
    """The caller is told where the firm is; the maps of it cannot be told."""
    talk.calls()
    talk.hears()
    return talk.presses(next(each.label for each in talk.messages[-1].choices if each.means == Go("addresses")))


@pytest.mark.req("E5")
def test_a_map_is_sent_to_the_messenger_that_has_proved_the_number(house: Firm) -> None:
    """The hash key has links sent to the caller's Telegram; they hear where, and go on with the same choices."""
    talk = house(TELEGRAM)
    writes(talk, TELEGRAM)
    told = addresses(talk).hears()
    said = talk.keys("#").hears()
    (message,) = got(talk, TELEGRAM)

    assert told.endswith("only a screen can show.\nMenu: press 1.\nTo have it sent to you press the hash key.")
    assert message.text.startswith("What you asked for on the phone:")
    assert [each.url for each in message.links] == MAPS
    assert said == "It is on its way to you: Telegram.\nMenu: press 1."
    assert talk.keys("1").hears().startswith("Hello!")


@pytest.mark.req("E5")
def test_of_two_messengers_the_one_that_was_used_last_gets_it(house: Firm) -> None:
    """WhatsApp a minute ago is nearer than Telegram yesterday; two days later WhatsApp takes no free words any more."""
    talk = house(TELEGRAM, WHATSAPP).calls().hangs_up()
    writes(talk, TELEGRAM)
    talk.waits(timedelta(days=1))
    writes(talk, WHATSAPP)
    addresses(talk).keys("#")
    first = len(got(talk, TELEGRAM)), len(got(talk, WHATSAPP))
    talk.hangs_up().waits(timedelta(days=2))
    addresses(talk).keys("#")

    assert first == (0, 1)
    assert (len(got(talk, TELEGRAM)), len(got(talk, WHATSAPP))) == (1, 1)


@pytest.mark.req("E5")
def test_without_a_messenger_it_is_a_text_to_the_number_that_calls(house: Firm) -> None:
    """The account's own sender writes to the caller, once, with the addresses; nothing of it is told in the call."""
    talk = house(text_from="NurDental")
    said = addresses(talk).keys("#").hears()
    again = talk.keys("9").hears()
    talk.says("send it to me")
    (text,) = talk.api.texts

    assert (text.get("To"), text.get("From")) == (firm.PERSON, "NurDental")
    assert [each for each in MAPS if each not in text.get("Body")] == []
    assert "It is on its way to you: a text message." in said
    assert "What you asked for" not in said + again
    assert talk.api.calls == []


@pytest.mark.req("E5")
def test_another_account_of_the_firm_writes_where_this_one_does_not(house: Firm) -> None:
    """An account for text messages writes to the number first, in the caller's language."""
    talk = house(TEXTS, language="ru")
    addresses(talk).keys("#")
    (message,) = got(talk, TEXTS)

    assert message.text.startswith("О чём вы спрашивали по телефону:")
    assert [each.url for each in message.links] == MAPS


@pytest.mark.req("E5")
@pytest.mark.parametrize(("texts", "place"), [((), WHATSAPP), ((TEXTS,), TEXTS)])
def test_a_template_brings_it_where_there_are_no_texts(
    clinic: Tenant, house: Firm, texts: tuple[Contact, ...], place: Contact
) -> None:
    """WhatsApp writes to somebody who never wrote there by the firm's own template, with all addresses in its words."""
    talk = house(WHATSAPP, *texts, tenant=with_template(clinic))
    addresses(talk).keys("#")
    (message,) = got(talk, place)
    words = message.template.values[0] if message.template else "".join(each.url for each in message.links)

    assert [each for each in MAPS if each not in words] == []
    assert "\n" not in words


def test_a_template_brings_no_files(clinic: Tenant, house: Firm) -> None:
    """A picture would be lost in a template, so it is not promised."""
    menu = clinic.business.menu
    pictured = menu.places["addresses"].model_copy(update={"image": "map.png"})
    places = {**menu.places, "addresses": pictured}
    business = with_template(clinic).business.model_copy(update={"menu": menu.model_copy(update={"places": places})})
    talk = house(WHATSAPP, tenant=replace(clinic, business=business))
    told = addresses(talk).keys("#").hears()

    assert "There is nowhere that I could send it." in told
    assert got(talk, WHATSAPP) == []


@pytest.mark.req("E5")
def test_a_number_that_is_typed_is_never_written_to(house: Firm) -> None:
    """Whatever phone the caller gives in a dialog, what they want to see goes to the number that calls."""
    talk = house(TEXTS)
    talk.calls().keys("1", "2", "1", "1")
    talk.says("Anna").keys("0037499999999#", "1")
    addresses(talk).keys("#")

    assert len(got(talk, TEXTS)) == 1
    assert not any(actor.endswith("99999999") for (actor,) in talk.reads(ACTORS))


def test_who_cannot_be_reached_is_told_so(house: Firm) -> None:
    """A number that nobody has proved has no messenger; who hides their number is not even offered it."""
    talk = house(TELEGRAM)
    told = addresses(talk).hears()
    said = talk.keys("#").hears()
    hidden = talk.calls("anonymous").hears() + talk.says("Addresses and hours").hears()

    assert "press the hash key" in told
    assert said.startswith("There is nowhere that I could send it. Write to us in a messenger to see it.")
    assert "hash" not in hidden
    assert "only a screen can show. Write to us in a messenger to see it." in " ".join(hidden.split("\n"))


def test_a_firm_that_can_send_nothing_offers_nothing(house: Firm) -> None:
    """Without messengers and texts the caller hears where to look, and the hash key stands for nothing."""
    talk = house()
    told = addresses(talk).hears()

    assert "hash" not in told
    assert "Write to us in a messenger to see it." in told
    assert "That key stands for nothing here." in talk.keys("#").hears()


def test_the_hash_key_stands_for_nothing_where_all_was_told(house: Firm) -> None:
    """It is a key like others, and no silence."""
    talk = house(TELEGRAM).calls()
    talk.hears()

    assert "That key stands for nothing here." in talk.keys("#").hears()


@pytest.mark.req("E5")
@pytest.mark.parametrize("language", ["hy", "ru", "uz", "ka", "en"])
def test_it_may_be_said_in_every_language(house: Firm, language: str) -> None:
    """The words do what the key does, and what was sent once is not sent twice."""
    talk = house(TELEGRAM, language=language)
    writes(talk, TELEGRAM)
    addresses(talk)
    words = talk.engine.tenants[talk.business.slug].phrasebook.say(PROMPTS["send_me"], language)
    talk.says(f"{words}.")
    once = len(got(talk, TELEGRAM))
    talk.says(words)

    assert (once, len(got(talk, TELEGRAM))) == (1, 1)
    assert "Telegram" in talk.heard[-1]


@pytest.mark.req("E5")
def test_a_link_of_an_operator_is_sent_as_well(house: Firm) -> None:
    """While a human is in charge the key does not go to the desk as words without an answer."""
    talk = house(TELEGRAM)
    writes(talk, TELEGRAM)
    talk.calls().keys("0").staff("Here is our presentation: https://nur.am/slides").says("Thank you")
    told = talk.hears()
    talk.keys("#")

    assert "only a screen can show" in told
    assert "https://nur.am/slides" in got(talk, TELEGRAM)[0].text
    assert talk.hears() == "It is on its way to you: Telegram."


@pytest.mark.req("E5")
def test_a_long_list_may_be_read(clinic: Tenant, house: Firm) -> None:
    """Fifteen choices are three pages of keys; who wants to read them gets them all, a line each."""
    menu = clinic.business.menu
    first = menu.places["main"]
    items = tuple(
        first.items[0].model_copy(update={"label": Localized(dict.fromkeys(LANGUAGES, f"Thing {n}"))})
        for n in range(15)
    )
    places = {**menu.places, "main": first.model_copy(update={"items": items})}
    long = clinic.business.model_copy(update={"menu": menu.model_copy(update={"places": places})})
    talk = house(TELEGRAM, tenant=replace(clinic, business=long))
    writes(talk, TELEGRAM)
    told = talk.calls().hears()
    talk.keys("#")

    assert "a screen" not in told
    assert "For more choices press 8.\nTo have it sent to you press the hash key." in told
    assert got(talk, TELEGRAM)[0].text.splitlines()[-15:] == [f"• Thing {n}" for n in range(15)]


def test_what_does_not_arrive_is_for_people(house: Firm) -> None:
    """A messenger that takes nothing makes a case with the phone, so that somebody calls."""
    talk = house(TEXTS, outcomes=(Undeliverable("refused", "no such number"),))
    addresses(talk).keys("#")

    assert got(talk, TEXTS) == []
    assert cases_of(talk) == [("call", f"{firm.PERSON}: what they asked for on the phone did not arrive")]
