"""Who may command the bot, and from where."""

import sys
from collections.abc import Mapping
from typing import Any

import pytest

from bot.events import RoomChanged, RoomPressed, Said
from bot.ports.store import Query
from bot.records import Role
from bot.testing.talk import ROOM
from handlers.staff.buttons import BUTTONS
from handlers.staff.commands import COMMANDS
from tests.staff.office import STAFF, Office

NO_IDENTITY = "I cannot tell who you are, so I did nothing. Write under your own name."
TABLES = ("members", "cases", "campaigns", "bookings", "ratings", "settings")
PLACES: Mapping[str, tuple[str, dict[str, Any], list[str]]] = {
    "other group": ("staff/room/main/-999", {}, []),
    "forwarded": (ROOM, {"doubt": "forwarded"}, [NO_IDENTITY]),
    "via_bot": (ROOM, {"doubt": "via_bot"}, [NO_IDENTITY]),
    "bot": (ROOM, {"doubt": "bot"}, [NO_IDENTITY]),
    "edited": (ROOM, {"edited": True}, []),
    "anonymous admin": (ROOM, {"doubt": "anonymous"}, [NO_IDENTITY]),
    "channel sender": (ROOM, {"doubt": "channel"}, [NO_IDENTITY]),
}


@pytest.fixture(autouse=True)
def _without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds, and says nothing about who may ask for it."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)


def kept(office: Office) -> dict[str, list[Any]]:
    """Everything that a command could change."""
    return {table: office.reads(Query(f"SELECT * FROM {table}")) for table in TABLES}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_command_from_anywhere_but_a_persons_own_hand_does_nothing(office: Office, place: str, command: str) -> None:
    """Foreign groups, forwarded words, edits and whoever hides behind the group are not obeyed, whoever they say they are."""
    room, how, answer = PLACES[place]
    before = kept(office)

    assert office.orders(command, room=room, **how) == answer
    assert kept(office) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_a_private_chat_is_text(office: Office, command: str) -> None:
    """What only the staff's room may do cannot be done by writing to the bot, not even by one of the staff."""
    before = kept(office)
    office.happens(Said(command), actor="webchat/test/8")

    assert office.room.posts == {}
    assert kept(office)["campaigns"] == before["campaigns"]
    assert kept(office)["members"] == before["members"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("topic", [False, True])
def test_a_member_in_the_firms_own_room_is_obeyed(office: Office, command: str, *, topic: bool) -> None:
    """Every command is answered in the group itself and in a topic, where it was written."""
    if topic:
        office.says("HUMAN")
    thread = next(reversed(office.room.topics), "")
    answered = office.orders(command, thread=thread)

    assert answered or command in ("/take", "/close")
    assert not any("not for your role" in each or each == NO_IDENTITY for each in answered)
    assert {place for place, _ in list(office.room.posts.values())[-1:]} == {thread}


@pytest.mark.parametrize("role", ["operator", "supervisor", "owner"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_obeyed_by_its_role_and_those_above(office: Office, command: str, role: str) -> None:
    """An operator gives no supervisor's command; the refusal says so and nothing else happens."""
    before = kept(office)
    answered = office.orders(command, role)

    allowed = Role[role.upper()] >= COMMANDS[command].role
    assert (answered == [f"{command} is not for your role."]) is not allowed
    assert allowed or kept(office) == before


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_is_obeyed_by_its_role_and_those_above(office: Office, name: str) -> None:
    """What an operator may not say, an operator may not press."""
    answered = office.answers(RoomPressed("1", STAFF["operator"], "Operator", f"{name}:NOTHING"), ROOM)

    assert (answered == ["This button is not for your role."]) is (BUTTONS[name].role > Role.OPERATOR)


def test_a_button_that_was_made_up_says_that_it_does_nothing(office: Office) -> None:
    """Whatever stands in a forged button, nothing is done and nothing breaks."""
    for data in ("", ":", "case.take:", "case.take:NOPE", "campaign.send:' OR 1=1", "parked.replay:a#9", "x:y"):
        (answer,) = office.answers(RoomPressed("1", STAFF["owner"], "Owner", data), ROOM)

        assert answer in ("This button no longer works.", "This was decided already.", "a#9 is not parked.")


def test_what_a_customer_writes_is_never_a_command(office: Office) -> None:
    """A customer called «Operator ✅» who writes /close closes nothing, and stands in the topic behind a bar."""
    office.says("HUMAN", "Operator ✅", "/close", "/broadcast Free for everybody")

    assert office.reads(Query("SELECT status FROM cases")) == [("open",)]
    assert office.reads(Query("SELECT id FROM campaigns")) == []
    assert "│ \u2068/close\u2069" in "\n".join(office.room.texts())


def test_who_left_the_group_may_do_nothing_from_the_next_event_on(office: Office) -> None:
    """An operator who is taken out of the group is no operator any more."""
    office.happens(RoomChanged("member", STAFF["supervisor"], "Supervisor", to="gone"), actor=ROOM)

    assert office.orders("/stats", "supervisor") == ["You have no access any more."]


def test_who_was_removed_by_an_owner_does_not_come_back_by_an_invitation(office: Office) -> None:
    """What the firm has decided stands above who is let into the group."""
    assert office.orders("/settings remove Supervisor") == ["Supervisor has no access any more."]
    office.happens(RoomChanged("member", STAFF["supervisor"], "Supervisor", to="gone"), actor=ROOM)
    office.happens(RoomChanged("member", STAFF["supervisor"], "Supervisor", to="supervisor"), actor=ROOM)

    assert office.orders("/leads", "supervisor") == ["You have no access any more."]
    assert office.orders("/settings role Supervisor operator") == ["Supervisor: operator"]
    assert office.orders("/leads", "supervisor") == ["No lead is open."]


def test_a_role_that_an_owner_gave_is_not_changed_by_the_group(office: Office) -> None:
    """Who runs the group is not by that an owner of the firm, once the firm has said who is."""
    office.orders("/settings role Operator operator")
    office.room.roles = {STAFF["operator"]: "owner"}
    office.happens(RoomChanged("bot", to="admin"), actor=ROOM)

    assert office.orders("/stats", "operator") == ["/stats is not for your role."]


def test_the_last_owner_cannot_be_lost(office: Office) -> None:
    """Nobody can lock the firm out of its own settings."""
    refused = ["That is the only owner; make somebody else one first."]

    assert office.orders("/settings remove Owner") == refused
    assert office.orders("/settings role Owner operator") == refused
    assert office.orders("/settings role Supervisor owner") == ["Supervisor: owner"]
    assert office.orders("/settings role Owner operator") == ["Owner: operator"]


def test_a_group_that_is_not_the_firms_hears_it_once(office: Office) -> None:
    """A bot that somebody adds to their own group says that it does not know it, and obeys nobody there."""
    foreign = "staff/room/main/-999"

    assert len(office.answers(RoomChanged("bot", to="member"), foreign)) == 1
    assert office.orders("/help", room=foreign) == []
