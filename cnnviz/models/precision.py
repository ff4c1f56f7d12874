"""With how many bits new layers compute."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

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
