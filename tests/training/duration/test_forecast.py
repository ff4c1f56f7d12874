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
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.training.duration.forecast import fingerprint, forecast, image_counts, training_work
from cnnviz.training.duration.model import Calibration, predict_seconds, workload
from cnnviz.training.duration.pace import measured

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
    by_hand = workload(analyze(adapt(NET, (32, 32, 3), 6)), config, num_images=1000, num_validation=600)
    assert training_work(NET, config) == by_hand
    assert forecast(NET, config) == predict_seconds(by_hand)
    fast = Calibration(seconds_per_gmac=0.001)
    assert forecast(NET, config, fast).expected < forecast(NET, config).expected


DIGIT_RUN = TrainingConfig(dataset="digits", epochs=4)


def _known(config: TrainingConfig, seconds: float) -> Calibration:
    """A worker on which that training of the net has run, half of it in the first epoch."""
    ends = [seconds * (0.5 + 0.5 * number / config.epochs) for number in range(config.epochs)]
    run = measured(training_work(NET, config), ends, seconds, fingerprint(NET, config))
    return Calibration(runs=(run,))


@pytest.mark.parametrize(
    "change",
    [{"seed": 3}, {"epochs": 9}, {"limit": 60}, {"optimizer": "sgd", "learning_rate": 0.1}, {"schedule": "cosine"}],
)
def test_a_net_that_has_run_here_is_predicted_by_its_own_pace(change: dict) -> None:
    assert forecast(NET, DIGIT_RUN, _known(DIGIT_RUN, 80.0)).expected == pytest.approx(80.0)
    assert forecast(NET, DIGIT_RUN.model_copy(update=change), _known(DIGIT_RUN, 80.0)).is_measured


@pytest.mark.parametrize(
    "change", [{"batch_size": 16}, {"augment": Augmentation(flip=True)}, {"dataset": "faces"}, {"dataset": "shapes"}]
)
def test_another_form_of_a_net_is_not_measured_yet(change: dict) -> None:
    known = _known(DIGIT_RUN, 80.0)
    assert forecast(NET, DIGIT_RUN.model_copy(update=change), known).is_measured is False
    assert forecast(get_preset("lenet5").architecture, DIGIT_RUN, known).is_measured is False


def test_a_net_by_another_name_is_the_same_and_so_is_one_that_fits_already() -> None:
    fitted = adapt(NET, (25, 25, 1), 2)
    faces = TrainingConfig(dataset="faces")
    assert fingerprint(NET, faces) == fingerprint(fitted.model_copy(update={"name": "mine"}), faces)


def test_images_of_free_size_take_that_of_the_net_or_what_was_asked_for() -> None:
    net = get_preset("conv64x2-cats-dogs").architecture  # 128 x 128 x 3
    usual, small = (
        training_work(net, TrainingConfig(dataset="cats_vs_dogs", images=images)) for images in ({}, {"size": (64, 48)})
    )
    assert small.epoch.gmacs < usual.epoch.gmacs / 4
    assert small.epoch.calls == usual.epoch.calls


def test_the_images_of_a_folder_are_counted(tmp_path: Path) -> None:
    for label in ("dot", "line"):
        (tmp_path / label).mkdir()
        for number in range(20):
            (tmp_path / label / f"{number}.png").write_bytes(encode_png(np.zeros((30, 40, 3), np.uint8)))
    work = training_work(NET, TrainingConfig(dataset=str(tmp_path), epochs=1, batch_size=10))
    assert work.epoch.calls == pytest.approx((len(NET.layers) + 3) * (3 + 1 / 3))  # 30 in three batches, 10 to test on


def test_an_impossible_training_has_no_forecast() -> None:
    with pytest.raises(UnknownName):
        forecast(NET, TrainingConfig(dataset="/nowhere"))
    deep = (*[Conv(filters=2, kernel=7)] * 7, Flatten(), Dense(units=10, activation="softmax"))
    with pytest.raises(InvalidArchitecture, match="larger than its input"):
        forecast(Architecture(input_shape=(64, 64, 1), layers=deep), TrainingConfig(dataset="digits"))
