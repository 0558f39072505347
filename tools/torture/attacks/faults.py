"""Every call on a file fails once, with several errors, in each command."""

import pathlib
import shutil

from support.bench import (
    FILE_STATUSES, Bench, Plan, counted_calls, remove, require_status, require_whole)
from support.preload import ALL, WRITING
from support.tally import Tally, Unable

ERRORS = ("EIO", "ENOSPC", "EACCES", "EINTR")


def attack(bench: Bench) -> list[Tally]:
    plan = bench.plan(epochs=2)
    note = f"one call of {', '.join(ALL)} fails, with {', '.join(ERRORS)}"
    tallies = [
        training(bench, plan, note), resuming(bench, plan), dying(bench, plan),
        shortened(bench, plan)]
    folder = plan.undisturbed[0]
    model = folder / "model.safetensors"
    for name, words, output in (
        ("info", ["info", model], None),
        ("evaluate", ["evaluate", model, "--data", bench.small_digits], None),
        ("predict", ["predict", model, bench.picture], None),
        ("features", ["features", model, "--output"], "folder"),
        ("export", ["export", model, "--onnx"], "file"),
        ("import", ["import", model, "--like", folder, "--output"], "file"),
    ):
        tallies.append(reading(bench, f"faults in {name}", words, output))
    return tallies


def faults(bench: Bench, label: str, *words):
    """Each fault of a command's calls: its name and its environment."""
    names = counted_calls(bench, ALL, *words)
    if not bench.quick:
        chosen = [(at, error) for at in range(1, len(names) + 1) for error in ERRORS]
    else:
        step = max(1, len(names) // 8)
        chosen = [
            (at, ERRORS[at // step % len(ERRORS)]) for at in range(step, len(names) + 1, step)]
    for at, error in chosen:
        yield f"call {at}, {names[at - 1]}: {error}", bench.preload.failing(ALL, at, error)


def training(bench: Bench, plan: Plan, note: str) -> Tally:
    tally = Tally("faults in train", note)
    for label, environment in faults(bench, "train", *plan.words, bench.new_folder()):
        folder = bench.new_folder()
        with tally.case(label) as case:
            words = [*plan.words, folder]
            case.command = bench.lockstep.text(*words, env=environment)
            outcome = bench.lockstep.run(*words, env=environment)
            tally.saw(outcome)
            judge_training(bench, plan, case, folder, outcome)
    return tally


def resuming(bench: Bench, plan: Plan) -> Tally:
    tally = Tally("faults in --resume")
    template = plan.interrupted()
    copy = copied(bench, template)
    for label, environment in faults(bench, "resume", "train", "--resume", copy):
        folder = copied(bench, template)
        with tally.case(label) as case:
            words = ["train", "--resume", folder]
            case.command = bench.lockstep.text(*words, env=environment)
            outcome = bench.lockstep.run(*words, env=environment)
            tally.saw(outcome)
            case.require(
                (folder / "checkpoint.safetensors").exists(), "the checkpoint is gone")
            judge_training(bench, plan, case, folder, outcome)
    return tally


def dying(bench: Bench, plan: Plan) -> Tally:
    """A disk that fails for good in the midst of a training."""
    tally = Tally("disks that die", "every call that writes fails from one on, EIO or EROFS")
    names = plan.calls(WRITING)
    for at in range(1, len(names) + 1, 1 if not bench.quick else max(1, len(names) // 5)):
        folder = bench.new_folder()
        environment = bench.preload.failing_from(WRITING, at, ("EIO", "EROFS")[at % 2])
        with tally.case(f"from call {at}, {names[at - 1]}") as case:
            words = [*plan.words, folder]
            case.command = bench.lockstep.text(*words, env=environment)
            # The output is lost as well where the streams are the disk's.
            outcome = bench.lockstep.run(*words, env=environment)
            tally.saw(outcome)
            case.require(
                not outcome.timed_out and outcome.status in (0, *FILE_STATUSES), outcome.summary)
            if outcome.status == 0:
                plan.require_finished(case, folder, "status 0")
            if folder.exists():
                require_whole(case, bench, folder)
            plan.go_on(case, folder)
        remove(folder)
    return tally


def shortened(bench: Bench, plan: Plan) -> Tally:
    """Reads and writes that do half of what was asked for are gone on with."""
    tally = Tally("short reads and writes")
    environment = bench.preload.shortening(("read", "write"))
    for index in range(bench.count(20, 2)):
        folder = plan.interrupted() if index % 2 else bench.new_folder()
        words = ["train", "--resume", folder] if index % 2 else [*plan.words, folder]
        with tally.case(f"case {index}, {words[1]}") as case:
            case.command = bench.lockstep.text(*words, env=environment)
            outcome = bench.lockstep.run(*words, env=environment)
            tally.saw(outcome)
            case.require(outcome.status == 0, outcome.summary)
            plan.require_finished(case, folder, "shortened")
            require_whole(case, bench, folder)
        remove(folder)
    return tally


def judge_training(bench: Bench, plan: Plan, case, folder: pathlib.Path, outcome) -> None:
    require_status(case, outcome, 0, *FILE_STATUSES)
    if outcome.fingerprint is not None:
        case.require(
            outcome.fingerprint == plan.fingerprint, f"fingerprint {outcome.fingerprint}")
    if outcome.status == 0:
        case.require(outcome.fingerprint is not None, "status 0 without results")
        case.require((folder / "model.safetensors").exists(), "status 0 without a model")
    require_whole(case, bench, folder)
    plan.go_on(case, folder)
    remove(folder)


def copied(bench: Bench, folder: pathlib.Path) -> pathlib.Path:
    copy = bench.new_folder()
    shutil.copytree(folder, copy)
    return copy


def reading(bench: Bench, name: str, words: list, output: str | None) -> Tally:
    """Faults in a command that reads a model: it gives the same answer, or says what is wrong."""
    tally = Tally(name)

    def outputs() -> list:
        return [] if output is None else [bench.new_folder()]

    first = outputs()
    right = bench.lockstep.run(*words, *first)
    if right.status != 0:
        raise Unable(f"{words[0]} without faults: {right.summary}")
    expected = contents(first)
    for label, environment in faults(bench, name, *words, *outputs()):
        if bench.quick and tally.tried == 5:
            break
        paths = outputs()
        with tally.case(label) as case:
            case.command = bench.lockstep.text(*words, *paths, env=environment)
            outcome = bench.lockstep.run(*words, *paths, env=environment)
            tally.saw(outcome)
            require_status(case, outcome, 0, *FILE_STATUSES)
            found = contents(paths)
            for file, content in found.items():
                case.require(content == expected.get(file), f"{file} is not whole")
            if outcome.status == 0:
                # The name of the output folder may stand in the answer.
                answer = outcome.out.replace(str(paths[0]), "") if paths else outcome.out
                wanted = right.out.replace(str(first[0]), "") if first else right.out
                case.require(answer == wanted, "status 0 with another answer")
                case.require(found == expected, f"status 0 with {len(found)} files")
        for path in paths:
            remove(path) if output == "folder" else path.unlink(missing_ok=True)
    return tally


def contents(paths: list) -> dict[str, bytes]:
    """The files at a path, or in it, without temporary ones."""
    if not paths or not paths[0].exists():
        return {}
    files = [paths[0]] if paths[0].is_file() else sorted(paths[0].rglob("*"))
    return {
        str(file.relative_to(paths[0])): file.read_bytes()
        for file in files if file.is_file() and ".tmp-" not in file.name
    }
