"""Questions to a worker about the first kernels of a net; asked like those of `queries`."""

import numpy as np

from cnnviz.engine.remote.questions import held_model, plain_errors


@plain_errors
def first_kernels(key: str, model: bytes | None) -> np.ndarray:
    """Kernels (h, w, planes, filters) of the first convolution."""
    from cnnviz.inspection.filters import first_kernels as compute

    return compute(held_model(key, model))


@plain_errors
def predict_with_kernel(key: str, model: bytes | None, image: np.ndarray, kernel: np.ndarray, index: int) -> np.ndarray:
    """Probabilities (2, C) of an image (H, W, C) uint8, before and after filter `index` is replaced."""
    from cnnviz.inspection.replace import predict_with_kernel as compute

    return compute(held_model(key, model), image, kernel, index)
