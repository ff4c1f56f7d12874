from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.models.build import build_model
from cnnviz.models.files import MAX_HELD_BYTES, OBJECT_BYTES, held_models, model_bytes, model_from_bytes, model_to_bytes
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.compiled_model import compile_model

NET = Architecture(input_shape=(7, 6, 3), layers=(Conv(filters=4), Flatten(), Dense(units=3, activation="softmax")))
NUM_WEIGHTS = 3 * 3 * 3 * 4 + 4 + 5 * 4 * 4 * 3 + 3  # kernels and biases of the convolution, then of the dense layer


@pytest.fixture(autouse=True)
def _empty_cache():
    held_models.clear()
    yield
    held_models.clear()


def test_a_model_takes_four_bytes_a_weight_and_what_its_objects_take():
    assert model_bytes(build_model(NET)) == OBJECT_BYTES + 4 * NUM_WEIGHTS


def test_the_memory_of_the_optimizer_counts():
    model = build_model(NET)
    compile_model(model, TrainingConfig(optimizer="adam"), 3)
    model.fit(np.zeros((2, 7, 6, 3), np.uint8), np.zeros(2), verbose=0)
    assert 3 * 4 * NUM_WEIGHTS < model_bytes(model) - OBJECT_BYTES < 3 * 4 * NUM_WEIGHTS + 100, (
        "two moments and a count"
    )


def test_the_nets_of_a_class_of_thirty_are_held_at_once():
    thirty_of_mnist = 30 * (OBJECT_BYTES + 3 * 4 * 500_000)
    assert thirty_of_mnist < MAX_HELD_BYTES


def test_a_model_is_loaded_once_and_the_one_used_longest_ago_goes_first(monkeypatch):
    data, calls = model_to_bytes(build_model(NET)), []

    def ask(key):
        return held_models.get(key, lambda: calls.append(key) or model_from_bytes(data))

    first = ask("a")
    monkeypatch.setattr(held_models, "max_bytes", 2 * model_bytes(first))
    ask("b")
    assert ask("a") is first
    ask("c")
    ask("a")
    ask("b")
    assert calls == ["a", "b", "c", "b"]


def test_threads_that_ask_for_one_model_share_one_load():
    data, calls = model_to_bytes(build_model(NET)), []
    with ThreadPoolExecutor(4) as pool:
        models = list(
            pool.map(lambda _: held_models.get("k", lambda: calls.append(1) or model_from_bytes(data)), range(4))
        )
    assert calls == [1]
    assert len({id(model) for model in models}) == 1
