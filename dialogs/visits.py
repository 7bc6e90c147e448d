"""What the dialogs about visits have in common: what can be chosen, which times are free, how a visit is said back."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.business import Business, Service
from bot.chat import Chat, Option
from bot.dialog import Dialog, Next, Offer, summary_line
from bot.ports.calendar import Booking, Calendar, Slot, Wish
from bot.replies import Speak, Start
from bot.texts import Lines, Wording, clock, day, duration, t, tn, written

T = TypeVar("T")

TAKEN = t("That time has just been taken.")
NUDGED = "nudged"
MANY = 40  # free times out of which the offered ones are picked


def once(work: Callable[[Business], T]) -> Callable[[Business], T]:
    """The same function, asked once for each content that comes into force."""
    kept: dict[str, tuple[Business, T]] = {}

    def found(business: Business) -> T:
        known = kept.get(business.slug)
        if known is None or known[0] is not business:
            known = kept[business.slug] = (business, work(business))
        return known[1]

    return found


def services(dialog: Any) -> Sequence[Offer]:
    """The services that somebody offers, with how long they take and what they cost."""
    return _services(dialog.chat.business)


@once
def _services(business: Business) -> Sequence[Offer]:
    return [
        Offer(
            each.id,
            each.name,
            short=each.short,
            description=terms(each),
            phrases=tuple(p for said in each.phrases.values() for p in said),
        )
        for each in business.services.values()
        if business.offering(each.id)
    ]


def terms(service: Service) -> Wording:
    """How long a service takes and what it costs."""
    length = written(duration(service.duration))
    return Lines((length, service.price.wording()), " · ") if service.price else length


def branches(dialog: Any) -> Sequence[Offer]:
    """The branches at which the chosen service is offered."""
    business = dialog.chat.business
    return [
        Offer(each.id, each.name, short=each.short, description=each.address)
        for each in business.branches.values()
        if business.offering(dialog.service, each.id)
    ]


def specialists(dialog: Any) -> Sequence[Offer]:
    """Who offers the chosen service, at the chosen branch if there is one."""
    return [
        Offer(each.id, each.name, short=each.short, description=each.title)
        for each in dialog.chat.business.offering(dialog.service, dialog.branch or None)
    ]


def known(detail: str) -> Callable[[Any], str]:
    """What the customer has told of themselves already: `name` or `phone`. A messenger's profile tells nothing."""

    def told(dialog: Any) -> str:
        customer = dialog.chat.customer
        return "" if detail in customer.guessed else str(getattr(customer, detail))

    return told


def asked(question: str) -> Callable[[Any], bool]:
    """Whether the business asks this before a booking."""
    return lambda dialog: question in dialog.chat.business.booking.asks


def booking_form(dialog: Any) -> str:
    """The form that the business asks before a booking, or no name."""
    return dialog.chat.business.booking.form or ""


def said(dialog: Any) -> dict[str, str]:
    """What else the customer told before a booking, for the calendar's notes."""
    notes = {"notes": dialog.notes} if dialog.notes else {}
    return notes | {question: str(answer) for question, answer in dialog.form.items() if answer not in (None, "")}


async def free_times(dialog: Any, wish: Wish, shown: tuple[Slot, ...]) -> Sequence[Slot]:
    """Free times for what was chosen so far; after a nudge the customer's own time, if it is still free, and two others."""
    calendar: Calendar = dialog.chat.calendar
    offer = dialog.chat.business.booking.offer
    chosen = {"specialist": dialog.specialist, "branch": dialog.branch}
    own = dialog.noted(NUDGED, Slot)
    if own is None:
        return spread(await calendar.free(dialog.service, **chosen, wish=wish, count=MANY, without=shown), offer, shown)
    at = own.start
    same = Wish(at.date(), at.date(), at.time().replace(tzinfo=None), at.time().replace(tzinfo=None))
    found = await calendar.free(dialog.service, specialist=own.specialist, branch=own.branch, wish=same, count=1)
    kept = [slot for slot in found if slot.start == own.start]
    others = await calendar.free(dialog.service, **chosen, wish=wish, count=MANY, without=(own, *shown))
    return [*kept, *spread(others, 2, (own, *shown))]


def spread(slots: Sequence[Slot], count: int, shown: Sequence[Slot] = ()) -> list[Slot]:
    """The first `count` of some times that do not overlap, so that a choice is one; filled up when there are too few."""
    apart: list[Slot] = []
    for slot in slots:
        if len(apart) == count:
            break
        if all(slot.end <= other.start or other.end <= slot.start for other in (*shown, *apart)):
            apart.append(slot)
    rest = [slot for slot in slots if slot not in apart]
    return sorted([*apart, *rest[: max(0, count - len(apart))]][:count], key=slots.index)


async def keep(dialog: Any, chat: Chat) -> Next | None:
    """Hold the chosen time; one that has gone is chosen again, and who has visits enough makes no more."""
    if not await chat.calendar.visits_left():
        limit = chat.business.booking.limit
        following: Next = dialog.leave(
            tn(
                "You have {count} coming visit already. Please call us for another one: {phone}.",
                "You have {count} coming visits already. Please call us for another one: {phone}.",
                limit,
                phone=chat.business.phone,
            )
        )
        return following
    return None if await chat.calendar.hold(dialog.slot) else dialog.again("slot", TAKEN)


def nudged(dialog: Any) -> Wording:
    """Say that a chosen time was not confirmed, and have two others offered beside it."""
    slot = dialog.slot
    dialog.note(NUDGED, slot)
    return t("You have not confirmed {time} yet, so I no longer keep it for you.", time=when(slot))


def when(slot: Slot) -> Wording:
    """A visit's day and time."""
    return t("{day}, {time}", day=day(slot.start), time=clock(slot.start))


def describe(chat: Chat, booking: Booking) -> Wording:
    """A visit in a few lines: what, when, with whom, where."""
    business, slot = chat.business, booking.slot
    service, specialist, branch = (
        business.services.get(slot.service),
        business.specialists.get(slot.specialist),
        business.branches.get(slot.branch),
    )
    lines: list[Wording] = [when(slot)]
    if service:
        lines.append(summary_line(t("Service"), service.name))
    if specialist:
        lines.append(summary_line(t("Specialist"), specialist.name))
    if branch:
        lines.append(summary_line(t("Address"), branch.address))
    return Lines(tuple(lines))


def say_booked(chat: Chat, booking: Booking, opening: Wording) -> Next | None:
    """Tell the customer of a visit that now stands, and keep who they are; nothing is left to ask."""
    chat.know(name=booking.name, phone=booking.phone)
    closing = t("We will remind you before the visit. Number of the booking: {number}.", number=booking.id)
    chat.say(
        Lines((opening, describe(chat, booking), closing), "\n\n"),
        [
            Option(t("Another time"), Start("reschedule", about=booking.id)),
            Option(t("Cancel the visit"), Start("cancel_visit", about=booking.id)),
            Option(t("Menu"), Speak("menu")),
        ],
        kind="notice",
    )
    return None


async def visit_of(dialog: Dialog) -> Booking | None:
    """The visit that a dialog is about."""
    booking: str = dialog.frame.about or getattr(dialog, "visit", "")
    return await dialog.chat.calendar.find(booking) if booking else None


async def coming_visits(dialog: Any) -> Sequence[Offer]:
    """The customer's coming visits to choose from."""
    business = dialog.chat.business
    found = await dialog.chat.calendar.upcoming()
    offers = []
    for each in found:
        service = business.services.get(each.slot.service)
        offers.append(Offer(each.id, when(each.slot), description=service.name if service else None))
    return offers


async def free_times_for_visit(dialog: Any, wish: Wish, shown: tuple[Slot, ...]) -> Sequence[Slot]:
    """Free times for a visit that is being moved: the same service, specialist and branch."""
    booking = await visit_of(dialog)
    if booking is None:
        return []
    slot = booking.slot
    calendar: Calendar = dialog.chat.calendar
    found = await calendar.free(
        slot.service, specialist=slot.specialist, branch=slot.branch, wish=wish, count=MANY, without=(slot, *shown)
    )
    return spread(found, dialog.chat.business.booking.offer, shown)
