"""What a net says of changed test images: a worker answers level by level as Keras does here, and it is kept."""

from typing import Any

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.datasets.registry import load_dataset
from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.engine.long import robustness
from cnnviz.engine.long.robustness import AskedSeries, changed_test_images
from cnnviz.engine.long_questions import LongQuestions
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.evaluation.corruptions import corrupt, series_of
from cnnviz.models.files import model_from_bytes
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from tests.engine.long.test_attribution import answered, with_shares
from tests.engine.long.test_embedding import array
from tests.helpers import DIGITS_NET


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    return engine.wait(engine.train(DIGITS_NET, TrainingConfig(limit=400, epochs=2), by=OPERATOR).id)


def kerass(engine: Engine, run: Run, name: str, count: int) -> np.ndarray:
    """Probabilities (levels, count, classes)."""
    from cnnviz.evaluation.predict import predict_probabilities

    model = model_from_bytes(engine.store.load_file(run.id, MODEL_FILE))
    images = load_dataset("digits").x_test[:count]
    levels = series_of(name, *images.shape[1:3]).levels
    return np.stack([predict_probabilities(model, corrupt(images, level, np.arange(count))) for level in levels])


@pytest.mark.parametrize("name", ["noise", "rotation"])
def test_a_browser_gets_what_keras_says_of_the_same_changed_images(engine: Engine, run: Run, name: str) -> None:
    shares, header, body = answered(LongQuestions(engine), "robustness", run, corruption=name, count=30)
    assert shares == pytest.approx([level / 7 for level in range(1, 8)])
    assert header["labels"] == load_dataset("digits").y_test[:30].tolist()
    expected = kerass(engine, run, name, 30)
    assert np.array_equal(array(header, body, "said"), expected.argmax(2))
    assert np.allclose(array(header, body, "sure"), expected.max(2), atol=1e-5)
    again, *same = answered(LongQuestions(engine), "robustness", run, corruption=name, count=30)
    assert not again, "it is kept with the run"
    assert same == [header, body]


def test_large_nets_are_asked_in_small_chunks_of_all_test_images_that_there_are(
    engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robustness, "MOST_IN_CHUNK", 200)
    shares, found = with_shares(
        changed_test_images(engine, RunModel(run.id), AskedSeries(corruption="blur", count=5000))
    )
    total = len(load_dataset("digits").y_test)
    assert len(shares) == 7 * 2
    assert shares == sorted(shares)
    assert found.said.shape == found.sure.shape == (7, total)
    assert np.array_equal(found.said, kerass(engine, run, "blur", total).argmax(2))


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"corruption": "fog"}, UnknownName),
        ({"corruption": "blur", "count": 0}, InvalidInput),
        ({"count": 3}, InvalidInput),
    ],
)
def test_what_is_no_such_question_is_refused(
    engine: Engine, run: Run, params: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        answered(LongQuestions(engine), "robustness", run, **params)
