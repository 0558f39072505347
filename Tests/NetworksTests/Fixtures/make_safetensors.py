"""Writes reference.safetensors with the safetensors package itself.

The file was made with safetensors 0.8.0 and NumPy 2.4.6:

    pip install safetensors==0.8.0 numpy==2.4.6
    python make_safetensors.py
"""

from pathlib import Path

import numpy
from safetensors.numpy import save_file

# Numbers whose bits are easily lost: -0, the infinities, the smallest and the largest subnormal,
# the largest finite number, a quiet and a signalling NaN with a payload, one third.
bits = [
    0x80000000, 0x7F800000, 0xFF800000, 0x00000001, 0x007FFFFF,
    0x7F7FFFFF, 0x7FC12345, 0xFFA54321, 0x3EAAAAAB,
]

save_file(
    {
        "empty": numpy.zeros((0, 3), numpy.float32),
        "layer0.bias": numpy.array([-1.5, 2.25], numpy.float32),
        "layer0.weight": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 8,
        "scalar": numpy.array(42, numpy.float32),
        "special": numpy.array(bits, numpy.uint32).view(numpy.float32),
        "Gewichte \"größer\"\n": numpy.array([0.1], numpy.float32),
    },
    Path(__file__).with_name("reference.safetensors"),
    metadata={"note": "a \"quoted\" \\ text,\tü and 😀\u0001"},
)
