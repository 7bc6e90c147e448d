"""A free time: the nearest are offered, and what is typed narrows them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import time
from typing import Any

import msgspec

from bot.dialog.dialog import Dialog
from bot.dialog.field import TYPED, Field, Kind, Offer
from bot.dialog.kinds.choice import says
from bot.dialog.outcome import AskAgain, Refused, Unclear
from bot.ports.calendar import Slot, Wish
from bot.texts import Lines, Wording, clock, day, spoken, t, written
from bot.understanding import Ambiguity, Impossible, When, read_when, without_moment

Find = Callable[[Any, Wish, tuple[Slot, ...]], Awaitable[Sequence[Slot]]]
"""Finds free times for a running dialog: (dialog, wish, times already shown)."""

NONE_THEN = t("Nothing is free then. The nearest free times:")
NOT_FREE = t("That time is not free. The nearest free times:")

MORE = "more"
MORE_RAW = msgspec.Raw(b'"more"')
WISH = "wish"
SHOWN = "shown"


class SlotKind(Kind[Slot | None]):
    """A `Slot`. A day or time that is typed («Friday after five») is a wish that the offers then follow."""

    stored = Slot | None
    nothing = None
    empty = t("I see no free time just now. Name another day, or write HUMAN and a person will help you.")

    def __init__(self, find: Find, more: Wording) -> None:
        self._find = find
        self.more = more

    async def offers(self, dialog: Dialog, field: Field[Slot | None]) -> Sequence[Offer]:
        """The times to choose from, and a button for others; empty when nothing at all is free."""
        wish = dialog.noted(WISH, Wish) or Wish()
        shown = tuple(dialog.noted(SHOWN, list[Slot]) or ())
        found = await self._find(dialog, wish, shown)
        if not found and shown:
            dialog.note(SHOWN, [])
            found = await self._find(dialog, wish, ())
        dialog.note("offers", list(found))
        if not found:
            return ()
        if wish != Wish() and not shown and not fits(found[0], wish):
            dialog.chat.first(NOT_FREE if wish.exact else NONE_THEN)
        return (*(Offer(slot, slot_label(slot), short=slot_short(slot)) for slot in found), Offer(MORE, self.more))

    async def press(self, raw: msgspec.Raw, dialog: Dialog, field: Field[Slot | None]) -> Slot | None:
        """The time, or the wish to see others."""
        if msgspec.json.decode(raw) == MORE:
            shown = [*(dialog.noted(SHOWN, list[Slot]) or ()), *(dialog.noted("offers", list[Slot]) or ())]
            dialog.note(SHOWN, shown)
            raise AskAgain
        return self.decode(raw)

    async def read(self, text: str, dialog: Dialog, field: Field[Slot | None]) -> Slot | None:
        """The time that is meant exactly, else a new offer inside the wish."""
        if says(text, self.more, dialog):
            return await self.press(MORE_RAW, dialog, field)
        match self._understand(text, dialog):
            case Impossible(text=day_text):
                raise Refused(t("There is no such day as {day}.", day=day_text))
            case Ambiguity(options=options):
                raise Unclear(t("Which time do you mean?"), [_reading(option) for option in options])
            case When() as when:
                return await self._take(when, dialog, field)
            case _:
                raise Refused(t("I did not understand the time. Write it like {example}.", example="25.12 17:00"))

    async def left(self, text: str, dialog: Dialog, field: Field[Slot | None]) -> str:
        """The words around the day and time."""
        del field
        when = self._understand(text, dialog)
        return without_moment(text, when, dialog.chat.language) if isinstance(when, When) else text

    async def overhear(self, text: str, dialog: Dialog, field: Field[Slot | None]) -> Slot | None:
        """Notes a day or time that is said in passing as the wish; nothing is taken from it unasked."""
        del field
        when = self._understand(text, dialog)
        if isinstance(when, When):
            dialog.note(WISH, wish_of(when))
            dialog.note(SHOWN, [])
        return None

    def show(self, value: Slot | None, dialog: Dialog) -> Wording:
        """Day and time, with whom and where; what another answer says already is not repeated."""
        if value is None:
            return spoken("")
        business, answers = dialog.chat.business, list(dialog.frame.answers.values())
        parts: list[Wording] = [slot_label(value)]
        for chosen, known in ((value.specialist, business.specialists), (value.branch, business.branches)):
            if chosen in known and len(known) > 1 and msgspec.Raw(msgspec.json.encode(chosen)) not in answers:
                parts.append(known[chosen].name)
        return Lines(tuple(parts), " · ")

    def _understand(self, text: str, dialog: Dialog) -> When | Ambiguity | Impossible | None:
        """What is said of a time; of several readings those in which somebody works."""
        chat = dialog.chat
        when = read_when(text, now=chat.now, language=chat.language)
        if not isinstance(when, Ambiguity):
            return when
        likely = [option for option in when.options if _in_hours(option, dialog)] or when.options
        return likely[0] if len(likely) == 1 else Ambiguity(tuple(likely))

    async def _take(self, when: When, dialog: Dialog, field: Field[Slot | None]) -> Slot | None:
        wish = wish_of(when)
        if wish.first_day is None and (earlier := dialog.noted(WISH, Wish)) is not None:
            wish = msgspec.structs.replace(wish, first_day=earlier.first_day, last_day=earlier.last_day)
        dialog.note(WISH, wish)
        dialog.note(SHOWN, [])
        today = dialog.chat.now.date()
        if wish.last_day is not None and wish.last_day < today:
            raise Refused(t("{day} has passed.", day=day(wish.last_day)))
        if wish.exact:
            with dialog.watching(field):
                found = await self._find(dialog, wish, ())
            for slot in found:
                if slot.start.date() == wish.first_day and slot.start.time().replace(tzinfo=None) == wish.earliest:
                    return slot
        raise AskAgain


def fits(slot: Slot, wish: Wish) -> bool:
    """Whether a time lies inside a wish."""
    start = slot.start
    if wish.first_day and not wish.first_day <= start.date() <= (wish.last_day or wish.first_day):
        return False
    moment = start.time().replace(tzinfo=None)
    return (wish.earliest or time.min) <= moment <= (wish.latest or time.max)


def wish_of(when: When) -> Wish:
    """What was understood, as the calendar takes it."""
    return Wish(
        first_day=when.days.first if when.days else None,
        last_day=when.days.last if when.days else None,
        earliest=when.times.start if when.times else None,
        latest=when.times.end if when.times else None,
    )


def slot_label(slot: Slot) -> Wording:
    """Day and time, in full."""
    return t("{day}, {time}", day=day(slot.start), time=clock(slot.start))


def slot_short(slot: Slot) -> Wording:
    """Day and time, for a narrow button."""
    return t("{day}, {time}", day=day(slot.start, short=True), time=clock(slot.start))


def _in_hours(when: When, dialog: Dialog) -> bool:
    """Whether any branch is ever open at that time of day: «at 5» is 17:00 for a clinic."""
    start = when.times.start if when.times else None
    branches = dialog.chat.business.branches.values()
    spans = (span for branch in branches for day_spans in branch.hours.weekly.values() for span in day_spans)
    return start is None or any(span.open <= start < span.close for span in spans)


def _reading(when: When) -> Offer:
    """One reading of what was typed; its value is the wish, taken up again by the machine as typed text."""
    first = when.days.first if when.days else None
    start = when.times.start if when.times else None
    parts = (first.strftime("%d.%m.%Y") if first else "", start.strftime("%H:%M") if start else "")
    said = Lines(tuple(written(each) for each in (first and day(first), start and clock(start)) if each), ", ")
    return Offer({TYPED: " ".join(part for part in parts if part)}, said)
