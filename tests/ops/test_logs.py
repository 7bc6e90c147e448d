"""The log: one pipeline for all that is said, and nothing in it that only its owner may read."""

import asyncio
import logging
import traceback

import pytest
import structlog
from pydantic import SecretStr

from bot.redaction import fault, hush, keep_secret, redact, secrets_in
from tests.ops.conftest import Written

log = structlog.get_logger()

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("call +374 91 12-34-56 now", "12-34-56"),
        ("call 8 (916) 123-45-67", "123-45"),
        ("mail ani.petrosyan@nur.example please", "petrosyan"),
        ("card 4111 1111 1111 1111", "1111"),
        (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", "AAF"),
        ("postgresql://dragoman:hunter2@db/main", "hunter2"),
        ("Authorization: Bearer abc.def-123456", "abc.def"),
        ("?token=Zk3abc&x=1", "Zk3abc"),
        ('{"password": "correct horse"}', "correct"),
        ("key sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJhbG"),
        ("session 0f9d8c7b6a5e4d3c2b1a0f9d8c7b6a5e", "0f9d8c"),
    ],
)
def test_what_looks_like_a_secret_or_an_address_of_a_person_is_masked(text: str, gone: str) -> None:
    """Phones, e-mails, cards, tokens and passwords are not readable in any text that was redacted."""
    assert gone not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "telegram/main/5512345#41",
        "at 2026-11-22 04:03:32 it was 1200 AMD",
        "the group -1001234567890 is gone",
        "no such table: cases",
        "a step failed after 4 tries in 0.25 s",
    ],
)
def test_what_helps_whoever_mends_it_stays(text: str) -> None:
    """Times, prices, actors, groups and plain sentences are not masked."""
    assert redact(text) == text


def test_secrets_of_the_environment_are_known_by_heart() -> None:
    """A secret that looks like any word is masked too, since the environment named it so."""
    environ = {"CRM_TOKEN": "plainword", "URL": "redis://:p%40ss-word@cache", "HOME": "/home/somebody"}
    found = secrets_in(environ)
    keep_secret(*found)

    assert found == {"plainword", "p%40ss-word", "p@ss-word"}
    assert redact("they said plainword and p@ss-word at /home/somebody") == "they said *** and *** at /home/somebody"


def test_a_fault_does_not_repeat_what_the_customer_said() -> None:
    """What a fault was about is taken out of its words, quoted or not, in whatever script."""
    error = ValueError("cannot file Անահիտ Petrosyan under 'Գյումրի street'")

    assert fault(error, "I am Անահիտ petrosyan") == "ValueError: cannot file … … under '…'"
    assert fault(KeyError("first_name")) == "KeyError: 'first_name'"


def test_of_what_others_say_only_the_first_line_is_kept() -> None:
    """Databases put the row that they refuse on the second line."""
    assert hush('duplicate key "cases_pkey"\nDETAIL: Key (name)=(Ani) exists') == 'duplicate key "cases_pkey" …'


def test_an_exception_is_told_by_its_places_and_not_by_its_values(logged: Written) -> None:
    """A traceback names files and lines; neither local values nor what was quoted stand in it."""
    customer = "Ani Petrosyan"
    try:
        raise LookupError(f"nobody is called {customer!r}")
    except LookupError as error:
        log.error("it went wrong", exc_info=error)

    told = logged.of("it went wrong")["exception"].splitlines()
    assert told[0] == "LookupError: nobody is called '…'"
    assert told[1].startswith("  tests/ops/test_logs.py:")
    assert "Ani" not in logged.getvalue()


def test_a_line_that_tells_the_error_tells_it_once(logged: Written) -> None:
    """Where the caller has put the error into words that may be kept, the trace adds only places."""
    try:
        raise LookupError("nobody is called Ani")
    except LookupError as error:
        log.error("it went wrong", error=fault(error, "Ani"), exc_info=error)

    told = logged.of("it went wrong")
    assert told["error"] == "LookupError: nobody is called …"
    assert told["exception"].splitlines()[0] == "LookupError"


def test_values_of_every_kind_are_looked_through(logged: Written) -> None:
    """Lists, mappings, bytes and secrets are no way round."""
    log.info("it came", found=[{"phone": "+37491123456"}], body=b"secret words", key=SecretStr("hidden"), n=5)

    told = logged.of("it came")
    assert (told["found"], told["body"], told["key"], told["n"]) == ([{"phone": "***"}], "12 bytes", "***", 5)


def test_a_conversation_is_named_but_not_by_a_phone(logged: Written) -> None:
    """An actor can be found again; where its address is a phone, only its end is told."""
    log.info("a step failed", actor="telegram/main/5512345")
    log.info("another failed", actor="whatsapp_cloud/main/37491123456")

    assert logged.of("a step failed")["actor"] == "telegram/main/5512345"
    assert logged.of("another failed")["actor"] == "whatsapp_cloud/main/***56"


async def test_what_libraries_log_goes_through_the_same_pipeline(logged: Written) -> None:
    """Warnings of others are lines like ours, without what they quote; below that they are not heard at all."""
    logging.getLogger("aiosqlite").debug("executing %s", ["Ani Petrosyan"])
    logging.getLogger("aiohttp.server").error("cannot read %r", "Ani Petrosyan")
    asyncio.get_running_loop().call_exception_handler({"message": "lost", "exception": ValueError("for 'Ani'")})

    assert [each["event"] for each in logged.entries] == ["cannot read '…'", "lost"]
    assert logged.entries[0]["logger"] == "aiohttp.server"
    assert "Ani" not in logged.getvalue()


def test_no_path_of_this_machine_is_told(logged: Written) -> None:
    """Places are told from the root of the project or of a package."""
    try:
        logging.getLogger("x").handle(logging.makeLogRecord({"levelno": "high"}))
    except TypeError as error:
        log.error("it went wrong", exc_info=error)
        here = traceback.extract_tb(error.__traceback__)[0].filename

    assert here.rpartition("/tests/")[0] not in logged.getvalue()
