"""What a member of the staff wants done, and in which case."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from bot.actor import Actor
from bot.events import CaseAct, Media
from bot.ports import house
from bot.ports.step import Push
from bot.records import Case, Member, find_case
from bot.records.rooms import Placed
from bot.texts import Wording, spoken
from handlers.staff.saying import Button, say

PAGE_CHARS = 3500
PAGES = 5
"""Messages that one list may become; a room is a place to talk in."""


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
        return self.text.split(maxsplit=1)[1].strip() if len(self.text.split(maxsplit=1)) > 1 else ""

    def reply(self, wording: Wording, acts: Sequence[Button] = (), *, media: tuple[Media, ...] = ()) -> None:
        """Answer where the order was given."""
        say(self.actor, wording, acts, thread=self.thread, reply_to=self.message, media=media)

    def reply_list(self, title: Wording, lines: Sequence[Wording], acts: Sequence[Button] = ()) -> None:
        """Answer with a list, in as many messages as it needs; buttons stand under the last one."""
        said = [self.actor.words(each) for each in (title, *lines)]
        pages = paged(said)
        for page in pages[:-1]:
            self.reply(spoken(page))
        self.reply(spoken(pages[-1]), acts)

    def ask_house(self, job: str, order: house.Order) -> None:
        """Have the house do what takes long; its answer comes to this room under the job's name and this place."""
        room = self.actor.scope.actor
        name = f"{job}:{self.thread}:{self.message}"
        self.actor.scope.push(Push(house.PORT, f"{house.PORT}/{room}", name, order))

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


def paged(lines: Sequence[str], most: int = PAGE_CHARS) -> list[str]:
    """Lines as messages of at most `most` characters; what would be more than `PAGES` of them is said by a last «…»."""
    pages: list[str] = []
    for line in lines:
        short = line if len(line) <= most else f"{line[: most - 1]}…"
        if pages and len(pages[-1]) + len(short) < most:
            pages[-1] = f"{pages[-1]}\n{short}"
        else:
            pages.append(short)
    return pages if len(pages) <= PAGES else [*pages[: PAGES - 1], f"{pages[PAGES - 1]}\n…"]
