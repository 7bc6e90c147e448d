"""How a question is put to the customer: its words, its buttons, where they stand in the dialog."""

from collections.abc import Sequence
from inspect import isawaitable
from typing import Any

from bot.chat import Chat, Option
from bot.dialog.dialog import Dialog, summary_line
from bot.dialog.field import NULL, Field, Offer, encode
from bot.dialog.kinds import ConfirmKind
from bot.replies import Answer, Progress, Speak
from bot.texts import Lines, Wording, t

REFUSALS = 3
"""After so many answers that did not fit, a human is offered beside the question."""

BACK = Option(t("‹ Back"), Speak("back"))
CANCEL = Option(t("Cancel"), Speak("cancel"), short=t("Never mind"))
PERSON = Option(t("Talk to a person"), Speak("human"))


async def ask(dialog: Dialog, field: Field[Any], offers: Sequence[Offer], wording: Wording | None = None) -> None:
    """Say a question with its buttons; `wording` replaces its own words when a reading of an answer is asked about."""
    chat, frame = dialog.chat, dialog.frame
    frame.at = field.name
    if frame.trail[-1:] != [field.name]:
        frame.trail = [*(name for name in frame.trail if name != field.name), field.name]
    options = [option(dialog, field, offer) for offer in offers]
    if field.skip is not None:
        options.append(Option(field.skip, Answer(dialog.key, frame.id, field.name, NULL)))
    if isinstance(field.kind, ConfirmKind):
        options.append(CANCEL)
    elif len(frame.trail) > 1 and options:
        options.append(BACK)
    if frame.refusals >= REFUSALS or (not offers and field.kind.empty is not None):
        options.append(PERSON)
    chat.say(wording or await prompt(dialog, field), options, hint=field.kind.hint if not offers else "",
             progress=progress(dialog, field), numbered=bool(offers))  # fmt: skip


async def prompt(dialog: Dialog, field: Field[Any]) -> Wording:
    """The question's own words; a confirmation says the answers first."""
    words = field.prompt
    if callable(words):
        told = words(dialog)
        words = await told if isawaitable(told) else told
    if not isinstance(field.kind, ConfirmKind):
        return words
    lines = Lines(tuple(summary_line(label, value) for label, value in dialog.shown()))
    return Lines((lines, words), between="\n\n")


def option(dialog: Dialog, field: Field[Any], offer: Offer) -> Option:
    """An offer as a button that answers this question."""
    means = Answer(dialog.key, dialog.frame.id, field.name, encode(offer.value))
    return Option(offer.label, means, short=offer.short, description=offer.description)


def progress(dialog: Dialog, field: Field[Any]) -> Progress | None:
    """Where this question stands among those that are likely to be asked; None for a dialog of one question."""
    frame, fields = dialog.frame, list(dialog.fields.values())
    before = [name for name in frame.trail if name != field.name and name in frame.answers]
    later = [
        each
        for each in fields[fields.index(field) + 1 :]
        if each.kind.asks
        and each.name not in frame.answers
        and each.name not in frame.heard
        and may_be_asked(dialog, each)
    ]
    of = len(before) + 1 + len(later)
    return Progress(len(before) + 1, of) if of > 1 else None


def may_be_asked(dialog: Dialog, field: Field[Any]) -> bool:
    """Whether, by what is known now, this question will come."""
    if field.known is not None and field.known(dialog):
        return False
    return field.when is None or bool(field.when(dialog))


def refuse(chat: Chat, dialog: Dialog, why: Wording) -> None:
    """Count an answer that did not fit, and put the reason before the question."""
    dialog.frame.refusals += 1
    if dialog.frame.refusals == REFUSALS:
        why = Lines((why, t("We can also answer you in person: write HUMAN.")))
    chat.first(why)
