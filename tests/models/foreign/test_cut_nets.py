"""What is shown of nets whose output cannot be reached, or that have several: never an answer that is none."""

from collections.abc import Callable
from typing import Any

import keras
import onnx
import pytest
from keras import layers
from onnx import TensorProto, helper

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.models.foreign.imported import ImportedNet
from cnnviz.models.foreign.outputs import LOGARITHMS_LAST
from cnnviz.models.net_file import read_manifest
from cnnviz.models.read_model import read_model
from tests.models.foreign.attacks import onnx_file
from tests.models.foreign.oracle import saved


def image() -> Any:
    return keras.Input((8, 6, 3))


def cut(*after: Any) -> keras.Model:
    """Maps, then other layers, then one that is not shown, then an answer."""
    return keras.Sequential([image(), layers.Conv2D(4, 3, name="maps"), *after, layers.UnitNormalization(), *answer()])


def answer() -> list[Any]:
    return [layers.Flatten(), layers.Dense(3, activation="softmax")]


AFTER: dict[str, Callable[[], list[Any]]] = {
    "nothing": list,
    "a row of 96 values": lambda: [layers.Flatten()],
    "the means of maps": lambda: [layers.GlobalAveragePooling2D()],
    "a softmax of ten": lambda: [layers.Flatten(), layers.Dense(10, activation="softmax")],
}


def output_shape(net: ImportedNet) -> tuple[int, ...]:
    return analyze(net.architecture).layers[-1].output_shape


@pytest.mark.parametrize("name", AFTER)
def test_a_net_that_is_cut_ends_with_maps_and_has_no_classes(name: str) -> None:
    net = read_model(saved(cut(*AFTER[name]())))
    assert (net.followed_to or "").startswith("unit_normalization")
    assert output_shape(net) == (6, 4, 4)
    assert read_manifest(net.net)["classes"] == []
    assert net.classes == ()
    lost = [line for line in net.report if not line.shown]
    assert [line.note for line in lost if line.operation == "Dense"][-1] == "It lies behind a step that is not shown."


def test_values_in_a_row_before_a_cut_are_told_apart_from_an_answer_in_the_report() -> None:
    net = read_model(saved(cut(layers.Flatten(name="row"))))
    (line,) = [line for line in net.report if line.name == "row"]
    assert not line.shown
    assert line.note == f"The answer is not reached because of {net.followed_to!r}."


def two_outputs(*, is_answer_first: bool) -> keras.Model:
    picture = image()
    maps = layers.Conv2D(4, 3, name="maps")(picture)
    mean = layers.GlobalAveragePooling2D()(maps)
    place = layers.Dense(4, name="place")(mean)
    kind = layers.Dense(3, activation="softmax", name="kind")(mean)
    return keras.Model(picture, [kind, place] if is_answer_first else [place, kind])


@pytest.mark.parametrize("is_answer_first", [True, False])
def test_of_two_outputs_the_one_with_probabilities_is_followed(is_answer_first: bool) -> None:
    net = read_model(saved(two_outputs(is_answer_first=is_answer_first)))
    assert net.note == "This net has 2 outputs: 'kind' is followed."
    assert net.followed_to is None
    assert output_shape(net) == (3,)
    (lost,) = [line for line in net.report if not line.shown]
    assert (lost.name, lost.note) == ("place", "Only another output needs it.")


def test_of_two_outputs_without_probabilities_the_first_is_followed() -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["row"]),
        helper.make_node("Relu", ["row"], ["one"]),
        helper.make_node("Tanh", ["row"], ["two"]),
    ]
    model = onnx.ModelProto.FromString(onnx_file(nodes))
    model.graph.output.insert(0, helper.make_tensor_value_info("one", TensorProto.FLOAT, None))
    net = read_model(model.SerializeToString())
    assert net.note == "This net has 2 outputs: 'one' is followed."
    assert [layer.kind for layer in net.architecture.layers][-1] == "activation"
    assert net.followed_to is None


def test_an_output_that_can_be_reached_is_followed_rather_than_one_that_cannot() -> None:
    picture = image()
    maps = layers.Conv2D(4, 3)(picture)
    lost = layers.Flatten()(layers.UnitNormalization(name="lost")(maps))
    found = layers.Dense(2, name="found")(layers.Flatten()(maps))
    net = read_model(saved(keras.Model(picture, [layers.Softmax()(lost), found])))
    assert net.note == "This net has 2 outputs: 'found' is followed."
    assert net.followed_to is None


def logarithms(*after: Any) -> ImportedNet:
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["row"]),
        helper.make_node("LogSoftmax", ["row"], ["shares"], axis=1),
        *after,
    ]
    return read_model(onnx_file(nodes))


def test_logarithms_of_probabilities_at_the_end_are_said_to_be_shown_as_probabilities() -> None:
    net = logarithms()
    assert net.architecture.layers[-1].function == "softmax"
    assert net.note == LOGARITHMS_LAST
    assert net.report[-1].note == "Shown as softmax: the net gives the logarithms of these shares."


def test_a_net_that_goes_on_with_logarithms_is_not_shown_as_if_they_were_probabilities() -> None:
    net = logarithms(helper.make_node("Exp", ["shares"], ["again"]))
    assert net.followed_to == "shares"
    assert output_shape(net) == (1, 1, 3)
    (line,) = [line for line in net.report if line.name == "shares"]
    assert (line.shown, line.note) == (False, "Other layers take the logarithms that it gives, which are not shown.")
