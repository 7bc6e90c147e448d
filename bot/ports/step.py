"""What a port may do from inside a step.

A step writes nothing outside. A port that is used in a handler is bound to the step's `Scope`: it reads through it
(a repeated run sees the same answers), and leaves *writes* that commit with everything else of the step, or not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.events import LIVE, RELAY, Event
from bot.ports.store import Script

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Push:
    """A call to a provider. `job` names it in the `JobFinished` that answers; `line` is what it stays in order with."""

    port: str
    line: str
    job: str
    order: Any
    lane: int = RELAY
    expires_after: timedelta | None = None


class Write(Protocol):
    """A change to our own records that commits with the step."""

    @property
    def locks(self) -> tuple[str, ...]:
        """What other steps may contend for at the same time; see `Store.run`."""

    def apply(self) -> Script[None]:
        """The statements.

        Raises `ClaimRefused` when the database decides against it, `Conflict` when a row has moved on.
        """


class Scope(Protocol):
    """The step, as a port sees it."""

    @property
    def business(self) -> str:
        """The business's key, first column of every table."""

    @property
    def actor(self) -> str:
        """Whose step it is."""

    @property
    def now(self) -> datetime:
        """The step's one instant, aware, in UTC; the same in a repeated run after a refused claim."""

    def new_id(self, kind: str) -> str:
        """A new record's id; the same again when the step is repeated."""

    async def read(self, key: str, script: Callable[[], Script[T]]) -> T:
        """What the database says; asked once a step and `key`, also over repeated runs."""

    def write(self, change: Write) -> None:
        """Commit `change` with this step."""

    def refused(self, claim: str) -> bool:
        """Whether an earlier run of this step claimed this and was refused."""

    def tell(self, actor: str, event: Event, *, lane: int = LIVE, key: str = "") -> None:
        """Let something happen to another actor of the business; it reaches its inbox when this step commits.

        With a `key` the same is not told twice, whichever step tells it.
        """

    def push(self, push: Push) -> None:
        """Have something done outside once this step has committed; what came of it comes back as `JobFinished`."""

    def schedule(self, key: str, due: datetime, data: Mapping[str, str]) -> None:
        """Set the actor's timer `key`, replacing an earlier one; one that is already past is not set."""

    def unschedule(self, key: str) -> None:
        """Take the actor's timer back; nothing happens when there is none."""
