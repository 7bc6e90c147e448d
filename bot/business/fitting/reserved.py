"""Words of a firm that a provider answers itself: who types one is signed off there, and may get no message any more."""

from collections.abc import Iterator, Mapping

from bot.business.business import Business
from bot.business.fitting.remarks import Remark
from bot.business.fitting.screens import Screen
from bot.business.problems import Loc
from bot.rendering import Limits
from bot.texts import Phrasebook, Wording
from bot.understanding import fold

ANSWERED = "'{said}' is a word that the provider answers itself; take another"


def reserved(
    business: Business, screens: tuple[Screen, ...], channel: str, limits: Limits, phrasebook: Phrasebook, language: str
) -> Iterator[Remark]:
    """Labels and phrases in one language that are such a word."""
    taken = {fold(word) for word in limits.reserved}
    for file, loc, said in (
        (*_labels(business, screens, phrasebook, language), *_phrases(business, language)) if taken else ()
    ):
        if fold(said) in taken:
            yield Remark("fault", file, loc, ANSWERED.format(said=said), language, channel)


def _labels(
    business: Business, screens: tuple[Screen, ...], phrasebook: Phrasebook, language: str
) -> Iterator[tuple[str, Loc, str]]:
    for screen in screens:
        for each in screen.choices:
            for loc, wording in ((each.loc, each.label), ((*each.loc[:-1], "short"), each.short)):
                if each.file and wording:
                    yield each.file, loc, phrasebook.say(wording, language)
    for file, loc, title in _titles(business):
        yield file, loc, phrasebook.say(title, language)


def _titles(business: Business) -> Iterator[tuple[str, Loc, Wording]]:
    """What can be a choice under «Did you mean»."""
    for place in business.menu.places.values():
        yield "menu.yaml", (place.key, "title"), place.title
    for form in business.forms.values():
        yield "forms.yaml", (form.id, "title"), form.title


def _phrases(business: Business, language: str) -> Iterator[tuple[str, Loc, str]]:
    for file, loc, phrases in _all_phrases(business):
        for number, phrase in enumerate(phrases.get(language, ())):
            yield file, (*loc, language, number), phrase


def _all_phrases(business: Business) -> Iterator[tuple[str, Loc, Mapping[str, tuple[str, ...]]]]:
    for name, phrases in business.triggers.items():
        yield "triggers.yaml", (name,), phrases
    for number, answer in enumerate(business.answers):
        yield "answers.yaml", (number, "phrases"), answer.phrases
    for service in business.services.values():
        yield "business.yaml", ("services", service.id, "phrases"), service.phrases
    for number, wish in enumerate(business.leads.what):
        yield "business.yaml", ("leads", "what", number, "phrases"), wish.phrases
