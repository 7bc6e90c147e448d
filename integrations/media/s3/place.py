"""Which bucket, and where in it: the address that a setting gives."""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

FORM = "s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # Amazon S3 User Guide, bucket naming rules
PREFIX = re.compile(r"(?:[A-Za-z0-9._-]+/?)*")
REGION = "us-east-1"
OPTIONS = frozenset({"endpoint", "region"})


class Place(NamedTuple):
    """A folder of a bucket. `prefix` ends with a slash unless it is empty; without `endpoint` it is Amazon's own."""

    bucket: str
    prefix: str
    endpoint: str
    region: str


def read_place(url: str) -> Place:
    """Read an address; raises `ValueError` with a sentence for one that is none. It holds no secrets."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or "@" in parts.netloc:
        raise ValueError(f"is no address of a bucket like {FORM}")
    if not BUCKET.fullmatch(parts.netloc):
        raise ValueError(f"names no bucket; it looks like {FORM}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - OPTIONS):
        raise ValueError(f"has {unknown[0]}=, which is neither endpoint nor region")
    endpoint = options.get("endpoint", "")
    if "endpoint" in options and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", endpoint.rstrip("/")):
        raise ValueError("has an endpoint that is no address like https://s3.example.com")
    prefix = parts.path.strip("/")
    if not PREFIX.fullmatch(prefix) or ".." in prefix:
        raise ValueError("has a folder with other signs than letters, digits, dots, dashes and slashes")
    return Place(parts.netloc, f"{prefix}/" if prefix else "", endpoint.rstrip("/"), options.get("region") or REGION)
