"""A thin client of Twilio's REST API.

Twilio spreads what it offers over several hosts; one other address can stand in for all of them. Errors name the kind of
failure and nothing else: a path may hold the number of a customer.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from bot.net.lines import Lines, Reply

API = "https://api.twilio.com"
CONTENT = "https://content.twilio.com"
MESSAGING = "https://messaging.twilio.com"
HOSTS = (API, CONTENT, MESSAGING)
VERSION = "/2010-04-01"

CONNECTIONS = 64
CALL_SECONDS = 20.0  # within the sender's lease of a line
ANSWER_BYTES = 4 * 1024 * 1024
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

T = TypeVar("T")
Pairs = Mapping[str, str] | Sequence[tuple[str, str]]
"""A form; in a sequence a name may stand more than once."""


class TwilioAnswer(msgspec.Struct, frozen=True):
    """What Twilio answered. A refusal has Twilio's `code` (0 when something else spoke) and its `message`.

    The message may repeat the number of a customer or their words, so it is for nobody's log. `retry_after` is how many
    seconds it asks to wait, 0 where it names none.
    """

    status: int
    body: bytes = b""
    code: int = 0
    message: str = ""
    retry_after: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300

    def read(self, kind: type[T]) -> T | None:
        """The body as such a type; None when it is none."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return None


class _Refusal(msgspec.Struct):
    code: int | None = 0
    message: str | None = ""


class Twilio:
    """Asks for one account. The token is never shown.

    `key` is the SID of an API key when `token` is its secret; without it `token` is the account's own. `api_url` stands in
    for every host of Twilio. Raises `ValueError` for an address that is none.
    """

    def __init__(self, account_sid: str, token: str, api_url: str = "", *, key: str = "") -> None:
        self.account_sid = account_sid
        self._named = f"Basic {b64encode(f'{key or account_sid}:{token}'.encode()).decode()}"
        self._api_url = api_url.rstrip("/")
        self._lines = {host: self._made(self._api_url or host) for host in HOSTS}

    def __repr__(self) -> str:
        """Name the account, not its token."""
        return f"Twilio({self.account_sid})"

    @property
    def api(self) -> str:
        """The address of the API itself, without a slash."""
        return self._api_url or API

    @property
    def headers(self) -> dict[str, str]:
        """What proves who asks, for files that are fetched from that address."""
        return {"Authorization": self._named}

    async def post(self, path: str, form: Pairs, *, seconds: float = CALL_SECONDS) -> TwilioAnswer:
        """Post a form to a path below the account, e.g. `Messages.json`.

        A path with a leading slash is below the host, and a whole address of Twilio is that. Raises `Unreached` or
        `Broken`; a refusal is an answer.
        """
        pairs = tuple(form.items()) if isinstance(form, Mapping) else form
        body = urlencode(pairs, encoding="utf-8", errors="replace").encode()
        return await self._post(*self._parted(path), FORM, body, seconds)

    async def post_json(self, url: str, data: Any, *, seconds: float = CALL_SECONDS) -> TwilioAnswer:
        """Post JSON to an address of Twilio, e.g. `CONTENT + "/v1/Content"`. Raises as `post`."""
        return await self._post(*self._parted(url), JSON, msgspec.json.encode(data), seconds)

    async def get(self, path: str, *, seconds: float = CALL_SECONDS) -> TwilioAnswer:
        """Ask for what lies at a path or an address. Raises as `post`."""
        host, path = self._parted(path)
        return _answer(await self._lines[host].get(path, seconds))

    async def delete(self, path: str, *, seconds: float = CALL_SECONDS) -> TwilioAnswer:
        """Have what lies at a path taken away. Raises as `post`."""
        host, path = self._parted(path)
        return _answer(await self._lines[host].delete(path, seconds))

    async def close(self) -> None:
        """Hang up for good; safe to call twice."""
        for lines in self._lines.values():
            await lines.close()

    async def _post(self, host: str, path: str, kind: str, body: bytes, seconds: float) -> TwilioAnswer:
        return _answer(await self._lines[host].post(path, kind, body, seconds))

    def _parted(self, path: str) -> tuple[str, str]:
        """The host and the path on it; the token is shown to nobody but Twilio."""
        for host in HOSTS:
            if path.startswith(f"{host}/"):
                return host, path[len(host) :]
        if path.startswith(("http://", "https://")):
            raise ValueError("it is no address of Twilio")
        return API, path if path.startswith("/") else f"{VERSION}/Accounts/{self.account_sid}/{path}"

    def _made(self, address: str) -> Lines:
        return Lines(address, most=CONNECTIONS, most_bytes=ANSWER_BYTES, headers=self.headers)


def _answer(reply: Reply) -> TwilioAnswer:
    if 200 <= reply.status < 300:
        return TwilioAnswer(reply.status, reply.body)
    try:
        refusal = msgspec.json.decode(reply.body, type=_Refusal)
    except (msgspec.DecodeError, ValueError, RecursionError):
        refusal = _Refusal()
    return TwilioAnswer(reply.status, reply.body, refusal.code or 0, refusal.message or "", reply.retry_after)
