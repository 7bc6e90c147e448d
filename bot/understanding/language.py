"""Which language a message is written in.

Armenian and Georgian show in the script. Cyrillic is Russian or Uzbek, Latin
is English, Uzbek or a transliteration: there the letters and the most common
words vote, and where they are silent the spelling of the words decides. A guess
only offers a switch, so silence is better than a wrong one.
"""

import re
from collections.abc import Mapping
from functools import cache

from .fold import fold, skeleton
from .lexicon import LANGUAGES, SHORTEST_SKELETON, source
from .spelling import Spelling, cyrillic_spelling, latin_spelling

READ_CHARS = 400

_ARMENIAN = re.compile("[\u0531-\u0587]")
_GEORGIAN = re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]")
_CYRILLIC = re.compile("[а-яёўқғҳ]")
_UZBEK_CYRILLIC = re.compile("[ўқғҳ]")
_RUSSIAN_ONLY = re.compile("[ыщ]")
_UZBEK_LETTERS = re.compile(r"[og]'|q(?![uw])")  # Uzbek has no w: «qwerty» is no word
_UZBEK_ENDINGS = re.compile(r"(?:lar|ning|moqchi|lik|dagi|mi|siz)(?:man|miz)?\b")
CLEARLY = 3.0  # logarithm of how much likelier a spelling is than in the next language; set on the tuning texts
SHORTEST_SPELLED = 4  # letters in all; «ok» and «lol» belong to nobody
ENDING_VOTES = 0.5  # «cleaning» and «similar» end as Uzbek words do, so one ending alone says nothing


@cache
def read_votes() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Give which languages a word speaks for: as it is spelled, and by its skeleton."""
    exact: dict[str, set[str]] = {}
    loose: dict[str, set[str]] = {}
    for language in LANGUAGES:
        sections = source(language)
        phrases = [*sections["common"], *(p for ps in sections["words"].values() for p in ps)]
        for word in {fold(w) for phrase in phrases for w in phrase.split()}:
            exact.setdefault(word, set()).add(language)
            if language != "en" and len(skeleton(word)) >= SHORTEST_SKELETON:
                loose.setdefault(skeleton(word), set()).add(language)
    return {k: frozenset(v) for k, v in exact.items()}, {k: frozenset(v) for k, v in loose.items()}


def guess_language(text: str) -> str | None:
    """Guess `hy`, `ru`, `uz`, `ka` or `en` from the first 400 characters; None when unsure.

    A single capitalised word may be a name and says nothing unless it is a
    common word of one language; nor do several words that are all capitalised.
    """
    folded = fold(text[:READ_CHARS])
    scripts = {
        "hy": len(_ARMENIAN.findall(folded)),
        "ka": len(_GEORGIAN.findall(folded)),
        "cyrillic": len(_CYRILLIC.findall(folded)),
        "latin": len(re.findall("[a-z]", folded)),
    }
    script = max(scripts, key=lambda name: scripts[name])
    if scripts[script] < 2:
        return None
    if script in ("hy", "ka"):
        return script
    return _cyrillic(folded, text) if script == "cyrillic" else _latin(folded, text)


def _cyrillic(folded: str, text: str) -> str | None:
    votes = _count(folded, only=("ru", "uz"))
    uzbek = votes["uz"] + 2 * bool(_UZBEK_CYRILLIC.search(folded))
    russian = votes["ru"] + bool(_RUSSIAN_ONLY.search(folded))
    if uzbek != russian:
        return "uz" if uzbek > russian else "ru"
    spelled = None if _may_be_a_name(text) else _spelled(folded, cyrillic_spelling())
    plain = len(folded.split()) > 2 or (len(folded) > 3 and not text.strip()[:1].isupper())
    return spelled or ("ru" if plain and not uzbek else None)


def _latin(folded: str, text: str) -> str | None:
    votes = _count(folded, only=LANGUAGES)
    votes["uz"] += len(_UZBEK_LETTERS.findall(folded)) + ENDING_VOTES * len(_UZBEK_ENDINGS.findall(folded))
    best = sorted(votes, key=lambda language: votes[language], reverse=True)
    if votes[best[0]] > max(votes[best[1]], ENDING_VOTES):
        return best[0]
    shared = bool(votes[best[0]]) and " " not in folded  # «menu» belongs to several
    return None if shared or _may_be_a_name(text) else _spelled(folded, latin_spelling())


def _may_be_a_name(text: str) -> bool:
    words = [word for word in text.split() if word[:1].isalpha()]
    return all(word[0].isupper() for word in words) and not text.isupper()


def _spelled(folded: str, spelling: Spelling) -> str | None:
    words = [word for word in folded.split() if len(word) > 1 and not word.isdigit()]
    if sum(map(len, words)) < SHORTEST_SPELLED:
        return None
    (best, language), (next_best, _) = spelling.weigh(words)[:2]
    return language if best - next_best >= CLEARLY else None


def _count(folded: str, *, only: tuple[str, ...]) -> dict[str, float]:
    exact, loose = read_votes()
    votes = dict.fromkeys(only, 0.0)
    for word in folded.split():
        known = exact.get(word) or loose.get(skeleton(word), frozenset())
        for language in known & votes.keys():
            votes[language] += 1 / len(known)
    return votes
