"""One person in two channels, as the operators and the customer see it."""

import pytest

from bot.events import Linking, Profile, Said, Unlinking
from bot.ports.store import Query
from bot.testing import Talk

PHONE = "+37491000001"
PHONE_OF = "webchat/test/phone"  # another conversation of the same person


def writes(talk: Talk, text: str, *, phone: str = PHONE) -> None:
    """The customer writes in the other conversation, whose channel vouches for a phone."""
    talk.happens(Said(text, client_id=text, by=Profile("Ann", phone=phone)), actor=PHONE_OF)


def proves(talk: Talk, phone: str = PHONE) -> None:
    """The customer shares their own contact here."""
    talk.happens(Said(phone, by=Profile("Ann", phone=phone)))


def person(talk: Talk, actor: str) -> str:
    rows = talk.reads(Query("SELECT customer FROM contacts WHERE actor = ? AND unlinked_at IS NULL", (actor,)))
    return str(rows[0][0]) if rows else ""


def said_there(talk: Talk) -> str:
    ours = "SELECT body FROM messages WHERE actor = ? AND author <> 'customer' ORDER BY seq"
    rows = talk.reads(Query(ours, (PHONE_OF,)))
    return "\n".join(str(row[0]) for row in rows)


@pytest.mark.req("B9")
def test_an_open_case_goes_on_where_the_customer_writes(talk: Talk) -> None:
    """Who has asked for a human and then proves the same phone elsewhere is answered there, from the same topic."""
    talk.says("HUMAN").staff("Good morning!")
    proves(talk)
    writes(talk, "it is me, on my phone")
    writes(talk, "are you there?")
    talk.staff("Yes, I am.")

    assert person(talk, PHONE_OF) == person(talk, talk.contact.actor) != ""
    assert "Your matter with our team goes on here." in said_there(talk)
    assert "Yes, I am." in said_there(talk)
    assert "Yes, I am." not in "\n".join(talk.heard)
    assert len(talk.room.topics) == 1
    shown = "\n".join(talk.room.texts())
    assert "are you there?" in shown
    assert "goes on in another channel" in shown


@pytest.mark.req("B9")
def test_answers_follow_the_customer_back(talk: Talk) -> None:
    """Whoever writes where they began is answered there, and the room shows the lines of both places once."""
    talk.says("HUMAN").staff("Good morning!")
    proves(talk)
    writes(talk, "on the way")
    talk.says("back at my desk").staff("Welcome back.")
    shown = "\n".join(talk.room.texts())

    assert "Welcome back." in talk.heard[-1]
    assert "Welcome back." not in said_there(talk)
    assert [shown.count(words) for words in ("on the way", "back at my desk")] == [1, 1]


@pytest.mark.req("B9")
def test_closing_gives_the_bot_back_in_both_places(talk: Talk) -> None:
    """Nobody is left in silence where they wrote before."""
    talk.says("HUMAN").staff("Good morning!")
    proves(talk)
    writes(talk, "on the way")
    talk.staff("/close")
    writes(talk, "menu")
    talk.says("menu")

    assert "Nur Dental" in said_there(talk).rpartition("closed this matter")[2]
    assert "Nur Dental" in talk.heard[-1]


@pytest.mark.req("B9")
@pytest.mark.parametrize("text", [PHONE, f"Ann Example {PHONE}", "+37491000001 call me"])
def test_a_phone_that_no_channel_vouches_for_links_nobody(talk: Talk, text: str) -> None:
    """A typed number, somebody's contact card, a caller's id: whatever is only said proves nothing."""
    proves(talk)
    writes(talk, text, phone="")
    talk.happens(Said(text), actor=f"voice_twilio/main/{PHONE}")

    assert person(talk, PHONE_OF) != person(talk, talk.contact.actor) != ""
    assert talk.reads(Query("SELECT phone, COUNT(*) FROM proofs GROUP BY phone")) == [(PHONE, 1)]


@pytest.mark.req("B9")
def test_an_operator_undoes_a_link_and_the_case_goes_home(talk: Talk) -> None:
    """After it each conversation is its own person's again, and the next answer goes where the case was opened."""
    talk.says("HUMAN").staff("Good morning!")
    proves(talk)
    writes(talk, "on the way")
    talk.happens(Unlinking("m1"), actor=PHONE_OF)
    talk.staff("To you alone.")
    writes(talk, "menu")

    assert person(talk, PHONE_OF) != person(talk, talk.contact.actor)
    assert talk.heard[-1] == "To you alone."
    assert talk.state.charge == "human"
    assert "Nur Dental" in said_there(talk)
    assert "To you alone." not in said_there(talk)


@pytest.mark.req("B9")
def test_the_staff_may_link_what_they_have_parted(talk: Talk) -> None:
    """Their word counts more than the earlier one; a phone's does not."""
    proves(talk)
    writes(talk, "hello")
    talk.happens(Unlinking("m1"), actor=PHONE_OF)
    writes(talk, "hello again")
    parted = person(talk, PHONE_OF) != person(talk, talk.contact.actor)
    talk.happens(Linking(customer=person(talk, talk.contact.actor), by="m1"), actor=PHONE_OF)

    assert parted
    assert person(talk, PHONE_OF) == person(talk, talk.contact.actor)
