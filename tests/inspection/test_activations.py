import gc
import weakref

import keras
import numpy as np
import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    MaxPool,
)
from cnnviz.errors import InvalidInput
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.activations import feature_maps, maps_and_kernels
from cnnviz.inspection.filters import first_kernels
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, model_to_bytes

NET = Architecture(
    input_shape=(9, 12, 3),
    layers=(
        Conv(filters=5, activation="linear"),
        BatchNorm(),
        ActivationLayer(function="relu"),
        MaxPool(),
        Dropout(rate=0.5),
        Conv(name="second", filters=4, kernel=2, padding="same", activation="tanh"),
        AvgPool(size=2, stride=1),
        Flatten(),
        Dense(units=7, activation="elu"),
        Dense(units=3, activation="softmax"),
    ),
)
IMAGE = np.random.default_rng(4).integers(0, 256, (9, 12, 3), np.uint8)


def test_every_layer_is_shown_under_the_name_kind_and_shape_of_its_report():
    maps = feature_maps(build_model(NET), IMAGE)
    reports = [(report.name, report.kind, report.output_shape) for report in analyze(NET).layers]
    assert [(layer.name, layer.kind, layer.shape) for layer in maps.layers[1:]] == reports
    assert all(layer.values.shape == layer.shape and layer.values.dtype == np.float32 for layer in maps.layers)


def test_the_first_entry_is_the_image_scaled_to_0_to_1():
    first = feature_maps(build_model(NET), IMAGE).layers[0]
    assert (first.name, first.kind) == ("image", "input")
    assert np.allclose(first.values, IMAGE / 255)


def test_each_layers_maps_are_those_of_a_model_cut_off_after_it():
    model = build_model(NET, seed=6)
    maps = feature_maps(model, IMAGE)
    for layer in maps.layers[1:]:
        cut = keras.Model(model.inputs[0], model.get_layer(layer.name).output)
        assert np.allclose(layer.values, cut(IMAGE[None], training=False)[0], atol=1e-6), layer.name
    assert np.allclose(maps.probabilities, predict_probabilities(model, IMAGE[None])[0])


def test_known_weights_give_the_map_reckoned_by_hand():
    net = Architecture(
        input_shape=(2, 4, 1),
        layers=(Conv(filters=1, kernel=2), MaxPool(size=1, stride=2), Flatten(), Dense(units=1, activation="sigmoid")),
    )
    model = build_model(net)
    model.get_layer("conv_1").set_weights([np.array([[1, 0], [0, -1]], np.float32)[..., None, None], np.zeros(1)])
    image = np.array([[255, 0, 51, 0], [0, 51, 102, 255]], np.uint8)[..., None]
    image_map, conv, pool, *_ = feature_maps(model, image).layers
    assert image_map.values[..., 0] == pytest.approx(np.array([[1, 0, 0.2, 0], [0, 0.2, 0.4, 1]]))
    assert conv.values[..., 0] == pytest.approx(np.array([[0.8, -0.4, -0.8]]), abs=1e-6)
    assert pool.values[..., 0] == pytest.approx(np.array([[0.8, -0.8]]), abs=1e-6)


def test_one_sigmoid_output_gives_two_probabilities():
    net = Architecture(input_shape=(4, 5, 1), layers=(Flatten(), Dense(units=1, activation="sigmoid")))
    maps = feature_maps(build_model(net), np.full((4, 5, 1), 90, np.uint8))
    assert maps.probabilities.tolist() == pytest.approx([1 - maps.layers[-1].values[0], maps.layers[-1].values[0]])


def test_augmentation_is_neither_applied_nor_shown():
    layers = [keras.layers.RandomTranslation(0.5, 0.5), keras.layers.RandomRotation(0.5)]
    plain, augmented = build_model(NET, seed=1), build_model(NET, seed=1, augmentation=layers)
    expected, maps = feature_maps(plain, IMAGE), feature_maps(augmented, IMAGE)
    assert [layer.name for layer in maps.layers] == [layer.name for layer in expected.layers]
    assert all(np.array_equal(a.values, b.values) for a, b in zip(maps.layers, expected.layers, strict=True))


def test_a_model_from_elsewhere_without_scaling_is_shown_as_it_takes_its_image():
    inputs = keras.Input((4, 6, 3))
    outputs = keras.layers.GlobalAveragePooling2D(name="mean")(keras.layers.ZeroPadding2D(name="border")(inputs))
    maps = feature_maps(keras.Model(inputs, outputs), IMAGE[:4, :6])
    assert [(layer.name, layer.kind, layer.shape) for layer in maps.layers] == [
        ("image", "input", (4, 6, 3)),
        ("border", "zero_padding", (6, 8, 3)),
        ("mean", "global_avg_pool", (3,)),
    ]
    assert np.array_equal(maps.layers[0].values, IMAGE[:4, :6])


def test_a_loaded_model_shows_the_same_maps():
    model = build_model(NET)
    loaded = model_from_bytes(model_to_bytes(model))
    pairs = zip(feature_maps(model, IMAGE).layers, feature_maps(loaded, IMAGE).layers, strict=True)
    assert all(np.array_equal(a.values, b.values) for a, b in pairs)


def test_weights_that_change_after_the_first_look_show_at_the_next():
    model = build_model(NET)
    feature_maps(model, IMAGE)
    model.get_layer("conv_1").set_weights([np.zeros((3, 3, 3, 5)), np.full(5, 2.0)])
    assert (feature_maps(model, IMAGE).layers[1].values == 2.0).all()


def test_the_many_headed_model_is_made_once_and_goes_with_its_model(monkeypatch):
    model, other = build_model(NET), build_model(NET)
    make, made = type(model).__init__, []

    def count(self, *args, **kwargs):
        made.append(weakref.ref(self))
        make(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(type(model), "__init__", count)
        for shown, number in ((model, 1), (model, 1), (other, 2), (model, 2)):
            feature_maps(shown, IMAGE)
            assert len(made) == number
    assert made[0]().inputs == model.inputs
    gone = weakref.ref(model)
    del model, shown
    keras.utils.clear_session()
    gc.collect()
    assert gone() is None
    assert made[0]() is None


def test_a_tiny_vgg_shows_all_its_maps():
    architecture = PRESETS["tiny-vgg"].architecture
    image = np.zeros(architecture.input_shape, np.uint8)
    maps = feature_maps(build_model(architecture), image)
    assert len(maps.layers) == len(architecture.layers) + 1


@pytest.mark.parametrize("shape", [(12, 9, 3), (9, 12, 1), (9, 12)])
def test_an_image_of_another_shape_is_refused(shape):
    with pytest.raises(InvalidInput, match=r"shape \(9, 12, 3\)"):
        feature_maps(build_model(NET), np.zeros(shape, np.uint8))


def test_global_pooling_is_a_vector():
    net = Architecture(
        input_shape=(5, 4, 1), layers=(Conv(filters=6), GlobalAvgPool(), Dense(units=2, activation="softmax"))
    )
    assert feature_maps(build_model(net), np.zeros((5, 4, 1), np.uint8)).layers[2].shape == (6,)


def test_the_view_of_an_epoch_holds_all_maps_and_the_first_kernels():
    model = build_model(Architecture(input_shape=(6, 5, 1), layers=(Conv(filters=2), Flatten(), Dense(units=3))))
    maps, kernels = maps_and_kernels(model, np.zeros((6, 5, 1), np.uint8))
    assert [layer.name for layer in maps.layers] == ["image", "conv_1", "flatten_1", "dense_1"]
    assert np.array_equal(kernels, first_kernels(model))


def test_a_net_without_convolution_is_shown_without_kernels():
    model = build_model(Architecture(input_shape=(6, 5, 1), layers=(Flatten(), Dense(units=3))))
    maps, kernels = maps_and_kernels(model, np.zeros((6, 5, 1), np.uint8))
    assert kernels is None
    assert maps.probabilities.shape == (3,)
