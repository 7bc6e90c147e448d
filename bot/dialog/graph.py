"""A dialog as a graph: known without running it, so it can be checked and drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.dialog.dialog import Dialog
from bot.dialog.kinds import NestedKind

BEGIN = "begin"
DONE = "done"
LEFT = "left"


class Why(StrEnum):
    """What takes a dialog from one state to another."""

    ANSWER = "answer"
    NOT_ASKED = "not asked"
    RULE = "rule"
    SILENCE = "silence"
    IDLE = "idle"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class State:
    """A point where the dialog waits: a question, with how it is named and how long it waits at most."""

    name: str
    kind: str
    optional: bool
    waits: timedelta


@dataclass(frozen=True, slots=True)
class Edge:
    """A transition. `rule` names the method behind it, `after` the silence that it takes."""

    source: str
    target: str
    why: Why
    rule: str = ""
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """States and transitions of one dialog. HUMAN, help, back and the language switch stay in the state they are used in."""

    dialog: str
    states: tuple[State, ...]
    edges: tuple[Edge, ...]

    def reachable(self) -> set[str]:
        """The states that some path leads to."""
        return _closure({BEGIN}, [(edge.source, edge.target) for edge in self.edges])

    def can_end(self) -> set[str]:
        """The states from which some path leads to an end."""
        return _closure({DONE, LEFT}, [(edge.target, edge.source) for edge in self.edges])


def _closure(states: set[str], steps: Sequence[tuple[str, str]]) -> set[str]:
    """The states, and those that steps lead to from them."""
    seen, todo = set(states), list(states)
    while todo:
        here = todo.pop()
        new = {target for source, target in steps if source == here} - seen
        seen |= new
        todo += new
    return seen


def graph_of(dialog: type[Dialog]) -> Graph:
    """The graph of a dialog, read off its declaration."""
    states = tuple(
        State(field.name, type(field.kind).__name__.removesuffix("Kind").lower(), field.when is not None, dialog.idle)
        for field in dialog.fields.values()
    )
    edges = [*_forward(dialog), *_rules(dialog)]
    edges += [Edge(state.name, LEFT, Why.CANCEL) for state in states]
    edges += [Edge(state.name, LEFT, Why.IDLE, after=dialog.idle) for state in states]
    return Graph(dialog.key, states, tuple(edges))


def _forward(dialog: type[Dialog]) -> list[Edge]:
    """From each question to the next; one that is not always asked can be passed over."""
    names = list(dialog.fields)
    edges = []
    for here, source in enumerate((BEGIN, *names)):
        for place in range(here, len(names) + 1):
            target = names[place] if place < len(names) else DONE
            edges.append(Edge(source, target, Why.ANSWER if place == here else Why.NOT_ASKED))
            if target == DONE or not _passable(dialog, target):
                break
    return edges


def _passable(dialog: type[Dialog], name: str) -> bool:
    field = dialog.fields[name]
    return field.when is not None or field.known is not None or isinstance(field.kind, NestedKind)


def _rules(dialog: type[Dialog]) -> list[Edge]:
    return [
        Edge(field, target, Why.RULE if rule.wait is None else Why.SILENCE, rule.name, rule.wait)
        for rule in dialog.rules
        for field in rule.fields
        for target in rule.may_go
    ]


def findings(dialogs: Mapping[str, type[Dialog]]) -> list[str]:
    """What is wrong with a set of dialogs, a sentence each; empty when nothing is."""
    found = []
    for name, dialog in dialogs.items():
        graph = graph_of(dialog)
        reachable, ending = graph.reachable(), graph.can_end()
        found += [f"{name}.{state.name} is never reached" for state in graph.states if state.name not in reachable]
        found += [f"{name}.{state.name} cannot be left" for state in graph.states if state.name not in ending]
        found += [f"{name} asks nothing"] if not graph.states else []
        found += [f"{name}.{state.name} may wait for ever" for state in graph.states if state.waits <= timedelta()]
        if circle := _circle(name, dialogs):
            found.append(f"{name} contains itself: {' > '.join(circle)}")
    return found


def _circle(start: str, dialogs: Mapping[str, type[Dialog]]) -> list[str] | None:
    """A path of dialogs inside dialogs that comes back to `start`; names that are computed at run time are not followed."""

    def walk(name: str, path: list[str]) -> list[str] | None:
        for field in dialogs[name].fields.values():
            inner = field.kind.fixed if isinstance(field.kind, NestedKind) else None
            if inner is None or inner not in dialogs:
                continue
            if inner == start:
                return [*path, inner]
            if inner not in path and (found := walk(inner, [*path, inner])):
                return found
        return None

    return walk(start, [start])
