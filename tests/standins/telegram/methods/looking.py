"""Methods that look at chats, members and files."""

from tests.standins.telegram.chats import GroupChat, Member, PrivateChat
from tests.standins.telegram.files import DOWNLOAD_BYTES
from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import bad_request, forbidden
from tests.standins.telegram.wire import Json

NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def get_chat(call: Call) -> Json:
    """Everything about a chat."""
    chat = call.chat()
    if isinstance(chat, GroupChat):
        _check_inside(call, chat)
    return chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}


def get_chat_member(call: Call) -> Json:
    """Somebody's place in a chat."""
    chat, number = call.chat(), call.arguments.number("user_id")
    if isinstance(chat, PrivateChat):
        if number not in {chat.id, call.bot.id}:
            raise bad_request("member not found")
        return Member(chat.user if number == chat.id else call.bot.user, "member").as_json()
    if not isinstance(chat, GroupChat):
        raise bad_request("chat not found")
    _check_inside(call, chat)
    if number in chat.members:
        return chat.members[number].as_json()
    if number not in call.world.users:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return Member(call.world.users[number], "left").as_json()


def get_chat_administrators(call: Call) -> list[Json]:
    """The people who run a group, and the bot when it does; other bots are not told of."""
    chat = call.chat()
    if not isinstance(chat, GroupChat):
        raise bad_request("there are no administrators in the private chat")
    _check_inside(call, chat)
    return [
        member.as_json()
        for member in chat.members.values()
        if member.status in {"creator", "administrator"}
        and (not member.user["is_bot"] or member.user["id"] == call.bot.id)
    ]


def get_chat_member_count(call: Call) -> int:
    """How many are in it."""
    chat = call.chat()
    if not isinstance(chat, GroupChat):
        return 2
    return sum(member.inside for member in chat.members.values())


def leave_chat(call: Call) -> bool:
    """Go out of a group."""
    chat = call.chat()
    if not isinstance(chat, GroupChat):
        raise bad_request("chat member status can't be changed in private chats")
    _check_inside(call, chat)
    place = chat.members[call.bot.id]
    before = place.as_json()
    place.status = "left"
    call.world.tell_member(chat, call.bot.user, before, place.as_json())
    return True


def get_file(call: Call) -> Json:
    """Where to fetch a file."""
    file_id = call.arguments.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.world.files.find(file_id)
    if stored.size > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return stored.as_json() | {"file_path": stored.path}


def _check_inside(call: Call, chat: GroupChat) -> None:
    if not chat.upgraded_to and not chat.member(call.bot.id):
        place = chat.members.get(call.bot.id)
        if place and place.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
