"""What the samples of a speed comparison come to: medians, ratios, arithmetic, and doubts."""

from dataclasses import dataclass
from math import sqrt
from statistics import median, variance

from .cases import Case
from .quiet import quiet
from .systems import BY_NAME, System

@dataclass(frozen=True)
class Row:
    """A system on a network."""

    case: Case
    system: System
    # Images a second: the median of all timed epochs, the lowest and the highest.
    speed: float
    slowest: float
    fastest: float
    epochs: int
    # Lockstep's median of the same precision over this one, and the same of single rounds.
    ratio: float | None
    ratio_range: tuple[float, float] | None
    # 10⁹ operations a second, and the share of the machine's peak.
    gigaflops: float
    share_of_peak: float | None
    # The median over the rounds.
    accuracy: float
    # How much the accuracies of the rounds vary, each with a seed of its own; None for one round.
    accuracy_variance: float | None
    # Bytes.
    peak_memory: int
    # Whether other processes ran beside every one of its samples.
    is_disturbed: bool


def cases_of(record: dict) -> list[Case]:
    """The networks of a record."""
    return [
        Case(tuple(case["hidden"]), case["batchSize"], case["timedEpochs"])
        for case in record["cases"]]


def summary(record: dict) -> list[Row]:
    """A row for each network and system that there are samples of, in the order of the record."""
    peak = median(record["peakGigaflops"]) if record["peakGigaflops"] else None
    rows = []
    for case in cases_of(record):
        for name in record["order"]:
            own = samples_of(record, case, name)
            if own:
                system = BY_NAME[name]
                ours = "lockstep" if system.precision == "float" else "lockstep-bf16"
                rows.append(row(case, system, own, samples_of(record, case, ours), peak))
    return rows


def samples_of(record: dict, case: Case, system: str) -> list[dict]:
    """The samples of a system on a network: the quiet ones, or all where none was quiet."""
    samples = [
        sample for sample in record["samples"]
        if sample["case"] == case.name and sample["system"] == system]
    return quiet(samples) or samples


def speeds(samples: list[dict]) -> list[float]:
    """Images a second of each timed epoch."""
    return [sample["images"] / time for sample in samples for time in sample["epochSeconds"]]


def speed_by_round(samples: list[dict]) -> dict[int, float]:
    """The median speed of each round that there are samples of."""
    numbers = {sample["round"] for sample in samples}
    return {
        number: median(speeds([sample for sample in samples if sample["round"] == number]))
        for number in numbers}


def row(
    case: Case, system: System, samples: list[dict], ours: list[dict], peak: float | None
) -> Row:
    """What the samples of one system on one network come to."""
    own = speeds(samples)
    speed = median(own)
    gigaflops = case.operations_per_image * speed / 1e9
    theirs, our_own = speed_by_round(samples), speed_by_round(ours)
    ratios = [our_own[number] / theirs[number] for number in our_own.keys() & theirs.keys()]
    return Row(
        case=case, system=system, speed=speed, slowest=min(own), fastest=max(own),
        epochs=len(own), ratio=median(speeds(ours)) / speed if ours else None,
        ratio_range=(min(ratios), max(ratios)) if ratios else None, gigaflops=gigaflops,
        share_of_peak=gigaflops / peak if peak else None,
        accuracy=median(sample["accuracy"] for sample in samples),
        accuracy_variance=variance_of_rounds(samples),
        peak_memory=max(sample["peakMemory"] for sample in samples),
        is_disturbed=not quiet(samples))


def variance_of_rounds(samples: list[dict]) -> float | None:
    """How much the accuracy varies from round to round; None for a single one."""
    rounds = {sample["round"]: sample["accuracy"] for sample in samples}
    return variance(rounds.values()) if len(rounds) > 1 else None


def squared_error(accuracy: float, accuracy_variance: float | None, images: int) -> float:
    """The squared standard error of an accuracy on a test set of `images`.

    It has two parts: that of a share p of n images, p (1 − p) / n, and what the draw of weights and
    orders adds, which is the variance over the rounds where that is known and larger, and else
    taken to be as large as the first.
    """
    of_images = accuracy * (1 - accuracy) / images
    return of_images + max(of_images, accuracy_variance or 0)


def wrong_accuracies(rows: list[Row], images: int) -> list[Row]:
    """The rows whose accuracy lies off the middle one of their network by more than chance.

    All train the same network by the same rule for the same epochs. Two accuracies may lie apart by
    three times their errors together, the row's own and the middle one of all rows: 1.3 % where 95 %
    of 10,000 are right and rounds vary little. What lies further off did other work.

    - images: the size of the test set.
    """
    wrong = []
    for case in dict.fromkeys(row.case for row in rows):
        of_case = [row for row in rows if row.case == case]
        middle = median(row.accuracy for row in of_case)
        errors = {
            row.system: squared_error(row.accuracy, row.accuracy_variance, images)
            for row in of_case}
        usual = median(errors.values())
        wrong += [
            row for row in of_case
            if abs(row.accuracy - middle) > 3 * sqrt(errors[row.system] + usual)]
    return wrong


def best_peer(rows: list[Row], case: Case, precision: str) -> Row | None:
    """The fastest system of others on a network."""
    peers = [
        row for row in rows
        if row.case == case and row.system.precision == precision and not row.system.is_lockstep]
    return max(peers, key=lambda row: row.speed, default=None)


def row_of(rows: list[Row], case: Case, system: str) -> Row | None:
    """The row of a system on a network."""
    return next((row for row in rows if row.case == case and row.system.name == system), None)
