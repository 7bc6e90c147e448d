"""Phones and e-mail addresses as customers type them."""

import pytest

from bot.understanding import BadEmail, BadPhone, Email, Phone, find_phone, read_email, read_phone


@pytest.mark.req("A8")
@pytest.mark.parametrize(
    ("region", "text", "e164"),
    [
        ("AM", "091 12 34 56", "+37491123456"),
        ("AM", "91123456", "+37491123456"),
        ("AM", "(091) 12-34-56", "+37491123456"),
        ("AM", "+374 91 123456", "+37491123456"),
        ("AM", "37491123456", "+37491123456"),
        ("AM", "0037491123456", "+37491123456"),
        ("AM", "010 52 34 56", "+37410523456"),
        ("AM", "٠٩١١٢٣٤٥٦", "+37491123456"),
        ("am", "Իմ համարը՝ 091 123456", "+37491123456"),
        ("AM", "тел: 091-12-34-56", "+37491123456"),
        ("AM", "8 916 123-45-67", "+79161234567"),
        ("AM", "+7 (916) 123 45 67", "+79161234567"),
        ("AM", "998901234567", "+998901234567"),
        ("AM", "995 555 12 34 56", "+995555123456"),
        ("UZ", "90 123 45 67", "+998901234567"),
        ("UZ", "+998 90 123-45-67", "+998901234567"),
        ("UZ", "+37491123456", "+37491123456"),
        ("GE", "555 12 34 56", "+995555123456"),
        ("GE", "+995 555 123456", "+995555123456"),
        ("GE", "8 (916) 123-45-67", "+79161234567"),
        ("RU", "9161234567", "+79161234567"),
        ("RU", "8(916)1234567", "+79161234567"),
        ("RU", "+374 91 12 34 56", "+37491123456"),
    ],
)
def test_a_phone_is_stored_in_one_form_however_it_is_typed(region: str, text: str, e164: str) -> None:
    """Armenian, Georgian, Uzbek and Russian numbers become E.164, local spellings included."""
    found = read_phone(text, region=region)

    assert isinstance(found, Phone)
    assert found.e164 == e164
    assert found.shown.replace(" ", "").replace("-", "") == e164


@pytest.mark.req("A8")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12345", "too_short"),
        ("+374", "too_short"),
        ("09112345", "too_short"),
        ("0911234567", "too_long"),
        ("1234567890123456", "too_long"),
        ("hello", "not_a_number"),
        ("", "not_a_number"),
        ("1-800-FLOWERS", "not_a_number"),
        ("my phone is 12", "too_short"),
    ],
)
def test_a_bad_phone_is_refused_with_a_reason(text: str, reason: str) -> None:
    """A number that cannot be called is refused, and why is known."""
    assert read_phone(text, region="AM") == BadPhone(reason)  # type: ignore[arg-type]  # table of literals


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("Позвоните на 8 916 123-45-67 завтра в 5", "+79161234567"),
        ("I am Anna, +374 91 123456, call me", "+37491123456"),
        ("091123456 Ani", "+37491123456"),
        ("25.12.2026 в 17:30", None),
        ("order 12345678901", None),
        ("12 500 драм", None),
        ("4111 1111 1111 1111", None),
        ("no number", None),
    ],
)
def test_a_phone_is_found_within_a_sentence(text: str, e164: str | None) -> None:
    """A number within a sentence is found; dates, sums, cards and order numbers are not taken for one."""
    found = find_phone(text, region="AM")

    assert (found.e164 if found else None) == e164


@pytest.mark.req("A8")
@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("anna@mail.ru", "anna@mail.ru"),
        ("My mail is Anna.S@Gmail.com, thanks", "Anna.S@gmail.com"),
        ("name @ gmail.com", "name@gmail.com"),
        ("mailto:a@x.org", "a@x.org"),
        ("<anna@mail.ru>", "anna@mail.ru"),
        ("anna@mail.ru.", "anna@mail.ru"),
        ("иван@почта.рф", "иван@почта.рф"),
    ],
)
def test_an_address_is_read_as_it_is_typed(text: str, address: str) -> None:
    """An e-mail address is found in a sentence, in brackets, and with spaces around the sign."""
    assert read_email(text) == Email(address, None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a@gmail.con", "a@gmail.com"),
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmail.co", "a@gmail.com"),
        ("a@mail.ri", "a@mail.ru"),
        ("a@yandex.ry", "a@yandex.ru"),
        ("a@hotmial.com", "a@hotmail.com"),
    ],
)
def test_a_slip_in_an_address_is_offered_mended(text: str, meant: str) -> None:
    """A well-known slip is kept as typed, with what was probably meant beside it."""
    assert read_email(text) == Email(text, meant)


@pytest.mark.req("A8")
@pytest.mark.parametrize(
    ("text", "reason"),
    [("none", "missing"), ("", "missing"), ("a@b", "malformed"), ("a@@b.c", "malformed"), ("@", "malformed")],
)
def test_a_text_without_an_address_is_refused(text: str, reason: str) -> None:
    """A text with no address, or an impossible one, is refused, and which of the two is known."""
    assert read_email(text) == BadEmail(reason)  # type: ignore[arg-type]  # table of literals
