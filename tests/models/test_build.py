import keras
import numpy as np
import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    AvgPool,
    Backbone,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    DepthwiseConv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    MaxPool,
    Repeat,
    Residual,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)
from cnnviz.architecture.spec.naming import STRIDE_SUFFIX
from cnnviz.errors import InvalidArchitecture
from cnnviz.models.build import build_model
from cnnviz.models.files import model_from_bytes, model_to_bytes
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.compiled_model import compile_model, sparse_mean_squared_error
from tests.helpers import run_threads

SMALL_PRESETS = sorted(
    name for name, preset in PRESETS.items() if analyze(preset.architecture).totals.params < 2_000_000
)

EVERY_KIND = Architecture(
    input_shape=(11, 8, 3),
    layers=(
        Conv(filters=4, kernel=3, stride=2, padding="same", activation="relu"),
        Conv(filters=3, kernel=2, dilation=2, activation="leaky_relu"),
        BatchNorm(),
        ActivationLayer(function="gelu"),
        MaxPool(size=2, stride=1, padding="same"),
        Dropout(rate=0.5),
        AvgPool(size=2),
        Conv(name="last", filters=5, kernel=1, activation="elu"),
        GlobalAvgPool(),
        Dense(units=6, activation="tanh"),
        Dense(units=3, activation="softmax"),
    ),
)

BLOCKS = Architecture(
    input_shape=(12, 9, 2),
    layers=(
        Residual(
            layers=(DepthwiseConv(stride=2, padding="same"), SeparableConv(filters=4, padding="same")),
            shortcut="projection",
        ),
        Branches(
            branches=(
                (Conv(filters=3, kernel=1),),
                (),
                (Conv(filters=2, padding="same"), MaxPool(stride=1, padding="same")),
            )
        ),
        Repeat(layers=(Residual(layers=(Conv(filters=9, padding="same"), LayerNorm()), activation="linear"),), times=2),
        SpatialDropout(rate=0.5),
        TransposedConv(filters=3),
        GlobalMaxPool(),
        Dense(units=3, activation="softmax"),
    ),
)


def shapes_of(model):
    skipped = (keras.layers.InputLayer, keras.layers.Rescaling)
    return [
        (layer.name, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
        if not isinstance(layer, skipped) and not layer.name.endswith(STRIDE_SUFFIX)
    ]


def reports_of(architecture):
    return [(report.name, report.output_shape, report.params) for report in analyze(architecture).layers]


def weights_of(architecture, seed):
    return build_model(architecture, seed=seed).get_weights()


@pytest.mark.parametrize("name", SMALL_PRESETS)
def test_a_preset_becomes_a_model_with_the_names_shapes_and_parameters_of_its_report(name):
    architecture = PRESETS[name].architecture
    assert sorted(shapes_of(build_model(architecture))) == sorted(reports_of(architecture))


def test_every_kind_of_layer_becomes_the_keras_layer_of_its_report():
    model = build_model(EVERY_KIND)
    assert shapes_of(model) == reports_of(EVERY_KIND)
    assert [layer.name for layer in model.layers[:4]] == ["image", "rescaling", "conv_1", "conv_2"]
    assert {spec.kind for spec in EVERY_KIND.layers} | {"flatten"} == {
        "conv", "max_pool", "avg_pool", "batch_norm", "activation", "dropout", "flatten", "global_avg_pool", "dense"
    }  # fmt: skip


def test_blocks_become_the_layers_of_their_reports():
    model = build_model(BLOCKS)
    assert sorted(shapes_of(model)) == sorted(reports_of(BLOCKS))
    assert model.output.shape[1:] == analyze(BLOCKS).layers[-1].output_shape
    reads = {report.name: set(report.inputs) for report in analyze(BLOCKS).layers}
    strides = [layer for layer in model.layers if layer.name.endswith(STRIDE_SUFFIX)]
    before_stride = {layer.name: layer.input._keras_history.operation.name for layer in strides}
    for layer in [layer for layer in model.layers[2:] if layer not in strides]:
        tensors = layer.input if isinstance(layer.input, list) else [layer.input]
        names = {tensor._keras_history.operation.name for tensor in tensors}
        sources = {before_stride.get(name, name).replace("rescaling", "image") for name in names}
        assert sources == reads[layer.name]


@pytest.mark.parametrize("shape", [(40, 58, 3), (41, 59, 4), (9, 16, 1)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_a_1x1_convolution_with_a_stride_is_that_of_keras_and_can_be_trained(shape, padding):
    net = Architecture(
        input_shape=shape,
        layers=(Conv(filters=8, kernel=1, stride=2, padding=padding), Flatten(), Dense(units=2, activation="softmax")),
    )
    model = build_model(net)
    images = np.random.default_rng(0).integers(0, 256, (64, *shape), np.uint8)
    plain = keras.layers.Conv2D(8, 1, strides=2, padding=padding)
    plain.build((None, *shape))
    plain.set_weights(model.get_layer("conv_1").get_weights())
    ours = keras.Model(model.inputs[0], model.get_layer("conv_1").output)(images)
    assert np.allclose(ours, plain(images / np.float32(255)), atol=1e-5)
    compile_model(model, TrainingConfig(), 2)
    model.fit(images, np.arange(64) % 2, epochs=2, verbose=0)  # the process survives: see build._applied
    assert np.isfinite(model.get_layer("conv_1").get_weights()[0]).all()


def test_a_residual_block_adds_what_came_in_by_hand_numbers():
    net = Architecture(input_shape=(1, 2, 1), layers=(Residual(layers=(Conv(filters=1, kernel=1),)), Flatten()))
    model = build_model(net)
    model.get_layer("residual_1.conv_1").set_weights([np.full((1, 1, 1, 1), -3.0), np.array([1.0])])
    # pixels 0.2 and 1: -3 x + 1 + x = 0.6 and -1 -> relu 0
    assert model(np.array([51, 255], np.uint8).reshape(1, 1, 2, 1)).numpy() == pytest.approx(np.array([[0.6, 0]]))


def test_a_block_model_comes_back_from_its_file_with_the_same_answers():
    model = build_model(BLOCKS, seed=5)
    image = np.random.default_rng(0).integers(0, 256, (2, 12, 9, 2), np.uint8)
    again = model_from_bytes(model_to_bytes(model))
    assert np.array_equal(model(image, training=False), again(image, training=False))


def test_weights_held_small_add_to_the_loss():
    net = Architecture(input_shape=(1, 2, 1), layers=(Flatten(), Dense(units=1, l1=0.5, l2=0.25)))
    model = build_model(net)
    model.get_layer("dense_1").set_weights([np.array([[2.0], [-1.0]]), np.array([9.0])])
    assert float(sum(model.losses)) == pytest.approx(0.5 * 3 + 0.25 * 5)


def test_a_backbone_is_frozen_and_sees_pixels_as_it_was_trained():
    net = Architecture(input_shape=(32, 40, 3), layers=(Backbone(network="VGG16", weights="random"), GlobalAvgPool()))
    model = build_model(net)
    assert model.count_params() == 14_714_688
    assert not model.trainable_weights
    image = np.random.default_rng(0).integers(0, 256, (1, 32, 40, 3), np.uint8)
    inner = model.get_layer("backbone_1")
    prepared = keras.applications.vgg16.preprocess_input(image.astype(np.float32))
    expected = inner.get_layer("vgg16")(prepared)
    assert np.allclose(inner(image / np.float32(255)), expected, atol=1e-5)
    again = model_from_bytes(model_to_bytes(model))
    assert np.allclose(model(image, training=False), again(image, training=False))


def test_the_mnist_tutorial_net_has_its_104202_parameters():
    assert build_model(PRESETS["conv32-64-128-mnist"].architecture).count_params() == 104_202


def test_hand_set_weights_give_the_known_output_of_raw_pixels():
    net = Architecture(
        input_shape=(2, 3, 1), layers=(Conv(filters=1, kernel=2, activation="relu"), Flatten(), Dense(units=1))
    )
    model = build_model(net)
    model.get_layer("conv_1").set_weights([np.array([[1, -1], [0, 2]], np.float32)[..., None, None], np.array([0.5])])
    model.get_layer("dense_1").set_weights([np.array([[1], [10]], np.float32), np.array([-2.0])])
    image = np.array([[255, 0, 255], [0, 0, 51]], np.uint8)[None, ..., None]
    # windows: 1*1 - 0 + 0 + 0 + 0.5 = 1.5 and 0 - 1 + 0 + 2*0.2 + 0.5 = -0.1 -> relu 0; 1.5 + 10*0 - 2 = -0.5
    assert model(image).numpy() == pytest.approx(np.array([[-0.5]]), abs=1e-6)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first, again, other = weights_of(EVERY_KIND, 7), weights_of(EVERY_KIND, 7), weights_of(EVERY_KIND, 8)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_models_built_in_many_threads_get_the_weights_of_their_own_seed():
    expected = {seed: weights_of(EVERY_KIND, seed) for seed in range(4)}
    built = {}

    def build(seed):
        built[seed] = weights_of(EVERY_KIND, seed)

    run_threads(build, [(seed,) for seed in expected])
    for seed, weights in expected.items():
        assert all(np.array_equal(a, b) for a, b in zip(weights, built[seed], strict=True))


def test_augmentation_stands_before_the_scaling_and_changes_no_prediction():
    flip = keras.layers.RandomFlip("horizontal", seed=1)
    plain, augmented = build_model(EVERY_KIND, seed=3), build_model(EVERY_KIND, seed=3, augmentation=[flip])
    assert [layer.name for layer in augmented.layers[:3]] == ["image", flip.name, "rescaling"]
    image = np.random.default_rng(0).integers(0, 256, (1, 11, 8, 3), np.uint8)
    assert np.array_equal(plain(image, training=False), augmented(image, training=False))


def test_a_layer_with_the_name_of_an_augmentation_layer_is_refused():
    net = Architecture(input_shape=(4, 5, 1), layers=(Flatten(name="flip"), Dense(units=2, activation="softmax")))
    with pytest.raises(InvalidArchitecture, match="'flip'"):
        build_model(net, augmentation=[keras.layers.RandomFlip(name="flip")])


def net_ending_in(units, activation):
    return Architecture(input_shape=(4, 5, 1), layers=(Flatten(), Dense(units=units, activation=activation)))


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam", "adamw"])
def test_every_optimizer_gets_the_learning_rate(optimizer):
    model = build_model(net_ending_in(3, "softmax"))
    compile_model(model, TrainingConfig(optimizer=optimizer, learning_rate=0.125), 3)
    assert type(model.optimizer).__name__.lower() == optimizer
    assert float(model.optimizer.learning_rate) == 0.125
    assert optimizer != "sgd" or model.optimizer.momentum == 0.9


@pytest.mark.parametrize(
    ("units", "activation", "loss", "expected"),
    [
        # zero weights: every class 1/3, or p = 0.5
        (3, "softmax", "crossentropy", np.log(3)),
        (3, "softmax", "mse", ((2 / 3) ** 2 + 2 * (1 / 3) ** 2) / 3),
        (1, "sigmoid", "crossentropy", np.log(2)),
        (1, "sigmoid", "mse", 0.25),
    ],
)
def test_a_net_of_zeros_has_the_loss_and_accuracy_reckoned_by_hand(units, activation, loss, expected):
    num_classes = max(units, 2)
    model = build_model(net_ending_in(units, activation))
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    compile_model(model, TrainingConfig(loss=loss), num_classes)
    images, labels = np.zeros((4, 4, 5, 1), np.uint8), np.array([0, 0, 0, 1])
    measured = model.evaluate(images, labels, verbose=0, return_dict=True)
    assert measured["loss"] == pytest.approx(expected, abs=1e-6)
    assert measured["accuracy"] == 0.75


def test_the_sparse_squared_error_is_that_of_the_one_hot_rows():
    predicted = np.array([[0.2, 0.8], [0.5, 0.5]], np.float32)
    expected = keras.losses.mean_squared_error(np.array([[0, 1], [1, 0]], np.float32), predicted)
    assert np.allclose(sparse_mean_squared_error(np.array([1, 0]), predicted), expected)
    assert np.allclose(expected, [0.04, 0.25])


@pytest.mark.parametrize(
    ("units", "activation", "num_classes"), [(3, "softmax", 10), (3, "linear", 3), (1, "sigmoid", 3), (1, "relu", 2)]
)
def test_a_net_that_ends_in_no_probability_per_class_is_refused(units, activation, num_classes):
    model = build_model(net_ending_in(units, activation))
    said = rf"^The net's last layer does not .* a dense layer of {num_classes} units .*output=\({units},\)"
    with pytest.raises(InvalidArchitecture, match=said):
        compile_model(model, TrainingConfig(), num_classes)


def test_a_net_that_ends_in_maps_is_refused():
    model = build_model(Architecture(input_shape=(4, 5, 1), layers=(Conv(filters=2, activation="softmax"),)))
    with pytest.raises(InvalidArchitecture, match=r"output=\(2, 3, 2\)"):
        compile_model(model, TrainingConfig(), 2)
