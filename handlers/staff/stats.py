"""`/stats`: figures of today, a week and a month, with a picture of the days."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from bot.actor import Actor
from bot.desk import shown_name
from bot.events import Media
from bot.ports.house import Survey
from bot.records.figures import Figures
from bot.texts import Lines, Wording, duration, spoken, t, written
from handlers.staff.order import StaffOrder
from handlers.staff.saying import say

JOB = "stats"
MINUTE = timedelta(minutes=1)

decode = msgspec.json.Decoder(list[Figures]).decode


async def ask_figures(order: StaffOrder) -> None:
    """Have everything counted and drawn; the answer comes when it is."""
    words = order.actor.words
    order.ask_house(JOB, Survey(words(t("The last 30 days")), (words(t("Messages")), words(t("Visits booked")))))


def show_figures(actor: Actor, result: Mapping[str, str], *, thread: str, reply_to: str) -> None:
    """Say what was counted, under the picture if there is one."""
    titles = (t("Today"), t("7 days"), t("30 days"))
    parts = [span_lines(title, each) for title, each in zip(titles, decode(result["figures"]), strict=True)]
    picture = result.get("picture", "")
    if not picture:
        parts.append(t("For a picture install the extra «charts»: pip install 'dragoman[charts]'"))
    media = (Media("image", picture, "image/png"),) if picture else ()
    say(actor, Lines(tuple(parts), "\n\n"), thread=thread, reply_to=reply_to, media=media)


def span_lines(title: Wording, figures: Figures) -> Wording:
    """The figures of one span."""
    lines = [
        title,
        t("Messages {messages}, conversations {conversations}", messages=figures.messages,
          conversations=figures.conversations),
        t("Visits booked {booked}, cancelled {cancelled}; leads {leads}", booked=figures.booked,
          cancelled=figures.cancelled, leads=figures.leads),
        t("Cases opened {opened}, closed {closed}; customers with more than one {returned}",
          opened=figures.opened, closed=figures.closed, returned=figures.returned),
        *timings(figures),
    ]  # fmt: skip
    return Lines((*lines, *ratings(figures)))


def timings(figures: Figures) -> Sequence[Wording]:
    """How long customers waited; nothing for what did not happen."""
    found: list[Wording] = []
    if figures.first_answer is not None:
        found.append(t("First answer of a human, in the middle: {time}", time=_span(figures.first_answer)))
    if figures.resolution is not None:
        found.append(t("From opening to closing, in the middle: {time}", time=_span(figures.resolution)))
    return found


def ratings(figures: Figures) -> Sequence[Wording]:
    """The mean rating of each operator."""
    return [
        t("{name}: {mean} of {most} ({count})", name=shown_name(each.name), mean=_mean(each.total, each.count),
          most=each.most, count=each.count)
        for each in figures.ratings
    ]  # fmt: skip


def _mean(total: int, count: int) -> Wording:
    mean = f"{total / count:.1f}"
    return spoken(mean)


def _span(seconds: int) -> Wording:
    span = timedelta(seconds=seconds)
    return t("under a minute") if span < MINUTE else written(duration(span))
