"""What customers type, understood: days, times, numbers, yes and no, phones, addresses, labels.

Pure functions over one grammar and a lexicon a language (`data/`). Nothing is
guessed: two readings come back as two readings, and what was understood is said
back by the caller before it counts.
"""

from .contacts import BadEmail, BadPhone, Email, Phone, find_phone, read_email, read_phone, without_phone
from .fold import Cleaned, clean, fold, same, skeleton
from .intents import Phrases, Vocabulary, Words, shipped_phrases
from .labels import match_label, without_label
from .language import guess_language
from .marks import asks_price, says_nothing
from .moments import Ambiguity, DayRange, Impossible, TimeRange, When
from .numbers import read_number
from .reading import Band, Guess, Reading
from .understander import Understander
from .warming import read_dictionaries
from .when import read_date, read_when, without_moment
from .words import Word, global_word, yes_no

__all__ = [
    "Ambiguity",
    "BadEmail",
    "BadPhone",
    "Band",
    "Cleaned",
    "DayRange",
    "Email",
    "Guess",
    "Impossible",
    "Phone",
    "Phrases",
    "Reading",
    "TimeRange",
    "Understander",
    "Vocabulary",
    "When",
    "Word",
    "Words",
    "asks_price",
    "clean",
    "find_phone",
    "fold",
    "global_word",
    "guess_language",
    "match_label",
    "read_date",
    "read_dictionaries",
    "read_email",
    "read_number",
    "read_phone",
    "read_when",
    "same",
    "says_nothing",
    "shipped_phrases",
    "skeleton",
    "without_label",
    "without_moment",
    "without_phone",
    "yes_no",
]
