"""A net as it was at the end of an epoch."""

import keras
import numpy as np

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.errors import InvalidModel
from cnnviz.inspection.activations import feature_maps
from cnnviz.inspection.filters import first_kernels
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.models.build import build_model
from cnnviz.models.keras_state import keras_lock
from cnnviz.training.loop.augment import augmentation_layers
from cnnviz.training.loop.checkpoint import restore
from cnnviz.training.loop.compile import compile_model
from cnnviz.training.loop.job import TrainingJob


def model_from_checkpoint(job: TrainingJob) -> keras.Model:
    """The net of a job with the weights of its checkpoint."""
    config = job.config
    with keras_lock:  # built as the training built it, so that the checkpoint's variables have their places
        augmentation = augmentation_layers(config.augment, seed=config.seed)
        model = build_model(job.architecture, seed=config.seed, augmentation=augmentation)
        compile_model(model, config, max(2, output_units(job.architecture)))
        restore(model, job.checkpoint)
    return model


def maps_and_kernels(model: keras.Model, image: np.ndarray) -> tuple[FeatureMaps, np.ndarray | None]:
    """Look at a net through one image.

    Parameters
    ----------
    model : keras.Model
    image : ndarray (H, W, C), uint8
        Of the model's input shape.

    Returns
    -------
    FeatureMaps
        What each layer answers.
    ndarray (height, width, inputs, filters), float32, or None
        The kernels of the first convolution; None for a net without one.
    """
    try:
        kernels = first_kernels(model)
    except InvalidModel:
        kernels = None
    return feature_maps(model, image), kernels
