"""What Keras keeps once for the whole process: the random state of new layers, and with how many bits they compute."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keras

keras_lock = threading.RLock()
"""Held while models are built or loaded: every new layer draws from the process-wide random state, so two threads
that create layers at once would take each other's seeds."""

FULL, MIXED = "float32", "mixed_float16"


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Give the layers made inside this dtype policy; Keras keeps one for the whole process, so hold `keras_lock`."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
