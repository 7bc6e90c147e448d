"""The service that the server stands for: the bot `TOKEN`, and people and groups that can be made at any time."""

from pathlib import Path

import aiohttp

from tests.standins.telegram.chats import GroupChat, Member
from tests.standins.telegram.firms import Owner
from tests.standins.telegram.groups import Group
from tests.standins.telegram.people import Person
from tests.standins.telegram.record import Record
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import Bot, World

TOKEN = "1234567890:TEST-token_for_the_stand-in-00000000"


class Service(World):
    """The world with who uses it."""

    def __init__(self, *, keep: int | None = None, journal: Path | None = None) -> None:
        super().__init__(Record(keep, journal))
        self.bot = self.add_bot(TOKEN, "dragoman_test_bot", "Dragoman")
        self.people: dict[int, Person] = {}
        self.gatherings: dict[int, Group] = {}
        self.url = ""

    def person(self, name: str, *, language: str = "", username: str = "", bot: Bot | None = None) -> Person:
        """A new person, who has not written to the bot yet."""
        user: Json = {"id": next(self.numbers), "is_bot": False, "first_name": name}
        user |= {"language_code": language} if language else {}
        user |= {"username": username} if username else {}
        self.users[user["id"]] = user
        self.people[user["id"]] = Person(self, user, bot or self.bot)
        return self.people[user["id"]]

    def owner(self, name: str, *, bot: Bot | None = None) -> Owner:
        """A new person with Telegram Business, who has not connected the bot yet."""
        return Owner(self, {"id": next(self.numbers), "is_bot": False, "first_name": name}, bot or self.bot)

    def group(
        self,
        title: str,
        *,
        forum: bool = False,
        basic: bool = False,
        bot_status: str = "administrator",
        members: dict[Person, str] | None = None,
    ) -> Group:
        """A new group with an owner; the bot is in it already, unless `bot_status` is `left`. Nobody is told of it."""
        number = next(self.numbers) % 1_000_000_000
        chat = GroupChat(-number if basic else -1_001_000_000_000 - number, title, self.clock, forum=forum)
        owner = self.person("Owner")
        places = {owner: "creator"} | (members or {})
        chat.members = {who.id: Member(who.user, status) for who, status in places.items()}
        chat.members[self.bot.id] = Member(self.bot.user, bot_status)
        self.groups[chat.id] = chat
        self.gatherings[chat.id] = Group(self, chat, owner)
        return self.gatherings[chat.id]

    async def forge(self, url: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Post anything to a webhook as if it came from Telegram; gives the status and the body of the answer."""
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
            return response.status, await response.read()
