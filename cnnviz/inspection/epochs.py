"""A net as it was at the end of an epoch."""

import threading
from collections import OrderedDict
from collections.abc import Callable

import keras

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.models.build import build_model
from cnnviz.models.lock import keras_lock
from cnnviz.training.loop.augment import augmentation_layers
from cnnviz.training.loop.checkpoint import restore
from cnnviz.training.loop.compile import compile_model
from cnnviz.training.loop.job import TrainingJob

MAX_MODELS = 8

_models: OrderedDict[str, keras.Model] = OrderedDict()
_lock = threading.Lock()


def model_at(key: str, provide: Callable[[], TrainingJob]) -> keras.Model:
    """The net of a job with the weights of its checkpoint; `provide` is called if it is not among the last few."""
    with _lock:
        if key not in _models:
            _models[key] = _build(provide())
        _models.move_to_end(key)
        while len(_models) > MAX_MODELS:
            _models.popitem(last=False)
        return _models[key]


def _build(job: TrainingJob) -> keras.Model:
    """Built as the training built it, so that the checkpoint's variables have their places."""
    config = job.config
    with keras_lock:
        augmentation = augmentation_layers(config.augment, seed=config.seed)
        model = build_model(job.architecture, seed=config.seed, augmentation=augmentation)
        compile_model(model, config, max(2, output_units(job.architecture)))
        restore(model, job.checkpoint)
    return model
