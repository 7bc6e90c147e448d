"""The buttons under the bot's messages in a staff room: who may press which, and what each one does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import structlog

from bot.records import Role, find_case, rooms
from bot.texts import t
from handlers.staff import broadcast, late, linking, parked, picking
from handlers.staff.order import StaffOrder, act_on

log = structlog.get_logger()

GONE = late.GONE


class Button(NamedTuple):
    """One kind of button: the lowest role that may press it, and what it does with what it is about."""

    role: Role
    press: Callable[[StaffOrder, str], Awaitable[None]]


async def press(order: StaffOrder, data: str) -> None:
    """Do what a button says, if it means anything still and the member may press it; `data` is `<name>:<about>`."""
    name, _, about = data.partition(":")
    button = BUTTONS.get(name)
    if button is None:
        order.reply(GONE)
    elif order.member.role < button.role:
        order.reply(t("This button is not for your role."))
    else:
        log.info("a button of the staff", member=order.member.id, button=name, about=about)
        await button.press(order, about)


async def take(order: StaffOrder, about: str) -> None:
    """Take the case of a card."""
    if (found := await _placed(order, about)) is None or not await act_on(found, "take"):
        order.reply(GONE)


async def close(order: StaffOrder, about: str) -> None:
    """Close the case of a card."""
    if (found := await _placed(order, about)) is None or not await act_on(found, "close"):
        order.reply(GONE)


async def _placed(order: StaffOrder, about: str) -> StaffOrder | None:
    """The order with the case that its button names."""
    scope = order.actor.scope
    case = await scope.read(f"case#{about}", partial(find_case, scope.business, about))
    return replace(order, placed=rooms.Placed(case.id, case.actor)) if case else None


BUTTONS = {
    "case.take": Button(Role.OPERATOR, take),
    "case.close": Button(Role.OPERATOR, close),
    late.SEND: Button(Role.OPERATOR, late.send),
    late.LEAVE: Button(Role.OPERATOR, late.leave),
    picking.PICK: Button(Role.OPERATOR, picking.see),
    broadcast.SEND: Button(Role.SUPERVISOR, broadcast.send),
    broadcast.DROP: Button(Role.SUPERVISOR, broadcast.drop),
    parked.BUTTON: Button(Role.SUPERVISOR, parked.replay),
    linking.LINK: Button(Role.OPERATOR, linking.do_link),
    linking.UNLINK: Button(Role.OPERATOR, linking.do_unlink),
    linking.LEAVE: Button(Role.OPERATOR, linking.leave),
}
