"""Ways out of impossible nets, and the limits of a shared server."""

import pickle
import random

import pytest

from cnnviz.architecture.analysis.analyze import analyze, output_units
from cnnviz.architecture.analysis.costs import check_limits
from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.repair import Fix, explain, suggest_fix
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    Backbone,
    Branches,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Repeat,
    Residual,
)
from cnnviz.architecture.spec.layers import GlobalMaxPool
from cnnviz.architecture.spec.paths import walk
from cnnviz.errors import InvalidArchitecture
from cnnviz.settings import Settings
from tests.architecture.random_nets import random_layer

HEAD = (Flatten(), Dense(units=3, activation="softmax"))


def same(filters: int, **settings: object) -> Conv:
    return Conv(filters=filters, padding="same", **settings)


def broken(*layers: Layer, shape: tuple[int, int, int] = (10, 14, 3)) -> InvalidArchitecture:
    error = explain(Architecture(input_shape=shape, layers=layers))
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("layers", "label"),
    [
        ((Conv(filters=8, kernel=11), *HEAD), "Use padding 'same' in Convolution"),
        ((MaxPool(size=12), *HEAD), "Remove Max pooling"),
        ((Dense(units=3),), "Put flatten before Dense"),
        ((Flatten(), Conv(filters=2), HEAD[1]), "Move Convolution before Flatten"),
        ((GlobalAvgPool(), GlobalAvgPool(), HEAD[1]), "Remove Global average 2"),
        ((same(4), Residual(layers=(same(8),)), *HEAD), "Project the shortcut of Residual block"),
        ((Residual(layers=(Conv(filters=8), Conv(filters=3))), *HEAD), "Use padding 'same' in Residual block"),
        (
            (Branches(branches=((Conv(filters=3),), (Conv(filters=3, stride=2),))), *HEAD),
            "Use padding 'same' and stride 1 in Branches",
        ),
        ((Conv(filters=2, stride=2, dilation=2), *HEAD), "Set the dilation of Convolution to 1"),
        ((Conv(filters=2, name="a"), Conv(filters=2, name="a"), *HEAD), "Give Convolution 2 no name"),
        ((Conv(filters=2),), "Add global average pooling"),
        ((Conv(filters=2), MaxPool()), "Add flatten"),
        ((Flatten(), Dense(units=16384), Dense(units=16384), HEAD[1]), "Use 4,096 units in Dense 2"),
        ((Backbone(), *HEAD), "Take images of 32 × 32 × 3"),
        ((same(2), Backbone(), *HEAD), "Move Pretrained net to the front; Take images of 32 × 32 × 3"),
        (
            (Repeat(layers=(Conv(filters=2), MaxPool()), times=5), *HEAD),
            "Use padding 'same' in Convolution 5; Remove Max pooling 5",
        ),
    ],
)
def test_an_impossible_net_comes_with_a_repaired_one(layers: tuple, label: str):
    fix = broken(*layers).fix
    assert fix.label == label
    output_units(fix.architecture)


def test_a_dense_layer_on_huge_maps_is_saved_by_pooling_them():
    fix = broken(Conv(filters=1000), Flatten(), Dense(units=4096), HEAD[1], shape=(100, 140, 3)).fix
    assert fix.label == "Use global average pooling instead of Flatten"


def test_a_smaller_kernel_is_offered_where_padding_does_not_help():
    # a dilation of 5 reaches too far for 'valid'; the fix that keeps most is the padding
    error = broken(Conv(filters=1, dilation=5), *HEAD)
    assert error.fix.architecture.layers[0] == Conv(filters=1, dilation=1)


def test_a_possible_net_needs_no_fix():
    assert all(explain(preset.architecture) is None for preset in PRESETS.values())


def test_where_nothing_simple_helps_there_is_no_fix():
    error = InvalidArchitecture("Something else.")
    assert suggest_fix(get_preset("lenet5").architecture, error) is None


def test_an_error_travels_with_its_fix():
    error = pickle.loads(pickle.dumps(broken(Dense(units=3))))
    assert isinstance(error.fix, Fix)
    assert error.fix.architecture.layers[0] == Flatten()


@pytest.mark.parametrize("seed", range(150))
def test_every_fix_of_a_random_net_is_a_possible_net(seed: int):
    rng = random.Random(seed)
    layers = [random_layer(rng) for _ in range(rng.randint(1, 6))]
    shape = (rng.randint(3, 20), rng.randint(3, 20), 3)
    error = explain(Architecture.from_fields({"input_shape": shape, "layers": layers}))
    if error is None or error.fix is None:
        return
    output_units(error.fix.architecture)
    assert error.fix.label


def test_most_random_nets_can_be_repaired():
    repaired = impossible = 0
    for seed in range(150):
        rng = random.Random(seed)
        layers = [random_layer(rng) for _ in range(rng.randint(1, 6))]
        error = explain(Architecture.from_fields({"input_shape": (12, 17, 3), "layers": layers}))
        impossible += error is not None
        repaired += error is not None and error.fix is not None
    assert impossible > 60
    assert repaired > 0.9 * impossible


LENET = analyze(get_preset("lenet5").architecture)


def test_without_limits_in_the_environment_every_net_may_run():
    check_limits(LENET)


def test_limits_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CNNVIZ_MAX_PARAMS", "61705")
    monkeypatch.setenv("CNNVIZ_MAX_MACS", "1e9")
    with pytest.raises(InvalidArchitecture, match=r"61,706 parameters, most of them in Dense 1.* accepts 61,705"):
        check_limits(LENET)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(max_params=1000), r"61,706 parameters.*Dense 1"),
        (Settings(max_macs=1000), r"multiply-adds for one image, most of them in Convolution 2"),
        (Settings(max_memory=1000), r"bytes for a training step with 64 images.*smaller batch"),
    ],
)
def test_a_net_above_a_limit_is_refused_with_a_sentence(settings: Settings, message: str):
    with pytest.raises(InvalidArchitecture, match=message) as caught:
        check_limits(LENET, settings)
    assert caught.value.layer is not None
    assert "Received: " in str(caught.value)


def test_a_net_exactly_at_its_limits_may_run():
    totals = LENET.totals
    check_limits(LENET, Settings(max_params=totals.params, max_macs=totals.macs))


def _around(name: str, index: int) -> Architecture:
    net = get_preset(name).architecture
    return edit.replace(net, (index,), Residual(layers=(net.layers[index],)))


@pytest.mark.parametrize(
    ("index", "advice", "label"),
    [
        (
            0,
            "Use padding 'same' inside the block, and shortcut 'projection'.",
            "padding 'same' in Residual block, and project",
        ),
        (1, "Use shortcut 'projection'.", "Project the shortcut"),  # 26 to 13: a stride of 2 does it
        (3, "Use padding 'same' and stride 1 inside the block.", "padding 'same' in Residual block, and project"),
        (4, "Put the layer that makes a vector of the maps behind the block.", "Take Residual block away and keep"),
    ],
)
def test_a_skip_connection_around_a_layer_is_mended_and_the_layer_stays(index: int, advice: str, label: str) -> None:
    error = explain(_around("digits-small", index))
    assert advice in str(error)
    assert label in error.fix.label
    kind = get_preset("digits-small").architecture.layers[index].kind
    assert kind in [layer.kind for _, layer in walk(error.fix.architecture.layers)]
    analyze(error.fix.architecture)


@pytest.mark.parametrize(
    ("merge", "branches", "label"),
    [
        ("concat", ((same(4),), (Flatten(),)), "Take Flatten 1 out of Branches"),
        (
            "concat",
            ((Conv(filters=3, stride=2), GlobalAvgPool()), (same(2),)),
            "Take Global average out of Branches and use padding 'same' and stride 1 in it",
        ),
        ("add", ((same(3, kernel=5),), (), (same(3), Flatten())), "Take Flatten 1 out of Branches"),
        ("multiply", ((), (same(3), GlobalAvgPool())), "Keep maps of 1 × 1 in Global average"),
        (
            "multiply",
            ((), (GlobalAvgPool(), Dense(units=2, activation="relu"), Dense(units=3, activation="sigmoid"))),
            "Reshape what Dense 2 gives to 1 × 1 × 3",
        ),
        (
            "multiply",
            ((GlobalMaxPool(), Dense(units=7), ActivationLayer(function="sigmoid")), ()),
            "Use 3 units in Dense 1, and reshape them to 1 × 1 × 3",
        ),
        ("concat", ((same(2),), (Flatten(), Dense(units=6))), "End the other branches of Branches in flatten"),
    ],
)
def test_maps_beside_a_vector_are_told_what_helps(merge: str, branches: tuple, label: str) -> None:
    """Padding and strides do not: the branches must all end in maps, or all in vectors."""
    error = broken(Branches(branches=branches, merge=merge), *HEAD, shape=(9, 15, 3))
    assert "vector of the maps behind the branches" in str(error)
    assert "equal strides" not in str(error)
    assert error.fix.label.startswith(label)
    analyze(error.fix.architecture)


def test_a_dense_layer_that_gets_maps_beside_maps_is_mended_to_its_end() -> None:
    branches = ((same(5),), (GlobalAvgPool(keep_sides=True), Dense(units=5)))
    error = broken(Branches(branches=branches, merge="multiply"), *HEAD, shape=(9, 15, 3))
    assert error.fix.label == ("Put flatten before Dense 1; Reshape what Dense 1 gives to 1 × 1 × 5")
    assert analyze(error.fix.architecture).layers
