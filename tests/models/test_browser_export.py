"""A Keras model as a file for the browser: what it says of the layers, and that its weights are those of the model."""

import json

import keras
import numpy as np
import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import (
    Architecture,
    Backbone,
    Branches,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    MaxPool,
    Residual,
)
from cnnviz.errors import InvalidModel, NotInBrowser
from cnnviz.models.browser_export import model_from_net, net_file
from cnnviz.models.build import build_model
from cnnviz.models.manifest import net_manifest
from cnnviz.models.net_file import LACKING, read_manifest, read_weights, refuse_lacking, repack_net
from tests.architecture.random_nets import random_net

NET = Architecture(
    name="blocks",
    input_shape=(11, 8, 3),
    layers=(
        Conv(filters=4, kernel=3, stride=2, padding="same", activation="relu"),
        Residual(layers=(Conv(filters=4, padding="same"),), activation="relu"),
        Branches(branches=((MaxPool(size=3, stride=1, padding="same"),), ())),
        GlobalAvgPool(),
        Dense(units=2, activation="softmax"),
    ),
)


@pytest.fixture(scope="module")
def net() -> bytes:
    return net_file(build_model(NET), NET, ("cat", "dog"))


def test_the_manifest_of_a_net_with_blocks_by_hand(net: bytes) -> None:
    manifest = read_manifest(net)
    named = {layer["name"]: layer for layer in manifest["layers"]}
    inputs = {name: [manifest["layers"][i]["name"] for i in layer["inputs"]] for name, layer in named.items()}
    assert (manifest["name"], manifest["classes"], manifest["output"]) == ("blocks", ["cat", "dog"], "softmax")
    assert [layer["name"] for layer in manifest["layers"]][:3] == ["image", "rescaling", "conv_1"]
    assert inputs["conv_1"] == ["rescaling"]
    assert inputs["residual_1.add"] == ["residual_1.conv_1", "conv_1"]
    assert inputs["branches_1.concat"] == ["branches_1.1.max_pool_1", "residual_1.activation"]
    assert named["residual_1.activation"]["activation"] == "relu"
    assert named["residual_1.conv_1"]["block"] == "residual_1"
    assert named["conv_1"]["block"] is None
    conv = named["conv_1"]
    assert (conv["size"], conv["stride"], conv["shape"]) == ([3, 3], [2, 2], [6, 4, 4])
    assert conv["padding"] == [1, 1, 0, 1]  # 11 rows: 2 zeros more; 8 columns: 1, and the odd one stands after
    assert conv["weights"]["kernel"]["shape"] == [3, 3, 3, 4]
    assert [(block["name"], block["kind"]) for block in manifest["blocks"]] == [
        ("residual_1", "residual"),
        ("branches_1", "branches"),
    ]
    block = manifest["blocks"][0]
    inside = [layer["name"] for layer in manifest["layers"][block["first"] : block["stop"]]]
    assert inside == ["residual_1.conv_1", "residual_1.add", "residual_1.activation"]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_said_without_keras_is_what_the_model_s_file_says_but_for_the_places(seed: int) -> None:
    architecture = random_net(seed)
    said = net_manifest(architecture, ("a",))
    net = net_file(build_model(architecture), architecture, ("a",))
    places = [weight.pop("variable") for layer in said["layers"] for weight in layer["weights"].values()]
    assert places == list(range(len(places)))
    found = read_manifest(net)
    for layer in found["layers"]:
        for weight in layer["weights"].values():
            del weight["variable"], weight["offset"]
    assert json.loads(json.dumps(said)) == found


@pytest.mark.parametrize("seed", range(20))
def test_all_weights_of_a_random_net_are_in_its_file(seed: int) -> None:
    architecture = random_net(seed)
    model = build_model(architecture, seed=seed)
    net = net_file(model, architecture, ("a",))
    kept, manifest = read_weights(net), read_manifest(net)
    report = analyze(architecture)
    assert [layer["name"] for layer in manifest["layers"][2:]] == [node.name for node in trace(architecture)[0]]
    assert (manifest["params"], manifest["macs"]) == (report.totals.params, report.totals.macs)
    for layer in model.layers:
        if not layer.name.endswith(".stride"):
            expected = sorted(
                (np.array(weight) for weight in layer.weights), key=lambda values: (values.shape, values.sum())
            )
            found = sorted(kept[layer.name].values(), key=lambda values: (values.shape, values.sum()))
            assert len(found) == len(expected), layer.name
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_array_equal(one, other)


def test_the_net_of_another_epoch_is_the_file_with_other_weights(net: bytes) -> None:
    other = build_model(NET, seed=7)
    repacked = repack_net(net, [keras.ops.convert_to_numpy(variable) for variable in other.variables])
    assert repacked == net_file(other, NET, ("cat", "dog"))
    assert repacked != net


def test_weights_of_another_net_and_broken_ones_are_refused(net: bytes) -> None:
    variables = [np.array(variable) for variable in build_model(NET).variables]
    with pytest.raises(InvalidModel, match="do not belong to this net"):
        repack_net(net, variables[:3])
    with pytest.raises(InvalidModel, match="do not belong to this net"):
        repack_net(net, [variables[1], *variables[1:]])
    with pytest.raises(InvalidModel, match="finite"):
        repack_net(net, [np.full_like(values, np.nan) for values in variables])


def test_a_weight_of_another_shape_is_refused_with_the_title_of_its_layer() -> None:
    first, second = (
        Architecture(input_shape=(6, 7, 1), layers=(Conv(filters=1), Conv(filters=units), Flatten(), Dense(units=2)))
        for units in (1, 3)
    )
    said = r"^The weights of Convolution 2 are not those of this net: expected the shape \(3, 3, 1, 3\)\."
    with pytest.raises(InvalidModel, match=said):
        model_from_net(second, net_file(build_model(first), first, ("a", "b")))


@pytest.mark.parametrize(
    "content", [b"", b"\x05\x00\x00\x00{}", b"\xff\xff\xff\xff{}", b"<html>", b"\x04\x00\x00\x00null"]
)
def test_what_is_no_net_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(InvalidModel, match="This is no net for the browser"):
        read_manifest(content)


def test_a_layer_that_the_browser_lacks_is_named() -> None:
    net = Architecture(input_shape=(40, 48, 3), layers=(Backbone(weights="random"), GlobalAvgPool(), Dense(units=2)))
    with pytest.raises(NotInBrowser, match="The net holds a pretrained net, which") as refused:
        refuse_lacking(net)
    assert refused.value.kind in LACKING


def test_a_net_whose_weights_are_too_large_for_a_browser_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    net = get_preset("lenet5").architecture
    refuse_lacking(net)
    monkeypatch.setattr("cnnviz.models.net_file.MAX_BYTES", 61_706 * 4 - 1)
    with pytest.raises(NotInBrowser, match="Received: 246,824 bytes"):
        refuse_lacking(net)
