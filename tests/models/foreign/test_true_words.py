"""What is said of a file that cannot be shown is true of that file."""

from collections.abc import Callable
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from onnx import TensorProto, helper, numpy_helper

from cnnviz.architecture.spec.naming import RESERVED_NAMES
from cnnviz.errors import InvalidModel
from cnnviz.models.read_model import read_model
from tests.models.foreign.attacks import FLAT, dense, keras_file, onnx_file, sequential
from tests.models.foreign.oracle import saved


def kernel(values: Any) -> Callable[[h5py.File], None]:
    def fill(file: h5py.File) -> None:
        if values is not None:
            file["layers/dense/vars/0"] = values
        file["layers/dense/vars/1"] = np.zeros(2, np.float32)

    return fill


def broken(number: float, dtype: str = "f4") -> np.ndarray:
    values = np.ones((192, 2), dtype)
    values[3, 1] = number
    return values


WORDS = {
    "no numbers any more": (broken(np.nan), "(NaN or infinity)", "Received: 1 of 384 that are not finite."),
    "infinity": (broken(np.inf), "(NaN or infinity)", "Received: 1 of 384 that are not finite."),
    "a number too large for float32": (broken(1e300, "f8"), "(NaN or infinity)", "Received: 1 of 384"),
    "text": (np.full((192, 2), "x", dtype=h5py.string_dtype()), "expected numbers of the shape", "Received: text."),
    "text of one length": (np.full((192, 2), b"x"), "expected numbers of the shape", "Received: text."),
    "complex numbers": (np.zeros((192, 2), "c16"), "expected numbers", "Received: values of the type complex128."),
    "nothing": (None, "expected numbers of the shape", "Received: nothing there."),
    "another shape": (np.zeros((3, 2), "f4"), "expected numbers of the shape", "Received: shape=(3, 2)."),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_stands_in_place_of_weights_is_said(name: str) -> None:
    values, *words = WORDS[name]
    with pytest.raises(InvalidModel) as problem:
        read_model(keras_file(sequential(FLAT, dense(2)), kernel(values)))
    assert all(each in str(problem.value) for each in words)


def test_nets_in_nets_are_too_deep_not_too_large() -> None:
    inner = dense(2)
    for number in range(12):
        inner = sequential(inner)
        inner["config"]["name"] = f"net_{number}"
    with pytest.raises(InvalidModel, match=r"nets in nets, more than 8 in each other.*Received: 9 in each other"):
        read_model(keras_file(inner))


def convolution(shape: tuple[int, ...] = (4, 3, 3, 3), **attributes: int) -> bytes:
    weights = numpy_helper.from_array(np.ones(np.abs(shape), np.float32), "w")
    weights.dims[:] = shape
    return onnx_file([helper.make_node("Conv", ["image", "w"], ["y"], **attributes)], numbers=[weights])


def test_a_side_below_zero_is_no_size() -> None:
    with pytest.raises(InvalidModel, match=r"'w' has a side below zero.*Received: \(-4, -3, 3, 3\)"):
        read_model(convolution((-4, -3, 3, 3)))


@pytest.mark.parametrize("groups", [0, -1])
def test_a_convolution_without_groups_is_not_shown(groups: int) -> None:
    with pytest.raises(InvalidModel, match=f"It has {groups} groups for 3 maps"):
        read_model(convolution(group=groups))


def test_a_net_that_chooses_parts_of_it_is_said_to_do_so() -> None:
    part = helper.make_graph(
        [helper.make_node("Relu", ["image"], ["z"])],
        "part",
        [],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)],
    )
    yes = numpy_helper.from_array(np.array(True), "yes")
    node = helper.make_node("If", ["yes"], ["y"], then_branch=part, else_branch=part)
    with pytest.raises(InvalidModel, match=r"It chooses or repeats nets of its own while it computes"):
        read_model(onnx_file([node], numbers=[yes]))


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_a_layer_whose_name_is_ours_is_not_counted_as_a_second_one(name: str) -> None:
    rest = [layers.Rescaling(1 / 255, name=name), layers.Flatten(), layers.Dense(2)]
    net = read_model(saved(keras.Sequential([keras.Input((6, 5, 3), name="picture"), *rest])))
    assert net.architecture.layers[0].name == f"{name}_layer"
