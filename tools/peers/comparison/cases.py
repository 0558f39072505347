"""The networks and batches that are compared, and the arithmetic that they take."""

from dataclasses import dataclass

from .problems import Problem

PIXELS, CLASSES = 784, 10


@dataclass(frozen=True)
class Case:
    """A network and a batch size, with the epochs that a process is timed for."""

    hidden: tuple[int, ...]
    batch_size: int
    timed_epochs: int

    @property
    def widths(self) -> list[int]:
        """The widths of all layers."""
        return [PIXELS, *self.hidden, CLASSES]

    @property
    def network(self) -> str:
        """The network's name, such as 784-128-10."""
        return "-".join(str(width) for width in self.widths)

    @property
    def name(self) -> str:
        """Network and batch, such as 784-128-10/32."""
        return f"{self.network}/{self.batch_size}"

    @property
    def operations_per_image(self) -> int:
        """Floating-point operations of a step for an image, zeros counted like other numbers.

        A weight takes part in three products (forward, gradient, error signals backward), two
        operations in each; the first layer's error signals go nowhere and are not computed.
        """
        weights = [inputs * outputs for inputs, outputs in zip(self.widths, self.widths[1:])]
        return 6 * sum(weights) - 2 * weights[0]


# Timed epochs: enough for a second or more with every system.
CASES = [
    Case((128,), 32, timed_epochs=6),
    Case((128,), 128, timed_epochs=10),
    Case((300, 100), 64, timed_epochs=3),
    Case((800,), 128, timed_epochs=3),
    Case((512, 512), 128, timed_epochs=3),
    Case((1024, 1024, 1024), 256, timed_epochs=2),
]


def chosen_cases(names: str | None) -> list[Case]:
    """The cases of a list such as 784-128-10/32,784-800-10/128; all without one."""
    if names is None:
        return CASES
    by_name = {case.name: case for case in CASES}
    unknown = [name for name in names.split(",") if name not in by_name]
    if unknown:
        raise Problem(
            f"{unknown[0]}: expected one of {', '.join(by_name)}", Problem.WRONG_USAGE)
    return [by_name[name] for name in names.split(",")]
