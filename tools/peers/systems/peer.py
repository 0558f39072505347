"""What all peers share: the task, the digits, and the lines of JSON that a process prints.

A process trains one network with one system. It prints a line when it is ready (versions and form),
one for each epoch (its time and, where one is asked for, the accuracy) and one at the end:

    {"kind": "start", "versions": {"jax": "0.10.2"}, "form": "one jitted scan an epoch"}
    {"kind": "epoch", "epoch": 1, "seconds": 0.53, "images": 60000, "accuracy": null}
    {"kind": "end", "accuracy": 0.9559}

The time of an epoch is that of its shuffle and its steps; no evaluation is in it.
"""

import argparse
import gzip
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Protocol

import numpy


@dataclass(frozen=True)
class Task:
    """What is trained and how; the same words as the options of `lockstep train`."""

    hidden: tuple[int, ...]
    batch_size: int
    learning_rate: float
    schedule: str
    momentum: float
    nesterov: bool
    epochs: int
    seed: int
    workers: int

    @property
    def widths(self) -> list[int]:
        """The widths of all layers, from the pixels to the classes."""
        return [784, *self.hidden, 10]

    def steps_per_epoch(self, count: int) -> int:
        """The steps of an epoch of `count` images; the last one may be smaller."""
        return math.ceil(count / self.batch_size)

    def rates(self, count: int) -> numpy.ndarray:
        """The learning rate of every step of the training, as Lockstep's schedules have it."""
        steps = self.epochs * self.steps_per_epoch(count)
        if self.schedule == "constant":
            return numpy.full(steps, self.learning_rate, numpy.float32)
        progress = numpy.arange(steps) / steps
        rise, high, low = 0.3, self.learning_rate, self.learning_rate / 25
        end = low / 10_000
        up = high + (low - high) * half_cosine(progress / rise)
        down = end + (high - end) * half_cosine((progress - rise) / (1 - rise))
        return numpy.where(progress < rise, up, down).astype(numpy.float32)

    def initial_weights(self) -> list[numpy.ndarray]:
        """Weights [inputs × outputs] of each layer, from the distributions that Lockstep takes:
        uniform in ±√(6 / inputs) where a rectifier follows (He et al. 2015), in ±√(3 / inputs) for
        the output layer (LeCun et al. 1998)."""
        random = numpy.random.default_rng(self.seed)
        shapes = list(zip(self.widths, self.widths[1:]))
        bounds = [math.sqrt(6 / m) for m, _ in shapes[:-1]] + [math.sqrt(3 / shapes[-1][0])]
        return [
            random.uniform(-bound, bound, shape).astype(numpy.float32)
            for bound, shape in zip(bounds, shapes)
        ]


def half_cosine(t: numpy.ndarray) -> numpy.ndarray:
    """From 1 at t = 0 down to 0 at t = 1, along half a cosine."""
    return (1 + numpy.cos(numpy.pi * t)) / 2


@dataclass(frozen=True)
class Digits:
    """Images [count × 784] as bytes, and their labels."""

    images: numpy.ndarray
    labels: numpy.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def scaled(self) -> numpy.ndarray:
        """The images as floats from 0 to 1."""
        return self.images.astype(numpy.float32) / 255

    def share_right(self, answers: numpy.ndarray) -> float:
        """The accuracy of an answer for each image."""
        return float((answers == self.labels).mean())


class Peer(Protocol):
    """A network in training in one system, made from a task and the digits to train on."""

    versions: dict[str, str]
    form: str

    def train_epoch(self) -> None:
        """Sees every digit once; returns when all of it is done."""

    def answers(self, digits: Digits) -> numpy.ndarray:
        """The class that the network gives to each image."""


def run(make: Callable[[Task, Digits, argparse.Namespace], Peer], **choices: list[str]) -> None:
    """Trains as the command line says and prints what comes of it.

    `choices` are options of the system's own, each with the values that it may have.
    """
    options = parsed_options(choices)
    task = Task(
        hidden=tuple(int(width) for width in options.hidden.split(",") if width != "0"),
        batch_size=options.batch_size, learning_rate=options.learning_rate,
        schedule=options.schedule, momentum=options.momentum, nesterov=options.nesterov,
        epochs=options.epochs, seed=options.seed, workers=options.workers)
    train = read_digits(options.data, "train")
    judges = read_digits(options.data, "t10k")
    if options.validation:
        train, judges = split(train, options.validation, options.seed)
    peer = make(task, train, options)
    emit(kind="start", versions=peer.versions, form=peer.form)
    accuracy = None
    for epoch in range(1, task.epochs + 1):
        begun = time.perf_counter()
        peer.train_epoch()
        seconds = time.perf_counter() - begun
        is_judged = options.target is not None or epoch == task.epochs
        accuracy = judges.share_right(peer.answers(judges)) if is_judged else None
        emit(kind="epoch", epoch=epoch, seconds=seconds, images=len(train), accuracy=accuracy)
        if options.target is not None and accuracy >= options.target:
            break
    emit(kind="end", accuracy=accuracy)


def parsed_options(choices: dict[str, list[str]]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description="Times the training of one network.")
    parser.add_argument("--data", type=Path, required=True, help="folder of IDX files")
    parser.add_argument("--hidden", default="128", help="widths such as 300,100; 0 for none")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--schedule", choices=["constant", "one-cycle"], default="constant")
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--nesterov", action="store_true")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--validation", type=int, default=0, help="images to set aside and judge by")
    parser.add_argument("--target", type=float, help="end with the first epoch of this accuracy")
    for name, values in choices.items():
        parser.add_argument(f"--{name}", choices=values, default=values[0])
    return parser.parse_args()


def emit(**fields: object) -> None:
    """Prints a line of JSON at once."""
    print(json.dumps(fields), flush=True)


def read_digits(folder: Path, part: str) -> Digits:
    """Reads one part, `train` or `t10k`, of an IDX data set."""
    pixels = read_idx(folder, f"{part}-images-idx3-ubyte", header=16)
    return Digits(
        images=pixels.reshape(-1, 784), labels=read_idx(folder, f"{part}-labels-idx1-ubyte", 8))


def read_idx(folder: Path, name: str, header: int) -> numpy.ndarray:
    """The bytes behind the header of an IDX file, plain or gzipped."""
    plain = folder / name
    data = plain.read_bytes() if plain.exists() else gzip.decompress(
        (folder / f"{name}.gz").read_bytes())
    return numpy.frombuffer(data, numpy.uint8, offset=header)


def split(digits: Digits, count: int, seed: int) -> tuple[Digits, Digits]:
    """Draws `count` digits to validate on; the others are left to train on."""
    order = numpy.random.default_rng([seed, 1]).permutation(len(digits))
    rest, drawn = numpy.sort(order[count:]), numpy.sort(order[:count])
    return (
        Digits(digits.images[rest], digits.labels[rest]),
        Digits(digits.images[drawn], digits.labels[drawn]))
