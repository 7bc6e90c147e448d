"""A staff room: who writes there, and where it goes.

Only a person who writes under their own name in a room of the firm is heard. Everybody else there (anonymous
administrators, channels, forwarded words, other bots) may look like staff and is told so; groups that are not the
firm's are answered once, when the bot is added.
"""

from functools import partial

from bot.actor import Actor
from bot.events import Event, JobFinished, OperatorSaid, RoomChanged, RoomPressed, RoomSaid
from bot.ports.room import ReadRoles, moved_to
from bot.records import Member, Role, find_case, rooms, save_member
from bot.records.members import member_id, member_of
from bot.records.rulings import ruling
from bot.texts import t
from handlers.staff import broadcast, reload, stats
from handlers.staff.buttons import press
from handlers.staff.commands import obey
from handlers.staff.late import hold_back
from handlers.staff.order import StaffOrder, act_on
from handlers.staff.saying import push, say

ROLES = "roles"
"""The job that asks who runs the group."""

ANSWERS = {
    broadcast.JOB: broadcast.show_draft,
    reload.JOB: reload.show_reload,
    stats.JOB: stats.show_figures,
}
"""What is said of what the house has done; its job is named `<name>:<thread>:<message>`."""


async def handle(actor: Actor, event: Event) -> None:
    """Take one event of a group chat."""
    if not await _ours(actor):
        if isinstance(event, RoomChanged) and event.what == "bot" and event.to in ("member", "admin"):
            say(actor, t("I talk to customers in private chats only, and I do not know this group."))
        return
    match event:
        case RoomSaid():
            await _said(actor, event)
        case RoomPressed():
            await _pressed(actor, event)
        case RoomChanged():
            await _changed(actor, event)
        case JobFinished(key=key, ok=True, result=result) if key == ROLES:
            await _know_roles(actor, dict(result))
        case JobFinished(key=key) if key.partition(":")[0] in ANSWERS:
            _answered(actor, event)
        case JobFinished():
            pass  # what was said to the staff and did not arrive is in the log


async def _ours(actor: Actor) -> bool:
    """Whether this group is one of the firm's rooms, or what one of them has become."""
    scope = actor.scope
    for n, room in enumerate(actor.rooms):
        if scope.actor in (room, await scope.read(f"room{n}", partial(rooms.room_now, scope.business, room))):
            return True
    return False


def _answered(actor: Actor, done: JobFinished) -> None:
    """Say in this room what the house has done for it."""
    name, thread, message = done.key.split(":", 2)
    if done.ok:
        ANSWERS[name](actor, done.result, thread=thread, reply_to=message)
    else:
        say(actor, t("That did not work. The log says why."), thread=thread, reply_to=message)


async def _said(actor: Actor, event: RoomSaid) -> None:
    placed = await _placed(actor, event.thread, event.reply_to)
    command = event.text.startswith("/")
    if event.doubt:
        if command or (placed and event.doubt in ("anonymous", "channel")):
            say(actor, t("I cannot tell who you are, so I did nothing. Write under your own name."), thread=event.thread,
                reply_to=event.id)  # fmt: skip
        return
    member = await _member(actor, event.user, event.name)
    if not member.active:
        if command or placed:
            say(actor, t("You have no access any more."), thread=event.thread, reply_to=event.id)
        return
    order = StaffOrder(actor, member, event.thread, event.id, placed, event.text, event.reply_to)
    if command and not event.edited:
        await obey(order)
    elif placed is not None and not command:
        await _answer(order, event)


async def _answer(order: StaffOrder, event: RoomSaid) -> None:
    """Pass an operator's words on to the customer."""
    scope, placed = order.actor.scope, order.placed
    if placed is None:
        return
    case = await scope.read("case", partial(find_case, scope.business, placed.case))
    if case is None or case.status == "closed":
        order.reply(t("This is closed, so the customer does not see it. /take opens it again."))
        return
    if await hold_back(order, event, case):
        return
    origin = f"{scope.actor}/{event.id}"
    said = OperatorSaid(case.id, order.member.operator, event.text, event.media, origin, origin if event.edited else "")
    scope.tell(placed.conversation if event.edited else case.actor, said)


async def _pressed(actor: Actor, event: RoomPressed) -> None:
    member = await _member(actor, event.user, event.name)
    if member.active:
        await press(StaffOrder(actor, member, event.thread, event.id, None, ""), event.data)


async def _changed(actor: Actor, event: RoomChanged) -> None:
    scope = actor.scope
    match event.what:
        case "topic_closed" | "topic_reopened":
            member, placed = await _member(actor, event.user, event.name), await _placed(actor, event.thread, "")
            if placed is not None:
                scope.tell(f"thread/{placed.case}", event)
            if member.active and placed is not None:
                order = StaffOrder(actor, member, event.thread, "", placed, "")
                await act_on(order, "close" if event.what == "topic_closed" else "take")
        case "migrated":
            scope.write(rooms.MoveRoom(scope.business, scope.actor, moved_to(scope.actor, event.to)))
            await _look_again(actor, event)
        case "member":
            await _came_or_left(actor, event)
        case "bot":
            if event.to == "admin":
                push(actor, ReadRoles(), ROLES)
            await _look_again(actor, event)


async def _came_or_left(actor: Actor, event: RoomChanged) -> None:
    """A member has come, left or changed rank; what the firm itself decided stands above what their group says."""
    scope, account = actor.scope, _account(actor, event.user)
    member = member_id(scope.business, account)
    decided = await scope.read(f"ruling:{member}", partial(ruling, scope.business, member))
    changed: dict[str, str | int] = {"account": account, "name": event.name}
    if decided != "removed":
        changed["active"] = int(event.to != "gone")
    if not decided:
        changed["role"] = Role.OPERATOR.key if event.to == "gone" else event.to
    save_member(scope, member, **changed)


async def _look_again(actor: Actor, event: RoomChanged) -> None:
    """Let every case that stands in this room look at it again."""
    scope = actor.scope
    for case in await scope.read("here", partial(rooms.conversations, scope.business, scope.actor)):
        scope.tell(f"thread/{case}", event)


async def _know_roles(actor: Actor, roles: dict[str, str]) -> None:
    """Keep who runs the group; a role that the firm itself gave is not lowered by it."""
    for user, said in roles.items():
        if not user.isdecimal():
            continue
        account = _account(actor, user)
        member = await actor.scope.read(f"member{user}", partial(member_of, actor.scope.business, account))
        name, role = member_id(actor.scope.business, account), Role[said.upper()]
        decided = await actor.scope.read(f"ruling:{name}", partial(ruling, actor.scope.business, name))
        if member is None or (member.active and member.role < role and not decided):
            save_member(actor.scope, member_id(actor.scope.business, account), account=account, role=role.key)


async def _member(actor: Actor, user: str, name: str) -> Member:
    """The member who acts; whoever is in the firm's own room is staff from their first word on."""
    scope, account = actor.scope, _account(actor, user)
    member = await scope.read(f"member{user}", partial(member_of, scope.business, account))
    if member is None:
        push(actor, ReadRoles(), ROLES)
        member = Member(member_id(scope.business, account), name, Role.OPERATOR, active=True, account=account)
        save_member(scope, member.id, account=account, name=name)
    elif member.name != name and name:
        save_member(scope, member.id, name=name)
    return member


def _account(actor: Actor, user: str) -> str:
    return f"{actor.scope.actor.split('/', 2)[1]}:{user}"


async def _placed(actor: Actor, thread: str, reply_to: str) -> rooms.Placed | None:
    """The case that a topic, or the message that is replied to, belongs to."""
    scope = actor.scope
    if thread and (found := await scope.read("topic", partial(rooms.topic, scope.business, scope.actor, thread))):
        return found
    if reply_to:
        return await scope.read("replied", partial(rooms.message, scope.business, scope.actor, reply_to))
    return None
