"""The learned kernels, and what if one of them were another."""

from collections.abc import Iterator

import keras
import numpy as np

from cnnviz.errors import InvalidKernel, InvalidModel
from cnnviz.evaluation.predict import as_probabilities, predict_probabilities
from cnnviz.inspection.layer_filters import LayerFilters
from cnnviz.models.build import output_activation
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


def predict_with_kernel(model: keras.Model, image: np.ndarray, kernel: np.ndarray, index: int) -> np.ndarray:
    """Predict once as trained and once with filter `index` of the first convolution replaced.

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

    Returns
    -------
    ndarray (2, num_classes), float32
        Probabilities before and after.

    Raises
    ------
    InvalidKernel
        If the kernel is zero or of another size, or there is no such filter.
    """
    learned = first_kernels(model)  # (h, w, planes, filters)
    replaced = _replaced(learned, np.asarray(kernel, np.float32), index)
    before = predict_probabilities(model, image[None])
    layer = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
    after = _scores_with(model, image[None], layer.kernel, replaced)
    return np.concatenate([before, as_probabilities(after, output_activation(model))])


def _scores_with(model: keras.Model, images: np.ndarray, variable: keras.Variable, value: np.ndarray) -> np.ndarray:
    """Scores (N, C) as if one variable had another value: others may be asking the same model meanwhile."""
    trainable, others = (
        [value if one is variable else one.value for one in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    )
    scores, _ = model.stateless_call(trainable, others, images, training=False)
    return keras.ops.convert_to_numpy(scores)


def _replaced(learned: np.ndarray, kernel: np.ndarray, index: int) -> np.ndarray:
    height, width, planes, num_filters = learned.shape
    if not 0 <= index < num_filters:
        raise InvalidKernel(f"There is no such filter: expected 0 to {num_filters - 1}. Received: {index}.")
    if kernel.shape != (height, width):
        raise InvalidKernel(
            f"The kernel does not fit into this net: its first filters are {height}×{width}. Change the kernel's size. "
            f"Received: {'x'.join(map(str, kernel.shape))}."
        )
    strength = float(np.linalg.norm(kernel)) * planes**0.5
    if strength == 0:
        raise InvalidKernel("A kernel of zeros has no direction. Give it at least one weight. Received: all 0.")
    changed = learned.copy()
    changed[..., index] = kernel[:, :, None] * (np.linalg.norm(learned[..., index]) / strength)
    return changed
