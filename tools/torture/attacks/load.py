"""Many trainings at once, more than there are processors."""

import os

from support.bench import Bench, remove
from support.tally import Tally


def attack(bench: Bench) -> list[Tally]:
    count = bench.count(50, 12)
    processors = len(os.sched_getaffinity(0))
    tally = Tally("load", f"{count} trainings at once on {processors} processors, 1 to 8 workers each")
    plan = bench.plan(epochs=3 if bench.quick else 20, hidden=32)
    plan.fingerprint
    runs = []
    for index in range(count):
        words = [*plan.words, bench.new_folder(), "--workers", 1 + index % 8]
        runs.append((words, bench.lockstep.start(*words)))
    for index, (words, run) in enumerate(runs):
        with tally.case(f"training {index}") as case:
            case.command = bench.lockstep.text(*words)
            outcome = run.finish()
            tally.saw(outcome)
            case.require(outcome.status == 0, outcome.summary)
            folder = words[words.index("--output") + 1]
            plan.require_finished(case, folder, "trained")
        remove(folder)
    return [tally]
