"""Forms of the business folder become the same machine as dialogs written in Python."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from bot.business import Business, Form, Question
from bot.chat import Chat, Option
from bot.dialog import ask
from bot.dialog.dialog import Dialog
from bot.dialog.field import Field, Offer
from bot.dialog.kinds import PhotoKind
from bot.replies import Speak
from bot.texts import t


def form_dialogs(business: Business) -> dict[str, type[Dialog]]:
    """A dialog for every form of the business, by the form's id."""
    return {form.id: form_dialog(form) for form in business.forms.values()}


def form_dialog(form: Form) -> type[Dialog]:
    """The dialog that asks a form's questions and keeps the answers as a case."""

    async def done(self: Dialog, chat: Chat) -> None:
        """Keep what was answered, or hand it to the dialog that this form is part of."""
        if not self.frame.for_field:
            body = {
                each.id: _kept(self, self.fields[attribute(each.id)])
                for each in form.questions
                if self.has(attribute(each.id))
            }
            await chat.cases.open(form.tag, title=chat.words(form.title), body=body, tags=(form.tag,))
            chat.say(form.done, [Option(t("Menu"), Speak("menu"))], kind="notice")

    questions: dict[str, Field[Any]] = {attribute(each.id): question(each) for each in form.questions}
    members: dict[str, Any] = {
        **questions,
        "done": done,
        "title": form.title,
        "key": form.id,
        "__doc__": f"The form {form.id}.",
    }
    return type(f"Form_{form.id}", (Dialog,), members)


def question(asked: Question) -> Field[Any]:
    """One question of a form."""
    manner: ask.Manner = {"label": asked.ask}
    if asked.optional:
        manner["skip"] = t("Skip")
    if asked.when:
        manner["when"] = _only_when(asked.when)
    make: Mapping[str, Callable[[], Field[Any]]] = {
        "text": lambda: ask.text(asked.ask, **manner),
        "phone": lambda: ask.phone(asked.ask, **manner),
        "email": lambda: ask.email(asked.ask, **manner),
        "date": lambda: ask.day(asked.ask, future=False, **manner),
        "yes_no": lambda: ask.yes_no(asked.ask, **manner),
        "number": lambda: ask.number(asked.ask, least=_limit(asked.min), most=_limit(asked.max), **manner),
        "photo": lambda: ask.photo(asked.ask, most=asked.max or 1, **manner),
        "choice": lambda: ask.choice(
            asked.ask,
            [Offer(each.id, each.label, short=each.short) for each in asked.options],
            only_one=False,
            **manner,
        ),
    }
    return make[asked.kind]()


def attribute(question_id: str) -> str:
    """The name under which a question stands on the dialog; the editor's ids know nothing of a dialog's own members."""
    return f"{question_id}_" if hasattr(Dialog, question_id) or question_id in ("chat", "frame") else question_id


def _limit(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _only_when(wanted: Mapping[str, str]) -> Callable[[Any], bool]:
    return lambda dialog: all(_plain(getattr(dialog, attribute(name))) == value for name, value in wanted.items())


def _kept(dialog: Dialog, field: Field[Any]) -> str:
    """An answer as a case keeps it; of pictures how many there are, since they stand in the conversation."""
    value = dialog.answer(field)
    if isinstance(field.kind, PhotoKind):
        return dialog.chat.words_for_staff(field.kind.show(value, dialog)) if value else ""
    return _plain(value)


def _plain(value: object) -> str:
    """An answer in words, as `when` compares it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
