"""What a net says of its test images when they are changed, asked level by level."""

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from cnnviz.access.visitor import Visitor
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import kept, kept_name, pack_answer, read_answer, read_params
from cnnviz.engine.long.test_set import MACS_PER_CHUNK, MOST_IN_CHUNK, in_order_of_net, test_part
from cnnviz.errors import InvalidInput
from cnnviz.evaluation.corruptions import CORRUPTIONS, NUM_STEPS, Level, series_of
from cnnviz.evaluation.robustness import SeriesAnswers
from cnnviz.runs.files import dataset_facts, load_predictions
from cnnviz.runs.permitted import require_changeable
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore

MOST_IMAGES = 10_000
COUNTS = (100, 200, 500, 1000, 2000, 5000)
"""Of how many of the first test images a page asks, beside all of them."""
MOST_SURE = 1.001  # a sum of 32 bit numbers may be a little above 1


class AskedSeries(BaseModel):
    """What a browser sends: a key of `CORRUPTIONS`, and of how many of the first test images."""

    model_config = ConfigDict(extra="forbid")

    corruption: str = Field(max_length=40)
    count: int = Field(200, ge=1, le=MOST_IMAGES)


def changed_test_images(engine: Engine, subject: RunModel, asked: AskedSeries) -> Generator[float, None, SeriesAnswers]:
    """Ask a worker what a net answers at each level of a corruption.

    Raises
    ------
    UnknownName
        There is no such corruption.
    InputWanted
        The net has answered no test set.
    InvalidDataset
        Its test images are gone.
    """
    run = engine.store.get(subject.run_id)
    height, width, _ = run.architecture.input_shape
    series, part = series_of(asked.corruption, height, width), test_part(engine.store, run)
    step = min(MOST_IN_CHUNK, max(1, MACS_PER_CHUNK // max(1, analyze(run.architecture).totals.macs)))
    num_images = min(asked.count, dataset_facts(engine.store, run).num_test or asked.count)
    starts = range(0, num_images, step)

    def chunk(level: Level, start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        given = {"level": level, "start": start, "stop": min(start + step, num_images)}
        found: tuple[np.ndarray, np.ndarray, np.ndarray] = ask(
            engine, subject, "changed_answers", tested_on=part.dataset, options=part.options, **given
        )
        return found

    said, sure, labels = [], [], np.zeros(0, np.int64)
    for number, level in enumerate(series.levels):
        parts = []
        for place, start in enumerate(starts):
            parts.append(chunk(level, start))
            yield (number + (place + 1) / len(starts)) / len(series.levels)
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        said.append(columns[0])
        sure.append(columns[1])
        labels = columns[2]
    labels, _ = in_order_of_net(engine.store, run, part, labels)
    return SeriesAnswers(series, labels, np.stack(said), np.stack(sure))


class FoundSeries(AskedSeries):
    """What a browser found by itself: of each level the class that is said of each image, and how sure the net is."""

    said: list[list[int]] = Field(max_length=NUM_STEPS)
    sure: list[list[float]] = Field(max_length=NUM_STEPS)


def keep_series(engine: Engine, subject: RunModel, params: Mapping[str, Any], *, by: Visitor) -> None:
    """Keep with a run what a browser found, as if a worker had been asked for it.

    Raises
    ------
    UnknownName, NotAllowed
        There is no such corruption, or it is another one's run.
    InvalidInput
        It is not of these levels, images and classes.
    """
    store = engine.store
    require_changeable(store, subject.run_id, by)
    found, run = read_params(FoundSeries, params), store.get(subject.run_id)
    series, test = series_of(found.corruption, *run.architecture.input_shape[:2]), load_predictions(store, run.id)
    shape = len(series.levels), min(found.count, len(test.labels))
    is_whole = all([len(row) for row in rows] == [shape[1]] * shape[0] for rows in (found.said, found.sure))
    said, sure = (np.array(rows, np.float32) if is_whole else np.full(1, -1.0) for rows in (found.said, found.sure))
    if not ((said >= 0) & (said < len(test.classes))).all() or not ((sure >= 0) & (sure <= MOST_SURE)).all():
        raise InvalidInput(
            f"These answers are not kept: expected {shape[0]} levels of {shape[1]:,} images, each a class from 0 to "
            f"{len(test.classes) - 1} with its probability. Load the page again. Received: {len(found.said)} levels."
        )
    name = _kept_name(store, subject, found.corruption, found.count)
    store.save_file(run.id, name, pack_answer({"labels": test.labels[: shape[1]].tolist()}, said=said, sure=sure))


def kept_series(store: RunStore, run: Run, labels: np.ndarray) -> list[SeriesAnswers]:
    """List what is kept of a run's net on changed images, of each corruption the answers to most of them.

    `labels` (N,) are those of its test images; answers to others are left out.
    """
    counts = sorted({*COUNTS, len(labels)}, reverse=True)
    found = []
    for corruption in CORRUPTIONS:
        names = (_kept_name(store, RunModel(run.id), corruption, count) for count in counts)
        name = next((one for one in names if store.has_file(run.id, one)), None)
        if name is not None:
            told, arrays = read_answer(store.load_file(run.id, name))
            series = series_of(corruption, *run.architecture.input_shape[:2])
            answered = np.array(told["labels"])
            if np.array_equal(answered, labels[: len(answered)]):
                found.append(SeriesAnswers(series, answered, arrays["said"].astype(np.int64), arrays["sure"]))
    return found


def _kept_name(store: RunStore, subject: RunModel, corruption: str, count: int) -> str:
    return kept_name(store, browser_robustness.__name__, subject, {"corruption": corruption, "count": count})


@kept
def browser_robustness(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Labels (N,) as numbers; "said" and "sure" (levels, N)."""
    found = yield from changed_test_images(engine, subject, read_params(AskedSeries, params))
    return pack_answer({"labels": found.labels.tolist()}, said=found.said, sure=found.sure)
