"""The sliders: what they build, and which setting they take for a given net."""

import random

import pytest
from pydantic import ValidationError

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.editing.slider_net import QuickNet
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec.paths import walk
from cnnviz.errors import InvalidArchitecture


def random_setting(seed: int) -> QuickNet:
    rng = random.Random(seed)
    return QuickNet(
        blocks=rng.randint(0, 6),
        filters=rng.randint(1, 256),
        growth=rng.choice(["same", "double"]),
        kernel=rng.choice([1, 3, 5, 7, 9, 11]),
        padding=rng.choice(["valid", "same"]),
        pooling=rng.choice(["max", "avg", "none"]),
        dense_units=rng.choice([0, 1, 64, 1024]),
        dropout=rng.choice([0.0, 0.25, 0.9]),
        batch_norm=rng.random() < 0.5,
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_sliders_found_for_a_built_net_build_it_again(seed: int):
    setting = random_setting(seed)
    built = setting.build((128, 96, 3), 5)
    found = QuickNet.from_architecture(built)
    assert found.build((128, 96, 3), 5) == built
    if setting.blocks > 1:
        assert found == setting


@pytest.mark.parametrize("name", ["conv32-64-cifar10", "dense-fashion", "digits-small"])
def test_the_sliders_find_a_plain_preset_exactly(name: str):
    architecture = get_preset(name).architecture
    rebuilt = QuickNet.from_architecture(architecture).build(architecture.input_shape, 10, name=name)
    assert rebuilt == architecture


@pytest.mark.parametrize("name", PRESETS)
def test_the_sliders_can_start_at_every_preset(name: str):
    architecture = PRESETS[name].architecture
    setting = QuickNet.from_architecture(architecture)
    assert setting.blocks == min(6, sum(layer.kind == "conv" for _, layer in walk(architecture.layers)))
    analyze(setting.build(architecture.input_shape, 10))


def test_blocks_double_their_filters_and_normalise_before_the_relu():
    setting = QuickNet(blocks=2, filters=8, batch_norm=True, pooling="avg", dense_units=16, dropout=0.5)
    architecture = setting.build((20, 24, 1), 3)
    block = ["conv", "batch_norm", "activation", "avg_pool"]
    assert [layer.kind for layer in architecture.layers] == [*block, *block, "flatten", "dense", "dropout", "dense"]
    assert [layer.filters for layer in architecture.layers if layer.kind == "conv"] == [8, 16]
    assert architecture.layers[0].activation == "linear"


def test_filters_never_double_beyond_what_a_convolution_may_have():
    architecture = QuickNet(blocks=6, filters=256, pooling="none").build((64, 60, 1), 2)
    assert [layer.filters for layer in architecture.layers[:6]] == [256, 512, 1024, 2048, 2048, 2048]


@pytest.mark.parametrize(
    "fields", [{"kernel": 4}, {"kernel": 13}, {"blocks": 7}, {"filters": 0}, {"dropout": 1.0}, {"dense_units": -1}]
)
def test_a_setting_out_of_its_range_is_refused(fields: dict):
    with pytest.raises(ValidationError):
        QuickNet(**fields)


@pytest.mark.parametrize(("input_shape", "num_classes"), [((0, 5, 1), 3), ((5, 6, 1), 0), ((5, 6, 9), 2)])
def test_an_impossible_input_or_output_is_refused(input_shape: tuple, num_classes: int):
    with pytest.raises(InvalidArchitecture, match="Received: "):
        QuickNet().build(input_shape, num_classes)
