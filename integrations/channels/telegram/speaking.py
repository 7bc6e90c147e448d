"""Makes calls in chats: at the allowed speed, with their files, and mended where Telegram says how."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

import msgspec

from bot.events import Media
from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.rendering import NOTHING, file_name, utf16_units
from integrations.channels.telegram import outcomes
from integrations.channels.telegram.attached import ANY
from integrations.channels.telegram.client import Answer, Client, Upload
from integrations.channels.telegram.limits import CAPTION_UNITS, PHOTO_BYTES, UPLOAD_BYTES
from integrations.channels.telegram.outcomes import says
from integrations.channels.telegram.rates import Rates
from integrations.channels.telegram.render import Call
from integrations.channels.telegram.sharing import Shared

Read = Callable[[Media], Awaitable[bytes | None]]
"""Gives the bytes of a picture or file, wherever it lies; None when it is gone."""

UNREACHABLE = timedelta(seconds=5)
TAKE_BACK = ("deleteMessage", "deleteBusinessMessages")
NAME_CHARS = 100
MENDED_AT_MOST = 3  # a mended call may itself need mending, never for ever


class Said(msgspec.Struct, frozen=True, gc=False):
    """What is read of a message that Telegram took."""

    message_id: int
    message_thread_id: int = 0


_said = msgspec.json.Decoder(Said).decode


class Speaker:
    """Speaks for one account. `source` names its own files, which Telegram has already.

    `shared` counts over all processes that speak for it.
    """

    def __init__(
        self, client: Client, rates: Rates, standing: Standing, read: Read, source: str, shared: Shared | None = None
    ) -> None:
        self._client, self._rates, self._standing, self._shared = client, rates, standing, shared
        self._read, self._source = read, source

    async def say(self, chat: int, call: Call) -> Outcome:
        """Make a call in a chat and say what became of it."""
        made = await self.make(chat, call)
        return Sent(str(made.message_id)) if isinstance(made, Said) else made

    async def make(self, chat: int, call: Call) -> Said | Outcome:
        """The same; gives what Telegram took as it stands now, where it took a message."""
        for _ in range(MENDED_AT_MOST):
            if held := self._standing.held():
                return held
            everybody = self._rates.held()
            wait = everybody or self._rates.take(chat)
            if not wait and self._shared is not None:
                wait = await self._shared.take(chat)
            if wait:
                scope: Literal["account", "line"] = "account" if everybody else "line"
                return Retry(timedelta(seconds=wait), "too fast for Telegram", scope)
            answer = await self._once(chat, call)
            if not isinstance(answer, Answer):
                return answer
            if answer.ok:
                self._standing.accepted()
                return Sent() if call.method in TAKE_BACK else _said(answer.result)
            mended = mend(call, answer)
            if mended is None:
                return self._refused(chat, call, answer)
            call = mended
        return Undeliverable("refused", "Telegram takes it in no form")

    async def _once(self, chat: int, call: Call) -> Answer | Outcome:
        fields, upload = {"chat_id": chat, **call.fields}, None
        try:
            if (media := call.media) is not None:
                if media.source == self._source:
                    fields[call.file_field] = media.name
                else:
                    body = await self._bytes_of(media)
                    if body is None or len(body) > UPLOAD_BYTES:
                        return await self._once(chat, wordy(call, media))
                    call = fitting(call, len(body))
                    upload = Upload(call.file_field, file_name(media, NAME_CHARS), media.mime or ANY, body)
            return await self._client.call(call.method, fields, upload=upload)
        except Unreached as error:
            return Retry(UNREACHABLE, str(error), "provider")
        except Broken as error:
            return PerhapsSent(str(error))

    async def _bytes_of(self, media: Media) -> bytes | None:
        if media.source == f"{self._source}!":
            return await self._client.fetch(media.name)
        return await self._read(media)

    def _refused(self, chat: int, call: Call, answer: Answer) -> Outcome:
        if outcomes.is_broken(answer):
            return self._standing.refused(outcomes.REFUSED)
        self._standing.accepted()
        if says(answer, outcomes.UNCHANGED):
            return Sent(str(call.fields.get("message_id", "")))
        if call.method in TAKE_BACK and says(answer, outcomes.NOTHING_TO_DELETE):
            return Sent()
        outcome = outcomes.refusal(answer)
        if isinstance(outcome, Retry) and answer.error_code == 429:
            self._rates.refused(chat, outcome.after.total_seconds())
        return outcome


def mend(call: Call, answer: Answer) -> Call | None:
    """The call that does what a refused one could not; None when there is none."""
    fields = call.fields
    if (
        call.method == "editMessageText"
        and says(answer, outcomes.NO_TEXT)
        and utf16_units(fields["text"]) <= CAPTION_UNITS
    ):
        return Call("editMessageCaption", renamed(fields, text="caption", entities="caption_entities"), anew=call.anew)
    if call.method == "editMessageCaption" and says(answer, outcomes.NO_CAPTION) and fields["caption"]:
        return Call("editMessageText", renamed(fields, caption="text", caption_entities="entities"), anew=call.anew)
    if call.anew and call.method.startswith("editMessage") and says(answer, outcomes.NOT_THERE):
        anew = renamed(fields, caption="text", caption_entities="entities")
        del anew["message_id"]
        return Call("sendMessage", anew | {"text": anew.get("text") or NOTHING})
    if call.media is not None and call.method != "sendDocument" and says(answer, outcomes.NOT_A_PHOTO):
        return Call("sendDocument", fields, call.media)
    if call.media is not None and call.media.source and says(answer, outcomes.WRONG_FILE):
        return refetched(call, call.media)
    return written_out(call) if says(answer, outcomes.BAD_LINK) else None


def written_out(call: Call) -> Call | None:
    """The same with its links in the text, for addresses that Telegram opens from no button; None without any."""
    rows = call.fields.get("reply_markup", {}).get("inline_keyboard", [])
    links = [f"{each['text']}: {each['url']}" for row in rows for each in row if "url" in each]
    name = next((each for each in ("text", "caption") if each in call.fields), None)
    if not links or name is None:
        return None
    kept = [row for row in ([each for each in row if "url" not in each] for row in rows) if row]
    fields = call.fields | {name: "\n".join([call.fields[name], *links]), "reply_markup": {"inline_keyboard": kept}}
    return msgspec.structs.replace(call, fields=fields)


def refetched(call: Call, media: Media) -> Call | None:
    """The same file, fetched and given anew: Telegram does not take one kind of file for another. Once only."""
    if media.source.endswith("!"):
        return None
    return Call("sendDocument", call.fields, msgspec.structs.replace(media, source=f"{media.source}!"))


def renamed(fields: dict[str, Any], **names: str) -> dict[str, Any]:
    """The same fields under other names."""
    return {names.get(key, key): value for key, value in fields.items()}


def wordy(call: Call, media: Media) -> Call:
    """The words of a call whose file is gone or too large."""
    fields = renamed(call.fields, caption="text", caption_entities="entities")
    return Call("sendMessage", {**fields, "text": fields.get("text") or media.alt or NOTHING})


def fitting(call: Call, size: int) -> Call:
    """A picture too large for a photo goes as a file."""
    if call.method == "sendPhoto" and size > PHOTO_BYTES:
        return Call("sendDocument", call.fields, call.media)
    return call
