"""What a customer answered, as operators read it: questions and choices in words, not by the ids of the store."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bot.business import Business, Form
from bot.records import Case
from bot.texts import Wording, clock, day, t

MOST_ANSWERS = 12
HIDDEN = frozenset({"reason", "language", "dialog", "note", "by", "to", "held", "origin", "template"})
LABELS: Mapping[str, Wording] = {
    "service": t("Service"),
    "branch": t("Branch"),
    "specialist": t("Specialist"),
    "slot": t("Time"),
    "name": t("Name"),
    "phone": t("Phone"),
    "notes": t("Note"),
    "about": t("Case"),
    "rating": t("Rating"),
    "words": t("In their words"),
}
Words = Callable[[Wording], str]


def answers(case: Case, business: Business, words: Words) -> list[str]:
    """The answers so far, a line each, newest word on each; `words` puts a wording into the staff's language.

    Empty for a lead with a summary, which says the same.
    """
    if case.kind == "lead" and case.summary:
        return []
    form = _form(case, business)
    own = {each.id for each in form.questions} if form and form.tag == case.kind else set()
    found: dict[str, str] = {}
    for entry in case.entries:
        found |= {name: value for name, value in entry.data.items() if name in own or name not in HIDDEN}
    lines = [(_name(name, form, words), _value(name, value, business, form, words)) for name, value in found.items()]
    return [words(t("{label}: {value}", label=label, value=value)) for label, value in lines if value][-MOST_ANSWERS:]


def _form(case: Case, business: Business) -> Form | None:
    """The form that the case holds, or in the middle of which a person was asked for."""
    begun = {entry.data.get("dialog", "") for entry in case.entries}
    return next((each for each in business.forms.values() if each.tag == case.kind or each.id in begun), None)


def _name(name: str, form: Form | None, words: Words) -> str:
    asked = {each.id: each.ask for each in form.questions} if form else {}
    label = asked.get(name) or LABELS.get(name)
    return words(label).rstrip(" ?:։") if label else name


def _value(name: str, value: str, business: Business, form: Form | None, words: Words) -> str:
    """An answer in words: the name behind an id, a moment, yes and no; what the customer wrote stays as it is."""
    read = _read(value)
    if isinstance(read, dict):
        return _moment(read, words) or ", ".join(
            f"{key} {each}" for key, each in read.items() if each not in (None, "")
        )
    if isinstance(read, bool):
        return words(t("Yes") if read else t("No"))
    text = "" if read is None else str(read)
    named: dict[str, Wording] = {}
    match name:
        case "service":
            named = {each.id: each.name for each in business.services.values()}
        case "branch":
            named = {each.id: each.name for each in business.branches.values()}
        case "specialist":
            named = {each.id: each.name for each in business.specialists.values()}
        case _ if form:
            named = {option.id: option.label for each in form.questions if each.id == name for option in each.options}
            if any(each.kind == "yes_no" for each in form.questions if each.id == name):
                named = {"yes": t("Yes"), "no": t("No")}
    return words(named[text]) if text in named else text


def _moment(read: Mapping[str, Any], words: Words) -> str:
    """Day and time of a stored free time; empty for anything else."""
    try:
        start = datetime.fromisoformat(str(read["start"]))
    except (KeyError, ValueError):
        return ""
    return words(t("{day}, {time}", day=day(start), time=clock(start)))


def _read(value: str) -> Any:
    """What was stored as JSON, unpacked; other text, and digits, as they are."""
    try:
        read = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
    return read if read is None or isinstance(read, bool | str | dict) else value
