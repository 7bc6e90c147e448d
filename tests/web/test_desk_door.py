"""The desk's door: who gets in, who does not, and when somebody is out again."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from bot.desk import staffing
from bot.ports.clock import micros
from bot.records import Role, passwords, sessions
from bot.web import Site
from bot.web.desk import invitations
from bot.web.desk.attempts import BY_ONE, BY_PAIR, WINDOW, Attempts
from tests.web.operator import Operator

Browser = TestClient[Any, Any]
DESK, OURS = {"X-Desk": "1", "Accept-Language": "en"}, "/desk/demo"
PASSWORD = "correct horse battery"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
async def ani(site: Site) -> str:
    """A member with a password; gives their id."""
    now = micros(site.clock.now())
    made = await site.store.run(partial(staffing.add, "demo", "Ani", "ani", Role.OPERATOR, now))
    await site.store.run(partial(staffing.set_password, "demo", "ani", passwords.stored(PASSWORD), now))
    assert made is not None
    return made.id


async def tries(client: Browser, login: str, password: str) -> ClientResponse:
    return await client.post(f"{OURS}/login", json={"login": login, "password": password}, headers=DESK)


async def inside(client: Browser) -> bool:
    """Whether the browser's own cookie lets it read."""
    return (await client.get(f"{OURS}/api/cases")).status == 200


async def test_who_knows_the_password_comes_in_and_goes_out(client: Browser, ani: str) -> None:
    """After the login the desk is there instead of the door; after the logout the door again."""
    door = await (await client.get(OURS)).text()
    answer = await tries(client, " ANI ", PASSWORD)
    cookie = answer.cookies["desk_demo"]
    desk = await (await client.get(OURS)).text()
    was_inside = await inside(client)
    await client.post(f"{OURS}/logout", headers=DESK)

    assert 'id="door"' in door
    assert (answer.status, await answer.json()) == (200, {"go": OURS})
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", OURS)
    assert 'id="desk"' in desk
    assert was_inside
    assert not await inside(client)


@pytest.mark.parametrize(("login", "password"), [("ani", "wrong"), ("ani", ""), ("nobody", PASSWORD), ("", ""),
                                                 ("ani", PASSWORD * 100), ("a' OR '1'='1", PASSWORD)])  # fmt: skip
async def test_who_does_not_know_it_stays_out(client: Browser, ani: str, login: str, password: str) -> None:
    """A wrong login and a wrong password are told in the same words, so that nobody learns who works here."""
    answer = await tries(client, login, password)

    assert (answer.status, (await answer.json())["text"]) == (403, "Login or password is wrong.")
    assert not await inside(client)


async def test_guessing_is_stopped(client: Browser, ani: str) -> None:
    """After a few wrong tries even the right password has to wait; a colleague can still log in."""
    for n in range(BY_PAIR):
        assert (await tries(client, "ani", f"guess number {n}")).status == 403
    held = await tries(client, "ani", PASSWORD)
    other = await tries(client, "other", PASSWORD)

    assert (held.status, (await held.json())["text"]) == (429, "Too many wrong tries. Wait 15 minutes and try again.")
    assert other.status == 403


def test_tries_are_forgotten_after_a_while() -> None:
    """Who mistyped in the morning may try again; one address cannot try many logins, nor many addresses one."""
    attempts = Attempts()
    for n in range(BY_ONE):
        attempts.wrong("ani", f"10.0.0.{n}", NOON)
        attempts.wrong(f"login{n}", "10.1.1.1", NOON)

    assert attempts.held("ani", "10.9.9.9", NOON)
    assert attempts.held("tigran", "10.1.1.1", NOON)
    assert not attempts.held("tigran", "10.9.9.9", NOON)
    assert not attempts.held("ani", "10.9.9.9", NOON + WINDOW)


@pytest.mark.req("F9")
async def test_a_removed_member_is_out_at_the_next_request(client: Browser, site: Site, ani: str) -> None:
    """Whose access is taken away sees the door at once, everywhere, and cannot come in again."""
    await tries(client, "ani", PASSWORD)
    was_inside = await inside(client)
    await site.store.run(partial(staffing.remove, "demo", "ani", micros(site.clock.now())))

    assert was_inside
    assert not await inside(client)
    assert (await tries(client, "ani", PASSWORD)).status == 403


async def test_a_session_ends(site: Site, ani: str) -> None:
    """A cookie is good for thirty days, also if nobody logs out; a changed password ends it at once."""
    now = site.clock.now()
    await site.store.run(partial(sessions.begin, "demo", "token", ani, micros(now)))
    late = now + sessions.VALID

    async def member(at: datetime, business: str = "demo") -> bool:
        return await site.store.read(partial(sessions.member_in, business, "token", micros(at))) is not None

    assert await member(late - timedelta(seconds=1))
    assert not await member(late)
    assert not await member(now, "other")
    await site.store.run(
        partial(staffing.set_password, "demo", "ani", passwords.stored("another password"), micros(now))
    )
    assert not await member(now)


async def test_what_is_stored_opens_nothing(site: Site, client: Browser, ani: str) -> None:
    """Whoever reads the database finds neither a password nor a cookie."""
    await tries(client, "ani", PASSWORD)
    token = next(cookie.value for cookie in client.session.cookie_jar if cookie.key == "desk_demo")
    rows = str([await site.store.read(partial(_rows, table)) for table in ("members", "desk_sessions")])

    assert PASSWORD not in rows
    assert token not in rows


def _rows(table: str) -> Any:
    from bot.ports.store import Query

    return (yield Query(f"SELECT * FROM {table}"))


def test_a_password_is_known_again_and_no_other() -> None:
    """The same password twice is stored in two ways; a shorter, longer or empty one does not match."""
    one, two = passwords.stored(PASSWORD), passwords.stored(PASSWORD)

    assert one != two
    assert passwords.matches(PASSWORD, one)
    assert passwords.matches(PASSWORD, two)
    assert not any(passwords.matches(wrong, one) for wrong in ("", PASSWORD[:-1], PASSWORD + "x"))
    assert not passwords.matches("", "")


async def test_the_first_owner_begins_by_the_address_of_the_start(client: Browser, site: Site) -> None:
    """A new firm's owner opens the address that the program printed, chooses a login, and is in; it works once."""
    ((_, welcome),) = [each async for each in invitations(site)]
    page = await client.get(welcome)
    wish = {"name": "Ani", "login": "ani", "password": "short"}
    short = await client.post(welcome, json=wish, headers=DESK)
    begun = await client.post(welcome, json=wish | {"password": PASSWORD}, headers=DESK)
    is_inside = await inside(client)
    again = [await client.get(welcome), await client.post(welcome, json=wish | {"login": "eve"}, headers=DESK)]
    ((_, later),) = [each async for each in invitations(site)]

    assert (page.status, short.status, begun.status) == (200, 400, 200)
    assert is_inside
    assert [answer.status for answer in again] == [404, 404]
    assert later == ""


@pytest.mark.parametrize("token", ["x", "", "..", "A" * 32, "%00", "%ff"])
async def test_a_made_up_address_begins_nothing(client: Browser, token: str) -> None:
    """The first login cannot be had by guessing."""
    wish = {"name": "Eve", "login": "eve", "password": PASSWORD}
    answers = [
        await client.get(f"/desk/welcome/{token}"),
        await client.post(f"/desk/welcome/{token}", json=wish, headers=DESK),
    ]

    assert [answer.status in {404, 405} for answer in answers] == [True, True]


async def test_a_member_without_a_login_cannot_log_in(client: Browser, site: Site) -> None:
    """Colleagues who work in a staff group only have no password, and no password fits."""
    operator = await Operator(client, site).arrives()

    assert operator.id
    assert (await tries(client, "ani", "")).status == 403
