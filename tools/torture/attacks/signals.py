"""Signals, readers and terminals that go away, closed and full streams."""

import fcntl
import os
import pty
import resource
import signal
import termios
import time

from support.bench import Bench, Plan, remove, require_whole
from support.tally import Tally

ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


def attack(bench: Bench) -> list[Tally]:
    plan = bench.plan(epochs=20)
    begun = time.monotonic()
    bench.lockstep.run(*plan.words, bench.new_folder())
    duration = time.monotonic() - begun
    return [
        signals(bench, plan, duration), readers(bench, plan), terminals(bench, plan, duration),
        streams(bench, plan, duration)]


def without_core() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def signals(bench: Bench, plan: Plan, duration: float) -> Tally:
    tally = Tally("signals", "HUP, INT, QUIT, TERM and two INTs at random times")
    for index in range(bench.count(300, 10)):
        random = bench.random("signals", index)
        numbers = [ENDING[index % 5]] if index % 5 < 4 else [signal.SIGINT, signal.SIGINT]
        pauses = [random.random() * duration, random.random() * 0.01]
        folder = bench.new_folder()
        with tally.case(f"case {index}, {', '.join(n.name for n in numbers)}") as case:
            case.command = bench.lockstep.text(*plan.words, folder) + f" & sleep {pauses[0]:.4f}"
            started = bench.lockstep.start(*plan.words, folder, preexec=without_core)
            for number, pause in zip(numbers, pauses):
                time.sleep(pause)
                started.send(number)
            outcome = started.finish()
            tally.saw(outcome)
            judge(bench, plan, case, folder, outcome, numbers[0])
    if not bench.quick:
        with tally.case("all of them") as case:
            for number in ENDING:
                met = tally.ends[128 + number]
                case.require(met > 0, f"{number.name} has never met a training")
    return tally


def judge(bench: Bench, plan: Plan, case, folder, outcome, number: int) -> None:
    """The end after a signal: that of the signal, with a checkpoint, or an end before it came.

    A signal that comes before the command listens, or for a second time, ends it like any program.
    """
    case.require(
        not outcome.timed_out and outcome.status in (0, -number, 128 + number), outcome.summary)
    if outcome.status == 128 + number:
        case.require((folder / "checkpoint.safetensors").exists(), "no checkpoint")
        # The reader of the results may have gone away after the training.
        case.require(
            "--resume" in outcome.err or (folder / "model.safetensors").exists(),
            f"says {outcome.err[:200]!r}")
    if outcome.status == 0:
        plan.require_finished(case, folder, "status 0")
    require_whole(case, bench, folder)
    plan.go_on(case, folder)
    remove(folder)


def readers(bench: Bench, plan: Plan) -> Tally:
    """Readers of standard output that go away after some lines, as `head` does."""
    tally = Tally("readers that go away", "as with | head -1; status 141 or 0")
    for index in range(bench.count(60, 5)):
        lines = bench.random("readers", index).randint(0, 24)
        folder = bench.new_folder()
        with tally.case(f"after {lines} lines") as case:
            case.command = bench.lockstep.text(*plan.words, folder) + f" | head -{lines}"
            reader, writer = os.pipe()
            started = bench.lockstep.start(*plan.words, folder, stdout=writer)
            os.close(writer)
            with os.fdopen(reader, "rb", buffering=0) as file:
                for _ in range(lines):
                    file.readline()
            outcome = started.finish()
            tally.saw(outcome)
            judge(bench, plan, case, folder, outcome, signal.SIGPIPE)
    return tally


class TerminalRun:
    """A training at a terminal of its own."""

    def __init__(self, bench: Bench, words, ignores_hangup: bool = False):
        self.master, slave = pty.openpty()

        def take_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            if ignores_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        self.started = bench.lockstep.start(
            *words, preexec=take_terminal, stdout=slave, stderr=slave, env={"TERM": "xterm"})
        os.close(slave)

    def watch(self, seconds: float) -> bytes:
        """Reads what the run shows for a while."""
        os.set_blocking(self.master, False)
        end = time.monotonic() + seconds
        shown = b""
        while time.monotonic() < end:
            try:
                shown += os.read(self.master, 1 << 16)
            except BlockingIOError:
                time.sleep(0.002)
            except OSError:
                break
        return shown


def terminals(bench: Bench, plan: Plan, duration: float) -> Tally:
    tally = Tally(
        "terminals", "closed in the middle of a training, also with HUP ignored; Ctrl-C and Ctrl-\\")
    kinds = ("closed", "closed, HUP ignored", "Ctrl-C", "Ctrl-\\")
    for index in range(bench.count(60, 4)):
        kind = kinds[index % 4]
        pause = bench.random("terminals", index).random() * duration
        folder = bench.new_folder()
        with tally.case(f"{kind} after {pause:.4f} s") as case:
            case.command = bench.lockstep.text(*plan.words, folder)
            run = TerminalRun(bench, [*plan.words, folder], kind.endswith("ignored"))
            run.watch(pause)
            if kind.startswith("closed"):
                os.close(run.master)
            else:
                os.write(run.master, b"\x03" if kind == "Ctrl-C" else b"\x1c")
                while run.started.is_running:
                    run.watch(0.02)
            outcome = run.started.finish()
            tally.saw(outcome)
            if not kind.startswith("closed"):
                os.close(run.master)
            judge_terminal(bench, plan, case, folder, outcome, kind)
    return tally


def judge_terminal(bench: Bench, plan: Plan, case, folder, outcome, kind: str) -> None:
    """Messages to a terminal that is gone are lost: only status and files are looked at."""
    number = {"Ctrl-C": signal.SIGINT, "Ctrl-\\": signal.SIGQUIT}.get(kind, signal.SIGHUP)
    allowed = [0] if kind.endswith("ignored") else [0, -number, 128 + number]
    case.require(not outcome.timed_out and outcome.status in allowed, outcome.summary)
    if outcome.status == 0:
        plan.require_finished(case, folder, "status 0")
    require_whole(case, bench, folder)
    plan.go_on(case, folder)
    remove(folder)


def streams(bench: Bench, plan: Plan, duration: float) -> Tally:
    """Standard streams that are closed, full, or whose hang-up is ignored."""
    tally = Tally("streams", "closed and full standard streams, nohup")

    def closing(*descriptors):
        return lambda: [os.close(descriptor) for descriptor in descriptors]

    for closed in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
        folder = bench.new_folder()
        with tally.case(f"descriptors {closed} closed") as case:
            case.command = bench.lockstep.text(*plan.words, folder) + "".join(
                f" {descriptor}>&-" for descriptor in closed)
            outcome = bench.lockstep.run(*plan.words, folder, preexec=closing(*closed))
            tally.saw(outcome)
            case.require(outcome.status == 0, outcome.summary)
            plan.require_finished(case, folder, "status 0")
        remove(folder)
    for stream, allowed in (("stdout", (74,)), ("stderr", (0,))):
        folder = bench.new_folder()
        with tally.case(f"{stream} to /dev/full") as case, open("/dev/full", "wb") as full:
            case.command = f"{bench.lockstep.text(*plan.words, folder)} with {stream} to /dev/full"
            outcome = bench.lockstep.run(*plan.words, folder, **{stream: full})
            tally.saw(outcome)
            case.require(outcome.status in allowed, outcome.summary)
            require_whole(case, bench, folder)
            plan.go_on(case, folder)
        remove(folder)
    for index in range(bench.count(20, 2)):
        folder = bench.new_folder()
        with tally.case(f"nohup, case {index}") as case:
            case.command = f"nohup {bench.lockstep.text(*plan.words, folder)}"
            started = bench.lockstep.start(
                *plan.words, folder, preexec=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
            time.sleep(bench.random("nohup", index).random() * duration)
            started.send(signal.SIGHUP)
            outcome = started.finish()
            tally.saw(outcome)
            case.require(outcome.status == 0, outcome.summary)
            plan.require_finished(case, folder, "status 0")
        remove(folder)
    return tally
