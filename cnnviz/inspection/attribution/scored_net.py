"""A net as a function from an image to the score of a class, with its slope at any layer."""

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

import keras
import numpy as np
import tensorflow as tf

from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.evaluation.predict import VALUES_PER_CALL, as_probabilities
from cnnviz.models.build import output_activation
from cnnviz.models.keras_state import keras_lock

RANGE = 255  # from black to white
_BACKWARD = 4  # a step back holds about as many arrays more

_probes: WeakKeyDictionary[keras.Model, dict[str, keras.Model]] = WeakKeyDictionary()


class _BeforeFunction(keras.layers.Layer):
    """A dense layer without its activation, by the weights of that layer."""

    def __init__(self, dense: keras.layers.Dense) -> None:
        super().__init__(dtype="float32")
        self.dense = dense
        self.built = True

    def call(self, values: tf.Tensor) -> tf.Tensor:
        product = keras.ops.matmul(keras.ops.cast(values, "float32"), self.dense.kernel)
        return product if self.dense.bias is None else product + self.dense.bias

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*shape[:-1], self.dense.units)


class ScoredNet:
    """Scores of a model, and how they change with the values of a layer.

    Parameters
    ----------
    model : keras.Model
        Functional, takes raw pixels, ends in one score a class or in one for the second of two classes. Untouched.
    layer : str
        Whose values the slopes are of; "" for the pixels, whose range counts as 1.
    weights : sequence of ndarray, optional
        In place of `model.variables`.
    """

    def __init__(self, model: keras.Model, layer: str = "", weights: Sequence[np.ndarray] | None = None) -> None:
        if layer and layer not in [one.name for one in model.layers]:
            raise UnknownName.among("layer", layer, [one.name for one in model.layers])
        if len(model.output_shape) != 2:
            raise InvalidInput(
                "Attribution asks what speaks for a class: expected a net with one number a class. "
                f"Received: an output of shape {tuple(model.output_shape[1:])}."
            )
        self.model = model
        self.layer = layer
        self._probe = _probe(model, layer)
        self._values = None
        if weights is not None:
            of = {id(variable): value for variable, value in zip(model.variables, weights, strict=True)}
            self._values = [
                [of[id(variable)] for variable in variables]
                for variables in (self._probe.trainable_variables, self._probe.non_trainable_variables)
            ]

    @property
    def num_classes(self) -> int:
        """Classes that it tells apart; a net with one output tells two."""
        return max(2, self.model.output_shape[-1])

    def scores(self, pixels: np.ndarray) -> np.ndarray:
        """Scores (N, classes), float32, before softmax or sigmoid; pixels (N, H, W, C), 0 to 1."""
        return np.concatenate([_by_class(self._forward(part)[1]).numpy() for part in self._parts(pixels)])

    def probabilities(self, pixels: np.ndarray) -> np.ndarray:
        """Probabilities (N, classes), float32; pixels (N, H, W, C), 0 to 1."""
        raw = np.concatenate([self._forward(part)[1].numpy() for part in self._parts(pixels)])
        function = output_activation(self.model)
        if raw.shape[1] > 1 and function == "sigmoid" and _is_before(self.model):
            return as_probabilities(1 / (1 + np.exp(-raw)), "sigmoid")
        return as_probabilities(raw, "linear" if _is_before(self.model) else function)

    def values(self, pixels: np.ndarray) -> np.ndarray:
        """Values of the layer (N, ...), float32."""
        if not self.layer:
            return pixels
        return np.concatenate([self._forward(part)[0].numpy() for part in self._parts(pixels)])

    def slopes(self, pixels: np.ndarray, class_index: int) -> tuple[np.ndarray, np.ndarray]:
        """Give the layer's values and the slope of a class's score by each of them, both (N, ...), float32."""
        values, slopes = [], []
        for part in self._parts(pixels, _BACKWARD):
            with tf.GradientTape() as tape:
                shown = tf.convert_to_tensor(part)
                tape.watch(shown)
                inside, scores = self._forward(shown)
                chosen = _by_class(scores)[:, class_index]
                about = inside if self.layer else shown
            slope = tape.gradient(chosen, about, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            values.append(tf.cast(about, tf.float32).numpy())
            slopes.append(tf.cast(slope, tf.float32).numpy())
        return np.concatenate(values), np.concatenate(slopes)

    def _forward(self, pixels: np.ndarray | tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        images = tf.cast(pixels, tf.float32) * RANGE
        if self._values is None:
            inside, scores = self._probe(images, training=False)
        else:
            (inside, scores), _ = self._probe.stateless_call(*self._values, images, training=False)
        return tf.cast(inside, tf.float32) if not self.layer else inside, tf.cast(scores, tf.float32)

    def _parts(self, pixels: np.ndarray, cost: int = 1) -> Iterator[np.ndarray]:
        step = max(1, VALUES_PER_CALL // (cost * pixels[0].size))
        for start in range(0, len(pixels), step):
            yield pixels[start : start + step].astype(np.float32, copy=False)


def as_pixels(image: np.ndarray) -> np.ndarray:
    """(H, W, C) uint8 -> (1, H, W, C) float32, 0 to 1."""
    return image[None].astype(np.float32) / RANGE


def require_class(net: ScoredNet, class_index: int) -> None:
    """Raise InvalidInput for a class that the net does not know."""
    if not 0 <= class_index < net.num_classes:
        raise InvalidInput(f"There is no such class: expected 0 to {net.num_classes - 1}. Received: {class_index}.")


def _by_class(scores: tf.Tensor) -> tf.Tensor:
    """Scores (N, K); a single one z is that of the second class, and -z that of the first."""
    return scores if scores.shape[1] > 1 else tf.concat([-scores, scores], axis=1)


def _is_before(model: keras.Model) -> bool:
    """Whether the scores are those before the last function, and not the output itself."""
    return _last_function(model) is not None


def _last_function(model: keras.Model) -> keras.layers.Layer | None:
    last = model.layers[-1]
    is_dense = isinstance(last, keras.layers.Dense)
    if output_activation(model) in ("softmax", "sigmoid") and (
        is_dense or isinstance(last, keras.layers.Softmax | keras.layers.Activation)
    ):
        return last
    return None


def _probe(model: keras.Model, layer: str) -> keras.Model:
    """Give the model whose outputs are the values of a layer and the scores; made once for each."""
    with keras_lock:
        made = _probes.setdefault(model, {})
        if layer not in made:
            last = _last_function(model)
            if last is None:
                scores = model.outputs[0]
            elif isinstance(last, keras.layers.Dense):
                scores = _BeforeFunction(last)(last.input)
            else:
                scores = last.input
            inside = model.get_layer(layer).output if layer else model.inputs[0]
            made[layer] = keras.Model(model.inputs[0], [inside, scores])
        return made[layer]
