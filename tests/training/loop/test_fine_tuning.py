"""A training that begins with a net: its weights, what stays of them, and what they are good for."""

import io
from dataclasses import replace

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, Layer, MaxPool
from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import InvalidModel
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes
from cnnviz.models.net_file import read_manifest, read_weights
from cnnviz.training.config import Frozen, Head, TrainingConfig, make_config
from cnnviz.training.events import EpochEnded, Event, Started
from cnnviz.training.loop.compiled_model import capture_checkpoint, make_model, model_from_checkpoint
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import TrainingJob, TrainingResult
from cnnviz.training.loop.run import train

NET = Architecture(
    input_shape=(28, 28, 1),
    layers=(
        Conv(filters=4, activation="relu"),
        BatchNorm(),
        MaxPool(),
        Conv(filters=8, activation="relu"),
        MaxPool(),
        Flatten(),
        Dense(units=16, activation="relu"),
        Dense(units=5, activation="softmax"),
    ),
)
HEAD = "dense_2"
FIVE = tuple("01234")
BODY = ("conv_1", "batch_norm_1", "conv_2", "dense_1")


def start(net: Architecture = NET, classes: tuple[str, ...] = FIVE, seed: int = 7) -> bytes:
    model = build_model(net, seed=seed)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(np.linspace(0.1, 0.4, 4))
    return net_file(model, net, classes)


def settings(frozen: Frozen = "all-but-the-head", head: Head = "new", **config: object) -> TrainingConfig:
    tuned = {"name": "before", "frozen": frozen, "head": head}
    return make_config({"limit": 200, "epochs": 1, "fine_tuning": tuned, **config})


def run(
    config: TrainingConfig, net: Architecture = NET, begin: bytes | None = None, data: Dataset | None = None
) -> tuple[TrainingResult, list[Event]]:
    events: list[Event] = []
    job = TrainingJob("test", net, config, start=start(net) if begin is None else begin)
    return train(job, data or load_dataset("digits"), emit=events.append, control=Control()), events


def weights(result: TrainingResult) -> dict[str, dict[str, np.ndarray]]:
    assert result.net is not None
    return {name: values for name, values in read_weights(result.net).items() if values}


@pytest.mark.parametrize(
    ("frozen", "stay"),
    [
        ("all-but-the-head", BODY),
        ("all-but-the-last-part", BODY[:3]),
        ("nothing", ("batch_norm_1",)),
    ],
)
def test_frozen_layers_keep_each_bit_and_the_others_learn(frozen: Frozen, stay: tuple[str, ...]) -> None:
    before, after = read_weights(start()), weights(run(settings(frozen))[0])
    assert set(after) == {*BODY, HEAD}
    for layer in BODY:
        same = [np.array_equal(before[layer][name], values) for name, values in after[layer].items()]
        assert all(same) if layer in stay else not any(same), layer
    assert after[HEAD]["kernel"].shape == (16, 10)


def test_it_begins_with_the_weights_of_the_file_but_for_a_new_head() -> None:
    ten = make_model(NET, settings(), 5, start=start())
    for layer in BODY:
        for name, values in read_weights(start())[layer].items():
            attribute = {"mean": "moving_mean", "variance": "moving_variance"}.get(name, name)
            np.testing.assert_array_equal(getattr(ten.get_layer(layer), attribute).numpy(), values)
    assert not np.array_equal(ten.get_layer(HEAD).kernel.numpy(), read_weights(start())[HEAD]["kernel"])
    kept = make_model(NET, settings(head="kept"), 5, start=start())
    np.testing.assert_array_equal(kept.get_layer(HEAD).kernel.numpy(), read_weights(start())[HEAD]["kernel"])


def test_as_many_parameters_learn_as_were_counted() -> None:
    for frozen, number in (("all-but-the-head", 16 * 5 + 5), ("all-but-the-last-part", 85 + 200 * 16 + 16)):
        model = make_model(NET, settings(frozen), 5, start=start())
        assert sum(int(np.prod(one.shape)) for one in model.trainable_variables) == number


def test_it_goes_on_from_a_checkpoint_without_the_net_that_it_began_with() -> None:
    config = settings("all-but-the-last-part", epochs=2)
    _, events = run(config)
    checkpoints = [event.checkpoint for event in events if isinstance(event, EpochEnded)]
    fitted = next(Architecture.from_json(event.architecture) for event in events if isinstance(event, Started))
    job = TrainingJob("test", fitted, config, 1, checkpoints[0], classes=tuple("0123456789"))
    again: list[Event] = []
    train(job, load_dataset("digits"), emit=again.append, control=Control())
    ended = next(event.checkpoint for event in again if isinstance(event, EpochEnded))
    with np.load(io.BytesIO(ended)) as second, np.load(io.BytesIO(checkpoints[1])) as straight:
        assert second.files == straight.files
    assert capture_checkpoint(model_from_checkpoint(replace(job, checkpoint=ended))) == ended


def test_images_are_brought_into_the_size_of_the_net_whose_scaling_stays() -> None:
    net = Architecture.from_fields(
        {
            "input_shape": (20, 24, 3),
            "layers": [{"kind": "conv", "filters": 4}, {"kind": "global_avg_pool"}, {"kind": "dense", "units": 3}],
            "scaling": {"scale": 2 / 255, "shift": -1},
        }
    )
    result, events = run(settings(), net, start(net, tuple("abc")))
    begun = next(event for event in events if isinstance(event, Started))
    fitted = Architecture.from_json(begun.architecture)
    assert (fitted.input_shape, fitted.scaling) == (net.input_shape, net.scaling)
    assert fitted.layers[-1] == Dense(units=10, activation="softmax")
    assert (begun.facts.image_shape, begun.facts.num_train) == ((20, 24, 3), 200)
    assert model_from_bytes(result.model).input_shape == (None, 20, 24, 3)
    assert read_manifest(result.net or b"")["layers"][1]["shift"] == -1


def test_a_head_that_is_kept_keeps_the_order_of_its_classes() -> None:
    data = five()
    net = start(NET, FIVE[::-1])
    _, events = run(settings(head="kept"), begin=net, data=data)
    facts = next(event.facts for event in events if isinstance(event, Started))
    assert facts.classes == FIVE[::-1]
    assert facts.notes == data.notes
    _, events = run(settings(head="kept"), begin=start(NET, tuple("abcde")), data=data)
    facts = next(event.facts for event in events if isinstance(event, Started))
    assert facts.classes == FIVE
    assert "matched in order: a is 0, b is 1, c is 2, d is 3, ..." in facts.notes[0]


def test_the_file_of_another_net_is_refused() -> None:
    other = Architecture(input_shape=(28, 28, 1), layers=(Conv(filters=4), GlobalAvgPool(), Dense(units=5)))
    with pytest.raises(InvalidModel, match="are not those of this net"):
        run(settings(), begin=start(other))


def five() -> Dataset:
    """The digits 0 to 4 alone."""
    digits = load_dataset("digits")
    kept, asked = digits.y_train < 5, digits.y_test < 5
    return replace(
        digits,
        info=replace(digits.info, classes=FIVE),
        x_train=digits.x_train[kept],
        y_train=digits.y_train[kept],
        x_test=digits.x_test[asked],
        y_test=digits.y_test[asked],
    )


def test_what_was_learned_of_five_digits_helps_with_all_ten() -> None:
    def pair(filters: int) -> tuple[Layer, ...]:
        conv = Conv(filters=filters, activation="relu", padding="same")
        return conv, conv, MaxPool()

    layers = (*pair(8), *pair(16), *pair(32), Flatten(), Dense(units=5, activation="softmax"))
    net = Architecture(input_shape=(28, 28, 1), layers=layers)
    before = learned(net, five(), TrainingConfig(epochs=12))
    gentle = {"epochs": 2, "limit": None, "optimizer": "sgd", "learning_rate": 0.01}
    tuned, _ = run(settings(**gentle), net, before.net)
    fresh = learned(net, load_dataset("digits"), make_config(gentle))
    # 83.9% and 21.7% were measured, with other seeds 85.0% and 51.9%
    assert tuned.metrics["accuracy"] > fresh.metrics["accuracy"] + 0.1


def learned(net: Architecture, data: Dataset, config: TrainingConfig) -> TrainingResult:
    return train(TrainingJob("test", net, config), data, emit=lambda _: None, control=Control())
