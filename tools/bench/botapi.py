"""A lean Bot API server for load: it keeps a crowd's chats, delivers their updates, and checks next to nothing.

The stand-in of the tests refuses what Telegram refuses, which costs more than the bot that is measured. This one only
answers as Telegram does, delivers a chat's updates one after another over at most as many connections as the bot asked
for, and wakes the customer when a question reaches the chat.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from tools.bench.wires import Caller, Pipe

TOKEN = "1234567890:TEST-token_for_the_bench-0000000000"  # noqa: S105  it opens nothing
ME = {"id": 1234567890, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
PLAIN_CONNECTIONS = 40  # what Telegram opens for a bot that does not say how many
MOST_UPDATES = 100
_encode = msgspec.json.Encoder().encode
_Raw = msgspec.Raw


class Markup(msgspec.Struct):
    """Buttons under a message, of which only the inline ones are looked at."""

    inline_keyboard: list[list[dict[str, Any]]] = []


class Fields(msgspec.Struct):
    """What is looked at in a call; numbers may stand as text in a form."""

    method: str = ""
    chat_id: int | str = 0
    message_id: int | str = 0
    text: str = ""
    reply_markup: msgspec.Raw = _Raw(b"")
    url: str = ""
    secret_token: str = ""
    max_connections: int | str = PLAIN_CONNECTIONS
    offset: int | str = 0
    timeout: int | float | str = 0


_fields = msgspec.json.Decoder(Fields).decode
_markup = msgspec.json.Decoder(Markup).decode


@dataclass(slots=True)
class Shown:
    """A message as a customer sees it."""

    message_id: int
    text: str
    buttons: list[dict[str, Any]]
    raw: dict[str, Any]


@dataclass(slots=True, eq=False)
class Chat:
    """The talk of one person with the bot. `asks` says which messages are worth an answer."""

    user: dict[str, Any]
    asks: Callable[[Shown], bool]
    last: Shown | None = None
    heard: asyncio.Future[Shown | None] | None = None
    waiting: deque[bytes] = field(default_factory=deque)
    under_way: bool = False

    def show(self, shown: Shown) -> None:
        """Put a message on the screen, and wake the person when it asks something."""
        if not self.asks(shown):
            return
        self.last = shown
        if self.heard is not None and not self.heard.done():
            self.heard.set_result(shown)


class BotApi:
    """The server with the chats of a crowd. `delay` is how many seconds every call takes."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.calls: Counter[str] = Counter()
        self.chats: dict[int, Chat] = {}
        self.url = ""
        self.reached = asyncio.Event()
        self._numbers = time.time_ns() // 1_000_000 % 1_000_000_000  # higher at each start, as a bot expects it
        self._people, self._messages = self._numbers, 0
        self._server: asyncio.Server | None = None
        self._pipe: Pipe | None = None
        self._ready: deque[Chat] = deque()
        self._pending: dict[int, tuple[Chat, bytes]] = {}
        self._polls: deque[tuple[Callable[[bytes], None], asyncio.TimerHandle]] = deque()

    async def start(self) -> None:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Caller(self.answer), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def chat(self, name: str, asks: Callable[[Shown], bool]) -> Chat:
        """A person who has not written before."""
        self._people += 1
        number = 5_000_000_000 + self._people
        user = {"id": number, "is_bot": False, "first_name": name, "language_code": "en"}
        chat = self.chats[number] = Chat(user, asks)
        return chat

    def leave(self, chat: Chat) -> None:
        """Forget a person who will not come again."""
        self.chats.pop(chat.user["id"], None)

    # What people do

    def say(self, chat: Chat, text: str) -> None:
        """A message of a person."""
        self._messages += 1
        body: dict[str, Any] = {"message_id": self._messages, "from": chat.user, "chat": _of(chat.user),
                                "date": int(time.time()), "text": text}  # fmt: skip
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self._tell(chat, {"message": body})

    def press(self, chat: Chat, shown: Shown, data: str) -> None:
        """A press of a button."""
        self._messages += 1
        number = f"{chat.user['id']}{self._messages}"
        self._tell(chat, {"callback_query": {"id": number, "from": chat.user, "message": shown.raw,
                                             "chat_instance": "-1", "data": data}})  # fmt: skip

    def _tell(self, chat: Chat, payload: dict[str, Any]) -> None:
        self._numbers += 1
        body = _encode({"update_id": self._numbers, **payload})
        if self._pipe is None:
            self._pending[self._numbers] = (chat, body)
            if self._polls:
                give, timer = self._polls.popleft()
                timer.cancel()
                give(self._batch())
            return
        self._queue(chat, body)

    def _queue(self, chat: Chat, body: bytes) -> None:
        chat.waiting.append(body)
        if not chat.under_way:
            chat.under_way = True
            self._ready.append(chat)
            self._deliver()

    def _deliver(self) -> None:
        pipe = self._pipe
        while pipe is not None and self._ready and pipe.free():
            chat = self._ready.popleft()
            pipe.post(chat.waiting[0], partial(self._taken, chat))

    def _taken(self, chat: Chat, status: int, body: bytes) -> None:
        """A delivery was answered: the chat's next one goes; one that was not taken comes again."""
        if 200 <= status < 300:
            chat.waiting.popleft()
            if body.startswith(b"{") and (fields := _fields(body)).method:
                self._perform(fields.method, fields)
        else:
            self.calls["refused delivery"] += 1
        if chat.waiting:
            self._ready.append(chat)
        else:
            chat.under_way = False
        self._deliver()

    # What the bot does

    def answer(self, method: str, body: bytes | dict[str, str], give: Callable[[bytes], None]) -> None:
        """Answer a call, after the delay."""
        fields = _fields(body) if isinstance(body, bytes) else _of_form(body)
        if method == "getUpdates":
            self._poll(fields, give)
            return
        answer = self._perform(method, fields)
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, give, answer)
        else:
            give(answer)

    def _perform(self, method: str, fields: Fields) -> bytes:
        self.calls[method] += 1
        if method in {"sendMessage", "editMessageText"}:
            return self._written(method, fields)
        if method == "setWebhook":
            self._pipe = Pipe(fields.url, fields.secret_token, int(fields.max_connections))
            self.reached.set()
            for chat, body in self._pending.values():
                self._queue(chat, body)
            self._pending.clear()
        return _encode({"ok": True, "result": ME if method == "getMe" else True})

    def _written(self, method: str, fields: Fields) -> bytes:
        chat = self.chats.get(int(fields.chat_id))
        if chat is None:
            return _encode({"ok": False, "error_code": 400, "description": "Bad Request: chat not found"})
        if method == "sendMessage":
            self._messages += 1
        number = self._messages if method == "sendMessage" else int(fields.message_id)
        raw: dict[str, Any] = {"message_id": number, "from": ME, "chat": _of(chat.user), "date": int(time.time()),
                               "text": fields.text}  # fmt: skip
        markup = fields.reply_markup
        buttons: list[dict[str, Any]] = []
        if bytes(markup):
            buttons = [button for row in _markup(markup).inline_keyboard for button in row]
        if buttons:
            raw["reply_markup"] = markup
        answer = _encode({"ok": True, "result": raw})
        chat.show(Shown(number, fields.text, buttons, raw))
        return answer

    def _poll(self, fields: Fields, give: Callable[[bytes], None]) -> None:
        self.calls["getUpdates"] += 1
        self._pipe = None
        self.reached.set()
        offset = int(fields.offset)
        for number in [number for number in self._pending if number < offset]:
            del self._pending[number]
        seconds = float(fields.timeout)
        if self._pending or not seconds:
            give(self._batch())
            return
        timer = asyncio.get_running_loop().call_later(seconds, self._empty, give)
        self._polls.append((give, timer))

    def _empty(self, give: Callable[[bytes], None]) -> None:
        self._polls = deque(each for each in self._polls if each[0] is not give)
        give(b'{"ok":true,"result":[]}')

    def _batch(self) -> bytes:
        bodies = [body for _, body in islice(self._pending.values(), MOST_UPDATES)]
        return b'{"ok":true,"result":[' + b",".join(bodies) + b"]}"


def _of_form(form: dict[str, str]) -> Fields:
    markup = form.pop("reply_markup", "")
    fields = msgspec.convert(form, Fields)
    fields.reply_markup = _Raw(markup.encode())
    return fields


def _of(user: dict[str, Any]) -> dict[str, Any]:
    return {"id": user["id"], "type": "private", "first_name": user["first_name"]}
