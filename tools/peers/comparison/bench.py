"""Trains once with any of the systems, and gives back the same facts for all of them."""

import json
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .processes import Outcome, run
from .systems import System

PROGRAMS = Path(__file__).resolve().parent.parent / "systems"


class TrainingFailed(Exception):
    """A system that could not be run: why, and whether it is there at all."""

    def __init__(self, reason: str, is_available: bool) -> None:
        super().__init__(reason)
        self.is_available = is_available


@dataclass(frozen=True)
class Settings:
    """What is trained and how, in the words of `lockstep train`."""

    hidden: tuple[int, ...]
    batch_size: int
    learning_rate: float = 0.1
    schedule: str = "constant"
    momentum: float = 0.0
    nesterov: bool = False
    epochs: int = 3

    @property
    def arguments(self) -> list[str]:
        """The settings as options, the same for Lockstep and for the peers."""
        return [
            "--hidden", ",".join(map(str, self.hidden)) or "0",
            "--batch-size", str(self.batch_size), "--learning-rate", str(self.learning_rate),
            "--schedule", self.schedule, "--momentum", str(self.momentum),
            "--epochs", str(self.epochs), *(["--nesterov"] if self.nesterov else [])]

    @property
    def words(self) -> str:
        """The settings for people."""
        network = "-".join(map(str, [784, *self.hidden, 10]))
        variant = " Nesterov" if self.nesterov else ""
        return (
            f"{network}, batch {self.batch_size}, rate {self.learning_rate:g} {self.schedule}, "
            f"momentum {self.momentum:g}{variant}, {self.epochs} epochs")

    def to_json(self) -> dict:
        """The settings for a file."""
        return {camel_case(name): value for name, value in asdict(self).items()}

    @staticmethod
    def from_json(values: dict) -> "Settings":
        """The settings of a file."""
        names = {camel_case(name): name for name in Settings.__dataclass_fields__}
        known = {names[name]: value for name, value in values.items() if name in names}
        return Settings(**{**known, "hidden": tuple(known["hidden"])})


def camel_case(name: str) -> str:
    """batch_size as batchSize."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True)
class Trained:
    """A training that went to its end."""

    # The time of each epoch's steps, evaluation left out.
    epoch_seconds: list[float]
    # The images of an epoch.
    images: int
    # On the test set, or on what was set aside.
    accuracy: float
    versions: dict[str, str]
    form: str
    outcome: Outcome = field(repr=False)


@dataclass(frozen=True)
class Bench:
    """Where trainings are run: the digits, the cores, and what runs them."""

    data: Path
    # The size of the test set.
    test_images: int
    cores: list[int]
    # The Python that has the peers' packages.
    python: str
    lockstep: str
    timeout: float = 3600

    def train(
        self, system: System, settings: Settings, seed: int, target: float | None = None,
        validation: int = 0,
    ) -> Trained:
        """Trains once, in a process of its own.

        - target: peers end with the first epoch of this accuracy; Lockstep trains all epochs.
        - validation: the images of the training set to set aside and to judge by.
        """
        common = [
            "--data", str(self.data), "--workers", str(len(self.cores)), "--seed", str(seed),
            *settings.arguments, *(["--validation", str(validation)] if validation else [])]
        if system.is_lockstep:
            return self.train_with_lockstep(system, settings, common)
        command = [self.python, str(PROGRAMS / system.program), *system.options, *common]
        if target is not None:
            command += ["--target", str(target)]
        outcome = run(command, self.cores, self.timeout)
        kinds = {kind: [line for line in outcome.lines if line.get("kind") == kind]
                 for kind in ("start", "epoch", "end")}
        if outcome.failure or not kinds["end"]:
            raise TrainingFailed(
                outcome.failure or "it ended before its training did",
                is_available=bool(kinds["start"]))
        return Trained(
            epoch_seconds=[line["seconds"] for line in kinds["epoch"]],
            images=kinds["epoch"][0]["images"], accuracy=kinds["end"][0]["accuracy"],
            versions=kinds["start"][0]["versions"], form=kinds["start"][0]["form"],
            outcome=outcome)

    def train_with_lockstep(
        self, system: System, settings: Settings, common: list[str]
    ) -> Trained:
        """Trains with `lockstep train` and reads what it leaves in its run folder."""
        precision = [] if system.precision == "float" else ["--precision", system.precision]
        with tempfile.TemporaryDirectory(prefix="lockstep-peers-") as folder:
            command = [
                self.lockstep, "train", *common, "--weight-decay", "0", *precision, "--quiet",
                "--output", f"{folder}/run"]
            outcome = run(command, self.cores, self.timeout)
            if outcome.failure:
                raise TrainingFailed(
                    outcome.failure, is_available=system.precision == "float")
            record = json.loads(Path(folder, "run", "run.json").read_text())
            log = Path(folder, "run", "log.jsonl").read_text().splitlines()
        epochs = [json.loads(line) for line in log]
        accuracy = epochs[-1].get("validation_accuracy", record["testAccuracy"])
        held_out = record["settings"]["validationCount"]
        return Trained(
            epoch_seconds=[epoch["seconds"] for epoch in epochs],
            images=record["data"]["trainCount"] - held_out, accuracy=accuracy,
            versions={"lockstep": record["lockstep"]},
            form=f"lockstep train, {record['machine']['instructionSets']}", outcome=outcome)

    def peak_gigaflops(self) -> float:
        """The machine's multiply-adds in registers on all cores, as Lockstep measures them."""
        with tempfile.TemporaryDirectory(prefix="lockstep-peers-") as folder:
            workers = str(len(self.cores))
            outcome = run(
                [self.lockstep, "scaling", "--data", str(self.data), "--hidden", "0", "--images",
                 "1", "--repeats", "3", "--worker-counts", workers, "--output", folder],
                self.cores, self.timeout)
            if outcome.failure:
                raise TrainingFailed(outcome.failure, is_available=True)
            report = json.loads(Path(folder, "scaling.json").read_text())
        return max(sample["peakGigaflops"] for sample in report["samples"])
