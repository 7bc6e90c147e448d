"""Cancel a visit."""

from bot.chat import Chat, Option
from bot.dialog import Dialog, ask
from bot.replies import Speak, Start
from bot.texts import Lines, Wording, t
from dialogs.reschedule import NO_VISITS, about
from dialogs.visits import coming_visits, describe, visit_of


async def really(dialog: Dialog) -> Wording:
    """The question, with the visit it is about."""
    booking = await visit_of(dialog)
    words = t("Shall I cancel this visit?")
    return Lines((describe(dialog.chat, booking), words), "\n\n") if booking else words


class CancelVisit(Dialog):
    """Cancel a visit, after one question whether that is really meant."""

    title = t("Cancel a visit")
    visit = ask.choice(t("Which visit shall we cancel?"), coming_visits, known=about, empty=NO_VISITS)
    sure = ask.yes_no(really)

    async def done(self, chat: Chat) -> None:
        """Cancel it and offer a new one."""
        booking = await visit_of(self)
        again = [Option(t("Book a visit"), Start("booking")), Option(t("Menu"), Speak("menu"))]
        if not self.sure:
            chat.say(t("All right, the visit stays."), again[1:])
        elif booking is None or booking.status != "booked":
            chat.say(t("That visit is no longer booked."), again)
        else:
            await chat.calendar.cancel(booking)
            chat.say(t("The visit is cancelled. You are welcome any time."), again, kind="notice")
