"""A dialog inside a dialog: its answers are the answer."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from bot.dialog.field import Kind


class NestedKind(Kind[dict[str, Any]]):
    """The answers of another dialog by question. `dialog` is its name, or a function of the running dialog giving it."""

    stored = dict[str, Any]
    nothing: Any = MappingProxyType({})
    asks = False

    def __init__(self, dialog: str | Callable[[Any], str]) -> None:
        self._dialog = dialog

    @property
    def fixed(self) -> str | None:
        """The dialog's name, if it does not depend on the running dialog."""
        return self._dialog if isinstance(self._dialog, str) else None

    def of(self, dialog: Any) -> str:
        """The name of the dialog to run."""
        return self._dialog if isinstance(self._dialog, str) else self._dialog(dialog)
