"""What Telegram is told when an account starts: who we are, where to deliver, which commands there are."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import structlog

from bot.ports.accounts import Commands, Memory
from integrations.channels.telegram.account import Bot
from integrations.channels.telegram.client import Answer, Client
from integrations.channels.telegram.updates import KINDS

log = structlog.get_logger()

CONNECTIONS = 100  # what may be delivered side by side; what is accepted together commits together


class Me(msgspec.Struct, frozen=True):
    """Our own account there."""

    username: str = ""


async def introduce(client: Client) -> tuple[Answer, str]:
    """Ask who we are: the answer, and our username when it is a good one. Raises as `Client.call`."""
    answer = await client.call("getMe", {})
    return answer, msgspec.json.decode(answer.result, type=Me).username if answer.ok else ""


async def choose_way(client: Client, bot: Bot) -> Answer:
    """Say how updates are to come; those that wait already stay. Raises as `Client.call`.

    Behind a bridge nothing is said: the way belongs to the other program.
    """
    if bot.mode == "bridge":
        return Answer(ok=True)
    if bot.mode == "polling":
        return await client.call("deleteWebhook", {"drop_pending_updates": False})
    fields = {
        "url": bot.hook_url,
        "secret_token": bot.secret,
        "allowed_updates": list(KINDS),
        "max_connections": CONNECTIONS,
    }
    return await client.call("setWebhook", fields)


async def name_commands(client: Client, bot: Bot, memory: Memory) -> None:
    """Set the lists of commands unless they were set so before. Raises as `Client.call`."""
    if bot.mode == "bridge":
        return  # they are the other program's
    lists = [*_lists({"type": "all_private_chats"}, bot.commands)]
    if bot.staff_group:
        lists += _lists({"type": "chat", "chat_id": bot.staff_group}, bot.staff_commands)
    digest = hashlib.sha256(msgspec.json.encode([bot.number, lists])).hexdigest()
    name = f"telegram_commands/{bot.id}"
    if not lists or await memory.get(name) == digest:
        return
    for each in lists:
        answer = await client.call("setMyCommands", each)
        if not answer.ok:
            log.warning("Telegram did not take the commands", account=bot.id, reason=answer.description)
            return
    await memory.set(name, digest)


def _lists(scope: dict[str, Any], commands: Commands) -> Iterator[dict[str, Any]]:
    """A list for each language, and the first language's for everybody else."""
    for n, (language, described) in enumerate(commands.items()):
        entries = [{"command": command, "description": words} for command, words in described.items()]
        if not n:
            yield {"scope": scope, "commands": entries}
        yield {"scope": scope, "commands": entries, "language_code": language}
