"""A campaign at work: a cursor over frozen contacts, so many at a time, never in the quiet hours.

The actor `campaign/<id>` tells a chunk of conversations and moves the cursor in the same commit, then sets itself a timer
for as long as the chunk takes to leave. So it can be stopped, it pauses before the quiet hours, and after a crash it goes
on where it stood. Each conversation decides by itself whether it wants to hear it.
"""

from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.actor import Actor
from bot.business import Business
from bot.chat import Chat
from bot.events import BROADCAST, Announced, CampaignWork, Event, JobFinished, TimerFired
from bot.ports.clock import micros
from bot.ports.room import Order, Post, Revise, port_of
from bot.ports.step import Push
from bot.records import rooms
from bot.records.campaigns import Advance, Campaign, End, Note, contacts, find_campaign, outcomes
from bot.texts import Lines, Wording, clock, spoken, t

CHUNK = 100
CHUNK_LASTS = timedelta(seconds=5)
"""Slower than messengers allow, so that answers to customers leave in between."""

LOOK = timedelta(minutes=1)
LOOKS = 60  # at what the conversations have made of it, before the end is told with what is known

FOOTER = t("Write STOP to get no more of these.")


class Progress(msgspec.Struct, omit_defaults=True):
    """What a campaign keeps beside its row: our message in the room, how far that says we are, what was said there."""

    post: str = ""
    tenths: int = 0
    paused: bool = False
    looks: int = 0


def a_second() -> float:
    """How many people are told in a second."""
    return CHUNK / CHUNK_LASTS.total_seconds()


async def handle(actor: Actor, event: Event) -> None:
    """Take one event of a campaign."""
    progress = msgspec.json.decode(actor.state, type=Progress)
    name = actor.scope.actor.partition("/")[2]
    campaign = await actor.scope.read("campaign", partial(find_campaign, actor.scope.business, name))
    if campaign is None:
        return
    match event:
        case CampaignWork(order="go") | TimerFired(key="go"):
            await go_on(actor, campaign, progress)
        case CampaignWork(order="stop"):
            await stop(actor, campaign)
        case TimerFired(key="look"):
            await look(actor, campaign, progress)
        case JobFinished(key="post", ok=True, result=result):
            progress.post = result.get("id", "")
        case _:
            pass  # what could not be shown in the room changes nothing for the customers
    actor.state = msgspec.json.encode(progress).decode()


async def go_on(actor: Actor, campaign: Campaign, progress: Progress) -> None:
    """Tell the next chunk, or wait for the end of the quiet hours."""
    if campaign.state != "running":
        return
    scope = actor.scope
    if (until := quiet_until(actor.business, actor.now)) is not None:
        scope.schedule("go", until, {})
        if not progress.paused:
            progress.paused = True
            await say(actor, campaign, t("Campaign {id} waits until {time}.", id=campaign.id, time=clock(until)))
        return
    progress.paused = False
    if campaign.position == 0:
        await say(actor, campaign, _told(campaign, 0), "post")
    script = partial(contacts, scope.business, campaign.id, campaign.position, CHUNK)
    chosen = await scope.read("contacts", script)
    for n, contact in enumerate(chosen, start=campaign.position):
        announced = Announced(campaign.id, campaign.texts, n)
        scope.tell(contact, announced, lane=BROADCAST, key=f"campaign:{campaign.id}:{contact}")
    position = campaign.position + len(chosen)
    if chosen:
        scope.write(Advance(scope.business, campaign.id, campaign.position, position))
    if position >= campaign.total or not chosen:
        scope.write(End(scope.business, campaign.id, "done", micros(scope.now)))
        scope.schedule("look", scope.now + LOOK, {})
    else:
        scope.schedule("go", scope.now + CHUNK_LASTS, {})
    await _show(actor, campaign, progress, position)


async def _show(actor: Actor, campaign: Campaign, progress: Progress, position: int) -> None:
    """Let our message in the room say how far it is, at each tenth: a group takes few changes a minute."""
    tenths = position * 10 // max(campaign.total, 1)
    if progress.post and tenths > progress.tenths:
        progress.tenths = tenths
        message = actor.message(_told(campaign, position))
        await _push(actor, campaign, Revise(progress.post, message), "revised")


def _told(campaign: Campaign, position: int) -> Wording:
    return t("Campaign {id}: {told} of {total}. /broadcast stop {id} stops it.", id=campaign.id, told=position,
             total=campaign.total)  # fmt: skip


async def stop(actor: Actor, campaign: Campaign) -> None:
    """End it where it stands; who has been told stays told."""
    if campaign.state != "running":
        return
    actor.scope.write(End(actor.scope.business, campaign.id, "stopped", micros(actor.scope.now)))
    actor.scope.unschedule("go")
    wording = t("Campaign {id} is stopped after {told} of {total}.", id=campaign.id, told=campaign.position,
                total=campaign.total)  # fmt: skip
    await say(actor, campaign, wording)


async def look(actor: Actor, campaign: Campaign, progress: Progress) -> None:
    """Tell the staff what became of it, once every conversation has decided."""
    counted = await actor.scope.read("outcomes", partial(outcomes, actor.scope.business, campaign.id))
    progress.looks += 1
    if counted.get("") and progress.looks < LOOKS:
        actor.scope.schedule("look", actor.scope.now + LOOK, {})
        return
    wording = t(
        "Campaign {id} has ended. Got it: {said}; want no messages: {stopped}; cannot be reached: {blocked}.",
        id=campaign.id, said=counted.get("said", 0), stopped=counted.get("stopped", 0), blocked=counted.get("blocked", 0),
    )  # fmt: skip
    await say(actor, campaign, wording)


async def say(actor: Actor, campaign: Campaign, wording: Wording, job: str = "said") -> None:
    """Say something where the campaign was ordered."""
    await _push(actor, campaign, Post(actor.message(wording), campaign.audience.thread), job)


async def _push(actor: Actor, campaign: Campaign, order: Order, job: str) -> None:
    scope = actor.scope
    room = await scope.read("room", partial(rooms.room_now, scope.business, campaign.audience.room))
    scope.push(Push(port_of(room), f"{room}/campaign-{campaign.id}", job, order))


def quiet_until(business: Business, now: datetime) -> datetime | None:
    """When the firm's quiet hours end that it is now; None outside them. `now` is the business's local time."""
    quiet = business.quiet_hours
    if quiet is None or not quiet.covers(now.time()):
        return None
    ends = datetime.combine(now.date(), quiet.end, business.zone)
    return ends if ends > now else datetime.combine(now.date() + timedelta(days=1), quiet.end, business.zone)


def quiet_from(business: Business, now: datetime) -> datetime | None:
    """When the next quiet hours begin; None for a firm without any."""
    quiet = business.quiet_hours
    if quiet is None:
        return None
    begins = datetime.combine(now.date(), quiet.start, business.zone)
    return begins if begins > now else datetime.combine(now.date() + timedelta(days=1), quiet.start, business.zone)


def announce(chat: Chat, event: Announced) -> None:
    """Pass on what a campaign says, unless the customer wants none of it; never in the quiet hours.

    A program that was down in between may come to it late: then it is kept until the quiet hours end.
    """
    text = event.texts.get(chat.language) or next(iter(event.texts.values()), "")
    talk = chat.conversation
    if (until := quiet_until(chat.business, chat.now)) is not None:
        chat.remind(f"campaign:{event.campaign}", until, campaign=event.campaign, text=text, n=str(event.n))
        return
    outcome = "stopped" if talk.stopped else "blocked" if talk.blocked else "said"
    chat.scope.write(Note(chat.scope.business, event.campaign, event.n, outcome))
    if outcome != "said" or not text:
        return
    ends = quiet_from(chat.business, chat.now)
    patience = ends - chat.now if ends else None
    chat.say(Lines((spoken(text), FOOTER)), kind="broadcast", lane=BROADCAST, expires_after=patience)
