"""A visitor's page, as a browser keeps it, without the browser.

What is typed gets an id and stands in the page's outbox until the server has accepted it; after a break it is sent
again under the same id. What was said is followed by its number. This is all a page does to lose nothing.
"""

import asyncio
import random
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

PAUSE_SECONDS = 0.05  # before a page tries again; the real one waits 0.5 s at first
UNAUTHORISED = 4401  # the socket's own close code for a token that is no longer valid
TRY_AGAIN_LATER = 503
LINE_LOST = (
    aiohttp.ClientError, ConnectionError, OSError, TimeoutError, asyncio.IncompleteReadError,
    AssertionError,  # aiohttp's own, when a socket dies between its handshake and its first frame
)  # fmt: skip


class Stuck(Exception):
    """An answer did not come although the page was patient."""


@dataclass(slots=True)
class Frame:
    """Something that the visitor did; `seq` is its number once it was accepted."""

    id: str
    body: dict[str, Any]
    seq: int = 0


@dataclass
class Page:
    """One visitor with one token. `by_socket` says which of the two ways it talks.

    `chats` are the addresses of all processes, where there are several: a line that is lost is followed by one to any.
    `put_off` counts how often the server asked to try again later, by 503 or by closing with 1013. `patience` in
    seconds is a guard against hanging for ever, not a figure to reach.
    """

    http: aiohttp.ClientSession
    chat: str
    draw: random.Random
    by_socket: bool = True
    on_bot: Callable[[datetime], None] = lambda _: None
    patience: float = 90
    chats: Sequence[str] = ()
    token: str = ""
    frames: list[Frame] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    shown_again: int = 0
    put_off: int = 0
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._news = asyncio.Event()
        self._changed = asyncio.Condition()
        self._follower: asyncio.Task[None] | None = None
        self._line: aiohttp.ClientWebSocketResponse | None = None

    @property
    def last(self) -> int:
        """The number of the last message shown."""
        return self.shown[-1]["seq"] if self.shown else 0

    @property
    def address(self) -> str:
        """The address of its contact, which stands in the token."""
        return self.token.partition(".")[0]

    @property
    def outbox(self) -> list[Frame]:
        """What the server has not accepted yet, oldest first."""
        return [frame for frame in self.frames if not frame.seq]

    async def open(self) -> None:
        """Get a token, however often that takes, and keep a line open from then on."""
        while not self.token:
            with suppress(*LINE_LOST):
                async with self.http.post(f"{self.chat}/session", json={"language": "en"}) as answer:
                    if answer.status == 201:
                        self.token = (await answer.json())["token"]
            if not self.token:
                self._go_elsewhere()
                await asyncio.sleep(PAUSE_SECONDS)
        self._follower = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Go away."""
        if self._follower is not None:
            self._follower.cancel()
            with suppress(asyncio.CancelledError):
                await self._follower

    def drop(self) -> None:
        """Lose the line without a word, as in a tunnel."""
        if self._line is not None and self._line._response.connection is not None:
            self._line._response.connection.close()

    def say(self, text: str) -> Frame:
        """Type a line."""
        return self._do({"type": "say", "text": text})

    def press(self, message: int, choice: str) -> Frame:
        """Press a button under a message."""
        return self._do({"type": "press", "message": message, "choice": choice})

    def _do(self, body: dict[str, Any]) -> Frame:
        frame = Frame(uuid.UUID(int=self.draw.getrandbits(128)).hex, {})
        frame.body = body | {"id": frame.id}
        self.frames.append(frame)
        self._news.set()
        return frame

    async def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait for something to become true of this page; raises `Stuck`."""
        try:
            async with asyncio.timeout(self.patience), self._changed:
                await self._changed.wait_for(true)
        except TimeoutError as error:
            last = [line["text"] for line in self.shown[-2:]]
            raise Stuck(f"waited in vain for {what}; on the page: {last}, unsent: {len(self.outbox)}") from error

    async def accepted(self, frame: Frame) -> None:
        """Wait until the server has this on disk."""
        await self.until(lambda: bool(frame.seq), f"the acceptance of {frame.body}")

    async def sees(self, seq: int) -> None:
        """Wait until the page shows everything up to this number."""
        await self.until(lambda: self.last >= seq, f"message {seq}")

    async def answer_to(self, frame: Frame, fits: Callable[[str], bool]) -> dict[str, Any]:
        """The first message of the bot after `frame` whose text fits."""

        def found() -> dict[str, Any] | None:
            later = (each for each in self.shown if frame.seq and each["seq"] > frame.seq and each["from"] == "bot")
            return next((each for each in later if fits(each["text"])), None)

        await self.until(lambda: found() is not None, f"an answer to {frame.body}")
        message = found()
        assert message is not None
        return message

    async def _follow(self) -> None:
        while True:
            with suppress(*LINE_LOST):
                await (self._by_socket() if self.by_socket else self._by_rest())
            self._line = None
            self._go_elsewhere()
            await asyncio.sleep(PAUSE_SECONDS * (0.5 + self.draw.random()))

    def _go_elsewhere(self) -> None:
        if self.chats:
            self.chat = self.draw.choice(self.chats)

    async def _by_socket(self) -> None:
        async with self.http.ws_connect(f"{self.chat}/socket") as line:
            self._line = line
            await line.send_json({"type": "hello", "token": self.token, "after": self.last})
            writer = asyncio.create_task(self._write(line))
            try:
                async for message in line:
                    await self._read(message.json())
                await self._closed(line.close_code)
            finally:
                writer.cancel()
                with suppress(asyncio.CancelledError, *LINE_LOST):
                    await writer

    async def _write(self, line: aiohttp.ClientWebSocketResponse) -> None:
        """Everything unaccepted once more on this line, then what comes, always in order."""
        done = 0
        while True:
            self._news.clear()
            waiting = [frame for frame in self.frames[done:] if not frame.seq]
            done = len(self.frames)
            for frame in waiting:
                await line.send_json(frame.body)
            await self._news.wait()

    async def _by_rest(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        while True:
            for frame in self.outbox:
                async with self.http.post(f"{self.chat}/messages", json=frame.body, headers=headers) as answer:
                    if answer.status != 202:
                        await self._refusal(answer.status, frame)
                        return
                    await self._read({"type": "accepted", "id": frame.id, "seq": (await answer.json())["seq"]})
            async with self.http.get(f"{self.chat}/messages", params={"after": self.last}, headers=headers) as answer:
                if answer.status != 200:
                    await self._refusal(answer.status, None)
                    return
                for message in (await answer.json())["messages"]:
                    await self._read(message)
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_SECONDS * 2):
                    await self._news.wait()

    async def _closed(self, code: int | None) -> None:
        if code == UNAUTHORISED:
            self.wrong.append("a valid token was refused")
        if code == aiohttp.WSCloseCode.TRY_AGAIN_LATER:
            await self._put_off()

    async def _refusal(self, status: int, frame: Frame | None) -> None:
        if status != TRY_AGAIN_LATER:
            self.wrong.append(f"REST answered {status} to {frame.body if frame else 'a read'}")
        await self._put_off()

    async def _put_off(self) -> None:
        self.put_off += 1
        async with self._changed:
            self._changed.notify_all()

    async def _read(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "accepted":
                self._accepted(frame["id"], frame["seq"])
            case "message":
                self._show(frame)
            case "refused":
                self.wrong.append(f"refused: {frame['text']}")
            case _:
                return
        async with self._changed:
            self._changed.notify_all()

    def _accepted(self, frame_id: str, seq: int) -> None:
        frame = next(each for each in self.frames if each.id == frame_id)
        if frame.seq not in {0, seq}:
            self.wrong.append(f"accepted as {frame.seq}, then as {seq}")
        frame.seq = seq

    def _show(self, message: dict[str, Any]) -> None:
        if message["seq"] <= self.last:
            self.shown_again += 1
            return
        self.shown.append(message)
        if message["from"] == "bot":
            self.on_bot(datetime.fromisoformat(message["at"]))
