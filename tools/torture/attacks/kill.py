"""SIGKILL at random times and at every call on a file; what is left must end at the right bits."""

import signal
import time

from support.bench import (
    Bench, Plan, kept_checkpoints, remove, require_whole, temporary_files)
from support.preload import WRITING
from support.tally import Tally

# A run that is gone on with may be killed again.
MOST_KILLS = 3

# Trainings whose checkpoints hold different things. None of them stops early.
KINDS = (
    [], ["--nesterov", "--schedule", "plateau"], ["--optimizer", "adamw"],
    ["--optimizer", "adamw", "--patience", "20", "--schedule", "one-cycle"])


def attack(bench: Bench) -> list[Tally]:
    times = Tally(
        "kill at times",
        f"SIGKILL at random times, up to {MOST_KILLS} in a row; SGD, Nesterov, AdamW, early stopping")
    calls = Tally(
        "kill at calls",
        f"SIGKILL before every {', '.join(WRITING)}")
    halves = Tally("kill in writes", "SIGKILL with half of a write done")
    resumed = Tally("kill while resuming", "SIGKILL at every such call of a resumed training")
    strays = Tally("temporary files", "none left in the run folder after a resume")
    for number, options in enumerate(KINDS):
        kind = bench.plan(epochs=20)
        kind.words[1:1] = options
        at_times(bench, kind, number, times, strays)
    plan = bench.plan(epochs=2 if bench.quick else 3)
    at_calls(bench, plan, calls, halves, strays)
    while_resuming(bench, plan, resumed, strays)
    return [times, calls, halves, resumed, strays]


def at_times(bench: Bench, plan: Plan, kind: int, tally: Tally, strays: Tally) -> None:
    begun = time.monotonic()
    bench.lockstep.run(*plan.words, bench.new_folder())
    duration = time.monotonic() - begun
    for index in range(kind, bench.count(400, 8), len(KINDS)):
        random = bench.random("kill", index)
        folder = bench.new_folder()
        delays = [random.random() * 1.1 * duration for _ in range(random.randint(1, MOST_KILLS))]
        with tally.case(f"case {index}, kills after {[round(d, 4) for d in delays]} s") as case:
            for delay in delays:
                words = [*plan.words, folder]
                if (folder / "checkpoint.safetensors").exists():
                    words = ["train", "--resume", folder]
                case.command = bench.lockstep.text(*words)
                started = bench.lockstep.start(*words)
                time.sleep(delay)
                started.send(signal.SIGKILL)
                outcome = started.finish()
                tally.saw(outcome)
                case.require(outcome.status in (0, -signal.SIGKILL), outcome.summary)
            kept = kept_checkpoints(folder)
            earlier = random.choice(kept) if kept and random.random() < 0.25 else None
            end(bench, plan, case, strays, folder, random.choice((1, 2, 3)), earlier)


def at_calls(bench: Bench, plan: Plan, tally: Tally, halves: Tally, strays: Tally) -> None:
    names = plan.calls(WRITING)
    for at in range(1, len(names) + 1, 1 if not bench.quick else max(1, len(names) // 8)):
        environment = bench.preload.killing(WRITING, at)
        killed_run(bench, plan, tally, strays, f"call {at}, {names[at - 1]}", environment)
    writes = names.count("write")
    for at in range(1, writes + 1, 1 if not bench.quick else max(1, writes // 4)):
        environment = bench.preload.killing_half_done(at)
        killed_run(bench, plan, halves, strays, f"write {at}", environment)


def killed_run(bench: Bench, plan: Plan, tally: Tally, strays: Tally, label: str, environment):
    folder = bench.new_folder()
    with tally.case(label) as case:
        words = [*plan.words, folder]
        case.command = bench.lockstep.text(*words, env=environment)
        outcome = bench.lockstep.run(*words, env=environment)
        tally.saw(outcome)
        case.require(outcome.status in (0, -signal.SIGKILL), outcome.summary)
        end(bench, plan, case, strays, folder)


def while_resuming(bench: Bench, plan: Plan, tally: Tally, strays: Tally) -> None:
    """Kills the first resumption of a run at each of its calls."""
    at = 1
    was_killed = True
    while was_killed:
        folder = plan.interrupted()
        environment = bench.preload.killing(WRITING, at)
        with tally.case(f"call {at}") as case:
            words = ["train", "--resume", folder]
            case.command = bench.lockstep.text(*words, env=environment)
            outcome = bench.lockstep.run(*words, env=environment)
            tally.saw(outcome)
            was_killed = outcome.status == -signal.SIGKILL
            case.require(was_killed or outcome.status == 0, outcome.summary)
            end(bench, plan, case, strays, folder)
        at += 24 if bench.quick else 1


def end(
    bench: Bench, plan: Plan, case, strays: Tally, folder, workers: int = 2, checkpoint=None
) -> None:
    """Looks at what a killed run has left, and goes on with it."""
    require_whole(case, bench, folder)
    before = temporary_files(folder)
    plan.go_on(case, folder, workers, checkpoint)
    if not case.problems:
        if before:
            with strays.case(case.label) as stray:
                stray.command = case.command
                left = temporary_files(folder)
                stray.require(not left, f"{', '.join(left)} after the resume")
        remove(folder)
