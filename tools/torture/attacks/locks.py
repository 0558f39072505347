"""Several trainings at once that want one folder, or one name."""

import signal
import time

from support import safetensors
from support.bench import Bench, Plan, remove, temporary_files
from support.tally import Tally

REFUSED = 74


def attack(bench: Bench) -> list[Tally]:
    plan = bench.plan(epochs=3)
    long = bench.plan(epochs=200)
    return [
        one_folder(bench, plan), default_folders(bench, plan), running(bench, long),
        resumed_together(bench, plan)]


def delays(bench: Bench, index: int) -> dict[str, str]:
    """Slow calls for every other case, so that the starts meet in each other's gaps."""
    if index % 2 == 0:
        return {}
    return bench.preload.delaying(("mkdir", "flock"), 1000 * (1 + index % 40))


def one_folder(bench: Bench, plan: Plan) -> Tally:
    tally = Tally("starts in one folder", "2 to 12 starts with one --output; exactly one trains")
    for index in range(bench.count(120, 4)):
        count = bench.random("locks", index).randint(2, 12 if not bench.quick else 5)
        folder = bench.new_folder()
        if index % 3 == 0:
            folder.mkdir()
        with tally.case(f"case {index}, {count} starts") as case:
            environment = delays(bench, index)
            case.command = bench.lockstep.text(*plan.words, folder, env=environment)
            runs = [
                bench.lockstep.start(*plan.words, folder, env=environment) for _ in range(count)]
            outcomes = [run.finish() for run in runs]
            statuses = sorted(outcome.status for outcome in outcomes)
            case.require(statuses == [0] + [REFUSED] * (count - 1), f"statuses {statuses}")
            plan.require_finished(case, folder, "the one")
            case.require(not temporary_files(folder), f"{temporary_files(folder)} left")
        remove(folder)
    return tally


def default_folders(bench: Bench, plan: Plan) -> Tally:
    tally = Tally("starts without a name", "2 to 12 starts with the default folder; each has its own")
    for index in range(bench.count(80, 4)):
        count = bench.random("defaults", index).randint(2, 12 if not bench.quick else 5)
        place = bench.new_folder()
        place.mkdir()
        with tally.case(f"case {index}, {count} starts") as case:
            environment = delays(bench, index)
            words = plan.words[:-1]
            case.command = bench.lockstep.text(*words, env=environment)
            runs = [
                bench.lockstep.start(*words, cwd=place, env=environment) for _ in range(count)]
            outcomes = [run.finish() for run in runs]
            for outcome in outcomes:
                case.require(outcome.status == 0, outcome.summary)
            folders = list((place / "runs").iterdir())
            case.require(len(folders) == count, f"{len(folders)} folders")
            for folder in folders:
                plan.require_finished(case, folder, folder.name)
        remove(place)
    return tally


def running(bench: Bench, plan: Plan) -> Tally:
    """A folder whose run is going on, stopped, or was killed."""
    tally = Tally("folders of running runs", "--resume and --output are refused; a kill frees the lock")
    for index in range(bench.count(30, 2)):
        folder = bench.new_folder()
        with tally.case(f"case {index}") as case:
            case.command = bench.lockstep.text(*plan.words, folder)
            started = standing(bench, plan, folder)
            if not case.require(started is not None, "each run was over before it could be held"):
                continue
            for words in (["train", "--resume", folder], [*plan.words, folder]):
                other = bench.lockstep.run(*words)
                case.require(
                    other.status == REFUSED, f"{words[1]} beside a run: {other.summary}")
            if index % 2 == 0:
                started.send(signal.SIGKILL)
                started.finish()
                plan.go_on(case, folder)
            else:
                started.send(signal.SIGCONT)
                outcome = started.finish()
                case.require(outcome.status == 0, outcome.summary)
                plan.require_finished(case, folder, "the first run")
        remove(folder)
    return tally


def standing(bench: Bench, plan: Plan, folder):
    """A training that is stopped in its midst: it holds its folder, and cannot end meanwhile."""
    for _ in range(20):
        started = bench.lockstep.start(*plan.words, folder)
        log = folder / "log.jsonl"
        while started.is_running and not (log.exists() and log.stat().st_size > 0):
            time.sleep(0.001)
        started.send(signal.SIGSTOP)
        if started.is_running:
            return started
        started.finish()
        remove(folder)
    return None


def resumed_together(bench: Bench, plan: Plan) -> Tally:
    """Several resumptions at once: one after the other, or refused."""
    tally = Tally("resumptions together", "2 to 8 --resume of one run")
    for index in range(bench.count(60, 3)):
        count = bench.random("resumptions", index).randint(2, 8 if not bench.quick else 4)
        folder = plan.interrupted()
        with tally.case(f"case {index}, {count} at once") as case:
            environment = delays(bench, index)
            words = ["train", "--resume", folder]
            case.command = bench.lockstep.text(*words, env=environment)
            runs = [bench.lockstep.start(*words, env=environment) for _ in range(count)]
            outcomes = [run.finish() for run in runs]
            statuses = [outcome.status for outcome in outcomes]
            case.require(
                0 in statuses and set(statuses) <= {0, REFUSED}, f"statuses {sorted(statuses)}")
            plan.require_finished(case, folder, "resumed")
            safetensors.fingerprint(folder / "checkpoint.safetensors")
        remove(folder)
    return tally
