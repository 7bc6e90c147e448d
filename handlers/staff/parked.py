"""`/parked`: what could not be handled, and trying it again."""

import re
from dataclasses import dataclass
from functools import partial

from bot.ports.clock import instant, micros
from bot.ports.store import Script
from bot.store import inbox
from bot.texts import Wording, day, quoted, t
from handlers.staff.order import StaffOrder

BUTTON = "parked.replay"
BUTTONS = 5
NAME = re.compile(r"(\S+)#(\d{1,18})")
ERROR_CHARS = 120


@dataclass(frozen=True, slots=True)
class Replay:
    """Put a parked event back into its inbox; nothing happens to one that is parked no more."""

    business: str
    actor: str
    seq: int
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The actor whose event it is."""
        return (f"{self.business}/{self.actor}",)

    def apply(self) -> Script[None]:
        """See `inbox.replay`."""
        yield from inbox.replay(self.business, self.actor, self.seq, self.now)


async def parked(order: StaffOrder) -> None:
    """List what is parked, or with `replay NAME` try one of it again."""
    verb, _, name = order.words.partition(" ")
    if verb.casefold() == "replay":
        await replay(order, name.strip())
        return
    scope = order.actor.scope
    rows = await scope.read("parked", partial(inbox.parked, scope.business))
    if not rows:
        order.reply(t("Nothing is parked."))
        return
    names = [f"{actor}#{seq}" for _, actor, seq, *_ in rows]
    lines: list[Wording] = []
    for name, (*_, accepted, _, error) in zip(names, rows, strict=True):
        at = instant(accepted).astimezone(order.actor.business.zone)
        lines.append(t("{name}: {day}, {error}", name=name, day=day(at), error=quoted(error, ERROR_CHARS)))
    acts = [(t("Try {name} again", name=name), BUTTON, name) for name in names[:BUTTONS]]
    order.reply_list(t("These failed for good. /parked replay NAME tries one again:"), lines, acts)


async def replay(order: StaffOrder, name: str) -> None:
    """Try one parked event again."""
    scope, found = order.actor.scope, NAME.fullmatch(name)
    rows = await scope.read("parked", partial(inbox.parked, scope.business, 1000))
    if found is None or (found[1], int(found[2])) not in {(row[1], row[2]) for row in rows}:
        order.reply(t("{name} is not parked.", name=quoted(name)))
        return
    scope.write(Replay(scope.business, found[1], int(found[2]), micros(scope.now)))
    order.reply(t("{name} is tried again.", name=name))
