"""The kinds of answers that a dialog can ask for."""

from bot.dialog.kinds.choice import ChoiceKind
from bot.dialog.kinds.confirm import ConfirmKind
from bot.dialog.kinds.nested import NestedKind
from bot.dialog.kinds.photo import PhotoKind
from bot.dialog.kinds.slot import SlotKind
from bot.dialog.kinds.typed import DateKind, EmailKind, NumberKind, PhoneKind, TextKind, YesNoKind

__all__ = [
    "ChoiceKind",
    "ConfirmKind",
    "DateKind",
    "EmailKind",
    "NestedKind",
    "NumberKind",
    "PhoneKind",
    "PhotoKind",
    "SlotKind",
    "TextKind",
    "YesNoKind",
]
