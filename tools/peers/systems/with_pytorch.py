"""PyTorch: eager or compiled, in float32 or with bfloat16 products (autocast, float32 weights).

The images lie in one tensor and an epoch draws its batches from it by a permutation; there is no
DataLoader. Eager training uses `torch.nn` and the fused SGD. Compiled training is one graph a step,
gather, loss, gradient and update included, behind inductor's C++ wrapper: faster here than a
compiled module with an optimizer beside it.
"""

import argparse
import os
import platform
import sys

import numpy
import torch
from peer import Digits, Task, run
from torch.nn import functional


class PyTorch:
    """A network in training."""

    def __init__(self, task: Task, train: Digits, options: argparse.Namespace) -> None:
        torch.set_num_threads(task.workers)
        torch.manual_seed(task.seed)
        self.task = task
        self.is_bf16 = options.precision == "bf16"
        if self.is_bf16 and not multiplies_bf16():
            sys.exit("this processor does not multiply bfloat16 numbers, PyTorch only imitates them")
        self.images = torch.from_numpy(train.scaled())
        if self.is_bf16:
            self.images = self.images.bfloat16()
        self.labels = torch.from_numpy(train.labels.astype(numpy.int64))
        self.rates = torch.from_numpy(task.rates(len(train)))
        self.network = network(task)
        self.stepped = 0
        self.step = self.compiled_step() if options.form == "compiled" else self.eager_step()
        self.versions = {"torch": torch.__version__}
        self.form = f"{options.form} step, {'bf16 autocast' if self.is_bf16 else 'float32'}"

    def loss(self, outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(outputs.float(), labels)

    def cast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.is_bf16)

    def eager_step(self):
        """A step as the tutorials have it."""
        optimizer = torch.optim.SGD(
            self.network.parameters(), lr=self.task.learning_rate, momentum=self.task.momentum,
            nesterov=self.task.nesterov, fused=True)
        is_constant = self.task.schedule == "constant"

        def step(indices: torch.Tensor, number: int) -> None:
            if not is_constant:
                optimizer.param_groups[0]["lr"] = float(self.rates[number])
            with self.cast():
                outputs = self.network(self.images[indices])
            loss = self.loss(outputs, self.labels[indices])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        return step

    def compiled_step(self):
        """The whole step as one graph; weights and velocities are changed in place."""
        torch._inductor.config.cpp_wrapper = True
        names = [name for name, _ in self.network.named_parameters()]
        weights = [weight.detach() for weight in self.network.parameters()]
        velocities = [torch.zeros_like(weight) for weight in weights]
        momentum, is_nesterov = self.task.momentum, self.task.nesterov

        def loss(weights, images, labels):
            with self.cast():
                outputs = torch.func.functional_call(
                    self.network, dict(zip(names, weights)), (images,))
            return self.loss(outputs, labels)

        def update(images, labels, indices, rate):
            gradients = torch.func.grad(loss)(weights, images[indices], labels[indices])
            for weight, velocity, gradient in zip(weights, velocities, gradients):
                if momentum > 0:
                    velocity.mul_(momentum).add_(gradient)
                    gradient = gradient + momentum * velocity if is_nesterov else velocity
                weight.sub_(rate * gradient)

        compiled = torch.compile(update, dynamic=False, fullgraph=True)
        return lambda indices, number: compiled(
            self.images, self.labels, indices, self.rates[number])

    def train_epoch(self) -> None:
        for indices in torch.randperm(len(self.labels)).split(self.task.batch_size):
            self.step(indices, self.stepped)
            self.stepped += 1

    def answers(self, digits: Digits) -> numpy.ndarray:
        with torch.no_grad(), self.cast():
            outputs = self.network(torch.from_numpy(digits.scaled()))
        return outputs.argmax(1).numpy()


def multiplies_bf16() -> bool:
    """Whether there are instructions for it; without them an epoch takes minutes."""
    is_x86 = platform.machine() in ("x86_64", "AMD64")
    return not is_x86 or (
        torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def network(task: Task) -> torch.nn.Sequential:
    """Linear layers with ReLU between them."""
    layers: list[torch.nn.Module] = []
    for weights in task.initial_weights():
        layer = torch.nn.Linear(*weights.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weights.T))
            layer.bias.zero_()
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


if __name__ == "__main__":
    run(PyTorch, form=["eager", "compiled"], precision=["float", "bf16"])
