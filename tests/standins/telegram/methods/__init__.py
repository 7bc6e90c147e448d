"""The methods by name, and how one is done: faults first, then the method, then the record."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.standins.faults import DropAfter, DropBefore, Hold
from tests.standins.telegram import record
from tests.standins.telegram.faults import (
    Delay,
    Fault,
    Outage,
    OutageAfter,
    Refuse,
    TooMany,
)
from tests.standins.telegram.methods import account, editing, looking, receiving, sending, topics
from tests.standins.telegram.methods.call import Call
from tests.standins.telegram.refusals import Refused, too_many
from tests.standins.telegram.wire import Json

NOT_IN_ANSWERS = frozenset({"setwebhook", "deletewebhook", "close", "logout"})

METHODS: dict[str, Callable[[Call], Any]] = {
    "getme": account.get_me,
    "setmycommands": account.set_my_commands,
    "getmycommands": account.get_my_commands,
    "deletemycommands": account.delete_my_commands,
    "setmydescription": partial(account.set_description, name="description"),
    "getmydescription": partial(account.get_description, name="description"),
    "setmyshortdescription": partial(account.set_description, name="short_description"),
    "getmyshortdescription": partial(account.get_description, name="short_description"),
    "getupdates": receiving.get_updates,
    "setwebhook": receiving.set_webhook,
    "deletewebhook": receiving.delete_webhook,
    "getwebhookinfo": receiving.get_webhook_info,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendvoice": sending.send_voice,
    "sendvideo": sending.send_video,
    "sendaudio": sending.send_audio,
    "sendlocation": sending.send_location,
    "sendcontact": sending.send_contact,
    "sendchataction": sending.send_chat_action,
    "copymessage": sending.copy_message,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "deletebusinessmessages": editing.delete_business_messages,
    "answercallbackquery": editing.answer_callback_query,
    "createforumtopic": topics.create_forum_topic,
    "editforumtopic": topics.edit_forum_topic,
    "closeforumtopic": topics.close_forum_topic,
    "reopenforumtopic": topics.reopen_forum_topic,
    "deleteforumtopic": topics.delete_forum_topic,
    "getchat": looking.get_chat,
    "getchatmember": looking.get_chat_member,
    "getchatadministrators": looking.get_chat_administrators,
    "getchatmembercount": looking.get_chat_member_count,
    "leavechat": looking.leave_chat,
    "getfile": looking.get_file,
}


@dataclass(slots=True)
class Outcome:
    """What goes back. `status` 0 means that the connection is closed instead; `page` is a body that is no JSON."""

    status: int
    body: Json
    page: str = ""
    done: bool = False


async def perform(call: Call, method: str, *, way: str) -> Outcome:
    """Do one call, as the faults let it, and note it."""
    entry = record.Call(
        at=call.world.clock.now(),
        bot=call.bot.id,
        method=method,
        arguments=_noted(call),
        way=way,
        done=False,
        answered=False,
        status=0,
        answer=None,
    )
    outcome = await _attempt(call, method)
    entry.done, entry.status, entry.answered = outcome.done, outcome.status, outcome.status != 0 and way == "http"
    entry.answer = outcome.body.get("result", outcome.body)
    if method != "getupdates":
        call.world.record.add(entry)
    return outcome


async def _attempt(call: Call, method: str) -> Outcome:
    chat = call.arguments.number("chat_id") or None
    fault = call.world.faults.take(method, chat)
    if isinstance(fault, Delay):
        await asyncio.sleep(fault.seconds)
    elif isinstance(fault, Hold):
        await fault.stand()
    elif instead := _instead(fault):
        return instead
    try:
        outcome = Outcome(200, {"ok": True, "result": await _result(call, method)}, done=True)
    except Refused as refused:
        outcome = Outcome(refused.code, refused.as_json())
    if isinstance(fault, DropAfter):
        outcome.status = 0
    elif isinstance(fault, OutageAfter):
        outcome.status = fault.status
        outcome.body = Refused(fault.status, fault.description).as_json()
    return outcome


def _instead(fault: Fault | None) -> Outcome | None:
    """What goes back without the call being done."""
    match fault:
        case DropBefore():
            return Outcome(0, {})
        case Outage():
            return Outcome(fault.status, Refused(fault.status, fault.description).as_json(), page=fault.page)
        case TooMany():
            return Outcome(429, too_many(fault.seconds).as_json())
        case Refuse():
            return Outcome(fault.code, Refused(fault.code, fault.description, **fault.parameters).as_json())
        case _:
            return None


async def _result(call: Call, method: str) -> Any:
    if call.bot.revoked:
        raise Refused(401, "Unauthorized")
    if method not in METHODS:
        raise Refused(404, "Not Found: method not found")
    result = METHODS[method](call)
    return await result if asyncio.iscoroutine(result) else result


def _noted(call: Call) -> Json:
    files = {name: {"file": one.name, "size": len(one.content)} for name, one in call.arguments.files.items()}
    return call.arguments.values | files
