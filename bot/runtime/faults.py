"""Why a step failed, in words that may be kept: without what the customer said, now or earlier in the dialog."""

from typing import Any

import msgspec

from bot.redaction import fault
from bot.store.inbox import Claimed

PERSONAL = ("answers", "heard", "notes")


def reason_of(claimed: Claimed, error: BaseException) -> str:
    """The error in one line, for the log and for the event's row."""
    return fault(error, claimed.event, *_answered(claimed.state))


def _answered(state: str) -> list[Any]:
    """What stands in a conversation's open dialogs; the whole of a state that is no conversation's."""
    try:
        known = msgspec.json.decode(state)
    except msgspec.DecodeError:
        return [state]
    frames = known.get("stack", []) if isinstance(known, dict) else None
    if not isinstance(frames, list) or not all(isinstance(frame, dict) for frame in frames):
        return [known]  # nobody can say what in it is personal
    return [frame.get(name) for frame in frames for name in PERSONAL]
