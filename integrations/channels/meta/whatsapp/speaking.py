"""Sends messages of one number, and says what became of each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec

from bot.events import Media
from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from integrations.channels.meta.graph import Graph, GraphAnswer, GraphError
from integrations.channels.meta.whatsapp.codes import meaning, told
from integrations.channels.meta.whatsapp.files import Shelf
from integrations.channels.meta.whatsapp.receive import PHONE, USER
from integrations.channels.meta.whatsapp.render import Request, wordy
from integrations.channels.meta.whatsapp.waits import Waits

SEND_SECONDS = 15.0  # with the upload before it within the sender's lease of a line
UNREACHABLE = timedelta(seconds=5)
SPAM_WAIT = timedelta(minutes=15)
PARAMETER = 100
ALL = "rate"  # the key of the waits of the account as a whole, which no address is


class Taken(msgspec.Struct, frozen=True):
    """A message that was taken."""

    id: str = ""


class Accepted(msgspec.Struct, frozen=True):
    """The answer to a message."""

    messages: tuple[Taken, ...] = ()


_accepted = msgspec.json.Decoder(Accepted).decode


class Speaker:
    """Speaks for one account. `link` gives the address of a file that cannot be sent. `now` is monotonic, in seconds."""

    def __init__(
        self, graph: Graph, number: str, shelf: Shelf, standing: Standing, *,
        link: Callable[[Media], str], now: Callable[[], float],
    ) -> None:  # fmt: skip
        self._graph, self._path, self._shelf, self._standing = graph, f"/{number}/messages", shelf, standing
        self._link, self._waits = link, Waits(now)

    async def say(self, address: str, request: Request) -> Outcome:
        """Send one message to an address."""
        whom = recipient(address)
        if whom is None:
            return Undeliverable("refused", "the address is no phone number and no id of WhatsApp")
        if held := self._standing.held():
            return held
        if seconds := self._waits.left(ALL):
            return Retry(timedelta(seconds=seconds), "too many messages of the number", "account")
        if seconds := self._waits.left(address):
            return Retry(timedelta(seconds=seconds), "WhatsApp asked to wait with this customer")
        try:
            return await self._carry(address, whom, request)
        except Unreached as error:
            return Retry(UNREACHABLE, str(error), "provider")
        except Broken as error:
            return PerhapsSent(str(error))

    async def _carry(self, address: str, whom: dict[str, str], request: Request) -> Outcome:
        fields = request.fields
        if request.media is not None:
            made = await self._with_file(address, request, request.media)
            if not isinstance(made, dict):
                return made
            fields = made
        answer = await self._post(address, whom, fields, request.mark)
        if answer.error is None:
            return self._taken(address, answer)
        kind = meaning(answer.status, answer.error).kind
        if (
            request.media is not None
            and fields["type"] != "text"
            and (kind == "file" or answer.error.code == PARAMETER)
        ):
            self._shelf.forget(request.media)
            return await self._carry(address, whom, self._without_file(request, request.media))
        return self._refused(address, answer.status, answer.error)

    async def _post(self, address: str, whom: dict[str, str], fields: dict[str, Any], mark: str) -> GraphAnswer:
        envelope = {"messaging_product": "whatsapp", "recipient_type": "individual", **whom, **fields}
        echoed = {"biz_opaque_callback_data": f"{mark}@{address}"}
        return await self._graph.post(self._path, envelope | echoed, seconds=SEND_SECONDS)

    async def _with_file(self, address: str, request: Request, media: Media) -> dict[str, Any] | Outcome:
        """The fields with the id of the file; without it the words and a link; or why it must wait.

        A file that was perhaps taken is no message yet, so that is tried again without a doubt.
        """
        try:
            given = await self._shelf.give(media)
        except Broken as error:
            return Retry(UNREACHABLE, f"a file: {error}", "provider")
        if given.id:
            return {**request.fields, request.type: {**request.fields[request.type], "id": given.id}}
        if given.under_way:
            return Retry(UNREACHABLE, "its file is still on its way to WhatsApp")
        if given.error is not None:
            kind = meaning(given.status, given.error).kind
            if kind == "perhaps":
                return Retry(UNREACHABLE, "a file: no answer in time", "provider")
            if kind not in ("refused", "file"):
                return self._refused(address, given.status, given.error)
        return self._without_file(request, media).fields

    def _without_file(self, request: Request, media: Media) -> Request:
        return wordy(request, media, self._link(media))

    def _taken(self, address: str, answer: GraphAnswer) -> Outcome:
        self._standing.accepted()
        self._waits.passed(address)
        self._waits.passed(ALL)
        try:
            taken = _accepted(answer.body).messages
        except msgspec.DecodeError:
            taken = ()
        return Sent(taken[0].id) if taken and taken[0].id else PerhapsSent("an answer without the message's id")

    def _refused(self, address: str, status: int, error: GraphError) -> Outcome:
        kind, words = meaning(status, error)
        said = f"{words} ({told(status, error)})"
        reason = f"WhatsApp: {said}"
        match kind:
            case "account":
                return self._standing.refused(said)
            case "rate":
                return Retry(self._waits.refused(ALL), reason, "account")
            case "spam":
                return replace(self._standing.refused(said), after=SPAM_WAIT)
            case "pair" | "later" | "file":
                return Retry(self._waits.refused(address), reason)
            case "service":
                return Retry(UNREACHABLE, reason, "provider")
            case "perhaps":
                return PerhapsSent(reason)
            case "blocked" | "window" | "refused" as outcome:
                return Undeliverable(outcome, reason)


def recipient(address: str) -> dict[str, str] | None:
    """The field that says who gets a message; None for what is no address. A phone without `+` would be read as local."""
    digits = address.removeprefix("+")
    if PHONE.fullmatch(digits):
        return {"to": f"+{digits}"}
    return {"recipient": address} if USER.fullmatch(address) else None
