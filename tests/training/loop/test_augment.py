"""What augmentation does to training images, and that it does nothing else."""

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Dense, Flatten
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, model_to_bytes
from cnnviz.training.config import USUAL_AUGMENTATION, Augmentation
from cnnviz.training.loop.augment import augmentation_layers, preview

RAMP = np.linspace(0, 250, 20 * 30).reshape(1, 20, 30, 1).astype(np.uint8)  # brighter to the right and below
EACH = {"flip": True, "rotation": 30, "zoom": 0.4, "shear": 0.3, "shift": 0.2, "brightness": 0.3, "noise": 0.1}


@pytest.mark.parametrize("name", Augmentation.model_fields)
def test_each_setting_alone_changes_images_and_the_seed_decides_how(name: str) -> None:
    augmentation = Augmentation(**{name: EACH[name]})
    assert len(augmentation_layers(augmentation, seed=1)) == 1
    first, again, other = (preview(RAMP, augmentation, seed=seed, count=6) for seed in (1, 1, 4))
    assert first.shape == (1, 6, 20, 30, 1)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert (first[0] != RAMP[0]).any()


def test_without_settings_nothing_changes() -> None:
    for nothing in (None, Augmentation()):
        assert augmentation_layers(nothing, seed=0) == []
        assert (preview(RAMP, nothing, count=3) == RAMP).all()


def test_flipping_mirrors_some_images_and_leaves_the_others() -> None:
    seen = preview(RAMP, Augmentation(flip=True), seed=3, count=40)[0]
    mirrored = [np.array_equal(image, RAMP[0][:, ::-1]) for image in seen]
    same = [np.array_equal(image, RAMP[0]) for image in seen]
    assert all(a != b for a, b in zip(mirrored, same, strict=True))
    assert 8 < sum(mirrored) < 32


def test_brightness_moves_all_pixels_of_an_image_by_the_same_amount_within_its_bounds() -> None:
    grey = np.full((1, 6, 8, 3), 128, np.uint8)
    seen = preview(grey, Augmentation(brightness=0.2), count=50)[0].reshape(50, -1)
    assert (np.ptp(seen, axis=1) == 0).all()
    moved = seen[:, 0].astype(int) - 128
    assert -52 <= moved.min() < -20
    assert 20 < moved.max() <= 52


def test_noise_has_the_standard_deviation_that_was_asked_for() -> None:
    grey = np.full((1, 60, 80, 1), 128, np.uint8)
    assert preview(grey, Augmentation(noise=0.1), count=1).std() == pytest.approx(25.5, rel=0.05)


def test_a_quarter_turn_stays_below_the_angle() -> None:
    bar = np.zeros((1, 41, 41, 1), np.uint8)
    bar[:, 20, :] = 255
    seen = preview(bar, Augmentation(rotation=20), count=30)[0, ..., 0]
    rows = [np.nonzero(image[:, 38] > 100)[0].mean() for image in seen]  # 18 pixels right of the middle
    angles = np.degrees(np.arctan2(np.array(rows) - 20, 18))
    assert np.abs(angles).max() < 22
    assert np.abs(angles).max() > 12


def test_a_saved_net_with_every_change_predicts_as_without_and_loads_without_own_classes() -> None:
    net = Architecture(input_shape=(20, 30, 1), layers=(Flatten(), Dense(units=2, activation="softmax")))
    plain = build_model(net, seed=1)
    changed = build_model(net, seed=1, augmentation=augmentation_layers(Augmentation(**EACH), seed=5))
    changed.set_weights([*changed.get_weights()[:-2], *plain.get_weights()])
    for model in (changed, model_from_bytes(model_to_bytes(changed))):
        np.testing.assert_allclose(model(RAMP, training=False), plain(RAMP, training=False), atol=1e-6)
    assert all(type(layer).__module__.startswith("keras.") for layer in changed.layers)


def test_the_usual_changes_are_those_of_older_runs() -> None:
    shift, turn, zoom = augmentation_layers(USUAL_AUGMENTATION, seed=0)
    assert isinstance(shift, keras.layers.RandomTranslation)
    assert shift.height_factor == 0.08
    assert turn.factor == pytest.approx((-0.04, 0.04))
    assert zoom.height_factor == 0.1
    assert [layer.name for layer in (shift, turn, zoom)] == ["augment_shift", "augment_turn", "augment_zoom"]
