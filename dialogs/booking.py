"""Book a visit."""

from bot.chat import Chat
from bot.dialog import Dialog, Next, after, ask, silent
from bot.texts import t
from dialogs.visits import (
    TAKEN,
    asked,
    booking_form,
    branches,
    free_times,
    keep,
    known,
    nudged,
    said,
    say_booked,
    services,
    specialists,
)


class Booking(Dialog):
    """Book a visit: what, where, with whom, when, and who comes."""

    title = t("Book a visit")
    service = ask.choice(t("What would you like to book?"), services, label=t("Service"))
    branch = ask.choice(t("Which branch?"), branches, skip=t("Any branch"), when=asked("branch"), label=t("Branch"))
    specialist = ask.choice(t("Whom would you like to see?"), specialists, skip=t("Anyone"),
                            when=asked("specialist"), label=t("Specialist"))  # fmt: skip
    slot = ask.slot(t("When would you like to come? Choose a time or write a day."), free_times, label=t("Time"))
    name = ask.text(t("What is your name?"), most=80, known=known("name"), label=t("Name"))
    phone = ask.phone(t("What is your phone number?"), known=known("phone"), label=t("Phone"))
    notes = ask.text(t("Is there anything we should know?"), skip=t("Nothing"), when=asked("notes"), label=t("Note"))
    form = ask.dialog(booking_form)
    agreed = ask.confirm(t("Is everything right?"))

    @after(slot, may_go=("slot",))
    async def hold(self, chat: Chat) -> Next | None:
        return await keep(self, chat)

    @silent(name, phone, notes, agreed, wait=ask.minutes(15), may_go=("slot",))
    async def nudge(self, chat: Chat) -> Next:
        return self.again("slot", nudged(self))

    @after(agreed, may_go=("slot",))
    async def book(self, chat: Chat) -> Next | None:
        visit = self.slot and await chat.calendar.book(self.slot, name=self.name, phone=self.phone, notes=said(self))
        return say_booked(chat, visit, t("You are booked.")) if visit else self.again("slot", TAKEN)

    async def dropped(self, chat: Chat) -> None:
        await chat.calendar.release()
