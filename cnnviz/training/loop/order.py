"""In which order a net sees its training images, and how a training goes on in the middle of an epoch.

The order of an epoch follows from the seed and the number of the epoch alone. So a training that goes on, on whatever
worker, sees the images that it would have seen, where Keras's own order depends on where `fit` began.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cnnviz.evaluation.predict import predict_scores
from cnnviz.training.loop.compiled_model import restore_metrics
from cnnviz.training.loop.split import Split


class EpochOrder(keras.callbacks.Callback):
    """Batches for `fit`, and the callback that tells them which epoch it is.

    Made as Keras makes those of arrays (`ArrayDataAdapter.get_tf_dataset`): indices are batched, then gathered in
    parallel. `weights` are by class, 1 for all if None.
    """

    def __init__(self, parts: Split, *, batch_size: int, seed: int, weights: dict[int, float] | None = None) -> None:
        super().__init__()
        self._epoch = tf.Variable(0, dtype=tf.int32, trainable=False)
        self._seed = seed
        self.num_batches = -(-len(parts.x_train) // batch_size)
        arrays: tuple[np.ndarray, ...] = (parts.x_train, parts.y_train)
        if weights is not None:
            arrays = (*arrays, np.array([weights[label] for label in parts.y_train.tolist()], np.float32))
        order = tf.data.Dataset.range(1).map(lambda _: self._permutation(len(parts.x_train))).prefetch(1)
        batches = order.flat_map(lambda indices: _in_batches(indices, len(parts.x_train), batch_size))
        content = tf.data.Dataset.from_tensors(tuple(map(tf.convert_to_tensor, arrays))).repeat()
        options = tf.data.Options()
        options.experimental_optimization.apply_default_optimizations = False  # as Keras: they cost more than they save
        self.batches = (
            tf.data.Dataset.zip((batches, content))
            .map(_gather, num_parallel_calls=tf.data.AUTOTUNE)
            .prefetch(tf.data.AUTOTUNE)
            .apply(tf.data.experimental.assert_cardinality(self.num_batches))
            .with_options(options)
        )

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Before Keras asks for the batches of the epoch."""
        self._epoch.assign(epoch)

    def _permutation(self, num_images: int) -> tf.Tensor:
        indices = tf.range(num_images, dtype=tf.int64)
        return tf.random.experimental.stateless_shuffle(indices, seed=tf.stack([self._seed, self._epoch]))


def _in_batches(indices: tf.Tensor, num_images: int, batch_size: int) -> tf.data.Dataset:
    """Rows of a tensor are cut much faster than single indices are put together."""
    num_full = num_images // batch_size
    full, rest = indices[: num_full * batch_size], indices[num_full * batch_size :]
    batches = tf.data.Dataset.from_tensor_slices(tf.reshape(full, [num_full, batch_size]))
    return batches.concatenate(tf.data.Dataset.from_tensors(rest)) if num_images % batch_size else batches


def _gather(indices: tf.Tensor, arrays: Sequence[tf.Tensor]) -> tuple[tf.Tensor, ...]:
    return tuple(tf.gather(array, indices, axis=0) for array in arrays)


def pass_over(
    model: keras.Model, num_batches: int, *, checkpoint: bytes, example: tuple[np.ndarray, np.ndarray]
) -> None:
    """Let the next `fit` go on in the middle of its first epoch.

    Parameters
    ----------
    model : keras.Model
        With the weights of the checkpoint.
    num_batches : int
        So many batches are taken from the epoch without a step; then its metrics go on from those of the checkpoint.
    checkpoint : bytes
        That was captured in the epoch.
    example : images (N, H, W, C), labels (N,)
        Any: metrics have no variables before they are used.
    """
    model.compute_metrics(None, example[1], predict_scores(model, example[0]))
    model.make_train_function()
    learn, left = model.train_function, num_batches

    def step(batches: Any) -> Any:
        nonlocal left
        next(batches)
        left -= 1
        if left == 0:
            restore_metrics(model, checkpoint)
            model.train_function = learn
        return model.get_metrics_result()

    model.train_function = step
