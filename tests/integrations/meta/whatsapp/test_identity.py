"""One person on WhatsApp: known by a phone, by the id with the business, by both, and after a change of either."""

from collections.abc import Iterator

import pytest

from handlers import ACTORS, ROUTES
from tests.dialogs.parlour import MONDAY, visits
from tests.integrations.meta.whatsapp.talking import Over, clinic

GOES_ON = "Your matter with our team goes on here."


@pytest.fixture
def talk() -> Iterator[Over]:
    """Ani, of whom nothing is known yet."""
    with Over(clinic(), ROUTES, now=MONDAY, actors=ACTORS) as talk:
        yield talk


@pytest.mark.req("F1", "B9")
def test_a_dialog_goes_on_when_the_phone_is_hidden_and_shown(talk: Over) -> None:
    """Somebody takes a name in the middle of a booking: the phone is not told any more, and nothing else changes."""
    talk.says("Hello, I want to book a visit").taps("Teeth cleaning")
    talk.ani.hidden = True
    talk.taps("Kentron").taps("Mon 23 Nov, 14:00")
    talk.ani.hidden = False
    talk.says("Anna", "+374 91 123456").taps("Yes, that is right")

    assert visits(talk) == [("2026-11-23T14:00", "booked")]
    assert list(talk.conversations) == [talk.ani.user_id]


@pytest.mark.req("B9")
def test_who_was_known_by_phone_is_the_same_with_an_id(talk: Over) -> None:
    """A delivery with both is WhatsApp's own word: one customer, and the open case goes on."""
    talk.says("Hello, can you help me?", "HUMAN", nameless=True)
    talk.says("Are you there?")

    assert set(talk.conversations) == {talk.ani.phone, talk.ani.user_id}
    assert len(set(talk.conversations.values())) == 1
    assert talk.cases == [talk.ani.user_id]
    assert GOES_ON in "\n".join(talk.screen)


@pytest.mark.req("B9")
def test_who_is_then_known_by_the_id_alone_is_the_same(talk: Over) -> None:
    """Once seen with both, the phone is no longer needed."""
    talk.says("Hello, can you help me?", "HUMAN", nameless=True)
    talk.says("Are you there?")
    talk.ani.hidden = True
    talk.says("And now?").staff("I am here")

    assert talk.cases == [talk.ani.user_id]
    assert len(set(talk.conversations.values())) == 1
    assert talk.screen[-1].endswith("I am here")


@pytest.mark.req("B9")
def test_a_receipt_tells_whose_phone_was_written_to(talk: Over) -> None:
    """The firm wrote to a phone; the person answers by the id alone and is known, because a receipt named both."""
    talk.says("Hello, can you help me?", "HUMAN", nameless=True)
    told = talk.cloud.status(talk.ani.screen[-1], talk.ani, "delivered")
    talk.delivers(talk.cloud.value(statuses=[told]))
    talk.ani.hidden = True
    talk.says("Are you there?")

    assert talk.cases == [talk.ani.user_id]
    assert len(set(talk.conversations.values())) == 1


def test_who_was_never_seen_with_both_is_somebody_new_and_is_answered(talk: Over) -> None:
    """Nobody is taken for somebody else by a guess."""
    talk.says("Hello, can you help me?", "HUMAN", nameless=True)
    talk.ani.hidden = True
    before = len(talk.screen)
    talk.says("Hello")

    assert talk.cases == [talk.ani.phone]
    assert len(set(talk.conversations.values())) == 2
    assert len(talk.screen) == before + 1


@pytest.mark.req("B9")
def test_another_phone_number_is_the_same_person(talk: Over) -> None:
    """A new number brings a new id; WhatsApp tells of both, the old one is not written to, and the case goes on."""
    talk.says("Hello, can you help me?", "HUMAN")
    old = talk.ani.user_id
    new = talk.cloud.person("37455000001", "Ani", written=False)
    system = {"body": "x", "wa_id": new.phone, "user_id": new.user_id, "previous_user_id": old}
    note = talk.ani.message("system", system | {"type": "user_changed_number"})
    talk.delivers(talk.cloud.value(messages=[note]))
    talk.ani = new
    talk.says("It is me, from another number").staff("We see it")

    assert set(talk.conversations) == {old, new.user_id}
    assert len(set(talk.conversations.values())) == 1
    assert talk.cases == [new.user_id]
    assert talk.screen[-1].endswith("We see it")
    assert talk.state.blocked
