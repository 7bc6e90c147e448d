"""How an account stands with Meta, and setting it up there."""

from collections.abc import AsyncIterator, Sequence

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.console.channels import remind
from bot.ports.accounts import Wanted
from bot.ports.doctor import Finding
from integrations.channels.meta.whatsapp import WhatsApp
from tests.integrations.kit import PUBLIC_URL
from tests.integrations.meta.whatsapp.conftest import VERIFY_TOKEN, Connect, account
from tests.standins.meta import APP_SECRET, TOKEN, DropAfter, GraphServer, Outage, Refuse
from tests.standins.meta.whatsapp import Template, WhatsAppPart

HOOK = f"{PUBLIC_URL}/webhooks/whatsapp_cloud/main"


def bad(found: Sequence[Finding]) -> list[str]:
    return [each.what for each in found if not each.fine]


@pytest.fixture(autouse=True)
def set_up(cloud: WhatsAppPart) -> None:
    """Everything is as it should be."""
    cloud.number_hook, cloud.subscribed = HOOK, ["1"]
    cloud.templates = [Template("visit_reminder", language) for language in ("ru", "en_US")]


async def test_an_account_in_order_has_nothing_to_mend(whatsapp: WhatsApp) -> None:
    """The owner sees what was looked at, and every template in each of its languages."""
    found = await whatsapp.examine()

    assert bad(found) == []
    assert [each.what for each in found] == [
        "the token is good for +37410000000 (Nur)",
        f"Meta delivers to {HOOK}",
        "Meta delivers to an app",
        "template visit_reminder: en_US approved, ru approved",
    ]


async def test_what_is_wrong_is_named_with_its_remedy(whatsapp: WhatsApp, cloud: WhatsAppPart) -> None:
    """Each finding says what to do."""
    cloud.number_hook, cloud.app_hook, cloud.subscribed, cloud.quality = "", "https://old.example.com/x", [], "RED"
    cloud.templates.append(Template("visit_reminder", "uz", status="PENDING"))
    cloud.templates.append(Template("offer", "ru", status="REJECTED"))
    found = await whatsapp.examine()

    assert bad(found) == [
        "the quality of the number is low",
        f"Meta delivers to https://old.example.com/x, not to {HOOK}",
        "Meta delivers to no app",
        "template offer: ru rejected",
        "template visit_reminder: en_US approved, ru approved, uz pending",
    ]
    assert all(each.how for each in found if not each.fine)


@pytest.mark.req("F15")
@pytest.mark.parametrize(
    ("there", "wrong"),
    [
        (Template("visit_reminder", "ru", 2), ""),
        (Template("visit_reminder", "ru", 1), "in ru it takes 1 values, templates.yaml gives 2"),
        (Template("visit_reminder", "en_US", 2), "templates.yaml names it in ru; there it is in en_US"),
        (Template("another", "ru", 2), "templates.yaml names it in ru, and it is not there at all"),
        (Template("visit_reminder", "ru", 2, named=True), "in ru it has a file, a header or buttons with values"),
        (Template("visit_reminder", "ru", 2, more=({"type": "HEADER", "format": "IMAGE"},)), "in ru it has a file"),
        (Template("visit_reminder", "ru", 2, more=({"type": "HEADER", "text": "For {{1}}"},)), "in ru it has a file"),
        (Template("visit_reminder", "ru", 2, more=({"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Open", "url": "https://example.am/{{1}}"}]},)), "in ru it has a file"),
        (Template("visit_reminder", "ru", 2, more=({"type": "FOOTER", "text": "Nur"}, {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Yes"}]})), ""),
    ],
)  # fmt: skip
async def test_what_the_folder_names_is_looked_for(
    connect: Connect, cloud: WhatsAppPart, there: Template, wrong: str
) -> None:
    """A template that would be refused when it is needed is known before: missing, in another language, of another form."""
    cloud.templates = [there]
    wanted = [
        Wanted("whatsapp_cloud", "visit_reminder", "ru", 2),
        Wanted("whatsapp_twilio", "HX00000000000000000000000000000000", "ru", 1),
    ]
    found = bad(await connect(templates=wanted).examine())

    assert len(found) == bool(wrong)
    assert "".join(found).startswith(f"template visit_reminder: {wrong}" if wrong else "")


@pytest.mark.req("F15")
@pytest.mark.parametrize("status", ["PAUSED", "REJECTED", "PENDING", "DISABLED"])
async def test_a_template_that_may_not_leave_is_told_once(connect: Connect, cloud: WhatsAppPart, status: str) -> None:
    """Its state stands in its line, and nowhere else."""
    cloud.templates = [Template("visit_reminder", "ru", 1, status=status)]
    whatsapp = connect(templates=[Wanted("whatsapp_cloud", "visit_reminder", "ru", 1)])

    assert bad(await whatsapp.examine()) == [f"template visit_reminder: ru {status.lower()}"]


@pytest.mark.req("F15")
async def test_the_log_says_at_the_start_what_must_be_mended(connect: Connect, cloud: WhatsAppPart) -> None:
    """Whoever starts the program reads which templates would be refused, before one is needed."""
    cloud.templates = [Template("visit_reminder", "ru", 1, status="PAUSED")]
    whatsapp = connect(templates=[Wanted("whatsapp_cloud", "visit_reminder", "hy", 1)])
    with capture_logs() as logs:
        await remind({("salon", "whatsapp_cloud/main"): whatsapp})

    assert [(each["account"], each["what"]) for each in logs] == [
        ("whatsapp_cloud/main", "template visit_reminder: ru paused"),
        ("whatsapp_cloud/main",
         "template visit_reminder: templates.yaml names it in hy; there it is in ru"),
    ]  # fmt: skip


async def test_every_template_is_found(whatsapp: WhatsApp, cloud: WhatsAppPart) -> None:
    """Meta gives them page by page."""
    cloud.templates = [Template(f"t{n:03d}", "ru") for n in range(90)]
    found = [each.what for each in await whatsapp.examine() if each.what.startswith("template ")]

    assert found == [f"template t{n:03d}: ru approved" for n in range(90)]


async def test_an_account_without_templates_is_told_what_that_means(whatsapp: WhatsApp, cloud: WhatsAppPart) -> None:
    """There is nothing wrong with it, and an owner should know."""
    cloud.templates = []

    assert "there are no templates" in (await whatsapp.examine())[-1].what


async def test_without_the_business_account_the_number_is_looked_at(connect: Connect) -> None:
    """The setting may be missing; then templates cannot be seen."""
    found = await connect(business_account_id="").examine()

    assert bad(found) == ["the WhatsApp account of the number is not named"]


@pytest.mark.parametrize("edge", ["106540352242922", "subscribed_apps", "message_templates"])
@pytest.mark.parametrize(
    "fault", [Refuse(190, 401), Refuse(4), Outage(502), DropAfter()], ids=lambda each: type(each).__name__
)
async def test_what_cannot_be_looked_at_is_a_finding(
    whatsapp: WhatsApp, graph: GraphServer, edge: str, fault: Refuse | Outage | DropAfter
) -> None:
    """Whatever goes wrong is told, without a secret."""
    graph.faults.once(edge, fault)
    found = await whatsapp.examine()

    assert len(bad(found)) == 1
    assert not any(secret in repr(found) for secret in (TOKEN, APP_SECRET, VERIFY_TOKEN))


async def test_a_token_that_is_no_longer_good(whatsapp: WhatsApp, graph: GraphServer) -> None:
    """The one finding says so, and how a new one is made."""
    graph.tokens.clear()
    (found,) = await whatsapp.examine()

    assert (found.fine, "token" in found.what, "system user" in found.how) == (False, True, True)


@pytest.fixture
async def house() -> AsyncIterator[tuple[str, list[WhatsApp]]]:
    """An address at which a channel answers whether deliveries are wanted, as the house does."""
    channels: list[WhatsApp] = []

    async def answer(request: web.Request) -> web.Response:
        told = channels[0].subscribe(request.query) if request.path == "/webhooks/whatsapp_cloud/main" else None
        return web.Response(status=403) if told is None else web.Response(body=told.body, content_type=told.kind)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", channels
    await runner.cleanup()


async def test_connecting_has_meta_deliver_here(
    connect: Connect, cloud: WhatsAppPart, house: tuple[str, list[WhatsApp]]
) -> None:
    """The app is subscribed, and what is for this number comes to our address, whatever the app has for others."""
    url, channels = house
    cloud.number_hook, cloud.subscribed = "", []
    whatsapp = connect(public_url=url)
    channels.append(whatsapp)
    found = await whatsapp.connect()

    assert bad(found) == []
    assert (cloud.subscribed != [], cloud.number_hook) == (True, f"{url}/webhooks/whatsapp_cloud/main")
    assert any("`messages`" in each.what for each in found)
    assert bad(await whatsapp.examine()) == []


async def test_an_address_that_meta_cannot_reach_is_told(
    connect: Connect, cloud: WhatsAppPart, house: tuple[str, list[WhatsApp]]
) -> None:
    """Meta asks at once; where nobody answers, or wrongly, nothing is changed."""
    url, channels = house
    cloud.number_hook = ""
    whatsapp = connect(public_url=f"{url}/elsewhere")
    channels.append(whatsapp)
    found = await whatsapp.connect()

    assert bad(found) == [
        f"Meta does not deliver to {url}/elsewhere/webhooks/whatsapp_cloud/main: it is not taken (code 2200)"
    ]
    assert cloud.number_hook == ""


async def test_an_address_that_is_too_long_is_told(connect: Connect) -> None:
    """Meta takes two hundred characters."""
    found = await connect(public_url=f"https://{'x' * 200}.example.com").connect()

    assert any("longer than 200" in each for each in bad(found))


@pytest.mark.parametrize("fault", [Refuse(190, 401), Outage(502), DropAfter()], ids=lambda each: type(each).__name__)
async def test_connecting_in_vain_is_told(
    whatsapp: WhatsApp, graph: GraphServer, fault: Refuse | Outage | DropAfter
) -> None:
    """Nothing is raised, and no secret shown."""
    graph.faults.always("*", fault)
    found = await whatsapp.connect()

    assert bad(found)
    assert not any(secret in repr(found) for secret in (TOKEN, APP_SECRET, VERIFY_TOKEN))


def test_settings_that_are_missing_have_their_usual_values() -> None:
    """A business names the number; the rest is known."""
    opened = account("")

    assert opened.settings["api_url"] == "https://graph.facebook.com"
    assert opened.settings["api_version"] == "v25.0"
    assert opened.hook_url == HOOK
