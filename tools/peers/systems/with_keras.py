"""Keras 3 on JAX, its fastest backend here, with many steps an execution."""

import argparse
import os

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy
from peer import Digits, Task, run

# Steps an execution: of 1, 4, 16, 64 and 128 the fastest here.
STEPS = 64


class Rates(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of each step, looked up."""

    def __init__(self, rates: numpy.ndarray) -> None:
        self.rates = keras.ops.convert_to_tensor(rates)

    def __call__(self, step):
        return keras.ops.take(self.rates, keras.ops.cast(step, "int32"))


class Keras:
    """A network in training."""

    def __init__(self, task: Task, train: Digits, options: argparse.Namespace) -> None:
        keras.utils.set_random_seed(task.seed)
        self.task = task
        self.images = train.scaled()
        self.labels = train.labels.astype(numpy.int32)
        self.epoch = 0
        weights = task.initial_weights()
        self.network = keras.Sequential(
            [keras.Input((784,))]
            + [keras.layers.Dense(width, activation="relu") for width in task.hidden]
            + [keras.layers.Dense(10)])
        self.network.set_weights(
            [values for w in weights for values in (w, numpy.zeros(w.shape[1], numpy.float32))])
        rate = task.learning_rate
        if task.schedule != "constant":
            rate = Rates(task.rates(len(train)))
        self.network.compile(
            keras.optimizers.SGD(rate, momentum=task.momentum, nesterov=task.nesterov),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            steps_per_execution=STEPS, jit_compile=True)
        self.versions = {"keras": keras.__version__, "jax": jax.__version__}
        self.form = f"fit on JAX, {STEPS} steps an execution, jit_compile, float32"

    def train_epoch(self) -> None:
        self.network.fit(
            self.images, self.labels, batch_size=self.task.batch_size, shuffle=True, verbose=0,
            initial_epoch=self.epoch, epochs=self.epoch + 1)
        self.epoch += 1

    def answers(self, digits: Digits) -> numpy.ndarray:
        return self.network.predict(digits.scaled(), batch_size=1000, verbose=0).argmax(1)


if __name__ == "__main__":
    run(Keras)
