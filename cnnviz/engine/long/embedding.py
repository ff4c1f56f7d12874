"""The test set of a run as points: what a layer makes of its images, in chunks, and how they are arranged."""

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import T, kept, pack_answer, read_answer, read_params
from cnnviz.engine.long.test_set import in_order_of_net, test_part
from cnnviz.evaluation.class_match import match_classes
from cnnviz.inspection.projection import (
    PERPLEXITY,
    BegunEmbedding,
    Embedding,
    LikePlaces,
    Method,
    TestSetFeatures,
    join_features,
    require_possible,
)
from cnnviz.runs.files import dataset_facts
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore

MACS_PER_CHUNK = 20_000_000_000
"""Some seconds on a processor."""
MOST_IN_CHUNK = 1000
MOST_BYTES = 64_000_000
"""Of features and pixels that are sent: of a larger test set every second image, or fewer."""
SHARES = {"pca": 0.95, "tsne": 0.4, "umap": 0.4}
"""Of the time, for the features; the rest for arranging them."""


class AskedFeatures(BaseModel):
    """What a browser sends: a layer ("" for the penultimate one), and of how many images; None for all."""

    model_config = ConfigDict(extra="forbid")

    layer: str = Field("", max_length=200)
    count: int | None = Field(None, ge=1)


class AskedEmbedding(AskedFeatures):
    """And how they are arranged, see `projection.embed`."""

    method: Method = "pca"
    dimensions: int = Field(2, ge=2, le=3)
    seed: int = Field(0, ge=0, lt=2**32)
    perplexity: float = Field(PERPLEXITY, ge=1, le=1000)


def features_of_test_set(
    engine: Engine, subject: RunModel, asked: AskedFeatures
) -> Generator[float, None, TestSetFeatures]:
    """Ask a worker what a layer makes of the test images, chunk by chunk; of very many some are taken, evenly.

    Raises
    ------
    InputWanted
        The net has answered no test set.
    UnknownName
        There is no such layer.
    """
    run = engine.store.get(subject.run_id)
    images = test_part(engine.store, run)
    given = {"tested_on": images.dataset, "options": images.options, "layer": asked.layer}
    first: TestSetFeatures = ask(engine, subject, "test_set_features", **given, indices=range(1))
    total = min(asked.count or first.total, first.total)
    each = first.features.nbytes + first.images.nbytes
    indices = range(0, total, max(1, -(-total * each // MOST_BYTES)))
    step, parts = _step(run), []
    for start in range(0, len(indices), step):
        parts.append(ask(engine, subject, "test_set_features", **given, indices=indices[start : start + step]))
        yield min(1.0, (start + step) / len(indices))
    return join_features(parts, _classes(engine.store, run, first))


def like_places_of_test_set(
    engine: Engine, subject: RunModel, layer: str, vector: np.ndarray
) -> Generator[float, None, LikePlaces]:
    """Ask a worker for the places of all test images that are like one, chunk by chunk; labels as the net's classes."""
    run = engine.store.get(subject.run_id)
    images, start = test_part(engine.store, run), 0
    parts: list[LikePlaces] = []
    given = {"tested_on": images.dataset, "options": images.options, "layer": layer, "vector": vector}
    step = _step(run)
    while not parts or start < parts[0].total:
        parts.append(ask(engine, subject, "like_places", **given, indices=range(start, start + step)))
        start += step
        yield min(1.0, start / parts[0].total)
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("indices", "labels", "places", "likeness")
    }
    labels, _ = in_order_of_net(engine.store, run, images, joined["labels"])
    return LikePlaces(**{**joined, "labels": labels}, total=parts[0].total)


def _step(run: Run) -> int:
    return min(MOST_IN_CHUNK, max(1, MACS_PER_CHUNK // max(1, analyze(run.architecture).totals.macs)))


def embedded_test_set(
    engine: Engine, subject: RunModel, asked: AskedEmbedding
) -> Generator[float, None, tuple[TestSetFeatures, Embedding]]:
    """Ask a worker for the features, and then to arrange them; raises also as `projection.embed` does."""
    require_possible(asked.method, dimensions=asked.dimensions, perplexity=asked.perplexity)
    found = yield from _in_part(features_of_test_set(engine, subject, asked), SHARES[asked.method])
    return found, (yield from _arranged(engine, found.features, asked))


def _arranged(engine: Engine, features: np.ndarray, asked: AskedEmbedding) -> Generator[float, None, Embedding]:
    looked, settings = SHARES[asked.method], asked.model_dump(include={"method", "dimensions", "seed", "perplexity"})
    made: Embedding | BegunEmbedding = ask(engine, None, "embedding", features=features, **settings)
    while isinstance(made, BegunEmbedding):
        yield looked + (1 - looked) * made.share
        made = ask(engine, None, "embedding_part", begun=made)
    return made


@kept
def browser_features(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Features, pixels, positions, labels and answers of the test images."""
    found = yield from features_of_test_set(engine, subject, read_params(AskedFeatures, params))
    header = {"layer": found.layer, "is_mean": found.is_mean, "total": found.total, "classes": list(found.classes)}
    numbers = {name: np.asarray(getattr(found, name)).tolist() for name in ("indices", "labels", "said")}
    return pack_answer({**header, **numbers}, rows=found.features, pixels=found.images)


@kept
def browser_embedding(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Their points, and the axes of which the first ones are the principal components."""
    asked = read_params(AskedEmbedding, params)
    require_possible(asked.method, dimensions=asked.dimensions, perplexity=asked.perplexity)
    looking = browser_features(engine, subject, {name: params[name] for name in ("layer", "count") if name in params})
    answer = yield from _in_part(looking, SHARES[asked.method])  # as a browser has asked for them before
    found = yield from _arranged(engine, read_answer(answer)[1]["rows"], asked)
    header = {"method": found.method, "shares": found.shares}
    return pack_answer(header, points=found.points, mean=found.mean, components=found.components)


def _in_part(chunks: Generator[float, None, T], share: float) -> Generator[float, None, T]:
    while True:
        try:
            done = next(chunks)
        except StopIteration as end:
            return end.value
        yield share * done


def _classes(store: RunStore, run: Run, found: TestSetFeatures) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The names of the net's classes, and the place among them of each class of the images."""
    classes = tuple(dataset_facts(store, run).classes) or found.classes
    return classes, match_classes(classes, found.classes).places
