"""Who opened a page: only what Telegram signed for this bot, and lately, is believed."""

import hmac
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from aiogram.utils.auth_widget import check_signature
from aiogram.utils.web_app import check_webapp_signature
from hypothesis import given
from hypothesis import strategies as st

from integrations.channels.telegram.mini_app import FRESH, MOST_CHARS, NotProved, check_init_data, check_login

# facts/channels.md, 2.4
TOKEN = "1234567890:TEST-token_for_vectors_only-000000000"
INIT_DATA = (
    "query_id=AAE&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22%D4%B1%D5%B6%D5%AB%22%2C%22language_code%22%3A"
    "%22hy%22%7D&auth_date=1767225600&hash=8f496b1caaf5125ccefd39febf3b32eb9ec5086bf0a47065cca29d04c82d9504"
)
LOGIN = {
    "id": "279058397",
    "first_name": "Ani",
    "username": "ani",
    "auth_date": "1767225600",
    "hash": "87cbb6fa4a5c160c7785dd9d1d11a738c5ca52a38dae70a20d4a55bab2a45172",
}
SIGNED_AT = datetime.fromtimestamp(1767225600, UTC)


def test_what_telegram_signed_is_believed() -> None:
    """The page's visitor has the number and the name that Telegram gave."""
    visitor = check_init_data(INIT_DATA, TOKEN, SIGNED_AT)

    assert (visitor.user.id, visitor.user.first_name, visitor.user.language_code) == (279058397, "Անի", "hy")
    assert (visitor.at, visitor.fields["query_id"]) == (SIGNED_AT, "AAE")


def test_a_login_that_telegram_signed_is_believed() -> None:
    """The same for who logs in on a page outside."""
    visitor = check_login(LOGIN, TOKEN, SIGNED_AT)

    assert (visitor.user.id, visitor.user.first_name, visitor.user.username) == (279058397, "Ani", "ani")


@pytest.mark.parametrize(
    "init_data",
    [
        "",
        "hash=",
        INIT_DATA.replace("AAE", "AAF"),
        INIT_DATA.replace("279058397", "279058398"),
        INIT_DATA.replace("1767225600", "1767225601"),
        INIT_DATA.replace("hash=8f", "hash=8F"),
        INIT_DATA.replace("hash=8f", "hash=7f"),
        INIT_DATA.replace("&hash=", "&hash=%F0%28&other="),
        INIT_DATA.partition("&hash")[0],
        f"{INIT_DATA}&signature=x",
        f"{INIT_DATA}&user=%7B%22id%22%3A1%7D",
        f"user=%7B%22id%22%3A1%7D&{INIT_DATA}",
        f"{INIT_DATA}&{'x' * MOST_CHARS}=1",
        "%ff=%ff",
        "a;b",
        "\ud800=1&hash=\ud800",
    ],
)
def test_anything_else_is_not(init_data: str) -> None:
    """A changed field, another hash, a field twice, nonsense: none of it proves who is there."""
    with pytest.raises(NotProved):
        check_init_data(init_data, TOKEN, SIGNED_AT)


@pytest.mark.parametrize("changed", [{"id": "1"}, {"hash": ""}, {"photo_url": "x"}, {"auth_date": "1767225601"}])
def test_a_changed_login_is_not(changed: dict[str, str]) -> None:
    """Nobody logs in as somebody else."""
    with pytest.raises(NotProved):
        check_login(LOGIN | changed, TOKEN, SIGNED_AT)


def test_another_bots_page_is_not_ours() -> None:
    """What was signed with another token says nothing here."""
    with pytest.raises(NotProved):
        check_init_data(INIT_DATA, TOKEN.replace("1234", "1235"), SIGNED_AT)
    with pytest.raises(NotProved):
        check_login(LOGIN, TOKEN.replace("1234", "1235"), SIGNED_AT)


@pytest.mark.parametrize("late", [FRESH + timedelta(seconds=1), timedelta(minutes=-2)])
def test_what_is_old_or_of_the_future_is_not_believed(late: timedelta) -> None:
    """What somebody copied yesterday opens nothing today."""
    with pytest.raises(NotProved, match="too old"):
        check_init_data(INIT_DATA, TOKEN, SIGNED_AT + late)
    with pytest.raises(NotProved, match="too old"):
        check_login(LOGIN, TOKEN, SIGNED_AT + late)


def test_a_later_age_can_be_asked_for() -> None:
    """A page that stays open for a day says so."""
    assert check_init_data(INIT_DATA, TOKEN, SIGNED_AT + timedelta(hours=20), fresh=timedelta(days=1)).user.id


NAMES = st.sampled_from(["query_id", "start_param", "signature", "chat_type", "a b", "ü"])
VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)  # aiogram leaves empty ones out


@given(st.dictionaries(NAMES, VALUES), st.booleans())
def test_we_and_aiogram_say_the_same(fields: dict[str, str], spoiled: bool) -> None:
    """Whatever fields there are: what Telegram signs passes at both, and with one letter more at neither."""
    fields |= {"user": '{"id":5,"first_name":"Ani"}', "auth_date": "1767225600"}
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", TOKEN.encode(), "sha256")
    proof = hmac.digest(key, f"{lines}{'x' * spoiled}".encode(), "sha256").hex()
    init_data = urlencode(fields | {"hash": proof})

    assert check_webapp_signature(TOKEN, init_data) is not spoiled
    with pytest.raises(NotProved) if spoiled else nullcontext():
        check_init_data(init_data, TOKEN, SIGNED_AT)


def test_aiogram_takes_the_same_vectors() -> None:
    """The vectors are those of the library, so we read the page's proof as it does."""
    assert check_webapp_signature(TOKEN, INIT_DATA)
    assert check_signature(TOKEN, LOGIN["hash"], **{name: value for name, value in LOGIN.items() if name != "hash"})
    assert dict(parse_qsl(INIT_DATA))["query_id"] == "AAE"
