"""What a channel cannot do at all, whatever its limits: read a language out, or bring the picture that is asked for."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bot.business.business import Business
from bot.business.fitting.remarks import Remark
from bot.business.problems import Loc
from bot.dialog import Dialog
from bot.dialog.kinds import PhotoKind
from bot.rendering import Limits

Speaks = Callable[[str], bool]
"""Whether this machine reads a language out, where a provider does not."""

MUTE = "nobody reads it out on the phone: install espeak-ng, or take the language out"
UNSEEN = "asks for a picture, which cannot be sent here; {}"


class Picture(NamedTuple):
    """A picture that must be sent for a dialog to go on: where it is asked for, and what would mend that."""

    file: str
    loc: Loc
    mended: str
    line: int = 0


def unable(
    wanted: tuple[Picture, ...], channel: str, limits: Limits, speaks: Speaks, language: str
) -> Iterator[Remark]:
    """A language of the firm that callers cannot hear, and pictures that they cannot send."""
    if limits.voices is not None and language not in limits.voices and not speaks(language):
        yield Remark("fault", "business.yaml", ("languages",), MUTE, language, channel)
    for each in wanted if "image" not in limits.media else ():
        yield Remark("fault", each.file, each.loc, UNSEEN.format(each.mended), language, channel, line=each.line)


def pictures(business: Business, dialogs: Mapping[str, type[Dialog]]) -> Iterator[Picture]:
    """Every picture that a customer cannot leave out."""
    for form in business.forms.values():
        for number, question in enumerate(form.questions):
            if question.kind == "photo" and not question.optional:
                yield Picture("forms.yaml", (form.id, "questions", number), "make it optional")
    for key, dialog in dialogs.items():
        if key not in business.forms:
            yield from _asked(dialog)


def _asked(dialog: type[Dialog]) -> Iterator[Picture]:
    for field in dialog.fields.values():
        if isinstance(field.kind, PhotoKind) and field.skip is None and field.when is None:
            lines, first = inspect.getsourcelines(dialog)
            line = next((n for n, text in enumerate(lines, first) if text.split()[:2] == [field.name, "="]), first)
            file = f"dialogs/{Path(inspect.getfile(dialog)).name}"
            yield Picture(file, (dialog.key, field.name), "give it a skip or a when", line)
