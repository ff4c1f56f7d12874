import io
import json
import tempfile
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten
from cnnviz.errors import InvalidModel
from cnnviz.models import files
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


def functional(layer, shape=(7, 6, 3)):
    inputs = keras.Input(shape)
    return keras.Model(inputs, layer(inputs))


def test_a_model_with_python_code_in_it_is_refused_and_the_code_does_not_run(tmp_path):
    mark = tmp_path / "ran"
    place = str(mark)
    layer = keras.layers.Lambda(lambda x: (Path(place).touch(), x)[1])
    data = saved(functional(layer))
    mark.unlink()  # making the model called the function, loading must not
    with pytest.raises(InvalidModel, match=r"'lambda' is a Lambda, .*could run code"):
        model_from_bytes(data)
    assert not mark.exists()


def test_a_model_with_code_hidden_in_an_inner_model_is_refused():
    inner = functional(keras.layers.Lambda(lambda x: x, output_shape=(7, 6, 3)))
    with pytest.raises(InvalidModel, match="is a Lambda"):
        model_from_bytes(saved(functional(inner)))


def rewritten(change):
    """The bytes of a good model whose config.json went through `change`."""
    source = zipfile.ZipFile(io.BytesIO(saved(build_model(NET))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            archive.writestr(name, change(data.decode()) if name == "config.json" else data)
    return target.getvalue()


@pytest.mark.parametrize("module", ["os", "subprocess", "keras.src.utils.file_utils"])
def test_a_config_that_names_something_else_than_a_layer_is_refused(module):
    def change(text):
        config = json.loads(text)
        config["config"]["layers"][2] |= {"module": module, "class_name": "system", "registered_name": None}
        return json.dumps(config)

    with pytest.raises(InvalidModel, match=f"'conv_1' is a system, .*could run code.*module='{module}'"):
        model_from_bytes(rewritten(change))


def archive_of(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_json", ".json"), data)
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no model at all",
        b"PK\x03\x04 cut off",
        archive_of(readme="hello"),
        archive_of(config_json="{not json"),
        archive_of(config_json=b"\xff\xfe\xff"),
        archive_of(config_json="[" * 100_000),
    ],
    ids=["empty", "text", "broken zip", "zip of something", "broken json", "binary", "deep json"],
)
def test_a_file_that_is_no_keras_model_is_refused_in_a_sentence(data):
    with pytest.raises(InvalidModel, match=r"no Keras model.*Received: [\d,]+ bytes"):
        model_from_bytes(data)


@pytest.mark.parametrize("config", ["{}", "[]", "3", '{"class_name": "Functional", "module": "keras", "config": {}}'])
def test_an_archive_whose_config_describes_no_model_is_refused(config):
    with pytest.raises(InvalidModel):
        model_from_bytes(archive_of(config_json=config))


def test_every_truncation_of_a_good_file_is_refused():
    data = saved(build_model(NET))
    for length in range(0, len(data), len(data) // 7):
        with pytest.raises(InvalidModel):
            model_from_bytes(data[:length])


def test_a_description_too_long_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(files, "MAX_CONFIG_BYTES", 1000)
    monkeypatch.setattr(files.json, "loads", lambda _: pytest.fail("it was read"))
    with pytest.raises(InvalidModel, match=r"too large: expected at most 1,000 bytes.*Received: 10,000"):
        model_from_bytes(archive_of(config_json=b"0" * 10_000))


def test_a_model_that_takes_no_images_is_refused():
    data = saved(functional(keras.layers.Dense(2), shape=(4,)))
    with pytest.raises(InvalidModel, match="classifies no images"):
        model_from_bytes(data)
