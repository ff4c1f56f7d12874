"""The whole test set, asked part by part: the images that excite units, and the images themselves."""

from typing import Any

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.datasets.registry import load_dataset
from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.engine.long import test_set
from cnnviz.engine.long_questions import LongQuestions
from cnnviz.errors import InvalidInput
from cnnviz.models.files import model_from_bytes
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from tests.engine.long.test_attribution import answered
from tests.helpers import DIGITS_NET


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    return engine.wait(engine.train(DIGITS_NET, TrainingConfig(limit=100, epochs=1), by=OPERATOR).id)


@pytest.fixture
def test_images() -> np.ndarray:
    return load_dataset("digits").x_test


def asked_of_workers(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    ask = test_set.ask
    monkeypatch.setattr(test_set, "ask", lambda *args, **rest: (asked.append(args[2]), ask(*args, **rest))[1])
    return asked


def test_the_whole_test_set_is_searched_once_a_run_and_kept(
    engine: Engine, run: Run, test_images: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    asked = asked_of_workers(engine, monkeypatch)
    monkeypatch.setattr(test_set, "MOST_IN_CHUNK", 150)
    questions, total = LongQuestions(engine), len(test_images)
    shares, header, body = answered(questions, "top_images", run)
    assert shares == [start / total for start in range(150, total, 150)]
    assert header["num_images"] == total
    model = model_from_bytes(engine.store.load_file(run.id, MODEL_FILE))
    for name in ("conv_1", "dense_1"):
        about = header["arrays"][name]
        values, images, places = np.frombuffer(body, "<f4", np.prod(about["shape"]), about["offset"]).reshape(
            about["shape"]
        )
        flat = np.asarray(keras.Model(model.inputs[0], model.get_layer(name).output)(test_images, training=False))
        flat = flat.reshape(total, -1, flat.shape[-1])
        expected = np.sort(flat.max(axis=1), axis=0)[::-1][: values.shape[1]].T
        np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-5)
        units = np.arange(len(values))[:, None]
        np.testing.assert_allclose(flat[images.astype(int), places.astype(int), units], values, rtol=1e-4, atol=1e-5)
    count = len(asked)
    assert count == -(-total // 150)
    assert answered(LongQuestions(engine), "top_images", run)[1:] == (header, body)
    assert len(asked) == count, "it is kept with the run"


def test_each_chunk_of_a_costly_net_is_small(engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_set, "MACS_PER_CHUNK", 1)
    chunks = test_set.search_test_set(engine, RunModel(run.id))
    total = len(load_dataset("digits").x_test)
    assert [next(chunks), next(chunks)] == [1 / total, 2 / total]
    chunks.close()


def test_images_are_given_by_their_place_with_their_labels(engine: Engine, run: Run, test_images: np.ndarray) -> None:
    _, header, body = answered(LongQuestions(engine), "test_images", run, images=[300, 2])
    assert header["labels"] == load_dataset("digits").y_test[[300, 2]].tolist()
    assert header["classes"] == list("0123456789")
    assert np.array_equal(np.frombuffer(body, np.uint8).reshape(2, 28, 28, 1), test_images[[300, 2]])


@pytest.mark.parametrize("images", [[], list(range(65)), ["a"], None])
def test_what_names_no_images_or_too_many_is_refused(engine: Engine, run: Run, images: Any) -> None:
    with pytest.raises(InvalidInput, match="cannot be read: images"):
        answered(LongQuestions(engine), "test_images", run, images=images)
