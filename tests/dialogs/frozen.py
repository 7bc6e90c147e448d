"""Conversations put into a talk as they were stored."""

from pathlib import Path

from bot.conversation import Conversation, Frame, freeze
from bot.ports.store import Query, Script
from bot.testing import Talk

SAVED = Path(__file__).parent / "saved"


def take_up(talk: Talk, state: str | Conversation) -> Talk:
    """Have the talk's conversation stand where this stored state says."""
    stored = freeze(state) if isinstance(state, Conversation) else state

    def script() -> Script[None]:
        yield Query("UPDATE actors SET state = ? WHERE actor = ?", (stored, talk.contact.actor))

    talk.does(talk.store.run(script))
    return talk


def at(dialog: str, question: str, **more: object) -> Conversation:
    """A conversation that waits at a question of a dialog."""
    frame = Frame(dialog, "F1", at=question, trail=[question], **more)  # type: ignore[arg-type]
    return Conversation(language="en", greeted=True, place="main", stack=[frame])
