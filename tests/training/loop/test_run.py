"""Whole small trainings in this process, for what the settings promise."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, Dropout, Flatten, MaxPool
from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import load_dataset
from cnnviz.models.browser_export import model_from_net
from cnnviz.models.files import model_from_bytes
from cnnviz.training.config import Augmentation, Loss, Optimizer, TrainingConfig
from cnnviz.training.events import DatasetFacts, EpochEnded, Event, Started
from cnnviz.training.loop import compiled_model
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import TrainingJob, TrainingResult
from cnnviz.training.loop.run import train

NET = Architecture(
    input_shape=(28, 28, 1),
    layers=(
        Conv(filters=6, activation="relu"),
        MaxPool(),
        Flatten(),
        Dropout(rate=0.2),
        Dense(units=10, activation="softmax"),
    ),
)
ONE_OUTPUT = Architecture(input_shape=(25, 25, 1), layers=(Flatten(), Dense(units=1, activation="sigmoid")))
SIGMOIDS = Architecture(input_shape=(28, 28, 1), layers=(Flatten(), Dense(units=10, activation="sigmoid")))


def run(net: Architecture = NET, data: Dataset | None = None, **config: object) -> tuple[TrainingResult, list[dict]]:
    """The result and what each epoch ended with."""
    events: list[Event] = []
    settings = TrainingConfig(**{"limit": 300, "epochs": 2, **config})
    job = TrainingJob("test", net, settings)
    result = train(job, data or load_dataset(settings.dataset), emit=events.append, control=Control())
    return result, [event.metrics for event in events if isinstance(event, EpochEnded)]


def test_every_epoch_has_precision_and_recall_of_both_parts() -> None:
    result, epochs = run()
    names = {"loss", "accuracy", "precision", "recall"}
    insight = {"norms", "top_class", "images", "confusion"}
    assert set(epochs[0]) == names | {f"val_{name}" for name in names} | insight
    assert epochs[-1]["val_precision"] == pytest.approx(result.metrics["macro_precision"], abs=1e-5)
    assert epochs[-1]["val_recall"] == pytest.approx(result.metrics["macro_recall"], abs=1e-5)


def test_a_net_with_one_output_has_the_numbers_of_the_tutorial() -> None:
    result, epochs = run(ONE_OUTPUT, dataset="faces", loss="mse", limit=None, epochs=4)
    assert epochs[-1]["val_mse"] == pytest.approx(result.metrics["mse"], abs=1e-5)
    assert epochs[-1]["val_correlation"] == pytest.approx(result.metrics["correlation"], abs=1e-3)
    assert result.metrics["correlation"] > 0.3
    assert result.metrics["best_accuracy"] >= result.metrics["accuracy"] - 0.1
    assert 0 < result.metrics["best_threshold"] < 1


def test_one_seed_gives_one_history_with_all_that_is_random() -> None:
    settings = {
        "augment": Augmentation(flip=True, rotation=20, shear=0.1, noise=0.1, brightness=0.1),
        "validation_share": 0.2,
        "class_weights": True,
    }
    (_, first), (_, again), (_, other) = (run(seed=seed, **settings) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_validation_share_leaves_the_test_images_for_the_end() -> None:
    digits = load_dataset("digits")
    shuffled = replace(digits, y_test=np.roll(digits.y_test, 1))  # wrong labels, to tell the two apart
    result, epochs = run(data=shuffled, limit=1000, epochs=3, validation_share=0.2)
    assert epochs[-1]["val_accuracy"] > 0.6
    assert result.metrics["accuracy"] < 0.4
    assert result.metrics["num_test"] == 360


def test_early_stopping_says_why_and_goes_back_to_the_best_weights(tmp_path: Path) -> None:
    """The labels are noise, so that learning them only makes the validation worse."""
    digits = load_dataset("digits")
    noise = replace(digits, y_train=np.random.default_rng(0).permutation(digits.y_train))
    result, epochs = run(data=noise, limit=100, epochs=60, early_stopping=3, learning_rate=5e-3)
    losses = [epoch["val_loss"] for epoch in epochs]
    best = int(np.argmin(losses)) + 1
    assert len(losses) == best + 3 < 60
    assert result.stopped == f"No better validation loss for 3 epochs. The net is that of epoch {best}, the best one."
    assert (result.metrics["net_epoch"], result.metrics["ended_by_rule"]) == (best, 1)
    to_its_end = run(data=noise, limit=100, epochs=2, early_stopping=3)[0].metrics
    assert to_its_end.keys().isdisjoint({"net_epoch", "ended_by_rule"}), "its net is that of the last epoch"
    (tmp_path / "model.keras").write_bytes(result.model)
    model = keras.saving.load_model(tmp_path / "model.keras")
    kept = model.evaluate(digits.x_test, digits.y_test, verbose=0, return_dict=True)
    assert kept["loss"] == pytest.approx(min(losses), rel=1e-4)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"validation_share": 0.2},
        {"limit": 100, "epochs": 60, "early_stopping": 1, "learning_rate": 0.02},
        {"epochs": 30, "target_accuracy": 0.5},
    ],
    ids=["to its end", "share set aside", "stopped early", "target reached"],
)
def test_the_answers_to_the_test_images_are_those_of_the_kept_model(config: dict[str, object]) -> None:
    digits = load_dataset("digits")
    result, epochs = run(**config)
    assert bool(result.stopped) == ("early_stopping" in config or "target_accuracy" in config), len(epochs)
    assert ("ended_by_rule" in result.metrics) == bool(result.stopped)
    kept = model_from_bytes(result.model).predict(digits.x_test, verbose=0)
    np.testing.assert_allclose(result.test.probabilities, kept, atol=1e-5)


@pytest.mark.parametrize(("share", "num_train", "num_validation"), [(0.0, 300, 0), (0.2, 241, 59)])
def test_a_run_tells_what_is_known_of_its_images_when_it_starts(
    share: float, num_train: int, num_validation: int
) -> None:
    digits = replace(load_dataset("digits"), notes=("zero.png is no picture.",))
    events: list[Event] = []
    config = TrainingConfig(limit=300, epochs=1, validation_share=share)
    train(TrainingJob("test", NET, config), digits, emit=events.append, control=Control())
    classes, note = tuple("0123456789"), "zero.png is no picture."
    expected = DatasetFacts(classes, (28, 28, 1), num_train, num_validation, 360, "digit", (note,))
    assert [event.facts for event in events if isinstance(event, Started)] == [expected]


def test_class_weights_let_a_rare_class_be_found() -> None:
    shapes = load_dataset("shapes")
    is_rare = shapes.y_train == 5
    kept = np.flatnonzero(~is_rare | (np.cumsum(is_rare) <= 15))
    rare = replace(shapes, x_train=shapes.x_train[kept], y_train=shapes.y_train[kept])
    found = [
        (run(data=rare, dataset="shapes", limit=None, epochs=3, class_weights=weighted)[0].test)
        for weighted in (False, True)
    ]
    plain, weighted = ((test.probabilities.argmax(axis=1)[test.labels == 5] == 5).mean() for test in found)
    assert weighted > plain + 0.1


def test_momentum_changes_what_sgd_learns() -> None:
    (_, without), (_, much) = (run(optimizer="sgd", learning_rate=0.01, momentum=value) for value in (0.0, 0.9))
    assert much[-1]["loss"] < without[-1]["loss"]


def test_mixed_precision_has_no_effect_without_a_gpu() -> None:
    assert run(mixed_precision=True)[1] == run()[1]


@pytest.mark.parametrize("early_stopping", [None, 1])
def test_what_is_kept_of_a_training_with_16_bits_computes_with_32(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, early_stopping: int | None
) -> None:
    """The file opened by plain Keras, the answers to the test set, the scores, and the browser's net."""
    monkeypatch.setattr(compiled_model, "has_gpu", lambda: True)
    result, epochs = run(mixed_precision=True, optimizer="adam", early_stopping=early_stopping)
    path = tmp_path / "net.keras"
    path.write_bytes(result.model)
    kept = keras.saving.load_model(path)
    assert {layer.compute_dtype for layer in kept.layers} == {"float32"}
    assert isinstance(kept.optimizer, keras.optimizers.Adam)
    assert int(kept.optimizer.iterations) > 0
    data = load_dataset("digits")
    answers = kept.predict(data.x_test, verbose=0)
    np.testing.assert_allclose(result.test.probabilities, answers, atol=1e-6)
    assert result.metrics["accuracy"] == pytest.approx((answers.argmax(axis=1) == data.y_test).mean())
    if not early_stopping:
        last = epochs[-1]
        assert last["val_accuracy"] == pytest.approx(result.metrics["accuracy"], abs=1e-6)
        rows = answers[np.arange(len(answers)), data.y_test]
        assert last["val_loss"] == pytest.approx(-np.log(rows.astype(np.float64)).mean(), rel=1e-5)
    assert result.net is not None
    in_browser = model_from_net(NET, result.net)
    np.testing.assert_allclose(in_browser(data.x_test[:50]), answers[:50], atol=1e-6)


def test_the_kept_model_loads_and_trains_on_where_this_program_is_not_installed(tmp_path: Path) -> None:
    settings: list[dict[str, object]] = [
        {"augment": Augmentation(flip=True, shear=0.1, noise=0.1)},
        *({"loss": loss, "optimizer": kind} for loss in get_args(Loss) for kind in get_args(Optimizer)),
        *({"net": SIGMOIDS, "loss": loss} for loss in get_args(Loss)),
        *({"net": ONE_OUTPUT, "dataset": "faces", "loss": loss} for loss in get_args(Loss)),
        {"schedule": "one_cycle", "class_weights": True, "early_stopping": 1, "validation_share": 0.2},
    ]
    for number, config in enumerate(settings):
        result, _ = run(**{"limit": 60, "epochs": 1, **config})
        (tmp_path / f"{number}.keras").write_bytes(result.model)
    done = subprocess.run(
        [sys.executable, "-c", PLAIN_KERAS], cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert done.stdout.split() == ["opened"] * len(settings)


PLAIN_KERAS = """
import pathlib
import keras, numpy as np

for path in sorted(pathlib.Path().glob("*.keras")):
    model = keras.saving.load_model(path)
    images = np.zeros((2, *model.input_shape[1:]), np.uint8)
    labels = np.eye(10)[:2] if model.loss == "mse" and model.output_shape[1] == 10 else np.array([0, 1])
    assert np.isfinite(model.train_on_batch(images, labels)).all()
    print("opened")
"""
