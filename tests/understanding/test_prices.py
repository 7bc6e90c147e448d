"""Who asks what a service costs is told, whatever else the service's name means; who wants it books it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest

from bot.business import vocabulary_of
from bot.dialog.field import encode
from bot.runtime import Tenant
from bot.testing import Talk
from bot.understanding import Band, Understander, asks_price
from handlers import ROUTES
from tests.understanding.test_firm import salon

MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the business
Visitor = Callable[[str], Talk]

ASKED = [
    ("en", "How much is a cleaning?", "hygiene"),
    ("en", "what does a teeth cleaning cost", "hygiene"),
    ("en", "price of whitening please", "whitening"),
    ("en", "how much do you charge for a filling", "filling"),
    ("en", "hello, cost of extraction?", "extraction"),
    ("ru", "сколько стоит чистка", "hygiene"),
    ("ru", "а сколько чистка зубов стоит?", "hygiene"),
    ("ru", "какая цена на отбеливание", "whitening"),
    ("ru", "чистка почём", "hygiene"),
    ("ru", "во сколько обойдётся пломба", "filling"),
    ("ru", "skolko stoit chistka zubov", "hygiene"),
    ("uz", "qancha turadi tish tozalash", "hygiene"),
    ("uz", "tish oqartirish narxi qancha", "whitening"),
    ("uz", "plomba necha pul", "filling"),
    ("uz", "tish tozalashning narxini ayting", "hygiene"),
    ("uz", "тиш тозалаш қанча туради", "hygiene"),
    ("hy", "ինչ արժե մաքրումը", "hygiene"),
    ("hy", "ի՞նչ արժե ատամների մաքրումը", "hygiene"),
    ("hy", "մաքրման գինը", "hygiene"),
    ("hy", "ինչքա՞ն արժե սպիտակեցումը", "whitening"),
    ("hy", "inch arje maqrumy", "hygiene"),
    ("ka", "რა ღირს კბილების წმენდა", "hygiene"),
    ("ka", "წმენდის ფასი", "hygiene"),
    ("ka", "რამდენი ღირს გათეთრება?", "whitening"),
    ("ka", "კბილების წმენდა რა ჯდება", "hygiene"),
]
BOOKED = [
    ("en", "book a cleaning"),
    ("en", "cleaning tomorrow at five"),
    ("en", "could I have a cleaning, as soon as possible"),
    ("ru", "запишите на чистку"),
    ("ru", "хочу чистку"),
    ("ru", "во сколько завтра можно прийти на чистку"),
    ("uz", "tish tozalashga yozing"),
    ("uz", "tish tozalash ertaga soat nechada bor"),
    ("hy", "գրանցեք մաքրման"),
    ("hy", "մաքրում ինչքան հնարավոր է շուտ"),
    ("ka", "წმენდა მინდა"),
    ("ka", "ჩამწერეთ წმენდაზე ხვალ"),
]
LISTED = [
    ("en", "how much is it", "The dentist tells you the exact price"),
    ("ru", "сколько стоит", "Точную цену врач называет"),
    ("uz", "narxi qancha", "Aniq narxni shifokor"),
    ("hy", "ի՞նչ արժե", "Ճշգրիտ գինը բժիշկն"),
    ("ka", "რა ღირს", "ზუსტ ფასს ექიმი"),
    ("en", "how much is a cleaning and a whitening", "The dentist tells you the exact price"),
]


@pytest.fixture(scope="module")
def untrained(clinic: Tenant) -> Understander:
    """What the clinic understands before its model is ready."""
    return Understander.of(vocabulary_of(clinic.business, clinic.machine.dialogs))


@pytest.fixture
def visitor(clinic: Tenant) -> Iterator[Visitor]:
    """A customer of the clinic who has seen the menu."""
    with ExitStack() as stack:
        yield lambda language: stack.enter_context(Talk(clinic, ROUTES, now=MONDAY, language=language)).opens()


@pytest.mark.req("A6", "A14")
@pytest.mark.parametrize(("language", "text", "service"), ASKED)
def test_the_price_of_a_service_is_asked(
    clinic: Tenant, untrained: Understander, language: str, text: str, service: str
) -> None:
    """Words for a price beside the name of a service ask what it costs, with the model and before it."""
    for understander in (untrained, clinic.understander):
        reading = understander.read(text, language)

        assert (reading.band, reading.guesses[0].key) == (Band.SURE, f"price:{service}")


@pytest.mark.req("A14")
@pytest.mark.parametrize(("language", "text"), BOOKED)
def test_who_wants_a_service_books_it(clinic: Tenant, untrained: Understander, language: str, text: str) -> None:
    """Without a word for a price the name of a service is a word for booking, as before."""
    assert not asks_price(text)
    for understander in (untrained, clinic.understander):
        assert understander.read(text, language).guesses[0].key == "booking"


@pytest.mark.req("A6")
@pytest.mark.parametrize(("language", "text", "said"), LISTED)
def test_all_prices_are_shown_where_no_one_service_is_named(
    visitor: Visitor, language: str, text: str, said: str
) -> None:
    """A question of price about nothing, or about several services, is answered with the list."""
    assert visitor(language).says(text).heard[-1].startswith(said)


@pytest.mark.req("A6")
@pytest.mark.parametrize(("language", "text", "said"), [
    ("en", "How much is a cleaning?", "Teeth cleaning: 1 h · 20,000 ֏ – 25,000 ֏"),
    ("ru", "Сколько стоит чистка?", "Чистка зубов: 1 ч · 20 000 ֏ – 25 000 ֏"),
    ("uz", "Tish tozalash qancha turadi?", "Tish tozalash: 1 soat · 20 000 ֏ – 25 000 ֏"),
    ("hy", "Գներ մաքրման", "Ատամների մաքրում՝ 1 ժ · 20 000 ֏ – 25 000 ֏"),
    ("ka", "წმენდის ფასები", "კბილების წმენდა: 1 სთ · 20 000 ֏ – 25 000 ֏"),
])  # fmt: skip
def test_the_answer_is_the_price_and_a_way_to_book(visitor: Visitor, language: str, text: str, said: str) -> None:
    """What it costs and how long it takes; the first button books that service, though the words name a place too."""
    talk = visitor(language).says(text)

    assert " ".join(talk.heard[-1].split("\n")[0].split()) == said
    talk.presses(talk.buttons[0])
    assert talk.asking == "branch"


@pytest.mark.req("F4")
@pytest.mark.parametrize(("language", "book", "text"), [
    ("en", "Book a visit", "how much is a cleaning?"),
    ("ru", "Записаться", "сколько стоит чистка"),
    ("uz", "Qabulga yozilish", "tish tozalash narxi qancha"),
    ("hy", "Գրանցվել այցի", "ինչ արժե մաքրումը"),
    ("ka", "ვიზიტზე ჩაწერა", "რა ღირს წმენდა"),
])  # fmt: skip
def test_a_price_asked_while_booking_is_no_choice(visitor: Visitor, language: str, book: str, text: str) -> None:
    """Who asks the price at the question for the service is told, and chooses then; no second booking is offered."""
    talk = visitor(language).says(book)
    question, said = talk.heard[-1], len(talk.heard)
    talk.says(text)

    assert "20" in talk.heard[said]
    assert talk.heard[said + 1 :] == [question]
    assert talk.asking == "service"


def test_a_name_is_no_question_of_price(visitor: Visitor) -> None:
    """Where any words are an answer, those for a price and a service are one too."""
    talk = visitor("en").says("Book a visit", "Teeth cleaning", "Kentron").presses("Monday 23 November, 14:00")
    talk.says("Price Cleaning")

    assert talk.asking == "phone"


@pytest.mark.req("A6")
def test_who_books_and_asks_the_price_is_asked_which(visitor: Visitor) -> None:
    """Two plain wishes in one message are not guessed between; the one that is pressed is done with all the words."""
    talk = visitor("en").says("I want to book a cleaning tomorrow, how much is it?")

    assert talk.heard[-1] == "Did you mean:"
    assert talk.buttons == ["Book a visit", "Prices", "None of these"]
    talk.presses("Prices")
    assert talk.heard[-1].startswith("Teeth cleaning: ")


@pytest.mark.req("A31")
@pytest.mark.parametrize(("intents", "key"), [
    ("{price: {start: booking}}", "booking"),
    ("{price: {answer: cards}}", "answer:cards"),
    ("{price: {say: human}}", "price"),
    ("{price: {go: prices}}", "price:haircut"),
    ("{}", "price:haircut"),
])  # fmt: skip
def test_what_a_firm_wrote_about_prices_counts_first(intents: str, key: str) -> None:
    """A firm that sends questions of price elsewhere gets them there, also those about one service."""
    understander = Understander.of(vocabulary_of(salon(intents), ("booking",)))

    assert understander.read("how much is a haircut", "en").guesses[0].key == key


def test_the_button_under_a_price_books_that_service(visitor: Visitor) -> None:
    """The service is not asked for again."""
    talk = visitor("en").says("how much is whitening")
    started = talk.presses("Book a time").state.frame

    assert started is not None
    assert bytes(started.answers["service"]) == bytes(encode("whitening"))
