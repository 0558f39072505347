"""Writes distortions.safetensors: images and what NumPy and SciPy make of them by random distortions.

The file was made with NumPy 2.4.6, SciPy 1.17.1 and safetensors 0.8.0:

    pip install numpy==2.4.6 scipy==1.17.1 safetensors==0.8.0
    python make_distortions.py

The random words are made here, by Philox as docs/arithmetic.md defines them. The rest is SciPy's: `gaussian_filter`
smooths the displacements, `map_coordinates` interpolates; the affine map is inverted as a matrix. All of it is computed
in 64 bits.
"""

from pathlib import Path

import numpy
from safetensors.numpy import save_file
from scipy.ndimage import gaussian_filter, map_coordinates

# DistortionFixtureTests.swift has the same numbers.
SEED = 0x1_2345_6789
EPOCH = 3
CASES = {
    "all": dict(size=(28, 28), rotation=25, scale=0.2, shear=20, shift=3, alpha=34, sigma=4),
    "affine": dict(size=(28, 28), rotation=180, scale=0.5, shear=45, shift=0, alpha=0, sigma=4),
    "elastic": dict(size=(28, 28), rotation=0, scale=0, shear=0, shift=0, alpha=60, sigma=6),
    "fine": dict(size=(28, 28), rotation=0, scale=0, shear=0, shift=0, alpha=2, sigma=0.5),
    "tall": dict(size=(90, 21), rotation=15, scale=0.1, shear=0, shift=5, alpha=50, sigma=5),
    "wide": dict(size=(5, 40), rotation=0, scale=0.1, shear=10, shift=1, alpha=20, sigma=3),
}
SAMPLES = [0, 59_999, 2**31 - 1]


def philox(counters, key):
    """Philox 4×32-10 of counters [blocks × 4]."""
    words = counters.astype(numpy.uint64)
    key = [numpy.uint64(k) for k in key]
    low = numpy.uint64(0xFFFFFFFF)
    shift = numpy.uint64(32)
    for _ in range(10):
        first = words[:, 0] * numpy.uint64(0xD2511F53)
        second = words[:, 2] * numpy.uint64(0xCD9E8D57)
        words = numpy.stack(
            [
                (second >> shift) ^ words[:, 1] ^ key[0],
                second & low,
                (first >> shift) ^ words[:, 3] ^ key[1],
                first & low,
            ],
            axis=1,
        )
        key = [
            (key[0] + numpy.uint64(0x9E3779B9)) & low,
            (key[1] + numpy.uint64(0xBB67AE85)) & low,
        ]
    return words


def blocks(sample, first, count):
    """The words of a sample's blocks, [count × 4]."""
    counters = numpy.zeros((count, 4), dtype=numpy.uint64)
    counters[:, 0] = first + numpy.arange(count)
    counters[:, 1] = sample
    counters[:, 2] = EPOCH
    counters[:, 3] = 5
    return philox(counters, (SEED & 0xFFFFFFFF, SEED >> 32))


def displacements(sample, case):
    """The elastic displacements to the right and down, [2 × height × width]."""
    height, width = case["size"]
    count = 2 * height * width
    groups = -(-count // 256)
    words = blocks(sample, 16, 16 * groups).reshape(groups, 16, 4).transpose(0, 2, 1)
    numbers = numpy.ascontiguousarray(words.astype("<u4")).view(numpy.uint8).reshape(-1)[:count]
    uniform = (2.0 * numbers - 255) / 256
    return numpy.stack(
        [
            case["alpha"] * gaussian_filter(field, case["sigma"], mode="constant", truncate=4.0)
            for field in uniform.reshape(2, height, width)
        ]
    )


def distorted(image, sample, case):
    height, width = case["size"]
    draws = (2 * blocks(sample, 0, 2).astype(numpy.float64).reshape(-1) + 1) / 2**32 - 1
    angle, slant = numpy.radians([case["rotation"] * draws[0], case["shear"] * draws[1]])
    rotation = numpy.array(
        [[numpy.cos(angle), -numpy.sin(angle)], [numpy.sin(angle), numpy.cos(angle)]]
    )
    shear = numpy.array([[1, numpy.tan(slant)], [0, 1]])
    scale = numpy.diag(1 + case["scale"] * draws[2:4])
    shift = case["shift"] * draws[4:6].reshape(2, 1)
    middle = numpy.array([[(width - 1) / 2], [(height - 1) / 2]])
    y, x = numpy.mgrid[:height, :width]
    pixels = numpy.stack([x.reshape(-1), y.reshape(-1)])
    sources = middle + numpy.linalg.inv(rotation @ shear @ scale) @ (pixels - middle - shift)
    sources += displacements(sample, case).reshape(2, -1)
    values = map_coordinates(image, sources[::-1], order=1, mode="grid-constant", cval=0.0)
    return values.reshape(height, width)


def strokes(generator, height, width):
    """A picture of strokes with soft edges."""
    image = numpy.zeros((height, width))
    for _ in range(4):
        ends = generator.uniform(0, 1, (2, 2)) * [height - 1, width - 1]
        for t in numpy.linspace(0, 1, 100):
            y, x = numpy.rint(ends[0] + t * (ends[1] - ends[0])).astype(int)
            image[y, x] = 1
    image = gaussian_filter(image, 0.7)
    return numpy.rint(255 * image / image.max())


generator = numpy.random.default_rng(1)
result = {}
for name, case in CASES.items():
    images = [strokes(generator, *case["size"]) for _ in SAMPLES]
    result[f"{name}.images"] = numpy.array(images)
    result[f"{name}.distorted"] = numpy.array(
        [distorted(image, sample, case) for image, sample in zip(images, SAMPLES)]
    )
save_file(
    {name: values.astype(numpy.float32) for name, values in result.items()},
    Path(__file__).with_name("distortions.safetensors"),
)
