"""Memory while learning by hand numbers, and the sentence for what costs most."""

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.costs import OPTIMIZER_SLOTS, dominant, layer_training_memory, training_memory
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, AvgPool, Backbone, BatchNorm, Conv, Dense, Flatten, Layer, MaxPool
from cnnviz.errors import InvalidConfig, UnknownName


def net(*layers: Layer, shape: tuple[int, int, int] = (10, 14, 3)) -> Architecture:
    return Architecture(input_shape=shape, layers=layers)


def same(filters: int, **settings: object) -> Conv:
    return Conv(filters=filters, padding="same", **settings)


def test_the_memory_of_a_training_step_is_weights_gradients_slots_images_and_maps():
    analysis = analyze(net(Flatten(), Dense(units=2), shape=(2, 3, 1)))
    params, values, image = 6 * 2 + 2, 6 + 2, 6
    assert training_memory(analysis, 5, "adam") == 4 * (params * 4 + 5 * (image + 2 * values))
    assert training_memory(analysis, 5, "sgd") == 4 * (params * 3 + 5 * (image + 2 * values))


def test_each_layer_tells_its_part_of_the_memory():
    flatten, dense = analyze(net(Flatten(), Dense(units=2), shape=(2, 3, 1))).layers
    assert layer_training_memory(flatten, 5, "adam") == 4 * 5 * 2 * 6
    assert layer_training_memory(dense, 5, "adam") == 4 * (14 * 4 + 5 * 2 * 2)


def test_what_is_frozen_needs_neither_gradients_nor_slots():
    frozen, trained = (analyze(net(Backbone(trainable=trainable), shape=(32, 40, 3))) for trainable in (False, True))
    report = frozen.layers[0]
    assert training_memory(frozen, 2, "adam") == 4 * (report.params + 2 * 3840) + 2 * report.memory_bytes
    more = training_memory(trained, 2, "adam") - training_memory(frozen, 2, "adam")
    assert more == 3 * 4 * 2_223_872 + 2 * report.memory_bytes


@pytest.mark.parametrize("optimizer", OPTIMIZER_SLOTS)
def test_a_larger_batch_needs_more_memory(optimizer: str):
    analysis = analyze(get_preset("lenet5").architecture)
    assert training_memory(analysis, 64, optimizer) > training_memory(analysis, 32, optimizer) > 3 * 4 * 61_706


def test_memory_for_an_unknown_optimizer_or_an_empty_batch_is_refused():
    analysis = analyze(get_preset("lenet5").architecture)
    with pytest.raises(UnknownName, match="adagrad"):
        training_memory(analysis, 8, "adagrad")
    with pytest.raises(InvalidConfig, match="batch_size=0"):
        training_memory(analysis, 0, "adam")


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ((Conv(filters=2), Flatten(), Dense(units=10)), "97\u202f% of the parameters are in Dense."),
        ((Flatten(), Dense(units=1000), Dense(units=1)), "Over 99\u202f% of the parameters are in Dense 1."),
        ((BatchNorm(),), "100\u202f% of the parameters are in Batch normalisation."),
        ((AvgPool(),), "The net has no parameters: nothing in it can learn."),
        (
            (same(3), MaxPool(), same(3), MaxPool(), same(3, kernel=1)),
            "80\u202f% of the multiply-adds are in Convolution 1.",
        ),
    ],
)
def test_what_dominates_is_said_in_a_sentence(layers: tuple, sentence: str):
    assert dominant(analyze(net(*layers))) == sentence


def test_a_net_in_balance_is_said_to_be_so():
    layers = [same(3)] * 5
    assert (
        dominant(analyze(net(*layers))) == "No layer dominates: the most parameters, 20\u202f%, are in Convolution 1."
    )
