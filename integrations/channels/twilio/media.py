"""Files that customers send: they stay with Twilio, under a path that proves who asks."""

import math
import re

from bot.events import Media
from bot.ports.channel import Malformed
from integrations.channels.twilio.forms import Form

URL = re.compile(r"https?://[^/\s]{1,255}(/2010-04-01/Accounts/\w{2,64}/Messages/\w{2,64}/Media/\w{2,64})", re.ASCII)
PATH = re.compile(r"/2010-04-01/Accounts/\w{2,64}/Messages/\w{2,64}/Media/\w{2,64}", re.ASCII)
MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,127}")
KINDS = {"image": "image", "audio": "voice", "video": "video"}
MOST_FILES = 20


def attached(form: Form, source: str) -> tuple[Media, ...]:
    """The files of a message, which lie with the account `source`. Raises `Malformed` for one that is none of Twilio's."""
    count = form.get("NumMedia", "0")
    if not (count.isascii() and count.isdecimal() and int(count[:4]) <= MOST_FILES):
        raise Malformed("a message with a number of files that cannot be")
    return tuple(_file(form, n, source) for n in range(int(count[:4])))


def place(form: Form) -> tuple[Media, ...]:
    """The point on the map that a message shows."""
    try:
        latitude, longitude = float(form.get("Latitude")), float(form.get("Longitude"))
    except ValueError:
        return ()
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return ()
    return (Media("place", "", "", f"{latitude:.6f}, {longitude:.6f}"),)


def _file(form: Form, n: int, source: str) -> Media:
    found = URL.fullmatch(form.get(f"MediaUrl{n}"))
    if found is None:
        raise Malformed("a file at an address that is none of Twilio's")
    mime = form.get(f"MediaContentType{n}").partition(";")[0].strip().lower()
    mime = mime if MIME.fullmatch(mime) else "application/octet-stream"
    return Media(KINDS.get(mime.partition("/")[0], "file"), found.group(1), mime, source=source)
