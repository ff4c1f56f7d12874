"""A foreign net is reckoned before it is held: what costs too much is refused, whatever its file weighs."""

import io
import json
import zipfile

import h5py
import keras
import numpy as np
import pytest

from cnnviz.errors import InvalidModel
from cnnviz.models import cost
from cnnviz.models.cost import reckon
from cnnviz.models.files import model_from_bytes
from tests.models.test_files import saved

layers = keras.layers


def sequential(*net, shape=(12, 10, 3)) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *net])


def classifier(*net, shape=(12, 10, 3)) -> keras.Model:
    return sequential(*net, layers.GlobalAveragePooling2D(), layers.Dense(4), shape=shape)


def changed(model, change=lambda _: None, weights=lambda data: data) -> bytes:
    """The file of a model whose description, and whose weights, were tampered with."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(model))) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == "config.json":
                config = json.loads(data)
                change(config)
                data = json.dumps(config).encode()
            archive.writestr(name, weights(data) if name.endswith(".h5") else data)
    return target.getvalue()


def setting(position: int, name: str, value: object):
    """Change one setting of a layer of a sequential net; the input is at position 0."""

    def change(config) -> None:
        config["config"]["layers"][position]["config"][name] = value
        for layer in config["config"]["layers"]:
            layer.pop("build_config", None)  # of the layers behind it

    return change


@pytest.mark.parametrize(
    "model",
    [
        classifier(layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Dropout(0.5)),
        classifier(layers.SeparableConv2D(4, 3), layers.PReLU(), layers.DepthwiseConv2D(3, depth_multiplier=2)),
        sequential(layers.Reshape((12, 30)), layers.Bidirectional(layers.LSTM(3)), layers.Dense(2)),
        sequential(
            layers.Reshape((120, 3)), layers.TimeDistributed(layers.Dense(5)), layers.GRU(3), layers.Embedding(9, 2),
            layers.Flatten(), layers.Dense(2),
        ),
        classifier(sequential(layers.Conv2D(3, 3, padding="same"), shape=(None, None, 3))),
    ],
    ids=["conv", "separable", "recurrent", "embedding", "nested"],
)  # fmt: skip
def test_the_number_of_weights_is_that_of_keras(model: keras.Model) -> None:
    assert reckon(json.loads(model.to_json())).num_values == sum(np.prod(each.shape) for each in model.weights)


@pytest.mark.parametrize(
    ("model", "position", "name", "value", "words"),
    [
        (classifier(layers.Conv2D(4, 3)), 1, "filters", 20_000_000, "parameters"),
        (sequential(layers.Dense(3), layers.Flatten()), 1, "units", 5000, "too many classes"),
        (sequential(layers.Flatten(), layers.Dense(9), layers.Dense(2)), 2, "units", 10**6, "parameters"),
        (classifier(layers.UpSampling2D(2)), 1, "size", [5000, 5000], "maps of one picture"),
        (classifier(layers.ZeroPadding2D(1)), 1, "padding", [[9000, 9000], [9000, 9000]], "maps of one picture"),
        (classifier(layers.Resizing(8, 8)), 1, "height", 90_000_000, "maps of one picture"),
        (sequential(layers.Flatten(), layers.RepeatVector(3), layers.LSTM(2)), 2, "n", 100_000, "steps|maps"),
        (sequential(layers.Flatten(), layers.RepeatVector(3), layers.SimpleRNN(2)), 3, "units", 30_000, "parameters"),
    ],
)  # fmt: skip
def test_a_layer_of_any_kind_that_was_made_huge_is_refused(model, position, name, value, words) -> None:
    with pytest.raises(InvalidModel, match=words):
        model_from_bytes(changed(model, setting(position, name, value)))


def test_a_net_inside_a_net_counts_as_often_as_it_is_called() -> None:
    inner = sequential(*[layers.Dense(3) for _ in range(30)])
    values = inputs = keras.Input((12, 10, 3))
    for _ in range(45):
        values = inner(values)
    model = keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(values)))
    with pytest.raises(InvalidModel, match=r"at most 1,200 layers.*Received: 1,4\d\d layers"):
        model_from_bytes(saved(model))


def test_a_sequential_net_that_keras_would_make_in_quadratic_time_is_refused() -> None:
    def change(config) -> None:
        config["config"]["layers"][1:1] = [config["config"]["layers"][1]] * 100

    with pytest.raises(InvalidModel, match=r"at most 100 layers in a Sequential.*Received: 103"):
        model_from_bytes(changed(sequential(layers.Flatten(), layers.Dense(2)), change))


def test_attention_of_each_pixel_to_each_other_is_reckoned() -> None:
    inputs = keras.Input((12, 10, 3))
    rows = layers.Reshape((120, 3))(inputs)
    model = keras.Model(inputs, layers.GlobalMaxPooling1D()(layers.MultiHeadAttention(2, 3)(rows, rows)))

    def change(config) -> None:
        for layer in config["config"]["layers"]:
            if layer["class_name"] == "InputLayer":
                layer["config"]["batch_shape"] = [None, 300, 200, 3]
            if layer["class_name"] == "Reshape":
                layer["config"]["target_shape"] = [60_000, 3]

    with pytest.raises(InvalidModel, match="maps of one picture"):
        model_from_bytes(changed(model, change))


def test_too_many_multiplications_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "MAX_MACS", 28 * 100 - 1)  # a 3x3 kernel over 3 planes and its bias, at 10 x 10 places
    with pytest.raises(InvalidModel, match=r"multiply-adds for one picture.*Received: 2,9"):
        model_from_bytes(saved(classifier(layers.Conv2D(1, 3), shape=(12, 12, 3))))


def test_a_million_thresholds_of_a_metric_are_never_made() -> None:
    def change(config) -> None:
        settings = {"num_thresholds": 10**9}
        auc = {"module": "keras.metrics", "class_name": "AUC", "config": settings, "registered_name": None}
        config["compile_config"] = {"optimizer": "adam", "loss": "mse", "metrics": [auc]}

    assert model_from_bytes(changed(classifier(), change)).output_shape == (None, 4)


def larger(data: bytes, shape: tuple[int, ...]) -> bytes:
    """Weights whose first table claims another shape; packed to nothing."""
    buffer = io.BytesIO(data)
    with h5py.File(buffer, "a") as file:
        found: list[str] = []
        file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        del file[found[0]]
        file.create_dataset(found[0], shape=shape, chunks=True, compression="gzip")
    return buffer.getvalue()


@pytest.mark.parametrize("shape", [(10**8,), (10**6, 10**6), (10**11,)])
def test_weights_far_larger_than_the_net_are_refused_by_their_headers(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidModel, match="not those of its net"):
        model_from_bytes(changed(classifier(), weights=lambda data: larger(data, shape)))


def test_a_large_net_with_small_weights_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    data = changed(sequential(layers.Flatten(), layers.Dense(9), layers.Dense(2)), setting(2, "units", 200_000))
    with pytest.raises(InvalidModel, match=r"weights of this \.keras file are missing"):
        model_from_bytes(data)


def test_weights_that_unpack_to_too_much_are_not_unpacked() -> None:
    with pytest.raises(InvalidModel, match=r"not those of its net.*Received: 95\.4 MiB"):
        model_from_bytes(changed(classifier(), weights=lambda _: bytes(10**8)))


@pytest.mark.parametrize("link", [h5py.ExternalLink("/etc/passwd", "/x"), h5py.SoftLink("/layers")])
def test_weights_that_lie_elsewhere_are_refused(link: object) -> None:
    def lead_out(data: bytes) -> bytes:
        buffer = io.BytesIO(data)
        with h5py.File(buffer, "a") as file:
            file["layers/elsewhere"] = link
        return buffer.getvalue()

    with pytest.raises(InvalidModel, match="leads out of the file"):
        model_from_bytes(changed(classifier(), weights=lead_out))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_broken_stream_of_any_method_is_a_damaged_file(method: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("config.json", json.dumps({"layers": list(range(2000))}))
    data = bytearray(target.getvalue())
    data[60:200] = bytes(140)
    with pytest.raises(InvalidModel, match="no Keras model"):
        model_from_bytes(bytes(data))


def test_a_net_that_was_trained_here_opens_whatever_its_maps_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Architectures have a limit of their own: what could be trained can be opened."""
    data = saved(classifier(layers.Conv2D(4, 3)))
    monkeypatch.setattr(cost, "MAX_MAP_BYTES", 100)
    monkeypatch.setattr(cost, "MAX_MACS", 100)
    with pytest.raises(InvalidModel, match="maps of one picture"):
        model_from_bytes(data)
    assert model_from_bytes(data, is_own=True).output_shape == (None, 4)
