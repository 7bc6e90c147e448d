"""Makes of what was said to a caller what Twilio reads out, and asks for keys and words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.ports.channel import Answer, Told
from bot.replies import Act, Choice, Message, Speak
from integrations.channels.twilio.voice import twiml, words
from integrations.channels.twilio.voice.place import Place
from integrations.channels.twilio.voice.voices import LOCALES, Voices

KEYS = 7  # choices of one page; the other keys lead
MORE, REPEAT, HUMAN, BACK, SEND = "8", "9", "0", "*", "#"
OPENED, TURNED, EXCUSES = "opened", "turned", ("silent", "wrong")
LEADING = {"human": HUMAN, "back": BACK}
MOST_CHARS = 6000  # told in one answer; Twilio takes documents of 64 KB
PAUSE_SECONDS = 2
WAITS = 30  # pauses in a row, then we give up
ASKED_SECONDS = 6
TYPED_SECONDS = 8
RING_SECONDS = 20  # each phone
MESSAGE_SECONDS = 120
HINT_CHARS = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One account as the telling needs it: where Twilio comes to, the voices, the staff's phones by group, and our number.

    With `together` they all ring at once. With `listens` callers may also speak. With `records` talks with the staff are
    recorded.
    """

    hook: str
    voices: Voices
    phones: Mapping[str, Sequence[str]]
    number: str
    together: bool = False
    listens: bool = True
    records: bool = False

    def next_phones(self, place: Place) -> Sequence[str]:
        """The phones that ring next for a caller at `place`; none when all have rung."""
        phones = self.phones.get(place.group, ())
        return phones if self.together and place.phone == 0 else phones[place.phone : place.phone + 1]


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells a caller at `place` what they have not heard.

    `caller` is their address, a number or (hidden) the call's id. `note` is why: the call has just been `opened`, a page was
    `turned`, the caller was `silent` or pressed a `wrong` key. With `last` nothing is asked afterwards: an answering machine
    took the call.
    """

    line: Line
    place: Place
    caller: str
    note: str = ""
    last: bool = False

    def __call__(self, told: Sequence[Told]) -> Answer:
        """The answer to Twilio."""
        place = self.place
        said = [each for each in told if is_told(each.message)]
        if not said and place.kind == "wait":
            return hold(self.line, place)
        said, rest = _portion(said)
        language = self._language(said)
        place = place.moved(language=language, tries=place.tries if self.note in EXCUSES else 0)
        if said and place.kind != "again":
            place = place.moved(before=place.since if place.since >= 0 else said[0].number - 1)
        if said:
            seen = self._sends and any(message.shows or message.long for _, message in said)
            place = place.moved(since=said[-1].number, offers=place.offers or seen)
        verbs = [*self._words(said, language)]
        if rest:
            return twiml.answer([*verbs, redirect(self.line, place.moved(kind="wait", step=place.step + 1, tries=0))])
        if self.last:
            return twiml.answer([*verbs, twiml.verb("Hangup")])
        if said and said[-1].message.rings:
            return twiml.answer(
                [*verbs, *ring(self.line, place.moved(group=said[-1].message.rings, phone=0), self.caller)]
            )
        return twiml.answer([self._asking(verbs, said, place)])

    def _language(self, said: Sequence[Told]) -> str:
        text = " ".join([each.message.text for each in said[-1:]])
        labels = " ".join(choice.label for each in said[-1:] for choice in each.message.choices)
        return self.line.voices.language_of(f"{text}\n{labels}", self.place.language)

    def _words(self, said: Sequence[Told], language: str) -> Iterator[str]:
        """What went wrong, if anything, and the words of the messages, unless only a page of keys was turned."""
        voices = self.line.voices
        if note := self.note if self.note in EXCUSES else "" if said else "noted":
            yield from voices.verbs(voices.prompt(note, language), language)
        if self.note == TURNED:
            return
        for _, message in said:
            own = voices.language_of(message.text, language)
            yield from voices.verbs("\n".join(words.lines(message)), own)
            if message.shows:
                yield from voices.verbs(voices.prompt("shown", language), language)
                if not self._sends:
                    yield from voices.verbs(voices.prompt("unsent", language), language)

    @property
    def _sends(self) -> bool:
        """Whether what cannot be told can be sent to this caller."""
        return self.line.voices.has("send") and self.caller.startswith("+")

    def _asking(self, verbs: list[str], said: Sequence[Told], place: Place) -> str:
        asked = next((each for each in reversed(said) if each.message.choices), None)
        hint = said[-1].message.hint if said else ""
        place = place.moved(kind="step", step=place.step + 1, typed=hint in ("tel", "number") if said else place.typed)
        hints = ""
        if asked is not None:
            place, options = _page(asked, place)
            verbs += self._options(options, place)
            hints = ", ".join(filter(None, (words.label(each).replace(",", " ") for each in asked.message.choices)))
        elif said:
            place = place.moved(message=0, keys=(), more=False)
            verbs += self._prompt("number", place) if place.typed else ()
        if said and place.offers:
            verbs += self._prompt("send_star" if place.typed else "send", place)
        if self.note in (OPENED, *EXCUSES):
            verbs += self._keys(place, asked)
        return gather(self.line, place, verbs, hints)

    def _options(self, options: Sequence[tuple[str, Choice]], place: Place) -> Iterator[str]:
        voices, language = self.line.voices, place.language
        star = voices.prompt("star", language)
        if place.typed:
            yield from self._prompt("number", place)
        for key, choice in options:
            if place.typed or key == BACK:
                key = f"{star} {key.strip(BACK)}".strip()  # noqa: PLW2901  the key as it is called
            label = words.label(choice) or key
            own = _offered(choice, voices.languages) or language
            called = key if own == language else key.replace(star, voices.prompt("star", own))
            yield from voices.verbs(voices.prompt("press", own, label=label, key=called), own)
        if place.more:
            key = f"{star} {MORE}" if place.typed else MORE
            yield from voices.verbs(voices.prompt("more", language, key=key), language)

    def _keys(self, place: Place, asked: Told | None) -> Iterator[str]:
        """The keys that always lead somewhere, but for those that have just been told with a choice."""
        told = [_leading(each) for each in asked.message.choices] if asked is not None else []
        star = "_star" if place.typed else ""
        yield from self._prompt(f"again{star}", place)
        if HUMAN not in told:
            yield from self._prompt(f"person{star}", place)
        if BACK not in told and self.note != OPENED:
            yield from self._prompt("return", place)

    def _prompt(self, name: str, place: Place) -> Iterator[str]:
        yield from self.line.voices.verbs(self.line.voices.prompt(name, place.language), place.language)


def is_told(message: Message) -> bool:
    """Whether a message has anything for a call."""
    return bool(message.text or message.choices or message.shows) and not message.written


def _portion(said: Sequence[Told]) -> tuple[list[Told], bool]:
    """As many messages as one answer holds, at least one, and whether others follow."""
    chars = 0
    for place, each in enumerate(said):
        chars += len(each.message.text) + sum(len(choice.label) for choice in each.message.choices)
        if place and chars > MOST_CHARS:
            return list(said[:place]), True
    return list(said), False


def _page(asked: Told, place: Place) -> tuple[Place, list[tuple[str, Choice]]]:
    """The choices of the page with their keys; those that a key always stands for come last, with that key."""
    number, message = asked
    plain = [each for each in message.choices if _leading(each) is None]
    leading = [(key, each) for each in message.choices if (key := _leading(each)) is not None]
    pages = max(-(-len(plain) // KEYS), 1)
    page = place.page % pages if place.message in (0, number) else 0
    here = plain[page * KEYS : (page + 1) * KEYS]
    place = place.moved(message=number, keys=tuple(each.id for each in here), page=page, more=pages > 1)
    return place, [*((str(key), each) for key, each in enumerate(here, start=1)), *leading]


def _leading(choice: Choice) -> str | None:
    return LEADING.get(choice.means.word) if isinstance(choice.means, Speak) else None


def _offered(choice: Choice, languages: Sequence[str]) -> str:
    """The language that a choice is to speak; it is offered in itself."""
    match choice.means:
        case Act("language", code) if code in languages:
            return code
    return ""


def gather(line: Line, place: Place, verbs: Sequence[str], hints: str = "") -> str:
    """Let these be heard and wait for a key or a word; who stays silent is led on as well."""
    speech: Mapping[str, str | None] = {
        "language": LOCALES.get(place.language, place.language), "speechTimeout": "auto", "hints": hints[:HINT_CHARS] or None,
    }  # fmt: skip
    keys: Mapping[str, str | int] = (
        {"timeout": TYPED_SECONDS, "finishOnKey": "#"}
        if place.typed
        else {"timeout": ASKED_SECONDS, "numDigits": 1, "finishOnKey": ""}  # with none the hash is a key as others are
    )
    return twiml.verb(
        "Gather", "".join(verbs), action=place.address(line.hook), method="POST",
        input="dtmf speech" if line.listens else "dtmf", actionOnEmptyResult="true", **keys,
        **(speech if line.listens else {}),
    )  # fmt: skip


def redirect(line: Line, place: Place) -> str:
    """Let Twilio come again."""
    return twiml.verb("Redirect", twiml.plain(place.address(line.hook)), method="POST")


def hold(line: Line, place: Place) -> Answer:
    """Let the caller wait a little; the first time they are told, and after a while we give up."""
    language = line.voices.language_of("", place.language)
    if place.tries >= WAITS:
        return leave(line, place, "trouble")
    verbs = [] if place.tries else [*line.voices.verbs(line.voices.prompt("wait", language), language)]
    pause = twiml.verb("Pause", length=PAUSE_SECONDS)
    return twiml.answer([*verbs, pause, redirect(line, place.moved(tries=place.tries + 1))])


def leave(line: Line, place: Place, prompt: str) -> Answer:
    """Say one thing and hang up."""
    language = line.voices.language_of("", place.language)
    verbs = line.voices.verbs(line.voices.prompt(prompt, language), language)
    return twiml.answer([*verbs, twiml.verb("Hangup")])


def ring(line: Line, place: Place, caller: str) -> Iterator[str]:
    """Ring the group's next phone, or all of them; after the last a message is taken. What is recorded is said before."""
    voices, language = line.voices, line.voices.language_of("", place.language)
    now = line.next_phones(place)
    if not now:
        yield from voices.verbs(voices.prompt("leave", language), language)
        yield twiml.verb(
            "Record", action=place.moved(kind="record", step=place.step + 1).address(line.hook), method="POST",
            maxLength=MESSAGE_SECONDS, timeout=5, finishOnKey="#", playBeep="true", trim="trim-silence",
        )  # fmt: skip
        yield redirect(line, place.moved(kind="again", step=place.step + 1))
        return
    if place.phone == 0 and line.records:
        yield from voices.verbs(voices.prompt("recorded", language), language)
    if place.phone == 0:
        yield from voices.verbs(voices.prompt("ringing", language), language)
    next_place = place.moved(kind="dial", step=place.step + 1, phone=place.phone + len(now))
    numbers = "".join(twiml.verb("Number", twiml.plain(each)) for each in now)
    yield twiml.verb(
        "Dial", numbers, action=next_place.address(line.hook), method="POST", timeout=RING_SECONDS, callerId=line.number,
        answerOnBridge="true", **(_recording(line, caller) if line.records else {}),
    )  # fmt: skip


def _recording(line: Line, caller: str) -> Mapping[str, str]:
    """Both sides from the moment that somebody answers; Twilio tells when it is there. Source: Twilio, «TwiML Voice: Dial»."""
    told = Place("talk", caller=caller).address(line.hook)
    return {
        "record": "record-from-answer-dual",
        "recordingStatusCallback": told,
        "recordingStatusCallbackMethod": "POST",
    }
