"""The Content API: resources whose texts are filled in when they are sent, and what WhatsApp takes of them."""

import json
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.standins.twilio.refusals import Refused

KNOWN = frozenset({"friendly_name", "language", "variables", "types"})
VARIABLE = re.compile(r"\{\{(\w{1,16})\}\}")
MOST_VARIABLES, LONGEST_VALUE = 100, 1600


class Option(NamedTuple):
    """A button or a row as the customer sees it."""

    label: str
    id: str
    description: str = ""


class Filled(NamedTuple):
    """What a resource says with its variables filled in."""

    kind: str
    text: str
    button: str
    options: tuple[Option, ...]


@dataclass(slots=True)
class Content:
    """One resource; `approval` is empty until somebody asks WhatsApp."""

    sid: str
    body: dict[str, Any]
    approval: str = ""

    @property
    def kind(self) -> str:
        return str(next(iter(self.body["types"])))

    def as_json(self) -> dict[str, Any]:
        return {"sid": self.sid, "url": f"https://content.twilio.com/v1/Content/{self.sid}", **self.body}

    def approved(self) -> dict[str, Any]:
        found = {"status": self.approval, "name": self.body.get("friendly_name", ""), "rejection_reason": ""}
        return found if self.approval else {}

    def filled(self, variables: str) -> Filled:
        """With the values of a message; raises `Refused`."""
        values = dict(self.body.get("variables") or {}) | _values(variables)
        text = json.dumps(self.body["types"][self.kind], ensure_ascii=False)
        for name in VARIABLE.findall(text):
            if name not in values:
                raise Refused(21656)
        said = _fill(self.body["types"][self.kind], values)
        found = Filled(self.kind, said.get("body", ""), said.get("button", ""), _options(said))
        _must_fit(found, approved=self.approval == "approved")
        return found


def read_content(body: Any, sid: str) -> Content:
    """A resource that somebody wants to make; raises `Refused`."""
    if not isinstance(body, dict) or set(body) - KNOWN or not isinstance(body.get("types"), dict) or not body["types"]:
        raise Refused(20001)
    body["types"] = _without_nothing(body["types"])
    if not body.get("language") or len(body.get("friendly_name", "")) > 450:
        raise Refused(20001)
    used = set(VARIABLE.findall(json.dumps(body["types"])))
    if len(used) > MOST_VARIABLES or used - set(body.get("variables") or {}):
        raise Refused(20001, "every variable needs a sample")
    return Content(sid, body)


def _without_nothing(value: Any) -> Any:
    """The same without fields that are null, which say nothing."""
    if isinstance(value, dict):
        return {key: _without_nothing(each) for key, each in value.items() if each is not None}
    return [_without_nothing(each) for each in value] if isinstance(value, list) else value


def _values(variables: str) -> dict[str, str]:
    if not variables:
        return {}
    try:
        found = json.loads(variables)
    except ValueError:
        raise Refused(21656) from None
    if not isinstance(found, dict):
        raise Refused(21656)
    if not all(isinstance(each, str) and 0 < len(each) <= LONGEST_VALUE for each in found.values()):
        raise Refused(21656)
    return found


def _fill(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: values[found.group(1)], value)
    if isinstance(value, dict):
        return {key: _fill(each, values) for key, each in value.items()}
    return [_fill(each, values) for each in value] if isinstance(value, list) else value


def _options(said: dict[str, Any]) -> tuple[Option, ...]:
    actions = [Option(each["title"], each["id"]) for each in said.get("actions", [])]
    return (
        *actions,
        *(Option(each["item"], each["id"], each.get("description", "")) for each in said.get("items", [])),
    )


def _must_fit(said: Filled, *, approved: bool) -> None:
    """What WhatsApp takes within a session; raises `Refused`."""
    lists = said.kind == "twilio/list-picker"
    most = {"twilio/quick-reply": 10 if approved else 3, "twilio/list-picker": 10}.get(said.kind, 0)
    longest = {"twilio/quick-reply": 1024, "twilio/list-picker": 1024}.get(said.kind, 1600)
    label, description = (24, 72) if lists else (20, 0)
    wrong = (
        not 0 < len(said.text) <= longest
        or len(said.options) > most
        or (lists and not 0 < len(said.button) <= 20)
        or any(not 0 < len(each.label) <= label or not 0 < len(each.id) <= 200 for each in said.options)
        or any(len(each.description) > description for each in said.options)
        or len({each.label for each in said.options}) != len(said.options)
        or len({each.id for each in said.options}) != len(said.options)
    )
    if wrong:
        raise Refused(63005)
