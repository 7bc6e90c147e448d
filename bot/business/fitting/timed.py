"""What leaves by itself: each must be inside the window of a channel, or have a template that stands in for it.

After a day of silence some providers take only what they have approved. What has no template then is not sent; people
are told, but the customer hears nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from bot.business.business import Business
from bot.business.fitting.remarks import Level, Remark
from bot.business.problems import Loc
from bot.dialog import Dialog
from bot.rendering import Limits

HOUR = timedelta(hours=1)


class Send(NamedTuple):
    """Something that is said unasked: its kind in templates.yaml, where it is set, and the longest silence before it.

    Without a `silence` there is no longest.
    """

    kind: str
    file: str
    loc: Loc
    silence: timedelta | None = None
    line: int = 0


def sends(business: Business, dialogs: Mapping[str, type[Dialog]]) -> Iterator[Send]:
    """All that leaves by itself at a firm with these dialogs."""
    rules = business.booking
    if rules.reminders and set(business.dialogs) & {"booking", "reschedule"}:
        yield Send("reminder", "business.yaml", ("booking", "reminders"), rules.horizon - min(rules.reminders))
    if "feedback" in business.dialogs:
        yield Send("question", "business.yaml", ("feedback",))
    for dialog in dialogs.values():
        for rule in dialog.rules:
            if rule.wait is not None:
                code = rule.run.__code__
                file = f"dialogs/{Path(code.co_filename).name}"
                yield Send("question", file, (dialog.key, rule.name), rule.wait, code.co_firstlineno)


def timed(
    business: Business, dialogs: Mapping[str, type[Dialog]], channel: str, limits: Limits, language: str
) -> Iterator[Remark]:
    """What of it comes too late for a channel and has no template there; and templates in another language."""
    if limits.window is None:
        return
    hours = f"{limits.window // HOUR} h"
    for each in sends(business, dialogs):
        twin = business.twin(each.kind)
        late = each.silence is None or each.silence > limits.window
        if late and (twin is None or channel not in twin.names):
            level: Level = "fault" if limits.templates else "note"
            text = f"may leave after {hours} of silence; name a template for '{each.kind}' in templates.yaml"
            if not limits.templates:
                text = f"does not arrive after {hours} of silence; this channel has no templates"
            yield Remark(level, each.file, each.loc, text, language, channel, line=each.line)
    for kind, twin in business.templates.twins.items():
        if channel in twin.names and language not in twin.languages:
            text = f"what stands in after {hours} of silence is in '{twin.languages[0]}' for others"
            yield Remark("note", "templates.yaml", (kind, "languages"), text, language, channel)
