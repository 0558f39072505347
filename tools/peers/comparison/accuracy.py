"""Time to accuracy: whole processes, from launch until they have trained a network to the target."""

import json
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from .bench import Bench, Settings, Trained, TrainingFailed
from .machine import machine
from .problems import Problem, note
from .quiet import attempts, quiet
from .record import write_record
from .systems import BY_NAME, System
from .text import grouped, table

SETTINGS_FILE = Path(__file__).resolve().parent.parent / "settings.json"


def read_settings(file: Path = SETTINGS_FILE) -> tuple[float, dict[str, Settings]]:
    """The target, and the settings of each system that `search` has chosen."""
    values = json.loads(file.read_text())
    chosen = {name: Settings.from_json(one) for name, one in values["systems"].items()}
    return values["target"], chosen


def measure_accuracy(bench: Bench, systems: list[System], seeds: int, file: Path) -> dict:
    """Times every system with every seed, in turn; the first turn warms the disk's cache up.

    A peer evaluates the test set after every epoch and ends with the first that reaches the target.
    Lockstep evaluates after every epoch, too, but trains all of them.
    """
    target, settings = read_settings()
    unknown = [system for system in systems if system.name not in settings]
    systems = [system for system in systems if system.name in settings]
    if not systems:
        raise Problem(
            f"{SETTINGS_FILE.name} has no settings for {unknown[0].name}", Problem.WRONG_USAGE)
    record = {
        "kind": "accuracy", "begun": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": machine(bench.cores), "target": target, "seeds": seeds,
        "order": [system.name for system in systems],
        "settings": {system.name: settings[system.name].to_json() for system in systems},
        "systems": {}, "samples": [],
        "unavailable": {
            system.name: f"{SETTINGS_FILE.name} has no settings for it; `search` finds some"
            for system in unknown},
    }
    for seed in range(seeds + 1):
        for system in systems:
            if system.name in record["unavailable"]:
                continue
            note(f"seed {seed} of {seeds}, {system.label}" if seed else f"warm-up, {system.label}")
            try:
                taken = attempts(
                    lambda: bench.train(system, settings[system.name], seed, target=target))
            except TrainingFailed as failure:
                note(f"{system.label}: {failure}")
                record["unavailable"][system.name] = str(failure)
                continue
            add_samples(record, system, seed, taken if seed > 0 else [])
            write_record(record, file)
    return record


def add_samples(record: dict, system: System, seed: int, taken: list[Trained]) -> None:
    """Adds what came of a seed to the record."""
    for trained in taken:
        record["systems"][system.name] = {"versions": trained.versions, "form": trained.form}
        record["samples"].append({
            "seed": seed, "system": system.name, "seconds": trained.outcome.seconds,
            "epochs": len(trained.epoch_seconds), "accuracy": trained.accuracy,
            "trainingSeconds": sum(trained.epoch_seconds),
            "peakMemory": trained.outcome.peak_memory,
            "othersShare": trained.outcome.others_share,
        })


def samples_of(record: dict, system: str) -> list[dict]:
    """The samples of a system: the quiet ones of each seed, or all where none was quiet."""
    samples = [sample for sample in record["samples"] if sample["system"] == system]
    by_seed = [
        [sample for sample in samples if sample["seed"] == seed]
        for seed in range(1, record["seeds"] + 1)]
    return [sample for own in by_seed for sample in quiet(own) or own]


def accuracy_report(record: dict) -> str:
    """A line for each system, and those that missed the target."""
    titles = ["system", "settings", "seconds", "lowest–highest", "Lockstep is", "epochs",
              "lowest accuracy", "reached", "memory"]
    of_system = {name: samples_of(record, name) for name in record["order"]}
    ours = [sample["seconds"] for sample in of_system.get("lockstep", [])]
    lines = []
    for name, samples in of_system.items():
        if not samples:
            continue
        seconds = [sample["seconds"] for sample in samples]
        epochs = [sample["epochs"] for sample in samples]
        ratio = f"{median(seconds) / median(ours):.1f} ×" if ours and name != "lockstep" else ""
        lines.append([
            BY_NAME[name].label, Settings.from_json(record["settings"][name]).words,
            f"{median(seconds):.2f}", f"{min(seconds):.2f}–{max(seconds):.2f}", ratio,
            f"{min(epochs)}–{max(epochs)}",
            f"{100 * min(sample['accuracy'] for sample in samples):.2f} %",
            f"{len(reached(record, samples))} of {len(samples)}",
            f"{max(sample['peakMemory'] for sample in samples) / 1e6:.0f} MB"])
    remarks = [
        f"{BY_NAME[name].label}: other processes ran beside {count} of {len(samples)} samples"
        for name, samples in of_system.items() if (count := len(samples) - len(quiet(samples)))]
    remarks += [
        f"{BY_NAME[name].label}: not available: {reason}"
        for name, reason in record["unavailable"].items()]
    place = record["machine"]
    heading = (
        f"from launch to {100 * record['target']:g} % of the test set, whole processes, "
        f"{grouped(record['seeds'])} seeds, {place['processor']}, cores "
        + ", ".join(map(str, place["cores"])))
    body = table(titles, lines, words=2) if lines else "no samples"
    return "\n\n".join([heading, body, *(["\n".join(remarks)] if remarks else [])]) + "\n"


def reached(record: dict, samples: list[dict]) -> list[dict]:
    """The samples that reached the target."""
    return [sample for sample in samples if sample["accuracy"] >= record["target"]]
