"""Activations against Keras."""

import warnings

import numpy as np
import pytest

from cnnviz.kernel_lab.activations import ACTIVATIONS, relu


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_equals_keras(name):
    import keras

    values = np.linspace(-9, 9, 91, dtype=np.float32).reshape(7, 13)
    ours = ACTIVATIONS[name](values)
    assert ours.dtype == np.float32
    assert ours.shape == (7, 13)
    expected = keras.ops.convert_to_numpy(keras.activations.get(name)(keras.ops.convert_to_tensor(values)))
    np.testing.assert_allclose(ours, expected, atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_of_any_size_stay_numbers_without_a_warning(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(ACTIVATIONS[name](np.array([[-1e6, 0, 1e6]]))).all()


def test_relu_cuts_off_what_is_negative():
    np.testing.assert_array_equal(relu(np.array([[-2, 0, 3.5]])), [[0, 0, 3.5]])
