"""Takes up a dialog that an earlier step, perhaps of an earlier release, has stored."""

from collections.abc import Mapping

import msgspec

from bot.chat import Chat
from bot.conversation import Frame
from bot.dialog.dialog import Dialog
from bot.dialog.field import NULL
from bot.dialog.outcome import Lost


def thaw(dialogs: Mapping[str, type[Dialog]], chat: Chat, frame: Frame) -> Dialog:
    """The running dialog of a stored frame, its answers carried over to the present version.

    Raises `Lost` when the dialog or its open question is gone, an answer has become another type, or the dialog's
    `upgrade` cannot carry the answers over.
    """
    cls = dialogs.get(frame.dialog)
    if cls is None:
        raise Lost(f"there is no dialog {frame.dialog!r} any more")
    if frame.version != cls.version:
        upgraded = cls.upgrade(frame.version, dict(frame.answers))
        if upgraded is None:
            raise Lost(f"{frame.dialog} {frame.version} cannot become {cls.version}")
        frame.answers, frame.version = upgraded, cls.version
        frame.at = frame.at if frame.at in cls.fields else next(iter(cls.fields))
    if frame.at and frame.at not in cls.fields:
        raise Lost(f"{frame.dialog} has no question {frame.at!r} any more")
    frame.trail = [name for name in frame.trail if name in cls.fields]
    _check_answers(cls, frame)
    return cls(chat, frame)


def _check_answers(cls: type[Dialog], frame: Frame) -> None:
    for name, raw in frame.answers.items():
        field = cls.fields.get(name)
        if field is None or raw == NULL:
            continue
        try:
            field.kind.decode(raw)
        except msgspec.DecodeError as error:
            raise Lost(f"{frame.dialog}.{name} is stored as another type") from error
