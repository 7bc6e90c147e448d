"""The questions that an author can put into a dialog: `service = ask.choice(t("What …?"), offers=services)`.

Every question takes `label` (its name in the summary), `known` (the answer, where it is known already), `skip` (words of
a button that leaves it open) and `when` (whether it is asked). Callbacks are given the running dialog.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from bot.dialog.field import Field, Offer, Told
from bot.dialog.kinds import (
    ChoiceKind,
    ConfirmKind,
    DateKind,
    EmailKind,
    NestedKind,
    NumberKind,
    PhoneKind,
    PhotoKind,
    SlotKind,
    TextKind,
    YesNoKind,
)
from bot.dialog.kinds.choice import Offers
from bot.dialog.kinds.slot import Find
from bot.events import Media
from bot.ports.calendar import Slot
from bot.texts import Wording, t


class Manner(TypedDict, total=False):
    """What every question takes."""

    label: Wording
    known: Callable[[Any], Any]
    skip: Wording
    when: Callable[[Any], bool]


def choice(
    prompt: Told, offers: Offers, *, only_one: bool = True, empty: Wording | None = None, **manner: Unpack[Manner]
) -> Field[str]:
    """One of `offers`; the answer is the offer's value.

    With `only_one` a single offer is taken without asking; `empty` is said when there is none.
    """
    return Field(prompt, ChoiceKind(offers, only_one=only_one, empty=empty), **manner)


def slot(prompt: Told, find: Find, *, more: Wording | None = None, **manner: Unpack[Manner]) -> Field[Slot | None]:
    """A free time out of those that `find` gives."""
    return Field(prompt, SlotKind(find, more or t("Other times")), **manner)


def text(prompt: Told, *, least: int = 1, most: int = 500, **manner: Unpack[Manner]) -> Field[str]:
    """Free words."""
    return Field(prompt, TextKind(least, most), **manner)


def phone(prompt: Told, **manner: Unpack[Manner]) -> Field[str]:
    """A phone number; the answer is E.164."""
    return Field(prompt, PhoneKind(), **manner)


def email(prompt: Told, **manner: Unpack[Manner]) -> Field[str]:
    """An e-mail address."""
    return Field(prompt, EmailKind(), **manner)


def number(
    prompt: Told, *, least: Decimal | None = None, most: Decimal | None = None, **manner: Unpack[Manner]
) -> Field[Decimal | None]:
    """A number from `least` to `most`."""
    return Field(prompt, NumberKind(least, most), **manner)


def day(prompt: Told, *, future: bool = True, **manner: Unpack[Manner]) -> Field[date | None]:
    """A day, by default one that has not passed."""
    return Field(prompt, DateKind(future=future), **manner)


def yes_no(prompt: Told, **manner: Unpack[Manner]) -> Field[bool]:
    """Yes or no."""
    return Field(prompt, YesNoKind(), **manner)


def photo(prompt: Told, *, most: int = 1, **manner: Unpack[Manner]) -> Field[tuple[Media, ...]]:
    """A picture, or up to `most`; the answer is empty while there is none.

    Calls and some lines for SMS carry no pictures: give it a `skip` or a `when` where customers come by those.
    """
    return Field(prompt, PhotoKind(most), **manner)


def confirm(prompt: Told, **manner: Unpack[Manner]) -> Field[bool]:
    """The labelled answers so far, and whether they are right; any of them can be changed from here."""
    return Field(prompt, ConfirmKind(), **manner)


def dialog(name: str | Callable[[Any], str], **manner: Unpack[Manner]) -> Field[dict[str, Any]]:
    """The answers of another dialog, which runs inside this one; an empty name skips it."""
    return Field(t(""), NestedKind(name), **manner)


def minutes(count: int) -> timedelta:
    """A span, to read well where a dialog declares one."""
    return timedelta(minutes=count)


__all__ = [
    "Offer",
    "choice",
    "confirm",
    "day",
    "dialog",
    "email",
    "minutes",
    "number",
    "phone",
    "photo",
    "slot",
    "text",
    "yes_no",
]
