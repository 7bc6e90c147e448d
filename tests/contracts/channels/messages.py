"""Everything that a bot may say, and everything at the edge of what a channel carries."""

from collections.abc import Iterator

from bot.events import Media
from bot.rendering import Limits
from bot.replies import Choice, Link, Message, Progress, Speak, Template

MENU = Speak("menu")
PICTURE = Media("image", "a.jpg", "image/jpeg")
VOICE = Media("voice", "a.ogg", "audio/ogg")
FILM = Media("video", "a.mp4", "video/mp4")
PLACE = Media("place", "", "", "40.177200, 44.503490")
WORDS = "A choice of so many words that no button carries it, number {}"
LETTERS = {"latin": "a", "cyrillic": "я", "armenian": "ա", "georgian": "ა", "emoji": "😀"}


def choices(count: int, label: str = "Choice {}", *, short: str = "", description: str = "") -> tuple[Choice, ...]:
    """So many choices."""
    return tuple(Choice(str(n), label.format(n), MENU, short.format(n), description.format(n)) for n in range(count))


MESSAGES: dict[str, Message] = {
    "words": Message("Hello"),
    "words in every script": Message("Բարև, мир, oʻzbekcha, გამარჯობა 😀 👩‍👩‍👧 <b>&amp;</b> *x* _y_ `z` {{1}} %s"),
    "one choice": Message("Which?", choices(1)),
    "three choices": Message("Which?", choices(3)),
    "ten choices": Message("Which?", choices(10)),
    "many choices": Message("Which?", choices(40)),
    "very many choices": Message("Which?", choices(300)),
    "choices with descriptions": Message("Which?", choices(4, description="{} h, 20 000 ֏")),
    "choices without numbers": Message("How many?", choices(14), numbered=False, hint="number"),
    "labels that are long": Message("Which?", choices(3, WORDS)),
    "labels with a short form": Message("Which?", choices(12, WORDS, short="No. {}")),
    "ids that are long": Message("Which?", tuple(Choice(f"{n}-" + "x" * 300, f"Choice {n}", MENU) for n in range(3))),
    "labels that are the same": Message("Which?", (Choice("0", "Yes", MENU), Choice("1", "Yes", MENU))),
    "a question with progress": Message("Name?", hint="text", progress=Progress(2, 5)),
    "an address of mail": Message("Where to?", (Choice("0", "Back", Speak("back")),), hint="email"),
    "a number": Message("How many?", hint="number"),
    "a phone": Message("Phone?", (Choice("0", "Back", Speak("back")),), hint="tel"),
    "links": Message("Here", links=(Link("https://example.com/a?b=c&d=%20", "Map"), Link("tel:+37410000101", "Call"))),
    "a link with a long label": Message("Here", links=(Link("https://example.com/a", "A label of far too many words"),)),
    "a link that is long": Message("Here", links=(Link(f"https://example.com/{'a' * 450}", "Map"),)),
    "many links": Message("Here", links=tuple(Link(f"https://example.com/{n}", f"Place {n}") for n in range(12))),
    "links and choices": Message("Here", choices(3), links=(Link("https://example.com/a", "Map"),)),
    "a picture": Message("Look", media=(PICTURE,)),
    "a picture with choices": Message("Look", choices(3), media=(PICTURE,)),
    "a picture alone": Message("", media=(PICTURE,)),
    "two pictures": Message("Look", media=(PICTURE, PICTURE)),
    "a picture that is gone": Message("Look", media=(Media("image", "b.jpg", "image/jpeg"),)),
    "a file": Message("Read", media=(Media("file", "a.jpg", "application/pdf", "Price list.pdf"),)),
    "a voice": Message("Listen", media=(VOICE,)),
    "a film": Message("Look", media=(FILM,)),
    "one of each file": Message("Look", choices(2), media=(PICTURE, VOICE, FILM, PLACE)),
    "a place": Message("We are here", media=(PLACE,)),
    "a place alone": Message("", media=(PLACE,)),
    "a human": Message("Come in", author="Aram"),
    "a human with a long name and a picture": Message("Come in", media=(PICTURE,), author="Aram " * 12 + "Aramyan"),
    "what may ring": Message("A colleague will take over", choices(2), rings="reception"),
    "words with a template beside them": Message("We expect you", template=Template({"another": "x"}, "ru", ("1",))),
    "somebody else's words": Message("I like it", heading="A review of yesterday"),
    "very long words": Message("A long sentence with words. " * 600),
    "very long words with choices": Message("A long sentence with words. " * 300, choices(3)),
    "half a character": Message("a \ud83d b"),
    "choices without words": Message("", choices(2)),
}  # fmt: skip


def sized(letter: str, limits: Limits, over: int = 0, most: int = 0) -> str:
    """A text of exactly so much as a channel counts it, in short words; `over` more letters."""
    text, most = "", most or limits.text
    word = letter * 9 + " "
    text = word * (most // limits.measure(word))
    while limits.measure(text + letter) <= most:
        text += letter
    return text + letter * over


def edges(limits: Limits) -> Iterator[tuple[str, Message]]:
    """Messages at each limit and one over it, in every script."""
    for script, letter in LETTERS.items():
        for over in (0, 1):
            text = sized(letter, limits, over)
            yield f"{script} text +{over}", Message(text)
            yield f"{script} text under a picture +{over}", Message(text, media=(PICTURE,))
            for name, most in (("asking", limits.asking), ("listing", limits.listing), ("caption", limits.caption)):
                if most:
                    beside = sized(letter, limits, over, most)
                    count = {"asking": min(2, limits.buttons), "listing": min(limits.rows, 5), "caption": 0}[name]
                    media = (PICTURE,) if name == "caption" else ()
                    yield f"{script} {name} +{over}", Message(beside, choices(count), media)
            for name, most in (("label", limits.label), ("row", limits.row_label), ("about", limits.row_description)):
                if most:
                    label = letter * (most - 1 + over) + "{}"
                    made = choices(4, description=label) if name == "about" else choices(2, label)
                    yield f"{script} {name} +{over}", Message("Which?", made)
    for name, most in (("buttons", limits.buttons), ("rows", limits.rows), ("pages", limits.rows * limits.pages)):
        for over in (0, 1):
            if most:
                yield f"{name} +{over}", Message("Which?", choices(most + over))
                yield f"{name} +{over}, described", Message("Which?", choices(most + over, description="for {} h"))
