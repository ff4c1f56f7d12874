"""A net's file for browsers, written anew for other pictures or classes: by hand, without Keras."""

import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.layers import Conv, Dense, Flatten, GlobalAvgPool
from cnnviz.errors import InvalidModel
from cnnviz.models.manifest import net_manifest
from cnnviz.models.net_file import pack_net, read_manifest, read_variables
from cnnviz.models.refit import refit

KERNEL, WEIGHTS = np.arange(9, dtype=np.float32).reshape(3, 3, 1, 1), np.array([[2, 3]], np.float32)


def test_a_net_that_looks_everywhere_keeps_its_weights_for_pictures_of_another_size() -> None:
    layers = (Conv(filters=1, bias=False), GlobalAvgPool(), Dense(units=2, bias=False))
    small, large = (Architecture(input_shape=(*size, 1), layers=layers) for size in ((4, 5), (6, 8)))
    net = refit(pack_net(net_manifest(small, ("a", "b")), [KERNEL, WEIGHTS]), large, ("cat", "dog"))
    assert read_manifest(net)["input_shape"] == [6, 8, 1]
    assert read_manifest(net)["classes"] == ["cat", "dog"]
    assert [values.tolist() for values in read_variables(net)] == [KERNEL.tolist(), WEIGHTS.tolist()]


def test_weights_that_are_made_for_one_size_are_refused_with_the_title_of_their_layer() -> None:
    layers = (Conv(filters=1, bias=False), Flatten(), Dense(units=1, bias=False), Dense(units=2, bias=False))
    small, large = (Architecture(input_shape=(*size, 1), layers=layers) for size in ((4, 5), (6, 8)))
    net = pack_net(net_manifest(small, ("a", "b")), [KERNEL, np.ones((6, 1), np.float32), WEIGHTS])
    said = "This net cannot take pictures of 6 × 8 pixels: the weights of Dense 1 are made for another size."
    with pytest.raises(InvalidModel, match=f"^{said}"):
        refit(net, large, ("a", "b"))
