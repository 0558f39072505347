"""The virtual environment that the peers live in."""

import shutil
import subprocess
import sys
from pathlib import Path

from .problems import Problem, note

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
FOLDER = ROOT / ".peers"
REQUIREMENTS = HERE / "requirements.txt"


def drawing_python() -> str:
    """A Python that may have matplotlib, without installing anything."""
    python = FOLDER / "bin" / "python"
    return str(python) if is_sound(python) else sys.executable


def peers_python() -> str:
    """The Python of the environment; makes it and installs the peers where that is not done yet."""
    python = FOLDER / "bin" / "python"
    # What was asked for when all of it was installed.
    stamp = FOLDER / "requirements.txt"
    if is_sound(python) and stamp.exists() and stamp.read_text() == REQUIREMENTS.read_text():
        return str(python)
    if not is_sound(python):
        make_environment(python)
    note(f"installing the peers into {FOLDER} (some minutes, once)")
    reason = install(python, "-r", str(REQUIREMENTS))
    if reason is None:
        stamp.write_text(REQUIREMENTS.read_text())
        return str(python)
    note(f"pip could not install them together: {reason}; trying one after the other")
    install_singly(python)
    return str(python)


def is_sound(python: Path) -> bool:
    """Whether there is a Python that runs."""
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0


def make_environment(python: Path) -> None:
    """Makes an empty environment."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(FOLDER)], capture_output=True, text=True)
    if made.returncode == 0 and is_sound(python):
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    reason = (made.stderr or made.stdout).strip().splitlines()[-1:] or ["it has no pip"]
    raise Problem(
        f"{FOLDER}: python3 could not make a virtual environment: {reason[0]}; Debian has what is "
        "needed in python3-venv, or name a Python that has the packages with --python",
        Problem.UNAVAILABLE)


def install_singly(python: Path) -> None:
    """Installs what can be installed; a peer that cannot is missing in the comparison."""
    lines = [line.strip() for line in REQUIREMENTS.read_text().splitlines()]
    for requirement in [line for line in lines if line and not line.startswith("#")]:
        reason = install(python, requirement)
        if reason is None:
            continue
        # Without NumPy no peer can read its digits.
        if requirement.startswith("numpy"):
            raise Problem(f"pip could not install {requirement}: {reason}", Problem.UNAVAILABLE)
        note(f"pip could not install {requirement}: {reason}")


def install(python: Path, *what: str) -> str | None:
    """Installs packages; returns why it failed."""
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what],
        capture_output=True, text=True)
    if done.returncode == 0:
        return None
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return (errors or done.stderr.strip().splitlines() or ["it says nothing"])[-1]


def built_lockstep() -> str:
    """Builds Lockstep as tools/train does; returns the command."""
    note("building Lockstep")
    script = 'root=$1; source "$root/tools/prepare"; build --product lockstep'
    if subprocess.run(["bash", "-euc", script, "prepare", str(ROOT)]).returncode != 0:
        raise Problem("Lockstep could not be built", Problem.UNAVAILABLE)
    return str(ROOT / ".build" / "release" / "lockstep")
