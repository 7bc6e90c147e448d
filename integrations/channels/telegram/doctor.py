"""How an account stands with Telegram: its token, the way its updates take, what the bot may do in the operators' group."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from bot.net.lines import Broken, Unreached
from bot.ports.accounts import Memory
from bot.ports.doctor import Finding
from integrations.channels.telegram.account import Bot
from integrations.channels.telegram.client import Answer, Client
from integrations.channels.telegram.setup import choose_way, introduce, name_commands
from integrations.channels.telegram.updates import KINDS

USUAL = frozenset(KINDS) - {"chat_member"}
"""The kinds that come when nobody has asked for any."""


class Way(msgspec.Struct, frozen=True):
    """What Telegram answers to getWebhookInfo."""

    url: str = ""
    pending_update_count: int = 0
    last_error_date: int = 0
    last_error_message: str = ""
    allowed_updates: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """What we are in a group."""

    status: str = ""
    can_manage_topics: bool = False
    can_delete_messages: bool = False


class Group(msgspec.Struct, frozen=True):
    """A group, as far as it matters."""

    is_forum: bool = False


class Doctor:
    """Looks at one account; see `Doctored`."""

    def __init__(self, bot: Bot, client: Client, memory: Memory) -> None:
        self._bot, self._client, self._memory = bot, client, memory

    async def examine(self) -> Sequence[Finding]:
        """Look, and change nothing."""
        try:
            answer, username = await introduce(self._client)
            if not answer.ok:
                return [refused("the token", answer, "@BotFather shows it under /mybots, API Token; set it anew")]
            found = [Finding(fine=True, what=f"the token is that of @{username}"), *await self._way()]
            return [*found, *await self._group()] if self._bot.staff_group else found
        except (Unreached, Broken):
            return [unreachable()]

    async def connect(self) -> Sequence[Finding]:
        """Say where updates are to go and which commands there are; behind a bridge that is left to the other program."""
        if self._bot.mode == "bridge":
            return [Finding(fine=True, what="nothing is to be set up: the other program holds the bot")]
        try:
            answer = await choose_way(self._client, self._bot)
            if not answer.ok:
                return [refused("the way of the updates", answer, "look at the token and the public address")]
            await name_commands(self._client, self._bot, self._memory)
        except (Unreached, Broken):
            return [unreachable()]
        way = f"delivered to {self._bot.hook_url}" if self._bot.delivered else "fetched"
        return [Finding(fine=True, what=f"updates are {way}")]

    async def _way(self) -> Sequence[Finding]:
        answer = await self._client.call("getWebhookInfo", {})
        if not answer.ok:
            return [refused("the way of the updates", answer, "try again later")]
        return list(self._ways(msgspec.json.decode(answer.result, type=Way)))

    def _ways(self, way: Way) -> Iterator[Finding]:
        wanted = self._bot.hook_url if self._bot.mode == "webhook" else ""
        if self._bot.mode == "bridge":
            yield Finding(fine=True, what="updates come by the other program")
        elif way.url == wanted:
            yield Finding(fine=True, what=f"updates are delivered to {wanted}" if wanted else "updates are fetched")
        else:
            where = "to another address than ours" if way.url else "to nobody"
            yield Finding(
                fine=False, what=f"updates are delivered {where}", how="start the bot, or connect the account"
            )
        missing = sorted(USUAL - set(way.allowed_updates)) if way.allowed_updates else []
        if missing:
            how = "let the program that fetches them ask for them (allowed_updates)"
            yield Finding(fine=False, what=f"Telegram keeps back {', '.join(missing)}", how=how)
        if way.last_error_date and way.pending_update_count:
            at = datetime.fromtimestamp(way.last_error_date, UTC)
            what = f"{way.pending_update_count} updates wait; Telegram says of {at:%Y-%m-%d %H:%M} UTC: "
            yield Finding(fine=False, what=what + way.last_error_message[:200], how="see that our address answers")

    async def _group(self) -> Sequence[Finding]:
        group = self._bot.staff_group
        chat = await self._client.call("getChat", {"chat_id": group})
        place = await self._client.call("getChatMember", {"chat_id": group, "user_id": self._bot.number})
        if not chat.ok or not place.ok:
            how = "add the bot to the group, and look at the group's id"
            return [refused("the operators' group", place if chat.ok else chat, how)]
        return list(rights(msgspec.json.decode(chat.result, type=Group), msgspec.json.decode(place.result, type=Place)))


def rights(group: Group, place: Place) -> Iterator[Finding]:
    """What the bot lacks in the operators' group."""
    if not group.is_forum:
        yield Finding(fine=False, what="the operators' group has no topics", how="switch them on in its settings")
    may = {"manage topics": place.can_manage_topics, "delete messages": place.can_delete_messages}
    lacking = [] if place.status == "creator" else [name for name, it_may in may.items() if not it_may]
    if lacking:
        how = "make it an administrator with these rights"
        yield Finding(fine=False, what=f"in the operators' group the bot may not {' or '.join(lacking)}", how=how)
    elif group.is_forum:
        yield Finding(fine=True, what="the bot may do its work in the operators' group")


def refused(what: str, answer: Answer, how: str) -> Finding:
    """Telegram says no."""
    return Finding(fine=False, what=f"{what}: Telegram answers «{answer.description[:200]}»", how=how)


def unreachable() -> Finding:
    """Telegram does not answer."""
    return Finding(
        fine=False, what="Telegram cannot be reached", how="look at the net, and at the address of the Bot API"
    )
