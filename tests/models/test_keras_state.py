import importlib.util
import re
from types import SimpleNamespace

import pytest
import tensorflow as tf

from cnnviz.models import keras_state
from cnnviz.models.keras_state import describe_device


@pytest.fixture(autouse=True)
def fresh_answer():
    describe_device.cache_clear()
    yield
    describe_device.cache_clear()


@pytest.fixture
def two_gpus(monkeypatch):
    grown = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["g0", "g1"] if kind == "GPU" else [])
    experimental = SimpleNamespace(
        set_memory_growth=lambda gpu, on: grown.append((gpu, on)),
        enable_tensor_float_32_execution=lambda _: None,
        get_device_details=lambda gpu: {"device_name": "Fast 9"} if gpu == "g0" else {},
    )
    monkeypatch.setattr(tf.config, "experimental", experimental)
    return grown


def test_without_a_gpu_the_cores_are_counted(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _: [])
    assert re.fullmatch(r"CPU, [1-9]\d* cores?", describe_device())


@pytest.mark.parametrize(("cores", "text"), [(1, "CPU, 1 core"), (12, "CPU, 12 cores")])
def test_one_core_is_no_cores(monkeypatch, cores, text):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _: [])
    monkeypatch.setattr(keras_state, "num_cores", lambda: cores)
    assert describe_device() == text


@pytest.fixture
def import_again(two_gpus):
    """What imports a second copy of the module, as a worker with such GPUs does."""
    again = importlib.util.spec_from_file_location("again", keras_state.__file__)
    return lambda: again.loader.exec_module(importlib.util.module_from_spec(again))


def test_gpus_are_named(two_gpus):
    assert describe_device() == "Fast 9, GPU"


def test_gpus_are_not_reserved_whole_whatever_a_worker_is_asked_first(two_gpus, import_again):
    import_again()
    assert two_gpus == [("g0", True), ("g1", True)]


def test_a_gpu_that_already_runs_stays_as_it_is(import_again, monkeypatch):
    def refuse(gpu, on):
        raise RuntimeError("already initialized")

    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", refuse)
    import_again()


def test_numbers_of_32_bits_are_not_shortened_on_a_gpu():
    """TensorFlow's default is to shorten them; to know Keras's state is to have turned that off."""
    assert not tf.config.experimental.tensor_float_32_execution_enabled()
