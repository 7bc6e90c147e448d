"""What Twilio knows of TwiML: its verbs, their attributes, the languages, and how it signs what it delivers.

Read from Twilio's pages on TwiML, and from the types of twilio-node 6.2; nothing of the channel's own code is used here.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

VERBS = {
    "Say": {"voice", "language", "loop"},
    "Play": {"loop", "digits"},
    "Pause": {"length"},
    "Gather": {
        "input", "action", "method", "timeout", "numDigits", "finishOnKey", "speechTimeout", "language", "hints", "bargeIn",
        "actionOnEmptyResult", "profanityFilter", "speechModel", "enhanced",
    },
    "Dial": {"action", "method", "timeout", "callerId", "answerOnBridge", "timeLimit", "record", "hangupOnStar",
             "recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent"},
    "Number": {"statusCallback", "statusCallbackEvent"},
    "Record": {"action", "method", "maxLength", "timeout", "finishOnKey", "playBeep", "trim"},
    "Redirect": {"method"},
    "Hangup": set(),
}  # fmt: skip
RECORDS = {"do-not-record", "record-from-answer", "record-from-ringing", "record-from-answer-dual",
           "record-from-ringing-dual"}  # fmt: skip
INSIDE = {"Gather": {"Say", "Play", "Pause"}, "Dial": {"Number"}}
SAY_LANGUAGES = {"ru-RU", "en-US", "en-GB", "tr-TR"}
HEARD_LANGUAGES = {"hy-AM", "ka-GE", "uz-UZ", "ru-RU", "en-US", "az-AZ", "tr-TR"}
SAY_CHARS = 4096
DOCUMENT_BYTES = 64 * 1024
HINTS_CHARS = 10_000


class Refused(Exception):
    """Twilio will not carry this document out; `code` is the error that the account's owner sees."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


@dataclass
class Verb:
    """One thing to do."""

    name: str
    text: str = ""
    given: dict[str, str] = field(default_factory=dict)
    inside: list["Verb"] = field(default_factory=list)


def read(body: bytes, kind: str) -> list[Verb]:
    """The verbs of a document; raises `Refused` as Twilio would."""
    if kind.partition(";")[0].strip() not in ("text/xml", "application/xml", "text/html"):
        raise Refused(12300, f"the content type is {kind}")
    if len(body) > DOCUMENT_BYTES:
        raise Refused(11750, "the document is over 64 KB")
    try:
        root = ET.fromstring(body)  # noqa: S314  our own answer, on loopback
    except ET.ParseError as error:
        raise Refused(12100, str(error)) from error
    if root.tag != "Response":
        raise Refused(12200, f"{root.tag} is no Response")
    return [_verb(each, set(VERBS) - {"Number"}) for each in root]


def _verb(element: "ET.Element[str]", known: set[str]) -> Verb:
    if element.tag not in known:
        raise Refused(12200, f"{element.tag} may not stand here")
    if strange := set(element.attrib) - VERBS[element.tag]:
        raise Refused(12200, f"{element.tag} has no {', '.join(sorted(strange))}")
    inside = [_verb(each, INSIDE.get(element.tag, set())) for each in element]
    verb = Verb(element.tag, (element.text or "").strip(), dict(element.attrib), inside)
    _check(verb)
    return verb


def _check(verb: Verb) -> None:
    given = verb.given
    speech = "speech" in given.get("input", "")
    rules: dict[str, list[tuple[bool, int, str]]] = {
        "Say": [
            (not verb.text, 13520, "there is nothing to say"),
            (len(verb.text) > SAY_CHARS, 13520, "the text is too long"),
            (given.get("language", "en-US") not in SAY_LANGUAGES, 13511, "no voice speaks this language"),
        ],
        "Gather": [
            (bool(set(given.get("input", "dtmf").split()) - {"dtmf", "speech"}), 13330, "no such input"),
            (speech and given.get("language", "en-US") not in HEARD_LANGUAGES, 13334, "it is not recognised"),
            (not given.get("numDigits", "1").isdecimal(), 13314, "numDigits is no number"),
            (len(given.get("hints", "")) > HINTS_CHARS, 13336, "the hints are too long"),
        ],
        "Dial": [
            (not verb.inside and not verb.text, 13221, "there is nobody to dial"),
            (given.get("record", "do-not-record") not in RECORDS, 13224, "no such way to record"),
        ],
        "Play": [(not verb.text.startswith("http"), 11100, "the address is none")],
        "Redirect": [(not verb.text.startswith("http"), 11100, "the address is none")],
    }
    for wrong, code, why in rules.get(verb.name, []):
        if wrong:
            raise Refused(code, why)


def signature(token: str, url: str, form: Sequence[tuple[str, str]]) -> str:
    """What stands in X-Twilio-Signature for a posted form."""
    pairs = sorted({(name.encode(), value.encode()) for name, value in form})
    text = url.encode() + b"".join(name + value for name, value in pairs)
    return base64.b64encode(hmac.new(token.encode(), text, hashlib.sha1).digest()).decode()
