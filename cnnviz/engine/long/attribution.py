"""Attribution and its checks, asked in parts: of a page, of the command line, and of the browser."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from cnnviz.engine.ask import RunModel, Subject, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import pack_answer, read_image, read_params
from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.parts import Begun
from cnnviz.inspection.attribution.results import (
    RANDOM_ORDERS,
    Attribution,
    Deletion,
    Randomisation,
    rank_correlation,
)


@dataclass(frozen=True, eq=False)
class Why:
    """Why a net says what it says of an image (H, W, C) uint8: the parameters of `attribute.attribution`."""

    image: np.ndarray
    method: str
    class_index: int | None = None
    layer: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def attribute(
    engine: Engine, subject: Subject, why: Why, shuffled: tuple[int, int] | None = None
) -> Generator[float, None, Attribution]:
    """Ask a worker for `attribution` part by part; `shuffled` as for `attribution_part`."""
    found: Begun | Attribution | None = None
    while not isinstance(found, Attribution):
        if found is not None:
            yield found.share
        found = ask(engine, subject, "attribution_part", **vars(why), begun=found, shuffled=shuffled)
    return found


def check_deletion(
    engine: Engine, subject: Subject, why: Why, explained: Attribution, baseline: str
) -> Generator[float, None, Deletion]:
    """Ask a worker for `deletion` curve by curve."""
    curves = []
    for order in range(1 + RANDOM_ORDERS):
        yield order / (1 + RANDOM_ORDERS)
        asked = {"image": why.image, "explained": explained, "baseline": baseline, "seed": 0, "order": order}
        curves.append(ask(engine, subject, "deletion_curve", **asked))
    return Deletion.of_curves(curves)


def check_randomisation(
    engine: Engine, subject: Subject, why: Why, explained: Attribution
) -> Generator[float, None, Randomisation]:
    """Ask a worker for `randomisation` part by part."""
    names, alike = ask(engine, subject, "weighted_layers"), []
    same = Why(why.image, explained.method, explained.class_index, explained.layer, why.settings)
    for number in range(1, len(names) + 1):
        yield (number - 1) / len(names)
        parts = attribute(engine, subject, same, (number, 0))
        while True:
            try:
                share = next(parts)
            except StopIteration as end:
                alike.append(rank_correlation(explained.map, end.value.map))
                break
            yield (number - 1 + share) / len(names)
    return Randomisation(names, tuple(alike), tells=bool(np.ptp(explained.map)))


class AskedWhy(BaseModel):
    """What a browser sends: pixels in a row, 0 to 255, and the rest as for `Why`."""

    model_config = ConfigDict(extra="forbid")

    image: list[float]
    method: str
    class_index: int | None = None
    layer: str = ""
    settings: dict[str, Any] = {}


class AskedCheck(AskedWhy):
    """With the map that was found, its values in a row and its shape; `baseline` is for deletion."""

    class_index: int
    map: list[float]
    shape: list[int]
    baseline: str = "mean"


def browser_attribution(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Map and values of a method."""
    found = yield from attribute(engine, subject, _why(engine, subject, read_params(AskedWhy, params)))
    header = {name: getattr(found, name) for name in ("class_index", "layer", "score", "probability", "facts")}
    return pack_answer(header, map=found.map, values=found.values)


def browser_deletion(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Curves, areas, and whether the map passes."""
    asked = read_params(AskedCheck, params)
    why = _why(engine, subject, asked)
    found = yield from check_deletion(engine, subject, why, _explained(asked), asked.baseline)
    header = {"curve": found.probabilities, "random": found.random, "area": found.area}
    return pack_answer({**header, "areas": found.random_areas, "passes": found.passes, "tells": found.tells})


def browser_randomisation(
    engine: Engine, subject: RunModel, params: Mapping[str, Any]
) -> Generator[float, None, bytes]:
    """How alike the map stays at each stage, and whether it passes."""
    asked = read_params(AskedCheck, params)
    found = yield from check_randomisation(engine, subject, _why(engine, subject, asked), _explained(asked))
    pairs = zip(found.layers, found.correlations, strict=True)
    return pack_answer(
        {
            "stages": [{"layer": layer, "alike": one} for layer, one in pairs],
            "passes": found.passes,
            "tells": found.tells,
        }
    )


def _why(engine: Engine, subject: RunModel, asked: AskedWhy) -> Why:
    image = read_image(asked.image, engine.store.get(subject.run_id).architecture.input_shape)
    return Why(image, asked.method, asked.class_index, asked.layer, asked.settings)


def _explained(asked: AskedCheck) -> Attribution:
    if len(asked.map) != np.prod(asked.shape) or not 1 <= len(asked.shape) <= 2:
        raise InvalidInput(
            "The map of the check cannot be read: expected as many values as its shape has. Load the page again. "
            f"Received: {len(asked.map):,} values of shape {tuple(asked.shape)}."
        )
    values = np.array(asked.map, np.float32).reshape(asked.shape)
    return Attribution(asked.method, asked.class_index, asked.layer, values, values, 0.0, 0.0)
