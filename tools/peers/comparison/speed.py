"""Steps a second: every system on every network, in turn, several times over."""

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from .bench import Bench, Settings, TrainingFailed
from .cases import Case
from .machine import machine
from .problems import note
from .quiet import attempts
from .record import write_record
from .systems import System


def measure_speed(
    bench: Bench, cases: list[Case], systems: list[System], settings: Settings, rounds: int,
    file: Path,
) -> dict:
    """Runs A B C … A B C … and writes the record after every process, so that none is lost.

    The first epoch of each process is its warm-up and is not counted: it compiles. A system that
    cannot be run is left out from then on; one that fails on a network is left out there.

    - settings: those that all networks share.
    """
    record = {
        "kind": "speed", "begun": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": machine(bench.cores), "testImages": bench.test_images,
        "settings": settings.to_json(), "rounds": rounds, "cases": [
            {"hidden": case.hidden, "batchSize": case.batch_size, "timedEpochs": case.timed_epochs}
            for case in cases],
        "order": [system.name for system in systems],
        "systems": {}, "unavailable": {}, "failures": [], "peakGigaflops": [], "samples": [],
    }
    for number in range(1, rounds + 1):
        for case in cases:
            record["peakGigaflops"].append(bench.peak_gigaflops())
            for system in systems:
                if is_left_out(record, case, system):
                    continue
                note(f"round {number} of {rounds}, {case.name}, {system.label}")
                take_sample(bench, record, case, system, settings, number)
                write_record(record, file)
    return record


def is_left_out(record: dict, case: Case, system: System) -> bool:
    """Whether a system has failed before, here or altogether."""
    failed = any(
        failure["system"] == system.name and failure["case"] == case.name
        for failure in record["failures"])
    return failed or system.name in record["unavailable"]


def take_sample(
    bench: Bench, record: dict, case: Case, system: System, settings: Settings, number: int
) -> None:
    """Trains until nothing disturbs it and adds what came of it to the record."""
    # Every process of a round has the same seed, every round another one.
    task = replace(
        settings, hidden=case.hidden, batch_size=case.batch_size, epochs=case.timed_epochs + 1)
    try:
        taken = attempts(lambda: bench.train(system, task, seed=number))
    except TrainingFailed as failure:
        note(f"{system.label}: {failure}")
        if failure.is_available:
            record["failures"].append(
                {"system": system.name, "case": case.name, "reason": str(failure)})
        else:
            record["unavailable"][system.name] = str(failure)
        return
    for trained in taken:
        record["systems"][system.name] = {"versions": trained.versions, "form": trained.form}
        record["samples"].append({
            "round": number, "case": case.name, "system": system.name, "images": trained.images,
            "warmUpSeconds": trained.epoch_seconds[0],
            "epochSeconds": trained.epoch_seconds[1:], "accuracy": trained.accuracy,
            "processSeconds": trained.outcome.seconds,
            "processorSeconds": trained.outcome.processor_seconds,
            "peakMemory": trained.outcome.peak_memory,
            "othersShare": trained.outcome.others_share,
        })
