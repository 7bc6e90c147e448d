"""Until when a customer may be answered freely, as the desk says it.

Some channels take free words only for a while after the customer's last one. The card of a case says until when. What
a customer writes moves that end, and a card is not edited for each of their words: the end that it shows is never later
than the true one, at most `SOON` earlier, and never one that has passed while the true one has not.
"""

from datetime import datetime, timedelta
from functools import partial

from bot.actor import Actor
from bot.desk.standing import Thread
from bot.ports.clock import instant, micros
from bot.records import Case
from bot.store import transcript
from bot.texts import Wording, clock, day, t

SOON = timedelta(hours=1)
TIMER = "window"
"""The thread's timer that looks at the card again."""


async def answerable_until(actor: Actor, conversation: str) -> datetime | None:
    """When the window of a conversation closes for people, aware, in UTC; None where it never does.

    None as well for who has never said anything: what may be written to them, only the provider can tell.
    """
    span = actor.windows(conversation)
    if span is None:
        return None
    scope = actor.scope
    script = partial(transcript.last_heard, scope.business, conversation)
    heard = await scope.read(f"heard:{conversation}", script)
    return None if heard is None else heard + span


async def shown_window(actor: Actor, thread: Thread, case: Case) -> Wording | None:
    """The line of the card about the window, and a timer for when it will read otherwise; None for nothing to say."""
    until = None if case.status == "closed" else await answerable_until(actor, case.actor)
    if until is None:
        return None
    now, shown = actor.scope.now, instant(thread.until)
    if not timedelta() <= until - shown < SOON or now >= shown:
        thread.until, shown = micros(until), until
    _look_again(actor, thread, shown)
    return window_line(shown.astimezone(actor.business.zone), now)


def window_line(until: datetime, now: datetime) -> Wording:
    """Until when the customer can be answered; `until` is in the firm's zone."""
    if now >= until:
        return t("The window has closed: only a template can be sent.")
    if until - now <= SOON:
        return t("⏳ Soon only a template: can be answered until {day}, {time}.", day=day(until), time=clock(until))
    return t("Can be answered until {day}, {time}.", day=day(until), time=clock(until))


def _look_again(actor: Actor, thread: Thread, shown: datetime) -> None:
    """Look at the card when its end is near, and when it has come."""
    due = next((each for each in (shown - SOON, shown) if each > actor.scope.now), None)
    if due is not None and thread.look != micros(due):
        thread.look = micros(due)
        actor.scope.schedule(TIMER, due, {})
