"""What Keras has once for the whole process: the random state of new layers, their precision, and the device."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

import keras

from cnnviz.text.units import count_text

keras_lock = threading.RLock()
"""Held while models are built or loaded: every new layer draws from the process-wide random state, so two threads
that create layers at once would take each other's seeds."""

FULL, MIXED = "float32", "mixed_float16"


def _prepare_tensorflow() -> None:
    """Set up TensorFlow before the first model is made, for questions and trainings alike: whatever is asked first.

    A GPU is not reserved whole by this one process, of which there may be several. And 32 bits are 32 bits: by default
    TensorFlow rounds what a GPU multiplies to 10 bits after the point (TF32). Maps are then off by 2.4e-4 of their
    largest value (on an H100) and not by 6.7e-7, where they are to be within 1e-5 of what the browser computes. In
    training, full numbers leave large nets 0.36 to 0.67 of their speed; small ones wait for the host and lose
    nothing. Who wants speed trains with 16 bits.
    """
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(False)
    for gpu in tf.config.list_physical_devices("GPU"):
        with suppress(RuntimeError):  # TensorFlow already runs on it; it then stays as it was set up
            tf.config.experimental.set_memory_growth(gpu, True)


_prepare_tensorflow()


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Give the layers made inside this dtype policy; Keras keeps one for the whole process, so hold `keras_lock`."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@lru_cache(maxsize=1)
def describe_device() -> str:
    """Name the device that Keras computes on: "CPU, 2 cores", or the GPU's name."""
    names = _gpus()
    return ", ".join(names) if names else _describe_cpu(num_cores())


def has_gpu() -> bool:
    """Whether Keras computes on a GPU."""
    return bool(_gpus())


def _gpus() -> list[str]:
    return _tensorflow_gpus() if keras.backend.backend() == "tensorflow" else []


def _tensorflow_gpus() -> list[str]:
    import tensorflow as tf

    details = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    return [known.get("device_name", "GPU") for known in details]


def num_cores() -> int:
    """Cores this process may use: in a container fewer than the machine has (not known on every system)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _describe_cpu(num_cores: int) -> str:
    return f"CPU, {count_text(num_cores, 'core')}"
