"""The staff's slash-commands: what there is, who may, and what each one does."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog

from bot.events import OperatorSaid
from bot.records import Role
from bot.texts import Lines, Wording, quoted, t
from handlers.staff import linking
from handlers.staff.bookings import list_bookings
from handlers.staff.broadcast import broadcast
from handlers.staff.customer import show_customer
from handlers.staff.leads import show_leads
from handlers.staff.order import StaffOrder, act_on
from handlers.staff.parked import parked
from handlers.staff.picking import template
from handlers.staff.reload import ask_reload
from handlers.staff.settings import settings
from handlers.staff.stats import ask_figures

log = structlog.get_logger()


class Command(NamedTuple):
    """One command: the lowest role that may give it, what it is for, and what it does."""

    role: Role
    purpose: Wording
    run: Callable[[StaffOrder], Awaitable[None]]


async def obey(order: StaffOrder) -> None:
    """Do what a command says, if there is such a one and the member may give it."""
    name = order.text.split(maxsplit=1)[0].partition("@")[0].casefold()
    command = COMMANDS.get(name)
    if command is None:
        order.reply(t("There is no command {name}. /help lists them.", name=quoted(name)))
    elif order.member.role < command.role:
        order.reply(t("{name} is not for your role.", name=name))
    else:
        log.info("a command of the staff", member=order.member.id, command=name)  # who did what; never the words
        await command.run(order)


async def help_out(order: StaffOrder) -> None:
    """List the commands that the member may give."""
    may = [(name, command) for name, command in COMMANDS.items() if order.member.role >= command.role]
    lines = [t("{name} {purpose}", name=name, purpose=command.purpose) for name, command in may]
    order.reply(Lines((t("In a topic, whatever you write reaches the customer, except commands."), *lines)))


async def take(order: StaffOrder) -> None:
    """Take a case."""
    if not await act_on(order, "take"):
        order.reply(NO_CASE)


async def close(order: StaffOrder) -> None:
    """Close a case."""
    if not await act_on(order, "close"):
        order.reply(NO_CASE)


async def transfer(order: StaffOrder) -> None:
    """Give a case to a group of the firm."""
    groups = order.actor.business.groups
    to = order.words.split(" ")[-1].casefold()
    if to not in groups:
        order.reply(t("Which group? There are: {groups}.", groups=", ".join(groups)))
    elif not await act_on(order, "transfer", to=to):
        order.reply(NO_CASE)


async def note(order: StaffOrder) -> None:
    """Keep a note with a case; the customer never sees it."""
    case = await order.case()
    words = order.words
    if case is not None and words.split(" ")[0].lstrip("#").upper() == case.id:
        words = words.partition(" ")[2].strip()
    if not words:
        order.reply(t("Write the note after the command: /note prefers mornings"))
    elif await act_on(order, "note", text=words):
        order.reply(t("Noted. The customer does not see it."))
    else:
        order.reply(NO_CASE)


async def take_back(order: StaffOrder) -> None:
    """Take back what an operator wrote to a customer; a messenger tells bots nothing of deleted messages."""
    scope = order.actor.scope
    if order.placed is None or not order.reply_to:
        order.reply(t("Use /delete in reply to what you wrote to the customer."))
        return
    origin = f"{scope.actor}/{order.reply_to}"
    withdrawn = OperatorSaid(order.placed.case, order.member.operator, "", origin=origin, corrects=origin)
    scope.tell(order.placed.conversation, withdrawn)


NO_CASE = t("Which case? Use this in a topic, in reply to a message of mine, or with the case’s id.")

COMMANDS = {
    "/help": Command(Role.OPERATOR, t("lists the commands"), help_out),
    "/take": Command(Role.OPERATOR, t("you answer this customer"), take),
    "/transfer": Command(Role.OPERATOR, t("gives the case to another group"), transfer),
    "/close": Command(Role.OPERATOR, t("ends the case; the bot answers again"), close),
    "/note": Command(Role.OPERATOR, t("keeps a note that the customer does not see"), note),
    "/delete": Command(Role.OPERATOR, t("takes back what you wrote to the customer, in reply to it"), take_back),
    "/template": Command(Role.OPERATOR, t("sends the customer a template of the firm, after a look at it"), template),
    "/bookings": Command(Role.OPERATOR, t("lists the visits of today and tomorrow, or of a day"), list_bookings),
    "/leads": Command(Role.OPERATOR, t("lists who is interested and still waits"), show_leads),
    "/customer": Command(Role.OPERATOR, t("says who a customer is"), show_customer),
    "/link": Command(Role.OPERATOR, t("makes one person of two customers"), linking.link),
    "/unlink": Command(Role.OPERATOR, t("parts a conversation from its person"), linking.unlink),
    "/stats": Command(Role.SUPERVISOR, t("shows figures of today, a week and a month"), ask_figures),
    "/broadcast": Command(Role.SUPERVISOR, t("writes to many customers, after a look at it"), broadcast),
    "/parked": Command(Role.SUPERVISOR, t("lists what failed for good, and tries it again"), parked),
    "/reload": Command(Role.SUPERVISOR, t("takes up the changed content of the firm"), ask_reload),
    "/settings": Command(Role.OWNER, t("shows what is in force, and changes roles"), settings),
}
