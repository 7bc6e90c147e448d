"""Money as it stands on a price list: the number, a space, the sign."""

import pytest

from bot.texts import Money, money, t
from tests.texts.reading import BOOK, LANGUAGES, read, read_value

AMOUNTS = {  # what is kept -> how it is written, in the order of LANGUAGES
    (12500, "AMD"): ("12 500 ֏", "12 500 ֏", "12 500 ֏", "12 500 ֏", "12,500 ֏"),
    (5000000, "UZS"): ("5 000 000 սում", "5 000 000 сум", "5 000 000 so‘m", "5 000 000 სუმი", "5,000,000 soums"),
    (1250050, "GEL"): ("12 500,50 ₾", "12 500,50 ₾", "12 500,50 ₾", "12 500,50 ₾", "12,500.50 ₾"),
    (150000, "RUB"): ("1 500 ₽", "1 500 ₽", "1 500 ₽", "1 500 ₽", "1,500 ₽"),
    (99, "USD"): ("0,99 $", "0,99 $", "0,99 $", "0,99 $", "0.99 $"),
    (123400, "EUR"): ("1 234 €", "1 234 €", "1 234 €", "1 234 €", "1,234 €"),
}
CASES = [
    pytest.param(minor, currency, language, seen, id=f"{currency}-{language}")
    for (minor, currency), rows in AMOUNTS.items()
    for language, seen in zip(LANGUAGES, rows, strict=True)
]


@pytest.mark.parametrize(("minor", "currency", "language", "seen"), CASES)
def test_an_amount_is_written_as_on_a_price_list(minor: int, currency: str, language: str, seen: str) -> None:
    """«12 500 ֏», never «AMD 12,500.00»; decimals only where there are some."""
    assert read_value(money(minor, currency), language) == seen


@pytest.mark.parametrize("currency", ["AMD", "UZS", "GEL", "RUB", "USD", "EUR"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_customer_reads_the_code_of_a_currency(currency: str, language: str) -> None:
    """The code is for accountants."""
    assert currency not in read_value(money(1_250_000, currency), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amount_is_never_torn_from_its_sign(language: str) -> None:
    """A narrow screen breaks lines at common spaces; inside an amount there is none."""
    assert " " not in BOOK.say(t("{price}", price=money(5_000_000, "AMD")), language)


@pytest.mark.parametrize("minor", [0, 1, 99, 100, 101, 12345, 10**12 + 1])
def test_no_minor_unit_is_lost(minor: int) -> None:
    """What is written adds up to what is kept, to the last cent."""
    said = read_value(Money(minor, "EUR"), "en").removesuffix(" €").replace(",", "")

    assert round(float(said) * 100) == minor


def test_a_currency_that_we_cannot_write_is_refused_when_the_amount_is_made() -> None:
    """An editor learns of it at the start, not a customer in the middle of a price."""
    with pytest.raises(KeyError):
        money(100, "XAU")


@pytest.mark.parametrize(
    ("language", "seen"),
    [
        ("hy", "30 000 ֏-ից"),
        ("ru", "от 30 000 ֏"),
        ("uz", "30 000 ֏ dan"),
        ("ka", "30 000 ֏-დან"),
        ("en", "from 30,000 ֏"),
    ],
)
def test_a_lowest_price_reads_well_in_every_language(language: str, seen: str) -> None:
    """The word for «from» stands before the amount or hangs behind it."""
    assert read(t("from {price}", price=money(30_000, "AMD")), language) == seen
