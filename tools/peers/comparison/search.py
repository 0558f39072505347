"""Chooses each system's settings for the time to accuracy, on images set aside to validate on.

What accuracy a network, a batch, a rate and a number of epochs lead to is a property of the
training, much the same with every system that does it. So the grid is searched with the fastest
one; what passes there is timed with each system, which keeps what is fastest and passes with itself,
too, with more epochs where it needs them. The test set has no part in it.
"""

import json
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import mean, median

from .accuracy import SETTINGS_FILE
from .bench import Bench, Settings, TrainingFailed
from .problems import Problem, note
from .quiet import attempts
from .record import write_record
from .systems import BY_NAME, System

TARGET = 0.98
# Images set aside. One accuracy at the target has a standard error of 0.2 %, which is common to all
# seeds and settings for the most part: they are judged by the same kind of images.
VALIDATION = 5_000
SEEDS = 5
# A first seed that misses the target by more than two standard errors is enough.
HOPELESS = 0.004

HIDDEN = [(96,), (128,), (192,), (256,), (384,), (256, 128)]
BATCH_SIZES = [32, 64, 128, 256]
EPOCHS = [3, 4, 5, 6, 8, 10]
# The rate of a batch of 64; it grows with the root of the batch.
RATES = [0.07, 0.14]


@dataclass(frozen=True)
class Trial:
    """What a training of a search came to; times in seconds."""

    accuracy: float
    # The whole process.
    seconds: float
    epoch_seconds: list[float]


class Trials:
    """All trainings of a search, kept in a file as they come: a search that was broken off goes on."""

    def __init__(self, bench: Bench, file: Path) -> None:
        self.bench = bench
        self.file = file
        self.record = {
            "kind": "search", "target": TARGET, "validation": VALIDATION, "trials": []}
        if file.exists():
            kept = json.loads(file.read_text())
            if all(kept[key] == self.record[key] for key in ("kind", "target", "validation")):
                self.record = kept

    def seconds(self, system: System, settings: Settings, seeds: int) -> list[float] | None:
        """The time of a process with each seed; None where the mean accuracy misses the target."""
        trials: list[Trial] = []
        for seed in range(1, seeds + 1):
            trials.append(self.trial(system, settings, seed))
            if trials[-1].accuracy < TARGET - HOPELESS:
                return None
        if mean(trial.accuracy for trial in trials) < TARGET:
            return None
        return [trial.seconds for trial in trials]

    def trial(self, system: System, settings: Settings, seed: int) -> Trial:
        """Trains until nothing disturbs it and keeps what came of it, or finds what was kept."""
        key = {"system": system.name, "settings": settings.words, "seed": seed}
        for kept in self.record["trials"]:
            if kept | key == kept:
                return Trial(kept["accuracy"], kept["seconds"], kept["epochSeconds"])
        one = attempts(lambda: self.bench.train(system, settings, seed, validation=VALIDATION))[-1]
        trial = Trial(one.accuracy, round(one.outcome.seconds, 3), one.epoch_seconds)
        self.record["trials"].append(key | {
            "accuracy": trial.accuracy, "seconds": trial.seconds,
            "epochSeconds": trial.epoch_seconds})
        write_record(self.record, self.file)
        return trial


def search(bench: Bench, systems: list[System], folder: Path) -> None:
    """Searches, writes all trials into the folder and what was chosen into settings.json.

    Systems that are not searched for keep their settings.
    """
    trials = Trials(bench, folder / "search.json")
    candidates = searched_grid(trials)
    if not candidates:
        raise Problem("no settings of the grid reach the target")
    chosen = json.loads(SETTINGS_FILE.read_text())["systems"] if SETTINGS_FILE.exists() else {}
    for system in systems:
        try:
            best = fastest(trials, system, candidates)
        except TrainingFailed as failure:
            note(f"{system.label}: {failure}")
            continue
        if best is None:
            note(f"{system.label}: no settings reach the target")
            chosen.pop(system.name, None)
            continue
        settings, seconds = best
        print(f"{system.label}: {settings.words}: {median(seconds):.2f} s", flush=True)
        chosen[system.name] = settings.to_json()
    write_record(
        {"target": TARGET, "validation": VALIDATION, "seeds": SEEDS, "systems": chosen},
        SETTINGS_FILE)


def searched_grid(trials: Trials) -> list[Settings]:
    """The settings that pass, but for those that need more arithmetic and more steps than others."""
    found = []
    for hidden, batch_size in product(HIDDEN, BATCH_SIZES):
        settings = fewest_epochs(hidden, batch_size, trials)
        if settings is not None:
            found.append(settings)
    return [
        one for one in found
        if not any(is_cheaper(other, one) for other in found)]


def fewest_epochs(hidden: tuple[int, ...], batch_size: int, trials: Trials) -> Settings | None:
    """The settings of a network and a batch size that pass with the fewest epochs."""
    for epochs, rate in product(EPOCHS, RATES):
        settings = Settings(
            hidden=hidden, batch_size=batch_size, schedule="one-cycle", momentum=0.9,
            nesterov=True, learning_rate=float(f"{rate * (batch_size / 64) ** 0.5:.2g}"),
            epochs=epochs)
        note(settings.words)
        if trials.seconds(BY_NAME["lockstep"], settings, SEEDS) is not None:
            return settings
    return None


def costs(settings: Settings) -> tuple[float, float]:
    """What a training costs: its arithmetic, and its steps, each with its own overhead."""
    widths = [784, *settings.hidden, 10]
    weights = sum(inputs * outputs for inputs, outputs in zip(widths, widths[1:]))
    return settings.epochs * weights, settings.epochs / settings.batch_size


def is_cheaper(one: Settings, other: Settings) -> bool:
    """Whether settings cost less of one and no more of the other."""
    return costs(one) != costs(other) and all(
        mine <= theirs for mine, theirs in zip(costs(one), costs(other)))


def fastest(
    trials: Trials, system: System, candidates: list[Settings]
) -> tuple[Settings, list[float]] | None:
    """What a system is fastest with, of the candidates that pass with it.

    A candidate was only just good enough elsewhere, with other initial weights; here it may need
    more epochs.
    """
    timed = []
    for settings in candidates:
        note(f"{system.label}: {settings.words}")
        trial = trials.trial(system, settings, seed=1)
        each = median(trial.epoch_seconds[1:] or trial.epoch_seconds)
        # The first epoch may compile; a longer training takes so many more of the others.
        timed += [
            (trial.seconds + (epochs - settings.epochs) * each, settings, epochs)
            for epochs in EPOCHS if epochs >= settings.epochs]
    for _, settings, epochs in sorted(timed, key=lambda one: one[0]):
        longer = replace(settings, epochs=epochs)
        note(f"{system.label}: {longer.words}")
        seconds = trials.seconds(system, longer, SEEDS)
        if seconds is not None:
            return longer, seconds
    return None
