"""JSON whose characters are broken, made whole."""

import json


def whole(body: bytes) -> bytes:
    """The same JSON with lone surrogates, and bytes that are no UTF-8, replaced.

    Raises `ValueError` or `RecursionError` for what is no JSON, or has no such characters and is broken otherwise.
    """
    text = body.decode("utf-8", "replace")
    if "\N{REPLACEMENT CHARACTER}" not in text and b"\\ud" not in body.lower():
        raise ValueError("its characters are whole")
    plain = json.dumps(json.loads(text), ensure_ascii=False)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
