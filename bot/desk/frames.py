"""What customers wrote, as operators may safely see it.

A customer chooses their name and their words, so neither may look like ours: a name stands in a fixed frame without
marks, and every line of a text begins with a bar that no customer can leave out.
"""

import unicodedata

from bot.business import Business
from bot.events import Contact

NAME_CHARS = 40
BAR = "│ "
ISOLATE, END = "\u2068", "\u2069"  # whatever direction the text has, it ends at its own line
MARKS = frozenset("✅☑✔🤖👤🛡⭐🔵│")


def shown_name(name: str) -> str:
    """A name on one line: no line breaks, no invisible or direction characters, none of our own marks, 40 at most."""
    kept = "".join(char if char.isprintable() else " " for char in name if _harmless(char))
    kept = " ".join(kept.split())
    return f"{kept[: NAME_CHARS - 1]}…" if len(kept) > NAME_CHARS else kept


def _harmless(char: str) -> bool:
    return char not in MARKS and unicodedata.category(char) not in ("Cf", "Cs", "Co", "So")


def shown(text: str) -> str:
    """A customer's text, each line behind a bar and isolated in its direction; invisible direction marks made visible."""
    lines = "".join("␥" if unicodedata.bidirectional(char) in _OVERRIDES else char for char in text).splitlines()
    return "\n".join(f"{BAR}{ISOLATE}{line}{END}" for line in lines) or BAR.strip()


_OVERRIDES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def frame(name: str, sign: str, case: str) -> str:
    """The line above a case: sign of the channel, the customer's name, the case's id."""
    return f"{sign} {shown_name(name) or '?'} · #{case}"


def place_line(business: Business, contact: Contact) -> str:
    """Where a customer writes: the channel, and who they are there."""
    face = business.face(contact.channel)
    return f"{face.sign} {face.name or contact.channel} {shown_name(contact.address)}"
