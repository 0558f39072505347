"""Samples that nothing disturbed.

On a machine that others use, too, a program whose threads wait for each other loses far more than
what others take. So a disturbed sample is taken again, whichever system's it is, and the report
goes by the quiet ones; the record keeps all of them.
"""

from collections.abc import Callable

from .bench import Trained
from .problems import note

# The share of the cores that other processes may take beside a quiet sample.
QUIET_SHARE = 0.03
# How often a sample is taken at most.
ATTEMPTS = 3


def is_quiet(others_share: float | None) -> bool:
    """Whether a process had the cores to itself; taken for granted where it is not known."""
    return others_share is None or others_share <= QUIET_SHARE


def quiet(samples: list[dict]) -> list[dict]:
    """Those of the samples that were not disturbed."""
    return [sample for sample in samples if is_quiet(sample["othersShare"])]


def attempts(train: Callable[[], Trained]) -> list[Trained]:
    """Trains until a sample is quiet, or often enough."""
    taken = []
    while len(taken) < ATTEMPTS:
        taken.append(train())
        share = taken[-1].outcome.others_share
        if is_quiet(share):
            break
        note(f"other processes took {100 * share:.0f} % of the cores")
    return taken
