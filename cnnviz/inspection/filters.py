"""The learned kernels, and what if one of them were another."""

import keras
import numpy as np

from cnnviz.errors import InvalidKernel, InvalidModel
from cnnviz.evaluation.predict import as_probabilities, predict_probabilities
from cnnviz.models.build import output_activation


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
