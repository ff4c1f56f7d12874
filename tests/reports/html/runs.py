"""Runs made by hand for reports: a net with random weights, test images, answers and curves, without any training."""

import re
import zlib
from base64 import b85decode
from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten, MaxPool
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.models.manifest import net_manifest
from cnnviz.models.net_file import pack_net
from cnnviz.runs.files import TEST_FILE, net_name
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts

NET = Architecture(
    name="small",
    input_shape=(9, 7, 1),
    layers=(
        Conv(filters=3, kernel=3, activation="relu"),
        MaxPool(),
        Flatten(),
        Dense(units=4, activation="softmax"),
    ),
)
CLASSES = ("ant", "bee", "cat", "dog")
CONFIG = TrainingConfig(dataset="shapes", epochs=2, seed=5)


class OnlyImages:
    """What a report asks an engine for, without workers: the store, and test images."""

    def __init__(self, store: RunStore, images: np.ndarray, labels: np.ndarray) -> None:
        self.store, self.images, self.labels = store, images, labels

    def call(self, _answer: Any, question: str, _reference: Any, parameters: dict[str, Any], **_: Any) -> Any:
        assert question == "test_images"
        chosen = parameters["indices"]
        return self.images[chosen], self.labels[chosen]


def random_net(architecture: Architecture, classes: tuple[str, ...], seed: int = 0) -> bytes:
    """A net's file with random weights."""
    rng, manifest, variables = np.random.default_rng(seed), net_manifest(architecture, classes), []
    for weight in (weight for layer in manifest["layers"] for weight in layer["weights"].values()):
        weight["variable"] = len(variables)
        variables.append(rng.normal(0, 0.1, weight["shape"]).astype(np.float32))
    return pack_net(manifest, variables)


def random_answers(labels: np.ndarray, classes: tuple[str, ...], seed: int = 0) -> TestPredictions:
    """Probabilities of which about every fourth is wrong."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 1, (len(labels), len(classes)))
    scores[np.arange(len(labels)), labels] += 0.5
    return TestPredictions((scores / scores.sum(1, keepdims=True)).astype(np.float32), labels, classes)


def keep_run(
    store: RunStore,
    net: bytes,
    test: TestPredictions,
    *,
    architecture: Architecture = NET,
    config: TrainingConfig = CONFIG,
    name: str = "small",
) -> Run:
    """Put a finished run with two epochs into a store."""
    size = len(test.classes)
    facts = DatasetFacts(test.classes, architecture.input_shape, 100, 0, len(test.labels), "photo")
    accuracy = float((test.probabilities.argmax(1) == test.labels).mean())
    run = store.create(architecture, config, name=name)
    for epoch in (1, 2):
        row = {"loss": 2 / epoch, "accuracy": 0.3 * epoch, "val_loss": 2.5 / epoch, "val_accuracy": 0.25 * epoch}
        store.add_points(run.id, epoch, [{"epoch": epoch - 0.5, "loss": 1.5, "accuracy": 0.4, "learning_rate": 1e-3}])
        store.add_epoch(run.id, epoch, row | {"confusion": np.eye(size, dtype=int).tolist()})
    metrics = {"accuracy": accuracy, "num_test": len(test.labels), "guessing": 0.25}
    store.update(run.id, status=Status.FINISHED, facts=facts, metrics=metrics, seconds=3.0, device="CPU")
    store.save_file(run.id, TEST_FILE, test.to_bytes())
    store.publish(run.id, net_name(), net)
    return store.get(run.id)


def with_classes(test: TestPredictions, classes: tuple[str, ...]) -> TestPredictions:
    """The same answers, the classes called otherwise."""
    return replace(test, classes=classes)


def unpacked(report: bytes) -> dict[str, bytes]:
    """What is packed in a report, by name."""
    found = re.findall(r'data-file="([\w-]+)">([^<]*)</script>', report.decode())
    return {name: zlib.decompress(b85decode(text.replace(",", "<"))) for name, text in found}


def shown_text(report: bytes) -> str:
    """A report without what is packed in it."""
    return re.sub(r'(data-file="[\w-]+">)[^<]*', r"\1", report.decode())
