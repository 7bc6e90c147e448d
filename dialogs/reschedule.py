"""Move a visit to another time."""

from typing import Any

from bot.chat import Chat
from bot.dialog import Dialog, Next, after, ask
from bot.texts import t
from dialogs.visits import TAKEN, coming_visits, free_times_for_visit, say_booked, visit_of

NO_VISITS = t("You have no coming visit.")


def about(dialog: Any) -> str:
    """The visit that the customer came for, if they came from one."""
    return str(dialog.frame.about)


class Reschedule(Dialog):
    """Move a visit: the old time is free the moment the new one is booked."""

    title = t("Move a visit")
    visit = ask.choice(t("Which visit shall we move?"), coming_visits, known=about, empty=NO_VISITS)
    slot = ask.slot(t("When would you like to come instead?"), free_times_for_visit, label=t("New time"))
    agreed = ask.confirm(t("Shall I move the visit?"))

    @after(slot, may_go=("slot",))
    async def hold(self, chat: Chat) -> Next | None:
        """Keep the new time while the customer looks at it."""
        return None if self.slot and await chat.calendar.hold(self.slot) else self.again("slot", TAKEN)

    @after(agreed, may_go=("slot",))
    async def move(self, chat: Chat) -> Next | None:
        """Move it, or ask again when the time has gone."""
        booking = await visit_of(self)
        if booking is None or booking.status != "booked":
            chat.say(t("That visit is no longer booked."))
            return None
        moved = self.slot and await chat.calendar.move(booking, self.slot)
        if not moved:
            return self.again("slot", TAKEN)
        return say_booked(chat, moved, t("Your visit has been moved."))

    async def dropped(self, chat: Chat) -> None:
        """Let the new time go; the visit stays as it was."""
        await chat.calendar.release()
