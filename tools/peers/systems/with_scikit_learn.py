"""scikit-learn: MLPClassifier, an epoch a call of `partial_fit`.

It has no learning rate that changes with every step; a schedule changes it with every epoch here.
"""

import argparse

import numpy
import sklearn
import threadpoolctl
from peer import Digits, Task, run
from sklearn.neural_network import MLPClassifier


class ScikitLearn:
    """A network in training."""

    def __init__(self, task: Task, train: Digits, options: argparse.Namespace) -> None:
        self.limits = threadpoolctl.threadpool_limits(task.workers)
        self.images = train.scaled()
        self.labels = train.labels
        # The mean of each epoch.
        self.rates = task.rates(len(train)).reshape(task.epochs, -1).mean(axis=1)
        self.epoch = 0
        self.network = MLPClassifier(
            task.hidden, activation="relu", solver="sgd", alpha=0, batch_size=task.batch_size,
            learning_rate="constant", learning_rate_init=task.learning_rate,
            momentum=task.momentum, nesterovs_momentum=task.nesterov,
            # A seed would give every epoch the same order; a generator goes on.
            random_state=numpy.random.RandomState(task.seed))
        self.versions = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__}
        pools = threadpoolctl.threadpool_info()
        blas = next((p for p in pools if p["user_api"] == "blas"), {})
        self.versions["blas"] = f"{blas.get('internal_api', '?')} {blas.get('version', '')}".strip()
        self.form = "MLPClassifier.partial_fit, solver sgd, float32"

    def train_epoch(self) -> None:
        if self.epoch > 0:
            self.network._optimizer.learning_rate = float(self.rates[self.epoch])
        self.network.partial_fit(self.images, self.labels, classes=numpy.arange(10))
        self.epoch += 1

    def answers(self, digits: Digits) -> numpy.ndarray:
        return self.network.predict(digits.scaled())


if __name__ == "__main__":
    run(ScikitLearn)
