"""What a training shows besides loss and accuracy, counted batch by batch. Registered, so that saved models load."""

from typing import Any

import keras
from keras import ops


class _ClassMean(keras.metrics.Metric):
    """Mean over the classes, as `evaluation.evaluate` has it: over those of which there are images.

    `counts` (C, C) is the confusion matrix of what was seen since the last reset: rows are true classes.
    """

    def __init__(self, num_classes: int, *, name: str, **options: Any) -> None:
        super().__init__(name=name, **options)
        self.num_classes = num_classes
        self.counts = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="counts")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # noqa: ARG002
        """Count labels (N,) or (N, 1) and probabilities (N, C), or (N, 1) of the second of two classes."""
        one_output = y_pred.shape[-1] == 1
        guesses = ops.reshape(y_pred > 0.5, (-1,)) if one_output else ops.argmax(y_pred, axis=-1)
        true = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes)  # (N, C)
        guessed = ops.one_hot(ops.cast(guesses, "int32"), self.num_classes)  # (N, C)
        self.counts.assign_add(ops.matmul(ops.transpose(true), guessed))

    def result(self) -> Any:
        total = ops.sum(self.counts, axis=self._counted_axis)
        num_classes = ops.sum(ops.cast(ops.any(self.counts > 0, axis=1), self.dtype))  # those with images
        return ops.sum(ops.diagonal(self.counts) / ops.maximum(total, 1.0)) / ops.maximum(num_classes, 1.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_classes": self.num_classes}

    _counted_axis: int


@keras.saving.register_keras_serializable(package="cnnviz")
class MacroPrecision(_ClassMean):
    """How many of the images taken for a class are of it, 0 to 1, mean over the classes."""

    _counted_axis = 0

    def __init__(self, num_classes: int, *, name: str = "precision", **options: Any) -> None:
        super().__init__(num_classes, name=name, **options)


@keras.saving.register_keras_serializable(package="cnnviz")
class MacroRecall(_ClassMean):
    """How many of the images of a class are taken for it, 0 to 1, mean over the classes."""

    _counted_axis = 1

    def __init__(self, num_classes: int, *, name: str = "recall", **options: Any) -> None:
        super().__init__(num_classes, name=name, **options)


@keras.saving.register_keras_serializable(package="cnnviz")
class Correlation(keras.metrics.Metric):
    """Pearson's correlation of one output with labels of 0 and 1, -1 to 1; 0 while either is constant.

    Means and squares are merged batch by batch (Chan, Golub and LeVeque 1979), because plain sums lose the
    small differences of a net that has hardly begun to learn.
    """

    def __init__(self, *, name: str = "correlation", **options: Any) -> None:
        super().__init__(name=name, **options)
        self.count = self.add_weight(initializer="zeros", name="count")
        self.means = self.add_weight(shape=(2,), initializer="zeros", name="means")
        self.products = self.add_weight(shape=(2, 2), initializer="zeros", name="products")  # of the differences

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # noqa: ARG002
        """Take in labels (N,) or (N, 1) and outputs (N, 1)."""
        columns = [ops.reshape(ops.cast(values, self.dtype), (-1,)) for values in (y_true, y_pred)]
        pairs = ops.stack(columns, axis=1)  # (N, 2)
        count = ops.cast(ops.shape(pairs)[0], self.dtype)
        means = ops.mean(pairs, axis=0)  # (2,)
        centred = pairs - means
        apart = means - self.means
        total = self.count + count
        share = self.count * count / total
        self.products.assign_add(
            ops.matmul(ops.transpose(centred), centred) + share * ops.matmul(apart[:, None], apart[None, :])
        )
        self.means.assign_add(apart * count / total)
        self.count.assign(total)

    def result(self) -> Any:
        scale = ops.sqrt(self.products[0, 0] * self.products[1, 1])
        return ops.where(scale > 0, self.products[0, 1] / ops.maximum(scale, 1e-30), 0.0)


def live_metrics(num_classes: int, *, one_output: bool) -> list[keras.metrics.Metric]:
    """Accuracy, precision and recall; for a net with one output also the squared error and the correlation."""
    scores = [MacroPrecision(num_classes), MacroRecall(num_classes)]
    if one_output:
        squares = keras.metrics.MeanSquaredError(name="mse")
        return [keras.metrics.BinaryAccuracy(name="accuracy"), *scores, squares, Correlation()]
    return [keras.metrics.SparseCategoricalAccuracy(name="accuracy"), *scores]
