"""Reads the XML of incoming messages, and nothing that XML can do besides.

Expat is told to stop at a document type, so there are no entities to grow or to fetch; elements may be three deep, and
their number and the length of what they hold are bounded.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

DEPTH = 3  # sms-request, message, content
MESSAGES = 1000
CHARACTERS = 20_000  # of one message


class NotRead(ValueError):
    """It is no list of messages."""


@dataclass(slots=True)
class Incoming:
    """One message as it stands in the XML; what is missing is empty."""

    id: str
    msisdn: str
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words; several contents are lines."""
        return "\n".join(filter(None, (part.strip() for part in self.parts)))


class _Reader:
    """Takes what expat finds."""

    def __init__(self) -> None:
        self.found: list[Incoming] = []
        self._path: list[str] = []
        self._characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > DEPTH or self._path[0] != "sms-request":
            raise NotRead("an element that is not known")
        if self._path[1:] == ["message"]:
            if len(self.found) == MESSAGES:
                raise NotRead("too many messages")
            self.found.append(Incoming(attributes.get("id", ""), attributes.get("msisdn", "")))
            self._characters = 0
        elif self._path[1:] == ["message", "content"]:
            self.found[-1].parts.append("")

    def end(self, name: str) -> None:
        self._path.pop()

    def words(self, text: str) -> None:
        if self._path[1:] != ["message", "content"]:
            return
        self._characters += len(text)
        if self._characters > CHARACTERS:
            raise NotRead("a message that is too long")
        self.found[-1].parts[-1] += text


def read_messages(body: bytes) -> list[Incoming]:
    """The messages of an `sms-request`, in order. Raises `NotRead`."""
    reader, parser = _Reader(), expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.buffer_text = True
    try:
        parser.Parse(body, True)  # noqa: FBT003  expat takes no names
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise NotRead(str(error) if isinstance(error, NotRead) else type(error).__name__) from None
    return reader.found


def _no_document_type(*_: object) -> None:
    raise NotRead("a document type")
