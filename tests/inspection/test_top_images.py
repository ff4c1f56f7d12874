"""The images that excite units most: by hand, and against all values of all images at once."""

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten, GlobalAvgPool, MaxPool
from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import InvalidInput
from cnnviz.imaging.preprocess import fit_images
from cnnviz.inspection import strongest_images
from cnnviz.inspection.strongest_images import top_images
from cnnviz.inspection.top_images import (
    NUM_TOP,
    TopImages,
    UnitTops,
    merge_top_images,
    merge_tops,
    strongest,
)
from cnnviz.models.build import build_model

NETS = {
    "grey": Architecture(
        input_shape=(28, 28, 1),
        layers=(Conv(filters=3), MaxPool(), Conv(filters=4, activation="tanh"), Flatten(), Dense(units=10)),
    ),
    "one output, colour, other shape": Architecture(
        input_shape=(20, 16, 3), layers=(Conv(filters=3), GlobalAvgPool(), Dense(units=1, activation="sigmoid"))
    ),
    "no convolution": Architecture(input_shape=(28, 28, 1), layers=(Flatten(), Dense(units=10))),
}


def as_lists(tops: UnitTops) -> tuple[list, list, list]:
    return tops.values.tolist(), tops.images.tolist(), tops.places.tolist()


def test_each_image_counts_once_by_its_largest_value_and_where_it_is() -> None:
    """Two images of 1 x 3 with 2 units: unit 0 has 5 at the last place of the second one, unit 1 has 7 in the first."""
    values = np.array([[[[1, 7], [2, 0], [0, 6]]], [[[3, 1], [0, 2], [5, 2]]]], np.float32)
    assert as_lists(strongest(values, first=10)) == ([[5, 2], [7, 2]], [[11, 10], [10, 11]], [[2, 1], [0, 1]])


def test_of_equal_values_the_earlier_image_comes_first() -> None:
    one, later = strongest(np.ones((3, 2)), first=0), strongest(np.ones((3, 2)), first=3)
    assert merge_tops(one, later, 4).images.tolist() == [[0, 1, 2, 3]] * 2


def test_parts_of_a_set_come_to_what_the_whole_set_does() -> None:
    values = np.random.default_rng(0).normal(size=(50, 3, 2, 6)).astype(np.float32)
    whole = strongest(values, 0, 7)
    parts = strongest(values[:13], 0, 7)
    for start in range(13, 50, 5):
        parts = merge_tops(parts, strongest(values[start : start + 5], start, 7), 7)
    assert as_lists(parts) == as_lists(whole)


def test_parts_of_two_nets_are_refused() -> None:
    one, other = (TopImages({name: strongest(np.eye(2), 0)}, 2, 4) for name in ("a", "b"))
    with pytest.raises(InvalidInput, match=r"same layers.*'a', 'b'"):
        merge_top_images(one, other)


@pytest.mark.parametrize("name", NETS)
def test_every_unit_of_every_layer_has_the_images_that_keras_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strongest_images, "VALUES_PER_CALL", 30_000)  # so that there are many calls
    model = build_model(NETS[name], seed=4)
    dataset, options = ("digits", {}) if model.input_shape[-1] == 1 else ("shapes", {})
    images = fit_images(load_dataset(dataset, **options).x_test[:40], model.input_shape[1:])
    parts = [top_images(model, dataset, options, start, start + 20) for start in (0, 20)]
    found = merge_top_images(merge_top_images(None, parts[0]), parts[1])
    assert (found.num_images, found.num_total) == (40, len(load_dataset(dataset, **options).x_test))
    layers = [
        layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer | keras.layers.Rescaling)
    ]
    assert list(found.layers) == [layer.name for layer in layers]
    for layer in layers:
        values = np.asarray(keras.Model(model.inputs[0], layer.output)(images, training=False))
        flat = values.reshape(40, -1, values.shape[-1])
        tops = found.layers[layer.name]
        for unit in range(values.shape[-1]):
            largest = flat[:, :, unit].max(axis=1)
            expected = np.sort(largest)[::-1][:NUM_TOP]
            np.testing.assert_allclose(tops.values[unit], expected, rtol=1e-5, atol=1e-6)
            chosen, places = tops.images[unit], tops.places[unit]
            assert len(set(chosen.tolist())) == NUM_TOP
            np.testing.assert_allclose(flat[chosen, places, unit], tops.values[unit], rtol=1e-5, atol=1e-6)


def test_a_layer_with_very_many_units_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strongest_images, "MAX_UNITS", 100)
    found = top_images(build_model(NETS["no convolution"]), "digits", {}, 0, 5)
    assert list(found.layers) == ["dense_1"]
    assert found.layers["dense_1"].values.shape == (10, 5)  # of five images there are no eight
