"""What ends a comparison: one line on standard error and an exit status of sysexits.h."""

import sys


class Problem(Exception):
    """A fault that the user can do something about."""

    WRONG_USAGE, NO_INPUT, UNAVAILABLE, FAILED = 64, 66, 69, 1

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


def note(message: str) -> None:
    """Writes a line for whoever watches, beside the results on standard output."""
    print(f"peers: {message}", file=sys.stderr, flush=True)
