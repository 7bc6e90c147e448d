"""Pictures of figures, for a chat.

matplotlib is an extra (`charts`) and takes a second to import, so it is imported by whoever draws, in a thread. Its own
font has Armenian, Georgian and Cyrillic letters, so a picture looks the same on every machine.
"""

from collections.abc import Sequence
from io import BytesIO

INCHES = (9.6, 4.8)
DOTS = 100  # an inch
COLOURS = ("#0f766e", "#f59e0b")
MARKS = 10  # dates under the bars; more run into each other


class ChartsMissing(Exception):
    """Pictures need matplotlib: install dragoman[charts]."""

    def __str__(self) -> str:
        return str(self.__doc__)


def draw_days(title: str, days: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> bytes:
    """A PNG of bars, one panel a row (its label, a number a day), the days along the bottom.

    Takes up to two seconds; raises `ChartsMissing` where matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        raise ChartsMissing from error
    figure = Figure(figsize=INCHES, dpi=DOTS, layout="constrained")
    figure.suptitle(title, fontfamily="DejaVu Sans")
    panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)
    places = range(len(days))
    step = max(1, -(-len(days) // MARKS))
    for panel, (label, numbers), colour in zip(panels[:, 0], rows, COLOURS, strict=False):
        panel.bar(places, numbers, color=colour)
        panel.set_ylabel(label, fontfamily="DejaVu Sans")
        panel.set_ylim(bottom=0, top=max(1, *numbers) * 1.1)
        panel.yaxis.set_major_locator(MaxNLocator(integer=True))
        panel.spines[["top", "right"]].set_visible(False)
    panels[-1, 0].set_xticks([*places][::step], days[::step], fontfamily="DejaVu Sans")
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
