"""`/customer`: who somebody is, as far as the firm knows."""

from datetime import datetime
from functools import partial

from bot.business import Business
from bot.desk import shown_name
from bot.desk.frames import place_line
from bot.events import Contact
from bot.records import Customer, load_customer
from bot.records.directory import Matter, Visit, cases_of, contacts_of, search_customers, visits_of
from bot.texts import LANGUAGES, Lines, Wording, clock, day, quoted, spoken, t
from handlers.staff.order import StaffOrder

NOBODY = t("Whom? Use this in a topic, or write a phone number, a name or an id after it.")


async def show_customer(order: StaffOrder) -> None:
    """Say who the customer of this topic is, or the one that is named after the command."""
    scope, words = order.actor.scope, order.words
    if words:
        found = await scope.read("found", partial(search_customers, scope.business, words))
    elif order.placed:
        found = [await scope.read("customer", partial(load_customer, scope.business, order.placed.conversation))]
    else:
        order.reply(NOBODY)
        return
    if not found:
        order.reply(t("I know nobody by «{text}».", text=quoted(words)))
    elif len(found) > 1:
        order.reply_list(t("More than one. Write the id after the command:"), [short(each) for each in found])
    else:
        await describe(order, found[0])


def short(customer: Customer) -> Wording:
    """A customer in one line."""
    known = (customer.id, shown_name(customer.name), customer.phone)
    return Lines(tuple(spoken(each) for each in known if each), " · ")


async def describe(order: StaffOrder, customer: Customer) -> None:
    """All that is known of one customer."""
    scope, business = order.actor.scope, order.actor.business
    contacts = await scope.read("contacts", partial(contacts_of, scope.business, customer.id))
    visits = await scope.read("visits", partial(visits_of, scope.business, customer.id))
    cases = await scope.read("cases", partial(cases_of, scope.business, customer.id))
    lines: list[Wording] = [short(customer)]
    if customer.email:
        lines.append(t("E-mail: {email}", email=shown_name(customer.email)))
    if customer.language:
        lines.append(t("Language: {language}", language=LANGUAGES.get(customer.language, customer.language)))
    lines += [spoken(place_line(business, Contact.of(each))) for each in contacts]
    lines += [past_visit(business, each) for each in visits] or [t("no visits")]
    lines += [case_line(each) for each in cases]
    order.reply_list(t("Customer"), lines)


def past_visit(business: Business, visit: Visit) -> Wording:
    """A visit of any day and state."""
    service, start = business.services.get(visit.service), datetime.fromisoformat(visit.start)
    name = service.name if service else spoken(visit.service)
    states = {"booked": t("booked"), "cancelled": t("cancelled"), "done": t("came"), "no_show": t("did not come")}
    state = states.get(visit.status, spoken(visit.status))
    return t("{day} {year}, {time}: {service} ({state})", day=day(start), year=str(start.year), time=clock(start),
             service=name, state=state)  # fmt: skip


def case_line(case: Matter) -> Wording:
    """A case in one line."""
    states = {"open": t("open"), "taken": t("taken"), "closed": t("closed case")}
    state = states.get(case.status, spoken(case.status))
    return t("Case {id}: {title} ({state})", id=case.id, title=shown_name(case.title), state=state)
