"""Reads what the first message would have to wait for otherwise."""

from .language import read_votes
from .lexicon import lexicon
from .marks import read_carrying_words, read_price_words
from .spelling import cyrillic_spelling, latin_spelling
from .words import read_words


def read_dictionaries() -> None:
    """Read and build every table that a process keeps, about half a second of work; may run in a thread."""
    languages = (read_votes, latin_spelling, cyrillic_spelling)
    for build in (read_words, lexicon, *languages, read_price_words, read_carrying_words):
        build()
