"""The stand-in is one that Twilio's own client can talk to, so that it is not made to fit ours."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]  # it has none
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # it has none
from twilio.rest import Client  # type: ignore[import-untyped]  # it has none
from twilio.rest.content.v1.content import ContentList  # type: ignore[import-untyped]  # it has none
from yarl import URL

from tests.integrations.twilio.conftest import ANI
from tests.standins.twilio import ACCOUNT, TOKEN, Refuse, TooMany, TwilioServer
from tests.standins.twilio.settings import SERVICE, SMS_NUMBER, WHATSAPP_NUMBER


class Hither(TwilioHttpClient):  # type: ignore[misc]  # it has none
    """Sends whatever is for a host of Twilio to the stand-in."""

    def __init__(self, url: str) -> None:
        super().__init__(pool_connections=False)
        self._url = URL(url)

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        here = URL(url).with_scheme("http").with_host("127.0.0.1").with_port(self._url.port)
        return super().request(method, str(here), *rest, **more)


async def ask(api: TwilioServer, what: Callable[[Any], Any], token: str = TOKEN) -> Any:
    """Let Twilio's client ask, in a thread, as it waits for answers there."""
    client = Client(ACCOUNT, token, http_client=Hither(api.url))
    return await asyncio.to_thread(what, client)


async def refused(api: TwilioServer, what: Callable[[Any], Any], token: str = TOKEN) -> tuple[int, int]:
    """The status and the code of a refusal."""
    with pytest.raises(TwilioRestException) as found:
        await ask(api, what, token)
    return found.value.status, found.value.code


def sms(body: str = "Hello", to: str = ANI, **more: Any) -> Callable[[Any], Any]:
    return lambda client: client.messages.create(to=to, from_=SMS_NUMBER, body=body, **more)


async def test_a_message_is_taken_as_twilios_client_expects(api: TwilioServer) -> None:
    """With its id and its first state."""
    made = await ask(api, sms(status_callback="https://bot.example.am/x?m=1.0", smart_encoded=True))

    assert (made.sid, made.status, made.error_code) == (api.messages[0].sid, "queued", None)
    assert api.messages[0].callback == "https://bot.example.am/x?m=1.0"


async def test_refusals_are_in_twilios_envelope(api: TwilioServer) -> None:
    """Each with its status and code."""
    api.person(ANI, SMS_NUMBER).says("STOP")
    api.faults.once("Messages.json", TooMany())
    api.faults.once("Messages.json", Refuse(30001))

    assert await refused(api, sms()) == (429, 20429)
    assert await refused(api, sms()) == (400, 30001)
    assert await refused(api, sms()) == (400, 21610)
    assert await refused(api, sms(), "wrong") == (401, 20003)
    assert await refused(api, sms("a" * 1601, "+37499999999")) == (400, 21617)
    assert await refused(api, sms("", "+37499999999")) == (400, 21619)
    assert await refused(api, sms(to="nobody")) == (400, 21211)
    assert await refused(api, sms(to="+37499999999", status_callback="nowhere")) == (400, 21609)
    assert await refused(api, lambda client: client.messages.create(to=ANI, from_="+15559999999", body="x")) == (
        400,
        21660,
    )
    assert api.messages == []


@pytest.mark.parametrize(
    ("variables", "code"),
    [('{"1":"Which?","2":"Yes","3":"7.1"}', 0), ("", 0), ("{", 21656), ("[]", 21656), ('{"1":""}', 21656),
     ('{"1":null}', 21656), ('{"2":"a label that is too long"}', 63005), ('{"1":"' + "a" * 1025 + '"}', 63005)],
)  # fmt: skip
async def test_content_is_made_and_sent(api: TwilioServer, variables: str, code: int) -> None:
    """Its variables are filled in, and what WhatsApp would not show is refused."""
    body = {"body": "{{1}}", "actions": [{"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"}]}
    definition = {"friendly_name": "ask", "language": "en", "variables": {"1": "a", "2": "b", "3": "c"},
                  "types": {"twilio/quick-reply": body}}  # fmt: skip
    wanted = ContentList.ContentCreateRequest(definition)
    content = await ask(api, lambda client: client.content.v1.contents.create(wanted))

    def send(client: Any) -> Any:
        more = {"content_variables": variables} if variables else {}
        return client.messages.create(
            to=f"whatsapp:{ANI}", from_=f"whatsapp:{WHATSAPP_NUMBER}", content_sid=content.sid, **more
        )

    if code:
        assert await refused(api, send) == (400, code)
        return
    await ask(api, send)
    options = [(each.label, each.id) for each in api.messages[0].seen.options]

    assert options == ([("Yes", "7.1")] if variables else [("b", "c")])


async def test_approvals_are_told(api: TwilioServer) -> None:
    """Asked for, and seen in the list."""
    sid = api.template("Your visit is at {{1}}.", status="approved")
    found = await ask(api, lambda client: client.content.v1.contents(sid).approval_fetch().fetch())
    listed = await ask(api, lambda client: client.content.v1.content_and_approvals.list())

    assert found.whatsapp["status"] == "approved"
    assert [each.sid for each in listed] == [sid]


async def test_what_is_set_up_can_be_seen(api: TwilioServer) -> None:
    """Numbers, services and senders, by the names that Twilio's client has for them."""

    def set_up(client: Any) -> tuple[str, str, str]:
        (number,) = client.incoming_phone_numbers.list(phone_number=SMS_NUMBER)
        number = number.update(sms_url="https://bot.example.am/a", sms_method="POST")
        service = client.messaging.v1.services(SERVICE).update(inbound_request_url="https://bot.example.am/b")
        (sender,) = client.messaging.v2.channels_senders.list(channel="whatsapp")
        return number.sms_url, service.inbound_request_url, sender.sender_id

    assert await ask(api, set_up) == (
        "https://bot.example.am/a",
        "https://bot.example.am/b",
        f"whatsapp:{WHATSAPP_NUMBER}",
    )
    assert await ask(api, lambda client: client.api.v2010.accounts(ACCOUNT).fetch().status) == "active"
