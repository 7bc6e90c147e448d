"""Draws a dialog's graph: as Mermaid for documents, as SVG to look at."""

from datetime import timedelta
from html import escape

from bot.dialog.graph import BEGIN, DONE, LEFT, Edge, Graph, State, Why

ENDS = {BEGIN: "begin", DONE: "done", LEFT: "left"}

BOX_WIDTH, BOX_HEIGHT, ROW, MARGIN = 240, 52, 96, 40
LANE = 26  # between parallel jumps at the side
SIDE = 40  # from the boxes to the first jump
WORDS = 170  # room for the words of jumps


def mermaid(graph: Graph) -> str:
    """The graph in Mermaid's state diagram language; cancelling and idling out are one note, since every state has them."""
    lines = ["stateDiagram-v2", f"    [*] --> {_first(graph)}"]
    lines += [f"    {state.name}: {state.name} ({state.kind})" for state in graph.states]
    for edge in _shown(graph):
        if edge.source != BEGIN:
            target = "[*]" if edge.target == DONE else edge.target
            label = words(edge)
            lines.append(f"    {edge.source} --> {target}" + (f": {label}" if label else ""))
    waits = graph.states[0].waits if graph.states else timedelta()
    lines.append(
        f"    note right of {_first(graph)}: CANCEL or {span(waits)} of silence leaves it; HUMAN works everywhere"
    )
    return "\n".join(lines) + "\n"


def svg(graph: Graph) -> str:
    """The graph as a picture: questions one under another, a way around each that may be passed over, jumps at the right."""
    rows = [BEGIN, *(state.name for state in graph.states), DONE]
    places = {name: MARGIN + n * ROW for n, name in enumerate(rows)}
    states = {state.name: state for state in graph.states}
    shown = _shown(graph)
    passed = {name for edge in shown if edge.why is Why.NOT_ASKED for name in _between(rows, edge)}
    jumps: dict[tuple[str, str], list[Edge]] = {}
    for edge in shown:
        if edge.why in (Why.RULE, Why.SILENCE):
            jumps.setdefault((edge.rule, edge.target), []).append(edge)
    x = MARGIN + LANE
    words_at = x + BOX_WIDTH + SIDE + LANE * len(jumps)
    width = words_at + (WORDS if jumps else 0) + MARGIN
    height = places[DONE] + BOX_HEIGHT + MARGIN
    parts = [HEAD.format(width=width, height=height, title=escape(f"The dialog {graph.dialog}"))]
    parts += [_box(x, places[name], name, states.get(name)) for name in rows]
    parts += [_down(x, places[name], places[name] + ROW) for name in rows[:-1]]
    parts += [_around(x, places[name]) for name in rows if name in passed]
    parts += [_jump(x + BOX_WIDTH, places, edges, lane, words_at) for lane, edges in enumerate(jumps.values())]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _between(rows: list[str], edge: Edge) -> list[str]:
    return rows[rows.index(edge.source) + 1 : rows.index(edge.target)]


def _shown(graph: Graph) -> list[Edge]:
    return [edge for edge in graph.edges if edge.target != LEFT]


def _first(graph: Graph) -> str:
    return graph.states[0].name if graph.states else DONE


def words(edge: Edge) -> str:
    """What stands beside an edge."""
    match edge.why:
        case Why.SILENCE:
            return f"{edge.rule}, {span(edge.after or timedelta())} silent"
        case Why.RULE:
            return edge.rule
        case Why.NOT_ASKED:
            return "not asked"
        case _:
            return ""


def span(value: timedelta) -> str:
    """A span in its largest whole unit."""
    for unit, size in (("days", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1))):
        if value >= size and value % size == timedelta():
            return f"{value // size} {unit}"
    return f"{value.total_seconds():g} s"


HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 width="{width}" height="{height}" role="img">
<title>{title}</title>
<style>
  rect {{ fill: #f0fdfa; stroke: #0f766e; stroke-width: 1.5 }}
  rect.end {{ fill: #0f766e }} rect.maybe {{ stroke-dasharray: 5 4 }}
  text {{ font: 15px system-ui, sans-serif; fill: #134e4a; text-anchor: middle }} text.end {{ fill: #fff }}
  text.kind {{ font-size: 12px; fill: #5b7c79 }} text.side {{ font-size: 12px; text-anchor: start }}
  path {{ fill: none; stroke: #5b7c79; stroke-width: 1.5; marker-end: url(#tip) }} path.side {{ stroke-dasharray: 4 4 }}
</style>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0 10 5 0 10z" style="fill:#5b7c79;stroke:none;marker-end:none"/></marker></defs>
<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>"""


def _box(x: int, y: int, name: str, state: State | None) -> str:
    middle = x + BOX_WIDTH // 2
    if state is None:
        return (
            f'<rect class="end" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="26"/>'
            f'<text class="end" x="{middle}" y="{y + 31}">{escape(ENDS[name])}</text>'
        )
    kind = state.kind + (", not always asked" if state.optional else "")
    look = "maybe" if state.optional else ""
    return (
        f'<rect class="{look}" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"/>'
        f'<text x="{middle}" y="{y + 23}">{escape(name)}</text>'
        f'<text class="kind" x="{middle}" y="{y + 41}">{escape(kind)}</text>'
    )


def _down(x: int, source: int, target: int) -> str:
    middle = x + BOX_WIDTH // 2
    return f'<path d="M{middle} {source + BOX_HEIGHT} V{target - 2}"/>'


def _around(x: int, y: int) -> str:
    """The way around a question that need not be asked."""
    middle, gap = x + BOX_WIDTH // 2, (ROW - BOX_HEIGHT) // 2
    return f'<path class="side" d="M{middle} {y - gap} H{x - LANE} V{y + BOX_HEIGHT + gap} H{middle - 2}"/>'


def _jump(x: int, places: dict[str, int], edges: list[Edge], lane: int, words_at: int) -> str:
    """The jumps of one rule: one line from every question that it runs at, named at the right of the lowest."""
    shift, reach = 14 * (lane % 3) - 14, SIDE + LANE * lane
    target = places[edges[0].target] + BOX_HEIGHT // 2 + shift
    lines, lowest = [], 0
    for edge in edges:
        start = places[edge.source] + BOX_HEIGHT // 2 + shift + (40 if edge.source == edge.target else 0)
        lowest = max(lowest, start)
        lines.append(f'<path class="side" d="M{x} {start} H{x + reach} V{target} H{x + 2}"/>')
    lines.append(f'<text class="side" x="{words_at}" y="{lowest + 4}">{escape(words(edges[0]))}</text>')
    return "".join(lines)
