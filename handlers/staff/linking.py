"""`/link` and `/unlink`: the staff say that two conversations are one person's, or that they are not.

Either is first shown and then done by a button. A phone counts only where a channel has vouched for it.
"""

import re
from functools import partial
from typing import NamedTuple

import structlog

from bot.desk.frames import place_line, shown_name
from bot.events import Contact, Linking, Unlinking
from bot.ports.store import Script
from bot.records import Case, Customer, Role, find_case, load_customer
from bot.records.customers import find_customer
from bot.records.links import attends, linked
from bot.records.proofs import whose
from bot.texts import Lines, Wording, quoted, spoken, t
from handlers.staff.order import StaffOrder

log = structlog.get_logger()

LINK, UNLINK, LEAVE = "person.link", "person.unlink", "person.leave"
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,20}")


class Meant(NamedTuple):
    """The other side of a link: who it is, in which conversation if a case was named, and what a button calls them."""

    customer: Customer
    beside: str
    name: str


HOW = t(
    "/link CASE or /link +PHONE in a topic: its customer and that one are one person. A phone counts only if it is proved."
)
HERE = t("Use this in the topic of a customer, or in reply to a message of mine there.")


async def link(order: StaffOrder) -> None:
    """Show whom the customer of this topic would be one person with, and ask."""
    case = await _here(order)
    if case is None or not order.words:
        order.reply(HOW if case is not None else HERE)
        return
    meant = await _meant(order, order.words)
    mine = await _customer_of(order, case)
    if meant is None:
        order.reply(t("I know nobody by «{text}».", text=quoted(order.words)))
    elif meant.customer.id == mine.id:
        order.reply(t("They are one person already."))
    elif not await _may(order, case, meant.customer.id):
        order.reply(NOT_YOURS)
    else:
        lines = [t("These two become one person:"), *await _lines(order, mine, case.actor),
                 *await _lines(order, meant.customer, meant.beside)]  # fmt: skip
        about = f"{case.id} {meant.name}"
        order.reply(Lines(tuple(lines)), [(t("Link them"), LINK, about), (t("Leave it"), LEAVE, "")])


async def unlink(order: StaffOrder) -> None:
    """Show what would be parted, and ask."""
    case = await _here(order)
    if case is None:
        order.reply(HERE)
        return
    mine = await _customer_of(order, case)
    if len(await _linked(order, mine.id)) < 2:
        order.reply(t("This conversation is linked with no other."))
    elif not await _may(order, case):
        order.reply(NOT_YOURS)
    else:
        lines = [
            t("This conversation becomes a person of its own:"),
            _place(order, case.actor),
            t("It is parted from:"),
        ]
        lines += [_place(order, each) for each in await _linked(order, mine.id) if each != case.actor]
        order.reply(Lines(tuple(lines)), [(t("Part them"), UNLINK, case.id), (t("Leave it"), LEAVE, "")])


NOT_YOURS = t("Only a supervisor may do this with a customer of somebody else’s.")


async def do_link(order: StaffOrder, about: str) -> None:
    """The button: it is done in the step of the customer's conversation."""
    name, _, other = about.partition(" ")
    case, meant = await _case(order, name), await _meant(order, other)
    if case is None or meant is None:
        order.reply(t("This button no longer works."))
    elif not await _may(order, case, meant.customer.id):
        order.reply(NOT_YOURS)
    else:
        log.info("staff link a conversation", member=order.member.id, case=case.id, customer=meant.customer.id)
        known = "" if meant.beside else meant.customer.id
        order.actor.scope.tell(case.actor, Linking(beside=meant.beside, customer=known, by=order.member.id))
        order.reply(t("They are one person now. /unlink undoes it."))


async def do_unlink(order: StaffOrder, about: str) -> None:
    """The button: it is done in the step of the customer's conversation."""
    case = await _case(order, about)
    if case is None:
        order.reply(t("This button no longer works."))
    elif not await _may(order, case):
        order.reply(NOT_YOURS)
    else:
        log.info("staff unlink a conversation", member=order.member.id, case=case.id)
        order.actor.scope.tell(case.actor, Unlinking(order.member.id, case.id))
        order.reply(t("They are parted. A phone alone does not join them again."))


async def leave(order: StaffOrder, about: str) -> None:
    """The other button."""
    del about
    order.reply(t("Nothing was changed."))


async def _may(order: StaffOrder, case: Case, other: str = "") -> bool:
    """Whether the member may: an operator only where they have taken a case of everybody whom it is about."""
    scope, member = order.actor.scope, order.member
    if member.role >= Role.SUPERVISOR:
        return True
    if case.owner != member.id:
        return False
    return not other or await scope.read(f"attends {other}", partial(attends, scope.business, other, member.id))


async def _here(order: StaffOrder) -> Case | None:
    """The case of this topic or reply; never one that is named, which is the other side."""
    return await _case(order, order.placed.case) if order.placed else None


async def _case(order: StaffOrder, name: str) -> Case | None:
    scope = order.actor.scope
    return await scope.read(f"case#{name}", partial(find_case, scope.business, name))


async def _customer_of(order: StaffOrder, case: Case) -> Customer:
    scope = order.actor.scope
    return await scope.read(f"of {case.actor}", partial(load_customer, scope.business, case.actor))


async def _linked(order: StaffOrder, customer: str) -> tuple[str, ...]:
    scope = order.actor.scope
    return tuple(await scope.read(f"linked {customer}", partial(linked, scope.business, customer)))


async def _meant(order: StaffOrder, words: str) -> Meant | None:
    scope = order.actor.scope
    return await scope.read(f"meant {words}", partial(_find, scope.business, words))


def _find(business: str, words: str) -> Script[Meant | None]:
    """The customer of a case, of a phone that they have proved, or of an id."""
    case = yield from find_case(business, words.lstrip("#").upper())
    if case is not None:
        return Meant((yield from load_customer(business, case.actor)), case.actor, case.id)
    owner = words
    if PHONE.fullmatch(words):
        owner = yield from whose(business, f"+{''.join(filter(str.isdecimal, words))}")
    customer = yield from find_customer(business, owner)
    return Meant(customer, "", customer.id) if customer and (yield from linked(business, owner)) else None


async def _lines(order: StaffOrder, customer: Customer, actor: str = "") -> list[Wording]:
    """Who somebody is, and where they write."""
    known = " · ".join(each for each in ("—", shown_name(customer.name) or customer.id, customer.phone) if each)
    places = await _linked(order, customer.id) or (actor,)
    return [spoken(known), *(_place(order, each) for each in places)]


def _place(order: StaffOrder, actor: str) -> Wording:
    line = place_line(order.actor.business, Contact.of(actor))
    return spoken("   " + line)
