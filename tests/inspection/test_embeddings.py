import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    MaxPool,
)
from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.inspection import embeddings
from cnnviz.inspection.embeddings import default_layer, image_features
from cnnviz.models.build import build_model

END = (Flatten(), Dense(units=7, activation="relu"), Dropout(rate=0.5), Dense(units=3, activation="softmax"))
NET = Architecture(input_shape=(9, 12, 3), layers=(Conv(filters=5, activation="relu"), MaxPool(), *END))
IMAGES = np.random.default_rng(4).integers(0, 256, (11, 9, 12, 3), np.uint8)


def test_the_default_is_what_the_last_layer_with_weights_reads() -> None:
    assert default_layer(build_model(NET)) == "dense_1"
    apart = NET.model_copy(
        update={"layers": (Conv(filters=5), GlobalAvgPool(), Dense(units=3), ActivationLayer(function="softmax"))}
    )
    assert default_layer(build_model(apart)) == "global_avg_pool_1"
    one_output = Architecture(input_shape=(4, 5, 1), layers=(Flatten(), Dense(units=1, activation="sigmoid")))
    assert default_layer(build_model(one_output)) == "flatten_1"
    class_maps = (Conv(filters=3), Conv(filters=4), GlobalAvgPool(), ActivationLayer(function="softmax"))
    assert default_layer(build_model(Architecture(input_shape=(8, 9, 1), layers=class_maps))) == "conv_1"
    maps = Architecture(input_shape=(8, 9, 1), layers=(Conv(filters=3), Conv(filters=4)))
    assert default_layer(build_model(maps)) == "conv_2"


@pytest.mark.parametrize("layer", ["", "max_pool_1"])
def test_features_are_what_keras_gives_and_maps_are_averaged(layer: str) -> None:
    model = build_model(NET)
    probe = keras.Model(model.inputs[0], [model.get_layer(layer or "dense_1").output, model.output])
    values, answers = (np.asarray(out) for out in probe(IMAGES, training=False))
    found = image_features(model, IMAGES, layer)
    expected = values.mean(axis=(1, 2)) if layer else values
    assert np.allclose(found.features, expected, rtol=1e-5, atol=1e-6)
    assert found.said.tolist() == answers.argmax(axis=1).tolist()
    assert found.is_mean == bool(layer)


def test_many_images_go_through_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build_model(NET)
    whole = image_features(model, IMAGES)
    monkeypatch.setattr("cnnviz.inspection.embeddings.VALUES_PER_CALL", 1000)
    assert np.allclose(image_features(model, IMAGES).features, whole.features, atol=1e-6)


def test_a_net_of_one_output_says_the_second_class_above_the_middle() -> None:
    model = build_model(Architecture(input_shape=(9, 12, 3), layers=(Flatten(), Dense(units=1, activation="sigmoid"))))
    found = image_features(model, IMAGES)
    assert found.said.tolist() == (np.asarray(model(IMAGES))[:, 0] > 0.5).astype(int).tolist()


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(UnknownName, match="dense_1"):
        image_features(build_model(NET), IMAGES, "nothing")


def test_a_part_of_a_test_set_comes_with_its_images_in_the_shape_of_the_net() -> None:
    model = build_model(Architecture(input_shape=(10, 9, 1), layers=(Flatten(), Dense(units=10, activation="softmax"))))
    data = load_dataset("digits")
    found = embeddings.test_set_features(model, "digits", {}, "", range(4, 10))
    assert found.images.shape == (6, 10, 9, 1)
    assert found.labels.tolist() == data.y_test[4:10].tolist()
    assert found.total == len(data.x_test)
    last = embeddings.test_set_features(model, "digits", {}, "", range(found.total - 2, found.total + 9))
    assert len(last.features) == 2
    with pytest.raises(InvalidInput, match="no such test images"):
        embeddings.test_set_features(model, "digits", {}, "", range(found.total, found.total + 1))
