"""`/reload`: the firm's folder is read anew while the bot runs."""

from collections.abc import Mapping

from bot.actor import Actor
from bot.business.reload import AT_START
from bot.ports.house import Reload
from bot.texts import Lines, Wording, spoken, t
from handlers.staff.order import PAGE_CHARS, StaffOrder
from handlers.staff.saying import say

JOB = "reload"


async def ask_reload(order: StaffOrder) -> None:
    """Have the folder read; the answer comes when it is."""
    order.ask_house(JOB, Reload())


def show_reload(actor: Actor, result: Mapping[str, str], *, thread: str, reply_to: str) -> None:
    """Say what is new, or everything that is wrong with the folder."""
    if errors := result.get("errors"):
        shown = errors if len(errors) <= PAGE_CHARS else f"{errors[:PAGE_CHARS]}…"
        wording: Wording = Lines((t("The folder cannot be used, so everything stays as it was:"), spoken(shown)))
    elif changed := result.get("changed"):
        wording = t("The new content is in force. What changed: {sections}.", sections=changed.replace(",", ", "))
        if set(AT_START) & set(changed.split(",")):
            wording = Lines((wording, t("Accounts change at the next start of the program.")))
    else:
        wording = t("Nothing has changed.")
    say(actor, wording, thread=thread, reply_to=reply_to)
