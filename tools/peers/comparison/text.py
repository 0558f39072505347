"""Tables and sentences; the tables are Markdown that reads well as it is."""

from statistics import median

from .summary import Row, best_peer, cases_of, row_of, summary, wrong_accuracies
from .systems import BY_NAME


def table(titles: list[str], lines: list[list[str]], words: int = 1) -> str:
    """A table in Markdown; the first `words` columns are text, the others numbers."""
    widths = [max(len(cell) for cell in column) for column in zip(titles, *lines)]

    def line(cells: list[str]) -> str:
        padded = [
            cell.ljust(width) if index < words else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(cells, widths))]
        return "| " + " | ".join(padded) + " |"

    rules = [
        "-" * width if index < words else "-" * (width - 1) + ":"
        for index, width in enumerate(widths)]
    return "\n".join([line(titles), "| " + " | ".join(rules) + " |", *map(line, lines)])


def grouped(value: float) -> str:
    """A whole number with its thousands apart."""
    return f"{round(value):,}"


def speed_report(record: dict) -> str:
    """The whole report of a speed comparison."""
    rows = summary(record)
    parts = [speed_heading(record), speed_table(rows), sentences(record, rows), notes(record, rows)]
    return "\n\n".join(part for part in parts if part) + "\n"


def speed_heading(record: dict) -> str:
    """What was measured, where and with what."""
    settings, place = record["settings"], record["machine"]
    lines = [
        f"machine    {place['processor']}, {place['system']}, cores "
        + ", ".join(map(str, place["cores"])),
    ]
    if record["peakGigaflops"]:
        peaks = record["peakGigaflops"]
        lines.append(
            f"peak       {median(peaks):.0f} GFLOP/s of fused multiply-adds in registers "
            f"({min(peaks):.0f}–{max(peaks):.0f})")
    lines.append(
        f"training   rate {settings['learningRate']:g} {settings['schedule']}, momentum "
        f"{settings['momentum']:g}, ReLU, softmax cross-entropy; {record['rounds']} rounds, begun "
        f"{record['begun']}")
    for name, facts in record["systems"].items():
        versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
        lines.append(f"{BY_NAME[name].label}: {facts['form']} ({versions})")
    return "\n".join(lines)


def speed_table(rows: list[Row]) -> str:
    """A line for each network and system."""
    titles = [
        "network, batch", "system", "images/s", "lowest–highest", "Lockstep is", "by round",
        "GFLOP/s", "of peak", "accuracy", "memory"]
    lines = []
    for row in rows:
        own = row.system.is_lockstep
        low, high = row.ratio_range or (0, 0)
        lines.append([
            f"{row.case.network}, {row.case.batch_size}", row.system.label, grouped(row.speed),
            f"{grouped(row.slowest)}–{grouped(row.fastest)}",
            "" if own or row.ratio is None else f"{row.ratio:.2f} ×",
            "" if own or row.ratio is None else f"{low:.2f}–{high:.2f}",
            f"{row.gigaflops:.0f}",
            "" if row.share_of_peak is None else f"{100 * row.share_of_peak:.0f} %",
            f"{100 * row.accuracy:.2f} %", f"{row.peak_memory / 1e6:.0f} MB"])
    return table(titles, lines, words=2) if lines else "no samples"


def sentences(record: dict, rows: list[Row]) -> str:
    """Lockstep against the best of the others, a line for each network and precision."""
    lines = []
    for case in cases_of(record):
        for precision, ours, eager in [
            ("float", "lockstep", "pytorch"), ("bf16", "lockstep-bf16", "pytorch-bf16"),
        ]:
            best = best_peer(rows, case, precision)
            if row_of(rows, case, ours) is None or best is None:
                continue
            line = (
                f"{case.network}, {case.batch_size}, {precision}: {best.ratio:.2f} × the best peer "
                f"({best.system.label})")
            other = row_of(rows, case, eager)
            if other is not None:
                line += f", {other.ratio:.2f} × {other.system.label}"
            lines.append(line)
    return "\n".join(lines)


def notes(record: dict, rows: list[Row]) -> str:
    """What stands against the figures, and what is missing."""
    lines = [
        f"{row.case.name}, {row.system.label}: an accuracy of {100 * row.accuracy:.2f} % lies off "
        "the others': it did other work" for row in wrong_accuracies(rows, record["testImages"])]
    lines += [
        f"{row.case.name}, {row.system.label}: other processes ran beside every sample"
        for row in rows if row.is_disturbed]
    lines += [
        f"{failure['case']}, {BY_NAME[failure['system']].label}: failed: {failure['reason']}"
        for failure in record["failures"]]
    lines += [
        f"{BY_NAME[name].label}: not available: {reason}"
        for name, reason in record["unavailable"].items()]
    return "\n".join(lines)
