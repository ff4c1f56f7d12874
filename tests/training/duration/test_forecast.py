"""The time of a training from its net, images and settings."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.datasets.registry import describe
from cnnviz.errors import InvalidArchitecture, UnknownName
from cnnviz.imaging.decode import encode_png
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.forecast import forecast, image_counts, training_work
from cnnviz.training.duration.model import Calibration, predict_seconds, workload

NET = get_preset("digits-small").architecture
DIGITS = describe("digits")


@pytest.mark.parametrize(
    ("settings", "counts"),
    [
        ({}, (1437, 360, 0)),
        ({"limit": 400}, (400, 360, 0)),
        ({"limit": 5000}, (1437, 360, 0)),
        ({"validation_share": 0.25}, (1078, 359, 360)),
        ({"limit": 400, "validation_share": 0.25}, (300, 100, 360)),
    ],
)
def test_images_are_counted_as_the_training_splits_them(settings: dict, counts: tuple[int, int, int]) -> None:
    assert image_counts(TrainingConfig(**settings), DIGITS) == counts


def test_the_net_is_measured_in_the_form_that_the_images_give_it() -> None:
    config = TrainingConfig(dataset="shapes", epochs=3, batch_size=32, limit=1000)
    by_hand = workload(analyze(adapt(NET, (32, 32, 3), 6)), 1000, 3, 32, num_validation=600)
    assert training_work(NET, config) == by_hand
    assert forecast(NET, config) == predict_seconds(by_hand)
    fast = Calibration(seconds_per_gmac=0.001)
    assert forecast(NET, config, fast).expected < forecast(NET, config).expected


def test_images_of_free_size_take_that_of_the_net_or_what_was_asked_for() -> None:
    net = get_preset("conv64x2-cats-dogs").architecture  # 128 x 128 x 3
    usual, small = (
        training_work(net, TrainingConfig(dataset="cats_vs_dogs", images=images)) for images in ({}, {"size": (64, 48)})
    )
    assert small[2] < usual[2] / 4
    assert small[1] == usual[1]


def test_the_images_of_a_folder_are_counted(tmp_path: Path) -> None:
    for label in ("dot", "line"):
        (tmp_path / label).mkdir()
        for number in range(20):
            (tmp_path / label / f"{number}.png").write_bytes(encode_png(np.zeros((30, 40, 3), np.uint8)))
    work = training_work(NET, TrainingConfig(dataset=str(tmp_path), epochs=1, batch_size=10))
    assert work[1] == pytest.approx((len(NET.layers) + 3) * (3 + 1 / 3))  # 30 in three batches, 10 to test on


def test_an_impossible_training_has_no_forecast() -> None:
    with pytest.raises(UnknownName):
        forecast(NET, TrainingConfig(dataset="/nowhere"))
    deep = (*[Conv(filters=2, kernel=7)] * 7, Flatten(), Dense(units=10, activation="softmax"))
    with pytest.raises(InvalidArchitecture, match="larger than its input"):
        forecast(Architecture(input_shape=(64, 64, 1), layers=deep), TrainingConfig(dataset="digits"))
