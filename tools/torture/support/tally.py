"""Counts cases and keeps what went wrong in them."""

import collections
import contextlib


class Unable(Exception):
    """An attack that cannot be tried here."""


class Case:
    """One try: it holds unless something that was required of it was not so."""

    def __init__(self, label: str):
        self.label = label
        self.command = ""
        self.problems: list[str] = []

    def require(self, holds: bool, otherwise: str) -> bool:
        if not holds:
            self.problems.append(otherwise)
        return holds


class Tally:
    """The cases of one attack, a row of the record."""

    def __init__(self, attack: str, note: str = ""):
        self.attack = attack
        self.note = note
        self.tried = 0
        self.failures: list[Case] = []
        self.ends: collections.Counter[int] = collections.Counter()

    @contextlib.contextmanager
    def case(self, label: str):
        """A case. What is raised in it, as by a file that is missing or wrong, is its failure."""
        case = Case(label)
        try:
            yield case
        except Unable:
            raise
        except Exception as error:
            case.problems.append(f"{type(error).__name__}: {error}")
        self.tried += 1
        if case.problems:
            self.failures.append(case)
            print(f"  {self.attack}: {case.label}: {'; '.join(case.problems)}", flush=True)
            if case.command:
                print(f"    {case.command}", flush=True)

    def saw(self, outcome) -> None:
        """Counts how a process ended, so that the record tells what was met."""
        self.ends[outcome.status] += 1

    @property
    def full_note(self) -> str:
        words = [
            f"{count:,} × {f'signal {-status}' if status < 0 else f'status {status}'}"
            for status, count in sorted(self.ends.items(), key=lambda end: -end[1])
        ]
        return "; ".join(part for part in (self.note, ", ".join(words)) if part)

    def add(self, other: list) -> None:
        """Adds the counts of a tally in another process, which has printed its failures."""
        tried, failures, ends = other
        self.tried += tried
        self.ends.update({int(status): count for status, count in ends.items()})
        self.failures += [Case(label) for label in failures]

    @property
    def counts(self) -> list:
        """What `add` takes, as JSON keeps it."""
        return [self.tried, [case.label for case in self.failures], dict(self.ends)]

    @property
    def line(self) -> str:
        failed = len(self.failures)
        return f"{self.attack:20} {self.tried:8,} {self.tried - failed:8,} {failed:8,}"

    def row(self, command: str, machine: str) -> dict:
        failed = len(self.failures)
        return {
            "attack": self.attack,
            "tried": self.tried,
            "held": self.tried - failed,
            "failed": failed,
            "command": command,
            "machine": machine,
            "note": self.full_note,
        }
