"""`/leads`: who is interested and still waits."""

from datetime import timedelta
from functools import partial

from bot.business import Business
from bot.desk import shown_name
from bot.ports.clock import instant
from bot.records.directory import Lead, list_leads
from bot.texts import Lines, Wording, duration, spoken, t, tn, written
from handlers.staff.order import StaffOrder

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def show_leads(order: StaffOrder) -> None:
    """List the open leads, oldest first: tags, owner, age."""
    actor = order.actor
    found = await actor.scope.read("leads", partial(list_leads, actor.scope.business))
    if not found:
        order.reply(t("No lead is open."))
        return
    lines = [lead_line(actor.business, each, actor.scope.now - instant(each.opened_at)) for each in found]
    order.reply_list(tn("{count} open lead", "{count} open leads", len(found)), lines)


def lead_line(business: Business, lead: Lead, old: timedelta) -> Wording:
    """A lead in one line."""
    group = business.groups.get(lead.department)
    owner = spoken(shown_name(lead.owner)) if lead.owner else group.name if group else t("nobody has it")
    parts: list[Wording] = [
        spoken(lead.id),
        spoken(shown_name(lead.title)),
        spoken(", ".join(lead.tags)),
        owner,
        age(old),
    ]
    return Lines(tuple(parts), " · ")


def age(span: timedelta) -> Wording:
    """How old something is, in days from a day on."""
    if span >= DAY:
        return tn("{count} day", "{count} days", span // DAY)
    return written(duration(max(span, MINUTE)))
