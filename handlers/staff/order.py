"""What a member of the staff wants done, and in which case."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from bot.actor import Actor
from bot.events import CaseAct, Media
from bot.ports.room import Post
from bot.ports.step import Push
from bot.records import Case, Member, find_case
from bot.records.rooms import Placed
from bot.replies import Message
from bot.texts import Wording


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """One command or button: who gave it, where (`thread`, `message`), about which case, with which words."""

    actor: Actor
    member: Member
    thread: str
    message: str
    placed: Placed | None
    text: str
    reply_to: str = ""

    @property
    def words(self) -> str:
        """What follows the command."""
        return self.text.partition(" ")[2].strip()

    def reply(self, wording: Wording, *, media: tuple[Media, ...] = ()) -> None:
        """Answer where the order was given."""
        message = self.actor.message(wording)
        if media:
            message = Message(message.text, media=media)
        _, channel, account, _ = self.actor.scope.actor.split("/", 3)
        post = Post(message, self.thread, reply_to=self.message)
        self.actor.scope.push(Push(f"{channel}/{account}", self.actor.scope.actor, "said", post))

    async def case(self) -> Case | None:
        """The case that the order is about: named by its id after the command, else the one of this topic or reply."""
        scope = self.actor.scope
        named = self.words.split(" ")[0].lstrip("#").upper()
        for case_id in (named, self.placed.case if self.placed else ""):
            found = (
                await scope.read(f"case#{case_id}", partial(find_case, scope.business, case_id)) if case_id else None
            )
            if found is not None:
                return found
        return None


async def act_on(order: StaffOrder, act: Literal["take", "transfer", "close", "note"], *, to: str = "",
                 text: str = "") -> bool:  # fmt: skip
    """Do something to the order's case, in the step of the customer's conversation; False when there is no case."""
    case = await order.case()
    if case is None:
        return False
    order.actor.scope.tell(case.actor, CaseAct(case.id, act, order.member.operator, to, text))
    return True
