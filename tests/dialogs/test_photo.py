"""A question that a picture answers, in the web chat and over Telegram."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from bot.chat import Chat
from bot.dialog import Dialog, ask
from bot.events import Media, Said
from bot.ports.store import Query
from bot.testing import Talk
from bot.texts import LANGUAGES, Phrasebook, spoken
from bot.texts.wording import t
from handlers import ACTORS, ROUTES
from tests.dialogs.parlour import MONDAY, Open, parlour
from tests.transcripts.over_telegram import TelegramTalk

PNG = b"\x89PNG\r\n\x1a\n"
TOOTH = Media("image", "tooth.png", "image/png")
CHEEK = Media("image", "cheek.png", "image/png")
SCAN = Media("file", "scan.png", "image/png")
PDF = Media("file", "letter.pdf", "application/pdf")
VOICE = Media("voice", "v.ogg", "audio/ogg")


class Look(Dialog):
    """Asks for one picture."""

    photo = ask.photo(spoken("Show me the tooth."), label=spoken("Photo"), skip=spoken("No picture"))
    name = ask.text(spoken("Your name?"))

    async def done(self, chat: Chat) -> None:
        chat.say(spoken(f"Saw {len(self.photo)} for {self.name}."), media=self.photo)


class Album(Dialog):
    """Asks for up to three."""

    photos = ask.photo(spoken("Show me the room."), most=3, label=spoken("Photos"))
    agreed = ask.confirm(spoken("Is that right?"))

    async def done(self, chat: Chat) -> None:
        chat.say(spoken("Saw " + " ".join(each.name for each in self.photos)))


numbers = count()


def shows(talk: Talk, *media: Media, text: str = "", album: str = "") -> Talk:
    """The customer sends pictures or files in one message."""
    return talk.happens(Said(text, media, client_id=f"p{next(numbers)}", album=album))


@pytest.fixture
def one(opened: Open) -> Talk:
    return opened(Look).says("Do look")


@pytest.fixture
def several(opened: Open) -> Talk:
    return opened(Album).says("Do album")


@pytest.mark.parametrize("picture", [TOOTH, SCAN])
def test_a_picture_is_the_answer(one: Talk, picture: Media) -> None:
    """The picture itself, also one that is sent as a file, is what the dialog goes on with."""
    shows(one, picture).says("Anna")

    assert one.heard[-1] == "Saw 1 for Anna."
    assert one.messages[-1].media == (picture,)


def test_a_picture_with_words_is_the_answer_too(one: Talk) -> None:
    """What is written under a picture does not make it another thing."""
    shows(one, TOOTH, text="it hurts here")

    assert one.asking == "name"


@pytest.mark.parametrize("other", [(), (PDF,), (VOICE,)])
def test_words_and_other_files_are_refused_politely(one: Talk, other: tuple[Media, ...]) -> None:
    """Whoever writes, speaks or sends a letter is told what is wanted, and the question stands."""
    shows(one, *other, text="" if other else "it is on the left")

    assert one.heard[-1] == "Please send a picture here.\n\nShow me the tooth."
    assert one.asking == "photo"


def test_after_three_refusals_a_person_is_offered(one: Talk) -> None:
    """Who cannot send a picture is not kept here."""
    one.says("aaa", "bbb", "ccc")

    assert "Talk to a person" in one.buttons


@pytest.mark.parametrize("how", ["No picture", "skip"])
def test_a_picture_may_be_left_out(one: Talk, how: str) -> None:
    """Where the firm says so the question can be skipped, by the button or the word."""
    one.says(how).says("Anna")

    assert one.heard[-1] == "Saw 0 for Anna."


def test_several_pictures_come_one_by_one(several: Talk) -> None:
    """After each the customer is told how to go on, and says when that is all; the summary counts them."""
    shows(several, TOOTH)
    more = several.heard[-1]
    shows(several, CHEEK).presses("That is all")

    assert more == "Thank you. Send another picture, or press “That is all”."
    assert several.heard[-1].startswith("Photos: 2 pictures")
    assert several.presses("Yes, that is right").heard[-1] == "Saw tooth.png cheek.png"


def test_an_album_is_answered_once(several: Talk) -> None:
    """What is sent in one go comes one by one: all of it counts, and it is answered once."""
    shows(several, TOOTH, album="7")
    before = len(several.heard)
    shows(several, CHEEK, album="7")
    between = len(several.heard)
    several.says("that is all")

    assert between == before
    assert several.heard[-1].startswith("Photos: 2 pictures")


def test_the_last_picture_ends_the_question(several: Talk) -> None:
    """With as many as were asked for nothing has to be pressed, also when they come in one go."""
    for each in (TOOTH, CHEEK, SCAN):
        shows(several, each, album="7")

    assert several.heard[-1].startswith("Photos: 3 pictures")


def test_more_than_were_asked_for_is_said(several: Talk) -> None:
    """Nothing is left out in silence: the customer hears how many were taken."""
    shows(several, TOOTH, CHEEK, SCAN, TOOTH)

    assert several.heard[-1].startswith("I have taken the first 3 pictures.\n\nPhotos: 3 pictures")


def test_a_further_picture_does_not_answer_the_next_question(opened: Open) -> None:
    """The rest of an album is no answer to a second question for a picture."""

    class Two(Dialog):
        """Two pictures, asked for one after another."""

        first = ask.photo(spoken("The left side?"))
        second = ask.photo(spoken("The right side?"), most=2)

        async def done(self, chat: Chat) -> None:
            chat.say(spoken("Done."))

    talk = opened(Two).says("Do two")
    shows(talk, TOOTH, album="7")
    shows(talk, CHEEK, album="7")

    assert talk.asking == "second"
    assert talk.heard[-1] == "The right side?"


def test_pictures_can_be_changed_from_the_summary(several: Talk) -> None:
    """Who opens the question again begins with no picture."""
    shows(several, TOOTH).presses("That is all").presses("Change something").presses("Photos")
    shows(several, CHEEK).presses("That is all").presses("Yes, that is right")

    assert several.heard[-1] == "Saw cheek.png"


def test_a_question_in_between_loses_no_picture(several: Talk) -> None:
    """An answer about something else comes, and what was sent before still counts."""
    shows(several, TOOTH).says("parking").presses("That is all")

    assert several.heard[-1].startswith("Photos: 1 picture")


FORM = """
claim:
  title: {en: Claim}
  questions:
    - {id: damage, kind: photo, max: 2, optional: yes, ask: {en: "Show the damage."}}
    - {id: name, kind: text, ask: {en: "Name?"}}
  done: {en: Thank you.}
  tag: claim
"""


def test_a_form_asks_for_pictures(opened: Open) -> None:
    """An editor asks for a picture without code; the case says how many came, and they stand in the conversation."""
    talk = opened(forms=FORM).says("Do claim")
    shows(talk, TOOTH).presses("That is all").says("Anna")
    ((body,),) = talk.reads(Query("SELECT body FROM cases"))

    assert talk.heard[-1] == "Thank you."
    assert '"damage":"1 picture"' in body


@pytest.mark.parametrize("bad", ["min: 1", "max: 0", "max: 11"])
def test_a_form_says_what_a_photo_takes(opened: Open, bad: str) -> None:
    """A slip in the folder is found before a customer finds it."""
    with pytest.raises(Exception, match="a photo has no min, and a max of 1 to 10 pictures"):
        opened(forms=FORM.replace("max: 2", bad))


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_it_is_said_in_every_language(language: str) -> None:
    """No sentence of this question is left in English."""
    book = Phrasebook(language)
    for sentence in ("That is all", "Please send a picture here.",
                     "Thank you. Send another picture, or press “That is all”."):  # fmt: skip
        assert book.say(t(sentence), language) != sentence
    assert book.say(t("That is all"), language) in book.say(
        t("Thank you. Send another picture, or press “That is all”."), language
    )


@pytest.fixture
def telegram() -> Iterator[TelegramTalk]:
    with ExitStack() as stack:
        tenant = parlour(Look, Album)
        yield stack.enter_context(TelegramTalk(tenant, ROUTES, now=MONDAY, language="en", actors=ACTORS)).opens()


def test_a_picture_answers_over_telegram(telegram: TelegramTalk) -> None:
    """A photo, compressed by the messenger or sent as a file, is the answer; it lies with Telegram under its id."""
    telegram.says("Do look")
    telegram.person.sends_photo(PNG)
    telegram._arrives().says("Anna")

    assert telegram.heard[-1] == "Saw 1 for Anna."
    (photo,) = telegram.messages[-1].media
    assert photo.source == "telegram/main"
    assert telegram.does(telegram._telegram.fetch(photo.name)) == PNG


def test_an_album_answers_over_telegram(telegram: TelegramTalk) -> None:
    """Pictures that are sent in one go are all taken, and the customer presses that this is all."""
    telegram.says("Do album")
    telegram.person.sends_album(PNG, PNG)
    telegram._arrives().presses("That is all")

    assert telegram.heard[-1].startswith("Photos: 2 pictures")
