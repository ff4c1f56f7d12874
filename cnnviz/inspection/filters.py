"""The learned kernels, and what if one of them were another."""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np

from cnnviz.errors import InvalidKernel, InvalidModel
from cnnviz.evaluation.predict import as_probabilities
from cnnviz.inspection.layer_filters import LayerFilters
from cnnviz.models.build import output_activation
from cnnviz.models.keras_state import keras_lock
from cnnviz.models.layers import layer_kind

_CONVOLUTIONS = (
    keras.layers.Conv2D,
    keras.layers.Conv2DTranspose,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
)
_SAME_PLANES = (keras.layers.Rescaling, keras.layers.ZeroPadding2D, keras.layers.Cropping2D)


def first_kernels(model: keras.Model) -> np.ndarray:
    """Give the kernels of the first convolution, (height, width, inputs, filters), float32, signed.

    Raises InvalidModel if the net has no convolution.
    """
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            return keras.ops.convert_to_numpy(layer.kernel).astype(np.float32)
    raise InvalidModel(
        "This net has no kernels to show: it has no convolution. Choose a net with a conv layer. "
        f"Received: layers={[layer.name for layer in model.layers]}."
    )


def layer_filters(model: keras.Model) -> list[LayerFilters]:
    """Give the filters of every convolution, also of those inside a backbone, in the order of the layers.

    Returns
    -------
    list of LayerFilters
        Empty for a net without a convolution.
    """
    return [
        LayerFilters(
            layer.name, layer_kind(layer), _as_filters(layer), _bias(layer), _reads_picture(layer, model.input_shape)
        )
        for layer in _all_layers(model)
        if isinstance(layer, _CONVOLUTIONS)
    ]


def _all_layers(model: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in model.layers:
        yield from _all_layers(layer) if isinstance(layer, keras.Model) else (layer,)


def _as_filters(layer: keras.layers.Layer) -> np.ndarray:
    """(h, w, planes, filters) as `LayerFilters.kernels`."""
    if isinstance(layer, keras.layers.SeparableConv2D):
        depthwise = _numpy(layer.depthwise_kernel)  # (h, w, planes, multiplier)
        _, _, planes, multiplier = depthwise.shape
        pointwise = _numpy(layer.pointwise_kernel).reshape(planes, multiplier, -1)
        return np.einsum("hwpm,pmf->hwpf", depthwise, pointwise)
    kernel = _numpy(layer.kernel)
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return kernel.reshape(*kernel.shape[:2], 1, -1)
    return kernel.swapaxes(2, 3) if isinstance(layer, keras.layers.Conv2DTranspose) else kernel


def _bias(layer: keras.layers.Layer) -> np.ndarray | None:
    return _numpy(layer.bias) if layer.use_bias else None


def _numpy(variable: keras.Variable) -> np.ndarray:
    return keras.ops.convert_to_numpy(variable).astype(np.float32)


def _reads_picture(layer: keras.layers.Layer, input_shape: tuple[int, ...]) -> bool:
    """Whether nothing lies before a layer but what leaves the planes of a picture as they are."""
    if isinstance(layer, keras.layers.DepthwiseConv2D) or layer.input.shape[-1] != input_shape[-1]:
        return False
    before = layer.input._keras_history.operation
    while isinstance(before, _SAME_PLANES):
        before = before.input._keras_history.operation
    return isinstance(before, keras.layers.InputLayer)


@dataclass(frozen=True, eq=False)
class PutIn:
    """A net before and after a filter of its first convolution was replaced.

    Attributes
    ----------
    maps : ndarray (2, H, W), float32
        What that filter makes of the image.
    probabilities : ndarray (2, num_classes), float32
    """

    maps: np.ndarray
    probabilities: np.ndarray


def put_kernel_in(model: keras.Model, image: np.ndarray, kernel: np.ndarray, index: int) -> PutIn:
    """Ask once as trained and once with filter `index` of the first convolution replaced.

    Parameters
    ----------
    model : keras.Model
        Takes raw pixels; left untouched.
    image : ndarray (H, W, C), uint8
        Of the model's input shape.
    kernel : ndarray (h, w)
        Of the size of the model's filters. All planes get it, made as strong as the filter that it replaces
        (equal root of the summed squares).
    index : int
        Which filter, from 0.

    Raises
    ------
    InvalidKernel
        If the kernel is zero or of another size, or there is no such filter.
    """
    learned = first_kernels(model)  # (h, w, planes, filters)
    replaced = _replaced(learned, np.asarray(kernel, np.float32), index)
    asked = _Asked(model)
    sides = [asked.answer(image, weights) for weights in (learned, replaced)]
    return PutIn(np.stack([maps[..., index] for maps, _ in sides]), np.stack([answer for _, answer in sides]))


def kernel_changes(model: keras.Model, image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """How much the answer to an image changes with each filter of the first convolution replaced, one at a time.

    See `put_kernel_in` for the arguments.

    Returns
    -------
    ndarray (filters,), float32
        Total variation distance of the probabilities before and after: 0 for none, 1 for a wholly other answer.
    """
    learned = first_kernels(model)
    asked = _Asked(model)
    _, before = asked.answer(image, learned)
    kernel = np.asarray(kernel, np.float32)
    after = [asked.answer(image, _replaced(learned, kernel, index))[1] for index in range(learned.shape[3])]
    return (np.abs(np.stack(after) - before).sum(axis=1) / 2).astype(np.float32)


class _Asked:
    """A net with other weights in its first convolution: others may be asking the same model meanwhile."""

    def __init__(self, model: keras.Model) -> None:
        layer = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
        self.kernel = layer.kernel
        self.function = output_activation(model)
        with keras_lock:
            self.net = keras.Model(model.inputs[0], [layer.output, model.outputs[0]])

    def answer(self, image: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Maps of the first convolution (H, W, filters) and probabilities (num_classes,), both float32."""
        trainable, others = (
            [weights if one is self.kernel else one.value for one in variables]
            for variables in (self.net.trainable_variables, self.net.non_trainable_variables)
        )
        (maps, scores), _ = self.net.stateless_call(trainable, others, image[None], training=False)
        maps, scores = (keras.ops.convert_to_numpy(values).astype(np.float32) for values in (maps, scores))
        return maps[0], as_probabilities(scores, self.function)[0]


def _replaced(learned: np.ndarray, kernel: np.ndarray, index: int) -> np.ndarray:
    height, width, planes, num_filters = learned.shape
    if not 0 <= index < num_filters:
        raise InvalidKernel(f"There is no such filter: expected 0 to {num_filters - 1}. Received: {index}.")
    if kernel.shape != (height, width):
        raise InvalidKernel(
            f"The kernel does not fit into this net: its first filters are {height}×{width}. Change the kernel's size. "
            f"Received: {'×'.join(map(str, kernel.shape))}."
        )
    strength = float(np.linalg.norm(kernel)) * planes**0.5
    if strength == 0:
        raise InvalidKernel("A kernel of zeros has no direction. Give it at least one weight. Received: all 0.")
    changed = learned.copy()
    changed[..., index] = kernel[:, :, None] * (np.linalg.norm(learned[..., index]) / strength)
    return changed
