"""`/template`: the templates that operators may send, chosen by a button and shown before they leave."""

import re
from collections.abc import Sequence
from functools import partial

from bot.business.templates import OwnTemplate
from bot.desk.picker import choices, filled, spoken_in
from bot.events import Contact
from bot.records import Case, find_case, load_customer
from bot.texts import Lines, spoken, t
from handlers.staff.late import GONE, offer
from handlers.staff.order import StaffOrder

PICK = "template.see"
DIVIDED = re.compile(r"[;\n]")
NO_CASE = t("Which case? Use this in a topic, in reply to a message of mine, or with the case’s id.")


async def template(order: StaffOrder) -> None:
    """List the templates for the customer of this topic, or show one with the values written after its name."""
    case = await order.case()
    if case is None or case.status == "closed":
        order.reply(NO_CASE)
        return
    known = choices(order.actor.business, Contact.of(case.actor).channel)
    name, _, rest = order.words.replace("\n", " \n", 1).partition(" ")
    if not known:
        order.reply(t("No template is set up for this channel."))
    elif name not in known:
        buttons = [(each.label or spoken(key), PICK, f"{case.id}:{key}") for key, each in known.items()]
        order.reply(t("Which template? You see it before it leaves."), buttons)
    else:
        given = [each.strip() for each in DIVIDED.split(rest) if each.strip()]
        await _show(order, case, name, known[name], given)


async def see(order: StaffOrder, about: str) -> None:
    """The button: what the customer would read, or what is still to be written."""
    scope, (number, _, name) = order.actor.scope, about.partition(":")
    case = await scope.read(f"case#{number}", partial(find_case, scope.business, number))
    known = choices(order.actor.business, Contact.of(case.actor).channel) if case else {}
    if case is None or case.status == "closed" or name not in known:
        order.reply(GONE)
    else:
        await _show(order, case, name, known[name], [])


async def _show(order: StaffOrder, case: Case, name: str, own: OwnTemplate, given: Sequence[str]) -> None:
    if len(given) != len(own.asked):
        values = ", ".join(each.replace("_", " ") for each in own.asked) or "–"
        order.reply(t("Write {command} and then, divided by ; or a line each: {values}.", command=f"/template {name}",
                      values=values))  # fmt: skip
        return
    scope, business = order.actor.scope, order.actor.business
    customer = await scope.read("customer", partial(load_customer, scope.business, case.actor))
    spoken_now = await scope.read("spoken", partial(spoken_in, scope.business, case.actor))
    language = own.language_for(spoken_now or customer.language or business.languages[0])
    text = filled(own, language, given, name=customer.name, firm=order.actor.words(business.name, language))[0]
    shown = Lines((t("The customer will read:"), spoken(text)))
    offer(order, case, shown, text="\n".join(given), template=f"{name}/{language}")
