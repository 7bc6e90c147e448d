"""What of a message can be read out: its words, without signs that are only seen.

Links and pictures cannot be told; `Message.shows` says that there are some.
"""

import re
import unicodedata

from bot.rendering import split
from bot.replies import ADDRESS, Choice, Message

SEEN = str.maketrans(dict.fromkeys('•‹›▪●◦«»“”„"*_#`', " ") | {"·": ",", "—": ",", "–": "-", "…": "."})
SPACES = re.compile(r"[^\S\n]+")
LOOSE = re.compile(r"\s+([,.!?:;։])")
ENDS = (".", "!", "?", ":", ";", ",", "։", "՝", "՞")
SENTENCE = re.compile(r"(?<=[.!?։])\s+")


def lines(message: Message) -> list[str]:
    """What a message says, a line each, as it is read out."""
    told = "\n".join((message.heading, message.author, message.text, *(each.label for each in message.links)))
    return readable(told)


def readable(text: str) -> list[str]:
    """The lines of a text that hold anything to read out, each with an end."""
    found = []
    for line in ADDRESS.sub(" ", text).translate(SEEN).split("\n"):
        words = LOOSE.sub(r"\1", SPACES.sub(" ", "".join(map(_sound, line)))).strip(" ,")
        if any(sign.isalnum() for sign in words):
            found.append(words if words.endswith(ENDS) else f"{words}.")
    return found


def label(choice: Choice) -> str:
    """What a choice is called, with its description; empty for one that is only a sign, like stars."""
    parts = readable(f"{choice.label}\n{choice.description}")
    return ", ".join(part.rstrip(".:;,") for part in parts)


def sentences(line: str, most: int) -> list[str]:
    """A line in parts that are worth keeping as sound, because they come again; none is longer than `most`."""
    return [part for sentence in SENTENCE.split(line) for part in split(sentence, most)]


def _sound(sign: str) -> str:
    kind = unicodedata.category(sign)
    return " " if kind in ("So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn") else sign
