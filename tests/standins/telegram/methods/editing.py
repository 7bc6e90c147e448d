"""Methods that change or take away a message, and that answer a button."""

from collections.abc import Callable

from tests.standins.telegram.chats import Chat, GroupChat, Posted, PrivateChat
from tests.standins.telegram.markups import read_markup
from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import bad_request
from tests.standins.telegram.texts import read_caption, read_text
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import DAY_SECONDS, PRESS_SECONDS

MOST_AT_ONCE = 100
DELETE_SECONDS = 2 * DAY_SECONDS
ANSWER_UNITS = 200
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def edit_message_text(call: Call) -> Json:
    """Another text; buttons that are not given again are gone."""
    content = read_text(call.arguments)

    def change(body: Json) -> Json:
        if "text" not in body:
            raise bad_request("there is no text in the message to edit")
        return {name: value for name, value in body.items() if name not in {"text", "entities"}} | content

    return _edit(call, change)


def edit_message_caption(call: Call) -> Json:
    """Another caption; buttons that are not given again are gone."""
    content = read_caption(call.arguments)

    def change(body: Json) -> Json:
        if not any(kind in body for kind in ("photo", "document", "voice", "video", "audio")):
            raise bad_request("there is no caption in the message to edit")
        return {name: value for name, value in body.items() if not name.startswith("caption")} | content

    return _edit(call, change)


def edit_message_reply_markup(call: Call) -> Json:
    """Other buttons, or none."""
    return _edit(call, lambda body: body)


def delete_message(call: Call) -> bool:
    """Take a message away: the bot's own within 48 hours, others' where it may."""
    if not call.arguments.number("message_id"):
        raise bad_request("message identifier is not specified")
    chat = call.world.chat(call.bot, call.arguments.text("chat_id"))  # it knows of no business connection
    call.world.check_writable(call.bot, chat)
    posted = call.message(chat, "message to delete")
    too_old = call.world.clock.now() - posted.body["date"] > DELETE_SECONDS
    may_all = isinstance(chat, GroupChat) and chat.members[call.bot.id].may("can_delete_messages")
    if not may_all and (too_old or not (isinstance(chat, PrivateChat) or posted.bot == call.bot.id)):
        raise bad_request("message can't be deleted for everyone" if too_old else "message can't be deleted")
    chat.delete(posted.id)
    return True


def delete_business_messages(call: Call) -> bool:
    """Take messages away from a chat of somebody who has connected the bot; there is no other way there."""
    numbers = call.arguments.data("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_AT_ONCE:
        raise bad_request("message identifiers are not specified")
    connection = call.world.connections.get(call.arguments.text("business_connection_id"))
    if connection is None or not connection.enabled:
        raise bad_request("business connection not found")
    for chat in connection.chats.values():
        for number in set(map(int, numbers)) & set(chat.messages):
            chat.delete(number)
    return True


def answer_callback_query(call: Call) -> bool:
    """End the waiting of who pressed a button, with a word if there is one."""
    press = call.bot.presses.get(call.arguments.text("callback_query_id"))
    if press is None or call.world.clock.now() - press.at > PRESS_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.arguments.text("text")
    if len(text) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = {"text": text, "show_alert": call.arguments.flag("show_alert"), "url": call.arguments.text("url")}
    press.chat.ring()
    return True


def _edit(call: Call, change: Callable[[Json], Json]) -> Json:
    if not call.arguments.number("message_id"):
        raise bad_request("message identifier is not specified")
    chat = call.chat()
    if isinstance(chat, GroupChat):
        call.world.check_writable(call.bot, chat)
    posted = call.message(chat, "message to edit")
    if posted.bot != call.bot.id or "forum_topic_created" in posted.body:
        raise bad_request("message can't be edited")
    markup = read_markup(call.arguments, private=call.is_private(chat), only_inline=True)
    body = change({name: value for name, value in posted.body.items() if name != "reply_markup"})
    if markup and markup["inline_keyboard"]:
        body |= {"reply_markup": markup}
    return _changed(call, chat, posted, body)


def _changed(call: Call, chat: Chat, posted: Posted, body: Json) -> Json:
    if body == posted.body:
        raise bad_request(NOT_MODIFIED)
    call.admit(chat)
    chat.edit(posted, body)
    return posted.body
