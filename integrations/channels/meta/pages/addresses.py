"""The addresses of those who write: a person by their id for this page, or a comment with the person who wrote it.

What is written in public belongs to the conversation of the person, whose id for the page it bears. Meta allows one
private message to a comment, within seven days, and that message is addressed to the comment, not to the person; so what
answers a comment leaves by an address of its own (`bot.events.Said.via`), which the outbox keeps over a crash.

Sources: Meta's page "Private Replies" of April 2026, its references of the page topic (since version 2.12 of the Graph API
whoever writes is named by the id for the page) and of the Instagram topic (`from.id` is the id for the account).
"""

import re
from hashlib import blake2b
from typing import NamedTuple

import msgspec

PERSON = re.compile(r"[0-9]{1,32}")
COMMENT = re.compile(r"[0-9]{1,40}(?:_[0-9]{1,40}){0,2}")
PREFIX = "comment:"


class CommentAddress(NamedTuple):
    """A comment and who wrote it."""

    comment: str
    person: str

    @property
    def address(self) -> str:
        """What the answer leaves by."""
        return f"{PREFIX}{self.comment}:{self.person}"


def person_address(id_: str) -> str:
    """A person's id. Raises `ValueError` for what is none."""
    if not PERSON.fullmatch(id_):
        raise ValueError("no id of a person")
    return id_


def comment_address(comment: str, person: str) -> CommentAddress:
    """A comment with its writer. Raises `ValueError` for what has no ids."""
    if not COMMENT.fullmatch(comment):
        raise ValueError("no id of a comment")
    return CommentAddress(comment, person_address(person))


def read_address(address: str) -> CommentAddress | None:
    """The comment that an address names; None for a person."""
    if not address.startswith(PREFIX):
        return None
    comment, _, person = address.removeprefix(PREFIX).partition(":")
    return CommentAddress(comment, person)


def digest(*parts: object) -> str:
    """What knows an event again that has no id of its own."""
    return blake2b(msgspec.json.encode([str(each) for each in parts]), digest_size=12).hexdigest()
