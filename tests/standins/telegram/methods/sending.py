"""Methods that add a message."""

from functools import partial

from tests.standins.telegram.business import BusinessChat
from tests.standins.telegram.chats import Chat, Posted, PrivateChat
from tests.standins.telegram.files import described
from tests.standins.telegram.markups import read_markup
from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import bad_request
from tests.standins.telegram.texts import read_caption, read_text
from tests.standins.telegram.wire import Json, picked

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(call: Call) -> Json:
    """A text."""
    return _post(call, read_text(call.arguments)).body


def send_file(call: Call, kind: str) -> Json:
    """A picture, a file, a voice message, a film; with a caption."""
    stored = call.world.files.given(kind, call.arguments)
    return _post(call, described(stored) | read_caption(call.arguments)).body


send_photo = partial(send_file, kind="photo")
send_document = partial(send_file, kind="document")
send_voice = partial(send_file, kind="voice")
send_video = partial(send_file, kind="video")
send_audio = partial(send_file, kind="audio")


def send_location(call: Call) -> Json:
    """A place on the map."""
    place = {}
    for name in ("latitude", "longitude"):
        value = call.arguments.real(name)
        if value is None:
            raise bad_request(f"{name} is empty")
        place[name] = value
    return _post(call, {"location": place}).body


def send_contact(call: Call) -> Json:
    """Somebody's name and phone."""
    contact = {name: call.arguments.text(name) for name in ("phone_number", "first_name", "last_name")}
    if not contact["phone_number"]:
        raise bad_request("phone number is empty")
    if not contact["first_name"]:
        raise bad_request("first name is empty")
    return _post(call, {"contact": {name: value for name, value in contact.items() if value}}).body


def copy_message(call: Call) -> Json:
    """The content of another message, without its author."""
    posted = call.message(call.chat("from_chat_id"), "message to copy")
    names = ("text", "entities", "caption", "caption_entities", "photo", "document", "voice", "video", "audio")
    content = picked(posted.body, *names, "sticker", "location", "contact")
    if not content:
        raise bad_request("message can't be copied")
    if "caption" in call.arguments:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= read_caption(call.arguments)
    return {"message_id": _post(call, content).id}


def send_chat_action(call: Call) -> bool:
    """Show that the bot is typing."""
    action = call.arguments.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat, _ = call.place()
    if isinstance(chat, PrivateChat):
        chat.action = action
    return True


def _post(call: Call, content: Json) -> Posted:
    chat, topic = call.place()
    private = call.is_private(chat)
    markup = read_markup(call.arguments, private=private)
    reply_to = _answered(call, chat)
    sender = call.bot.user
    if isinstance(chat, BusinessChat):
        if markup and "inline_keyboard" not in markup:
            raise bad_request("reply keyboards aren't supported on behalf of a business account")  # the words are ours
        sender, content = chat.connection.owner, content | {"sender_business_bot": call.bot.user}
    call.admit(chat)
    if markup and "inline_keyboard" in markup:
        content = content | {"reply_markup": markup}
    elif markup and "force_reply" not in markup:
        chat.keyboard = markup if "keyboard" in markup else None
    if isinstance(chat, PrivateChat):
        chat.action = ""
    if call.arguments.flag("protect_content"):
        content = content | {"has_protected_content": True}
    return chat.post(content, sender=sender, bot=call.bot.id, topic=topic, reply_to=reply_to)


def _answered(call: Call, chat: Chat) -> Posted | None:
    given = call.arguments.data("reply_parameters") or {
        "message_id": call.arguments.number("reply_to_message_id"),
        "allow_sending_without_reply": call.arguments.flag("allow_sending_without_reply"),
    }
    number = int(given.get("message_id") or 0)
    if number and number not in chat.messages and not given.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return chat.messages.get(number)
