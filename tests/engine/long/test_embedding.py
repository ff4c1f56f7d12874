"""The test set as points, as browsers ask for it: a worker computes it chunk by chunk, and it is kept with the run."""

from typing import Any

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.datasets.registry import load_dataset
from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.engine.long import embedding
from cnnviz.engine.long_questions import LongQuestions
from cnnviz.errors import CnnvizError, InvalidInput
from cnnviz.inspection.projection import embed
from cnnviz.models.files import model_from_bytes
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from tests.engine.long.test_attribution import answered, with_shares
from tests.helpers import DIGITS_NET


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    return engine.wait(engine.train(DIGITS_NET, TrainingConfig(limit=100, epochs=1), by=OPERATOR).id)


@pytest.fixture(scope="module")
def oracle(engine: Engine, run: Run) -> Any:
    from cnnviz.imaging.preprocess import fit_images
    from cnnviz.inspection.embeddings import image_features

    model = model_from_bytes(engine.store.load_file(run.id, MODEL_FILE))
    return image_features(model, fit_images(load_dataset("digits").x_test, model.input_shape[1:]))


def array(header: dict[str, Any], data: bytes, name: str) -> np.ndarray:
    told = header["arrays"][name]
    kind = np.dtype("u1" if told["type"] == "uint8" else "<f4")
    return np.frombuffer(data, kind, int(np.prod(told["shape"])), told["offset"]).reshape(told["shape"])


def test_a_browser_gets_the_features_of_the_whole_test_set(engine: Engine, run: Run, oracle: Any, monkeypatch) -> None:
    monkeypatch.setattr(embedding, "MOST_IN_CHUNK", 100)
    shares, header, data = answered(LongQuestions(engine), "features", run)
    assert len(shares) == -(-header["total"] // 100)
    assert shares == sorted(shares)
    images = load_dataset("digits")
    assert header["labels"] == images.y_test.tolist()
    assert header["said"] == oracle.said.tolist()
    assert header["layer"] == oracle.layer
    assert np.allclose(array(header, data, "rows"), oracle.features, rtol=1e-4, atol=1e-4 * oracle.features.max())
    assert array(header, data, "pixels").shape == (header["total"], *DIGITS_NET.input_shape)
    again, header_again, data_again = answered(LongQuestions(engine), "features", run)
    assert not again  # kept with the run
    assert (header_again, data_again) == (header, data)


def test_points_and_axes_are_those_of_the_features(engine: Engine, run: Run, oracle: Any) -> None:
    _, header, data = answered(LongQuestions(engine), "embedding", run, method="pca", dimensions=3, count=60)
    expected = embed(oracle.features[:60], dimensions=3)
    assert np.allclose(array(header, data, "points"), expected.points, atol=1e-2 * np.abs(expected.points).max())
    assert np.allclose(array(header, data, "mean"), expected.mean, atol=1e-3)
    assert np.allclose(header["shares"], expected.shares, atol=1e-3)
    _, header, data = answered(LongQuestions(engine), "embedding", run, method="tsne", count=60)
    assert header["method"] == "tsne"
    assert array(header, data, "points").shape == (60, 2)


def test_of_a_test_set_that_is_too_large_to_send_every_second_image_is_taken(engine, run, oracle, monkeypatch) -> None:
    each = 4 * oracle.features.shape[1] + int(np.prod(DIGITS_NET.input_shape))
    monkeypatch.setattr(embedding, "MOST_BYTES", each * 250)
    found = with_shares(embedding.features_of_test_set(engine, RunModel(run.id), embedding.AskedFeatures(layer="")))[1]
    assert found.indices.tolist() == list(range(0, found.total, 2))
    assert found.labels.tolist() == load_dataset("digits").y_test[::2].tolist()


@pytest.mark.parametrize("params", [{"layer": "nothing"}, {"count": 0}, {"colour": 1}])
def test_what_cannot_be_asked_is_said(engine: Engine, run: Run, params: dict[str, Any]) -> None:
    with pytest.raises(CnnvizError):
        answered(LongQuestions(engine), "features", run, **params)


@pytest.mark.parametrize("params", [{"method": "magic"}, {"dimensions": 4}, {"perplexity": 0}, {"count": 3}])
def test_what_cannot_be_arranged_is_said(engine: Engine, run: Run, params: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        answered(LongQuestions(engine), "embedding", run, **params)
