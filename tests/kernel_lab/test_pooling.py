"""Pooling against hand numbers and Keras."""

import numpy as np
import pytest

from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.kernel_lab.pooling import POOLINGS, pool

VALUES = np.array([[1, 5, 2, 0, 9], [3, 4, 8, 8, 9], [0, 0, -1, -2, 9]])


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("max", [[5, 8]]),
        ("avg", [[3.25, 4.5]]),
        ("min", [[1, 0]]),
        ("sum", [[13, 18]]),
        ("global_max", [[9]]),
        ("global_avg", [[55 / 15]]),
    ],
)
def test_two_by_two_windows_worked_out_by_hand(mode, expected):
    out = pool(VALUES, mode=mode)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, expected, rtol=1e-6)


@pytest.mark.parametrize("mode", POOLINGS)
def test_one_value_pools_to_itself(mode):
    np.testing.assert_array_equal(pool(np.array([[-7.5]]), 1, mode=mode), [[-7.5]])


@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, None), (3, 1), (2, 3), (3, 2)])
@pytest.mark.parametrize(("mode", "keras_name"), [("max", "max_pool"), ("avg", "average_pool")])
def test_every_window_and_stride_equals_keras(mode, keras_name, size, stride):
    import keras

    values = np.random.default_rng(0).normal(size=(11, 16)).astype(np.float32)
    keras_pool = getattr(keras.ops, keras_name)
    expected = keras_pool(values[None, ..., None], size, strides=stride or size)
    expected = keras.ops.convert_to_numpy(expected)[0, ..., 0]
    np.testing.assert_allclose(pool(values, size, stride=stride, mode=mode), expected, atol=1e-6)


def test_a_window_larger_than_the_map_is_refused():
    with pytest.raises(InvalidInput, match="4×4 pooling window does not fit into a map of 3 × 5"):
        pool(VALUES, 4)


@pytest.mark.parametrize(("size", "stride"), [(0, None), (2, 0), (-1, None)])
def test_a_window_or_stride_below_one_is_refused(size, stride):
    with pytest.raises(InvalidInput, match="at least 1"):
        pool(VALUES, size, stride=stride)


def test_an_unknown_pooling_is_refused():
    with pytest.raises(UnknownName, match="global_avg"):
        pool(VALUES, mode="median")


@pytest.mark.parametrize("values", [np.ones(3), np.ones((0, 3)), np.ones((2, 2, 3))])
def test_something_that_is_no_map_is_refused(values):
    with pytest.raises(InvalidInput, match=r"a map \(H, W\)"):
        pool(values)
