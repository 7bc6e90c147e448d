"""The questions that qualify a lead: what is wanted, when, who decides, how to reach them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from bot.business import Wish
from bot.dialog import Dialog, Field, Offer, Refused
from bot.dialog.kinds import ChoiceKind, EmailKind, PhoneKind
from bot.dialog.kinds.choice import says
from bot.dialog.outcome import Unclear
from bot.texts import Wording, day, spoken, t, written
from bot.understanding import Ambiguity, Impossible, read_date
from dialogs.visits import services

SOON = timedelta(days=7)
THIS_MONTH = timedelta(days=31)
TIMES = (
    Offer("now", t("As soon as possible"), short=t("Now")),
    Offer("month", t("This month")),
    Offer("later", t("Later, just looking"), short=t("Later")),
)
DECIDERS = (
    Offer("me", t("I do")),
    Offer("together", t("We decide together"), short=t("Together")),
    Offer("other", t("Somebody else")),
)


def wishes(dialog: Any) -> Sequence[Offer]:
    """What the firm lets people choose from: its own list, or its services."""
    return [_offer(wish) for wish in dialog.chat.business.leads.what] or services(dialog)


def _offer(wish: Wish) -> Offer:
    phrases = tuple(phrase for said in wish.phrases.values() for phrase in said)
    return Offer(wish.id, wish.label, short=wish.short, phrases=phrases)


class AskedChoice(ChoiceKind):
    """A choice whose words are too common to be an answer before it is asked («I do», «now»)."""

    async def overhear(self, text: str, dialog: Dialog, field: Field[str]) -> str | None:
        """Nothing."""
        del text, dialog, field
        return None


class TimelineKind(AskedChoice):
    """When something is wanted: `now`, `month`, `later`, or a day in ISO form that was typed."""

    def __init__(self) -> None:
        super().__init__(TIMES, only_one=False)

    async def read(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """One of the three, or a day that has not passed."""
        if not any(says(text, wording, dialog) for offer in TIMES for wording in (offer.label, offer.short) if wording):
            chat = dialog.chat
            today = chat.now.date()
            match read_date(text, today=today, language=chat.language):
                case date() as found if found < today:
                    raise Refused(t("{day} has passed.", day=day(found)))
                case date() as found:
                    return found.isoformat()
                case Impossible(text=day_text):
                    raise Refused(t("There is no such day as {day}.", day=day_text))
                case Ambiguity(options=options):
                    days = [option.days.first for option in options if option.days]
                    offers = [Offer(each.isoformat(), written(day(each))) for each in days]
                    raise Unclear(t("Which day do you mean?"), offers)
        return await super().read(text, dialog, field)

    async def press(self, raw: msgspec.Raw, dialog: Dialog, field: Field[str]) -> str:
        """The offer, or the day, behind the button."""
        value = self.decode(raw)
        return value if _day(value) else await super().press(raw, dialog, field)

    def show(self, value: str, dialog: Dialog) -> Wording:
        """The offer's label, or the day with its year."""
        found = _day(value)
        if found is None:
            return super().show(value, dialog)
        return t("{day} {year}", day=day(found), year=str(found.year))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def horizon(when: str, today: date) -> str:
    """An answer to «when» as `now`, `month` or `later`: days count by how far off they are."""
    found = _day(when)
    if found is None:
        return when
    return "now" if found - today <= SOON else "month" if found - today <= THIS_MONTH else "later"


class ReachKind(PhoneKind):
    """A phone number, or an e-mail address where the firm takes either."""

    async def read(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """Whichever of the two was typed."""
        if dialog.chat.business.leads.contact == "any" and "@" in text:
            return await EmailKind().read(text, dialog, field)
        return await super().read(text, dialog, field)

    def show(self, value: str, dialog: Dialog) -> Wording:
        """The number as people write it, the address as it is."""
        return spoken(value) if "@" in value else super().show(value, dialog)


def reach_prompt(dialog: Any) -> Wording:
    """The question, by what the firm takes."""
    either = dialog.chat.business.leads.contact == "any"
    return t("What is your phone number or e-mail?") if either else t("What is your phone number?")


def reached(dialog: Any) -> str:
    """What is known already of how to reach the customer."""
    chat = dialog.chat
    return str(chat.customer.phone or (chat.customer.email if chat.business.leads.contact == "any" else ""))


def by_email(dialog: Any) -> bool:
    """Whether the firm writes to people instead of calling them."""
    return bool(dialog.chat.business.leads.contact == "email")


def by_phone(dialog: Any) -> bool:
    """Whether a phone number is asked for."""
    return not by_email(dialog)
