"""A person with Telegram in her hand, alone with a bot: what she does becomes updates, what she sees is `screen`."""

from tests.standins.telegram.chats import Member, Posted, PrivateChat
from tests.standins.telegram.files import described
from tests.standins.telegram.listening import Listener
from tests.standins.telegram.seen import Seen, seen
from tests.standins.telegram.texts import found_entities
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import Bot, Press, World


class Impossible(AssertionError):
    """A person cannot do this: there is no such button, or she has blocked the bot."""


def said(text: str) -> Json:
    """The content of a text that somebody typed."""
    entities = found_entities(text)
    return {"text": text} | ({"entities": entities} if entities else {})


def carried(world: World, kind: str, content: bytes, *, caption: str = "", name: str = "", mime: str = "") -> Json:
    """The content of a file that somebody sent."""
    stored = world.files.keep(kind, content, name=name, mime=mime)
    about = described(stored)
    return about | ({"caption": caption, "caption_entities": found_entities(caption)} if caption else {})


class Person(Listener):
    """One person; her acts are with `bot`. She opens the chat by writing, as `starts` does."""

    def __init__(self, world: World, user: Json, bot: Bot) -> None:
        super().__init__()
        self.user = user
        self.bot = bot
        self._world = world

    @property
    def id(self) -> int:
        """Her number, which is also that of the chat."""
        return int(self.user["id"])

    @property
    def chat(self) -> PrivateChat:
        """Her chat with the bot; raises `Impossible` before she opened it."""
        found = self._world.privates.get((self.bot.id, self.id))
        if found is None:
            raise Impossible(f"{self.user['first_name']} has not written to the bot yet")
        return found

    @property
    def screen(self) -> tuple[Seen, ...]:
        """What stands in the chat now, the oldest first."""
        return tuple(seen(one) for one in self.chat.messages.values())

    @property
    def keyboard(self) -> tuple[tuple[str, ...], ...]:
        """The labels of the keys that the bot has put in place of the letters, row by row."""
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        return tuple(tuple(str(key["text"]) for key in row) for row in rows)

    @property
    def keys(self) -> tuple[str, ...]:
        """The same labels in one row."""
        return tuple(label for row in self.keyboard for label in row)

    def starts(self, payload: str = "") -> Seen:
        """Press Start, perhaps after a link with a payload."""
        if self._opened().blocked:
            self.unblocks()
        return self.says(f"/start {payload}".strip())

    def says(self, text: str) -> Seen:
        """Write."""
        return self._send(said(text))

    def replies(self, to: Seen | int, text: str) -> Seen:
        """Write as an answer to a message."""
        return self._send(said(text), reply_to=self._at(to))

    def edits(self, message: Seen | int, text: str) -> Seen:
        """Change what she wrote."""
        posted = self._at(message)
        kept = {name: value for name, value in posted.body.items() if name not in {"text", "entities"}}
        self.chat.edit(posted, kept | said(text))
        self._world.tell(self.chat, posted, "edited_message")
        return seen(posted)

    def deletes(self, message: Seen | int) -> None:
        """Take a message away for both; the bot is not told."""
        self.chat.delete(self._at(message).id)

    def presses(self, label: str) -> Press | Seen:
        """Press the newest button of this label (or this data), or the key of this label, which then is sent as text."""
        for posted in self.chat.newest_first():
            for button in _buttons(posted):
                if label in {button["text"], button.get("callback_data")}:
                    return self._press(posted, button)
        for row in (self.chat.keyboard or {}).get("keyboard", []):
            for key in row:
                if key["text"] == label:
                    return self._type(key)
        raise Impossible(f"there is no button {label!r}; there are {[b['text'] for b in self._all_buttons()]}")

    def presses_gone(self, message_id: int, data: str) -> Press:
        """Press a button of a message that the bot cannot see any more."""
        message = {"chat": self.chat.as_json(), "message_id": message_id, "date": 0}
        return self._world.tell_press(self.bot, self.user, self.chat, message, data)

    def shares_contact(self, phone: str = "+37491123456") -> Seen:
        """Send her own phone, as the button for it does."""
        return self.sends_contact(phone, str(self.user["first_name"]), of=self.id)

    def sends_contact(self, phone: str, name: str, *, of: int | None = None) -> Seen:
        """Send a card from her address book; `of` is the number of its owner in Telegram."""
        card = {"phone_number": phone.removeprefix("+"), "first_name": name} | ({"user_id": of} if of else {})
        return self._send({"contact": card})

    def sends_location(self, latitude: float, longitude: float) -> Seen:
        """Send a place."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    def sends_photo(self, content: bytes, caption: str = "", *, album: str = "") -> Seen:
        """Send a picture, perhaps as one of an album."""
        about = carried(self._world, "photo", content, caption=caption)
        return self._send(({"media_group_id": album} if album else {}) | about)

    def sends_document(self, content: bytes, name: str, mime: str, caption: str = "") -> Seen:
        """Send a file."""
        return self._send(carried(self._world, "document", content, caption=caption, name=name, mime=mime))

    def sends_voice(self, content: bytes) -> Seen:
        """Send a voice message."""
        return self._send(carried(self._world, "voice", content))

    def sends_video(self, content: bytes, caption: str = "") -> Seen:
        """Send a film."""
        return self._send(carried(self._world, "video", content, caption=caption, name="film.mp4"))

    def sends(self, content: Json) -> Seen:
        """Send anything else in the form of the Bot API, such as a sticker or what a later version brings."""
        return self._send(content)

    def blocks(self) -> None:
        """Block the bot."""
        self._turn(blocked=True)

    def unblocks(self) -> None:
        """Let it write again."""
        self._turn(blocked=False)

    def goes(self) -> None:
        """Delete her account."""
        self._world.deactivated.add(self.id)

    def _turn(self, *, blocked: bool) -> None:
        chat = self.chat
        places = [Member(self.bot.user, "kicked" if was else "member").as_json() for was in (chat.blocked, blocked)]
        chat.blocked = blocked
        self._world.tell_member(chat, self.user, *places)

    def _opened(self) -> PrivateChat:
        return self._world.private(self.bot, self.user)

    def _send(self, content: Json, *, reply_to: Posted | None = None) -> Seen:
        chat = self._opened()
        if chat.blocked:
            raise Impossible("she has blocked the bot and cannot write to it")
        posted = chat.post(content, sender=self.user, reply_to=reply_to)
        self._world.tell(chat, posted)
        return seen(posted)

    def _press(self, posted: Posted, button: Json) -> Press:
        if "callback_data" not in button:
            raise Impossible(f"the button {button['text']!r} tells the bot nothing")
        return self._world.tell_press(self.bot, self.user, self.chat, posted.body, button["callback_data"])

    def _type(self, key: Json) -> Seen:
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None
        if key.get("request_contact"):
            return self.shares_contact()
        if key.get("request_location"):
            return self.sends_location(40.1792, 44.4991)
        return self.says(str(key["text"]))

    def sends_album(self, *pictures: bytes, caption: str = "", album: str = "1330") -> tuple[Seen, ...]:
        """Send several pictures in one go; each comes as a message of its own, the first with the words."""
        return tuple(self.sends_photo(each, "" if n else caption, album=album) for n, each in enumerate(pictures))

    def _all_buttons(self) -> list[Json]:
        return [button for posted in self.chat.messages.values() for button in _buttons(posted)]

    def _at(self, message: Seen | int) -> Posted:
        number = message if isinstance(message, int) else message.message_id
        if number not in self.chat.messages:
            raise Impossible(f"there is no message {number}")
        return self.chat.messages[number]

    def _listens_to(self) -> PrivateChat:
        return self._opened()


def _buttons(posted: Posted) -> list[Json]:
    rows = posted.body.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
