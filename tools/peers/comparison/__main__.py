"""The command: what is asked for, checked and started."""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from .accuracy import accuracy_report, measure_accuracy, reached, read_settings
from .bench import Bench, Settings
from .cases import CASES, chosen_cases
from .chart import draw
from .data import digits
from .environment import ROOT, built_lockstep, drawing_python, peers_python
from .problems import Problem, note
from .processes import bind, usable_cores
from .record import read_record
from .search import search
from .speed import measure_speed
from .summary import summary, wrong_accuracies
from .systems import SYSTEMS, chosen_systems
from .text import speed_report

DESCRIPTION = """\
Compares Lockstep with PyTorch, JAX, Keras and scikit-learn on this machine.

  speed     images a second of training: all systems on six networks, in turn
  accuracy  seconds from launch to 98 % of MNIST's test set
  all       both (the default)
  search    chooses the settings of `accuracy` on images set aside, writes settings.json
  report    prints and draws again what a folder holds, as in: report runs/peers-…

Needs full MNIST (tools/fetch-datasets mnist) and Python 3.11; installs the peers into .peers once.
"""


class Parser(argparse.ArgumentParser):
    """Ends wrong usage with the status that the other tools have for it."""

    def error(self, message: str) -> None:
        raise Problem(f"{message}; see {self.prog} --help", Problem.WRONG_USAGE)


def parsed_options() -> argparse.Namespace:
    """The options of the command line."""
    parser = Parser(
        prog="tools/peers/run", description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what", nargs="?", default="all", choices=["all", "speed", "accuracy", "search", "report"])
    parser.add_argument("folder", nargs="?", type=Path, help="of `report`")
    parser.add_argument("--data", type=Path, help="folder of MNIST (default: datasets/mnist)")
    parser.add_argument("--output", type=Path, help="folder of the results (default: runs/peers-…)")
    parser.add_argument(
        "--quick", action="store_true",
        help="one network, one round, one timed epoch; one seed: to see whether all of it works")
    parser.add_argument("--rounds", type=positive, default=5, help="of `speed` (default: 5)")
    parser.add_argument("--seeds", type=positive, default=5, help="of `accuracy` (default: 5)")
    parser.add_argument("--cases", help="of `speed`, such as 784-128-10/32,784-800-10/128")
    parser.add_argument("--systems", help="such as lockstep,jax,pytorch (default: all)")
    parser.add_argument("--momentum", type=float, default=0.0, help="of `speed` (default: 0)")
    parser.add_argument(
        "--learning-rate", type=float, default=0.1, help="of `speed` (default: 0.1)")
    parser.add_argument(
        "--workers", type=positive, help="cores to use (default: all that may be used)")
    parser.add_argument(
        "--python", help="a Python that has the peers' packages, instead of .peers")
    parser.add_argument("--lockstep", help="a built command, instead of building it")
    parser.add_argument(
        "--timeout", type=positive, default=1800, help="seconds of one process (default: 1800)")
    options = parser.parse_args()
    if (options.what == "report") != (options.folder is not None):
        parser.error("`report` goes with a folder, and nothing else does")
    return options


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 up")
    return int(text)


def main() -> int:
    """Does what is asked for; 1 where a result must not be believed."""
    options = parsed_options()
    if options.what == "report":
        return report(options.folder, options.python or drawing_python())
    systems = chosen_systems(options.systems, SYSTEMS)
    cases = chosen_cases(options.cases)
    data, test_images = digits(options.data)
    cores = usable_cores()
    if options.workers is not None:
        if options.workers > len(cores):
            raise Problem(
                f"--workers {options.workers}: this process may use {len(cores)} cores",
                Problem.WRONG_USAGE)
        cores = cores[: options.workers]
    lockstep = options.lockstep or built_lockstep()
    python = options.python or peers_python()
    bind(cores)
    bench = Bench(
        data=data.resolve(), test_images=test_images, cores=cores, python=python,
        lockstep=lockstep, timeout=options.timeout)
    folder = options.output or ROOT / "runs" / time.strftime("peers-%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)

    if options.what == "search":
        search(bench, timed_systems(systems), folder)
        return 0
    if options.what in ("all", "speed"):
        settings = Settings(
            hidden=(), batch_size=1, learning_rate=options.learning_rate,
            momentum=options.momentum)
        if options.quick:
            cases = [replace(case, timed_epochs=1) for case in cases[1:2] or cases]
        measure_speed(
            bench, cases, systems, settings, 1 if options.quick else options.rounds,
            folder / "speed.json")
    if options.what in ("all", "accuracy"):
        measure_accuracy(
            bench, timed_systems(systems), 1 if options.quick else options.seeds,
            folder / "accuracy.json")
    return report(folder, python)


def timed_systems(systems):
    """Those of the systems that the time to accuracy is taken of."""
    return [system for system in systems if system.name in TIMED]


# Compiling PyTorch's step takes longer than all of the training, and bfloat16 is no gain on
# networks of this size.
TIMED = ["lockstep", "pytorch", "jax", "keras", "scikit-learn"]


def report(folder: Path, python: str) -> int:
    """Prints and draws what a folder holds; 1 where a result must not be believed."""
    status = 0
    found = False
    for kind, words in [("speed", speed_report), ("accuracy", accuracy_report)]:
        file = folder / f"{kind}.json"
        if not file.exists():
            continue
        found = True
        record = read_record(file, kind)
        text = words(record)
        print(text, flush=True)
        (folder / f"{kind}.md").write_text(text)
        draw(python, file)
        status = max(status, 0 if is_sound(record) else 1)
    if not found:
        raise Problem(f"{folder}: expected speed.json or accuracy.json", Problem.NO_INPUT)
    print(f"samples, table and chart   {folder}")
    return status


def is_sound(record: dict) -> bool:
    """Whether nothing failed, and all did the same work or reached the target."""
    if record["unavailable"].keys() & {"lockstep"} or not record["samples"]:
        return False
    if record["kind"] == "accuracy":
        return len(reached(record, record["samples"])) == len(record["samples"])
    return not record["failures"] and not wrong_accuracies(summary(record), record["testImages"])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        note(str(problem))
        sys.exit(problem.status)
    except KeyboardInterrupt:
        note("interrupted; the samples so far are in the folder")
        sys.exit(130)
