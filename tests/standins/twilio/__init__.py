"""A stand-in for Twilio: one HTTP server that behaves like api, content, messaging and the media store of Twilio.

`TwilioServer` is it; `api.person` are those who hold a phone, `api.faults` what goes wrong, `api.messages` what was taken and
`api.delivered` what was delivered to a webhook.
"""

from tests.standins.faults import DropAfter, DropBefore, Hold
from tests.standins.twilio.faults import Outage, OutageAfter, Refuse, TooMany
from tests.standins.twilio.messages import Seen
from tests.standins.twilio.people import Person, Posted
from tests.standins.twilio.server import ACCOUNT, TOKEN, TwilioServer
from tests.standins.twilio.signing import form_signature, json_delivery, url_signature

__all__ = [
    "ACCOUNT",
    "TOKEN",
    "DropAfter",
    "DropBefore",
    "Hold",
    "Outage",
    "OutageAfter",
    "Person",
    "Posted",
    "Refuse",
    "Seen",
    "TooMany",
    "TwilioServer",
    "form_signature",
    "json_delivery",
    "url_signature",
]
