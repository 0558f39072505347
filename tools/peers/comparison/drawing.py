"""Draws the bar chart of a record with matplotlib: python -m comparison.drawing FILE."""

import json
import sys
from pathlib import Path
from statistics import median

import matplotlib

from .accuracy import samples_of
from .bench import Settings
from .cases import Case
from .summary import Row, cases_of, summary
from .systems import BY_NAME, System
from .text import grouped

matplotlib.rcParams.update({
    "font.family": "sans-serif", "font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "peers",
    "text.color": "#222222", "axes.labelcolor": "#222222", "axes.edgecolor": "#969696",
    "xtick.color": "#606060", "ytick.color": "#222222", "axes.titlesize": 10,
})
from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, MaxNLocator

# Blue against gray is told apart by everyone; the paler of each is bfloat16.
COLORS = {
    (True, "float"): "#0072b2", (True, "bf16"): "#7fb9dc",
    (False, "float"): "#909090", (False, "bf16"): "#cccccc",
}


def color(system: System) -> str:
    """The color of a system's bars."""
    return COLORS[system.is_lockstep, system.precision]


def draw_speed(record: dict, stem: Path) -> None:
    """A panel for each network, a bar for each system, the lowest and highest epoch as a line."""
    rows, cases = summary(record), cases_of(record)
    columns = min(2, len(cases))
    lines = -(-len(cases) // columns)
    bars = max(sum(row.case == case for row in rows) for case in cases)
    figure, panels = pyplot.subplots(
        lines, columns, figsize=(5.4 * columns, (0.24 * bars + 0.75) * lines + 0.55),
        squeeze=False, layout="constrained")
    for panel, case in zip(panels.flat, cases):
        draw_panel(panel, case, [row for row in rows if row.case == case])
    for panel in panels.flat[len(cases):]:
        panel.axis("off")
    momentum = record["settings"]["momentum"]
    words = [
        "images trained a second, median",
        "in brackets: how many times as fast Lockstep is with the same precision",
        f"{record['machine']['processor']}, {len(record['machine']['cores'])} cores, SGD with "
        f"momentum {momentum:g}"]
    figure.supxlabel("\n".join(words), fontsize=8, color="#606060")
    save(figure, stem)


def draw_panel(panel, case: Case, rows: list[Row]) -> None:
    """The bars of one network."""
    positions = range(len(rows))
    panel.barh(
        positions, [row.speed for row in rows], height=0.74,
        color=[color(row.system) for row in rows])
    panel.hlines(
        positions, [row.slowest for row in rows], [row.fastest for row in rows],
        color="#222222", linewidth=0.8)
    widest = max(row.fastest for row in rows)
    for position, row in zip(positions, rows):
        ratio = "" if row.system.is_lockstep or row.ratio is None else f"  ({row.ratio:.2f} ×)"
        panel.text(
            max(row.speed, row.fastest) + 0.015 * widest, position, grouped(row.speed) + ratio,
            va="center", fontsize=8)
    panel.set_title(f"{case.network}, batch {case.batch_size}", loc="left")
    finish(panel, [row.system.label for row in rows], 1.36 * widest)


def draw_accuracy(record: dict, stem: Path) -> None:
    """A bar for each system, a point for each seed."""
    of_system = {
        name: [sample["seconds"] for sample in samples_of(record, name)]
        for name in record["order"]}
    of_system = {name: seconds for name, seconds in of_system.items() if seconds}
    figure, panel = pyplot.subplots(
        figsize=(7.2, 0.34 * len(of_system) + 1.0), layout="constrained")
    positions = range(len(of_system))
    systems = [BY_NAME[name] for name in of_system]
    medians = [median(seconds) for seconds in of_system.values()]
    panel.barh(positions, medians, height=0.7, color=[color(system) for system in systems])
    widest = max(max(seconds) for seconds in of_system.values())
    for position, (name, seconds) in zip(positions, of_system.items()):
        panel.plot(
            seconds, [position] * len(seconds), "|", color="#222222", markersize=7,
            markeredgewidth=0.8)
        settings = Settings.from_json(record["settings"][name])
        panel.text(
            max(seconds) + 0.015 * widest, position,
            f"{median(seconds):.2f} s  ({'-'.join(map(str, settings.hidden))} hidden, batch "
            f"{settings.batch_size})", va="center", fontsize=8)
    panel.set_title(
        f"From launch to {100 * record['target']:g} % of MNIST's test set", loc="left")
    panel.set_xlabel(
        f"seconds, median of {record['seeds']} seeds; {record['machine']['processor']}, "
        f"{len(record['machine']['cores'])} cores", fontsize=8, color="#606060")
    finish(panel, [system.label for system in systems], 1.42 * widest)
    save(figure, stem)


def finish(panel, labels: list[str], limit: float) -> None:
    """The axes, as plain as they can be."""
    panel.set_yticks(range(len(labels)), labels)
    panel.invert_yaxis()
    panel.set_xlim(0, limit)
    panel.xaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    panel.grid(axis="x", color="#e2e2e2", linewidth=0.6)
    panel.set_axisbelow(True)
    panel.tick_params(length=0)
    for side in ("top", "right", "bottom"):
        panel.spines[side].set_visible(False)


def save(figure, stem: Path) -> None:
    """Writes SVG and PNG, without a date in them."""
    figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(stem.with_suffix(".png"), dpi=150)


def main(file: Path) -> None:
    """Draws the chart that belongs to the kind of record."""
    record = json.loads(file.read_text())
    if not record["samples"]:
        sys.exit("there are no samples")
    draw_of = {"speed": draw_speed, "accuracy": draw_accuracy}
    draw_of[record["kind"]](record, file.with_suffix(""))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
