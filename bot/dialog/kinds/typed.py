"""Answers that are typed: words, numbers, days, phones, addresses, yes and no.

Each parser turns what was typed into the stored value, or refuses with the sentence that the customer will read.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.dialog.dialog import Dialog
from bot.dialog.field import Field, Kind, Offer
from bot.dialog.outcome import Refused, Unclear
from bot.replies import Hint
from bot.texts import Wording, day, spoken, t, written
from bot.understanding import (
    Ambiguity,
    BadEmail,
    BadPhone,
    Impossible,
    find_phone,
    read_date,
    read_email,
    read_number,
    read_phone,
    without_phone,
    yes_no,
)


class TextKind(Kind[str]):
    """Free words of `least` to `most` characters."""

    free_text = True
    hint: Hint = "text"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    async def read(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """The words, outer spaces gone."""
        del dialog, field
        words = text.strip()
        if len(words) < self.least:
            raise Refused(t("That is too short."))
        if len(words) > self.most:
            raise Refused(t("That is too long: at most {most} characters, please.", most=self.most))
        return words


class PhoneKind(Kind[str]):
    """A phone number, stored as E.164."""

    hint: Hint = "tel"

    async def read(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """The number, read as one of the business's country when it names none."""
        del field
        phone = read_phone(text, region=dialog.chat.business.region)
        if not isinstance(phone, BadPhone):
            return phone.e164
        if phone.reason == "too_short":
            raise Refused(
                t(
                    "This number is too short. Please write it with the code, for example {example}.",
                    example=_example(dialog),
                )
            )
        if phone.reason == "too_long":
            raise Refused(
                t(
                    "This number is too long. Please write it with the code, for example {example}.",
                    example=_example(dialog),
                )
            )
        raise Refused(t("That does not look like a phone number. For example: {example}.", example=_example(dialog)))

    async def overhear(self, text: str, dialog: Dialog, field: Field[str]) -> str | None:
        """A number inside a sentence."""
        del field
        phone = find_phone(text, region=dialog.chat.business.region)
        return phone.e164 if phone else None

    async def left(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """The words around the number."""
        del field
        return without_phone(text, region=dialog.chat.business.region)

    def show(self, value: str, dialog: Dialog) -> Wording:
        """The number as people write it."""
        phone = read_phone(value, region=dialog.chat.business.region)
        return spoken(value if isinstance(phone, BadPhone) else phone.shown)


def _example(dialog: Dialog) -> str:
    return {"AM": "+374 91 123456", "GE": "+995 555 123456", "UZ": "+998 90 1234567", "RU": "+7 916 123-45-67"}.get(
        dialog.chat.business.region, "+374 91 123456"
    )


class EmailKind(Kind[str]):
    """An e-mail address; a likely slip («gmail.con») is asked about."""

    hint: Hint = "email"

    async def read(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """The address in its normal form."""
        del dialog, field
        email = read_email(text)
        if isinstance(email, BadEmail):
            raise Refused(t("That does not look like an e-mail address. For example: name@example.com."))
        if email.suggestion:
            raise Unclear(
                t("Did you mean {address}?", address=email.suggestion),
                [Offer(each, spoken(each)) for each in (email.suggestion, email.address)],
            )
        return email.address


class NumberKind(Kind[Decimal | None]):
    """A number between `least` and `most`."""

    stored = Decimal | None
    nothing = None
    hint: Hint = "number"

    def __init__(self, least: Decimal | None, most: Decimal | None) -> None:
        self.least, self.most = least, most

    async def read(self, text: str, dialog: Dialog, field: Field[Decimal | None]) -> Decimal:
        """The number, in digits or as a word."""
        del field
        number = read_number(text, dialog.chat.language)
        if number is None:
            raise Refused(t("Please write a number."))
        if self.least is not None and number < self.least:
            raise Refused(t("The smallest number here is {least}.", least=self.least))
        if self.most is not None and number > self.most:
            raise Refused(t("The largest number here is {most}.", most=self.most))
        return number


class DateKind(Kind[date | None]):
    """A day; with `future`, one that has not passed."""

    stored = date | None
    nothing = None
    hint: Hint = "text"

    def __init__(self, *, future: bool) -> None:
        self.future = future

    async def read(self, text: str, dialog: Dialog, field: Field[date | None]) -> date:
        """The day; one that may be two days is asked about."""
        del field
        today = dialog.chat.now.date()
        match read_date(text, today=today, language=dialog.chat.language):
            case date() as found if self.future and found < today:
                raise Refused(t("{day} has passed.", day=day(found)))
            case date() as found:
                return found
            case Impossible(text=day_text):
                raise Refused(t("There is no such day as {day}.", day=day_text))
            case Ambiguity(options=options):
                days = [option.days.first for option in options if option.days]
                raise Unclear(t("Which day do you mean?"), [Offer(each, written(day(each))) for each in days])
            case _:
                raise Refused(t("I did not understand the day. Write it like {example}.", example="25.12"))

    def show(self, value: Any, dialog: Dialog) -> Wording:
        """The day with its year."""
        del dialog
        return t("{day} {year}", day=day(value), year=str(value.year))


class YesNoKind(Kind[bool]):
    """Yes or no."""

    stored = bool
    nothing = False

    async def offers(self, dialog: Dialog, field: Field[bool]) -> Sequence[Offer]:
        """Both."""
        del dialog, field
        return (Offer(value=True, label=t("Yes")), Offer(value=False, label=t("No")))

    async def read(self, text: str, dialog: Dialog, field: Field[bool]) -> bool:
        """Yes or no in any of our languages."""
        del field
        answer = yes_no(text, dialog.chat.language)
        if answer is None:
            raise Refused(t("Please answer yes or no."))
        return answer

    def show(self, value: bool, dialog: Dialog) -> Wording:  # noqa: FBT001  it is the answer itself
        """Yes or no."""
        del dialog
        return t("Yes") if value else t("No")
