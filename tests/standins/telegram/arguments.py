"""What a call was given: query, form, multipart or JSON, read as the real server reads them.

Everything may come as text: `"5"` is a number and `"[]"` a list.
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

from tests.standins.telegram.refusals import bad_request
from tests.standins.telegram.wire import Json, decode


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came inside the call."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Arguments:
    """Values by name, and the files that came with them."""

    values: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values or name in self.files

    def text(self, name: str) -> str:
        """The value as text; empty when it is not there."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """The value as a whole number; the default when it is none."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def real(self, name: str) -> float | None:
        """The value as a number with a fraction; None when it is none."""
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """Whether the value means yes."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def data(self, name: str) -> Any:
        """The object or list; None when it is not there or empty. Text is read as JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return decode(value)
        except msgspec.DecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """The file in this field, or the one that it points to with `attach://`."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name)


async def read_arguments(request: web.BaseRequest) -> Arguments:
    """Everything that came with the request."""
    arguments = Arguments(dict(request.query) if request.query_string else {})
    if not request.can_read_body:
        return arguments
    if request.content_type == "application/json":
        arguments.values |= _object(await request.read())
    elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                arguments.files[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                arguments.values[name] = value if isinstance(value, str) else bytes(value).decode()
    return arguments


def _object(body: bytes) -> Json:
    if not body:
        return {}
    try:
        return msgspec.json.decode(body, type=Json)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise bad_request("can't parse JSON object") from None
