"""Reads what the first message would have to wait for otherwise."""

from .language import read_votes
from .lexicon import lexicon
from .spelling import cyrillic_spelling, latin_spelling
from .words import read_words


def read_dictionaries() -> None:
    """Read and build every table that a process keeps, about half a second of work; may run in a thread."""
    for build in (read_words, latin_spelling, cyrillic_spelling, read_votes, lexicon):
        build()
