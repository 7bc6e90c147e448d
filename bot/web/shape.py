"""A message of the transcript as the page receives it."""

from typing import Any

from bot.store.transcript import Line


def shape(line: Line, *, mine: bool = True) -> dict[str, Any]:
    """The JSON of one message; keys that say nothing are left out."""
    message = line.message
    shaped: dict[str, Any] = {
        "type": "message",
        "seq": line.seq,
        "from": line.author,
        "text": message.text,
        "at": line.at.isoformat().replace("+00:00", "Z"),
        "client_id": line.client_id if mine and line.author == "customer" else "",
        "author": message.author,
        "input": message.hint,
    }
    if message.choices:
        shaped["choices"] = [
            {"id": choice.id, "label": choice.label, "description": choice.description} for choice in message.choices
        ]
    if message.media:
        first = message.media[0]
        shaped["media"] = {
            "kind": first.kind, "url": f"/media/{first.name}", "alt": first.alt, "width": first.width, "height": first.height,
        }  # fmt: skip
    if message.link:
        shaped["link"] = {"url": message.link.url, "label": message.link.label}
    if message.progress:
        shaped["progress"] = {"step": message.progress.step, "of": message.progress.of}
    return {key: value for key, value in shaped.items() if value not in ("", None)}
