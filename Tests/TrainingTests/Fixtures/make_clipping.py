"""Writes clipping.safetensors: a network that PyTorch trains with clipped gradients, class weights and averaged weights.

The file was made with PyTorch 2.15.0, NumPy 2.4.6 and safetensors 0.8.0:

    pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    python make_clipping.py

`clip_grad_norm_`, the optimizers, the cross-entropy and `AveragedModel` are PyTorch's. The decay rate of the average and the
weights of the samples are handed to it as docs/arithmetic.md defines them: PyTorch's own class weights are divided by their sum
over a mini-batch, and its average has one decay rate. The numbers are computed in 64 bits and rounded to floats at the end.
Every epoch is one step on all samples, so the order of the samples does not matter.
"""

from pathlib import Path

import numpy
import torch
from safetensors.numpy import save_file
from torch.optim.swa_utils import AveragedModel

# ClippingFixtureTests.swift has the same numbers.
WIDTHS = [20, 18, 9, 4]
SAMPLES = 12
EPOCHS = 5
CLIP_NORM, AVERAGE = 0.35, 0.25
CLASS_WEIGHTS = [0.5, 1.0, 2.0, 1.5]
single = lambda number: float(numpy.float32(number))


def floats(generator, *shape, bound):
    """Random numbers with the bits of 32-bit floats, as 64-bit ones."""
    numbers = torch.rand(*shape, generator=generator, dtype=torch.float32)
    return ((numbers * 2 - 1) * bound).double()


class Network(torch.nn.Module):
    def __init__(self, start):
        super().__init__()
        self.values = torch.nn.ParameterList([tensor.clone() for tensor in start])

    def forward(self, values):
        for layer in range(len(WIDTHS) - 1):
            values = values @ self.values[2 * layer].T + self.values[2 * layer + 1]
            if layer < len(WIDTHS) - 2:
                values = torch.tanh(values)
        return values


def optimizer_of(kind, weights, biases):
    decay = single(0.01) if kind == "sgd" else 0.01
    groups = [
        {"params": weights, "weight_decay": decay},
        {"params": biases, "weight_decay": 0.0},
    ]
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=single(0.1), momentum=single(0.9))
    return torch.optim.AdamW(groups, lr=0.01)


generator = torch.Generator().manual_seed(1)
start = []
for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
    start += [floats(generator, outputs, inputs, bound=1.5 / inputs**0.5)]
    start += [floats(generator, outputs, bound=0.5)]
inputs = floats(generator, SAMPLES, WIDTHS[0], bound=1.0)
classes = torch.arange(SAMPLES) % WIDTHS[-1]
names = [f"layer{layer}.{kind}" for layer in range(len(WIDTHS) - 1) for kind in ("weight", "bias")]
result = {"inputs": inputs, **{f"start.{name}": tensor for name, tensor in zip(names, start)}}
sample_weights = torch.tensor(CLASS_WEIGHTS, dtype=torch.float64)[classes]

for kind in ("sgd", "adamw"):
    network = Network(start)
    parameters = list(network.values)
    optimizer = optimizer_of(kind, parameters[0::2], parameters[1::2])
    steps = 0
    average = AveragedModel(
        network,
        multi_avg_fn=lambda averages, values, _: torch._foreach_lerp_(
            averages, values, single(1 - min(AVERAGE, steps / (steps + 9)))
        ),
    )
    # PyTorch's first call copies the weights instead of averaging; ours begins with the initial ones.
    average.n_averaged.fill_(1)
    norms = []
    for epoch in range(EPOCHS):
        optimizer.zero_grad()
        losses = torch.nn.functional.cross_entropy(network(inputs), classes, reduction="none")
        loss = (losses * sample_weights).mean()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, CLIP_NORM)))
        optimizer.step()
        steps += 1
        average.update_parameters(network)
        result[f"{kind}.loss{epoch}"] = loss.detach().reshape(1)
        for name, tensor in zip(names, average.module.values):
            result[f"{kind}.epoch{epoch}.{name}"] = tensor.detach().clone()
    print(kind, "norms", norms)
    assert max(norms) > 1.1 * CLIP_NORM
save_file(
    {name: tensor.numpy().astype(numpy.float32) for name, tensor in result.items()},
    Path(__file__).with_name("clipping.safetensors"),
)
