"""A group chat where operators sit: what can be asked of it.

An order is one call to a provider. What comes of it reaches the actor that gave it as a `JobFinished`. When it cannot
be carried out, the error is one of

- `thread`: the topic is gone; open another one
- `rights`: we may not do this here (no topics in this group, or no right to manage them)
- `moved`: the group has another id now, given as `result["to"]`
- `gone`: we are no longer in the group, or it is no more
- `refused`, `expired`: it will never work
"""

import msgspec

from bot.replies import Message


class Post(msgspec.Struct, frozen=True, tag="post", omit_defaults=True):
    """Say something, in a topic or (without `thread`) in the group itself."""

    message: Message
    thread: str = ""
    reply_to: str = ""
    silent: bool = False


class Revise(msgspec.Struct, frozen=True, tag="revise"):
    """Let our message `id` read otherwise."""

    id: str
    message: Message


class OpenTopic(msgspec.Struct, frozen=True, tag="open_topic"):
    """Make a topic; its id is the result."""

    name: str


class MarkTopic(msgspec.Struct, frozen=True, tag="mark_topic", omit_defaults=True):
    """Close or reopen a topic."""

    thread: str
    closed: bool = True


class ReadRoles(msgspec.Struct, frozen=True, tag="read_roles"):
    """Ask who runs the group: the result maps user ids to `owner` or `supervisor`."""


def port_of(room: str) -> str:
    """What carries orders for a room (`staff/<channel>/<account>/<chat>`): the port `<channel>/<account>`."""
    return "/".join(room.split("/", 3)[1:3])


def moved_to(room: str, chat: str) -> str:
    """The key of a room whose group is now another chat of the same account."""
    return f"staff/{port_of(room)}/{chat}"


Order = Post | Revise | OpenTopic | MarkTopic | ReadRoles
