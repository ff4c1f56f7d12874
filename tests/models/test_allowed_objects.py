"""Which .keras files are loaded: typical image classifiers are, and nothing that could run code or read files."""

import inspect
import io
import json
import zipfile
from importlib import import_module

import keras
import numpy as np
import pytest
from keras.src.api_export import get_name_from_symbol

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture, Backbone, Dense, GlobalAvgPool
from cnnviz.errors import InvalidModel
from cnnviz.models.allowed_objects import (
    ALLOWED_CLASSES,
    ALLOWED_FUNCTIONS,
    OWN_CLASSES,
    OWN_FUNCTIONS,
    PLAIN_VALUES,
    first_foreign_object,
)
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, model_to_bytes
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.training.loop.augment import augmentation_layers
from cnnviz.training.loop.compiled_model import compile_model
from tests.models.test_files import functional, saved

SHAPE = (12, 10, 3)
# Every class of keras.layers that is not loaded, so that somebody decides about those of the next version.
REFUSED_LAYERS = {
    *("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"),  # carry code
    *("StringLookup", "IntegerLookup", "TextVectorization"),  # read files
    *("HashedCrossing", "Hashing", "MelSpectrogram", "STFTSpectrogram", "ReversibleEmbedding"),  # text and sound
    *("MaxNumBoundingBoxes", "Layer", "Wrapper"),  # no layers of a classifier
    "ContrastLimitedAdaptiveHistogramEqualization",  # holds 256 values for each that it is given
}


def _layer_classes() -> set[str]:
    classes = [each for each in vars(keras.layers).values() if inspect.isclass(each)]
    return {_written_name(each) for each in classes if issubclass(each, keras.layers.Layer)}


def _written_name(kind: type) -> str:
    """The name that Keras writes for a class, of several that it may have."""
    return (get_name_from_symbol(kind) or kind.__name__).split(".")[-1]


def test_every_layer_of_keras_is_either_allowed_or_refused_on_purpose() -> None:
    assert _layer_classes() == ALLOWED_CLASSES["keras.layers"] | REFUSED_LAYERS
    assert not ALLOWED_CLASSES["keras.layers"] & REFUSED_LAYERS


@pytest.mark.parametrize("module", ALLOWED_CLASSES)
def test_every_allowed_class_is_there_under_the_name_that_keras_writes(module: str) -> None:
    found = import_module(module)
    for name in ALLOWED_CLASSES[module] - ({"Functional"} if module == "keras" else set()):  # other versions say so
        assert _written_name(getattr(found, name)) == name


def test_every_allowed_function_is_an_activation_a_loss_or_a_metric() -> None:
    places = (keras.activations, keras.losses, keras.metrics)
    for name in ALLOWED_FUNCTIONS - OWN_FUNCTIONS:
        assert any(inspect.isfunction(getattr(place, name, None)) for place in places), name


def test_all_that_the_product_registers_is_allowed() -> None:
    registered = {name for name in keras.saving.get_custom_objects() if name.startswith("cnnviz>")}
    assert registered == {registered_name for _, _, registered_name in OWN_CLASSES} | OWN_FUNCTIONS


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("loss", ["crossentropy", "mse"])
def test_every_preset_is_loaded_as_it_was_trained(name: str, loss: str) -> None:
    net = PRESETS[name].architecture
    model = build_model(net, augmentation=augmentation_layers(Augmentation(rotation=5, shear=0.1, noise=0.1), seed=0))
    compile_model(model, TrainingConfig(loss=loss), max(2, model.output_shape[-1]))
    assert first_foreign_object(_config(model)) is None


def _config(model: keras.Model) -> dict:
    with zipfile.ZipFile(io.BytesIO(model_to_bytes(model))) as archive:
        return json.loads(archive.read("config.json"))


def _typical() -> list[keras.Model]:
    layers = keras.layers
    sequential = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Rescaling(1 / 255),
            layers.Normalization(mean=[0.5, 0.4, 0.3], variance=[1.0, 1.0, 1.0]),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.1),
            layers.RandomContrast(0.1),
            layers.ZeroPadding2D(1),
            layers.Conv2D(4, 3, kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(2)),
            layers.PReLU(),
            layers.UpSampling2D(2),
            layers.SeparableConv2D(4, 3, activation=keras.activations.gelu),
            layers.LayerNormalization(),
            layers.SpatialDropout2D(0.1),
            layers.GlobalMaxPooling2D(),
            layers.Dense(3, activation="softmax", kernel_initializer=keras.initializers.HeNormal(seed=1)),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.1, 10)
    sequential.compile(
        keras.optimizers.SGD(rate, momentum=0.9),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        [keras.metrics.CategoricalAccuracy(), keras.metrics.AUC(), keras.metrics.categorical_crossentropy],
    )
    inputs = keras.Input(SHAPE)
    values = layers.Conv2D(4, 3, padding="same", dtype="mixed_float16")(inputs)
    values = layers.Add()([values, layers.DepthwiseConv2D(3, padding="same")(values)])
    values = keras.ops.relu(values * 0.5) + 1.0
    values = layers.TimeDistributed(layers.Dense(2))(layers.Reshape((12, 40))(values))
    values = layers.Bidirectional(layers.LSTM(3))(values)
    scores = layers.Dense(4, activation=keras.activations.softmax)(layers.Concatenate()([values, values]))
    with_branches = keras.Model(inputs, scores)
    with_branches.compile("adamw", keras.losses.sparse_categorical_crossentropy, ["accuracy"])
    for model in (sequential, with_branches):
        model.optimizer.build(model.trainable_variables)  # else Keras warns of a net that was never trained
    inner = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None, pooling="avg")
    on_backbone = keras.Sequential([keras.Input((32, 32, 3)), inner, layers.Dropout(0.2), layers.Dense(2)])
    return [sequential, with_branches, on_backbone]


@pytest.mark.parametrize("number", range(3), ids=["sequential", "functional", "on a backbone"])
def test_a_typical_classifier_of_somebody_else_is_loaded_and_says_the_same(number: int) -> None:
    model = _typical()[number]
    images = np.random.default_rng(0).integers(0, 256, (2, *model.input_shape[1:]), np.uint8)
    loaded = model_from_bytes(saved(model))
    np.testing.assert_allclose(loaded(images, training=False), model(images, training=False), atol=1e-5)


@pytest.mark.parametrize("make", [keras.applications.VGG16, keras.applications.ResNet50], ids=["VGG16", "ResNet50"])
def test_the_known_networks_are_on_the_list(make) -> None:
    model = make(input_shape=(32, 32, 3), include_top=False, weights=None)
    assert first_foreign_object(json.loads(model.to_json())) is None


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        (keras.layers.Lambda(lambda x: x, output_shape=SHAPE, name="mine"), "Lambda"),
        (keras.layers.Hashing(3, name="mine"), "Hashing"),
        (keras.layers.IntegerLookup(vocabulary=[1, 2], name="mine"), "IntegerLookup"),
        (keras.layers.StringLookup(vocabulary=["a"], name="mine"), "StringLookup"),
        (keras.layers.TextVectorization(vocabulary=["a"], name="mine"), "TextVectorization"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_layer_that_is_not_on_the_list_is_refused_by_its_name(layer, kind: str) -> None:
    found = first_foreign_object(keras.saving.serialize_keras_object(layer))
    assert found[:3] == ("mine", "keras.layers", kind)


class Mine(keras.layers.Layer):
    """A layer of somebody's own."""

    def call(self, x):
        return x


def test_a_layer_of_ones_own_is_refused_before_keras_sees_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(functional(Mine(name="mine")))
    monkeypatch.setattr(keras.saving, "load_model", lambda *_, **__: pytest.fail("Keras was asked"))
    with pytest.raises(InvalidModel, match=r"'mine' is a Mine, .*could run code.*Keras' own layers.*class='Mine'"):
        model_from_bytes(data)


GOOD = {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d"}, "registered_name": None}


def _function(name: object, **changes: object) -> dict:
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function", **changes}


@pytest.mark.parametrize("good", [GOOD, {**GOOD, "registered_name": "Dense"}, _function("relu"), {"a": [GOOD, 3]}])
def test_what_keras_writes_is_let_through(good: dict) -> None:
    assert first_foreign_object(good) is None
    assert first_foreign_object([{"class_name": name, "config": {}} for name in PLAIN_VALUES]) is None


@pytest.mark.parametrize(
    "bad",
    [
        {**GOOD, "module": "os"},
        {**GOOD, "module": "builtins"},
        {**GOOD, "module": None},
        {**GOOD, "module": ["keras.layers"]},
        {**GOOD, "module": "keras.src.layers.core.dense"},
        {**GOOD, "module": "keras.layers.core"},
        {**GOOD, "module": "kerasx.layers"},
        {**GOOD, "module": "cnnviz.models.metrics"},
        {**GOOD, "registered_name": "Custom>Dense"},
        {**GOOD, "registered_name": "cnnviz>Correlation"},
        {**GOOD, "class_name": "TFSMLayer"},
        {**GOOD, "class_name": ["Dense"]},
        {**GOOD, "class_name": None},
        {"module": "cnnviz.models.files", "class_name": "model_from_bytes", "registered_name": "cnnviz>Correlation"},
        {"module": "cnnviz.models.metrics", "class_name": "Correlation", "registered_name": None},
        {"class_name": "__lambda__", "config": {"value": "..."}},
        {"class_name": "__typespec__", "spec_name": "x", "module": "os", "registered_name": None, "config": []},
        {"class_name": "__tensor__", "module": "os", "config": {}},
        _function("system", module="os"),
        _function("eval"),
        _function("get_file", module="keras.utils"),
        _function({"class_name": "Dense"}),
        _function("relu", registered_name="system"),
        _function("cnnviz>other"),
    ],
)
def test_whatever_else_a_file_names_is_refused_at_any_depth(bad: dict) -> None:
    for config in (bad, [bad], {"config": {"layers": [GOOD, {**GOOD, "config": {"layer": bad}}]}}):
        assert first_foreign_object(config) is not None


def test_a_config_as_deep_as_it_likes_is_walked_through() -> None:
    config: object = {**GOOD, "module": "os"}
    for _ in range(100_000):
        config = [config]
    assert first_foreign_object(config) is not None


@pytest.mark.parametrize("network", ["MobileNetV2", "VGG16", "ResNet50"])
def test_a_net_on_each_backbone_of_the_product_is_let_through(network: str) -> None:
    head = (GlobalAvgPool(), Dense(units=3, activation="softmax"))
    net = Architecture(input_shape=(32, 32, 3), layers=(Backbone(network=network, weights="random"), *head))
    assert first_foreign_object(_config(build_model(net))) is None
