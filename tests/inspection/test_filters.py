import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.errors import InvalidModel
from cnnviz.inspection.filters import first_kernels
from cnnviz.models.build import build_model


def test_the_kernels_are_those_of_the_first_convolution():
    net = Architecture(input_shape=(8, 9, 3), layers=(Conv(filters=4), Conv(filters=2, kernel=2), Flatten()))
    model = build_model(net)
    kernels = np.arange(3 * 3 * 3 * 4, dtype=np.float32).reshape(3, 3, 3, 4)
    model.get_layer("conv_1").set_weights([kernels, np.zeros(4)])
    assert np.array_equal(first_kernels(model), kernels)
    assert first_kernels(model).dtype == np.float32


def test_a_net_without_convolution_has_no_kernels():
    model = build_model(Architecture(input_shape=(4, 5, 1), layers=(Flatten(), Dense(units=2))))
    with pytest.raises(InvalidModel, match=r"no convolution.*dense_1"):
        first_kernels(model)
