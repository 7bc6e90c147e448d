"""Files that were sent: bytes by an id, and by a path from which they are fetched."""

import hashlib
from dataclasses import dataclass

from tests.standins.telegram.arguments import Arguments, Upload
from tests.standins.telegram.refusals import Refused, bad_request
from tests.standins.telegram.wire import Json

UPLOAD_BYTES = 50 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024

FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "video": "videos", "audio": "music"}
TYPES = {"photo": "Photo", "document": "Document", "voice": "VoiceNote", "video": "Video", "audio": "Audio"}
MIMES = {"photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "audio": "audio/mpeg"}


@dataclass(frozen=True, slots=True)
class Stored:
    """One file. `size` may be more than is kept: a test can pretend."""

    kind: str
    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    content: bytes
    size: int

    def as_json(self) -> Json:
        """The fields that every file has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """All files of the server. An id is good for every bot, which the real server does not promise."""

    def __init__(self) -> None:
        self._by_id: dict[str, Stored] = {}
        self._by_path: dict[str, Stored] = {}

    def keep(self, kind: str, content: bytes, *, name: str = "", mime: str = "", size: int | None = None) -> Stored:
        """Take one in."""
        number = len(self._by_id)
        unique = hashlib.sha256(content).hexdigest()[:16]
        end = name.rpartition(".")[2] if "." in name else {"photo": "jpg", "voice": "oga"}.get(kind, "bin")
        stored = Stored(
            kind,
            f"AgAC{number:06d}{unique}",
            f"AQAD{unique}",
            f"{FOLDERS.get(kind, kind + 's')}/file_{number}.{end}",
            name,
            mime or MIMES.get(kind, "application/octet-stream"),
            content,
            len(content) if size is None else size,
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored

    def find(self, file_id: str) -> Stored:
        """The file of this id; raises `Refused` when there is none."""
        if file_id not in self._by_id:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return self._by_id[file_id]

    def at(self, path: str) -> Stored | None:
        """The file at this path."""
        return self._by_path.get(path)

    def given(self, kind: str, arguments: Arguments) -> Stored:
        """The file that a call sends: uploaded with it, or known by its id. The stand-in fetches no address.

        A picture's id is good for pictures only; the others may stand for each other and stay what they are.
        """
        if upload := arguments.upload(kind):
            return self._uploaded(kind, upload)
        value = arguments.text(kind)
        if not value:
            raise bad_request(f"there is no {kind} in the request")
        if value.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        if value not in self._by_id:
            raise bad_request("wrong file identifier/HTTP URL specified")
        stored = self._by_id[value]
        if (stored.kind == "photo") != (kind == "photo"):
            raise bad_request(f"can't use file of type {TYPES[stored.kind]} as {TYPES[kind]}")
        return stored

    def _uploaded(self, kind: str, upload: Upload) -> Stored:
        size = len(upload.content)
        if not size:
            raise bad_request("file must be non-empty")
        if size > UPLOAD_BYTES:
            raise Refused(413, "Request Entity Too Large")
        if kind == "photo" and size > PHOTO_BYTES:
            raise bad_request(
                f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes"
            )
        mime = upload.mime if kind == "document" else ""
        return self.keep(kind, upload.content, name=upload.name, mime=mime)


def described(stored: Stored) -> Json:
    """The content of a message that carries this file."""
    kind, about = stored.kind, stored.as_json()
    if kind == "photo":
        small = about | {"file_id": stored.file_id, "width": 90, "height": 68, "file_size": min(stored.size, 1200)}
        return {"photo": [small, about | {"width": 800, "height": 600}]}
    about["mime_type"] = stored.mime
    if stored.name:
        about["file_name"] = stored.name
    if kind in {"voice", "video", "audio"}:
        about["duration"] = 3
    if kind == "video":
        about |= {"width": 640, "height": 480}
    if kind == "voice":
        about.pop("file_name", None)
    return {kind: about}
