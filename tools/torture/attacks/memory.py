"""Hostile files: refused without taking much memory."""

import os
import shutil
import struct

from support import digits, hostile
from support.bench import FILE_STATUSES, Bench, remove
from support.hostile import GIB
from support.tally import Tally

# A process with a small model holds about 25 MB, and each worker one picture: 50 MB where it has
# 4096 × 4096 points. The processes may use two processors, so that the bound is that of any machine.
MOST_BYTES = 300 * 10**6
PROCESSORS = 2


def attack(bench: Bench) -> list[Tally]:
    tally = Tally("memory")
    peaks = []
    for label, words in cases(bench):
        folder = bench.new_folder()
        words = [folder if word == "OUTPUT" else word for word in words]
        with tally.case(label) as case:
            case.command = bench.lockstep.text(*words)
            outcome = bench.lockstep.run(*words, preexec=few_processors)
            tally.saw(outcome)
            peaks.append((outcome.peak_bytes, label))
            allowed = (0, *FILE_STATUSES)
            case.require(
                not outcome.timed_out and outcome.status in allowed, outcome.summary)
            case.require(
                outcome.peak_bytes <= MOST_BYTES, f"{outcome.peak_bytes / 1e6:.0f} MB at its peak")
        remove(folder)
    highest, label = max(peaks)
    tally.note = f"at most 300 MB on two processors; highest {highest / 1e6:.0f} MB: {label}"
    return [tally]


def few_processors() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])


def cases(bench: Bench):
    """The name of each case and its command. Large files are made when their turn comes."""
    place = bench.work / "hostile"
    place.mkdir()
    plan = bench.plan(epochs=1)
    model = plan.undisturbed[0] / "model.safetensors"
    yield from models(bench, place, model, plan)
    yield from idx(bench, place)
    yield from pictures(bench, place, model)
    yield from tables(bench, place)
    yield from archives(bench, place)


def train(data, *more) -> list:
    return ["train", "--data", data, "--hidden", 4, "--epochs", 1, "--output", "OUTPUT", *more]


def models(bench: Bench, place, model, plan):
    zeros = hostile.sparse(place / "zeros.safetensors", 4 * GIB)
    long = hostile.sparse(
        place / "long.safetensors", 4 * GIB, struct.pack("<Q", 4 * GIB - 8) + b"{")
    spaces = hostile.repeated(
        place / "spaces.safetensors", b" " * (1 << 20), 64,
        struct.pack("<Q", 2 + (64 << 20)) + b"{", b"}")
    nested = hostile.safetensors_file(place / "nested.safetensors", b'{"a":' * 500_000)
    arrays = hostile.safetensors_file(place / "arrays.safetensors", b'{"a":' + b"[" * 2_000_000)
    wide = hostile.wide_tensor(place / "wide.safetensors", [1 << 40, 1 << 40])
    overflow = hostile.wide_tensor(place / "overflow.safetensors", [1 << 62, 4])
    many = hostile.safetensors_file(
        place / "many.safetensors", b"{" + b",".join(
            b'"t%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}' % i for i in range(bench.count(300_000, 30_000)))
        + b"}")
    tall = hostile.safetensors_file(
        place / "tall.safetensors",
        b'{"a.weight":{"dtype":"F64","shape":[1,536870911],"data_offsets":[0,4294967288]},'
        b'"a.bias":{"dtype":"F64","shape":[1],"data_offsets":[4294967288,4294967296]}}', 4 * GIB)
    claims = hostile.changed_header(
        place / "claims.safetensors", model,
        lambda header: header["__metadata__"].update({"lockstep.inputs": "1073741824"}))
    for path in (zeros, long, spaces, nested, arrays, wide, overflow, many, tall, claims):
        yield f"info {path.name}", ["info", path]
        if bench.quick:
            continue
        yield f"evaluate {path.name}", ["evaluate", path, "--data", bench.small_digits]
        yield f"import {path.name}", [
            "import", path, "--activation", "relu", "--output", "OUTPUT"]
        yield f"import --like {path.name}", ["import", model, "--like", path, "--output", "OUTPUT"]
    for path in (zeros, long, nested):
        folder = bench.new_folder()
        shutil.copytree(plan.undisturbed[0], folder)
        (folder / "checkpoint.safetensors").unlink()
        (folder / "checkpoint.safetensors").symlink_to(path)
        yield f"--resume {path.name}", ["train", "--resume", folder]
    for name in ("log.jsonl", "log.csv", "run.json"):
        folder = plan.interrupted()
        hostile.sparse(folder / name, 4 * GIB)
        yield f"--resume with {name} of 4 GiB", ["train", "--resume", folder]


def idx(bench: Bench, place):
    good = bench.small_digits
    images = "train-images-idx3-ubyte"
    labels = "train-labels-idx1-ubyte"
    for name, header in (
        ("images", struct.pack(">4I", 0x803, 0xFFFFFFFF, 28, 28)),
        ("rows", struct.pack(">4I", 0x803, 200, 0xFFFFFFFF, 0xFFFFFFFF)),
        ("all", struct.pack(">4I", 0x803, *[0xFFFFFFFF] * 3)),
        ("side", struct.pack(">4I", 0x803, 1, 1 << 16, 1 << 16)),
    ):
        folder = hostile.idx_folder(place / f"idx-{name}", good, images, header, bytes(200 * 784))
        yield f"IDX header of too many {name}", train(folder)
    folder = hostile.idx_folder(
        place / "idx-labels", good, labels, struct.pack(">2I", 0x801, 0xFFFFFFFF), bytes(200))
    yield "IDX header of too many labels", train(folder)
    folder = hostile.idx_folder(place / "idx-sparse", good, images, b"")
    hostile.sparse(folder / images, 4 * GIB, struct.pack(">4I", 0x803, 200, 28, 28))
    yield "IDX file of 4 GiB", train(folder)
    size = 128 << 20 if bench.quick else GIB
    for count in (200, size // 784):
        folder = hostile.idx_folder(place / f"idx-bomb-{count}", good, images, b"")
        (folder / images).unlink()
        hostile.gzip_bomb(
            folder / (images + ".gz"), size, struct.pack(">4I", 0x803, count, 28, 28))
        yield f"gzip of {size >> 20} MiB for {count} images", train(folder)


def pictures(bench: Bench, place, model):
    # 16 MiB of points in 16 kB; one more row than may be.
    block = hostile.deflated_zeros(4096 * 4097)
    folder = place / "pictures"
    count = bench.count(48, 2)
    many = [hostile.png(folder / f"{i}.png", 4096, 4096, block) for i in range(count)]
    yield f"{count} pictures of 4096 × 4096", ["predict", model, *many]
    deep = hostile.png(
        place / "deep.png", 4096, 4096, hostile.deflated_zeros(4096 * (4096 * 8 + 1)), 16, 6)
    yield "a picture of 16 bits and 4 channels", ["predict", model, deep]
    for width, height in ((4097, 4097), (1 << 20, 1 << 20), (0x7FFFFFFF, 0x7FFFFFFF), (0x7FFFFFFF, 1)):
        path = hostile.png(place / f"{width}.png", width, height, block)
        yield f"a picture of {width} × {height}", ["predict", model, path]
    text = digits.png_chunk(
        b"zTXt", b"bomb\0\0" + hostile.deflated_zeros((32 if bench.quick else 900) << 20))
    path = hostile.png(place / "text.png", 28, 28, hostile.deflated_zeros(28 * 29), extra=text)
    yield "a picture with a compressed text", ["predict", model, path]
    profile = digits.png_chunk(
        b"iCCP", b"bomb\0\0" + hostile.deflated_zeros((32 if bench.quick else 900) << 20))
    path = hostile.png(place / "profile.png", 28, 28, hostile.deflated_zeros(28 * 29), extra=profile)
    yield "a picture with a compressed profile", ["predict", model, path]
    chunk = struct.pack(">I", 0x7FFFFFFF) + b"IDAT"
    path = hostile.sparse(place / "chunk.png", 2 * GIB, digits.png_start(28, 28) + chunk)
    yield "a chunk of 2 GiB", ["predict", model, path]
    yield "a picture of 4 GiB", ["predict", model, hostile.sparse(place / "zeros.png", 4 * GIB)]
    folder = place / "images"
    for index in range(count):
        hostile.png(folder / f"train/{index % 2}/{index}.png", 4096, 4096, block)
    yield f"{count} training images of 4096 × 4096", train(folder)
    yield "the same, resized", train(folder, "--resize", "28x28")


def tables(bench: Bench, place):
    yield "CSV of zero bytes, 4 GiB", train(hostile.sparse(place / "zeros.csv", 4 * GIB))
    size = 16 if bench.quick else 256
    block = b"1," * (1 << 19)
    yield f"CSV with a line of {size} MiB", train(
        hostile.repeated(place / "line.csv", block, size, end=b"1\n"))
    yield f"CSV with a header of {size} MiB", train(
        hostile.repeated(place / "header.csv", b"a," * (1 << 19), size, b"label,", b"b\n1,2\n"))
    yield f"CSV of {size} MiB of empty lines", train(
        hostile.repeated(place / "empty.csv", b"\n" * (1 << 20), size))
    yield f"CSV with a number of {size} MiB", train(
        hostile.repeated(place / "number.csv", b"9" * (1 << 20), size, b"1,", b",1\n"))


def archives(bench: Bench, place):
    for name, shape, kind in (
        ("wide", "(1099511627776, 28, 28)", "|u1"), ("overflow", "(4611686018427387904, 4, 4)", "<f8"),
        ("negative", "(-4, 28, 28)", "|u1"), ("axes", "(" + "1, " * 20_000 + ")", "|u1"),
    ):
        path = hostile.npz(place / f"{name}.npz", shape[:60_000], 1 << 20, kind)
        yield f"npz of shape {name}", train(path)
    size = 128 << 20 if bench.quick else GIB
    path = hostile.npz(place / "bomb.npz", f"({size // 784}, 28, 28)", size)
    yield f"npz with {size >> 20} MiB deflated", train(path)
    path = hostile.npz(place / "longer.npz", "(4, 28, 28)", size)
    yield f"npz with {size >> 20} MiB for 4 images", train(path)
    yield "npz of 4 GiB of zeros", train(hostile.sparse(place / "zeros.npz", 4 * GIB))
