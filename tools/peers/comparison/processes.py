"""Runs one process on chosen cores and keeps what it printed, its time and its memory."""

import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

# What tells the peers' libraries how many threads to use.
THREAD_VARIABLES = [
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
]


@dataclass(frozen=True)
class Outcome:
    """A process that has ended."""

    status: int
    output: str
    errors: str
    # From launch to end.
    seconds: float
    processor_seconds: float
    # Bytes.
    peak_memory: int
    # The share of the cores' time that other processes took meanwhile; None where it is not told.
    others_share: float | None
    timed_out: bool = False
    lines: list[dict] = field(default_factory=list)

    @property
    def failure(self) -> str | None:
        """Why it failed, in a line; None where it did not."""
        if self.timed_out:
            return f"it did not end within {self.seconds:.0f} s"
        if self.status == 0:
            return None
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        # Wrong usage stands above the usage, an exception below its traceback.
        wrong_usage = [line for line in lines if line.startswith("Error: ")]
        reason = [*wrong_usage[:1], *lines[-1:], f"exit status {self.status}"][0]
        return reason[:200]


def usable_cores() -> list[int]:
    """The cores that this process may run on; all where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def bind(cores: list[int]) -> None:
    """Keeps this process, and those that it starts, to these cores where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def run(command: list[str], cores: list[int], timeout: float = 3600) -> Outcome:
    """Runs a command to its end, on the cores that this process is bound to.

    - cores: those cores, to learn what else ran on them.
    """
    environment = dict(os.environ, **{name: str(len(cores)) for name in THREAD_VARIABLES})
    busy = busy_seconds(cores)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment)
        hanging = threading.Event()
        timer = threading.Timer(timeout, lambda: (hanging.set(), process.kill()))
        timer.start()
        try:
            # The peak that Linux tells is no less than this process's own, some 25 MB.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            timer.cancel()
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [read_back(file) for file in (output, errors)]
    processor_seconds = usage.ru_utime + usage.ru_stime
    others = None
    if busy is not None:
        spent = busy_seconds(cores) - busy - processor_seconds
        others = max(0.0, spent) / (seconds * len(cores))
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return Outcome(
        status=process.returncode, output=texts[0], errors=texts[1], seconds=seconds,
        processor_seconds=processor_seconds, peak_memory=usage.ru_maxrss * unit,
        others_share=others, timed_out=hanging.is_set(), lines=json_lines(texts[0]))


def read_back(file) -> str:
    """All that was written to a temporary file."""
    file.seek(0)
    return file.read().decode(errors="replace")


def json_lines(text: str) -> list[dict]:
    """The lines that are JSON objects; libraries print others, too."""
    objects = []
    for line in text.splitlines():
        if line.startswith("{"):
            try:
                objects.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return objects


def busy_seconds(cores: list[int]) -> float | None:
    """The time that cores have been busy since the machine's start; stolen time counts, too."""
    try:
        with open("/proc/stat") as file:
            lines = [line.split() for line in file if line.startswith("cpu")]
    except OSError:
        return None
    names = {f"cpu{core}" for core in cores}
    # user nice system idle iowait irq softirq steal
    ticks = sum(
        int(words[column]) for words in lines if words[0] in names for column in (1, 2, 3, 6, 7, 8))
    return ticks / os.sysconf("SC_CLK_TCK")
