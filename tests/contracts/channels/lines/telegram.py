"""A private chat in Telegram, over the stand-in of the Bot API."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import aiogram  # noqa: F401  loaded beforehand: a clock that stands still does not wait for it

from bot.ports.accounts import Descriptor
from bot.ports.channel import Inbound
from integrations.channels.telegram import Telegram
from tests.contracts.channels.line import SHARE, Ability, Fault, Line, Option, Shown
from tests.standins.telegram import TOKEN, DropAfter, Outage, Refuse, Seen, TelegramServer, TooMany
from tests.standins.telegram import faults as standin_faults

SECRET = "a-Secret_of_the_webhook"
HEADER = "x-telegram-bot-api-secret-token"
FAULTS: Mapping[Fault, standin_faults.Fault] = {
    "busy": TooMany(30), "outage": Outage(502), "break": DropAfter(), "revoked": Refuse(401, "Unauthorized"),
    "blocked": Refuse(403, "Forbidden: bot was blocked by the user"),
    "refused": Refuse(400, "Bad Request: message is too long"),
}  # fmt: skip


class TelegramLine(Line):
    """Nare in her private chat."""

    name = "telegram"
    can: ClassVar[frozenset[Ability]] = frozenset(
        {"proof", "press", "picture", "reachable", "send", "refusing", "buttons", "doctor"}
    )
    secrets: ClassVar[Mapping[str, str]] = {"token": TOKEN, "webhook_secret": SECRET}
    covers = False
    language = "en"
    hint_seconds = 30
    proof_header = HEADER

    async def start(self) -> None:
        self.api = TelegramServer()
        await self.api.start()
        self.person = self.api.person("Nare", language="en")
        self.person.starts()
        self.address = str(self.person.id)
        self.channel = self.telegram = self.open(self.api.url, mode="webhook", rate="0")

    def kind(self) -> Descriptor:
        return replace(super().kind(), open=partial(Telegram, now=lambda: self.clock.now().timestamp()))

    async def stop(self) -> None:
        assert isinstance(self.telegram, Telegram)
        await self.telegram.close()
        await self.api.stop()

    @property
    def _who(self) -> dict[str, Any]:
        person = {"id": self.person.id, "is_bot": False, "first_name": "Nare", "language_code": self.language}
        return {"from": person, "chat": {"id": self.person.id, "type": "private", "first_name": "Nare"}}

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        return self.inbound(body, {HEADER: SECRET, "content-type": "application/json"}, url=url)

    def _update(self, number: int, **content: Any) -> Inbound:
        return self.proved(json.dumps({"update_id": number, **content}).encode())

    def _note(self, number: int, **content: Any) -> Inbound:
        return self._update(number, message={"message_id": number, **self._who, "date": self.seconds, **content})

    def write(self, text: str, number: int) -> Inbound:
        return self._note(number, text=text)

    def opens(self, number: int, language: str) -> Inbound:
        self.language = language
        return self.write("/start", number)

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        bot = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "Dragoman"}
        note = {**self._who, "message_id": 5, "from": bot, "date": self.seconds, "text": "x"}
        query = {"id": str(number), "from": self._who["from"], "chat_instance": "1", "message": note, "data": gives}
        return self._update(number, callback_query=query)

    def picture(self, number: int) -> Inbound:
        sizes = [{"file_id": f"P{n}", "file_unique_id": f"u{n}", "width": n, "height": n} for n in (90, 800)]
        return self._note(number, photo=sizes, caption="my tooth")

    def leaves(self, number: int) -> Inbound:
        bot = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "Dragoman"}
        change = {**self._who, "date": self.seconds, "old_chat_member": {"user": bot, "status": "member"},
                  "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0}}  # fmt: skip
        return self._update(number, my_chat_member=change)

    def forgeries(self, inbound: Inbound) -> Mapping[str, Inbound]:
        wrong = {"nothing": {}, "another": {HEADER: "another"}, "longer": {HEADER: SECRET + "x"},
                 "half of another": {HEADER: SECRET[:12] + "x" * (len(SECRET) - 12)}, "empty": {HEADER: ""},
                 "twice": {HEADER: f"{SECRET}, {SECRET}"}, "no ASCII": {HEADER: "սեղան"}}  # fmt: skip
        return {what: self.inbound(inbound.body, headers) for what, headers in wrong.items()}

    def samples(self) -> Sequence[Inbound]:
        other = {"id": 7, "is_bot": False, "first_name": "Ani"}
        group = {"id": -1001, "type": "supergroup", "title": "Staff", "is_forum": True}
        in_group = {"message_id": 9, "from": other, "chat": group, "date": self.seconds, "message_thread_id": 4}
        return [
            self.write("Բարև, мир 😀", 1), self.press("5.0", 2), self.picture(3), self.leaves(4),
            self._note(5, contact={"phone_number": "37491123456", "first_name": "Nare", "user_id": self.person.id}),
            self._note(6, location={"latitude": 40.1, "longitude": 44.5}),
            self._note(7, document={"file_id": "D", "file_unique_id": "d", "file_name": "x.pdf", "file_size": 3}),
            self._note(8, voice={"file_id": "V", "file_unique_id": "v", "duration": 2, "mime_type": "audio/ogg"}),
            self._note(9, text="/start promo_7", entities=[{"type": "bot_command", "offset": 0, "length": 6}]),
            self._update(10, edited_message={"message_id": 1, **self._who, "date": 1, "edit_date": 2, "text": "Hi"}),
            self._update(11, message={**in_group, "text": "Good morning", "is_topic_message": True}),
            self._update(12, message={**in_group, "forum_topic_closed": {}}),
            self._update(13, my_chat_member={"chat": group, "from": other, "date": 1, "old_chat_member": {
                "user": other, "status": "left"}, "new_chat_member": {"user": other, "status": "member"}}),
            self._update(14, channel_post={"message_id": 1, "chat": {"id": -1002, "type": "channel"}, "date": 1}),
        ]  # fmt: skip

    @property
    def shown(self) -> Sequence[Shown]:
        screen = [shown(each) for each in self.person.screen if each.by_bot]
        if self.person.keys and screen:
            typed = tuple(Option(key, "") for key in self.person.keys if key != SHARE)
            words = "\n".join([screen[-1].text, *(each.label for each in typed)])
            screen[-1] = Shown(words, typed, screen[-1].files)
        return screen

    def fails(self, fault: Fault) -> None:
        self.api.faults.once("sendMessage", FAULTS[fault])

    def unused(self) -> Sequence[object]:
        return self.api.faults.left


def shown(seen: Seen) -> Shown:
    """A message of the bot as the customer has it before them."""
    rows = seen.body.get("reply_markup", {}).get("inline_keyboard", [])
    options = [Option(key["text"], key.get("callback_data", key.get("url", ""))) for row in rows for key in row]
    labels = "\n".join(each.label for each in options)
    links = "\n".join(key.get("url", "") for row in rows for key in row)
    where = seen.body.get("location")
    place = f"{where['latitude']:.6f}, {where['longitude']:.6f}" if where else ""
    files = (seen.kind,) if seen.kind in {"photo", "document", "voice", "video"} else ()
    return Shown(f"{seen.text}\n{labels}\n{links}\n{place}", tuple(options), files)
