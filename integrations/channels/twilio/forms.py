"""The forms that Twilio posts: pairs in their order, with blanks and repeated names kept, because all of them are signed.

Bytes that are no UTF-8 survive the reading as Python's escapes, so that the signature is over what came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from bot.ports.channel import Malformed

MOST_FIELDS = 300  # a message with all that Twilio says has some fifty


@dataclass(frozen=True, slots=True)
class Form:
    """What was posted."""

    pairs: Sequence[tuple[str, str]] = ()

    def get(self, name: str, default: str = "") -> str:
        """The first value of a name, as text that can be stored."""
        return next((whole(value) for each, value in self.pairs if each == name), default)

    def __contains__(self, name: str) -> bool:
        return any(each == name for each, _ in self.pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)


def read_form(body: bytes) -> Form:
    """The form in a body. Raises `Malformed` for one of too many fields, or what is none."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="surrogateescape"
        )
    except ValueError as error:
        raise Malformed("no form of Twilio") from error
    return Form(tuple(pairs))


def whole(text: str) -> str:
    """The text with the replacement character in place of what is no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if not text.isascii() else text
