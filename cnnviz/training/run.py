"""One training from data to result. Runs on a worker; knows neither Dask nor pages."""

import time

import keras
import numpy as np

from cnnviz.architecture.adapt import adapt
from cnnviz.datasets.dataset import Dataset
from cnnviz.evaluation.evaluate import evaluate
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.evaluation.predictions import TestPredictions
from cnnviz.models.build import build_model, compile_model
from cnnviz.models.device import describe_device
from cnnviz.models.store import model_to_bytes
from cnnviz.training.augment import augmentation_layers
from cnnviz.training.callbacks import Reporter, StopTraining
from cnnviz.training.checkpoint import restore
from cnnviz.training.control import Control
from cnnviz.training.job import Emit, TrainingJob, TrainingResult


def train(job: TrainingJob, data: Dataset, *, emit: Emit, control: Control) -> TrainingResult:
    """Train, emit what happens, and evaluate on the test set.

    Emits {"kind": "started", ...}, then "points" and "epoch" events (see callbacks.Reporter).
    Validation after each epoch uses the test set, as the tutorials do.
    Raises TrainingFailed when the loss is no number any more.
    """
    started = time.monotonic()
    config = job.config
    x_train, y_train = _limited(data, config.limit, config.seed)
    num_classes = len(data.info.classes)
    architecture = adapt(job.architecture, tuple(x_train.shape[1:]), num_classes)
    model = build_model(
        architecture, seed=config.seed, augmentation=augmentation_layers(config.augment, seed=config.seed)
    )
    compile_model(model, config, num_classes)
    if job.checkpoint is not None:
        restore(model, job.checkpoint)
    device = describe_device()
    reporter = Reporter(config, control, emit, num_samples=len(x_train))
    emit(
        {
            "kind": "started",
            "device": device,
            "architecture": architecture.to_json(),
            "num_batches": -(-len(x_train) // config.batch_size),
            "epochs_done": job.epochs_done,
        }
    )
    stopped = _fit(model, (x_train, y_train), (data.x_test, data.y_test), job=job, reporter=reporter)
    if stopped:
        emit({"kind": "stopped", "message": stopped})
    test = TestPredictions(predict_probabilities(model, data.x_test), data.y_test, data.info.classes)
    return TrainingResult(
        model=model_to_bytes(model),
        metrics=_final_metrics(model, test),
        test=test,
        seconds=time.monotonic() - started,
        device=device,
        stopped=stopped,
    )


def _fit(
    model: keras.Model,
    train_set: tuple[np.ndarray, np.ndarray],
    test_set: tuple[np.ndarray, np.ndarray],
    *,
    job: TrainingJob,
    reporter: Reporter,
) -> str:
    """Run the epochs; returns why it ended before the last one, or an empty text."""
    keras.utils.set_random_seed(job.config.seed + job.epochs_done)  # weights were set at building; this is the order
    try:
        model.fit(
            *train_set,
            batch_size=job.config.batch_size,
            initial_epoch=job.epochs_done,
            epochs=job.config.epochs,
            validation_data=test_set,
            validation_batch_size=256,
            verbose=0,
            callbacks=[reporter],
        )
    except StopTraining as reason:
        return str(reason)
    return ""


def _limited(data: Dataset, limit: int | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """At most `limit` training images, drawn by the seed."""
    if limit is None or limit >= len(data.x_train):
        return data.x_train, data.y_train
    chosen = np.random.default_rng(seed).permutation(len(data.x_train))[:limit]
    return data.x_train[chosen], data.y_train[chosen]


def _final_metrics(model: keras.Model, test: TestPredictions) -> dict[str, float]:
    scores = evaluate(test.probabilities, test.labels, test.classes)
    return {
        "accuracy": scores.accuracy,
        "macro_precision": scores.macro_precision,
        "macro_recall": scores.macro_recall,
        "macro_f1": scores.macro_f1,
        "num_test": len(test.labels),
        "params": model.count_params(),
    }
