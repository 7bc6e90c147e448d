"""See one's visits, and change them."""

from bot.chat import Chat, Option
from bot.dialog import Dialog, ask
from bot.replies import Speak, Start
from bot.texts import Lines, t
from dialogs.reschedule import NO_VISITS
from dialogs.visits import coming_visits, describe, visit_of


class MyVisits(Dialog):
    """The customer's coming visits; each can be moved or cancelled."""

    title = t("My visits")
    visit = ask.choice(t("Your coming visits. Which one would you like to see?"), coming_visits, empty=NO_VISITS)

    async def done(self, chat: Chat) -> None:
        """Show it with what can be done about it."""
        booking = await visit_of(self)
        if booking is None:
            chat.say(NO_VISITS)
            return
        chat.say(
            Lines((t("Your visit:"), describe(chat, booking))),
            [
                Option(t("Another time"), Start("reschedule", about=booking.id)),
                Option(t("Cancel the visit"), Start("cancel_visit", about=booking.id)),
                Option(t("Menu"), Speak("menu")),
            ],
        )
