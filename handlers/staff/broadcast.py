"""`/broadcast`: what goes to many is first shown as it would go, to how many, and until when; then sent by a button."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial

import msgspec

from bot.actor import Actor
from bot.business import Business
from bot.events import CampaignWork
from bot.ports.clock import micros
from bot.ports.house import Count
from bot.records.campaigns import (
    Audience,
    Begin,
    Campaign,
    Draft,
    End,
    Reach,
    Segment,
    find_campaign,
    latest_campaigns,
)
from bot.texts import LANGUAGES, Lines, Wording, clock, duration, quoted, spoken, t, tn
from bot.understanding import read_date
from handlers.campaign import FOOTER, a_second, quiet_until
from handlers.staff.order import StaffOrder
from handlers.staff.saying import say

SEND, DROP = "campaign.send", "campaign.drop"
VALID = timedelta(days=1)
"""A draft that is older is made anew: who reads the button no longer knows what stands above it."""

FILTER = re.compile(r'(tag|language|visited):("[^"\n]*"|\S+)\s*')
LANGUAGE_LINE = re.compile(r"([a-z]{2}):[ \t]*(.*)")
DAYS = re.compile(r"(\d{1,4})d")

JOB = "broadcast"


class Asked(msgspec.Struct, frozen=True):
    """What was asked for, while it is counted."""

    audience: Audience
    texts: dict[str, str]
    by: str


decode_asked = msgspec.json.Decoder(Asked).decode
decode_reach = msgspec.json.Decoder(Reach).decode

HOW = t(
    "/broadcast TEXT sends to everybody, after a look at it. By language: lines that begin with «hy:», «ru:». To some only: "
    "/broadcast tag:vip language:ru visited:90d TEXT. /broadcast stop ID stops one."
)


async def broadcast(order: StaffOrder) -> None:
    """Show what a campaign would do, stop one, or list the latest."""
    verb, _, rest = order.words.partition(" ")
    if not order.words:
        await show_latest(order)
    elif verb.casefold() == "stop" and rest and len(rest.split()) == 1:
        await stop(order, rest.strip().lstrip("#").upper())
    else:
        await draft(order)


async def show_latest(order: StaffOrder) -> None:
    """How it is done, and what became of the latest ones."""
    scope = order.actor.scope
    latest = await scope.read("campaigns", partial(latest_campaigns, scope.business))
    states = {"running": t("under way"), "done": t("done"), "stopped": t("stopped")}
    lines = [
        t(
            "{id}: {told} of {total}, {state}",
            id=each.id,
            told=each.position,
            total=each.total,
            state=states[each.state],
        )
        for each in latest
    ]
    order.reply_list(HOW, lines)


async def draft(order: StaffOrder) -> None:
    """Have a campaign's people counted; the dry run is shown when they are."""
    actor = order.actor
    segment, rest = read_segment(order.words, actor.now, actor.language)
    texts = read_texts(rest, actor.business)
    if segment is None or not any(texts.values()):
        order.reply(HOW)
        return
    default = actor.business.languages[0]
    audience = Audience(segment, default, actor.scope.actor, order.thread)
    note = msgspec.json.encode(Asked(audience, texts, order.member.id)).decode()
    order.ask_house(JOB, Count(msgspec.json.encode(segment).decode(), default, note))


def show_draft(actor: Actor, result: Mapping[str, str], *, thread: str, reply_to: str) -> None:
    """The dry run: how many, what they would read, how long it takes, and a button that sends."""
    reached, asked = decode_reach(result["reach"]), decode_asked(result["note"])
    if not reached.people:
        wording: Wording = Lines((t("Nobody would be reached."), left_out(reached)))
        say(actor, wording, thread=thread, reply_to=reply_to)
        return
    scope = actor.scope
    campaign, now = scope.new_id("campaign"), micros(scope.now)
    scope.write(Draft(scope.business, campaign, asked.texts, asked.audience, asked.by, reached.people, now))
    acts = [(t("Send to {count}", count=reached.people), SEND, campaign), (t("Do not send"), DROP, campaign)]
    say(actor, preview(actor, asked.texts, reached), acts, thread=thread, reply_to=reply_to)


def preview(actor: Actor, texts: Mapping[str, str], reached: Reach) -> Wording:
    """What the dry run says."""
    language = max(reached.languages, key=lambda code: reached.languages[code])
    sample = f"«{texts.get(language) or next(iter(texts.values()))}»"
    lasts = timedelta(seconds=reached.people / a_second())
    lines: list[Wording] = [
        tn("{count} person would get this:", "{count} people would get this:", reached.people),
        spoken(sample),
        spoken(actor.words(FOOTER, language)),
        left_out(reached),
        t("It takes about {time}.", time=duration(max(lasts, timedelta(minutes=1)))),
    ]
    lacking = [LANGUAGES[code] for code in reached.languages if code not in texts] if len(texts) > 1 else []
    if lacking:
        lines.append(t("No words in {languages}: they read the first ones.", languages=", ".join(lacking)))
    if (until := quiet_until(actor.business, actor.now)) is not None:
        lines.append(t("These are quiet hours: it begins at {time}.", time=clock(until)))
    elif (until := quiet_until(actor.business, actor.now + lasts)) is not None:
        lines.append(t("It pauses in the quiet hours and goes on at {time}.", time=clock(until)))
    return Lines(tuple(lines))


def left_out(reached: Reach) -> Wording:
    """Who of a segment gets nothing, and why."""
    return t("Left out: want no messages {stopped}, cannot be reached {blocked}.", stopped=reached.stopped,
             blocked=reached.blocked)  # fmt: skip


def read_segment(words: str, now: datetime, language: str) -> tuple[Segment | None, str]:
    """Whom the words before the text mean, and the text; None when they cannot be understood."""
    found: dict[str, str] = {}
    while (match := FILTER.match(words)) is not None:
        found[match[1]] = match[2].strip('"')
        words = words[match.end() :]
    since = 0
    if visited := found.get("visited"):
        first = first_day(visited, now, language)
        if first is None:
            return None, words
        since = micros(datetime.combine(first, time(), now.tzinfo))
    code = found.get("language", "")
    if code and code not in LANGUAGES:
        return None, words
    return Segment(found.get("tag", ""), code, since), words


def first_day(words: str, now: datetime, language: str) -> date | None:
    """The first day of «90d» or of a date in the past."""
    if days := DAYS.fullmatch(words):
        return now.date() - timedelta(days=int(days[1]))
    found = read_date(words, today=now.date(), language=language)
    if not isinstance(found, date):
        return None
    return found if found <= now.date() else a_year_before(found)


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for the day that most years lack."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def read_texts(words: str, business: Business) -> dict[str, str]:
    """The text by language; one without languages stands under the firm's first."""
    texts: dict[str, list[str]] = {}
    code = ""
    for line in words.splitlines():
        match = LANGUAGE_LINE.fullmatch(line)
        if match is not None and match[1] in business.languages:
            code, line = match[1], match[2]  # noqa: PLW2901  the rest of the line is the text
        texts.setdefault(code or business.languages[0], []).append(line)
    return {code: text for code, lines in texts.items() if (text := "\n".join(lines).strip())}


async def stop(order: StaffOrder, name: str) -> None:
    """Stop a campaign where it stands."""
    campaign = await _campaign(order, name)
    if campaign is None or campaign.state != "running":
        order.reply(t("No campaign {name} is under way.", name=quoted(name)))
        return
    order.actor.scope.tell(f"campaign/{campaign.id}", CampaignWork("stop"))


async def send(order: StaffOrder, name: str) -> None:
    """The button under a dry run: freeze whom it is for, and begin."""
    campaign, scope = await _campaign(order, name), order.actor.scope
    if campaign is None or campaign.state != "draft":
        order.reply(t("This was decided already."))
    elif scope.now - campaign.made_at > VALID:
        order.reply(t("This is more than a day old. Write the command again."))
    else:
        scope.write(Begin(scope.business, campaign))
        scope.tell(f"campaign/{campaign.id}", CampaignWork("go"))


async def drop(order: StaffOrder, name: str) -> None:
    """The other button: nothing is sent."""
    campaign, scope = await _campaign(order, name), order.actor.scope
    if campaign is None or campaign.state != "draft":
        order.reply(t("This was decided already."))
    else:
        scope.write(End(scope.business, campaign.id, "dropped", micros(scope.now)))
        order.reply(t("It is not sent."))


async def _campaign(order: StaffOrder, name: str) -> Campaign | None:
    scope = order.actor.scope
    return await scope.read("campaign", partial(find_campaign, scope.business, name))
