"""Who reads a text out: the firm's recording of the phrase, else Twilio's voice, else a synthesiser's file.

Twilio has no voice for Armenian, Georgian and Uzbek, though it recognises all five languages when they are spoken. Source:
the TwiML types of twilio-node 6.2: `Say` and `Gather`, attribute `language`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.events import Media
from bot.ports.speech import Spoken
from bot.rendering import split
from integrations.channels.twilio.voice import twiml, words
from integrations.channels.twilio.voice.limits import SAYS

LOCALES = {"hy": "hy-AM", "ru": "ru-RU", "uz": "uz-UZ", "ka": "ka-GE", "en": "en-US"}
SAY_CHARS = 1000  # of 4096; a shorter one begins sooner
FILE_CHARS = 160  # the text stands in the address of the file


@dataclass(frozen=True, slots=True)
class Voices:
    """The voices of one account. `named` are those of Twilio that the firm chose, by language."""

    spoken: Spoken
    source: str
    link: Callable[[Media], str]
    named: Mapping[str, str] = field(default_factory=dict)

    def can(self, language: str) -> bool:
        """Whether anybody reads this language."""
        speech = self.spoken.speech
        return language in SAYS or (speech is not None and speech.speaks(language))

    @property
    def languages(self) -> Sequence[str]:
        """Those of the firm, its first one first."""
        return tuple(self.spoken.prompts)

    def language_of(self, text: str, last: str) -> str:
        """The language of a text, else the one that was spoken last, else the firm's first."""
        guessed = self.spoken.guess(text)
        return next(each for each in (guessed, last, self.languages[0]) if each in self.spoken.prompts)

    def prompt(self, name: str, language: str, **values: str) -> str:
        """A text that leads through the call."""
        text = self.spoken.prompts[language][name]
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", value)
        return text

    def has(self, name: str) -> bool:
        """Whether there is a prompt of this name; it is in all languages, or in none."""
        return name in self.spoken.prompts[self.languages[0]]

    def verbs(self, text: str, language: str) -> Iterator[str]:
        """What lets a text be heard."""
        waiting: list[str] = []
        lines = words.readable(text)
        if self._recorded(whole := " ".join(lines), language):
            lines = [whole]
        for line in lines:
            recorded = self._recorded(line, language)
            for part in [line] if recorded else words.sentences(line, FILE_CHARS):
                file = recorded or self._recorded(part, language)
                if file is None and language in SAYS:
                    waiting.append(part)
                    continue
                yield from self._said(waiting, language)
                waiting.clear()
                file = file or Media("voice", f"{language}:{part}", "audio/wav", source=self.source)
                yield twiml.verb("Play", twiml.plain(self.link(file)))
        yield from self._said(waiting, language)

    def _said(self, parts: Sequence[str], language: str) -> Iterator[str]:
        named = self.named.get(language, "")
        for each in split(" ".join(parts), SAY_CHARS):
            yield twiml.verb("Say", twiml.plain(each), language=LOCALES.get(language, language), voice=named or None)

    def _recorded(self, phrase: str, language: str) -> Media | None:
        return self.spoken.recorded.get(language, {}).get(phrase)
