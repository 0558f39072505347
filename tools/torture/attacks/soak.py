"""A long training with evaluations and checkpoints: does it keep its memory, threads and descriptors?"""

import os
import pathlib
import signal
import statistics
import time

from support import digits, safetensors
from support.bench import Bench
from support.tally import Tally

# The training is given that much of its time to reach its steady state.
WARM_UP = 0.1
# Reports of epochs are kept: some hundred bytes each in memory, and twice as text while a checkpoint
# is written. 5 % and 8 MiB are room for those of an hour of epochs.
GROWTH_FACTOR = 1.05
GROWTH_BYTES = 8 << 20


def attack(bench: Bench, minutes: float) -> list[Tally]:
    seconds = 4.0 if bench.quick else minutes * 60
    tally = Tally("soak")
    folder = bench.new_folder()
    data = digits.SOURCE if bench.quick else digits.large(bench.work / "large", 15)
    words = [
        "train", "--data", data, "--hidden", 64 if bench.quick else "512,512", "--epochs", 10**5,
        "--schedule", "constant", "--workers", 1, "--checkpoint-every",
        "0.2s" if bench.quick else "3s", "--keep", 3, "--output", folder]
    with tally.case(f"{seconds / 60:.1f} minutes") as case:
        case.command = bench.lockstep.text(*words)
        started = bench.lockstep.start(*words)
        samples = list(watch(started, seconds, 0.1 if bench.quick else 5.0))
        started.send(signal.SIGTERM)
        outcome = started.finish()
        case.require(outcome.status == 128 + signal.SIGTERM, outcome.summary)
        safetensors.fingerprint(folder / "checkpoint.safetensors")
        epochs = len((folder / "log.jsonl").read_text().splitlines())
        resumed = bench.lockstep.run("train", "--resume", folder, "--epochs", epochs + 1)
        case.require(resumed.status == 0, f"resumed: {resumed.summary}")
        tally.note = judge(case, samples)
        tally.note += f"; {epochs:,} epochs, {len(samples):,} samples, {len(outcome.err.splitlines())} lines on standard error"
    return [tally]


def watch(started, seconds: float, pause: float):
    """Resident bytes, threads and open descriptors, again and again."""
    end = time.monotonic() + seconds
    folder = pathlib.Path(f"/proc/{started.pid}")
    while time.monotonic() < end and started.is_running:
        try:
            status = dict(
                line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            yield (
                int(status["VmRSS"].split()[0]) << 10, int(status["Threads"]),
                len(os.listdir(folder / "fd")))
        except (OSError, KeyError):
            return
        time.sleep(pause)


def judge(case, samples) -> str:
    """Compares the first quarter after the warm-up with the last one."""
    steady = samples[int(len(samples) * WARM_UP):]
    if not case.require(len(steady) >= 8, f"only {len(samples)} samples"):
        return ""
    quarter = len(steady) // 4
    first = [statistics.median(values) for values in zip(*steady[:quarter])]
    last = [statistics.median(values) for values in zip(*steady[-quarter:])]
    memory = f"{first[0] / 2**20:.1f} to {last[0] / 2**20:.1f} MiB resident"
    case.require(last[0] <= first[0] * GROWTH_FACTOR + GROWTH_BYTES, memory)
    threads = f"{first[1]:g} to {last[1]:g} threads"
    case.require(last[1] <= first[1], threads)
    descriptors = f"{first[2]:g} to {last[2]:g} descriptors"
    case.require(last[2] <= first[2], descriptors)
    return (
        f"medians of the first and the last quarter: {memory} (may grow by 5 % + 8 MiB), "
        f"{threads}, {descriptors} (may not grow)")
