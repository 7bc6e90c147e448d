"""Ask how a matter was handled."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.chat import Chat, Option
from bot.desk import shown_name
from bot.dialog import Dialog, Field, Next, Offer, after, ask
from bot.records import Case
from bot.replies import Speak, Start
from bot.texts import Wording, spoken, t
from dialogs.rating_scale import ScaleKind
from dialogs.reschedule import about

COMPLAINT = "complaint"
NOTHING = t("There is nothing to rate yet.")


async def closed(dialog: Any) -> Sequence[Offer]:
    """The matter that was closed last, if there is one."""
    case = await dialog.chat.ratings.newest()
    return [Offer(case.id, spoken(case.id))] if case else []


def question(dialog: Any) -> Wording:
    """The firm's own question, or ours."""
    own: Wording | None = dialog.chat.business.feedback.ask
    return own or t("How did we do? Please rate our help.")


def is_bad(dialog: Any) -> bool:
    """Whether the rating is one that people should hear of."""
    return bool(dialog.rating) and int(dialog.rating) <= dialog.chat.business.feedback.bad


def asks_why(dialog: Any) -> bool:
    """Whether the customer is asked what went wrong."""
    return is_bad(dialog) and dialog.chat.business.feedback.words


class Feedback(Dialog):
    """Rate a closed matter; who rates it badly may say why, and people look into it."""

    title = t("Rate our help")
    idle = timedelta(days=1)
    case = ask.choice(t("Which matter?"), closed, known=about, empty=NOTHING)
    rating = Field(question, ScaleKind(), skip=t("Not now"))
    words = ask.text(t("I am sorry. What went wrong?"), most=1000, skip=t("Skip"), when=asks_why)

    @after(rating)
    async def rated(self, chat: Chat) -> Next | None:
        """Keep the rating at once: who says no more has still rated."""
        case = await chat.cases.find(self.case)
        if case is None:
            return self.leave(NOTHING)
        if self.rating:
            chat.ratings.rate(case, int(self.rating), most=chat.business.feedback.best)
            await complain(self, chat, case)
        return None

    @after(words)
    async def explained(self, chat: Chat) -> Next | None:
        """Keep what went wrong beside the rating, and with the complaint."""
        case = await chat.cases.find(self.case)
        if case is not None and self.words:
            chat.ratings.rate(case, int(self.rating), most=chat.business.feedback.best, words=self.words)
            await complain(self, chat, case)
        return None

    async def done(self, chat: Chat) -> None:
        """Thank them; what this interrupted goes on."""
        stack = chat.conversation.stack
        stack[:] = [frame for frame in stack if frame.dialog != self.key or frame is self.frame]
        if len(stack) > 1:
            chat.first(thanks(self))
            return
        options = [Option(t("Change my rating"), Start(self.key, about=self.case))] if self.rating else []
        chat.say(thanks(self), [*options, Option(t("Menu"), Speak("menu"))], kind="notice")


def thanks(dialog: Any) -> Wording:
    """What is said at the end."""
    if not dialog.rating:
        return t("All right. You can rate us another time.")
    return t("Thank you. Our team will look into it.") if is_bad(dialog) else t("Thank you for your rating!")


async def complain(dialog: Any, chat: Chat, case: Case) -> None:
    """Let people hear of a bad rating; when one is thought better of, that is put beside it and they close it."""
    known = await chat.cases.current(COMPLAINT)
    body = {"about": case.id, "rating": f"{dialog.rating}/{chat.business.feedback.best}"}
    if dialog.words:
        body["words"] = dialog.words
    if is_bad(dialog):
        opened = await chat.cases.open(
            COMPLAINT,
            title=f"{shown_name(chat.customer.name) or chat.contact.address}: {body['rating']}",
            body=body,
            tags=("low rating",),
            department=chat.business.staff.group or "",
        )
    elif known is not None and any(entry.data.get("about") == case.id for entry in known.entries):
        opened = known.id
        await chat.cases.append(COMPLAINT, body)
    else:
        return
    chat.show_desk(opened)
