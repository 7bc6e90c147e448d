"""Buttons: inline keyboards under messages, and reply keyboards in place of the letters."""

from typing import Any

from tests.standins.telegram.arguments import Arguments
from tests.standins.telegram.refusals import bad_request
from tests.standins.telegram.wire import Json

MAX_BUTTONS = 100
DATA_BYTES = 64
COPY_UNITS = 256
ONLY_IN_PRIVATE = ("request_contact", "request_location", "web_app")
ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def read_markup(arguments: Arguments, *, private: bool, only_inline: bool = False) -> Json | None:
    """The keyboard that came with a call, or None; raises `Refused` for what the real server would not take."""
    given = arguments.data("reply_markup")
    if given is None or given == {}:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        rows = [[_inline(button, private=private) for button in row] for row in _rows(given, "inline_keyboard")]
        return {"inline_keyboard": [row for row in rows if row]}
    if only_inline:
        raise bad_request("inline keyboard expected")
    if "keyboard" in given:
        rows = [[_key(button, private=private) for button in row] for row in _rows(given, "keyboard")]
        return given | {"keyboard": rows}
    if given.get("remove_keyboard") or given.get("force_reply"):
        return given
    return None


def _rows(given: Json, name: str) -> list[list[Any]]:
    rows = given[name]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" must be an Array of Arrays')
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _key(button: Any, *, private: bool) -> Json:
    key = {"text": button} if isinstance(button, str) else button
    if not isinstance(key, dict) or not key.get("text"):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not private and any(key.get(name) for name in ONLY_IN_PRIVATE):
        raise bad_request("phone number can be requested in private chats only")
    return key


def _inline(button: Any, *, private: bool) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not button.get("text"):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    actions = [name for name in ACTIONS if name in button]
    if not actions or button.get("callback_data") == "":
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    _check_action(button, actions[0], private=private)
    return button


def _check_action(button: Json, action: str, *, private: bool) -> None:
    value = button[action]
    if action == "callback_data" and len(str(value).encode()) > DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "web_app" and not private:
        raise bad_request("BUTTON_TYPE_INVALID")
    if action == "copy_text" and not 0 < len(str(value.get("text", ""))) <= COPY_UNITS:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    address = value.get("url", "") if action == "web_app" else value if action == "url" else None
    if address is not None and not str(address).startswith(("http://", "https://", "tg://", "mailto:", "tel:")):
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")
