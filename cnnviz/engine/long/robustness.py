"""What a net says of its test images when they are changed, asked level by level."""

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import kept, pack_answer, read_params
from cnnviz.engine.long.test_set import MACS_PER_CHUNK, MOST_IN_CHUNK, in_order_of_net, test_part
from cnnviz.evaluation.corruptions import Level, series_of
from cnnviz.evaluation.robustness import SeriesAnswers
from cnnviz.runs.files import dataset_facts

MOST_IMAGES = 10_000


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


@kept
def browser_robustness(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Labels (N,) as numbers; "said" and "sure" (levels, N)."""
    found = yield from changed_test_images(engine, subject, read_params(AskedSeries, params))
    return pack_answer({"labels": found.labels.tolist()}, said=found.said, sure=found.sure)
