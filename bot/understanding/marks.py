"""Words that say one thing wherever they stand in a sentence: that a price is asked, or only that something is wished.

Of all languages at once, in native letters or Latin ones. A phrase of several words counts when all of them are there,
in any order: «сколько чистка стоит».
"""

from functools import cache

from .fold import fold, skeleton
from .lexicon import LANGUAGES, SHORTEST_SKELETON, Kind, lexicon, source
from .words import read_words

LINKS = (Kind.AT, Kind.LOOSE_AT, Kind.AND, Kind.FILLER)
_Phrases = frozenset[frozenset[str]]


def asks_price(text: str) -> bool:
    """Say if the words for a price stand in a text; not whether anything else is meant by it too."""
    spelled, sounded = read_price_words()
    return _stands(spelled, fold(text)) or _stands(sounded, skeleton(text))


def says_nothing(text: str) -> bool:
    """Say if a text is empty, or only carries what is said beside it: «I would like», «мне … на», «please»."""
    spelled, sounded = read_carrying_words()
    return all(word in spelled or skeleton(word) in sounded for word in fold(text).split())


def _stands(phrases: _Phrases, text: str) -> bool:
    said = set(text.split())
    return any(phrase <= said for phrase in phrases)


@cache
def read_price_words() -> tuple[_Phrases, _Phrases]:
    """Give the phrases for a price as sets of words: as they are written, and in Latin letters."""
    spelled: set[frozenset[str]] = set()
    sounded: set[frozenset[str]] = set()
    for language in LANGUAGES:
        for phrase in source(language)["price"]:
            spelled.add(frozenset(fold(phrase).split()))
            bones = skeleton(phrase)
            if language != "en" and len(bones) > SHORTEST_SKELETON:
                sounded.add(frozenset(bones.split()))
    return frozenset(spelled), frozenset(sounded)


@cache
def read_carrying_words() -> tuple[frozenset[str], frozenset[str]]:
    """Give the words that carry a wish, courtesy, and what links words: as they are written, and in Latin letters."""
    wishing = {
        word for language in LANGUAGES for phrase in source(language)["wishing"] for word in fold(phrase).split()
    }
    links = {word for phrase, said in lexicon().exact.items() if not said.keys().isdisjoint(LINKS) for word in phrase}
    spelled = wishing | read_words().polite | links
    return frozenset(spelled), frozenset(bones for word in wishing if len(bones := skeleton(word)) >= SHORTEST_SKELETON)
