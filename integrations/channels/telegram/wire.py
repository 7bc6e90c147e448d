"""JSON whose characters are broken, made whole."""

import json


def whole(body: bytes) -> bytes:
    """The same JSON with lone surrogates, and bytes that are no UTF-8, replaced.

    Raises `ValueError` or `RecursionError` for what is no JSON.
    """
    plain = json.dumps(json.loads(body.decode("utf-8", "replace")), ensure_ascii=False)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
