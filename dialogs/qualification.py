"""Qualify a lead."""

from bot.chat import Chat
from bot.dialog import Dialog, Field, Next, after, ask
from bot.texts import t
from dialogs.lead_questions import (
    DECIDERS,
    AskedChoice,
    ReachKind,
    TimelineKind,
    by_email,
    by_phone,
    reach_prompt,
    reached,
    wishes,
)
from dialogs.leads import MUST, say_taken, take_up, unanswered
from dialogs.visits import known


class Qualification(Dialog):
    """Three questions (what, when, who decides), then how to reach the customer."""

    title = t("Get advice")
    what = ask.choice(t("What are you interested in?"), wishes, only_one=False, label=t("Interest"))
    when = Field(t("When would you like it? You can also write a date."), TimelineKind(), label=t("When"))
    decides = Field(t("Who decides?"), AskedChoice(DECIDERS, only_one=False), label=t("Who decides"))
    name = ask.text(t("What is your name?"), most=80, known=known("name"))
    phone = Field(reach_prompt, ReachKind(), known=reached, when=by_phone)
    email = ask.email(t("What is your e-mail address?"), known=known("email"), when=by_email)

    @after(what, when, decides, phone, email, may_go=MUST)
    async def qualified(self, chat: Chat) -> Next | None:
        """Ask for what is still missing, however the dialog was begun, before anything is called a lead."""
        del chat
        missing = unanswered(self) if self.phone or self.email else ""
        return self.again(missing) if missing else None

    async def done(self, chat: Chat) -> None:
        """Open or change the lead, and offer the next step."""
        await take_up(self, chat)
        say_taken(self, chat)
