"""WhatsApp Cloud of the stand-in: one number of one account, its templates, files, people, and what it delivers."""

import hashlib
import itertools
import re
from dataclasses import dataclass

from aiohttp import web

from tests.standins.meta import hooks
from tests.standins.meta.graph import APP_ID, APP_SECRET, Answer, Call, GraphServer
from tests.standins.meta.refusals import Refused, no_such_object, wrong_parameter
from tests.standins.meta.whatsapp_checks import UPLOADS, check
from tests.standins.meta.whatsapp_people import Person, Shown
from tests.standins.meta.wire import Json

NUMBER = "106540352242922"
ACCOUNT = "102290129340398"
DISPLAY = "37410000000"
DAY = 86400
UPLOADED_SECONDS, INBOUND_SECONDS, ADDRESS_SECONDS = 30 * DAY, 7 * DAY, 300
PAGE = 25
HOOK_FAILED = 2200
USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")


@dataclass(slots=True)
class File:
    """A file by its id; its address is good for five minutes after it was asked for."""

    id: str
    mime: str
    content: bytes
    ends: float
    shown_until: float = 0.0

    @property
    def sha256(self) -> str:
        """Of its content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Template:
    """A template in one language, with the number of its values; `more` are its other components."""

    name: str
    language: str
    values: int = 0
    status: str = "APPROVED"
    category: str = "UTILITY"
    named: bool = False
    more: tuple[Json, ...] = ()

    def shown(self) -> Json:
        """As it is listed."""
        body = " ".join(["Hello", *(f"{{{{{n}}}}}" for n in range(1, self.values + 1))])
        about = {"name": self.name, "language": self.language, "status": self.status, "id": "1"}
        components = [{"type": "BODY", "text": body}, *self.more]
        return about | {"parameter_format": "NAMED" if self.named else "POSITIONAL", "components": components}


class WhatsAppPart:
    """The part of the Graph API that belongs to one number. `people` are those who use WhatsApp, by phone.

    With `receipts` every message that was taken is reported so, in that order, where deliveries go. `late` are codes that
    come as a report after the message was taken, instead of at once. `address_of_files` is told in place of the right one.
    """

    product = "whatsapp"

    def __init__(self, graph: GraphServer, *, app_hook: str = "", secret: str = APP_SECRET) -> None:
        graph.add(self)
        self.graph, self.secret = graph, secret
        self.display, self.quality = DISPLAY, "GREEN"
        self.app_hook, self.account_hook, self.number_hook = app_hook, "", ""
        self.subscribed: list[str] = []
        self.people: dict[str, Person] = {}
        self.files: dict[str, File] = {}
        self.templates: list[Template] = []
        self.receipts: tuple[str, ...] = ()
        self.late: set[int] = set()
        self.address_of_files: str | None = None
        self._ids = itertools.count(1)

    def new_id(self) -> str:
        """An id of a message."""
        return f"wamid.HBgL{next(self._ids):020d}AA=="

    def person(
        self, phone: str, name: str, *, username: str = "", hidden: bool = False, written: bool = True
    ) -> Person:
        """Somebody who uses WhatsApp; with `written` they have just written to the number."""
        made = Person(self, phone, f"AM.{int(phone) * 7919 % 10**20:020d}", name, username, hidden)
        if written:
            made.heard = self.graph.clock.now()
        self.people[phone] = made
        return made

    def keep(self, content: bytes, mime: str, *, inbound: bool = False) -> File:
        """Take a file in; what a person sent lies there for a week, what was uploaded for a month."""
        ends = self.graph.clock.now() + (INBOUND_SECONDS if inbound else UPLOADED_SECONDS)
        made = File(f"10375432915{next(self._ids):05d}", mime, content, ends)
        self.files[made.id] = made
        return made

    def value(
        self,
        *,
        messages: list[Json] | None = None,
        statuses: list[Json] | None = None,
        people: list[Person] | None = None,
    ) -> Json:
        """What changed of the number."""
        value: Json = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": self.display, "phone_number_id": NUMBER},
        }
        if people:
            value["contacts"] = [each.contact() for each in people]
        return value | ({"messages": messages} if messages else {}) | ({"statuses": statuses} if statuses else {})

    def body(self, *values: Json) -> Json:
        """A delivery of changes."""
        changes = [{"value": each, "field": "messages"} for each in values]
        return {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "changes": changes}]}

    def status(self, shown: Shown, who: Person, state: str, *, code: int = 0) -> Json:
        """What became of a message."""
        whom = {"recipient_user_id": who.user_id} | ({} if who.hidden else {"recipient_id": who.phone})
        made: Json = {"id": shown.id, "status": state, "timestamp": str(int(self.graph.clock.now())), **whom}
        if shown.mark:
            made["biz_opaque_callback_data"] = shown.mark
        if code:
            made["errors"] = [{"code": code, "title": "An error", "message": "An error"}]
        return made

    @property
    def hook(self) -> str:
        """Where deliveries go: of the number, else of its account, else of the app."""
        return self.number_hook or self.account_hook or self.app_hook

    async def deliver(self, *values: Json, times: int = 1) -> list[int]:
        """Deliver changes together, if somebody wants them."""
        return await hooks.deliver(self.hook, self.body(*values), self.secret, times=times) if self.hook else []

    def takes(self, call: Call) -> Answer | None:
        """See `Part.takes`."""
        known = {
            ("POST", f"/{NUMBER}/messages"): self._send,
            ("POST", f"/{NUMBER}/media"): self._upload,
            ("GET", f"/{NUMBER}"): self._number,
            ("POST", f"/{NUMBER}"): self._set_hook,
            ("GET", f"/{ACCOUNT}/subscribed_apps"): self._apps,
            ("POST", f"/{ACCOUNT}/subscribed_apps"): self._subscribe,
            ("GET", f"/{ACCOUNT}/message_templates"): self._templates,
        }
        if (found := known.get((call.method, call.path))) is not None:
            return found
        return self._file if call.method == "GET" and call.path.removeprefix("/") in self.files else None

    async def file(self, path: str, token: str) -> web.Response | None:
        """See `Part.file`."""
        found = self.files.get(path.removeprefix("/whatsapp_business/"))
        if found is None or self.graph.clock.now() > found.shown_until:
            return None
        if token not in self.graph.tokens:
            return web.Response(status=401)
        return web.Response(body=found.content, content_type=found.mime)

    async def _send(self, call: Call) -> Json:
        check(call.fields)
        who, asked = self._recipient(call.fields)
        kind = call.fields.get("type", "text")
        if kind in {"image", "video", "audio", "document", "sticker"}:
            self._known_file(kind, call.fields[kind])
        code = self._against(call.fields, who)
        if code and code not in self.late:
            raise Refused(400, code, f"(#{code}) The message cannot be sent")
        shown = Shown(self.new_id(), kind, call.fields, call.fields.get("biz_opaque_callback_data", ""))
        if who is not None and not code:
            who.screen.append(shown)
        if who is not None:
            states = ("failed",) if code else self.receipts
            for state in states:
                told = self.status(shown, who, state, code=code)
                await self.deliver(self.value(statuses=[told], people=[who]))
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": asked, **({"wa_id": who.phone} if who else {})}],
            "messages": [{"id": shown.id, "message_status": "accepted"}],
        }

    def _recipient(self, fields: Json) -> tuple[Person | None, str]:
        """Who is written to. A phone without a plus is taken as it stands, as if its country code were ours."""
        if "to" in fields:
            asked = str(fields["to"])
            phone = asked.removeprefix("+") if asked.startswith("+") else f"374{asked}"
            return self.people.get(phone), asked
        asked = str(fields["recipient"])
        if not USER_ID.fullmatch(asked):
            raise wrong_parameter("recipient is no id of a user", 131009)
        return next((each for each in self.people.values() if each.user_id == asked), None), asked

    def _against(self, fields: Json, who: Person | None) -> int:
        """The code of what stands against it; 0 for nothing."""
        if who is None or not who.reachable:
            return 131026
        if not who.take_place():
            return 131056
        if fields["type"] != "template":
            return 0 if who.open else 131047
        template = self._template(fields["template"])
        return 131050 if template.category == "MARKETING" and not who.wants_marketing else 0

    def _template(self, given: Json) -> Template:
        asked = given["name"], given["language"]["code"]
        found = next((each for each in self.templates if (each.name, each.language) == asked), None)
        if found is None or found.status in {"PENDING", "REJECTED"}:
            raise Refused(404, 132001, "(#132001) Template name does not exist in the translation")
        for status, code in (("PAUSED", 132015), ("DISABLED", 132016)):
            if found.status == status:
                raise Refused(400, code, f"(#{code}) Template is {status.lower()}")
        bodies = [each for each in given.get("components", []) if each["type"] == "body"]
        if sum(len(each["parameters"]) for each in bodies) != found.values:
            raise Refused(400, 132000, "(#132000) Number of parameters does not match the expected number of params")
        return found

    def _known_file(self, kind: str, media: Json) -> None:
        if "id" not in media:
            return
        found = self.files.get(media["id"])
        if found is None or self.graph.clock.now() > found.ends:
            raise wrong_parameter(f"Param {kind}['id'] is not a valid media id")
        family = found.mime.partition("/")[0]
        if kind != "document" and family != ("image" if kind == "sticker" else kind):
            raise Refused(400, 131053, "(#131053) Media upload error")

    async def _upload(self, call: Call) -> Json:
        file = call.files.get("file")
        if call.fields.get("messaging_product") != "whatsapp" or file is None:
            raise wrong_parameter("The parameter messaging_product is required.")
        most = UPLOADS.get(file.mime)
        if most is None or call.fields.get("type") != file.mime:
            raise wrong_parameter(f"Param file must be a file with one of the following types: {', '.join(UPLOADS)}.")
        if len(file.content) > most * 1_000_000:
            raise wrong_parameter("The file is too large")
        return {"id": self.keep(file.content, file.mime).id}

    async def _file(self, call: Call) -> Json:
        found = self.files[call.path.removeprefix("/")]
        now = self.graph.clock.now()
        if now > found.ends or call.fields.get("phone_number_id", NUMBER) != NUMBER:
            raise no_such_object(found.id)
        found.shown_until = now + ADDRESS_SECONDS
        url = f"{self.graph.url}/whatsapp_business/{found.id}"
        url = url if self.address_of_files is None else self.address_of_files
        about = {"url": url, "mime_type": found.mime, "sha256": found.sha256, "file_size": len(found.content)}
        return about | {"id": found.id, "messaging_product": "whatsapp"}

    async def _number(self, call: Call) -> Json:
        hook = {"application": self.app_hook, "whatsapp_business_account": self.account_hook}
        hook["phone_number"] = self.number_hook
        known: Json = {
            "display_phone_number": f"+{self.display}",
            "verified_name": "Nur",
            "quality_rating": self.quality,
            "webhook_configuration": {name: url for name, url in hook.items() if url},
        }
        wanted = call.fields.get("fields", "display_phone_number,verified_name").split(",")
        if unknown := set(wanted) - set(known):
            raise wrong_parameter(f"Tried accessing nonexisting field ({min(unknown)})")
        return {name: known[name] for name in wanted} | {"id": NUMBER}

    async def _set_hook(self, call: Call) -> Json:
        self.number_hook = await self._verified(call.fields.get("webhook_configuration", {}))
        return {"success": True}

    async def _subscribe(self, call: Call) -> Json:
        self.account_hook = await self._verified(call.fields)
        self.subscribed = [APP_ID]
        return {"success": True}

    async def _verified(self, given: Json) -> str:
        """The address that was given, which must answer at once; empty for none."""
        url = str(given.get("override_callback_uri", ""))
        if not url:
            return ""
        if len(url) > 200 or not await hooks.verify(url, given.get("verify_token", "")):
            raise Refused(400, HOOK_FAILED, "(#2200) Callback verification failed")
        return url

    async def _apps(self, call: Call) -> Json:
        del call
        return {"data": [{"whatsapp_business_api_data": {"id": each, "name": "Nur"}} for each in self.subscribed]}

    async def _templates(self, call: Call) -> Json:
        begin = int(call.fields.get("after") or 0)
        size = min(int(call.fields.get("limit", PAGE)), PAGE)
        shown = self.templates[begin : begin + size]
        wanted = {"id", *call.fields.get("fields", "name,language,status").split(",")}
        data = [{name: value for name, value in each.shown().items() if name in wanted} for each in shown]
        paging: Json = {"cursors": {"before": str(begin), "after": str(begin + len(shown))}}
        if begin + size < len(self.templates):
            paging["next"] = f"{self.graph.url}/v25.0/{ACCOUNT}/message_templates?after={begin + size}"
        return {"data": data, "paging": paging}
