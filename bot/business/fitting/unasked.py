"""What a firm says of itself, without the customer having said something just before: each with the longest silence before it.

Timers do (a reminder, a dialog that nobody answers), and so do the staff (a matter is taken, passed on, closed).
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from bot.business.business import Business
from bot.business.fitting.screens import LONG_DAY
from bot.business.problems import Loc
from bot.dialog import Dialog, summary_line
from bot.dialog.dialog import Rule
from bot.dialog.kinds.slot import slot_label
from bot.ports.calendar import Slot
from bot.texts import Lines, Text, Wording

BUSINESS = "business.yaml"


class Send(NamedTuple):
    """Something that is said unasked: its kind in templates.yaml, what it is, where it is set, the longest silence before it.

    Without a `silence` there is no longest. What is not `due` is left to people, who see what becomes of it.
    """

    kind: str
    what: str
    file: str
    loc: Loc
    silence: timedelta | None = None
    line: int = 0
    due: bool = True


def sends(business: Business, dialogs: Mapping[str, type[Dialog]]) -> Iterator[Send]:
    """All that leaves unasked at a firm with these dialogs."""
    rules = business.booking
    if rules.reminders and set(business.dialogs) & {"booking", "reschedule"}:
        silence = rules.horizon - min(rules.reminders)
        yield Send("reminder", "a reminder", BUSINESS, ("booking", "reminders"), silence)
    rated = "feedback" in business.dialogs
    yield Send("question", "the end of a matter", BUSINESS, ("feedback",) if rated else ("staff",))
    yield Send("notice", "that somebody has taken a matter", BUSINESS, ("staff",))
    yield Send("relay", "what people write", BUSINESS, ("staff",))
    yield Send("broadcast", "a broadcast", BUSINESS, ("staff",), due=False)
    for dialog in dialogs.values():
        yield from _rules(dialog, dialogs)


def _rules(dialog: type[Dialog], dialogs: Mapping[str, type[Dialog]]) -> Iterator[Send]:
    """What a dialog says into a silence. It may lie below another one, and then waits until that has ended."""
    before = max((_whole(each) for each in dialogs.values() if each is not dialog), default=timedelta())
    for rule, silence in silences(dialog).items():
        code = rule.run.__code__
        file = f"dialogs/{Path(code.co_filename).name}"
        loc: Loc = (dialog.key, rule.name)
        yield Send("question", "what the dialog says", file, loc, before + silence, code.co_firstlineno)


def _whole(dialog: type[Dialog]) -> timedelta:
    """How long a dialog lies open at most when nobody says anything."""
    return max(silences(dialog).values(), default=timedelta()) + dialog.idle


def silences(dialog: type[Dialog]) -> Mapping[Rule, timedelta]:
    """How long a customer may have been silent when each rule of a dialog runs: one rule may run after another."""
    found: dict[Rule, timedelta] = {}

    def walk(field: str, ran: frozenset[str], since: timedelta) -> None:
        waiting = [(rule.wait, rule) for rule in dialog.rules
                   if rule.wait is not None and field in rule.fields and rule.name not in ran]  # fmt: skip
        if not waiting:
            return
        wait, rule = min(waiting, key=lambda each: each[0])
        found[rule] = max(found.get(rule, timedelta()), since + wait)
        for following in {field, *rule.may_go}:
            walk(following, ran | {rule.name}, since + wait)

    for field in dialog.fields:
        walk(field, frozenset(), timedelta())
    return found


def wordings(business: Business) -> Iterator[tuple[str, str, Loc, Wording]]:
    """What of it the firm's own words make long: its kind, where they stand, and the whole of what is said."""
    for specialist in business.specialists.values():
        for service in specialist.services:
            for branch in specialist.branches:
                loc: Loc = ("branches", branch, "address")
                yield "reminder", BUSINESS, loc, _reminder(business, service, specialist.id, branch)
    if "feedback" in business.dialogs and business.feedback.ask:
        closed = Text("Our team has closed this matter. I am here again.")
        yield "question", BUSINESS, ("feedback", "ask"), Lines((closed, business.feedback.ask))


def _reminder(business: Business, service: str, specialist: str, branch: str) -> Wording:
    """As `handlers.system.remind` says it."""
    slot = Slot(service, specialist, branch, LONG_DAY.replace(tzinfo=business.zone), 30, business.zone.key)
    return Lines((
        Text("A reminder of your visit:"),
        slot_label(slot),
        summary_line(Text("Service"), business.services[service].name),
        summary_line(Text("Specialist"), business.specialists[specialist].name),
        summary_line(Text("Address"), business.branches[branch].address),
    ))  # fmt: skip
