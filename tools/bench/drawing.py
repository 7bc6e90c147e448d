"""The picture of a run: what a thousand updates cost each bot, by load."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from tools.bench.beside import Run, cpu

COLOURS = {"bare": "#9aa5b1", "Dragoman": "#1f6f8b", "aiogram": "#d98032", "python": "#a64b2a"}
SHADES = (1.0, 0.7, 0.45)


def draw(run: Run, names: Sequence[str], path: Path) -> None:
    """Bars by load, one a bot, with the spread of the rounds; bots that did not run are left out."""
    there = [name for name in names if any((name, load) in run.found for load in run.loads)]
    figure = Figure(figsize=(11, 5.2), layout="constrained")
    axes = figure.add_subplot()
    width, used = 0.84 / max(1, len(there)), dict.fromkeys(COLOURS, 0)
    for place, name in enumerate(there):
        kind = next(kind for kind in COLOURS if name.startswith(kind))
        shade, used[kind] = SHADES[used[kind] % len(SHADES)], used[kind] + 1
        for spot, load in enumerate(run.loads):
            if (name, load) not in run.found:
                continue
            rounds = run.found[name, load]
            middle, seen = rounds.middle(cpu), rounds.each(cpu)
            axes.bar(
                spot + (place - (len(there) - 1) / 2) * width, middle, width * 0.92, color=COLOURS[kind], alpha=shade,
                label=name if not spot else None, yerr=[[middle - min(seen)], [max(seen) - middle]],
                error_kw={"lw": 0.8, "ecolor": "#444444"},
            )  # fmt: skip
    axes.set_xticks(range(len(run.loads)), [load.name for load in run.loads])
    axes.set_ylabel("CPU seconds of the bot for 1,000 updates")
    axes.set_title("The same booking, the same load, one run (lower is better)", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", lw=0.4)
    axes.set_axisbelow(True)
    figure.legend(frameon=False, ncols=4, fontsize=9, loc="outside lower center")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
