"""Methods for the topics of a forum."""

from tests.standins.telegram.chats import GroupChat, Topic
from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import bad_request
from tests.standins.telegram.wire import Json

COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
NAME_UNITS = 128


def create_forum_topic(call: Call) -> Json:
    """A new topic. The bot is told of it as of what others do."""
    chat = call.writable()
    if not isinstance(chat, GroupChat) or not chat.forum:
        raise bad_request("the chat is not a forum")
    name = _name(call)
    if not name:
        raise bad_request("TOPIC_TITLE_EMPTY")
    colour = call.arguments.number("icon_color") or COLOURS[0]
    if colour not in COLOURS:
        raise bad_request("invalid icon color specified")
    if not chat.members[call.bot.id].may("can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    call.admit(chat)
    emoji = call.arguments.text("icon_custom_emoji_id")
    topic = chat.open_topic(name, colour, emoji, sender=call.bot.user, bot=call.bot.id)
    call.world.tell(chat, chat.messages[topic.id])
    answer: Json = {"message_thread_id": topic.id, "name": name, "icon_color": colour}
    return answer | ({"icon_custom_emoji_id": emoji} if emoji else {})


def edit_forum_topic(call: Call) -> bool:
    """Another name; an empty one keeps the old."""
    chat, topic = _mine(call)
    name, emoji = _name(call) or topic.name, call.arguments.text("icon_custom_emoji_id") or topic.emoji
    if (name, emoji) == (topic.name, topic.emoji):
        raise bad_request("TOPIC_NOT_MODIFIED")
    change = {"name": name} if name != topic.name else {}
    topic.name, topic.emoji = name, emoji
    return _say(call, chat, topic, "forum_topic_edited", change)


def close_forum_topic(call: Call) -> bool:
    """Close it: only administrators can write there then."""
    return _set_closed(call, "forum_topic_closed", closed=True)


def reopen_forum_topic(call: Call) -> bool:
    """Open it again."""
    return _set_closed(call, "forum_topic_reopened", closed=False)


def delete_forum_topic(call: Call) -> bool:
    """Take it away with all its messages; nobody is told."""
    chat, topic = call.topic()
    if not chat.members[call.bot.id].may("can_delete_messages"):
        raise bad_request("not enough rights to delete a topic")
    chat.delete_topic(topic.id)
    return True


def _set_closed(call: Call, service: str, *, closed: bool) -> bool:
    chat, topic = _mine(call)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    return _say(call, chat, topic, service, {})


def _mine(call: Call) -> tuple[GroupChat, Topic]:
    """The topic, when the bot may manage it: by right, or because it made it."""
    chat, topic = call.topic()
    if not chat.members[call.bot.id].may("can_manage_topics") and topic.creator != call.bot.id:
        raise bad_request("not enough rights to edit the topic")
    return chat, topic


def _say(call: Call, chat: GroupChat, topic: Topic, service: str, content: Json) -> bool:
    posted = chat.post({service: content}, sender=call.bot.user, bot=call.bot.id, topic=topic.id)
    call.world.tell(chat, posted)
    return True


def _name(call: Call) -> str:
    name = call.arguments.text("name").strip()
    if len(name) > NAME_UNITS:
        raise bad_request("topic name must be at most 128 characters")
    return name
