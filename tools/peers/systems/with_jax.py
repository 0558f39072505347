"""JAX: a whole epoch is one compiled scan over the batches, its parameters donated.

Weights are stored [outputs × inputs] and images stay bytes until a step reads them: both were
faster here than the other way round.
"""

import argparse
from functools import partial

import jax
import jax.numpy as jnp
import numpy
from peer import Digits, Task, run

Parameters = list[tuple[jax.Array, jax.Array]]


class JAX:
    """A network in training."""

    def __init__(self, task: Task, train: Digits, options: argparse.Namespace) -> None:
        self.task = task
        self.images = jnp.asarray(train.images)
        self.labels = jnp.asarray(train.labels.astype(numpy.int32))
        self.rates = task.rates(len(train)).reshape(task.epochs, -1)
        self.epoch = 0
        self.random = numpy.random.default_rng([task.seed, 2])
        self.weights = [
            (jnp.asarray(weights.T), jnp.zeros(weights.shape[1], jnp.float32))
            for weights in task.initial_weights()
        ]
        self.velocities = jax.tree.map(jnp.zeros_like, self.weights)
        self.versions = {"jax": jax.__version__, "jaxlib": jax.lib.__version__}
        self.form = "one jitted lax.scan an epoch, donated parameters, float32"

    def train_epoch(self) -> None:
        order = self.random.permutation(len(self.labels)).astype(numpy.int32)
        self.weights, self.velocities = jax.block_until_ready(
            scanned_epoch(
                self.weights, self.velocities, self.images, self.labels, order,
                self.rates[self.epoch], self.task.batch_size, self.task.momentum,
                self.task.nesterov))
        self.epoch += 1

    def answers(self, digits: Digits) -> numpy.ndarray:
        return numpy.asarray(most_likely(self.weights, digits.images))


def outputs(parameters: Parameters, images: jax.Array) -> jax.Array:
    """The logits [count × 10] of images of bytes."""
    values = images.astype(jnp.float32) * (1 / 255)
    for index, (weights, biases) in enumerate(parameters):
        values = values @ weights.T + biases
        if index < len(parameters) - 1:
            values = jax.nn.relu(values)
    return values


def loss(parameters: Parameters, images: jax.Array, labels: jax.Array) -> jax.Array:
    """The mean softmax cross-entropy."""
    likelihoods = jax.nn.log_softmax(outputs(parameters, images))
    return -jnp.mean(jnp.take_along_axis(likelihoods, labels[:, None], axis=1))


most_likely = jax.jit(lambda parameters, images: jnp.argmax(outputs(parameters, images), axis=1))


@partial(jax.jit, static_argnums=(6, 7, 8), donate_argnums=(0, 1))
def scanned_epoch(
    weights: Parameters, velocities: Parameters, images: jax.Array, labels: jax.Array,
    order: jax.Array, rates: jax.Array, batch_size: int, momentum: float, nesterov: bool,
) -> tuple[Parameters, Parameters]:
    """Sees the images in their order; the last batch may be a smaller one."""

    def step(state, batch):
        weights, velocities = state
        indices, rate = batch
        gradients = jax.grad(loss)(weights, images[indices], labels[indices])
        if momentum > 0:
            velocities = jax.tree.map(lambda v, g: momentum * v + g, velocities, gradients)
            ahead = lambda v, g: momentum * v + g if nesterov else v
            gradients = jax.tree.map(ahead, velocities, gradients)
        return (jax.tree.map(lambda w, g: w - rate * g, weights, gradients), velocities), None

    full = len(order) // batch_size
    batches = order[: full * batch_size].reshape(full, batch_size)
    state, _ = jax.lax.scan(step, (weights, velocities), (batches, rates[:full]))
    if full < len(rates):
        state, _ = step(state, (order[full * batch_size :], rates[full]))
    return state


if __name__ == "__main__":
    run(JAX)
