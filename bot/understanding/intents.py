"""The intents that come with the house: how customers of five languages say what they want.

A file a language under `data/intents/`; a key is the name of a shipped dialog or of an intent, and a line of it one
phrase. `none` holds what is no business of any firm, so that such a text has somewhere to belong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .lexicon import LANGUAGES

NONE = "none"
DIALOGS = ("booking", "reschedule", "cancel_visit", "my_visits")
INTENTS = (
    "availability", "price", "demo", "hours", "address", "delivery", "return", "warranty", "login", "payment",
    "payment_failed", "cancel_order", "broken", "complaint", "greeting", "thanks", "general",
)  # fmt: skip
Phrases = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Example phrases by key and language."""

Words = Mapping[str, Sequence[str]]
"""Words by key, of all languages."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that a firm's customers may say.

    `learned` is what the model is trained on, shipped phrases and the firm's own. `named` are the firm's own phrases,
    which count within a sentence too; `hints` are words that count unless the sentence plainly says something else,
    such as the names of services. `price` is the key of a question of price; beside a word of `priced`, such as the name
    of a service that has a price, the key of that word.
    """

    learned: Phrases
    named: Words = field(default_factory=dict)
    hints: Words = field(default_factory=dict)
    price: str = "price"
    priced: Words = field(default_factory=dict)


_DATA = Path(__file__).parent / "data" / "intents"


@cache
def shipped_phrases() -> Phrases:
    """Give the shipped phrases of every key, `none` included; read once a process."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language in LANGUAGES:
        for key, phrases in read_phrases(_DATA / f"{language}.yaml").items():
            found.setdefault(key, {})[language] = phrases
    return found


def read_phrases(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Read a file of phrases by key, one a line; raises `ValueError` for anything else."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506  both loaders are safe ones
    if not isinstance(data, dict) or not all(isinstance(lines, str) for lines in data.values()):
        raise ValueError(f"{path.name}: expected keys, each with phrases one a line after a |")
    return {str(key): tuple(line for line in lines.splitlines() if line.strip()) for key, lines in data.items()}
