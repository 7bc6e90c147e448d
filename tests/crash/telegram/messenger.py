"""The stand-in server in a process of its own: what people do there, and what everybody sees on their screens."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp

from tests.crash.program import ROOT

LOOK_SECONDS = 0.05
SHOWN = {"sendmessage", "editmessagetext"}

Json = dict[str, Any]


class Unable(Exception):
    """Somebody wanted what cannot be done there, such as pressing a button that is not on the screen."""


@dataclass(frozen=True, slots=True)
class Note:
    """A message of the bot as it came; `buttons` are pairs of label and data."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    topic: int
    at: float


@dataclass
class Screen:
    """One chat: everything that the bot has put there, in order."""

    notes: list[Note] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


@dataclass
class Messenger:
    """A running stand-in. `entries` is its record so far: every update and every call, oldest first."""

    url: str
    http: aiohttp.ClientSession
    entries: list[Json] = field(default_factory=list)
    screens: dict[int, Screen] = field(default_factory=dict)

    def screen(self, chat: int) -> Screen:
        """The screen of a chat."""
        return self.screens.setdefault(chat, Screen())

    @property
    def updates(self) -> int:
        """How much has happened."""
        return sum(entry["type"] == "update" for entry in self.entries)

    async def act(self, kind: str, number: int, act: str, **settings: Any) -> Any:
        """Do one thing as a person or in a group; raises `Unable`."""
        return await self._post(f"{kind}/{number}/{act}", settings)

    async def acts(self, *acts: tuple[str, int, str, Json]) -> Any:
        """Do several at once; raises `Unable`, and what came before is done then."""
        return await self._post("acts", acts)

    async def new_person(self, name: str) -> int:
        """Somebody new; gives their number."""
        return int((await self._post("people", {"name": name, "language": "en"}))["id"])

    async def new_group(self, title: str, members: list[int]) -> int:
        """A forum group with the bot as administrator; gives its number."""
        given = {"title": title, "forum": True, "members": {str(each): "member" for each in members}}
        return int((await self._post("groups", given))["id"])

    async def _post(self, path: str, body: Any) -> Any:
        async with self.http.post(f"{self.url}/_control/{path}", json=body) as answer:
            given = await answer.json()
            if answer.status != 200:
                raise Unable(f"{path} {body}: {given}")
            return given

    async def look(self) -> None:
        """Take over what has happened since."""
        query = {"since": str(len(self.entries))}
        async with self.http.get(f"{self.url}/_control/record", params=query) as answer:
            fresh = (await answer.json())["entries"]
        self.entries += fresh
        for entry in fresh:
            if entry["type"] == "call" and entry["done"] and entry["method"] in SHOWN:
                screen = self.screen(int(entry["arguments"]["chat_id"]))
                screen.notes.append(note_of(entry))
                async with screen.changed:
                    screen.changed.notify_all()

    async def follow(self) -> None:
        """Look again and again."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)


def note_of(entry: Json) -> Note:
    """The message that a call has put into a chat."""
    answer = entry["answer"]
    rows = (answer.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = tuple((each["text"], each.get("callback_data", "")) for row in rows for each in row)
    topic = answer.get("message_thread_id", 0) if answer.get("is_topic_message") else 0
    return Note(answer["message_id"], answer.get("text", ""), buttons, topic, entry["at"])


def log_in(folder: Path) -> BinaryIO:
    """Where the stand-in writes what it has to say."""
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "messenger.log").open("ab")


@asynccontextmanager
async def messenger(folder: Path) -> AsyncIterator[Messenger]:
    """A stand-in that runs while the block lasts; its journal stays in `folder`."""
    with log_in(folder) as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.standins.telegram", "--journal", str(folder / "journal"), cwd=ROOT,
            stdin=DEVNULL, stdout=PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            found = Messenger(url, http)
            follower = asyncio.create_task(found.follow())
            try:
                yield found
            finally:
                follower.cancel()
                with suppress(asyncio.CancelledError):
                    await follower
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    await process.wait()
