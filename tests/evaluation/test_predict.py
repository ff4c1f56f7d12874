import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import ActivationLayer, Architecture, Conv, Dense, Flatten
from cnnviz.errors import InvalidInput
from cnnviz.evaluation import predict
from cnnviz.evaluation.predict import DIRECT_IMAGES, predict_probabilities
from cnnviz.models.build import build_model


def net_ending_in(*layers):
    return build_model(
        Architecture(input_shape=(6, 5, 3), layers=(Conv(filters=3, activation="relu"), Flatten(), *layers)), seed=2
    )


def images(count):
    return np.random.default_rng(0).integers(0, 256, (count, 6, 5, 3), np.uint8)


SOFTMAX = Dense(units=4, activation="softmax")


def test_many_images_get_the_probabilities_they_get_one_by_one():
    model, many = net_ending_in(SOFTMAX), images(DIRECT_IMAGES + 9)
    together = predict_probabilities(model, many)
    single = np.concatenate([predict_probabilities(model, many[i : i + 1]) for i in range(len(many))])
    assert together.shape == (DIRECT_IMAGES + 9, 4)
    assert together.dtype == np.float32
    assert np.allclose(together, single, atol=1e-6)
    assert np.allclose(together.sum(axis=1), 1, atol=1e-6)
    assert np.allclose(single, model(many, training=False), atol=1e-6)


@pytest.mark.parametrize("at_once", [16, 1, 0], ids=["a few", "one", "less than one"])
def test_images_in_parts_get_what_all_get_at_once(at_once, monkeypatch):
    model, few = net_ending_in(SOFTMAX), images(50)
    monkeypatch.setattr(predict, "VALUES_PER_CALL", at_once * few[0].size)
    assert np.allclose(predict_probabilities(model, few), model(few, training=False), atol=1e-6)


def test_no_image_gives_no_row():
    assert predict_probabilities(net_ending_in(SOFTMAX), images(0)).shape == (0, 4)
    assert predict_probabilities(net_ending_in(Dense(units=1, activation="sigmoid")), images(0)).shape == (0, 2)


def test_one_sigmoid_output_gives_two_columns():
    model, some = net_ending_in(Dense(units=1, activation="sigmoid")), images(5)
    second = keras.ops.convert_to_numpy(model(some))[:, 0]
    assert np.allclose(predict_probabilities(model, some), np.stack([1 - second, second], axis=1))


@pytest.mark.parametrize("head", [(Dense(units=4),), (Dense(units=4), ActivationLayer(function="softmax"))])
def test_raw_scores_go_through_a_softmax_exactly_once(head):
    model, some = net_ending_in(*head), images(5)
    scores = keras.Model(model.inputs[0], model.get_layer("dense_1").output)(some)
    assert np.allclose(predict_probabilities(model, some), keras.ops.softmax(scores), atol=1e-6)


def test_one_raw_score_goes_through_a_sigmoid():
    model, some = net_ending_in(Dense(units=1)), images(3)
    assert np.allclose(predict_probabilities(model, some)[:, 1:], keras.ops.sigmoid(model(some)), atol=1e-6)


def test_sigmoid_scores_of_several_classes_are_brought_to_a_sum_of_one():
    model, some = net_ending_in(Dense(units=3, activation="sigmoid")), images(3)
    scores = keras.ops.convert_to_numpy(model(some))
    assert np.allclose(predict_probabilities(model, some), scores / scores.sum(1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize("shape", [(2, 5, 6, 3), (2, 6, 5, 1), (6, 5, 3), (2, 6, 5)])
def test_images_of_another_shape_are_refused(shape):
    with pytest.raises(InvalidInput, match=r"takes images of shape \(6, 5, 3\).*Received: shape="):
        predict_probabilities(net_ending_in(SOFTMAX), np.zeros(shape, np.uint8))
