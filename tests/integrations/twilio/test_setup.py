"""How an account stands at Twilio, and setting it up there."""

import pytest

from bot.ports.accounts import Problems as AccountProblems
from bot.ports.accounts import Written, read_account
from bot.ports.doctor import Doctored, Finding
from integrations.channels.twilio import CHANNELS
from tests.integrations.twilio.conftest import Open, alone
from tests.standins.twilio import ACCOUNT, TOKEN, Outage, Refuse, TwilioServer
from tests.standins.twilio.settings import SERVICE, SHORT_CODE

HOOK = "https://bot.example.am/webhooks/{}/main"
BOTH = ["whatsapp_twilio", "sms_twilio"]


async def found(channel: Doctored) -> dict[str, bool]:
    """What was looked at; each finding that is not fine says how it is mended, and none shows the token."""
    findings = await channel.examine()
    assert all(each.what and (each.fine or each.how) for each in findings)
    assert TOKEN not in repr(findings)
    return {each.what: each.fine for each in findings}


@pytest.mark.parametrize(
    ("name", "sender"),
    [("whatsapp_twilio", "+37410000000"), ("whatsapp_twilio", SERVICE), ("sms_twilio", "+15017122661"),
     ("sms_twilio", SHORT_CODE), ("sms_twilio", SERVICE)],
)  # fmt: skip
async def test_an_account_is_connected_and_then_stands_well(
    connect: Open, api: TwilioServer, name: str, sender: str
) -> None:
    """Before that its messages go elsewhere; after it they come here, and are tried again when they could not be taken."""
    channel = connect(name, **{"from": sender})
    before = await found(channel)
    connected = await channel.connect()
    after = await found(channel)

    assert before[f"Messages to {sender} are not delivered here"] is False
    assert connected == [Finding(fine=True, what=f"Messages to {sender} are delivered here now")]
    assert after["The token is good"]
    assert after[f"Messages to {sender} are delivered here"]
    assert all(after.values())
    assert f"{HOOK.format(name)}#rc=3&rp=ct,rt,5xx" in repr(api.settings)


async def test_looking_changes_nothing(connect: Open, api: TwilioServer) -> None:
    """Only GET is asked."""
    for name in BOTH:
        await found(connect(name))

    assert {method for method, _ in api.asked} == {"GET"}


async def test_a_name_writes_one_way(connect: Open, api: TwilioServer) -> None:
    """There is nothing to set up, and nobody can answer."""
    channel = connect("sms_twilio", **{"from": "Clinic"})
    line = "Clinic is a name: it writes to customers, and nobody can answer it"

    assert await found(channel) == {"The token is good": True, line: True}
    assert await channel.connect() == [Finding(fine=True, what=line)]
    assert {method for method, _ in api.asked} == {"GET"}


@pytest.mark.req("F35")
@pytest.mark.parametrize(("number", "country"), [("+37410000101", "AM"), ("+74951234567", "RU"), ("+15017122661", "")])
async def test_a_number_whose_country_cannot_answer_is_told(
    connect: Open, api: TwilioServer, number: str, country: str
) -> None:
    """It is for notices there; nothing is wrong with it."""
    api.settings.numbers["PN01"]["phone_number"] = number
    channel = connect("sms_twilio", **{"from": number})
    await channel.connect()
    lines = await found(channel)

    line = f"Twilio brings no answers from {country}: {number} is for notices there"
    assert all(lines.values())
    assert (line in lines) is bool(country)


async def test_a_number_without_text_messages_is_told(connect: Open, api: TwilioServer) -> None:
    """Twilio sells numbers that only ring."""
    api.settings.numbers["PN01"]["capabilities"] = {"voice": True, "sms": False, "mms": False}
    line = "+15017122661 is a number that takes and sends no text messages"
    assert (await found(connect("sms_twilio")))[line] is False

    api.settings.numbers["PN01"]["capabilities"] = {"voice": True, "sms": True, "mms": False}
    assert line not in await found(connect("sms_twilio"))


@pytest.mark.parametrize("name", BOTH)
async def test_a_token_that_is_refused_is_found_first(connect: Open, name: str) -> None:
    """And nothing else is looked at."""
    assert await found(connect(name, auth_token="t" * 32)) == {"Twilio refuses the account SID with this token": False}


@pytest.mark.parametrize("name", BOTH)
async def test_a_twilio_that_gives_no_answer_is_a_finding(connect: Open, api: TwilioServer, name: str) -> None:
    """Down, or not there at all."""
    channel = connect(name)
    api.faults.once(f"{ACCOUNT}.json", Outage())
    assert await found(channel) == {"Twilio cannot be reached": False}
    nowhere = alone(name, "http://127.0.0.1:9")

    assert await found(nowhere) == {"Twilio cannot be reached": False}
    assert [each.fine for each in await nowhere.connect()] == [False]


async def test_the_state_of_the_account_is_told(connect: Open, api: TwilioServer) -> None:
    """A trial writes to verified numbers only; a suspended one to nobody."""
    api.settings.state = {"status": "active", "type": "Trial"}
    trial = "The token is good, but this is a trial account: it writes to verified numbers only"
    assert (await found(connect("sms_twilio")))[trial] is False

    api.settings.state = {"status": "suspended", "type": "Full"}
    assert await found(connect("sms_twilio")) == {"The account is suspended": False}


@pytest.mark.parametrize(
    ("name", "sender", "line"),
    [("whatsapp_twilio", "+37499999999", "+37499999999 is no WhatsApp sender of this account"),
     ("whatsapp_twilio", "+14155238886", "The sandbox cannot be looked at from here"),
     ("sms_twilio", "+15550000000", "+15550000000 is no number of this account"),
     ("sms_twilio", "54321", "54321 is no number of this account"),
     ("sms_twilio", "MG" + "1" * 32, f"MG{'1' * 32} is no Messaging Service of this account")],
)  # fmt: skip
async def test_a_sender_that_is_not_there_is_told(connect: Open, name: str, sender: str, line: str) -> None:
    """By looking, and by connecting."""
    channel = connect(name, **{"from": sender})

    assert (await found(channel))[line] is False
    assert [(each.fine, each.what) for each in await channel.connect()] == [(False, line)]


async def test_a_number_that_cannot_be_changed_is_told(connect: Open, api: TwilioServer) -> None:
    """With the address that is to be set by hand."""
    for name, path in (("sms_twilio", "PN01.json"), ("whatsapp_twilio", "XE01")):
        api.faults.once(path, Refuse(20001))
        (finding,) = await connect(name).connect()

        assert not finding.fine
        assert HOOK.format(name) in finding.how


async def test_what_is_wrong_with_a_sender_or_a_template_is_told(connect: Open, api: TwilioServer) -> None:
    """Offline, rejected, paused."""
    api.settings.whatsapp["XE01"]["status"] = "OFFLINE"
    api.template("Your visit is at {{1}}.", status="rejected")
    api.template("Come again.", status="approved")
    states = await found(connect("whatsapp_twilio"))

    assert states["The sender +37410000000 is OFFLINE"] is False
    assert states["The template 'made_by_hand' is rejected"] is False

    api.contents.popitem()
    next(iter(api.contents.values())).approval = "approved"
    assert (await found(connect("whatsapp_twilio")))["1 templates are approved, none is rejected or paused"]


async def test_a_service_whose_numbers_go_their_own_way_is_told(connect: Open, api: TwilioServer) -> None:
    """Until it is connected."""
    api.settings.services[SERVICE]["use_inbound_webhook_on_number"] = True
    channel = connect("sms_twilio", **{"from": SERVICE})
    assert (await found(channel))[f"The numbers of {SERVICE} deliver each where it says itself"] is False

    await channel.connect()
    assert all((await found(channel)).values())


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("setting", "value"),
    [("account_sid", "AC01"), ("from", "+1"), ("from", "A name that is too long"), ("per_second", "fast"), ("key_sid", "x"),
     ("api_url", "ftp://x")],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_named(name: str, setting: str, value: str) -> None:
    """With what it should be; no secret is shown."""
    settings = {"account_sid": ACCOUNT, "from": "+15017122661"} | {setting: value}
    with pytest.raises(AccountProblems) as problems:
        read_account(
            Written("clinic", name, "main", {"auth_token": "TWILIO"}, settings),
            CHANNELS[name],
            {"TWILIO": TOKEN},
            "https://x",
        )

    assert len(problems.value.lines) == 1
    assert setting in problems.value.lines[0]
    assert TOKEN not in str(problems.value)


@pytest.mark.parametrize("name", BOTH)
def test_an_account_needs_little(name: str) -> None:
    """Its token, its SID and whom it writes as; all else has a default."""
    written = Written(
        "clinic", name, "main", {"auth_token": "TWILIO"}, {"account_sid": ACCOUNT, "from": "+15017122661"}
    )
    made = read_account(written, CHANNELS[name], {"TWILIO": TOKEN}, "https://bot.example.am/")

    assert made.hook_url == HOOK.format(name)
    assert next(iter(CHANNELS[name].secrets)) == "auth_token"
    assert isinstance(alone(name, ""), Doctored)
