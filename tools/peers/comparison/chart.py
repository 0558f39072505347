"""Has the bar chart of a record drawn, by the Python that has matplotlib."""

import os
import subprocess
from pathlib import Path

from .environment import HERE
from .problems import note


def draw(python: str, file: Path) -> None:
    """Draws a record's chart beside it, as SVG and PNG; says so where that cannot be done."""
    environment = dict(os.environ, PYTHONPATH=str(HERE), MPLBACKEND="agg")
    done = subprocess.run(
        [python, "-m", "comparison.drawing", str(file)], env=environment, capture_output=True,
        text=True)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        note(f"no chart of {file.name}: {reason}")
