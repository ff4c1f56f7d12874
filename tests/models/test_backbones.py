"""Pretrained networks: where their weights come from, what is said meanwhile, and a training with one, offline."""

from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool, Residual
from cnnviz.architecture.spec.layers import Backbone
from cnnviz.datasets.registry import load_dataset
from cnnviz.engine.remote import tasks
from cnnviz.errors import DatasetUnavailable
from cnnviz.models import backbones
from cnnviz.models.backbones import fetch_weights, weights_file
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import EpochEnded, Event, Loading, Started
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import TrainingJob
from cnnviz.training.loop.run import train

SHAPE = (32, 40, 3)


def _net(**settings: object) -> Architecture:
    layers = (Backbone(**settings), GlobalAvgPool(), Dense(units=2, activation="softmax"))
    return Architecture(input_shape=SHAPE, layers=layers)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what Keras keeps, and no internet."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(backbones, "ORIGIN", "file:///nowhere")
    return tmp_path


def test_weights_that_cannot_be_fetched_are_told_in_a_sentence(home: Path) -> None:
    words = r"ImageNet weights of MobileNetV2 could not be loaded: expected a download of 9 MB, kept in .*models\. "
    with pytest.raises(DatasetUnavailable, match=words + r"Check the internet .* 'random' need none\. Received: "):
        fetch_weights(_net(), SHAPE, print)
    with pytest.raises(DatasetUnavailable, match=words):
        build_model(_net())


def test_random_weights_and_nets_without_a_backbone_fetch_nothing(home: Path) -> None:
    told = []
    fetch_weights(_net(weights="random"), SHAPE, lambda *args: told.append(args))
    blocks = (Residual(layers=(Conv(filters=3, kernel=1),)), GlobalAvgPool(), Dense(units=2))
    fetch_weights(Architecture(input_shape=SHAPE, layers=blocks), SHAPE, lambda *args: told.append(args))
    assert told == []


def _serve(monkeypatch: pytest.MonkeyPatch, folder: Path, network: str, data: bytes) -> str:
    """Put a file where the network's weights are fetched from; returns its name."""
    weights = backbones.WEIGHTS[network]
    path = weights.path.format(side=224)
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_bytes(data)
    monkeypatch.setattr(backbones, "ORIGIN", folder.as_uri())
    monkeypatch.setitem(backbones.WEIGHTS, network, weights._replace(num_bytes=len(data), md5=None))
    return Path(path).name


@pytest.mark.filterwarnings("ignore:`input_shape` is undefined or non-square")
def test_fetched_weights_are_those_of_the_net_and_their_progress_is_told(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    keras.utils.set_random_seed(3)
    original = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=SHAPE)
    folder = tmp_path_factory.mktemp("origin")
    original.save(folder / "some.h5")
    data = (folder / "some.h5").read_bytes()
    name = _serve(monkeypatch, folder, "MobileNetV2", data)
    told: list[tuple[str, float]] = []
    fetch_weights(_net(), SHAPE, lambda text, share: told.append((text, share)))
    assert {text for text, _ in told} == {f"Downloading ImageNet weights of MobileNetV2 ({len(data) / 1e6:.0f} MB)"}
    assert all(0 <= share <= 1 for _, share in told)
    assert (home / "models" / name).exists()
    model = build_model(_net())
    fetched = model.get_layer("backbone_1").get_weights()
    assert all(np.array_equal(one, other) for one, other in zip(fetched, original.get_weights(), strict=True))


@pytest.mark.filterwarnings("ignore:`input_shape` is undefined or non-square")
def test_a_damaged_file_of_weights_is_named(home: Path, tmp_path_factory, monkeypatch) -> None:
    name = _serve(monkeypatch, tmp_path_factory.mktemp("origin"), "MobileNetV2", b"cut off")
    with pytest.raises(DatasetUnavailable, match=rf"cannot be read. Delete .*{name}, so that they are fetched again"):
        build_model(_net())


@pytest.mark.parametrize(
    ("shape", "side"), [((96, 96, 3), 96), ((192, 192, 3), 192), ((96, 128, 3), 224), ((100, 100, 3), 224)]
)
def test_mobilenet_takes_the_weights_of_its_image_size(home: Path, monkeypatch, shape, side: int) -> None:
    monkeypatch.setattr(keras.utils, "get_file", lambda name, *_, **__: name)
    assert str(weights_file("MobileNetV2", shape)) == (
        f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{side}_no_top.h5"
    )


@pytest.mark.parametrize("network", backbones.WEIGHTS)
def test_keras_itself_asks_for_the_same_file_with_the_same_checksum(home: Path, monkeypatch, network: str) -> None:
    """What Keras has fetched before is found again, and the other way round."""
    ours, theirs = [], []

    def note(asked: list) -> object:
        def get_file(name: str, origin: str, **options: object) -> str:
            asked.append((name, origin.rsplit("/", 2)[1:], options.get("cache_subdir"), options.get("file_hash")))
            raise OSError("enough")

        return get_file

    monkeypatch.setattr(keras.utils, "get_file", note(ours))
    with pytest.raises(DatasetUnavailable):
        weights_file(network, (224, 224, 3))
    from keras.src.utils import file_utils

    monkeypatch.setattr(file_utils, "get_file", note(theirs))
    with pytest.raises(OSError, match="enough"):
        getattr(keras.applications, network)(include_top=False, input_shape=(224, 224, 3))
    assert ours == theirs


def test_a_training_with_a_frozen_backbone_runs_to_its_end_and_leaves_it_as_it_was() -> None:
    net = Architecture(
        input_shape=(32, 32, 3),
        layers=(Backbone(weights="random"), GlobalAvgPool(), Dense(units=6, activation="softmax")),
    )
    config = TrainingConfig(dataset="shapes", limit=40, epochs=2, batch_size=20, learning_rate=0.1)
    events: list[Event] = []
    result = train(TrainingJob("test", net, config), load_dataset("shapes"), emit=events.append, control=Control())
    assert not result.stopped
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [1, 2]
    assert result.test.probabilities.shape == (600, 6)
    before, after = build_model(net, seed=config.seed), model_from_bytes(result.model)

    def is_same(layer: str) -> bool:
        pairs = zip(before.get_layer(layer).get_weights(), after.get_layer(layer).get_weights(), strict=True)
        return all(np.array_equal(one, other) for one, other in pairs)

    assert is_same("backbone_1")
    assert not is_same("dense_1")


def test_a_training_says_that_it_fetches_weights_before_it_fails_offline(home: Path) -> None:
    job = TrainingJob("test", _net(), TrainingConfig(dataset="shapes", limit=40, epochs=1))
    events: list[Event] = []
    with pytest.raises(DatasetUnavailable, match="ImageNet weights of MobileNetV2 could not be loaded"):
        tasks.load_and_train(job, events.append, Control())
    assert Loading("Downloading ImageNet weights of MobileNetV2 (9 MB)", 0.0) in events
    assert not [event for event in events if isinstance(event, Started)]
