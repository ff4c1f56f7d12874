"""One training from data to result. Runs on a worker; knows neither Dask nor pages."""

from collections.abc import Sequence

import keras
import numpy as np

from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.dataset import Dataset
from cnnviz.errors import NotInBrowser
from cnnviz.evaluation.predict import as_probabilities, predict_scores
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.evaluation.thresholds import final_metrics
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import output_activation
from cnnviz.models.files import model_to_bytes
from cnnviz.models.keras_state import describe_device, keras_lock
from cnnviz.training.events import DatasetFacts, Started
from cnnviz.training.fine_tuning import fitted_net
from cnnviz.training.loop.callbacks import EarlyStop, Steering, Validation, WorkerGivenBack
from cnnviz.training.loop.compiled_model import KERAS_LOSSES, capture_checkpoint, in_full_precision, make_model
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import Emit, GivenBack, TrainingJob, TrainingResult
from cnnviz.training.loop.order import EpochOrder, pass_over
from cnnviz.training.loop.reporter import EndedByRule, Reporter, StopTraining
from cnnviz.training.loop.schedule import factor
from cnnviz.training.loop.split import Split, class_weights, images_for_net, split

SAMPLE_IMAGES = 64


def train(job: TrainingJob, data: Dataset, *, emit: Emit, control: Control) -> TrainingResult | GivenBack:
    """Train, emit what happens, and evaluate on the test set, or give the worker back in a pause.

    Emits Started, then Points and EpochEnded (see `reporter.Reporter`), Paused and RateChanged as they come. That it
    ended before its last epoch is told with the result, so that nobody takes what was there before for its net.
    Validation after each epoch uses the part that the images have for it, or a share of the training images that is
    set aside, or else the test set, as the tutorials do.
    Raises TrainingFailed when the loss is no number any more.
    """
    control.begin()
    config = job.config
    num_classes = len(data.info.classes)
    if config.fine_tuning is None:
        architecture = adapt(job.architecture, tuple(data.x_train.shape[1:]), num_classes)
    else:
        architecture = fitted_net(job.architecture, num_classes)
        data = images_for_net(data, config, architecture.input_shape, start=job.start)
    parts = split(data, config)
    device = describe_device()
    model = make_model(architecture, config, num_classes, checkpoint=job.checkpoint, start=job.start)
    num_batches = -(-len(parts.x_train) // config.batch_size)
    steering = _steering(job, control, emit, num_batches=num_batches)
    validation = Validation(parts.x_val, parts.y_val, after_batch=steering.stop_if_asked)
    callbacks = _callbacks(job, parts, control, emit, steering=steering, validation=validation)
    emit(Started(device, architecture.to_json(), num_batches, job.epochs_done, _facts(data, parts), job.batch))
    weights = class_weights(parts.y_train, num_classes) if config.class_weights else None
    try:
        stopped = _fit(model, parts, job=job, callbacks=callbacks, weights=weights)
    except WorkerGivenBack as place:
        checkpoint = capture_checkpoint(model, in_epoch=place.batch > 0)
        return GivenBack(place.epochs_done, place.batch, checkpoint, control.worked_seconds, control.newest)
    kept = in_full_precision(model, architecture, config, num_classes)
    # A run that went to its end was validated last with the weights that it has now.
    is_answered = parts.x_val is data.x_test and not stopped
    test = _test_predictions(kept, data, validation.scores if is_answered else None)
    metrics = final_metrics(test, kept.count_params(), one_output=kept.output_shape[-1] == 1)
    return TrainingResult(
        model=_saved(kept),
        metrics=metrics | _kept_epoch(callbacks) | ({"ended_by_rule": 1} if isinstance(stopped, EndedByRule) else {}),
        test=test,
        seconds=control.worked_seconds,
        device=device,
        stopped=str(stopped or ""),
        net=_for_browsers(kept, architecture, data.info.classes),
        was_straight=_was_straight(job, control),
    )


def _kept_epoch(callbacks: Sequence[keras.callbacks.Callback]) -> dict[str, int]:
    """The epoch that early stopping has gone back to; nothing where the net is that of the end."""
    epochs = [callback.restored for callback in callbacks if isinstance(callback, EarlyStop) and callback.restored]
    return {"net_epoch": epochs[0]} if epochs else {}


def _was_straight(job: TrainingJob, control: Control) -> bool:
    """Whether all its epochs were whole ones, from the first on: it may have ended before the last one by itself."""
    is_out_of_time = job.max_seconds is not None and control.worked_seconds >= job.max_seconds
    return not (control.should_stop or is_out_of_time or control.was_held or job.epochs_done or job.batch)


def _facts(data: Dataset, parts: Split) -> DatasetFacts:
    return DatasetFacts(
        data.info.classes,
        tuple(data.x_train.shape[1:]),
        len(parts.x_train),
        0 if parts.x_val is data.x_test else len(parts.x_val),
        len(data.x_test),
        data.info.input_style,
        data.notes,
    )


def _sample(parts: Split, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A few training images of all classes, mixed, to look at the layers with."""
    chosen = np.random.default_rng(seed).permutation(len(parts.x_train))[:SAMPLE_IMAGES]
    return parts.x_train[chosen], parts.y_train[chosen]


def _callbacks(
    job: TrainingJob, parts: Split, control: Control, emit: Emit, *, steering: Steering, validation: Validation
) -> list[keras.callbacks.Callback]:
    """What looks at the training, tells of it, steers it and ends it, in the order in which they are to be called."""
    config, num_samples = job.config, len(parts.x_train)
    sample = _sample(parts, config.seed)
    early = config.early_stopping
    return [
        validation,
        Reporter(
            config,
            control,
            emit,
            num_samples=num_samples,
            learning_rate=lambda: steering.applied,
            rests_after_batch=steering.rests_after_batch,
            begins=(job.epochs_done, job.batch),
            sample=sample,
        ),
        steering,
        *([EarlyStop(early, losses=job.val_losses, best_checkpoint=job.best_checkpoint)] if early else []),
    ]


def _steering(job: TrainingJob, control: Control, emit: Emit, *, num_batches: int) -> Steering:
    total = num_batches * job.config.epochs
    return Steering(
        control,
        emit,
        learning_rate=job.learning_rate or job.config.learning_rate,
        factor=lambda step: factor(job.config, step, total),
        num_batches=num_batches,
        begins=(job.epochs_done, job.batch),
        max_seconds=job.max_seconds,
        seconds_before=job.seconds_before,
    )


def _fit(
    model: keras.Model,
    parts: Split,
    *,
    job: TrainingJob,
    callbacks: list[keras.callbacks.Callback],
    weights: dict[int, float] | None,
) -> StopTraining | None:
    """Run the epochs; returns what ended it before the last one, if anything did."""
    config = job.config
    order = EpochOrder(parts, batch_size=config.batch_size, seed=config.seed, weights=weights)
    if job.batch and job.checkpoint:
        example = parts.x_train[:1], parts.y_train[:1]
        pass_over(model, job.batch, checkpoint=job.checkpoint, example=example)
    try:
        model.fit(
            order.batches,
            shuffle=False,
            initial_epoch=job.epochs_done,
            epochs=config.epochs,
            verbose=0,
            callbacks=[order, *callbacks],
        )
    except StopTraining as reason:
        return reason
    return None


def _test_predictions(model: keras.Model, data: Dataset, scores: np.ndarray | None) -> TestPredictions:
    """What the net answers to the test images, if that is not known already."""
    if scores is None:
        scores = predict_scores(model, data.x_test)
    return TestPredictions(as_probabilities(scores, output_activation(model)), data.y_test, data.info.classes)


def _saved(model: keras.Model) -> bytes:
    """The model as a file without what plain Keras does not know, so that it loads; the optimizer keeps its state.

    That are the live metrics and our own losses.
    """
    loss = model.loss if isinstance(model.loss, str) else KERAS_LOSSES[model.loss]
    with keras_lock:
        model.compile(optimizer=model.optimizer, loss=loss, metrics=["accuracy"])
        return model_to_bytes(model)


def _for_browsers(model: keras.Model, architecture: Architecture, classes: Sequence[str]) -> bytes | None:
    try:
        return net_file(model, architecture, classes)
    except NotInBrowser:
        return None
