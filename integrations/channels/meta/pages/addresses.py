"""The addresses of those who write: a person by their id for this page, or a comment with the person who wrote it.

A comment is a conversation of its own, under its id. Meta allows one private message to a comment, within seven days,
and that message is addressed to the comment, not to the person; so the id must be known wherever the answer is sent
from, after a crash and from another process too, and the address is the one thing that always comes along. Comments of
one person may be answered side by side, each keeps its order, and none is answered twice. What they write back is a
message of theirs, in the conversation of the person; buttons under the answer say their words there.
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
        """The address of a contact."""
        return f"{PREFIX}{self.comment}:{self.person}"


def person_address(id_: str) -> str:
    """A person's id. Raises `ValueError` for what is none."""
    if not PERSON.fullmatch(id_):
        raise ValueError("no id of a person")
    return id_


def comment_address(comment: str, person: str) -> str:
    """The address of a comment. Raises `ValueError` for what has no ids."""
    if not COMMENT.fullmatch(comment):
        raise ValueError("no id of a comment")
    return CommentAddress(comment, person_address(person)).address


def read_address(address: str) -> CommentAddress | None:
    """The comment that an address names; None for a person."""
    if not address.startswith(PREFIX):
        return None
    comment, _, person = address.removeprefix(PREFIX).partition(":")
    return CommentAddress(comment, person)


def digest(*parts: object) -> str:
    """What knows an event again that has no id of its own."""
    return blake2b(msgspec.json.encode([str(each) for each in parts]), digest_size=12).hexdigest()
