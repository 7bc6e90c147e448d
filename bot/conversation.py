"""What is kept of a conversation between its steps.

Everything stored names things by string (dialogs, questions, places), never by position, so that a release that
inserts a question moves nobody.
"""

import msgspec


class Frame(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A dialog under way: which, where it stands, and what was answered.

    Answers are stored as they were parsed, by question. `needs` says which answers each question was made from;
    `heard` are answers that came along in another message and count only when their question is reached.
    """

    dialog: str
    id: str
    version: int = 1
    at: str = ""
    answers: dict[str, msgspec.Raw] = {}
    heard: dict[str, msgspec.Raw] = {}
    needs: dict[str, list[str]] = {}
    trail: list[str] = []
    notes: dict[str, msgspec.Raw] = {}
    about: str = ""
    for_field: str = ""
    refusals: int = 0
    told: list[str] = []


class Conversation(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """The state of one conversation; the top of `stack` is the dialog that is asking."""

    language: str = ""
    language_chosen: bool = False
    greeted: bool = False
    stopped: bool = False
    place: str = ""
    stack: list[Frame] = []
    case: str = ""
    """The open matter that people are to see to."""
    charge: str = ""
    """Who answers: empty for the bot, `waiting` when a human was asked for, `human` while one is in charge."""
    noted: bool = False
    """Whether the customer was told that what they write meanwhile is passed on."""
    blocked: bool = False
    source: str = ""
    proved: str = ""
    """The phone that the channel has vouched for, in E.164."""
    shared: bool = False
    """Whether its person writes in other conversations as well."""
    album: str = ""
    """The last pictures that came in one go, by the messenger's name for them."""
    via: str = ""
    """The address that what is said next leaves by, see `bot.events.Said`; empty for the contact's own."""

    @property
    def frame(self) -> Frame | None:
        """The dialog that is asking now, if any."""
        return self.stack[-1] if self.stack else None


_thaw = msgspec.json.Decoder(Conversation).decode


def thaw(state: str) -> Conversation:
    """Read a stored state; what another release has put there besides is left out (`unknown_fields` names it).

    Raises `msgspec.ValidationError` for one that this code cannot read.
    """
    try:
        return _thaw(state)
    except msgspec.ValidationError:
        return _thaw(msgspec.json.encode(_known(state)))


def unknown_fields(state: str) -> list[str]:
    """The fields of a stored state that this release does not know, those of its dialogs among them."""
    stored = msgspec.json.decode(state, type=dict[str, msgspec.Raw])
    frames = msgspec.json.decode(stored.get("stack", b"[]"), type=list[dict[str, msgspec.Raw]])
    unknown = stored.keys() - set(Conversation.__struct_fields__)
    return sorted(unknown.union(*(frame.keys() - set(Frame.__struct_fields__) for frame in frames)))


def _known(state: str) -> dict[str, object]:
    stored = msgspec.json.decode(state, type=dict[str, msgspec.Raw])
    frames = msgspec.json.decode(stored.pop("stack", b"[]"), type=list[dict[str, msgspec.Raw]])
    kept: dict[str, object] = {name: raw for name, raw in stored.items() if name in Conversation.__struct_fields__}
    names = Frame.__struct_fields__
    kept["stack"] = [{name: raw for name, raw in frame.items() if name in names} for frame in frames]
    return kept


def freeze(conversation: Conversation) -> str:
    """The state as it is stored."""
    return msgspec.json.encode(conversation).decode()
