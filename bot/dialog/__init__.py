"""The finite-state engine: what an author writes (`Dialog`, `ask`, `after`, `silent`) and what runs it (`Machine`)."""

from bot.dialog import ask
from bot.dialog.dialog import Dialog, Next, after, silent, summary_line
from bot.dialog.field import Field, Offer
from bot.dialog.machine import Machine
from bot.dialog.outcome import Lost, NotDeclared, Refused, Runaway

__all__ = [
    "Dialog",
    "Field",
    "Lost",
    "Machine",
    "Next",
    "NotDeclared",
    "Offer",
    "Refused",
    "Runaway",
    "after",
    "ask",
    "silent",
    "summary_line",
]
