"""`/bookings`: who comes, on which day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from bot.business import Business
from bot.desk import shown_name
from bot.ports.clock import micros
from bot.ports.store import Script
from bot.records.directory import Visit, visits_between
from bot.texts import Lines, Wording, clock, day, quoted, spoken, t, written
from bot.understanding import read_date
from handlers.staff.order import StaffOrder


async def list_bookings(order: StaffOrder) -> None:
    """List the visits of today and tomorrow, or of the day that is named after the command."""
    actor = order.actor
    days = asked_days(order.words, actor.now.date(), actor.language)
    if not days:
        order.reply(t("I did not understand the day «{text}». Write it like 25.12.", text=quoted(order.words)))
        return
    lines: list[Wording] = []
    for each in days:
        visits = await actor.scope.read(f"visits{each}", partial(visits_on, actor.business, each))
        lines.append(t("{day}:", day=day(each)))
        lines += [visit_line(actor.business, visit) for visit in visits] or [t("no visits")]
    order.reply_list(t("Visits"), lines)


def asked_days(words: str, today: date, language: str) -> Sequence[date]:
    """The days that are meant; none for words that name no single day."""
    if not words:
        return (today, today + timedelta(days=1))
    for spoken_in in (language, "en"):  # /bookings tomorrow works for everybody, as the command itself does
        found = read_date(words, today=today, language=spoken_in)
        if isinstance(found, date):
            return (found,)
    return ()


def visits_on(business: Business, on: date) -> Script[list[Visit]]:
    """The visits of one day of the business."""
    begins = datetime.combine(on, time(), business.zone)
    ends = datetime.combine(on + timedelta(days=1), time(), business.zone)
    return visits_between(business.slug, micros(begins), micros(ends))


def visit_line(business: Business, visit: Visit) -> Wording:
    """A visit in one line: time, what, with whom, for whom."""
    service, specialist = business.services.get(visit.service), business.specialists.get(visit.specialist)
    parts: list[Wording] = [written(clock(datetime.fromisoformat(visit.start)))]
    parts.append(service.name if service else spoken(visit.service))
    parts.append(specialist.name if specialist else spoken(visit.specialist))
    if len(business.branches) > 1 and (branch := business.branches.get(visit.branch)):
        parts.append(branch.name)
    parts += [spoken(shown_name(visit.name)), spoken(visit.phone), spoken(visit.id)]
    return Lines(tuple(parts), " · ")
