"""Small data sets and pictures, made of the digits that come with the package."""

import gzip
import pathlib
import struct
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCE = ROOT / "datasets" / "mnist-5k"
SETS = (("train", 200), ("t10k", 50))


def _read(name: str) -> bytes:
    with gzip.open(SOURCE / (name + ".gz")) as file:
        return file.read()


def _items(part: str, count: int) -> tuple[list[bytes], list[int]]:
    """Every n-th image with its label, since the digits are ordered."""
    images = _read(f"{part}-images-idx3-ubyte")[16:]
    labels = _read(f"{part}-labels-idx1-ubyte")[8:]
    chosen = [index * len(labels) // count for index in range(count)]
    return [images[784 * i:784 * (i + 1)] for i in chosen], [labels[i] for i in chosen]


def _write(folder: pathlib.Path, part: str, images, labels: list[int], side: int, times: int = 1):
    count = len(labels) * times
    with open(folder / f"{part}-images-idx3-ubyte", "wb") as file:
        file.write(struct.pack(">4I", 0x803, count, side, side))
        for _ in range(times):
            file.write(b"".join(images))
    with open(folder / f"{part}-labels-idx1-ubyte", "wb") as file:
        file.write(struct.pack(">2I", 0x801, count) + bytes(labels) * times)


def small(folder: pathlib.Path) -> pathlib.Path:
    """200 digits to train and 50 to test."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in SETS:
        _write(folder, part, *_items(part, count), side=28)
    return folder


def tiny(folder: pathlib.Path) -> pathlib.Path:
    """The same digits of 4 × 4 pixels, for models of a few hundred bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in SETS:
        images, labels = _items(part, count)
        shrunk = [
            bytes(
                sum(image[(7 * row + y) * 28 + 7 * column + x] for y in range(7) for x in range(7))
                // 49
                for row in range(4) for column in range(4))
            for image in images
        ]
        _write(folder, part, shrunk, labels, side=4)
    return folder


def large(folder: pathlib.Path, times: int) -> pathlib.Path:
    """The 4,000 digits several times over, and 1,000 to test."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count, repeated in (("train", 4000, times), ("t10k", 1000, 1)):
        images, labels = _items(part, count)
        _write(folder, part, images, labels, side=28, times=repeated)
    return folder


def png_start(width: int, height: int, depth: int = 8, colour: int = 0) -> bytes:
    header = struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def picture(path: pathlib.Path) -> pathlib.Path:
    """A digit of the test set as a PNG file."""
    image = _items("t10k", 50)[0][25]
    rows = b"".join(b"\0" + image[28 * row:28 * (row + 1)] for row in range(28))
    path.write_bytes(
        png_start(28, 28) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b""))
    return path
