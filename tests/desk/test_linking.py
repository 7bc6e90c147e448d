"""`/link` and `/unlink`: what the staff say about who is who."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import main
from bot.events import Profile, Said
from bot.ports.store import Query
from bot.records.links import history
from bot.records.members import member_id
from tests.staff.office import STAFF, Office

PHONE = "+37491000001"
THERE = "webchat/test/phone"


@pytest.fixture
def office() -> Iterator[Office]:
    """A staff room, and somebody who has asked for a human."""
    with Office(main.tenant_of(Path("businesses/demo"))) as office:
        office.opens()
        office.says("HUMAN")
        yield office


def person(office: Office, actor: str) -> str:
    rows = office.reads(Query("SELECT customer FROM contacts WHERE actor = ? AND unlinked_at IS NULL", (actor,)))
    return str(rows[0][0]) if rows else ""


def topic(office: Office) -> str:
    return next(reversed(office.room.topics))


def proved_there(office: Office) -> None:
    office.happens(Said("hello", by=Profile("Ann", phone=PHONE)), actor=THERE)


@pytest.mark.req("B9")
def test_a_supervisor_links_by_a_proved_phone_and_parts_again(office: Office) -> None:
    """Both are shown first; nothing happens before the button."""
    proved_there(office)
    shown = office.orders(f"/link {PHONE}", "supervisor", thread=topic(office))
    before = person(office, office.contact.actor) == person(office, THERE)
    done = office.presses_in_room("Link them", "supervisor")
    linked = person(office, office.contact.actor) == person(office, THERE) != ""
    card = "\n".join(office.room.texts())
    office.orders("/unlink", "supervisor", thread=topic(office))
    office.presses_in_room("Part them", "supervisor")

    assert "These two become one person:" in shown[0]
    assert PHONE in shown[0]
    assert (before, linked) == (False, True)
    assert "They are one person now. /unlink undoes it." in done
    assert "Also writes in: web chat" in card
    assert person(office, office.contact.actor) != person(office, THERE)


@pytest.mark.req("B9")
def test_a_typed_phone_is_nobodys(office: Office) -> None:
    """A number that somebody wrote into a form finds no person to link with."""
    office.happens(Said("hello", by=Profile("Ann")), actor=THERE)
    office.changes("UPDATE customers SET phone = ? WHERE id = ?", PHONE, person(office, THERE))

    assert office.orders(f"/link {PHONE}", "owner", thread=topic(office)) == [f"I know nobody by «{PHONE}»."]


@pytest.mark.req("B9")
def test_an_operator_may_only_with_their_own_customers(office: Office) -> None:
    """Who has not taken both cases is told to ask a supervisor, also by the button."""
    proved_there(office)
    refused = office.orders(f"/link {PHONE}", "operator", thread=topic(office))
    office.orders(f"/link {PHONE}", "owner", thread=topic(office))
    pressed = office.presses_in_room("Link them", "operator")

    assert refused == pressed == ["Only a supervisor may do this with a customer of somebody else’s."]
    assert person(office, office.contact.actor) != person(office, THERE)


@pytest.mark.req("B9")
def test_an_operator_links_two_whom_they_answer(office: Office) -> None:
    """By the case: both are theirs."""
    office.staff("Good morning!", user=STAFF["operator"], name="Operator")
    first = topic(office)
    office.happens(Said("HUMAN"), actor=THERE)
    office.staff("Good morning to you too!", user=STAFF["operator"], name="Operator")
    (case,) = office.reads(Query("SELECT id FROM cases WHERE actor = ?", (office.contact.actor,)))[0]
    office.orders(f"/link {case}", "operator", thread=topic(office))
    office.presses_in_room("Link them", "operator")

    assert first != topic(office)
    assert person(office, office.contact.actor) == person(office, THERE) != ""


@pytest.mark.req("B9")
def test_with_no_topic_or_no_words_it_is_explained(office: Office) -> None:
    """Neither command guesses whom it is about."""
    there = topic(office)

    assert office.orders("/link", "owner", thread=there)[0].startswith("/link CASE or /link +PHONE")
    assert office.orders("/link x", "owner") == office.orders("/unlink", "owner")
    assert office.orders("/unlink", "owner", thread=there) == ["This conversation is linked with no other."]


@pytest.mark.req("F19")
def test_who_made_a_link_and_who_undid_it_is_kept(office: Office) -> None:
    """Long after the log is gone it can be told how two conversations became one person's, and by whom."""
    here = office.contact.actor
    office.happens(Said("hello", by=Profile("Ann", phone=PHONE)), actor=THERE)
    office.orders(f"/link {PHONE}", "supervisor", thread=topic(office))
    office.presses_in_room("Link them", "supervisor")
    customer = person(office, here)
    office.orders("/unlink", "owner", thread=topic(office))
    office.presses_in_room("Part them", "owner")
    supervisor, owner = (member_id(office.business.slug, f"room:{STAFF[role]}") for role in ("supervisor", "owner"))

    story = office.does(office.store.read(partial(history, office.business.slug, customer)))
    assert [(each.actor, each.means, each.linked_by, each.undone_by) for each in story] == [
        (THERE, "", "", ""), (here, "staff", supervisor, owner)
    ]  # fmt: skip
    assert [each.until is None for each in story] == [True, False]


@pytest.mark.req("F19")
def test_a_link_that_the_customer_made_names_its_proof(office: Office) -> None:
    """A phone that the channel vouched for in both: nobody of the staff had a hand in it."""
    for actor in (THERE, office.contact.actor):
        office.happens(Said("hello", by=Profile("Ann", phone=PHONE)), actor=actor)
    customer = person(office, THERE)

    story = office.does(office.store.read(partial(history, office.business.slug, customer)))
    assert [(each.means, each.linked_by) for each in story if each.actor == office.contact.actor] == [("phone", "")]
