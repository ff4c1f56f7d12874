import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten
from cnnviz.errors import InvalidInput, InvalidModel
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, model_to_bytes
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.compiled_model import compile_model

NET = Architecture(
    input_shape=(7, 6, 3),
    layers=(Conv(filters=4, activation="relu"), BatchNorm(), Flatten(), Dense(units=3, activation="softmax")),
)
IMAGES = np.random.default_rng(0).integers(0, 256, (24, 7, 6, 3), np.uint8)
LABELS = np.arange(24) % 3


def compiled_model(loss="crossentropy"):
    model = build_model(NET, seed=5)
    compile_model(model, TrainingConfig(loss=loss, optimizer="adam"), 3)
    return model


def train(model):
    history = model.fit(IMAGES, LABELS, epochs=1, batch_size=8, shuffle=False, verbose=0).history
    return {name: values[0] for name, values in history.items()}


def opened_by_keras(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.keras"
        path.write_bytes(data)
        return keras.saving.load_model(path)


def test_a_net_is_opened_to_be_asked_and_so_without_what_only_training_needs():
    model = compiled_model()
    train(model)
    loaded = model_from_bytes(model_to_bytes(model))
    assert not loaded.compiled
    assert np.array_equal(model(IMAGES, training=False), loaded(IMAGES, training=False))


@pytest.mark.parametrize("loss", ["crossentropy", "mse"])
def test_a_saved_model_predicts_the_same_and_trains_on_in_keras_as_if_nothing_had_happened(loss):
    model = compiled_model(loss)
    train(model)
    loaded = opened_by_keras(model_to_bytes(model))
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    assert np.array_equal(model(IMAGES, training=False), loaded(IMAGES, training=False))
    assert int(loaded.optimizer.iterations) == 3
    assert train(loaded) == pytest.approx(train(model), rel=1e-6)


def test_a_model_compiled_but_never_trained_comes_back_ready_to_train():
    model = compiled_model()
    loaded = opened_by_keras(model_to_bytes(model))
    assert float(loaded.optimizer.learning_rate) == pytest.approx(1e-3)
    assert train(loaded) == pytest.approx(train(model), rel=1e-6)


def test_an_uncompiled_model_makes_the_round_trip_too():
    model = build_model(NET)
    assert np.array_equal(model(IMAGES), model_from_bytes(model_to_bytes(model))(IMAGES))


def test_saving_and_loading_leave_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    model_from_bytes(model_to_bytes(build_model(NET)))
    with pytest.raises(InvalidModel):
        model_from_bytes(b"rubbish")
    assert list(tmp_path.iterdir()) == []


def saved(model):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.keras"
        model.save(path)
        return path.read_bytes()


def test_code_in_the_file_of_a_run_does_not_run(tmp_path):
    mark = tmp_path / "ran"
    place = str(mark)
    inputs = keras.Input((7, 6, 3))
    data = saved(keras.Model(inputs, keras.layers.Lambda(lambda x: (Path(place).touch(), x)[1])(inputs)))
    mark.unlink()  # making the model called the function, opening must not
    with pytest.raises(InvalidModel, match="cannot be read"):
        model_from_bytes(data)
    assert not mark.exists()


def test_every_truncation_of_the_file_of_a_run_is_told_as_damage():
    data = saved(build_model(NET))
    for length in range(0, len(data), len(data) // 7):
        with pytest.raises(InvalidModel, match=r"its file is damaged\. Train it again\. Received: "):
            model_from_bytes(data[:length])


def test_images_of_another_shape_are_refused():
    with pytest.raises(InvalidInput, match=r"images of shape \(7, 6, 3\).*Received: shape=\(24, 6, 6, 3\)"):
        predict_probabilities(build_model(NET), IMAGES[:, :6])
