"""`evaluate RUN --robustness`."""

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.robustness import AskedSeries, changed_test_images
from cnnviz.evaluation.corruptions import CORRUPTIONS
from cnnviz.evaluation.robustness import half_points
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from tests.cli.test_cli import _json, _run
from tests.helpers import DIGITS_NET


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    return engine.wait(engine.train(DIGITS_NET, TrainingConfig(limit=400, epochs=2), by=OPERATOR).id)


def test_the_accuracy_at_each_level_is_that_of_the_page(capsys, engine: Engine, run: Run) -> None:
    data = _json(capsys, "evaluate", run.id, "--robustness", "--images", "60")
    assert (data["images"], list(data["corruptions"])) == (60, list(CORRUPTIONS))
    asked = AskedSeries(corruption="rotation", count=60)
    found = finished(changed_test_images(engine, RunModel(run.id), asked))
    told = data["corruptions"]["rotation"]
    assert told["levels"] == [0, 15, 30, 45, 60, 75, 90]
    assert told["accuracy"] == found.accuracies.tolist()
    assert told["half_gone"] == half_points(found)._asdict()
    assert data["accuracy"] == told["accuracy"][0]
    changed = [
        1 - (sum(one["accuracy"]) - data["accuracy"]) / (len(one["accuracy"]) - 1)
        for one in data["corruptions"].values()
    ]
    assert data["mean_error"] == pytest.approx(sum(changed) / len(changed))


def test_no_images_are_refused_in_a_sentence(capsys, run: Run) -> None:
    code, _, said = _run(capsys, "evaluate", run.id, "--robustness", "--images", "0")
    assert code == 2
    assert "expected 1 to 10,000" in said
