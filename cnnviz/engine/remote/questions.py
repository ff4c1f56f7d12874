"""Questions to a worker that a page waits for. Light at import: the server names them, a worker answers.

Models travel only when the worker does not have them yet: `model` is None at the first try, and
ModelWanted asks for its bytes.
"""

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from cnnviz.errors import CnnvizError, UnexpectedFailure
from cnnviz.training.loop.job import TrainingJob

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class ModelWanted(CnnvizError):
    """The worker does not hold this model: ask again with its bytes."""


def plain_errors(function: Callable[P, T]) -> Callable[P, T]:
    """Let only errors without Keras objects out: reading one would import TensorFlow into the server."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except CnnvizError as error:
            failure = type(error)(*error.args)  # not `copy`: Dask lets that take the cause along
            vars(failure).update(vars(error))
        except Exception as error:
            logger.exception("A task failed")
            failure = UnexpectedFailure(f"The worker met an unexpected {type(error).__name__}: {str(error)[:300]}")
        raise failure

    return guarded


@plain_errors
def feature_maps(key: str, model: bytes | None, image: np.ndarray) -> Any:
    """`inspection.maps.FeatureMaps` of an image (H, W, C) uint8."""
    from cnnviz.inspection.activations import feature_maps as compute

    return compute(held_model(key, model), image)


@plain_errors
def predict(key: str, model: bytes | None, images: np.ndarray) -> np.ndarray:
    """Probabilities (N, C) of images (N, H, W, C) uint8."""
    from cnnviz.evaluation.predict import predict_probabilities

    return predict_probabilities(held_model(key, model), images)


@plain_errors
def input_shape(key: str, model: bytes | None) -> tuple[int, int, int]:
    """(height, width, channels) that a model takes."""
    return tuple(held_model(key, model).input_shape[1:])


@plain_errors
def test_images(dataset: str, sizes: dict[str, Any], indices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the test set; `sizes` as in `load_dataset`."""
    from cnnviz.datasets.registry import load_dataset

    data = load_dataset(dataset, **sizes)
    return data.x_test[indices], data.y_test[indices]


@plain_errors
def augmented(image: np.ndarray, augmentation: Any, seed: int, count: int) -> np.ndarray:
    """Variations (count, H, W, C) uint8 of one image, as a training would see them."""
    from cnnviz.training.loop.augment import preview

    return preview(image[None], augmentation, seed=seed, count=count)[0]


@plain_errors
def train_images(dataset: str, sizes: dict[str, Any], indices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) to learn from; `sizes` as in `load_dataset`."""
    from cnnviz.datasets.registry import load_dataset

    data = load_dataset(dataset, **sizes)
    return data.x_train[indices], data.y_train[indices]


@plain_errors
def epoch_view(job: TrainingJob, key: str, has_checkpoint: bool, image: np.ndarray) -> Any:
    """Feature maps of an image and the first kernels (kh, kw, in, out) or None, with the weights of a checkpoint.

    `has_checkpoint`: whether `job` carries it; ModelWanted asks for it.
    """
    from cnnviz.inspection.activations import feature_maps as compute
    from cnnviz.inspection.epochs import model_at
    from cnnviz.inspection.filters import first_kernels

    def provide() -> TrainingJob:
        if not has_checkpoint:
            raise ModelWanted(key)
        return job

    model = model_at(key, provide)
    try:
        kernels = first_kernels(model)
    except CnnvizError:  # a net without convolutions
        kernels = None
    return compute(model, image), kernels


def held_model(key: str, data: bytes | None) -> Any:
    """The model of this key, for a question on a worker; raises ModelWanted if neither it nor its bytes are there."""
    from cnnviz.models.store import load_cached

    def provide() -> bytes:
        if data is None:
            raise ModelWanted(key)
        return data

    return load_cached(key, provide)
