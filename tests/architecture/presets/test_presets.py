"""Presets, the canonical JSON, links, and nets fitted to other data."""

import base64
import random
import re
import string
import zlib

import pytest

from cnnviz.architecture.analysis.analyze import analyze, output_units
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.export.url import MAX_TEXT, decode, encode
from cnnviz.architecture.presets.catalogue import DEFAULT_PRESET, GROUPS, PRESETS, get_preset
from cnnviz.architecture.spec import (
    MAX_FLAT_LAYERS,
    ActivationLayer,
    Architecture,
    Branches,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
)
from cnnviz.errors import InvalidArchitecture, InvalidLink, UnknownName
from cnnviz.training.config import TrainingConfig

TUTORIAL_NAMES = {
    "mlp-cats-dogs": "T1",
    "conv24-cats-dogs": "T1",
    "conv48x2-cats-dogs": "T1",
    "conv128x2-cats-dogs": "T1",
    "conv64-128-cats-dogs": "T1",
    "conv32-64-cifar10": "T2",
    "conv64x2-cats-dogs": "T3",
    "conv32-64-128-mnist": "T4",
    "dense-fashion": "T5",
    "conv64x2-fashion": "T5",
    "conv64-mnist": "T5",
}
# counted by hand from the tutorials' layers
PARAMS = {
    "mlp-cats-dogs": 94 * 125 * 3 * 512 + 512 + 513,
    "conv24-cats-dogs": 672 + 46 * 61 * 24 * 128 + 128 + 16_512 + 129,
    "conv32-64-cifar10": 896 + 18_496 + 6 * 6 * 64 * 128 + 128 + 1290,
    "conv64x2-cats-dogs": 1792 + 36_928 + 30 * 30 * 64 * 64 + 64 + 130,
    "conv32-64-128-mnist": 104_202,
    "dense-fashion": 101_770,
    "conv64x2-fashion": 640 + 36_928 + 1600 * 128 + 128 + 1290,
    "lenet5": 61_706,
    "tiny-vgg": 280 + 3 * 910 + 16_910,
    "vgg-like": 896 + 9248 + 18_496 + 36_928 + 73_856 + 147_584 + 4 * 4 * 128 * 128 + 128 + 1290,
    # 16: three pairs with their norms; 32 and 64: a pair with a projection, a pair without
    "resnet-like": (448 + 64)
    + 4 * (2320 + 64)
    + (4640 + 9248 + 2 * 128 + 544)
    + 2 * (9248 + 128)
    + (18_496 + 36_928 + 2 * 256 + 2112)
    + 2 * (36_928 + 256)
    + 650,
    "all-convolutional": 896 + 9248 + 18_496 + 36_928 + 36_928 + 650,
    "too-deep": 160 + 29 * 2320 + 170,
    "too-wide-dense": 784 * 2048 + 2048 + 2048 * 2048 + 2048 + 20_490,
    "learning-nothing": 784 * 64 + 64 + 7 * (64 * 64 + 64) + 650,
}
GALLERY = {
    "vgg-like", "resnet-like", "mobilenet-like", "all-convolutional", "too-deep", "too-wide-dense", "learning-nothing"
}  # fmt: skip


def test_all_tutorial_nets_and_the_two_classics_are_there():
    assert {name: preset.tutorial for name, preset in PRESETS.items() if preset.tutorial} == TUTORIAL_NAMES
    assert set(PRESETS) - set(TUTORIAL_NAMES) - GALLERY == {"lenet5", "tiny-vgg", DEFAULT_PRESET}
    assert set(PRESETS) >= GALLERY


def test_every_preset_stands_under_a_heading_and_every_heading_has_presets():
    assert {preset.group for preset in PRESETS.values()} == set(GROUPS)
    order = [GROUPS.index(preset.group) for preset in PRESETS.values()]
    assert order == sorted(order)


def test_nets_that_fail_say_why_and_others_do_not():
    failing = {name for name, preset in PRESETS.items() if preset.why}
    assert failing == {"too-deep", "too-wide-dense", "learning-nothing"}
    assert all(PRESETS[name].why.count(". ") == 1 for name in failing)  # why, and what helps


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # macs by hand: height x width x weights of each convolution and dense layer
        ("lenet5", 784 * 150 + 100 * 2400 + 400 * 120 + 120 * 84 + 84 * 10),
        ("conv32-64-cifar10", 30 * 30 * 864 + 13 * 13 * 18_432 + 2304 * 128 + 1280),
        (
            "vgg-like",
            1024 * (864 + 9216) + 256 * (18_432 + 36_864) + 64 * (73_728 + 147_456) + 2048 * 128 + 1280,
        ),
        (
            "resnet-like",
            1024 * (432 + 4 * 2304)
            + 256 * (4608 + 9216 + 512 + 2 * 9216)
            + 64 * (18_432 + 36_864 + 2048 + 2 * 36_864)
            + 640,
        ),
        (
            "mobilenet-like",
            1024 * (432 + 144 + 512) + 256 * (288 + 2048 + 576 + 4096) + 64 * (576 + 8192 + 1152 + 16_384) + 1280,
        ),
        ("all-convolutional", 1024 * 864 + 256 * (9216 + 18_432) + 64 * (36_864 * 2 + 640)),
    ],
)
def test_a_preset_has_the_multiplications_counted_by_hand(name: str, expected: int):
    assert analyze(PRESETS[name].architecture).totals.macs == expected


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_complete_and_trainable(name: str):
    preset = get_preset(name)
    assert preset.name == preset.architecture.name == name
    assert preset.title
    assert preset.summary.endswith(".")
    assert preset.printed.endswith(".") or not preset.tutorial
    TrainingConfig(dataset=preset.dataset, **preset.config)
    assert len(preset.summary) < 120
    assert output_units(preset.architecture) in (1, 2, 10)


@pytest.mark.parametrize("name", PARAMS)
def test_a_preset_has_the_parameters_counted_by_hand(name: str):
    assert analyze(PRESETS[name].architecture).totals.params == PARAMS[name]


def test_the_fashion_net_flattens_to_sixteen_hundred():
    reports = analyze(get_preset("conv64x2-fashion").architecture).layers
    assert [report.output_shape[0] for report in reports] == [26, 13, 11, 5, 1600, 128, 10]


def test_an_unknown_preset_is_refused_with_the_known_names():
    with pytest.raises(UnknownName, match=r"no preset named 'alexnet'.*lenet5"):
        get_preset("alexnet")


@pytest.mark.parametrize("name", PRESETS)
def test_canonical_json_makes_a_round_trip(name: str):
    architecture = PRESETS[name].architecture
    again = Architecture.from_json(architecture.to_json())
    assert again == architecture
    assert again.to_json() == architecture.to_json()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "it is no JSON"),
        ("[1, 2]", "the text"),
        ('{"input_shape": [8, 9, 1], "layers": []}', "layers"),
        ('{"input_shape": [8, 9, 1], "layers": [{"kind": "teleport"}]}', "layers.0"),
        ('{"input_shape": [8, 9, 1], "layers": [{"kind": "conv", "filters": -3}]}', "layers.0.conv.filters"),
        ('{"input_shape": [8, 9, 1], "layers": [{"kind": "conv", "filters": 3, "colour": 1}]}', "colour"),
        ('{"input_shape": [8, 9], "layers": [{"kind": "flatten"}]}', "input_shape"),
        ('{"input_shape": [8, 9, 1], "layers": [{"kind": "dropout", "rate": NaN}]}', "rate"),
        ('{"input_shape": [8, 9, ' + "1" * 5000 + '], "layers": [{"kind": "flatten"}]}', "This is no net"),
        ('{"input_shape": ' + "[" * 5000, "This is no net"),
        (
            '{"input_shape": [8, 9, 1], "layers": [' + ",".join(['{"kind": "flatten"}'] * 10_000) + "]}",
            "400 are the most",
        ),
    ],
)
def test_text_that_is_no_net_is_refused_with_the_place(text: str, message: str):
    with pytest.raises(InvalidArchitecture, match=re.escape(message)) as caught:
        Architecture.from_json(text)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("name", PRESETS)
def test_a_link_makes_a_round_trip_and_is_short_and_url_safe(name: str):
    text = encode(PRESETS[name].architecture)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,500}", text)
    assert decode(text) == PRESETS[name].architecture


def test_the_largest_net_that_can_be_written_fits_a_link():
    rng = random.Random(0)

    def conv() -> Conv:
        return Conv(
            name="".join(rng.choices(string.ascii_letters, k=40)),
            l1=rng.random(),
            l2=rng.random(),
            filters=rng.randint(1000, 2000),
            kernel=30,
            stride=16,
            padding="same",
            dilation=16,
            activation="leaky_relu",
        )

    blocks = [Branches(branches=[[conv() for _ in range(25)] for _ in range(4)]) for _ in range(4)]
    layers = [*blocks, *(conv() for _ in range(MAX_FLAT_LAYERS - 4 * 101))]
    architecture = Architecture(input_shape=(512, 511, 4), layers=layers)
    assert decode(encode(architecture)) == architecture


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(data)).decode().rstrip("=")


GOOD = encode(PRESETS["lenet5"].architecture)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        "ünïcode",
        "a b+c/d",
        GOOD[:-1],
        GOOD[:-6],
        GOOD[: len(GOOD) // 2],
        GOOD[:20] + ("A" if GOOD[20] != "A" else "B") + GOOD[21:],
        GOOD + "AAAA",
        packed(b"not json"),
        packed(b'{"input_shape": [8, 9, 1]}'),
        packed(b"\xff\xfe\x00"),
        packed(b'{"input_shape":[8,9,1],"layers":[{"kind":"teleport"}]}'),
        packed(b'{"input_shape":[8,9,1],"layers":[{"kind":"conv","filters":-3}]}'),
        packed(
            b'{"input_shape":[8,9,1],"layers":[{"kind":"repeat","times":90,"layers":['
            + b'{"kind":"flatten"},' * 9
            + b'{"kind":"flatten"}]}]}'
        ),
        packed(
            b'{"input_shape":[8,9,1],"layers":['
            + b'{"kind":"repeat","layers":[' * 150
            + b'{"kind":"flatten"}'
            + b"]}" * 150
            + b"]}"
        ),
        packed(b'{"input_shape":[8,9,1],"layers":[' + b'{"kind":"flatten"},' * 9999 + b'{"kind":"flatten"}]}'),
        packed(b" " * 5_000_000),
        "A" * (MAX_TEXT + 1),
    ],
)
def test_a_link_with_rubbish_is_refused_with_a_sentence(text: str):
    with pytest.raises(InvalidLink, match=r"\. .*Received: ") as caught:
        decode(text)
    assert len(str(caught.value)) < 600


def test_what_a_link_has_instead_of_a_net_is_said_as_of_all_links() -> None:
    with pytest.raises(InvalidLink, match=r"Received: garbage\.$"):
        decode("garbage")


def test_a_link_cannot_unpack_to_more_than_the_limit():
    with pytest.raises(InvalidLink, match=r"unpacks to more than 262,144 bytes"):
        decode(packed(b"0" * 10_000_000))


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("num_classes", [2, 7])
def test_every_preset_can_be_fitted_to_other_images_and_classes(name: str, num_classes: int):
    adapted = adapt(PRESETS[name].architecture, (40, 31, 3), num_classes)
    one_sigmoid = PRESETS[name].tutorial == "T1" and num_classes == 2
    assert adapted.input_shape == (40, 31, 3)
    assert output_units(adapted) == (1 if one_sigmoid else num_classes)
    last = adapted.layers[-1]
    function = last.function if last.kind == "activation" else last.activation
    assert function == ("sigmoid" if one_sigmoid else "softmax")
    head = 3 if name == "all-convolutional" else 1
    assert adapted.layers[:-head] == PRESETS[name].architecture.layers[:-head]


def test_fitting_a_net_to_its_own_data_changes_nothing():
    architecture = PRESETS["lenet5"].architecture
    assert adapt(architecture, (28, 28, 1), 10) == architecture


def test_an_activation_layer_after_the_last_dense_layer_is_fitted_with_it():
    layers = (Flatten(), Dense(units=1), ActivationLayer(function="sigmoid"))
    adapted = adapt(Architecture(input_shape=(5, 6, 1), layers=layers), (5, 6, 1), 4)
    assert adapted.layers[1:] == (Dense(units=4), ActivationLayer(function="softmax"))


@pytest.mark.parametrize("pool", [GlobalAvgPool(), GlobalMaxPool()])
def test_a_map_for_each_class_is_fitted_as_well(pool):
    layers = (Conv(filters=1), pool, ActivationLayer(function="sigmoid"))
    architecture = Architecture(input_shape=(5, 6, 1), layers=layers)
    assert adapt(architecture, (5, 6, 1), 2) == architecture
    adapted = adapt(architecture, (7, 8, 3), 5)
    assert adapted.layers == (Conv(filters=5), pool, ActivationLayer(function="softmax"))


@pytest.mark.parametrize(
    ("layers", "input_shape", "num_classes", "message"),
    [
        ([Conv(filters=2)], (8, 9, 1), 3, "expected a dense layer at its end.*Received: conv"),
        ([ActivationLayer()], (8, 9, 1), 3, "expected a dense layer at its end"),
        ([Conv(filters=2), Flatten(), Dense(units=2)], (2, 9, 1), 3, "turns 2 × 9 into 0 × 7"),
        ([Flatten(), Dense(units=2)], (8, 900, 1), 3, "input_shape.*Received: 900"),
        ([Flatten(), Dense(units=2)], (8, 9), 3, "input_shape"),
        ([Flatten(), Dense(units=2)], (8, 9, 1), 1, "at least 2 classes"),
        ([Flatten(), Dense(units=2)], (8, 9, 1), 20_000, "units.*Received: 20000"),
    ],
)
def test_a_net_that_cannot_be_fitted_says_why(layers: list, input_shape: tuple, num_classes: int, message: str):
    architecture = Architecture(input_shape=(28, 29, 1), layers=layers)
    with pytest.raises(InvalidArchitecture, match=message):
        adapt(architecture, input_shape, num_classes)
