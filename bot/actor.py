"""An actor that is no conversation, during one step: a staff room, a case's thread at the desk, a campaign.

It is what `Chat` is to a conversation, without customer and dialogs: what is asked for here is collected by the step's
scope and commits with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.business import Business
from bot.ports.step import Scope
from bot.replies import Act, Choice, Message
from bot.texts import Phrasebook, Wording

Windows = Callable[[str], timedelta | None]


def for_ever(conversation: str) -> timedelta | None:
    """Nobody's window ever closes."""
    del conversation
    return None


@dataclass(slots=True)
class Actor:
    """One step of such an actor; `state` is what it keeps, as JSON text that the handler reads and writes."""

    business: Business
    scope: Scope
    phrasebook: Phrasebook
    state: str
    rooms: tuple[str, ...] = ()
    """The staff's group chats, by the key of their actor."""
    windows: Windows = for_ever
    """How long people may answer in a conversation after the customer's last word."""

    @property
    def now(self) -> datetime:
        """The step's instant in the business's time zone."""
        return self.scope.now.astimezone(self.business.zone)

    @property
    def language(self) -> str:
        """The language that the staff speak."""
        return self.business.desk_language

    def words(self, wording: Wording, language: str = "") -> str:
        """A wording for the staff, or in another language."""
        return self.phrasebook.say(wording, language or self.language)

    def message(self, wording: Wording, acts: Sequence[tuple[Wording, str, str]] = (), *, heading: str = "") -> Message:
        """A message for a room with buttons, each (label, name of the act, what it is about)."""
        choices = tuple(
            Choice(str(n), self.words(label), Act(name, about)) for n, (label, name, about) in enumerate(acts)
        )
        return Message(self.words(wording), choices, heading=heading)
