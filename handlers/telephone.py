"""What a phone call says beside messages: which key is what, that nothing was heard, that a message may be left."""

from collections.abc import Mapping
from functools import partial
from mimetypes import guess_type

from bot.business import Business
from bot.events import Media
from bot.ports.speech import Speech, Spoken
from bot.texts import Phrasebook, Wording, t
from bot.understanding import guess_language
from handlers.on_screen import WISH, can_send

PROMPTS: Mapping[str, Wording] = {
    "press": t("{label}: press {key}.", label="{label}", key="{key}"),
    "star": t("the star key"),
    "more": t("For more choices press {key}.", key="{key}"),
    "again": t("To hear this again press 9."),
    "again_star": t("To hear this again press star and 9."),
    "person": t("For a person press 0."),
    "person_star": t("For a person press star and 0."),
    "return": t("To go back press the star key."),
    "number": t("Enter it with the keys, and press the hash key at the end."),
    "silent": t("I did not hear anything."),
    "wrong": t("That key stands for nothing here."),
    "wait": t("One moment, please."),
    "ringing": t("Please stay on the line, I am calling a colleague."),
    "leave": t(
        "Nobody can come to the phone now. Leave a message after the tone; it is recorded. Press hash at the end."
    ),
    "recorded": t("The talk with our colleague is recorded. Hang up if you do not agree."),
    "shown": t("There is more to this that only a screen can show."),
    "send": t("To have it sent to you press the hash key."),
    "send_star": t("To have it sent to you press the star key twice."),
    "unsent": t("Write to us in a messenger to see it."),
    "noted": t("Our team gets what you say. Speak now, please."),
    "bye": t("Thank you for your call. Goodbye."),
    "trouble": t("Sorry, something has gone wrong on our side. Please call again a little later."),
    "human": t("operator"),
    "back": t("back"),
    "send_me": WISH,
}
SENDS = ("send", "send_star")
"""The prompts of a firm that has somewhere to send what a call cannot tell."""


def spoken_of(business: Business, phrasebook: Phrasebook, speech: Speech | None) -> Spoken:
    """What a channel of calls is lent: the prompts in the firm's languages, its recordings, a synthesiser."""
    names = [name for name in PROMPTS if name not in SENDS or can_send(business)]
    prompts = {
        language: {name: phrasebook.say(PROMPTS[name], language) for name in names} for language in business.languages
    }
    recorded = {
        language: {phrase: _sound(business, file) for phrase, file in phrases.items()}
        for language, phrases in business.recordings.items()
    }
    return Spoken(prompts, partial(_guess, business), speech, recorded)


def phones_of(business: Business) -> Mapping[str, tuple[str, ...]]:
    """The phones of each group of operators that has some."""
    return {group.id: group.phones for group in business.groups.values() if group.phones}


def _guess(business: Business, text: str) -> str:
    guessed = guess_language(text) or ""
    return guessed if guessed in business.languages else ""


def _sound(business: Business, file: str) -> Media:
    return Media("voice", file, guess_type(file)[0] or "audio/mpeg", shelf=business.slug)
