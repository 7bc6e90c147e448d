"""Methods about the bot itself: its name, commands and descriptions."""

import re

from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import bad_request
from tests.standins.telegram.wire import Json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION_UNITS = 256
MOST_COMMANDS = 100
SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
LONGEST = {"description": 512, "short_description": 120}


def get_me(call: Call) -> Json:
    """Who the bot is."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return call.bot.user | abilities


def set_my_commands(call: Call) -> bool:
    """The list for a scope and a language; it replaces the one before."""
    commands = call.arguments.data("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("too many commands specified")
    for one in commands:
        if not COMMAND.fullmatch(str(one.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= DESCRIPTION_UNITS:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[_scope(call), _language(call)] = commands
    return True


def get_my_commands(call: Call) -> list[Json]:
    """The list of exactly this scope and language; empty when none was set."""
    return call.bot.commands.get((_scope(call), _language(call)), [])


def delete_my_commands(call: Call) -> bool:
    """Take the list away."""
    call.bot.commands.pop((_scope(call), _language(call)), None)
    return True


def set_description(call: Call, name: str) -> bool:
    """What stands in an empty chat, or on the bot's card."""
    text = call.arguments.text(name)
    if len(text) > LONGEST[name]:
        raise bad_request("bot description is too long")
    call.bot.descriptions[name, _language(call)] = text
    return True


def get_description(call: Call, name: str) -> Json:
    """What was set, or what was set for no language."""
    own = call.bot.descriptions.get((name, _language(call)))
    return {name: own or call.bot.descriptions.get((name, ""), "")}


def _scope(call: Call) -> str:
    scope = call.arguments.data("scope") or {"type": "default"}
    kind = str(scope.get("type", ""))
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if any(not scope.get(name) for name in SCOPES[kind]):
        raise bad_request("can't parse BotCommandScope: Empty chat_id specified")
    return ":".join([kind, *(str(scope[name]) for name in SCOPES[kind])])


def _language(call: Call) -> str:
    code = call.arguments.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code
