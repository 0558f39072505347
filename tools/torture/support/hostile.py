"""Files that promise more than they hold, or hold more than they look like."""

import gzip
import json
import pathlib
import struct
import zipfile
import zlib

from support import digits, safetensors

GIB = 1 << 30


def sparse(path: pathlib.Path, size: int, start: bytes = b"") -> pathlib.Path:
    """A file of zeros that takes no room on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(start)
        file.truncate(size)
    return path


def repeated(path: pathlib.Path, block: bytes, count: int, start=b"", end=b"") -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(start)
        for _ in range(count):
            file.write(block)
        file.write(end)
    return path


def safetensors_file(path: pathlib.Path, header: bytes, values: int = 0) -> pathlib.Path:
    return sparse(path, 8 + len(header) + values, struct.pack("<Q", len(header)) + header)


def changed_header(path: pathlib.Path, model: pathlib.Path, change) -> pathlib.Path:
    """A model with another header."""
    header, values = safetensors.header_and_values(model)
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + values)
    return path


def wide_tensor(path: pathlib.Path, shape: list[int], values: int = 64) -> pathlib.Path:
    header = {"layer0.weight": {"dtype": "F32", "shape": shape, "data_offsets": [0, values]}}
    return safetensors_file(path, json.dumps(header).encode(), values)


def gzip_bomb(path: pathlib.Path, size: int, start: bytes) -> pathlib.Path:
    """A thousandth of the size as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(start)
        zeros = bytes(1 << 20)
        for _ in range(size >> 20):
            file.write(zeros)
    return path


def idx_folder(folder: pathlib.Path, good: pathlib.Path, name: str, header: bytes, more: bytes = b""):
    """A good set of IDX files, one of which has another header."""
    folder.mkdir(parents=True)
    for file in good.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / name).write_bytes(header + more)
    return folder


def deflated_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    parts = [packer.compress(zeros) for _ in range(size >> 20)]
    return b"".join([*parts, packer.compress(bytes(size & 0xFFFFF)), packer.flush()])


def png(path: pathlib.Path, width: int, height: int, content: bytes, depth=8, colour=0, extra=b""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        digits.png_start(width, height, depth, colour) + extra
        + digits.png_chunk(b"IDAT", content) + digits.png_chunk(b"IEND", b""))
    return path


def npy_header(shape: str, kind: str = "|u1") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def npz(path: pathlib.Path, shape: str, size: int, kind: str = "|u1") -> pathlib.Path:
    """An archive whose images have a shape, with as many zeros, deflated."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x_train.npy", "w", force_zip64=True) as file:
            file.write(npy_header(shape, kind))
            zeros = bytes(1 << 20)
            for _ in range(size >> 20):
                file.write(zeros)
        archive.writestr("y_train.npy", npy_header("(4,)") + bytes(4))
        archive.writestr("x_test.npy", npy_header("(4, 28, 28)") + bytes(4 * 784))
        archive.writestr("y_test.npy", npy_header("(4,)") + bytes(4))
    return path
