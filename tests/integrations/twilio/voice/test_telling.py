"""What is told to a caller: all of it, in pieces that Twilio takes."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events import Media
from bot.ports.channel import Answer, Told
from bot.replies import Choice, Go, Link, Message, Speak
from bot.runtime import Tenant
from integrations.channels.twilio.voice import Voice
from integrations.channels.twilio.voice.place import place_of
from integrations.channels.twilio.voice.telling import KEYS, MOST_CHARS, Telling
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.desk import choices, heard, told, verbs, voice
from tests.integrations.twilio.voice.talk import plain
from tests.standins.twilio.voice import Verb

WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=400)
LABELS = st.lists(st.text(st.characters(whitelist_categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=60), max_size=25)


@pytest.fixture(scope="module")
def phone(clinic: Tenant) -> Voice:
    return voice(clinic.business, language="en")


def tells(phone: Voice, said: list[Told], page: int = 0, *, message: int = 0) -> list[Verb]:
    answer = tell(phone, said, page, message)
    return verbs(answer.body, answer.kind)


def tell(phone: Voice, said: list[Told], page: int = 0, message: int = 0, *, caller: str = firm.PERSON) -> Answer:
    place = place_of(f"https://x/?k=step&n=1&s=1&b=1&l=en&p={page}&m={message}")
    return Telling(phone._reading.line, place, caller)(said)


def asked(document: list[Verb]) -> Verb:
    return next(verb for verb in document if verb.name == "Gather")


@settings(deadline=None)
@given(WORDS, LABELS)
def test_all_words_and_choices_are_told(phone: Voice, text: str, labels: list[str]) -> None:
    """Over the pages of keys every choice is said once with its key, whatever was written; Twilio takes every document."""
    message = Message(text, choices(*dict.fromkeys(labels)))
    known = message.choices
    pages = max(-(-len(known) // KEYS), 1)
    documents = [tells(phone, told(message), page, message=2) for page in range(pages)]
    keys = [key for document in documents for key in place_of(asked(document).given["action"]).keys]
    spoken = [plain(heard(document)) for document in documents]

    assert keys == [each.id for each in known]
    assert [each.label for page, text in enumerate(spoken) for each in known[page * KEYS : (page + 1) * KEYS]
            if plain(each.label) not in text] == []  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(
        st.text(st.characters(whitelist_categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=12),
        max_size=60,
    )
)
def test_words_are_told_in_order(phone: Voice, words: list[str]) -> None:
    """Nothing of a text is lost where it is cut into pieces."""
    text = " ".join(words)

    assert plain(text) in plain(heard(tells(phone, told(Message(text)))))


@pytest.mark.parametrize(("count", "more"), [(1, False), (7, False), (8, True), (14, True), (15, True)])
def test_seven_choices_are_a_page(phone: Voice, count: int, more: bool) -> None:
    """The eighth choice begins another page, and only then key 8 is offered."""
    document = tells(phone, told(Message("Which?", choices(*(f"Number {n}" for n in range(count))))))
    place = place_of(asked(document).given["action"])

    assert (len(place.keys), place.more) == (min(count, KEYS), more)
    assert ("For more choices press 8." in heard(document)) == more


def test_long_talks_are_told_in_several_answers(phone: Voice) -> None:
    """What is more than one document holds follows in the next, from where it stopped."""
    said = told(*(Message(f"Part {n}. " + "word " * 300) for n in range(9)))
    parts, rest = [], said
    while rest:
        document = tells(phone, rest)
        parts.append(heard(document))
        if document[-1].name != "Redirect":
            break
        last = place_of(document[-1].text).since
        rest = [each for each in rest if each.number > last]

    assert len(parts) > 1
    assert all(len(part) < MOST_CHARS + 2000 for part in parts)
    assert re.findall(r"Part (\d)", "\n".join(parts)) == [str(n) for n in range(9)]


def test_one_message_that_is_too_long_is_still_told(phone: Voice) -> None:
    """It cannot be put off for ever."""
    document = tells(phone, told(Message("word " * 3000)))

    assert heard(document).count("word") == 3000
    assert max(len(verb.text) for verb in asked(document).inside) <= 1000


def test_keys_that_always_lead_are_not_counted(phone: Voice) -> None:
    """A choice that goes back or asks for a person has the key that does so everywhere."""
    back, human = Choice("8", "‹ Back", Speak("back")), Choice("9", "Talk to a person", Speak("human"))
    document = tells(phone, told(Message("Which?", (back, *choices("One"), human))))

    assert "One: press 1." in heard(document)
    assert "Back: press the star key." in heard(document)
    assert "Talk to a person: press 0." in heard(document)
    assert place_of(asked(document).given["action"]).keys == ("0",)


@pytest.mark.parametrize(
    ("word", "note", "keys"),
    [
        ("", "opened", ["0", "9"]),
        ("human", "opened", ["0", "9"]),
        ("back", "opened", ["0", "9", "the star"]),
        ("", "silent", ["0", "9", "the star"]),
        ("human", "silent", ["0", "9", "the star"]),
        ("back", "silent", ["0", "9", "the star"]),
    ],
)
def test_each_leading_key_is_told_once(phone: Voice, word: str, note: str, keys: list[str]) -> None:
    """After a greeting and an excuse callers hear the keys that always lead; one that a choice has told is not told again."""
    offered = (Choice("x", "A way out", Speak(word)),) if word else ()
    place = place_of("https://x/?k=step&n=1&s=1&b=1&l=en")
    answer = Telling(phone._reading.line, place, firm.PERSON, note)(told(Message("Hello.", offered)))
    words = heard(verbs(answer.body, answer.kind))

    assert sorted(re.findall(r"press (9|0|the star)", words)) == keys


@pytest.mark.parametrize("hint", ["tel", "number"])
def test_a_number_is_typed_to_its_end(phone: Voice, hint: str) -> None:
    """There a key alone is an answer, so choices come after a star."""
    document = tells(phone, told(Message("Your number?", choices("Skip"), hint=hint, numbered=False)))  # type: ignore[arg-type]
    gather = asked(document)

    assert gather.given["finishOnKey"] == "#"
    assert "numDigits" not in gather.given
    assert "Skip: press the star key 1." in heard(document)


@pytest.mark.parametrize(
    "message",
    [
        Message("See the map: https://example.com/x?y=1"),
        Message("Our price list", links=(Link("https://example.com", "Prices"),)),
        Message("A picture", media=(Media("image", "a.jpg", "image/jpeg"),)),
        Message("", media=(Media("image", "a.jpg", "image/jpeg"),)),
    ],
)
def test_what_cannot_be_told_is_named(phone: Voice, message: Message) -> None:
    """A link or a picture is not read out; the caller hears that a messenger shows it."""
    spoken = heard(tells(phone, told(message)))

    assert "example.com" not in spoken
    assert "only a screen can show" in spoken


def test_signs_that_are_only_seen_are_not_read_out(phone: Voice) -> None:
    """Bullets, stars, emoji and what XML cannot hold stay away; a choice of stars is told by its key."""
    message = Message(
        "👋 Hello\x0b & <welcome>\n• One · two", (Choice("0", "★★", Go("main")), Choice("1", "👍 Good", Go("main")))
    )
    spoken = heard(tells(phone, told(message)))

    assert "Hello & <welcome>." in spoken
    assert "One, two." in spoken
    assert "1: press 1." in spoken
    assert "Good: press 2." in spoken
    assert not re.search("[•★👋👍]", spoken)


@pytest.mark.parametrize(
    ("language", "text", "verb"),
    [("hy", "Ո՞ր ծառայությունն է պետք։", "Play"), ("ka", "რომელი სერვისი გსურთ?", "Play"),
     ("uz", "Qaysi xizmatga yozilmoqchisiz?", "Play"), ("ru", "На какую услугу вас записать?", "Say"),
     ("en", "What would you like to book?", "Say")],
)  # fmt: skip
def test_each_language_has_a_voice(phone: Voice, language: str, text: str, verb: str) -> None:
    """Twilio says Russian and English; the others are files. Speech is listened to in all five."""
    gather = asked(tells(phone, told(Message(text))))
    locale = {"hy": "hy-AM", "ka": "ka-GE", "uz": "uz-UZ", "ru": "ru-RU", "en": "en-US"}[language]

    assert {each.name for each in gather.inside} == {verb}
    assert gather.given["language"] == locale
    assert gather.given["input"] == "dtmf speech"


def test_a_recording_of_the_firm_comes_first(clinic: Tenant) -> None:
    """A phrase that the firm has recorded is played in the firm's own voice, in any language."""
    recorded = {"en": {"Hello! Welcome.": "a.mp3"}, "hy": {"Բարև Ձեզ։": "b.mp3"}}
    business = clinic.business.model_copy(update={"recordings": recorded})
    phone = voice(business, language="en")
    document = tells(phone, told(Message("Hello! Welcome.", choices("One"))))

    assert [each.name for each in asked(document).inside] == ["Play", "Say"]
    assert asked(document).inside[0].text.endswith("/sound/a.mp3")
    assert "b.mp3" in heard(tells(phone, told(Message("Բարև Ձեզ։ Ընտրեք մենյուից։"))))


def test_an_edit_that_takes_a_message_back_is_not_told(phone: Voice) -> None:
    """Silence is not said; who is told nothing at all hears that we listen."""
    assert "Speak now, please." in heard(tells(phone, told(Message("", replaces=1))))


def test_only_keys_where_speech_is_off(clinic: Tenant) -> None:
    """A firm may switch speech off; then no language is named to Twilio."""
    gather = asked(tells(voice(clinic.business, speech="no"), told(Message("Which?", choices("One")))))

    assert gather.given["input"] == "dtmf"
    assert "language" not in gather.given
