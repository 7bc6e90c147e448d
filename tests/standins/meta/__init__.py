"""A stand-in for Meta: the Graph API with WhatsApp, Messenger and Instagram, and the deliveries of its webhooks."""

from tests.standins.faults import DropAfter, DropBefore, Hold
from tests.standins.meta.faults import Outage, OutageAfter, Refuse
from tests.standins.meta.graph import APP_ID, APP_SECRET, TOKEN, Call, GraphServer, Upload
from tests.standins.meta.refusals import Refused

__all__ = [
    "APP_ID",
    "APP_SECRET",
    "TOKEN",
    "Call",
    "DropAfter",
    "DropBefore",
    "GraphServer",
    "Hold",
    "Outage",
    "OutageAfter",
    "Refuse",
    "Refused",
    "Upload",
]
