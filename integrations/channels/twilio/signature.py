"""Whether a delivery was signed by Twilio.

Signed is the address as Twilio was given it, followed by the names and values of the form. Behind a proxy the address is
the public one. Source: Twilio, «Webhooks security» and «Sign webhooks with shared keys»; the detail (an address with and
without its standard port, each value of a repeated name once) is that of twilio-python 9.13.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit, urlunsplit

from bot.ports.channel import Inbound, Malformed, NotSigned
from integrations.channels.twilio.forms import Form, read_form

HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"  # key=…,algorithm=…; only with a shared key
ALGORITHMS = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
DIGEST = "bodySHA256"
PORTS = {"https": 443, "http": 80}


def signed(
    url: str,
    form: Sequence[tuple[str, str]] | None,
    body: bytes,
    header: str,
    token: str,
    headers: Mapping[str, str],
    *,
    shared: str = "",
) -> bool:
    """Whether `header` is the signature of this delivery.

    `form` are the pairs of a posted form, None for a GET or another body, whose digest then stands in the address.
    `headers` have lower-case names. `token` is the account's Auth Token, `shared` the secret of a shared key, which counts
    instead where the headers announce one.
    """
    settings = headers.get(SETTINGS_HEADER, "")
    algorithm = ALGORITHMS.get(_algorithm(settings))
    key = (shared or token) if settings else token
    if algorithm is None or not key or not header:
        return False
    if form is None and not _is_digest_right(url, body):
        return False
    fields = b"".join(_fields(form or ()))
    given = header.strip().encode("utf-8", "replace")
    right = False
    for each in _addresses(url):
        made = hmac.new(key.encode(), each.encode("utf-8", "surrogateescape") + fields, algorithm)
        right |= hmac.compare_digest(b64encode(made.digest()), given)
    return right


def proved(inbound: Inbound, token: str, shared: str = "") -> Form:
    """The form of a delivery that Twilio signed. Raises `NotSigned`, also for a body that nobody can have signed."""
    try:
        form = read_form(inbound.body)
    except Malformed:
        raise NotSigned from None
    header = inbound.headers.get(HEADER, "")
    if not signed(inbound.url, form.pairs, inbound.body, header, token, inbound.headers, shared=shared):
        raise NotSigned
    return form


def _algorithm(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _is_digest_right(url: str, body: bytes) -> bool:
    """Whether the address vouches for the body; an empty one needs no voucher."""
    digests = parse_qs(urlsplit(url).query).get(DIGEST, [])
    if not digests:
        return not body
    return hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), digests[0].encode("utf-8", "replace"))


def _fields(form: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """Names in the order of their bytes, each before each of its values; what came twice counts once."""
    for name, value in sorted({(_bytes(name), _bytes(value)) for name, value in form}):
        yield name
        yield value


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _addresses(url: str) -> tuple[str, ...]:
    """The address as it is, without its port, and with the standard one: Twilio signs either."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ()
    if not host:
        return ()
    user, at, place = parts.netloc.rpartition("@")
    bare = place[: -len(f":{port}")] if port is not None else place
    places = (bare, f"{bare}:{port or PORTS.get(parts.scheme, 80)}")
    return tuple(urlunsplit((parts.scheme, f"{user}{at}{each}", parts.path, parts.query, "")) for each in places)
