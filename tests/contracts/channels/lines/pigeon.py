"""The channel that docs/channels/own.md builds, over a provider of its own."""

import hmac
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from aiohttp import web

from bot.ports.accounts import Descriptor
from bot.ports.channel import Inbound
from tests.contracts.channels.line import Ability, Fault, Line, Option, Shown
from tests.house.pages import ROOT, blocks

KEY = "a-key-of-pigeon-0123456789"
PAGE = ROOT / "docs" / "channels" / "own.md"
STATUSES: Mapping[Fault, int] = {"busy": 429, "outage": 502, "break": 0, "revoked": 401, "blocked": 403, "refused": 400}


class PigeonPost:
    """The provider: checks what it is given, as its limits are, and keeps it."""

    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []
        self.faults: list[int] = []

    async def start(self) -> str:
        self._runner = web.ServerRunner(web.Server(self._take), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.BaseRequest) -> web.Response:
        letter = json.loads(await request.read())
        status = self.faults.pop(0) if self.faults else self._status(request, letter)
        if status in (0, 200):
            self.letters.append(letter)
        if not status and request.transport:
            request.transport.abort()
        return web.json_response({"id": f"p{len(self.letters)}"}, status=status or 200)

    def _status(self, request: web.BaseRequest, letter: dict[str, Any]) -> int:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return 401
        buttons = letter.pop("buttons")
        fits = 0 < len(letter["text"]) <= 500 and len(buttons) <= 4
        fits = fits and all(0 < len(label) <= 20 and len(name) <= 100 for name, label in buttons)
        letter["buttons"] = buttons
        return 200 if fits and set(letter) == {"to", "text", "buttons"} else 400


class PigeonLine(Line):
    """Somebody with Pigeon."""

    name = "pigeon"
    can: ClassVar[frozenset[Ability]] = frozenset({"proof", "press", "batch", "send", "refusing", "buttons"})
    secrets: ClassVar[Mapping[str, str]] = {"key": KEY}
    proof_header = "x-pigeon-proof"
    address = "nare"

    def kind(self) -> Descriptor:
        (block,) = [each for each in blocks(PAGE) if each.language == "python"]
        made: dict[str, Any] = {"__name__": "pigeon"}
        exec(compile(block.text, block.place, "exec"), made)  # noqa: S102  our own docs
        kind: Descriptor = made["PIGEON"]
        return kind

    async def start(self) -> None:
        self.post = PigeonPost()
        self.channel = self.open(await self.post.start())

    async def stop(self) -> None:
        await self.post.stop()

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        proof = hmac.new(KEY.encode(), body, sha256).hexdigest()
        return self.inbound(body, {"x-pigeon-proof": proof}, url=url)

    def write(self, text: str, number: int) -> Inbound:
        return self._notes({"id": f"n{number}", "writer": self.address, "text": text})

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        return self._notes({"id": f"n{number}", "writer": self.address, "button": gives})

    def batch(self, *texts: str) -> Inbound:
        return self._notes(*({"id": f"n{n}", "writer": self.address, "text": each} for n, each in enumerate(texts, 1)))

    def _notes(self, *notes: dict[str, str]) -> Inbound:
        return self.proved(json.dumps(notes).encode())

    def samples(self) -> Sequence[Inbound]:
        return [self.write("Բարև, мир 😀", 1), self.press("5.0", 2)]

    def forgeries(self, inbound: Inbound) -> Mapping[str, Inbound]:
        another = hmac.new(b"another", inbound.body, sha256).hexdigest()
        true = hmac.new(KEY.encode(), inbound.body, sha256).hexdigest()
        proofs = {"another": another, "no ASCII": "սեղան", "empty": "", "half of another": true[:32] + another[32:]}
        wrong: dict[str, dict[str, str]] = {
            "nothing": {},
            **{what: {"x-pigeon-proof": p} for what, p in proofs.items()},
        }
        return {what: self.inbound(inbound.body, headers) for what, headers in wrong.items()}

    @property
    def shown(self) -> Sequence[Shown]:
        return [
            Shown("\n".join([each["text"], *(label for _, label in each["buttons"])]),
                  tuple(Option(label, name) for name, label in each["buttons"]))
            for each in self.post.letters
        ]  # fmt: skip

    def fails(self, fault: Fault) -> None:
        self.post.faults.append(STATUSES[fault])

    def unused(self) -> Sequence[object]:
        return self.post.faults
