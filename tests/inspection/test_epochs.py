import numpy as np

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.inspection.activations import maps_and_kernels
from cnnviz.inspection.filters import first_kernels
from cnnviz.models.build import build_model

IMAGE = np.random.default_rng(0).integers(0, 256, (6, 5, 1), dtype=np.uint8)


def test_the_view_of_an_epoch_holds_all_maps_and_the_first_kernels():
    model = build_model(Architecture(input_shape=(6, 5, 1), layers=(Conv(filters=2), Flatten(), Dense(units=3))))
    maps, kernels = maps_and_kernels(model, IMAGE)
    assert [layer.name for layer in maps.layers] == ["image", "conv_1", "flatten_1", "dense_1"]
    assert np.array_equal(kernels, first_kernels(model))


def test_a_net_without_convolution_is_shown_without_kernels():
    model = build_model(Architecture(input_shape=(6, 5, 1), layers=(Flatten(), Dense(units=3))))
    maps, kernels = maps_and_kernels(model, IMAGE)
    assert kernels is None
    assert maps.probabilities.shape == (3,)
