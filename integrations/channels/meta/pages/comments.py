"""What is written in public, under a post of the page or the account; see `addresses` for how it is answered.

Sources: Meta's references of the page topic (field `feed`) and of the Instagram topic (`comments`, `live_comments`).
"""

from typing import NamedTuple

from bot.events import Edited, Profile, Said
from integrations.channels.meta.pages.addresses import CommentAddress, comment_address, digest
from integrations.channels.meta.pages.attached import label, stored
from integrations.channels.meta.pages.updates import Change, Comment, Number, Someone, read_comment

PAGE_FIELD = "feed"
INSTAGRAM_FIELDS = frozenset({"comments", "live_comments"})
NAME_CHARS = 80


class Commented(NamedTuple):
    """A comment, its correction or its end: where it stands, what knows it again, the event and its time."""

    at: CommentAddress
    key: str
    event: Said | Edited
    time: Number = None


def commented(change: Change, ours: frozenset[str], source: str) -> Commented | None:
    """What a change says; None for what is no comment, or is of ourselves. Raises `UNREADABLE` of `updates`."""
    if change.field == PAGE_FIELD:
        return _under_post(read_comment(change.value), ours, source)
    if change.field in INSTAGRAM_FIELDS:
        return _on_instagram(read_comment(change.value), ours)
    return None


def _under_post(comment: Comment, ours: frozenset[str], source: str) -> Commented | None:
    if comment.item != "comment" or comment.from_.id in ours:
        return None
    text = (comment.message or "").strip()
    at, id_ = comment_address(comment.comment_id, comment.from_.id), comment.comment_id
    if comment.verb == "remove":
        return Commented(at, f"{id_}:removed", Edited(id_, ""))
    if comment.verb == "edited" and text:
        return Commented(at, f"{id_}:edited:{digest(text)}", Edited(id_, text))
    photo = stored("image", comment.photo or "", "", source)
    media = (photo,) if photo is not None else ()
    if comment.verb != "add" or not (text or media):
        return None
    return Commented(at, id_, Said(text, media, id_, by=profile(comment.from_), via=at.address), comment.created_time)


def _on_instagram(comment: Comment, ours: frozenset[str]) -> Commented | None:
    text = (comment.text or "").strip()
    if comment.from_.id in ours or comment.from_.self_ig_scoped_id or not text:
        return None
    at = comment_address(comment.id, comment.from_.id)
    return Commented(at, comment.id, Said(text, client_id=comment.id, by=profile(comment.from_), via=at.address))


def profile(who: Someone) -> Profile:
    """What they are called in public."""
    return Profile(label(who.name or "")[:NAME_CHARS], username=label(who.username or "")[:NAME_CHARS])
