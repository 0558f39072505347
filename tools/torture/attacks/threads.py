"""Few threads, and no /proc: the command does with what it gets, or says what is missing."""

import os
import pathlib
import resource
import shutil

from support import namespace
from support.bench import FILE_STATUSES, Bench
from support.tally import Tally

# A user of whom no other process is running: root's threads are not limited.
STRANGER = 54321
# The status of a command that cannot find its arguments.
NO_ARGUMENTS = 71


def attack(bench: Bench) -> list[Tally]:
    return [few_threads(bench), without_proc(bench)]


def few_threads(bench: Bench) -> Tally:
    """Trainings of a user who may have only so many threads."""
    tally = Tally("few threads", "ulimit -u from 1 upwards, with 1 to 64 workers")
    plan = bench.plan(epochs=3)
    # Of another user the limit counts all processes, so that there none more can be started.
    binary = copied_binary(bench)
    place = bench.new_folder()
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    right = plan.fingerprint
    counts = (1, 2, 3, 4, 8, 16, 64) if not bench.quick else (1, 3)
    for limit in counts:
        for workers in (1, 2, 3, 8, 64) if not bench.quick else (4,):
            folder = place / f"{limit}-{workers}"
            with tally.case(f"{limit} threads for {workers} workers") as case:
                words = [*plan.words, folder, "--workers", workers]
                case.command = f"ulimit -u {limit}; " + bench.lockstep.text(*words)

                def limited(limit=limit):
                    resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
                    if os.getuid() == 0:
                        os.setgid(STRANGER)
                        os.setuid(STRANGER)

                lockstep = type(bench.lockstep)(binary)
                outcome = lockstep.run(*words, preexec=limited)
                tally.saw(outcome)
                if case.require(outcome.status == 0, outcome.summary):
                    case.require(
                        outcome.fingerprint == right, f"fingerprint {outcome.fingerprint}")
    return tally


def copied_binary(bench: Bench) -> pathlib.Path:
    """The command where every user can start it."""
    copy = bench.tools / "lockstep"
    shutil.copy(bench.lockstep.binary, copy)
    copy.chmod(0o755)
    return copy


def without_proc(bench: Bench) -> Tally:
    """Commands that cannot read /proc: by a mount over it, and by calls that are denied."""
    tally = Tally("no /proc", "the right answer, or a refusal")
    plan = bench.plan(epochs=2)
    folder = plan.undisturbed[0]
    model = folder / "model.safetensors"
    plan.fingerprint
    commands = [
        ["info", model], ["evaluate", model, "--data", bench.small_digits],
        ["predict", model, bench.picture], ["features", model, "--output", "OUTPUT"],
        ["export", model, "--onnx", "OUTPUT"],
        ["import", model, "--like", folder, "--output", "OUTPUT"], [*plan.words, "OUTPUT"],
        ["train", "--resume", plan.interrupted()], ["train", "--learning-rate", "-1"],
        ["info", bench.work / "missing"]]
    right = [bench.lockstep.run(*with_output(bench, words)) for words in commands]
    environment = bench.preload.denying("/proc/")
    for index, words in enumerate(commands):
        if words[:2] == ["train", "--resume"]:
            words = ["train", "--resume", plan.interrupted()]
        judge(bench, tally, "denied", with_output(bench, words), right[index], environment)
    if namespace.can_mount(bench.work / "mounted"):
        tally.add(namespace.inside(lambda: mounted(bench, commands, right)))
    return tally


def mounted(bench: Bench, commands, right) -> list:
    tally = Tally("no /proc")
    # Python itself has done with it.
    namespace.mount_memory(pathlib.Path("/proc"), "size=64k")
    for words, expected in zip(commands, right):
        if words[:2] != ["train", "--resume"]:
            judge(bench, tally, "not there", with_output(bench, words), expected)
    return tally.counts


def with_output(bench: Bench, words: list) -> list:
    return [bench.new_folder() if word == "OUTPUT" else word for word in words]


def judge(bench: Bench, tally: Tally, how: str, words: list, right, environment=None) -> None:
    with tally.case(f"/proc {how}: {words[0]} {words[1]}") as case:
        case.command = bench.lockstep.text(*words, env=environment)
        if how == "not there":
            case.command = f"unshare -m; mount -t tmpfs none /proc; {case.command}"
        outcome = bench.lockstep.run(*words, env=environment)
        tally.saw(outcome)
        allowed = {right.status, NO_ARGUMENTS, *FILE_STATUSES}
        case.require(not outcome.timed_out and outcome.status in allowed, outcome.summary)
        if outcome.status == 0:
            case.require(
                outcome.out.split()[:1] == right.out.split()[:1]
                and outcome.fingerprint == right.fingerprint,
                f"status 0 and another answer: {outcome.out[:60]!r}")
        else:
            case.require("lockstep: " in outcome.err or "Error: " in outcome.err, "says nothing")
