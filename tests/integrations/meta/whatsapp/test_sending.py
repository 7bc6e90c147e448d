"""What becomes of what is sent, for every way in which WhatsApp takes it or does not."""

from datetime import timedelta
from typing import Any

import pytest

from bot.events import Contact, Linking, Receipt
from bot.ports.channel import (
    Closes,
    Fetches,
    Paced,
    PerhapsSent,
    Retry,
    Sent,
    Subscribing,
    Tracking,
    Undeliverable,
    Windowed,
)
from bot.ports.doctor import Doctored
from bot.replies import Choice, Message, Speak, Template
from integrations.channels.meta.whatsapp import WhatsApp
from tests.integrations.kit import Hands
from tests.integrations.meta.whatsapp.conftest import Connect, address, delivered, say
from tests.standins.meta import TOKEN, DropAfter, DropBefore, GraphServer, Outage, OutageAfter, Refuse
from tests.standins.meta import whatsapp as standin
from tests.standins.meta.whatsapp import WhatsAppPart
from tests.standins.meta.whatsapp_people import Person, Shown

HELLO = Message("Hello")
REMINDER = Message("Tomorrow", template=Template({"whatsapp_cloud": "visit_reminder"}, "ru", ("Ani",)))


async def test_what_it_is(whatsapp: WhatsApp) -> None:
    """The house sees what it can do, and never its secrets."""
    for ability in (Windowed, Tracking, Subscribing, Paced, Fetches, Closes, Doctored):
        assert isinstance(whatsapp, ability)
    assert (whatsapp.window, whatsapp.per_second, whatsapp.tracks) == (timedelta(hours=24), 80, True)
    assert repr(whatsapp) == "WhatsApp(salon/main)"
    assert TOKEN not in repr(vars(whatsapp))


async def test_what_is_said_arrives_and_its_id_comes_back(whatsapp: WhatsApp, ani: Person) -> None:
    """The customer sees the words and the buttons."""
    (outcome,) = await say(whatsapp, ani, Message("Hello", (Choice("0", "Book", Speak("menu")),)))

    (shown,) = ani.screen
    assert outcome == Sent(shown.id)
    assert (shown.words, shown.options) == ("Hello", {"Book": "7.0"})


async def test_a_phone_goes_with_its_plus(whatsapp: WhatsApp, graph: GraphServer, ani: Person) -> None:
    """Without it Meta would put the country of the firm before the number."""
    (outcome,) = await say(whatsapp, ani, HELLO, by_phone=True)
    (call,) = graph.calls("messages")

    assert isinstance(outcome, Sent)
    assert (call.fields["to"], call.fields["biz_opaque_callback_data"]) == ("+37491123456", "7.0@37491123456")


async def test_somebody_without_a_phone_is_written_to_by_id(whatsapp: WhatsApp, cloud: WhatsAppPart) -> None:
    """Whoever shows a name in place of a phone is reached all the same."""
    hidden = cloud.person("37455000001", "Nare", hidden=True)
    (outcome,) = await say(whatsapp, hidden, HELLO)
    (call,) = cloud.graph.calls("messages")

    assert outcome == Sent(hidden.screen[-1].id)
    assert call.fields["recipient"] == hidden.user_id
    assert "to" not in call.fields


@pytest.mark.parametrize("where", ["", "me", "AM", "123", "+", "37491123456/../x", "am.123", "AM.12 3"])
async def test_what_is_no_address_is_not_asked_for(whatsapp: WhatsApp, graph: GraphServer, where: str) -> None:
    """An address that cannot be one is given up without a call."""
    (request,) = whatsapp.render(HELLO, 7, "", timedelta(0))
    outcome = await whatsapp.send(Contact("whatsapp_cloud", "main", where), request)

    assert isinstance(outcome, Undeliverable)
    assert outcome.outcome == "refused"
    assert graph.record == []


@pytest.mark.req("F1")
@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ([131026], "blocked"),
        ([131047], "window"),
        ([100, 131008, 131009, 131021, 131030, 131049, 131050, 131051, 131062, 130472, 130497], "refused"),
        ([132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069, 999999], "refused"),
    ],
)
async def test_a_refusal_for_good_says_why(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person, codes: list[int], outcome: str
) -> None:
    """What will never arrive is given up at once, and the reason has a name that is acted on."""
    for code in codes:
        graph.faults.once("messages", Refuse(code))
        (result,) = await say(whatsapp, ani, HELLO)

        assert isinstance(result, Undeliverable), code
        assert (result.outcome, f"code {code}" in result.reason) == (outcome, True)
    assert len(graph.calls("messages")) == len(codes)


@pytest.mark.parametrize(
    ("code", "status", "scope"),
    [
        (0, 401, "account"), (190, 401, "account"), (3, 403, "account"), (10, 403, "account"), (200, 403, "account"),
        (299, 403, "account"), (368, 403, "account"), (33, 400, "account"), (131005, 403, "account"),
        (131031, 403, "account"), (131042, 400, "account"), (131045, 500, "account"), (133010, 400, "account"),
        (4, 400, "account"), (80007, 400, "account"), (130429, 400, "account"), (133016, 400, "account"),
        (131048, 400, "account"), (131056, 400, "line"), (1, 400, "line"), (131000, 500, "line"), (131057, 500, "line"),
        (133004, 503, "line"), (2, 503, "provider"), (131016, 500, "provider"), (999999, 500, "provider"),
        (999999, 429, "account"), (999999, 403, "account"),
    ],
)  # fmt: skip
async def test_what_can_be_mended_waits(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person, code: int, status: int, scope: str
) -> None:
    """Nothing is lost while Meta cannot or does not want to; who must wait is the one that is meant."""
    graph.faults.once("messages", Refuse(code, status))
    (result,) = await say(whatsapp, ani, HELLO)

    assert isinstance(result, Retry)
    assert result.scope == scope
    assert result.after >= timedelta(seconds=1)


async def test_a_number_that_is_not_there_is_no_fault_of_the_message(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person
) -> None:
    """A wrong phone_number_id holds what is to be sent until it is set right."""
    graph.faults.once("messages", Refuse(100, subcode=33))
    (result,) = await say(whatsapp, ani, HELLO)

    assert isinstance(result, Retry)
    assert result.scope == "account"


@pytest.mark.parametrize("fault", [DropBefore(), DropAfter(), OutageAfter(504), OutageAfter(200, "<html>")])
async def test_a_lost_answer_is_perhaps_sent(
    whatsapp: WhatsApp, graph: GraphServer, ani: Person, fault: DropBefore | DropAfter | OutageAfter
) -> None:
    """When the connection breaks after the request left nobody pretends to know."""
    graph.faults.once("messages", fault)
    (result,) = await say(whatsapp, ani, HELLO)

    assert isinstance(result, PerhapsSent)
    assert len(ani.screen) == (0 if isinstance(fault, DropBefore) else 1)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_outage_is_waited_out(whatsapp: WhatsApp, graph: GraphServer, ani: Person, status: int) -> None:
    """A page of something in between is no answer of WhatsApp's."""
    graph.faults.once("messages", Outage(status))
    (result,) = await say(whatsapp, ani, HELLO)

    assert isinstance(result, Retry)
    assert result.scope == "provider"


async def test_a_server_that_cannot_be_reached_is_tried_again(connect: Connect, ani: Person) -> None:
    """A request that never left is no doubt about having been sent."""
    (result,) = await say(connect(api_url="http://127.0.0.1:9"), ani, HELLO)

    assert isinstance(result, Retry)
    assert result.scope == "provider"


async def test_after_hanging_up_nothing_is_sent(whatsapp: WhatsApp, graph: GraphServer, ani: Person) -> None:
    """A closed channel asks to wait; closing twice does no harm."""
    await whatsapp.close()
    await whatsapp.close()
    (result,) = await say(whatsapp, ani, HELLO)

    assert isinstance(result, Retry)
    assert graph.record == []


async def test_too_much_for_one_customer_holds_that_customer_only(
    whatsapp: WhatsApp, cloud: WhatsAppPart, clock: Hands, ani: Person
) -> None:
    """After 45 in a row Meta asks to wait: this customer does, four times as long each time, and others do not."""
    nare = cloud.person("37455000001", "Nare")
    outcomes = [(await say(whatsapp, ani, HELLO))[0] for _ in range(46)]
    calls = len(cloud.graph.calls("messages"))
    (held,) = await say(whatsapp, ani, HELLO)

    assert [type(each) for each in outcomes] == [Sent] * 45 + [Retry]
    assert isinstance(held, Retry)
    assert held.scope == "line"
    assert len(cloud.graph.calls("messages")) == calls
    assert isinstance((await say(whatsapp, nare, HELLO))[0], Sent)

    waits = []
    for _ in range(6):
        clock.at += timedelta(seconds=300)
        (again,) = await say(whatsapp, ani, HELLO)
        assert isinstance(again, Retry)
        waits.append(again.after.total_seconds())
    assert waits == [4, 16, 64, 256, 256, 256]

    cloud.graph.clock.ahead += 6
    clock.at += timedelta(seconds=300)
    sent, first = [(await say(whatsapp, ani, HELLO))[0] for _ in range(2)]
    assert isinstance(sent, Sent)
    assert isinstance(first, Retry)
    assert first.after == timedelta(seconds=1)


async def test_a_number_that_sends_too_fast_waits_as_a_whole(
    whatsapp: WhatsApp, cloud: WhatsAppPart, clock: Hands, ani: Person
) -> None:
    """After 130429 nobody is written to for a moment, and then everybody is."""
    nare = cloud.person("37455000001", "Nare")
    cloud.graph.faults.once("messages", Refuse(130429))
    await say(whatsapp, ani, HELLO)
    (held,) = await say(whatsapp, nare, HELLO)

    assert isinstance(held, Retry)
    assert held.scope == "account"
    assert len(cloud.graph.calls("messages")) == 1
    clock.at += timedelta(seconds=2)
    assert isinstance((await say(whatsapp, nare, HELLO))[0], Sent)


async def test_a_token_that_was_taken_back_holds_what_is_to_be_sent(
    whatsapp: WhatsApp, graph: GraphServer, clock: Hands, ani: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lost while an owner sets a new token; the log names the account once, never the token."""
    graph.tokens.clear()
    held = []
    for _ in range(4):
        held += await say(whatsapp, ani, HELLO)
        clock.at += timedelta(seconds=300)

    assert all(isinstance(each, Retry) and each.scope == "account" for each in held)
    assert whatsapp.trouble == "WhatsApp: the token is no longer good (code 190)"
    written = capsys.readouterr()
    assert (written.out + written.err).count("WhatsApp refuses an account") == 1
    assert TOKEN not in written.out + written.err + repr(held)
    graph.tokens.add(TOKEN)
    assert isinstance((await say(whatsapp, ani, HELLO))[0], Sent)
    assert whatsapp.trouble == ""


@pytest.mark.req("F15")
async def test_the_window_as_meta_sees_it(whatsapp: WhatsApp, cloud: WhatsAppPart) -> None:
    """Where our own clock is wrong Meta's counts, and a template passes."""
    silent = cloud.person("37455000001", "Nare", written=False)
    cloud.templates.append(standin.Template("visit_reminder", "ru", 1))
    (refused,) = await say(whatsapp, silent, HELLO)
    (sent,) = await say(whatsapp, silent, REMINDER, silence=None)

    assert isinstance(refused, Undeliverable)
    assert refused.outcome == "window"
    assert isinstance(sent, Sent)
    assert [each.words for each in silent.screen] == ["visit_reminder Ani"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"status": "PAUSED"}, 132015), ({"status": "DISABLED"}, 132016), ({"status": "REJECTED"}, 132001),
        ({"language": "en"}, 132001), ({"name": "another"}, 132001), ({"values": 2}, 132000),
    ],
)  # fmt: skip
async def test_a_template_that_is_not_as_it_should_be(
    whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person, changed: dict[str, Any], code: int
) -> None:
    """The staff reads what is wrong with it."""
    given: dict[str, Any] = {"name": "visit_reminder", "language": "ru", "values": 1} | changed
    cloud.templates.append(standin.Template(**given))
    (refused,) = await say(whatsapp, ani, REMINDER, silence=None)

    assert isinstance(refused, Undeliverable)
    assert (refused.outcome, f"code {code}" in refused.reason) == ("refused", True)


async def test_who_wants_no_marketing_still_gets_reminders(
    whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person
) -> None:
    """Meta keeps that for itself: such a template is refused, and the customer is not taken for gone."""
    ani.wants_marketing = False
    cloud.templates.append(standin.Template("visit_reminder", "ru", 1, category="MARKETING"))
    (refused,) = await say(whatsapp, ani, REMINDER, silence=None)

    assert isinstance(refused, Undeliverable)
    assert refused.outcome == "refused"


async def test_who_is_not_on_whatsapp_cannot_be_reached(whatsapp: WhatsApp, ani: Person) -> None:
    """Whoever left, or was never there, is left alone."""
    ani.reachable = False
    (refused,) = await say(whatsapp, ani, HELLO)

    assert isinstance(refused, Undeliverable)
    assert refused.outcome == "blocked"


@pytest.mark.parametrize("by_phone", [False, True])
@pytest.mark.parametrize("hidden", [False, True])
async def test_receipts_lead_back_to_the_message(
    whatsapp: WhatsApp, cloud: WhatsAppPart, hidden: bool, by_phone: bool
) -> None:
    """What WhatsApp tells later, in any order, names the message, its part and the conversation that it was said in."""
    nare = cloud.person("37455000001", "Nare", hidden=hidden)
    await say(whatsapp, nare, Message("word " * 1500), number=42, by_phone=by_phone)
    told = [cloud.status(shown, nare, state) for shown in nare.screen for state in ("read", "sent", "delivered")]
    envelopes = whatsapp.receive(delivered(cloud.body(cloud.value(statuses=told)))).envelopes
    receipts = [each.event for each in envelopes if isinstance(each.event, Receipt)]
    others = [each.event for each in envelopes if not isinstance(each.event, Receipt)]

    assert {each.actor for each in envelopes if each.event in receipts} == {address(nare, by_phone=by_phone).actor}
    assert others == [Linking(beside=address(nare, by_phone=True).actor)] * (6 * by_phone)
    assert [(each.message, each.part, each.state) for each in receipts] == [
        (42, part, state) for part in (0, 1) for state in ("read", "sent", "delivered")
    ]
    assert {each.provider_id for each in receipts} == {each.id for each in nare.screen}
    assert len({each.dedupe_key for each in envelopes}) == 6 + by_phone


async def test_a_message_that_fails_late_says_so(whatsapp: WhatsApp, cloud: WhatsAppPart, ani: Person) -> None:
    """Meta takes a message first and finds out afterwards that nobody is there."""
    ani.reachable = False
    cloud.late.add(131026)
    (taken,) = await say(whatsapp, ani, HELLO)
    assert isinstance(taken, Sent)
    shown = Shown(taken.provider_id, "text", {}, f"7.0@{ani.user_id}")
    late = cloud.status(shown, ani, "failed", code=131026)
    (envelope,) = whatsapp.receive(delivered(cloud.body(cloud.value(statuses=[late])))).envelopes

    assert isinstance(envelope.event, Receipt)
    assert (envelope.event.state, envelope.event.outcome, envelope.event.message) == ("failed", "blocked", 7)
