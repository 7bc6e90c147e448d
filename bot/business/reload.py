"""What a firm's content, read anew, changes: what the staff are told, and what waits for the next start."""

from collections.abc import Sequence

from bot.business.business import Business

AT_START = ("accounts",)
"""Sections that are put together once, when the program starts."""

UNTOLD = frozenset({"slug", "version", "lines"})


def changed_sections(old: Business, new: Business) -> Sequence[str]:
    """The sections of the folder that read otherwise now, in its order; `dialogs` also stands for the firm's own."""
    found = [name for name in Business.model_fields if name not in UNTOLD and getattr(old, name) != getattr(new, name)]
    return found or ([] if old.version == new.version else ["media, dialogs"])
