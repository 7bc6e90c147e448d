"""The two kinds of account: what each needs, what each can say."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from bot.ports.accounts import Account, Descriptor, Kit, Setting
from bot.rendering import Limits
from integrations.channels.meta.graph import API_URL, VERSION
from integrations.channels.meta.pages.channel import Kind, Pages
from integrations.channels.meta.pages.limits import (
    INSTAGRAM,
    INSTAGRAM_RATE,
    MESSENGER,
    MESSENGER_RATE,
    WEBHOOK_BYTES,
)
from integrations.channels.meta.pages.render import Voice

ID = r"[0-9]{1,32}"
VOICES = frozenset({"audio/aac", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/wav", "audio/x-wav", "audio/mpeg"})
VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-msvideo"})
SHOWN_BY_MESSENGER = {
    "image": frozenset({"image/jpeg", "image/png", "image/gif"}),
    "voice": VOICES,
    "video": VIDEOS,
}
SHOWN_BY_INSTAGRAM = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "voice": VOICES - {"audio/mpeg"},
    "video": VIDEOS,
    "file": frozenset({"application/pdf"}),
}
KINDS = (
    Kind(
        "messenger", "page", "page_id", "comments", MESSENGER_RATE,
        Voice(MESSENGER, SHOWN_BY_MESSENGER, rest="file", phones=True),
    ),
    Kind(
        "instagram", "instagram", "instagram_id", "replies", INSTAGRAM_RATE,
        Voice(INSTAGRAM, SHOWN_BY_INSTAGRAM, rest="", phones=False),
    ),
)  # fmt: skip
LIMITS: Mapping[str, Limits] = {"messenger": MESSENGER, "instagram": INSTAGRAM}

SECRETS = {
    "token": Setting("the long-lived access token of the page", r"\S{20,1000}"),
    "app_secret": Setting("the app secret, 32 letters and digits, which signs what Meta delivers", r"[0-9a-f]{32}"),
    "verify_token": Setting("a word of your own, which Meta repeats when it asks for the address", r"[!-~]{8,200}"),
}
SETTINGS = {
    "app_id": Setting("the id of the app, a number", rf"{ID}|", default=""),
    "api_version": Setting("a version of the Graph API, like v25.0", r"v[0-9]{1,3}\.[0-9]{1,2}", default=VERSION),
    "api_url": Setting("the address of a server with the Graph API", r"https?://\S+", default=API_URL),
    "comments": Setting("answer, invite or ignore", r"answer|invite|ignore", default="ignore"),
    "comment_line": Setting("one public line for every comment that is answered", r"(?s).{0,1000}", default=""),
}
PAGE_ID = Setting("the id of the Facebook page, a number", ID)
INSTAGRAM_ID = Setting("the id of the Instagram business account, a number", ID)


def _open(kind: Kind, account: Account, kit: Kit) -> Pages:
    """The channel of an account. Raises `ValueError` for what cannot work."""
    settings = account.settings
    if not urlsplit(settings["api_url"]).hostname:
        raise ValueError("api_url names no server")
    if settings["comment_line"].strip() and settings["comments"] == "ignore":
        raise ValueError("comment_line is said under comments that are answered; set comments to answer or invite")
    return Pages(kind, account, kit)


def _descriptor(kind: Kind, settings: Mapping[str, Setting]) -> Descriptor:
    return Descriptor(
        kind.name, LIMITS[kind.name], partial(_open, kind), SECRETS, {**settings, **SETTINGS}, most_bytes=WEBHOOK_BYTES
    )


_MESSENGER, _INSTAGRAM = KINDS

PAGES: Mapping[str, Descriptor] = {
    "messenger": _descriptor(_MESSENGER, {"page_id": PAGE_ID}),
    "instagram": _descriptor(
        _INSTAGRAM, {"instagram_id": INSTAGRAM_ID, "page_id": PAGE_ID._replace(form=rf"{ID}|", default="")}
    ),
}
"""The two channels by name."""
