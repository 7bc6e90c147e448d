"""`/settings`: what is in force, and who may do what."""

from functools import partial

from bot.business import Business, describe_hours
from bot.desk import shown_name
from bot.records import Member, Role, save_member
from bot.records.members import members
from bot.records.rulings import Rule
from bot.texts import LANGUAGES, Lines, Wording, quoted, spoken, t
from handlers.staff.order import StaffOrder

ROLES = {Role.OWNER: t("owner"), Role.SUPERVISOR: t("supervisor"), Role.OPERATOR: t("operator")}


async def settings(order: StaffOrder) -> None:
    """Show what is in force; with `role NAME ROLE` or `remove NAME` change who may do what."""
    verb, _, rest = order.words.partition(" ")
    match verb.casefold():
        case "":
            await show(order)
        case "role":
            name, _, role = rest.strip().rpartition(" ")
            await give_role(order, name.strip(), role.casefold())
        case "remove":
            await remove(order, rest.strip())
        case _:
            order.reply(HOW)


HOW = t("/settings shows what is in force; /settings role NAME operator (or supervisor, owner) and /settings remove NAME "
        "change it.")  # fmt: skip


async def show(order: StaffOrder) -> None:
    """What the firm's folder and the staff's roles say now."""
    actor, business = order.actor, order.actor.business
    staff = await actor.scope.read("members", partial(members, actor.scope.business))
    lines: list[Wording] = [
        t("Languages: {languages}", languages=", ".join(LANGUAGES[code] for code in business.languages)),
        t("Time zone: {zone}", zone=str(business.zone)),
        *hours(order, business),
    ]
    if quiet := business.quiet_hours:
        lines.append(t("Quiet hours: {start} – {end}", start=f"{quiet.start:%H:%M}", end=f"{quiet.end:%H:%M}"))
    lines.append(t("Rooms: {rooms}", rooms=", ".join(actor.rooms)))
    lines += [t("{name}: {role}", name=shown_name(each.name) or each.id, role=ROLES[each.role])
              for each in staff if each.active]  # fmt: skip
    order.reply_list(t("In force, content {version}:", version=business.version), lines)


def hours(order: StaffOrder, business: Business) -> list[Wording]:
    """The opening hours of each branch."""
    actor = order.actor
    return [
        Lines((each.name, spoken(describe_hours(each.hours, actor.language, actor.phrasebook))))
        for each in business.branches.values()
    ]


async def give_role(order: StaffOrder, name: str, role: str) -> None:
    """Give a member a role; it works from their next word on."""
    member = await find(order, name)
    if role.upper() not in Role.__members__:
        order.reply(HOW)
    elif member is None:
        order.reply(t("Nobody, or more than one, is called «{name}».", name=quoted(name)))
    elif Role[role.upper()] is not Role.OWNER and await last_owner(order, member):
        order.reply(t("That is the only owner; make somebody else one first."))
    else:
        decide(order, member, "role", role=role, active=1)
        order.reply(t("{name}: {role}", name=shown_name(member.name) or member.id, role=ROLES[Role[role.upper()]]))


async def remove(order: StaffOrder, name: str) -> None:
    """Let a member do nothing any more, from their next word on; an invitation into the group does not undo it."""
    member = await find(order, name)
    if member is None:
        order.reply(t("Nobody, or more than one, is called «{name}».", name=quoted(name)))
    elif await last_owner(order, member):
        order.reply(t("That is the only owner; make somebody else one first."))
    else:
        decide(order, member, "removed", role=Role.OPERATOR.key, active=0)
        order.reply(t("{name} has no access any more.", name=shown_name(member.name) or member.id))


def decide(order: StaffOrder, member: Member, ruling: str, **changed: str | int) -> None:
    """Write down what the firm has decided, and that it was the firm."""
    scope = order.actor.scope
    save_member(scope, member.id, **changed)
    scope.write(Rule(scope.business, member.id, ruling))


async def find(order: StaffOrder, name: str) -> Member | None:
    """The one member of this name or id, active or not; None when there is none or more than one."""
    staff = await order.actor.scope.read("members", partial(members, order.actor.scope.business))
    wanted = name.casefold()
    found = [each for each in staff if wanted and wanted in (each.id.casefold(), each.name.casefold())]
    return found[0] if len(found) == 1 else None


async def last_owner(order: StaffOrder, member: Member) -> bool:
    """Whether without this member nobody would be an owner."""
    staff = await order.actor.scope.read("members", partial(members, order.actor.scope.business))
    return {each.id for each in staff if each.active and each.role is Role.OWNER} == {member.id}
