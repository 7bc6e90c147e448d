"""The names that a folder defines, gathered before it is read, so that a reference is checked where it stands.

A file that cannot be read at all defines nobody-knows-what: its names are None, and references to them are let pass
rather than reported as a second fault.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from pydantic import ValidationInfo

from bot.business.source import Data, Source
from bot.texts import LANGUAGES

Kind = str  # "place", "dialog", "service", "branch", "specialist", "channel", "group", "picture"


@dataclass(frozen=True, slots=True)
class Names:
    """What may be referred to: the firm's languages, and for each kind its names (None: not known, do not check)."""

    languages: tuple[str, ...]
    by_kind: Mapping[Kind, frozenset[str] | None]

    def of(self, kind: Kind) -> frozenset[str] | None:
        """Give the names of a kind, or None when they could not be read."""
        return self.by_kind[kind]


def names_of(info: ValidationInfo) -> Names:
    """Give the names that were handed to the validation as its context."""
    return cast("Names", info.context)


def gather_names(
    sources: Mapping[str, Source],
    *,
    dialogs: Collection[str],
    channels: Collection[str],
    pictures: Collection[str],
) -> Names:
    """Gather every name; `dialogs` are those that exist, whether they are on or not."""
    business = sources["business.yaml"]
    on = None if business.broken else _texts(_part(business, "dialogs"))
    forms = _keys(sources["forms.yaml"])
    kinds: dict[Kind, frozenset[str] | None] = {
        "shipped dialog": frozenset(dialogs),
        "dialog": on,
        "dialog or form": None if on is None or forms is None else on | forms,
        "form": forms,
        "place": _keys(sources["menu.yaml"]),
        "answer": _ids(sources["answers.yaml"]),
        "channel": frozenset(channels),
        "picture": frozenset(pictures),
    }
    for kind, key in (("branch", "branches"), ("service", "services"), ("group", "groups")):
        kinds[kind] = None if business.broken else _keys_in(_part(business, key))
    return Names(_languages(business), kinds)


def _languages(business: Source) -> tuple[str, ...]:
    written = _part(business, "languages")
    if not isinstance(written, list):
        return tuple(LANGUAGES)
    return tuple(code for code in written if isinstance(code, str) and code in LANGUAGES) or tuple(LANGUAGES)


def _part(source: Source, key: str) -> Data:
    return source.data.get(key) if isinstance(source.data, dict) else None


def _keys(source: Source) -> frozenset[str] | None:
    return None if source.broken else _keys_in(source.data)


def _ids(source: Source) -> frozenset[str] | None:
    entries = source.data if isinstance(source.data, list) else []
    ids = (entry.get("id") for entry in entries if isinstance(entry, dict))
    return None if source.broken else frozenset(each for each in ids if isinstance(each, str))


def _keys_in(data: Data) -> frozenset[str]:
    return frozenset(data) if isinstance(data, dict) else frozenset()


def _texts(data: Data) -> frozenset[str]:
    return frozenset(item for item in data if isinstance(item, str)) if isinstance(data, list) else frozenset()
