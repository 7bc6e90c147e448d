"""What this release can read of what is stored, and what another release must have written.

Two releases work side by side while one follows the other. Each names what it can read by strings: kinds of event,
kinds of actor, dialogs with their versions and questions, fields of a conversation. What a process cannot read, but
another living one can, it leaves to that one; only when nobody can is the customer told that the thread was lost.
"""

from collections.abc import Collection, Mapping
from functools import cache
from hashlib import blake2b
from typing import Any, Protocol, get_args

import msgspec

from bot.conversation import Conversation, Frame, thaw, unknown_fields
from bot.dialog import Dialog
from bot.events import Event, Unreadable
from bot.replies import Message
from bot.runtime.tenant import Tenant
from bot.store.inbox import Claimed


class LeftToOthers(Exception):
    """Another process can read what this one cannot."""


class Others(Protocol):
    """What is known of the other processes."""

    kinds: Mapping[str, frozenset[str]]
    """The kinds of actor that this process knows, by business."""
    conversations: frozenset[str]
    """Those of them that are conversations."""

    def elsewhere(self, key: str) -> bool:
        """Whether another living process can read what this one cannot."""


def event_key(kind: str) -> str:
    """How a kind of event is named."""
    return f"event/{kind}"


def what_is_read(tenants: Mapping[str, Tenant], kinds: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Everything that this process can read; `kinds` are the kinds of actor that it knows, by business."""
    found = set(event_keys())
    found |= {f"field/{name}" for each in (Conversation, Frame) for name in each.__struct_fields__}
    found.add(messages_key())
    for slug, tenant in tenants.items():
        found |= {f"actor/{slug}/{kind}" for kind in kinds[slug]}
        for name, dialog in tenant.machine.dialogs.items():
            found.add(f"dialog/{slug}/{name}@{dialog.version}")
            found |= {f"dialog/{slug}/{name}@{dialog.version}/{field}" for field in dialog.fields}
    return frozenset(found)


def fingerprint(reads: Collection[str]) -> str:
    """A short name for all that."""
    return blake2b("\n".join(sorted(reads)).encode(), digest_size=8).hexdigest()


@cache
def event_keys() -> frozenset[str]:
    """The names of all kinds of event."""
    return frozenset(event_key(msgspec.inspect.type_info(each).tag) for each in get_args(Event))  # type: ignore[attr-defined]


@cache
def messages_key() -> str:
    """How the shape of messages is named."""
    schema: Any = msgspec.json.encode(msgspec.json.schema(Message))
    return f"messages/{blake2b(schema, digest_size=8).hexdigest()}"


def check_readable(claimed: Claimed, tenant: Tenant, others: Others) -> None:
    """Raises `LeftToOthers` when this release cannot read an event or its conversation, and another living one can."""
    kinds = others.kinds.get(claimed.business, frozenset())
    key = _strange_event(claimed, kinds) or _strange_state(claimed, tenant.machine.dialogs, others.conversations)
    if key and others.elsewhere(key):
        raise LeftToOthers(key)


def _strange_event(claimed: Claimed, kinds: Collection[str]) -> str:
    if isinstance(claimed.event, Unreadable):
        return event_key(claimed.event.kind) if claimed.event.kind else "messages/"
    kind = claimed.actor.partition("/")[0]
    return "" if kind in kinds else f"actor/{claimed.business}/{kind}"


def _strange_state(claimed: Claimed, dialogs: Mapping[str, type[Dialog]], conversations: Collection[str]) -> str:
    if claimed.actor.partition("/")[0] not in conversations:
        return ""
    if unknown := unknown_fields(claimed.state):
        return f"field/{unknown[0]}"
    for frame in thaw(claimed.state).stack:
        if not _continues(frame, dialogs.get(frame.dialog)):
            question = f"/{frame.at}" if frame.at else ""
            return f"dialog/{claimed.business}/{frame.dialog}@{frame.version}{question}"
    return ""


def _continues(frame: Frame, dialog: type[Dialog] | None) -> bool:
    if dialog is None or frame.version > dialog.version:
        return False
    if frame.version < dialog.version:
        return dialog.upgrade(frame.version, dict(frame.answers)) is not None
    return not frame.at or frame.at in dialog.fields
