"""Attribution and its checks as browsers ask for them, end to end: a worker computes them part by part."""

import json
from typing import Any

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.attribution import Why, attribute, check_deletion, check_randomisation
from cnnviz.engine.long_questions import LongQuestions
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.inspection.attribution.checks import deletion, randomisation
from cnnviz.models.files import model_from_bytes
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET

IMAGE = np.random.default_rng(1).integers(0, 256, (28, 28, 1), np.uint8)
OCCLUSION = {"patch": 8, "stride": 5, "baseline": "black"}
PIXELS = IMAGE.ravel().tolist()


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    return engine.wait(engine.train(DIGITS_NET, TrainingConfig(limit=100, epochs=1), by=OPERATOR).id)


@pytest.fixture(scope="module")
def model(engine: Engine, run: Run) -> Any:
    return model_from_bytes(engine.store.load_file(run.id, MODEL_FILE))


def with_shares(chunks: Any) -> tuple[list[float], Any]:
    """Shares that a generator yields, and what it returns."""
    shares: list[float] = []
    found = finished(chunks, shares.append)
    return shares, found


def answered(questions: LongQuestions, name: str, run: Run, **params: Any) -> tuple[list[float], Any, bytes]:
    waiting = questions.start(name, run.id, None, params)
    shares = []
    while True:
        questions.step(waiting).result(timeout=240)
        state = questions.state(waiting)
        if isinstance(state, bytes):
            length = 4 + int.from_bytes(state[:4], "little")
            return shares, json.loads(state[4:length]), state[length:]
        shares.append(state)


def test_a_browser_gets_map_and_checks_of_a_method_part_by_part(engine: Engine, run: Run, model: Any) -> None:
    from cnnviz.inspection.attribution.attribute import attribution

    questions = LongQuestions(engine)
    asked = {"image": PIXELS, "method": "occlusion", "class_index": 4, "layer": "", "settings": OCCLUSION}
    shares, header, body = answered(questions, "attribution", run, **asked)
    assert shares == [0.2, 0.4, 0.6, 0.8], "a row of places of the patch at a time"
    expected = attribution(model, IMAGE, "occlusion", 4, "", OCCLUSION)
    assert (header["class_index"], header["facts"]) == (4, {"rows": 5, "columns": 5})
    assert header["score"] == pytest.approx(expected.score, abs=1e-5)
    places = {name: (one["offset"], one["shape"]) for name, one in header["arrays"].items()}
    assert places == {"map": (0, [28, 28]), "values": (4 * 784, [28, 28])}
    found = np.frombuffer(body, "<f4", 784).reshape(28, 28)
    assert np.abs(found - expected.map).max() <= 1e-5 * np.abs(expected.map).max()

    check = {**asked, "map": found.ravel().tolist(), "shape": [28, 28], "baseline": "black"}
    shares, header, _ = answered(questions, "deletion", run, **check)
    assert len(shares) == 6
    curve = deletion(model, IMAGE, expected, "black")
    assert header["curve"] == pytest.approx(curve.probabilities, abs=1e-4)
    assert header["areas"] == pytest.approx(curve.random_areas, abs=1e-4)
    assert header["passes"] == curve.passes

    shares, header, _ = answered(questions, "randomisation", run, **check)
    alike = randomisation(model, IMAGE, expected, OCCLUSION)
    assert shares == sorted(shares)
    assert len(shares) == 5 * len(alike.layers)
    assert [stage["layer"] for stage in header["stages"]] == list(alike.layers)
    assert [stage["alike"] for stage in header["stages"]] == pytest.approx(alike.correlations, abs=1e-3)
    assert header["passes"] == alike.passes


@pytest.mark.parametrize("method", ["saliency", "smoothgrad", "integrated_gradients", "grad_cam_plus_plus"])
def test_in_parts_every_method_is_what_it_is_at_once(engine: Engine, run: Run, model: Any, method: str) -> None:
    from cnnviz.inspection.attribution.attribute import attribution

    shares, found = with_shares(attribute(engine, RunModel(run.id), Why(IMAGE, method)))
    expected = attribution(model, IMAGE, method)
    assert len(shares) == {"smoothgrad": 4, "integrated_gradients": 4}.get(method, 0)
    assert found.class_index == expected.class_index
    assert np.abs(found.values - expected.values).max() <= 1e-5 * np.abs(expected.values).max()


def test_of_an_epoch_its_own_net_is_asked(engine: Engine, run: Run) -> None:
    ended, first = (finished(attribute(engine, RunModel(run.id, at), Why(IMAGE, "saliency", 2))) for at in (None, 1))
    assert np.allclose(ended.values, first.values, atol=1e-6)


def test_a_map_without_places_has_no_deletion_but_a_shuffle(engine: Engine, run: Run) -> None:
    why = Why(IMAGE, "saliency", 1, DIGITS_NET.layers[-1].name or "dense_1")
    explained = finished(attribute(engine, RunModel(run.id), why))
    assert explained.map.ndim == 1
    with pytest.raises(InvalidInput, match="by a map only"):
        finished(check_deletion(engine, RunModel(run.id), why, explained, "black"))
    assert finished(check_randomisation(engine, RunModel(run.id), why, explained)).layers


@pytest.mark.parametrize(
    ("name", "params", "match"),
    [
        ("attribution", {}, r"image: field required\. Load the page again\. Received: \{\}"),
        ("attribution", {"image": PIXELS[1:], "method": "saliency"}, r"expected 784 values.*Received: 783 values"),
        ("attribution", {"image": [300, *PIXELS[1:]], "method": "saliency"}, "from 0 to 255"),
        ("attribution", {"image": PIXELS, "method": "saliency", "more": 1}, "more: extra inputs are not permitted"),
        (
            "deletion",
            {"image": PIXELS, "method": "saliency", "class_index": 1, "map": [1.0], "shape": [3, 2]},
            "of the check",
        ),
    ],
)
def test_what_a_browser_may_not_send_is_refused(engine: Engine, run: Run, name: str, params: Any, match: str) -> None:
    questions = LongQuestions(engine)
    with pytest.raises(InvalidInput, match=match):
        answered(questions, name, run, **params)


def test_a_method_that_is_none_is_refused_by_the_worker(engine: Engine, run: Run) -> None:
    with pytest.raises(UnknownName, match="method named 'nonsense'"):
        answered(LongQuestions(engine), "attribution", run, image=PIXELS, method="nonsense")
