"""What every attack works with: the command, a work folder, data, and a run that nothing disturbs."""

import functools
import json
import pathlib
import random
import shutil

from support import digits, safetensors
from support.preload import Preload
from support.process import Lockstep, Outcome
from support.tally import Case, Unable

# What the command may say of a file that is wrong, missing, or cannot be read or written.
# With 71, the first call fails: the one that tells the command its arguments.
FILE_STATUSES = (65, 66, 71, 74)


class Bench:
    """The surroundings of an attack.

    `work` is a folder for runs and data, `tools` one on a disk from which programs can be started.
    """

    def __init__(
        self, binary: pathlib.Path, work: pathlib.Path, tools: pathlib.Path, quick: bool, seed: int
    ):
        self.lockstep = Lockstep(binary)
        self.work = work
        self.tools = tools
        self.quick = quick
        self.seed = seed
        self._folders = 0

    def random(self, *place) -> random.Random:
        """The random numbers of a case, always the same ones."""
        return random.Random("/".join(map(str, (self.seed, *place))))

    def count(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def new_folder(self) -> pathlib.Path:
        """A path in the work folder that nothing is at."""
        self._folders += 1
        return self.work / f"{self._folders}"

    @functools.cached_property
    def preload(self) -> Preload:
        return Preload(self.tools)

    @functools.cached_property
    def small_digits(self) -> pathlib.Path:
        return digits.small(self.work / "small")

    @functools.cached_property
    def tiny_digits(self) -> pathlib.Path:
        return digits.tiny(self.work / "tiny")

    @functools.cached_property
    def picture(self) -> pathlib.Path:
        return digits.picture(self.work / "digit.png")

    def plan(self, epochs: int, hidden: int = 8, data: pathlib.Path | None = None) -> "Plan":
        return Plan(self, epochs, hidden, data or self.small_digits)


class Plan:
    """The settings of a training, with the outcome that it has to have."""

    def __init__(self, bench: Bench, epochs: int, hidden: int, data: pathlib.Path):
        self.bench = bench
        self.epochs = epochs
        # 160 of the 200 digits make five steps of an epoch: a checkpoint comes in the midst of most.
        self.words = [
            "train", "--data", data, "--hidden", hidden, "--epochs", epochs, "--validation", 40,
            "--checkpoint-every", 3, "--keep", 3, "--output"]

    @functools.cached_property
    def undisturbed(self) -> tuple[pathlib.Path, Outcome]:
        """The folder and outcome of a run that nothing disturbs."""
        folder = self.bench.new_folder()
        outcome = self.bench.lockstep.run(*self.words, folder)
        if outcome.status != 0:
            raise Unable(f"an undisturbed training fails: {outcome.summary}")
        return folder, outcome

    @functools.cached_property
    def fingerprint(self) -> str:
        return safetensors.fingerprint(self.undisturbed[0] / "model.safetensors")

    def calls(self, names) -> list[str]:
        """The names of the calls that an undisturbed run makes, in order."""
        return counted_calls(self.bench, names, *self.words, self.bench.new_folder())

    def interrupted(self) -> pathlib.Path:
        """The folder of a run that was stopped half-way."""
        folder = self.bench.new_folder()
        self.bench.lockstep.run(*self.words, folder, "--stop-after", max(1, self.epochs // 2))
        return folder

    def go_on(
        self, case: Case, folder: pathlib.Path, workers: int | None = None,
        checkpoint: pathlib.Path | None = None,
    ) -> Outcome:
        """Resumes what is in a folder, or begins it anew, and requires the right bits of it.

        `checkpoint` is an earlier one to resume from.
        """
        has_checkpoint = (folder / "checkpoint.safetensors").exists()
        if has_checkpoint:
            words = ["train", "--resume", checkpoint or folder, "--keep", 3]
        else:
            words = [*self.words, folder]
        if workers:
            words += ["--workers", workers]
        outcome = self.bench.lockstep.run(*words)
        how = f"resumed{f' from {checkpoint.name}' if checkpoint else ''}"
        if not has_checkpoint:
            how = "begun anew"
        if case.require(outcome.status == 0, f"{how}: {outcome.summary}"):
            self.require_finished(case, folder, how)
        return outcome

    def require_finished(self, case: Case, folder: pathlib.Path, how: str) -> None:
        """Requires the files of a finished run with the right weights."""
        found = safetensors.fingerprint(folder / "model.safetensors")
        case.require(found == self.fingerprint, f"{how}: fingerprint {found}")
        record = json.loads((folder / "run.json").read_text())
        case.require(record["status"] == "finished", f"{how}: run.json says {record['status']}")
        lines = (folder / "log.jsonl").read_text().splitlines()
        epochs = [json.loads(line)["epoch"] for line in lines]
        case.require(
            epochs == list(range(1, self.epochs + 1)), f"{how}: log.jsonl has epochs {epochs}")


def counted_calls(bench: Bench, names, *words) -> list[str]:
    """The names of the calls that a command makes, in order."""
    log = bench.new_folder()
    bench.lockstep.run(*words, env=bench.preload.counting(names, log))
    names = [line.split()[1] for line in log.read_text().splitlines()] if log.exists() else []
    if not names:
        raise Unable("the command's calls cannot be seen; it has to be linked dynamically")
    return names


def temporary_files(folder: pathlib.Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.tmp-*"))


def kept_checkpoints(folder: pathlib.Path) -> list[pathlib.Path]:
    """The earlier checkpoints that a run has kept."""
    return sorted((folder / "checkpoints").glob("*.safetensors"))


def require_whole(case: Case, bench: Bench, folder: pathlib.Path) -> None:
    """Requires that every file under its final name is whole."""
    models = [folder / name for name in ("model.safetensors", "checkpoint.safetensors")]
    for model in models + kept_checkpoints(folder):
        if model.exists():
            safetensors.fingerprint(model)
    for model in models:
        if model.exists():
            outcome = bench.lockstep.run("info", model)
            case.require(outcome.status == 0, f"info {model.name}: {outcome.summary}")
    record = folder / "run.json"
    if record.exists():
        json.loads(record.read_text())
    features = folder / "features.png"
    if features.exists():
        case.require(b"IEND" in features.read_bytes()[-12:], "features.png is cut off")


def require_status(case: Case, outcome: Outcome, *allowed: int) -> None:
    """Requires an end with one of the statuses, and words for one that is not 0."""
    case.require(not outcome.timed_out and outcome.status in allowed, outcome.summary)
    if outcome.status > 0:
        case.require(outcome.err.startswith("lockstep: "), f"says {outcome.err[:200]!r}")


def remove(folder: pathlib.Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
