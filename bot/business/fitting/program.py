"""The texts of the program and of a firm's own dialogs, in the firm's wording where it has one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

from bot.business.business import Business
from bot.business.fitting.code import Code, Label
from bot.business.fitting.remarks import Level, Remark
from bot.business.fitting.shown import LOST, unit
from bot.rendering import Limits, segments
from bot.texts import Phrasebook, Text
from bot.texts.catalogue import CATALOGUES
from bot.understanding import fold

SHIPPED = "locales/{language}/LC_MESSAGES/dragoman.po"
OPENER = "Choose"
"""The text on the button that opens a list (`handlers.listed`)."""

RESERVED = "'{said}' is a word that the provider answers itself; say it otherwise"


@dataclass(frozen=True, slots=True)
class Program:
    """What the program says at a business: the shipped code, and the modules in the firm's `dialogs` folder."""

    business: Business
    phrasebook: Phrasebook
    shipped: Code
    own: Code

    def remarks(self, channel: str, limits: Limits, language: str) -> Iterator[Remark]:
        """All that is to be said about its texts on one channel in one language."""
        for code in (self.shipped, self.own):
            for label in code.labels:
                yield from self._label(code, label, channel, limits, language)
        if limits.opener and (length := limits.measure(self.phrasebook.say(Text(OPENER), language))) > limits.opener:
            over = f"over {limits.opener} {unit(limits)} on the button that opens a list, which shows ☰ instead"
            yield self._remark("note", self.shipped, OPENER, over, channel, language, str(length))
        for code in (self.shipped, self.own) if limits.segments else ():
            for text in code.texts.keys() - self.business.texts.keys():
                said = self.phrasebook.say(Text(text, _blanks(text)), language)
                if (count := segments(said)) > limits.segments:
                    over = f"takes more than {limits.segments} SMS"
                    yield self._remark("note", code, text, over, channel, language, str(count))

    def _label(self, code: Code, label: Label, channel: str, limits: Limits, language: str) -> Iterator[Remark]:
        forms = {form: self.phrasebook.say(Text(form, _blanks(form)), language).strip() for form in _forms(label)}
        most = widest(limits)
        if most and all(len(said) > most for said in forms.values()) and "{" not in label.text:
            over = f"the label is over {most} characters; {LOST}; say it shorter in texts.yaml"
            yield self._remark("fault", code, label.text, over, channel, language, str(len(forms[label.text])))
        taken = {fold(word) for word in limits.reserved}
        free = any(fold(said) not in taken for said in forms.values())  # that form is shown then
        for form, said in forms.items():
            own = code is self.own or self._worded(form, language)
            if fold(said) in taken and (own or not free):
                text = f"{RESERVED.format(said=said)} in texts.yaml"
                yield self._remark("fault" if own else "note", code, form, text, channel, language)

    def _worded(self, text: str, language: str) -> bool:
        return text in self.business.texts and language in self.business.texts[text].wordings

    def _remark(
        self, level: Level, code: Code, text: str, message: str, channel: str, language: str, detail: str = ""
    ) -> Remark:
        if self._worded(text, language):
            return Remark(level, "texts.yaml", (text,), message, language, channel, detail)
        file, line = code.texts.get(text, ("", 0))
        if code is self.shipped and (found := catalogue_lines(language).get(text)):
            file, line = SHIPPED.format(language=language), found
        return Remark(level, file, (text,), message, language, channel, detail, line)


def widest(limits: Limits) -> int:
    """The longest label that fits a button or a row; 0 where there is none of them, or any fits."""
    found = [most for count, most in ((limits.buttons, limits.label), (limits.rows, limits.row_label)) if count]
    return 0 if 0 in found else max(found, default=0)


def _forms(label: Label) -> tuple[str, ...]:
    return (label.text, label.short) if label.short else (label.text,)


def _blanks(text: str) -> Mapping[str, str]:
    """Each value of a text as it is written there."""
    return {name: f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name}


@cache
def catalogue_lines(language: str, folder: Path = CATALOGUES) -> Mapping[str, int]:
    """The line of each text in a shipped catalogue; empty where there is none."""
    path = folder / language / "LC_MESSAGES" / "dragoman.po"
    if not path.exists():
        return {}
    with path.open("rb") as source:
        return {str(each.id): each.lineno or 0 for each in read_po(source, locale=language)}
