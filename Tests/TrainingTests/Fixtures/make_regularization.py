"""Writes regularization.safetensors: a network that PyTorch trains with dropout, max-norm and label smoothing.

The file was made with PyTorch 2.13.0, NumPy 2.4.6 and safetensors 0.8.0:

    pip install torch==2.13.0 numpy==2.4.6 safetensors==0.8.0
    python make_regularization.py

The masks are made here, by Philox as docs/arithmetic.md defines them, and handed to PyTorch as factors. Everything
else is PyTorch's: the loss with its label smoothing, the gradients, SGD and `renorm`, which limits norms. The
numbers are computed in 64 bits and rounded to floats at the end. Every epoch is one step on all samples, so the order of the
samples does not matter.
"""

from pathlib import Path

import numpy
import torch
from safetensors.numpy import save_file

# RegularizationFixtureTests.swift has the same numbers.
WIDTHS = [70, 66, 9, 4]
SAMPLES = 7
EPOCHS = 4
SEED = 0x1_2345_6789
DROPOUT, INPUT_DROPOUT, MAX_NORM, LABEL_SMOOTHING = 0.5, 0.25, 0.75, 0.125
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = (float(numpy.float32(x)) for x in (0.1, 0.9, 0.01))


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


def factors(rate, epoch, layer, units):
    """The factors of a layer in an epoch, [samples × units]."""
    unit = numpy.arange(units)
    rows = []
    for sample in range(SAMPLES):
        counters = numpy.zeros((units, 4), dtype=numpy.uint64)
        counters[:, 0] = (layer << 18) + 16 * (unit // 64) + unit % 16
        counters[:, 1] = sample
        counters[:, 2] = epoch
        counters[:, 3] = 4
        words = philox(counters, (SEED & 0xFFFFFFFF, SEED >> 32))[unit, unit // 16 % 4]
        kept = words >= numpy.uint64(int(rate * 2**32))
        rows.append(kept * float(numpy.float32(1 / (1 - rate))))
    return torch.tensor(numpy.array(rows))


def floats(generator, *shape, bound):
    """Random numbers with the bits of 32-bit floats, as 64-bit ones."""
    numbers = torch.rand(*shape, generator=generator, dtype=torch.float32)
    return ((numbers * 2 - 1) * bound).double()


generator = torch.Generator().manual_seed(1)
start = []
for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
    start += [floats(generator, outputs, inputs, bound=1.5 / inputs**0.5)]
    start += [floats(generator, outputs, bound=0.5)]
inputs = floats(generator, SAMPLES, WIDTHS[0], bound=1.0)
classes = torch.arange(SAMPLES) % WIDTHS[-1]
names = [f"layer{layer}.{kind}" for layer in range(len(WIDTHS) - 1) for kind in ("weight", "bias")]
result = {"inputs": inputs, **{f"start.{name}": tensor for name, tensor in zip(names, start)}}

parameters = [tensor.clone().requires_grad_() for tensor in start]
optimizer = torch.optim.SGD(
    [
        {"params": parameters[0::2], "weight_decay": WEIGHT_DECAY},
        {"params": parameters[1::2], "weight_decay": 0.0},
    ],
    lr=LEARNING_RATE,
    momentum=MOMENTUM,
)
loss_function = torch.nn.CrossEntropyLoss(label_smoothing=LABEL_SMOOTHING)
limited = free = 0
for epoch in range(EPOCHS):
    optimizer.zero_grad()
    values = inputs * factors(INPUT_DROPOUT, epoch, 0, WIDTHS[0])
    for layer in range(len(WIDTHS) - 1):
        values = values @ parameters[2 * layer].T + parameters[2 * layer + 1]
        if layer < len(WIDTHS) - 2:
            values = torch.tanh(values) * factors(DROPOUT, epoch, layer + 1, WIDTHS[layer + 1])
    loss = loss_function(values, classes)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for weight in parameters[0::2]:
            norms = weight.norm(dim=1, keepdim=True)
            limited += int((norms > MAX_NORM).sum())
            free += int((norms <= MAX_NORM).sum())
            weight.copy_(weight.renorm(2, 0, MAX_NORM))
    result[f"loss{epoch}"] = loss.reshape(1)
    result |= {f"epoch{epoch}.{n}": tensor.detach().clone() for n, tensor in zip(names, parameters)}

print(limited, "norms were limited,", free, "were not")
assert limited > 10 and free > 10
save_file(
    {name: tensor.detach().numpy().astype(numpy.float32) for name, tensor in result.items()},
    Path(__file__).with_name("regularization.safetensors"),
)
