"""What a refusal of the Bot API means for what was to be sent.

Telegram says most of it in words; the beginnings of its sentences are matched, without regard to case.
"""

from datetime import timedelta

from bot.ports.channel import Outcome, PerhapsSent, Retry, Undeliverable
from integrations.channels.telegram.client import Answer

REFUSED = "the token is refused"

UNCHANGED = ("message is not modified",)
NOT_THERE = ("message to edit not found", "message can't be edited", "message_id_invalid")
NOTHING_TO_DELETE = ("message to delete not found", "message can't be deleted")
NO_TEXT = ("there is no text in the message to edit",)
NO_CAPTION = ("there is no caption in the message to edit",)
WRONG_FILE = (
    "wrong file identifier", "wrong remote file", "type of file mismatch", "can't use file of type",
    "wrong type of the web page content", "file_reference", "invalid file_id",
)  # fmt: skip
BAD_LINK = ("button_url_invalid", "wrong http url", "inline keyboard button url")
NOT_A_PHOTO = ("image_process_failed", "photo_invalid_dimensions", "photo_ext_invalid", "photo_save_file_invalid")

_GONE = ("bot was kicked", "bot is not a member", "group chat was deleted", "chat_write_forbidden", "channel_private")
_BLOCKED = (
    "bot was blocked", "user is deactivated", "bot can't initiate conversation", "bot can't send messages to bots",
    "chat not found", "peer_id_invalid", "input_user_deactivated",
    "business connection not found", "business_connection_invalid", "business_connection_not_allowed",
    "business_peer_invalid",
)  # fmt: skip
_WINDOW = ("business_peer_usage_missing",)  # the firm's own account: 24 hours after the customer's last word
_RIGHTS = (
    "not enough rights",
    "chat is not a forum",
    "topic_closed",  # only administrators may write there
    "chat_admin_required",
    "have no rights",
    "need administrator rights",
)
_THREAD = ("message thread not found", "topic_deleted", "topic_id_invalid", "topic not found")

BUSY = timedelta(seconds=5)


def says(answer: Answer, sentences: tuple[str, ...]) -> bool:
    """Whether the description holds one of these sentences."""
    description = answer.description.casefold()
    return any(sentence in description for sentence in sentences)


def is_broken(answer: Answer) -> bool:
    """Whether the account itself is refused: its token was revoked, or never was one."""
    return answer.error_code in (401, 404)


def refusal(answer: Answer) -> Outcome:
    """What becomes of a call that was refused for a reason of its own; not for answers about the whole account."""
    if answer.error_code == 429:
        return Retry(timedelta(seconds=max(answer.parameters.retry_after, 1)), "Telegram asks to wait")
    if answer.error_code == 504:  # a gateway that waited in vain for who may have done it
        return PerhapsSent("Telegram answered 504")
    if answer.error_code >= 500:
        return Retry(BUSY, f"Telegram answered {answer.error_code}", "provider")
    if answer.parameters.migrate_to_chat_id:
        return Undeliverable("moved", "the group has another id", to=str(answer.parameters.migrate_to_chat_id))
    reason = answer.description[:200]
    for outcome, sentences in (("gone", _GONE), ("blocked", _BLOCKED), ("window", _WINDOW), ("thread", _THREAD),
                               ("rights", _RIGHTS)):  # fmt: skip
        if says(answer, sentences):
            return Undeliverable(outcome, reason)
    return Undeliverable("refused", reason)
