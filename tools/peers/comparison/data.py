"""The digits: whether they are there, and how many."""

import gzip
from pathlib import Path

from .environment import ROOT
from .problems import Problem

NAMES = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
]


def digits(chosen: Path | None) -> tuple[Path, int]:
    """The folder of the digits and the size of their test set."""
    folder = chosen or ROOT / "datasets" / "mnist"
    files = [find(folder, name) for name in NAMES]
    missing = [name for name, file in zip(NAMES, files) if file is None]
    if missing:
        hint = "name the folder of MNIST with --data"
        if chosen is None:
            hint = f"fetch it with tools/fetch-datasets mnist, or {hint}"
        raise Problem(
            f"{folder}: expected {missing[0]}, plain or .gz, found neither; {hint}",
            Problem.NO_INPUT)
    return folder, image_count(files[2])


def find(folder: Path, name: str) -> Path | None:
    """A file of the folder, plain or gzipped."""
    return next((file for file in (folder / name, folder / f"{name}.gz") if file.exists()), None)


def image_count(file: Path) -> int:
    """The count in the header of an IDX file of images."""
    try:
        with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as stream:
            header = stream.read(16)
    except OSError as error:
        raise Problem(f"{file}: {error}", Problem.NO_INPUT) from error
    if header[:4] != b"\0\0\x08\x03" or header[8:] != b"\0\0\0\x1c\0\0\0\x1c":
        raise Problem(f"{file}: expected IDX images of 28 × 28, found something else", 65)
    return int.from_bytes(header[4:8], "big")
