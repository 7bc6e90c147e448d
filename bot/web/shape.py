"""A message of the transcript as the page receives it."""

from typing import Any

from bot.replies import Message
from bot.store.transcript import Line


def shape(line: Line) -> dict[str, Any]:
    """The JSON of one message of the transcript; keys that say nothing are left out."""
    place = {
        "type": "message",
        "seq": line.seq,
        "from": line.author,
        "at": line.at.isoformat().replace("+00:00", "Z"),
        "client_id": line.client_id,
    }
    return {key: value for key, value in place.items() if value != ""} | told(line.message)


def told(message: Message) -> dict[str, Any]:
    """The JSON of what a message says, wherever it stands."""
    shaped: dict[str, Any] = {"text": message.text, "author": message.author, "input": message.hint}
    if message.choices:
        shaped["choices"] = [
            {"id": choice.id, "label": choice.label, "description": choice.description} for choice in message.choices
        ]
    if message.media:
        first = message.media[0]
        shaped["media"] = {
            "kind": first.kind,
            "url": f"/chat/{first.shelf}/media/{first.name}" if first.shelf else f"/media/{first.name}",
            "alt": first.alt,
            "width": first.width,
            "height": first.height,
        }
    if message.links:
        shaped["links"] = [{"url": link.url, "label": link.label} for link in message.links]
    if message.progress:
        shaped["progress"] = {"step": message.progress.step, "of": message.progress.of}
    return {key: value for key, value in shaped.items() if key == "text" or value != ""}
