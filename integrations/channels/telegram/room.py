"""Orders for a group chat where operators sit. A topic that is gone shows in where a message came out."""

from collections.abc import Callable

import msgspec

from bot.ports.channel import Outcome, Sent, Undeliverable
from bot.ports.room import MarkTopic, OpenTopic, Order, Post, ReadRoles, Revise
from integrations.channels.telegram.longtail import LongTail
from integrations.channels.telegram.outcomes import NOT_THERE
from integrations.channels.telegram.render import Call, Renderer
from integrations.channels.telegram.speaking import Said, Speaker

UNFINISHED = 1000  # orders of several messages that are remembered as half done

_order: Callable[[bytes], Order] = msgspec.json.Decoder(Order).decode


class Room:
    """Carries out orders for the groups of one account."""

    def __init__(self, speaker: Speaker, renderer: Renderer, longtail: LongTail) -> None:
        self._speaker, self._renderer, self._longtail = speaker, renderer, longtail
        self._unfinished: dict[tuple[str, bytes], tuple[int, str]] = {}

    async def push(self, line: str, order: bytes) -> Outcome:
        """Carry out one order; `line` is `staff/telegram/<account>/<chat id>`, perhaps with more behind it."""
        try:
            chat, read = int(line.split("/")[3]), _order(order)
        except (IndexError, ValueError) as error:
            return Undeliverable("refused", f"an order that cannot be read ({type(error).__name__})")
        match read:
            case Post():
                return await self._post(chat, read, (line, order))
            case Revise(id_, message):
                calls = self._renderer.room(message, id_)
                return await self._revise(chat, calls)
            case OpenTopic(name):
                return await self._longtail.open_topic(chat, name)
            case MarkTopic(thread, closed):
                return await self._longtail.mark_topic(chat, int(thread), closed=closed)
            case ReadRoles():
                return await self._longtail.read_roles(chat)

    async def _post(self, chat: int, post: Post, key: tuple[str, bytes]) -> Outcome:
        """Say all parts; a repeat of an order that stopped half-way goes on there. The id is the last part's."""
        calls = placed(self._renderer.room(post.message), post)
        done, last = self._unfinished.pop(key, (0, ""))
        for n, call in enumerate(calls[done:], start=done):
            outcome = await self._in_thread(chat, call, int(post.thread or 0))
            if not isinstance(outcome, Sent):
                if n and len(self._unfinished) < UNFINISHED:
                    self._unfinished[key] = n, last
                return outcome
            last = outcome.provider_id
        return Sent(last)

    async def _in_thread(self, chat: int, call: Call, thread: int) -> Outcome:
        """One message, taken back when it came out elsewhere: its topic is gone."""
        made = await self._speaker.make(chat, call)
        if not isinstance(made, Said):
            return made
        if thread and made.message_thread_id != thread:
            await self._speaker.say(chat, Call("deleteMessage", {"message_id": made.message_id}))
            return Undeliverable("thread", "the message came out in another topic")
        return Sent(str(made.message_id))

    async def _revise(self, chat: int, calls: list[Call]) -> Outcome:
        if len(calls) != 1:
            return Undeliverable("refused", "it does not fit into the message that it replaces")
        outcome = await self._speaker.say(chat, msgspec.structs.replace(calls[0], anew=False))
        if isinstance(outcome, Undeliverable) and any(each in outcome.reason.casefold() for each in NOT_THERE):
            return Undeliverable("thread", outcome.reason)  # a topic that is deleted takes its messages with it
        return outcome


def placed(calls: list[Call], post: Post) -> list[Call]:
    """The calls with where they belong: topic, answered message, without a sound."""
    for call in calls:
        if post.thread:
            call.fields["message_thread_id"] = int(post.thread)
        if post.silent:
            call.fields["disable_notification"] = True
        if call.method == "sendMessage":
            call.fields["link_preview_options"] = {"is_disabled": True}
    if calls and post.reply_to:
        reply = {"message_id": int(post.reply_to), "allow_sending_without_reply": True}
        calls[0].fields["reply_parameters"] = reply
    return calls
