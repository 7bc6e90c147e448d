"""Conversations that were stored by an earlier release run on, are carried over, or are handed to people politely."""

from datetime import timedelta

import msgspec
import pytest

from bot.chat import Chat
from bot.conversation import Conversation, freeze, thaw
from bot.dialog import Dialog, ask
from bot.ports.store import Query
from bot.testing import Talk
from bot.texts import spoken
from tests.dialogs.frozen import SAVED, at, take_up
from tests.dialogs.parlour import Open

ON = {
    "booking-service-0.json": ("Teeth cleaning", "branch"),
    "booking-service-1.json": ("Teeth cleaning", "branch"),
    "booking-slot-1.json": ("today 15:00", "name"),
    "booking-name-1.json": ("Anna", "phone"),
    "booking-agreed-1.json": ("yes", ""),
    "intake-reason-1.json": ("Check-up", "allergies"),
    "reschedule-slot-1.json": ("cancel", ""),
}


def test_every_saved_conversation_is_taken_up() -> None:
    """A file that somebody saves is not forgotten here."""
    assert set(ON) == {path.name for path in SAVED.glob("*.json")}


@pytest.mark.req("F26")
@pytest.mark.parametrize("name", ON)
def test_a_conversation_of_an_earlier_release_runs_on(clinic: Talk, name: str) -> None:
    """The customer who was asked something before an upgrade answers after it, and the dialog goes on."""
    text, then = ON[name]
    take_up(clinic, (SAVED / name).read_text("utf-8")).says(text)

    assert clinic.asking == then
    assert clinic.reads(Query("SELECT error FROM inbox WHERE error <> ''")) == []


class Cake(Dialog):
    """Version 2: the size has become a number."""

    version = 2
    kind = ask.text(spoken("Which cake?"))
    size = ask.number(spoken("How many pieces?"))
    words = ask.text(spoken("Words?"))

    @classmethod
    def upgrade(cls, version: int, answers: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw] | None:
        sizes = {b'"small"': b"6", b'"large"': b"12"} if version == 1 else {}
        if bytes(answers.get("size", b'"small"')) not in sizes:
            return None
        return answers | {"size": msgspec.Raw(sizes[bytes(answers["size"])])} if "size" in answers else answers

    async def done(self, chat: Chat) -> None:
        chat.say(spoken(f"{self.kind} {self.size} {self.words}"))


def stored(**answers: str) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in answers.items()}


@pytest.mark.req("F26")
def test_answers_are_carried_over_to_the_new_version(opened: Open) -> None:
    """A dialog that stores something otherwise now says how, and the customer notices nothing."""
    talk = take_up(opened(Cake), at("cake", "words", answers=stored(kind="plum", size="large")))
    talk.says("Anna")

    assert talk.heard[-1] == "plum 12 Anna"


LOST = {
    "the dialog is gone": at("vanished", "one"),
    "the question is gone": at("cake", "colour", version=2),
    "an answer has another type": at("cake", "words", version=2, answers=stored(kind="plum", size="large")),
    "the answers cannot be carried over": at("cake", "words", answers=stored(kind="plum", size="huge")),
}
SORRY = "Sorry, we have changed this form since you began it."


@pytest.mark.req("F26")
@pytest.mark.parametrize("why", LOST)
@pytest.mark.parametrize("text", ["Anna", "back", "help", "cancel", "HUMAN", "/back"])
def test_what_cannot_be_continued_is_handed_over_politely(opened: Open, why: str, text: str) -> None:
    """The customer reads one calm sentence, people get the answers, and the next message starts afresh."""
    talk = take_up(opened(Cake), LOST[why])
    talk.says(text)
    handed = talk.reads(Query("SELECT body FROM cases"))

    assert talk.reads(Query("SELECT error FROM inbox WHERE error <> ''")) == []
    assert talk.heard[-1].startswith({"cancel": "All right", "HUMAN": "I have passed"}.get(text, SORRY))
    assert text == "cancel" or LOST[why].stack[0].dialog in handed[0][0]
    assert text == "HUMAN" or talk.state.stack == []


@pytest.mark.req("F26")
@pytest.mark.parametrize("why", LOST)
def test_a_lost_dialog_does_not_stand_in_the_way_of_a_new_language(opened: Open, why: str) -> None:
    """Switching the language asks the open question again; one that cannot be asked is handed over."""
    talk = take_up(opened(Cake), LOST[why])
    talk.chooses_language("en")

    assert SORRY in talk.heard[-1]
    assert talk.state.stack == []


@pytest.mark.req("F26")
def test_a_lost_dialog_is_handed_over_when_its_time_runs_out(opened: Open) -> None:
    """A timer of a dialog that an upgrade took away breaks nothing."""
    talk = opened(Cake)
    talk.says("Do cake")
    state = talk.state
    state.stack[0].dialog = "vanished"
    take_up(talk, state).waits(timedelta(days=9))

    assert talk.state.stack == []
    assert talk.reads(Query("SELECT state FROM inbox WHERE state = 'parked'")) == []


@pytest.mark.req("F26")
def test_a_state_of_a_newer_release_is_read(opened: Open) -> None:
    """During a rolling deploy an old process meets what a new one stored, and ignores what it does not know."""
    talk = opened(Cake)
    take_up(talk, '{"language":"en","greeted":true,"mood":"good","stack":[]}').says("Do cake")

    assert talk.asking == "kind"


def test_a_conversation_without_anything_is_the_beginning() -> None:
    """The state of a conversation that has never been is the default everywhere."""
    assert thaw("{}") == Conversation()
    assert freeze(Conversation()) == "{}"
