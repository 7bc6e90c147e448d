"""An operator's browser, as far as the house can see it: a cookie, calls, a long wait for changes."""

import asyncio
from functools import partial
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from bot.desk import staffing
from bot.ports.clock import micros
from bot.records import Role, sessions
from bot.records.members import SaveMember
from bot.web import Site

NOW_SHOWS = 20  # seconds; a guard against hanging for ever, not a figure to reach


class Operator:
    """One member of a firm's staff at the web desk."""

    def __init__(self, client: "TestClient[Any, Any]", site: Site, business: str = "demo") -> None:
        self.client, self.site, self.business = client, site, business
        self.token, self.id, self._count = "", "", 0

    async def arrives(self, name: str = "Ani", login: str = "ani") -> "Operator":
        """Be one of the staff, logged in."""
        now = micros(self.site.clock.now())
        made = await self.site.store.run(partial(staffing.add, self.business, name, login, Role.OPERATOR, now))
        assert made is not None
        speaks = SaveMember(self.business, made.id, {"language": "en"}, now)
        await self.site.store.run(speaks.apply, locks=speaks.locks)
        self.token, self.id = f"token of {login} at {self.business}", made.id
        await self.site.store.run(partial(sessions.begin, self.business, self.token, made.id, now))
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f'desk_{self.business}="{self.token}"', "X-Desk": "1", "Accept-Language": "en"}

    async def gets(self, path: str, **query: str | int) -> ClientResponse:
        """One reading call."""
        return await self.client.get(f"/desk/{self.business}/api/{path}", params=query, headers=self.headers)

    async def reads(self, path: str, **query: str | int) -> Any:
        """What a reading call gives."""
        answer = await self.gets(path, **query)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def cases(self, words: str = "") -> list[dict[str, Any]]:
        """The list."""
        found: list[dict[str, Any]] = (await self.reads("cases", q=words))["cases"]
        return found

    async def sees(self, case: str) -> dict[str, Any]:
        """A case: its card and what was said."""
        found: dict[str, Any] = await self.reads(f"cases/{case}")
        return found

    async def does(self, case: str, act: str, **what: str) -> ClientResponse:
        """One act."""
        self._count += 1
        call = {"id": f"{act}{self._count}", **what}
        return await self.client.post(f"/desk/{self.business}/api/cases/{case}/{act}", json=call, headers=self.headers)

    async def until(self, case: str, status: str) -> dict[str, Any]:
        """Wait for changes, as the page does, until a case stands so; gives what is seen then."""
        mark = ""
        async with asyncio.timeout(NOW_SHOWS):
            while True:
                mark = (await self.reads("changes", since=mark, case=case))["mark"]
                seen = await self.sees(case)
                if seen["case"]["status"] == status:
                    return seen

    async def until_said(self, case: str, words: str) -> dict[str, Any]:
        """Wait for changes until something was said; gives that message."""
        mark = ""
        async with asyncio.timeout(NOW_SHOWS):
            while True:
                mark = (await self.reads("changes", since=mark, case=case))["mark"]
                for message in (await self.sees(case))["messages"]:
                    if words in message["text"]:
                        found: dict[str, Any] = message
                        return found
