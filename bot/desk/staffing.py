"""Who may log in at the web desk: scripts that add, change and remove members by their login."""

from bot.ports.store import Script
from bot.records import Member, Role
from bot.records.members import SaveMember, find_member, member_by_login, member_id
from bot.records.sessions import anybody, end_all

LOGIN_CHARS = 64


def clean_login(login: str) -> str:
    """A login as it is compared: without spaces around, in small letters. Empty for one that cannot be taken."""
    plain = login.strip().casefold()
    return plain if plain.isprintable() and " " not in plain and len(plain) <= LOGIN_CHARS else ""


def add(business: str, name: str, login: str, role: Role, now: int) -> Script[Member | None]:
    """Make a member with a login, or take a removed one back; None when somebody active has the login."""
    known = yield from member_by_login(business, login)
    if known is not None and known.active:
        return None
    member = known.id if known is not None else member_id(business, f"login:{login}")
    changed: dict[str, str | int] = {"name": name, "role": role.key, "active": 1, "login": login}
    yield from SaveMember(business, member, changed, now).apply()
    return (yield from find_member(business, member))


def set_password(business: str, login: str, kept: str, now: int) -> Script[bool]:
    """Give a member a password, already hashed, and log them out everywhere; False when there is no such login."""
    known = yield from member_by_login(business, login)
    if known is None:
        return False
    yield from SaveMember(business, known.id, {"password": kept}, now).apply()
    yield from end_all(business, known.id)
    return True


def remove(business: str, who: str, now: int) -> Script[Member | None]:
    """Take a member's access away, named by id or login; None when there is nobody of that name."""
    known = (yield from find_member(business, who)) or (yield from member_by_login(business, clean_login(who)))
    if known is None:
        return None
    yield from SaveMember(business, known.id, {"active": 0}, now).apply()
    yield from end_all(business, known.id)
    return known


def first_owner(business: str, name: str, login: str, kept: str, now: int) -> Script[Member | None]:
    """Make the first login of a firm; None when there is one already. Locks: `first_login` of the business."""
    if (yield from anybody(business)):
        return None
    member = member_id(business, f"login:{login}")
    changed: dict[str, str | int] = {"name": name, "role": Role.OWNER.key, "active": 1, "login": login}
    yield from SaveMember(business, member, {**changed, "password": kept}, now).apply()
    return (yield from find_member(business, member))
