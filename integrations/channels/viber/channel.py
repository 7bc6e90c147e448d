"""One Viber bot as a channel."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from bot.events import Contact
from bot.net import body_of
from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Delivery, Inbound, NotSigned, Outcome, PerhapsSent, Retry
from bot.ports.doctor import Finding
from bot.replies import Message
from integrations.channels.viber.client import FOREIGN, Client
from integrations.channels.viber.doctor import Doctor
from integrations.channels.viber.keyboard import Rests
from integrations.channels.viber.limits import ALL_IN_A_SECOND, FILE_BYTES, FILES_LAST, PICTURE_BYTES, VIDEO_BYTES
from integrations.channels.viber.outcomes import BUSY, outcome_of, trouble_of
from integrations.channels.viber.receive import Reader
from integrations.channels.viber.render import Call, Renderer, as_file, as_words

SIGNATURE = "x-viber-content-signature"


class Viber:
    """One account of one business; its secret is `token`, its settings are `name`, `avatar` and `api_url`."""

    name: ClassVar[str] = "viber"
    per_second: ClassVar[int] = ALL_IN_A_SECOND
    tracks: ClassVar[bool] = True

    def __init__(self, account: Account, kit: Kit) -> None:
        self.account, self._kit = account, kit
        self._token = account.secrets["token"].encode()
        self._client = Client(account.secrets["token"], account.settings["api_url"])
        self._doctor = Doctor(account, self._client)
        self._standing = Standing("Viber", account.source, kit.clock)
        self._sender = {"name": account.settings["name"]}
        if avatar := account.settings["avatar"]:
            self._sender["avatar"] = avatar
        rests = Rests(self._token)
        self._renderer = Renderer(self._sender, kit.share, kit.link, rests)
        self._reader = Reader(account.id, self._renderer.welcome, rests)

    def __repr__(self) -> str:
        """Name the account."""
        return f"Viber({self.account.business}/{self.account.id})"

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return self._standing.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`; the proof is the HMAC-SHA256 of the body under the token, in hex."""
        given = inbound.headers.get(SIGNATURE) or parse_qs(urlsplit(inbound.url).query).get("sig", [""])[0]
        proof = hmac.digest(self._token, inbound.body, "sha256").hex()
        if not hmac.compare_digest(given.lower().encode("utf-8", "replace"), proof.encode()):
            raise NotSigned
        return self._reader.delivery(inbound.body, inbound.business, inbound.at)

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Call]:
        """See `Channel.render`. Viber lets us write at any time, and takes money for it a day after the last word."""
        return self._renderer.conversation(message, number, replaced)

    async def send(self, contact: Contact, request: Call) -> Outcome:
        """See `Channel.send`."""
        if held := self._standing.held():
            return held
        fields = await self._sized(request)
        try:
            answer = await self._client.call(
                "send_message", {"receiver": contact.address, "sender": self._sender, **fields}
            )
        except Unreached as error:
            return Retry(BUSY, str(error), "provider")
        except Broken as error:
            return PerhapsSent(str(error))
        if trouble := trouble_of(answer):
            return self._standing.refused(trouble)
        if answer.status != FOREIGN:
            self._standing.accepted()
        return outcome_of(answer)

    async def _sized(self, call: Call) -> dict[str, Any]:
        """The fields with the file's size; what is too large for its kind goes as a file, then as words with a link."""
        if call.media is None:
            return call.fields
        fields, media = call.fields, call.media
        body = await self._kit.read(media)
        size = len(body) if body is not None else 0
        if not size or size > FILE_BYTES:
            return as_words(fields, media, fields["media"] if size else "")
        if fields["type"] == "picture" and size > PICTURE_BYTES:
            plain = "keyboard" not in fields and not fields["text"]
            return as_file(media, fields["media"], size) if plain else as_words(fields, media, fields["media"])
        if fields["type"] == "video" and size > VIDEO_BYTES:
            return as_file(media, fields["media"], size)
        return fields if fields["type"] == "picture" else fields | {"size": size}

    @property
    def files_last(self) -> timedelta:
        """See `Fleeting.files_last`."""
        return FILES_LAST

    async def fetch(self, name: str) -> bytes | None:
        """See `Fetches.fetch`; the name is the address that Viber gave, which holds for an hour."""
        return await body_of(self._kit.files, name)

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await self._doctor.examine()

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        return await self._doctor.connect()

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        await self._client.close()
