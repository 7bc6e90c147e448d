"""People on the phone: keys, words, silence, a wrong key, a hung-up call, an operator, a message after the tone."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.business import Account, describe_hours
from bot.ports.store import Query
from bot.replies import Go
from bot.runtime import Tenant
from bot.texts import Wording, clock, day, t
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.conftest import Dials
from tests.integrations.twilio.voice.talk import HOOK, VoiceTalk, plain

RECEPTION = ["+37410111111", "+37410222222"]
SUNDAY = datetime(2026, 11, 22, 21, 0)  # noqa: DTZ001  the firm's own time
HOLIDAY = datetime(2027, 1, 28, 10, 0)  # noqa: DTZ001
NIGHT = datetime(2026, 11, 24, 3, 0)  # noqa: DTZ001


def with_account(tenant: Tenant, **settings: str) -> Tenant:
    """The firm with its number among its accounts."""
    own = Account.model_construct(id="main", channel="voice_twilio", settings=settings)
    return replace(tenant, business=tenant.business.model_copy(update={"accounts": (own,)}))


def for_staff(tenant: Tenant, wording: Wording) -> str:
    return tenant.phrasebook.say(wording, tenant.business.desk_language)


def cases_of(talk: VoiceTalk) -> list[tuple[str, str]]:
    return [(kind, title) for kind, title in talk.reads(Query("SELECT kind, title FROM cases ORDER BY kind", ()))]


@pytest.mark.req("F3", "F25")
def test_a_visit_is_booked_by_keys_alone(clinic: Tenant, line: Dials) -> None:
    """A caller who presses keys, says a name and types a number has booked a visit."""
    talk = line(clinic).calls().keys("1", "2", "1", "1")
    talk.says("Anna").keys("0037491123456#", "1")

    assert "You are booked." in talk.heard[-1]


@pytest.mark.req("F3")
def test_many_choices_are_told_in_pages(clinic: Tenant, line: Dials) -> None:
    """The menu's eighth item is on the second page, which key 8 turns to; turning again leads back."""
    talk = line(clinic).calls()
    first, second = talk.hears(), talk.keys("8").hears()
    again = talk.keys("8").hears()

    assert "Request a call" not in first
    assert "For more choices press 8." in first
    assert "Request a call: press 1." in second
    assert "Hello!" not in second
    assert "Book a visit: press 1." in again


def test_who_is_silent_hears_it_again_and_in_the_end_goodbye(clinic: Tenant, line: Dials) -> None:
    """Nothing is said to a sleeping phone for ever."""
    talk = line(clinic).calls()
    talk.hears()
    once, twice = talk.is_silent().hears(), talk.is_silent().hears()
    talk.is_silent()

    assert once.startswith("I did not hear anything.")
    assert "Book a visit: press 1." in once
    assert twice == once
    assert talk.call.heard[-1] == "Thank you for your call. Goodbye."
    assert (talk.call.ended, talk.call.error) == (True, 0)
    assert len(talk.heard) == 1


@pytest.mark.parametrize("key", ["9", "*", "5"])
def test_keys_that_lead_do_not_answer(clinic: Tenant, line: Dials, key: str) -> None:
    """9 tells everything again, star goes back, a key without a meaning is said to be none; the question stays open."""
    talk = line(clinic).calls().keys("1", "2")
    asked = talk.asking
    talk.hears()
    told = talk.keys(key).hears()

    assert "That key stands for nothing here." in told if key == "5" else "stands for nothing" not in told
    assert talk.asking == (asked if key != "*" else "service")
    assert "press 1" in told


def test_what_comes_twice_happens_once(clinic: Tenant, line: Dials) -> None:
    """Twilio repeats a request; the answer is the same, and the conversation has moved one step."""
    talk = line(clinic).calls(doubled=True).keys("1", "2", "1")

    assert talk.call.error == 0
    assert talk.asking == "slot"


def test_a_slow_step_is_waited_for(clinic: Tenant, line: Dials) -> None:
    """A step that takes longer than Twilio waits is bridged by a moment's pause; its answer is then told."""
    talk = line(clinic)
    talk.slow = 2
    talk.calls()
    greeting = talk.hears()
    talk.slow = 1
    told = talk.keys("1").hears()

    assert greeting.startswith("One moment, please.")
    assert "Hello! This is Nur Dental." in greeting
    assert told.startswith("One moment, please.\nWhat would you like to book?")
    assert talk.call.pauses == 6


def test_waiting_is_no_silence(clinic: Tenant, line: Dials) -> None:
    """Who had to wait for us several times may still think for a moment before they answer."""
    talk = line(clinic)
    talk.slow = 4
    talk.calls().is_silent()

    assert not talk.call.ended


def test_a_step_that_never_ends_is_owned_up_to(clinic: Tenant, line: Dials) -> None:
    """After about a minute the caller hears that it is our fault, and the call ends; Twilio is never sent in a circle."""
    talk = line(clinic)
    talk.slow = 1000
    talk.calls()

    assert talk.call.heard[-1] == "Sorry, something has gone wrong on our side. Please call again a little later."
    assert (talk.call.ended, talk.call.error) == (True, 0)


@pytest.mark.req("E2")
@pytest.mark.parametrize("language", ["hy", "ru", "uz", "ka", "en"])
@pytest.mark.parametrize("now", [SUNDAY, HOLIDAY, NIGHT])
def test_callers_hear_that_the_firm_is_closed(clinic: Tenant, line: Dials, now: datetime, language: str) -> None:
    """Out of hours and on holidays that is said first, with the next opening, and the menu works as ever."""
    talk = line(clinic, now=now, language=language).calls()
    say = clinic.phrasebook.say
    opens = clinic.business.next_opening(talk.clock.now().astimezone(clinic.business.zone))
    assert opens is not None
    closed = say(
        t("We are closed now. We open on {day} at {time} and will answer you then.", day=day(opens), time=clock(opens)),
        language,
    )
    holiday = say(t("Today is a holiday: {name}.", name=clinic.business.holidays[1].name), language)
    told, menu = plain(talk.hears()), plain(talk.buttons[0])

    assert told.index(plain(closed)) < told.index(menu)
    assert (plain(holiday) in told) == (now == HOLIDAY)
    assert now != HOLIDAY or told.index(plain(holiday)) < told.index(plain(closed))


@pytest.mark.req("E2")
@pytest.mark.parametrize("language", ["hy", "ru", "uz", "ka", "en"])
def test_in_working_hours_callers_are_greeted_at_once(clinic: Tenant, line: Dials, language: str) -> None:
    """Nothing is said of hours and holidays, which are told when they are asked for."""
    talk = line(clinic, language=language).calls()
    greeting, menu = clinic.business.menu.places["main"].text, plain(talk.buttons[0])
    told = plain(talk.hears())
    assert greeting is not None
    talk.presses(next(each.label for each in talk.messages[-1].choices if each.means == Go("addresses")))
    hours = plain(describe_hours(next(iter(clinic.business.branches.values())).hours, language))

    assert told.startswith(plain(clinic.phrasebook.say(greeting, language)))
    assert menu in told
    assert hours in plain(talk.hears())


def test_an_answer_that_is_a_number_ends_with_hash(clinic: Tenant, line: Dials) -> None:
    """Where digits are the answer the leading keys come after a star."""
    talk = line(clinic).calls().keys("1", "2", "1", "1")
    talk.says("Anna")
    told = talk.hears()
    again = talk.keys("*9#").hears()
    talk.keys("*#")

    assert "press the hash key at the end." in told
    assert "What is your phone number?" in again
    assert talk.asking == "name"


@pytest.mark.req("E13")
def test_who_hangs_up_in_the_middle_is_called_back_and_goes_on_next_time(clinic: Tenant, line: Dials) -> None:
    """An abandoned call is a matter for people at once, and the next call finds the conversation where it was."""
    talk = line(with_account(clinic, reach="text"), reach="text")
    talk.api.number.status_callback = f"{HOOK}?k=ended"
    talk.calls().keys("1", "2").hangs_up()

    assert talk.api.texts == []
    assert cases_of(talk) == [("call", f"{firm.PERSON}: hung up in the middle of booking")]
    told = talk.calls().hears()

    assert " ".join(told.split()).startswith("Nur Dental. Which branch suits you?")
    assert (talk.asking, len(cases_of(talk))) == ("branch", 1)


@pytest.mark.req("E13")
def test_who_hangs_up_without_a_word_is_called_back(clinic: Tenant, line: Dials) -> None:
    """A missed call is one too; who pressed something and was done is left alone, as is who hides their number."""
    talk = line(clinic)
    talk.api.number.status_callback = f"{HOOK}?k=ended"
    talk.calls().keys("3").hangs_up()
    none = cases_of(talk)
    talk.waits(timedelta(hours=1)).calls().hangs_up()
    talk.calls("anonymous").hangs_up()

    assert none == []
    assert cases_of(talk) == [("call", f"{firm.PERSON}: hung up without a word")]


@pytest.mark.req("E13")
@pytest.mark.parametrize("reach", ["text", "no"])
@pytest.mark.parametrize("impatient", [False, True])
def test_a_call_that_nobody_picks_up_is_missed(staffed: Tenant, line: Dials, reach: str, impatient: bool) -> None:
    """Whether the phones ring out or the caller gives up first: within a minute it is for calling back, and said by text."""
    talk = line(with_account(staffed, reach=reach), reach=reach)
    began = talk.clock.now()
    talk.calls(impatient=impatient).keys("0")
    notes = "\n".join(talk.room.texts())

    assert cases_of(talk) == [("handoff", f"{firm.PERSON}: nobody picked up the phone")]
    assert for_staff(staffed, t("Nobody has picked up the phone.")) in notes
    assert [text.get("Body") for text in talk.api.texts] == (
        ["Sorry that we missed your call.\nWe are open now and will answer you as soon as we can."] * (reach == "text")
    )
    assert talk.clock.now() - began < timedelta(minutes=1)
    assert "missed" not in "\n".join(talk.call.heard)


@pytest.mark.req("E13")
def test_a_missed_call_is_answered_by_a_text_once(clinic: Tenant, line: Dials) -> None:
    """Who hangs up without a word is told by text that they are called back; calling again and again brings no more."""
    talk = line(with_account(clinic, reach="text"), reach="text", now=SUNDAY)
    talk.api.number.status_callback = f"{HOOK}?k=ended"
    began = talk.clock.now()
    talk.calls().hangs_up()
    (text,) = talk.api.texts
    missed = talk.clock.now() - began
    talk.calls().hangs_up().waits(timedelta(minutes=5)).calls().hangs_up()

    assert text.get("Body").startswith("Sorry that we missed your call.\nWe are closed now. We open on Monday")
    assert missed < timedelta(minutes=1)
    assert (cases_of(talk), len(talk.api.texts)) == ([("call", f"{firm.PERSON}: hung up without a word")], 1)


@pytest.mark.req("E13")
def test_a_call_that_somebody_picks_up_is_not_missed(staffed: Tenant, line: Dials) -> None:
    """The desk sees that it was talked about, and nobody says sorry."""
    talk = line(with_account(staffed, reach="text"), reach="text")
    talk.calls(phones={RECEPTION[1]: "completed"}).keys("0")

    assert for_staff(staffed, t("A colleague has talked to the customer on the phone.")) in "\n".join(talk.room.texts())
    assert (cases_of(talk), talk.api.texts) == ([("handoff", f"{firm.PERSON}: asked for a person")], [])


@pytest.mark.parametrize(
    ("ring", "phones", "rang"),
    [
        ("turn", {RECEPTION[1]: "completed"}, [[RECEPTION[0]], [RECEPTION[1]]]),
        ("turn", {RECEPTION[0]: "completed"}, [[RECEPTION[0]]]),
        ("together", {RECEPTION[1]: "completed"}, [RECEPTION]),
    ],
)
def test_key_zero_rings_the_staff(
    staffed: Tenant, line: Dials, ring: str, phones: dict[str, str], rang: list[list[str]]
) -> None:
    """The group's phones ring in turn, or all at once; after the talk the call is over, and the matter stands at the desk."""
    talk = line(staffed, ring=ring).calls(phones=phones).keys("0")

    assert talk.call.rang == rang
    assert (talk.call.ended, talk.call.error) == (True, 0)
    assert [kind for kind, _ in cases_of(talk)] == ["handoff"]


def test_when_nobody_answers_a_message_is_taken(staffed: Tenant, line: Dials) -> None:
    """It is said that it is recorded; it lies with the case, and can be heard by who works on it."""
    talk = line(staffed).calls().keys("0")
    told = talk.hears()
    talk.leaves(b"ID3 a voice")
    (said,) = [each.message for each in talk._lines() if each.message.media]
    stored = talk.does(talk.keeping.read(said.media[0].source, said.media[0].name))

    assert talk.call.rang == [[RECEPTION[0]], [RECEPTION[1]]]
    assert "it is recorded" in told
    assert (said.media[0].kind, said.media[0].source) == ("voice", "voice_twilio/main")
    assert stored is not None
    assert stored.body == b"ID3 a voice"
    assert "I have added that to your question." in talk.hears()


@pytest.mark.parametrize("key", ["", "hangup"])
def test_a_message_may_be_left_out_or_ended_by_hanging_up(staffed: Tenant, line: Dials, key: str) -> None:
    """Who says nothing after the tone hears where they stand; a message that ends with the call is kept."""
    talk = line(staffed).calls().keys("0")
    if key:
        talk.leaves(b"ID3 a voice", key)
    else:
        talk.is_silent()
    kept = [each for each in talk._lines() if each.message.media]

    assert (len(kept), talk.call.error, talk.call.ended) == ((1, 0, True) if key else (0, 0, False))


def test_no_phone_rings_when_the_firm_is_closed(staffed: Tenant, line: Dials) -> None:
    """At night the matter is kept for the morning, and the caller hears when that is."""
    talk = line(staffed, now=SUNDAY).calls().keys("0")

    assert talk.call.rang == []
    assert "We open on Monday 23 November" in talk.hears()


@pytest.mark.req("A17")
def test_a_reminder_is_a_call_with_keys(clinic: Tenant, line: Dials) -> None:
    """Who booked by phone is called before the visit, and says by a key that they come."""
    talk = line(clinic).calls().keys("1", "2", "1").says("tomorrow after lunch").keys("1")
    talk.says("Anna").keys("0037491123456#", "1").hangs_up()
    talk.waits(timedelta(days=1))
    told = talk.hears()
    talk.keys("1")

    assert "A reminder of your visit" in told
    assert "I will come: press 1." in told
    assert talk.heard[-1] == "Thank you, we are expecting you."


def test_a_language_that_twilio_does_not_speak_is_played(clinic: Tenant, line: Dials) -> None:
    """Armenian comes from the synthesiser, sentence by sentence, so that what comes again is kept already."""
    talk = line(clinic, language="hy").calls()

    assert "Բարև Ձեզ։" in talk.call.heard
    assert any("սեղմեք 1" in each for each in talk.call.heard)
    assert talk.call.asks is not None
    assert talk.call.asks.given["language"] == "hy-AM"
    assert {each.name for each in talk.call.asks.inside} == {"Play"}


def test_the_language_is_changed_by_a_key(clinic: Tenant, line: Dials) -> None:
    """The menu's language item offers all five, each told in its own voice, and the call goes on in the chosen one."""
    talk = line(clinic).calls().presses("Language").presses("Русский")

    assert talk.call.asks is not None
    assert talk.call.asks.given["language"] == "ru-RU"
    assert "Здравствуйте! Это стоматология Нур." in talk.hears()


def test_what_an_operator_writes_is_a_call_and_the_answer_reaches_them(clinic: Tenant, line: Dials) -> None:
    """A human in charge: words go to the desk, and the caller hears that they do."""
    talk = line(clinic).calls().keys("0")
    talk.staff("Good morning! This is Ani.")
    told = talk.hears()
    talk.says("Can I come today?")

    assert "Good morning! This is Ani." in told
    assert talk.hears() == "Our team gets what you say. Speak now, please."
    assert "Can I come today?" in "\n".join(talk.room.texts())


def test_a_caller_of_unknown_language_is_asked_for_it_once(clinic: Tenant, line: Dials) -> None:
    """Each language is offered in itself; the next call begins in the one that was chosen."""
    talk = line(clinic, language="").calls()
    offered = talk.hears()
    chosen = talk.keys("5").hears()
    talk.hangs_up()
    again = talk.calls().hears()

    assert "Русский, нажмите 2." in offered
    assert "English: press 5." in offered
    assert "We speak English now." in chosen
    assert again.startswith("Hello! This is Nur Dental.")
