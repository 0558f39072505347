"""What is compared: Lockstep and its peers, in the best form found for each."""

from dataclasses import dataclass

from .problems import Problem


@dataclass(frozen=True)
class System:
    """A system in one of its forms."""

    name: str
    label: str
    precision: str = "float"
    # The program in tools/peers/systems, and what makes it take this form; none for Lockstep.
    program: str | None = None
    options: tuple[str, ...] = ()

    @property
    def is_lockstep(self) -> bool:
        """Whether it is ours."""
        return self.program is None


SYSTEMS = [
    System("lockstep", "Lockstep"),
    System("pytorch", "PyTorch, eager", program="with_pytorch.py"),
    System(
        "pytorch-compiled", "PyTorch, compiled", program="with_pytorch.py",
        options=("--form", "compiled")),
    System("jax", "JAX, scanned epoch", program="with_jax.py"),
    System("keras", "Keras on JAX", program="with_keras.py"),
    System("scikit-learn", "scikit-learn", program="with_scikit_learn.py"),
    System("lockstep-bf16", "Lockstep, bf16", "bf16"),
    System(
        "pytorch-bf16", "PyTorch, eager, bf16", "bf16", "with_pytorch.py",
        ("--precision", "bf16")),
    System(
        "pytorch-compiled-bf16", "PyTorch, compiled, bf16", "bf16", "with_pytorch.py",
        ("--form", "compiled", "--precision", "bf16")),
]

BY_NAME = {system.name: system for system in SYSTEMS}


def chosen_systems(names: str | None, default: list[System]) -> list[System]:
    """The systems of a list such as lockstep,jax; the default ones without it."""
    if names is None:
        return default
    unknown = [name for name in names.split(",") if name not in BY_NAME]
    if unknown:
        raise Problem(
            f"{unknown[0]}: expected one of {', '.join(BY_NAME)}", Problem.WRONG_USAGE)
    return [BY_NAME[name] for name in names.split(",")]
