"""What Twilio's reports mean for a call of ours."""

from typing import Literal

from bot.events import Receipt
from integrations.channels.twilio.voice.forms import Call

STATES: dict[str, Literal["sent", "delivered", "failed"]] = {
    "in-progress": "delivered",
    "completed": "delivered",
    "busy": "failed",
    "no-answer": "failed",
    "failed": "failed",
    "canceled": "failed",
}
"""Others, like `ringing`, are on the way to one of these."""


def receipt_of(call: Call, message: int) -> Receipt | None:
    """The report about a call of ours; None for a status that says nothing."""
    state = STATES.get(call.status)
    if state is None:
        return None
    if state == "failed":
        return Receipt(state, call.sid, message, 0, "refused", f"the call: {call.status}")
    return Receipt(state, call.sid, message)
