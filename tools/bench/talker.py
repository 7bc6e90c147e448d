"""A visitor for load: books a visit, cancels it, and begins again, as fast as it is told to; for ever."""

import asyncio
import json
from typing import Any

import aiohttp

SMALL = "Menu"
BY_LABEL = {  # what to press under a question; others are answered by the first choice
    "Which branch suits you?": "Any branch",
    "Whom would you like to see?": "Anyone",
    "You are booked.": "Cancel the visit",
    "The visit is cancelled.": "Book a visit",
    "Choose from the menu": "Book a visit",
    "I did not understand": SMALL,
}
TYPED = {"What is your name?": "Ann Smith", "What is your phone number?": "+374 99 123456"}


class Talker:
    """One open socket with one talk on it; `next` says the next line and waits for what the bot says to it."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse, turn: int) -> None:
        self._line, self._turn = line, turn
        self._last: dict[str, Any] = {}
        self._said = 0

    @classmethod
    async def come(cls, http: aiohttp.ClientSession, chat: str, turn: int) -> "Talker":
        """A new visitor with the greeting on the page; `turn` makes them choose other things than the next one."""
        async with http.post(f"{chat}/session", json={"language": "en"}) as answer:
            token = (await answer.json())["token"]
        talker = cls(await http.ws_connect(f"{chat}/socket"), turn)
        await talker._line.send_str(json.dumps({"type": "hello", "token": token, "after": 0}))
        await talker._hear(0)
        return talker

    async def close(self) -> None:
        """Go away."""
        await self._line.close()

    async def next(self) -> None:
        """One line and its answer."""
        self._said += 1
        frame = self._frame() | {"id": str(self._said)}
        await self._line.send_str(json.dumps(frame))
        early = []  # an answer may be shown before its line is said to be accepted
        while (heard := await self._receive())["type"] != "accepted":
            early.append(heard)
        if not any(self._answers(each, heard["seq"]) for each in early):
            await self._hear(heard["seq"])

    async def _hear(self, after: int) -> None:
        """The next message of the bot that follows number `after`; one that asks nothing is passed over."""
        while not self._answers(await self._receive(), after):
            continue

    def _answers(self, heard: dict[str, Any], after: int) -> bool:
        """Whether this is what was waited for; then it is what is gone on from."""
        asks = heard.get("choices") or heard.get("input") or any(words in heard.get("text", "") for words in TYPED)
        fits = bool(heard["type"] == "message" and heard["from"] == "bot" and heard["seq"] > after and asks)
        if fits:
            self._last = heard
        return fits

    async def _receive(self) -> dict[str, Any]:
        async with asyncio.timeout(30):
            frame: dict[str, Any] = json.loads(await self._line.receive_str())
        return frame

    def _frame(self) -> dict[str, Any]:
        text, choices = self._last["text"], self._last.get("choices", [])
        for words, typed in TYPED.items():
            if words in text:
                return {"type": "say", "text": typed}
        wanted = next((label for words, label in BY_LABEL.items() if words in text), None)
        choice = next((each["id"] for each in choices if each["label"] == wanted), None)
        if choice is None:
            offered = [each for each in choices if not each["label"].startswith(("‹", "Other", "Change", "Cancel"))]
            first = "Is everything right?" in text or "Shall I cancel" in text
            choice = offered[0 if first else (self._turn + self._said) % len(offered)]["id"]
        return {"type": "press", "message": self._last["seq"], "choice": choice}
