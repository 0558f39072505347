"""Writes gradients.safetensors: small networks as PyTorch trains them.

The file was made with PyTorch 2.15.0, NumPy 2.4.6 and safetensors 0.8.0:

    pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    python make_gradients.py

Weights, inputs and targets are floats; everything from there on is computed in 64 bits and rounded
to floats at the end, so that the numbers are better than those which they judge.
"""

from pathlib import Path

import numpy
import torch
from safetensors.numpy import save_file

# The numbers as 32 bits hold them; GradientFixtureTests.swift has the same.
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = (float(numpy.float32(x)) for x in (0.1, 0.9, 0.01))
# AdamW's; EstimatedAdamW.swift has the same.
ADAMW = {"lr": 0.05, "betas": (0.75, 0.875), "eps": 0.125}
ADAMW_WEIGHT_DECAY = 0.5
STEPS = 3
SAMPLES = 7
WIDTHS = [6, 5, 5, 4]


class Threshold(torch.autograd.Function):
    """1 where z > 0, else 0, with the straight-through estimate of its derivative."""

    @staticmethod
    def forward(context, z):
        context.save_for_backward(z)
        return (z > 0).to(z.dtype)

    @staticmethod
    def backward(context, error):
        (z,) = context.saved_tensors
        return error * (z.abs() <= 1)


ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": torch.relu,
    "softplus": torch.nn.functional.softplus,
    "threshold": Threshold.apply,
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
}

# The loss of each sample, from the outputs y and the targets t.
LOSSES = {
    "softmaxCrossEntropy": lambda y, t: torch.nn.functional.cross_entropy(y, t, reduction="none"),
    "logisticCrossEntropy": lambda y, t: torch.nn.functional.binary_cross_entropy_with_logits(
        y, t, reduction="none"
    ).sum(1),
    "squaredError": lambda y, t: torch.nn.functional.mse_loss(y, t, reduction="none").sum(1) / 2,
}

NETWORKS = [
    ("softmaxCrossEntropy", ["tanh", "relu", "identity"]),
    ("logisticCrossEntropy", ["softplus", "logistic", "identity"]),
    ("squaredError", ["relu", "tanh", "logistic"]),
    ("squaredError", ["threshold", "softplus", "identity"]),
    ("softmaxCrossEntropy", ["gelu", "gelu", "identity"]),
]


def floats(generator, *shape, low=-1.0, high=1.0):
    """Random numbers with the bits of 32-bit floats, as 64-bit ones."""
    numbers = torch.rand(*shape, generator=generator, dtype=torch.float32)
    return (numbers * (high - low) + low).double()


def forward(parameters, activations, inputs):
    values = inputs
    for layer, activation in enumerate(activations):
        weight, bias = parameters[2 * layer : 2 * layer + 2]
        values = ACTIVATIONS[activation](values @ weight.T + bias)
    return values


def targets_for(loss, generator):
    outputs = WIDTHS[-1]
    if loss == "squaredError":
        return floats(generator, SAMPLES, outputs)
    targets = floats(generator, SAMPLES, outputs, low=0.0)
    if loss == "softmaxCrossEntropy":
        classes = torch.randint(outputs, (SAMPLES,), generator=generator)
        targets[::2] = torch.nn.functional.one_hot(classes, outputs).double()[::2]
    return targets


def names(prefix):
    layers = range(len(WIDTHS) - 1)
    return [f"{prefix}layer{layer}.{kind}" for layer in layers for kind in ("weight", "bias")]


tensors = {}
for number, (loss, activations) in enumerate(NETWORKS):
    generator = torch.Generator().manual_seed(number)
    start = []
    for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
        start += [floats(generator, outputs, inputs), floats(generator, outputs)]
    inputs = floats(generator, SAMPLES, WIDTHS[0])
    targets = targets_for(loss, generator)
    result = {"inputs": inputs, "targets": targets, **dict(zip(names(""), start))}

    for variant in ("plain", "nesterov", "adamw"):
        parameters = [tensor.clone().requires_grad_() for tensor in start]
        decay = ADAMW_WEIGHT_DECAY if variant == "adamw" else WEIGHT_DECAY
        groups = [
            {"params": parameters[0::2], "weight_decay": decay},
            {"params": parameters[1::2], "weight_decay": 0.0},
        ]
        if variant == "adamw":
            optimizer = torch.optim.AdamW(groups, **ADAMW)
        else:
            optimizer = torch.optim.SGD(
                groups, lr=LEARNING_RATE, momentum=MOMENTUM, nesterov=variant == "nesterov"
            )
        for step in range(STEPS):
            optimizer.zero_grad()
            losses = LOSSES[loss](forward(parameters, activations, inputs), targets)
            losses.mean().backward()
            if step == 0:
                result["losses"] = losses
                gradients = [parameter.grad.clone() for parameter in parameters]
                result |= zip(names("gradient."), gradients)
            optimizer.step()
        result |= zip(names(f"{variant}."), parameters)
    for name, tensor in result.items():
        tensors[f"network{number}.{name}"] = tensor.detach().numpy().astype(numpy.float32)

save_file(tensors, Path(__file__).with_name("gradients.safetensors"))
