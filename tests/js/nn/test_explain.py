"""What is said of one number, of one map and of a changed net is the net's own arithmetic."""

from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAvgPool,
    LayerNorm,
    MaxPool,
    Residual,
    SeparableConv,
    TransposedConv,
)
from tests.js.nn.nets import ARITHMETIC, keras_values, net_bytes, open_net, random_image, run_net, trained_model

NET = Architecture(
    name="many kinds",
    input_shape=(9, 7, 2),
    layers=(
        Conv(filters=4, padding="same", activation="relu"),
        BatchNorm(),
        Residual(layers=(Conv(filters=4, padding="same"),)),
        DepthwiseConv(),
        LayerNorm(),
        SeparableConv(filters=5, padding="same", activation="tanh"),
        MaxPool(),
        TransposedConv(filters=3, stride=2),
        Flatten(),
        Dense(units=6, activation="relu"),
        Dense(units=3, activation="softmax"),
    ),
)
BAR = 1e-5

# For each layer and up to 30 of its values: how far the sum of its terms is from the net's value before the activation,
# how far the output told is from the net's; for up to three units how far the parts of the map and the bias are.
CHECK = """async () => {
  const { termsAt, partialMaps } = await import("/shared/nn/explain.js");
  return net.layers.slice(1).map((layer) => {
    const before = net.before(layer.index), after = net.values(layer.index);
    const largest = Math.max(...before.map(Math.abs)) || 1;
    let [terms, outputs, parts] = [0, 0, 0];
    const step = Math.ceil(after.length / 30);
    for (let at = 0; at < after.length; at += step) {
      const [unit, place] = [at % layer.units, Math.floor(at / layer.units)];
      const told = termsAt(net, layer.index, unit, Math.floor(place / layer.width), place % layer.width);
      terms = Math.max(terms, Math.abs(told.sum - before[at]) / largest);
      outputs = Math.max(outputs, Math.abs(told.output - after[at]));
    }
    for (let unit = 0; unit < Math.min(3, layer.units); unit++) {
      const told = partialMaps(net, layer.index, unit);
      for (let place = 0; place < told.sum.length; place++) {
        parts = Math.max(parts, Math.abs(told.sum[place] - before[place * layer.units + unit]) / largest);
      }
    }
    return { name: layer.name, terms, outputs, parts };
  });
}"""


@pytest.mark.parametrize("net", [NET, ARITHMETIC], ids=lambda net: net.name)
def test_terms_and_partial_maps_add_up_to_what_the_net_computed(modules: Page, net: Architecture) -> None:
    model = trained_model(net)
    open_net(modules, net_bytes(model, net))
    run_net(modules, random_image(model))
    found: list[dict[str, Any]] = modules.evaluate(CHECK)
    assert len(found) == len(analyze(net).layers) + 1
    assert not [row for row in found if max(row["terms"], row["parts"]) > BAR or row["outputs"] > 0]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return trained_model(NET)


@pytest.fixture
def opened(modules: Page, model: keras.Model) -> Page:
    """A page in which the net has been run."""
    open_net(modules, net_bytes(model, NET, ("a", "b", "c")))
    run_net(modules, random_image(model))
    return modules


def test_the_terms_of_a_convolution_are_the_pixels_under_its_kernel(modules: Page) -> None:
    """By hand: 2 x 2 pixels 255, 0, 51, 102 scaled to 1, 0, 0.2, 0.4; kernel 1, 2, 3, 4 and bias 0.5."""
    net = Architecture(name="one", input_shape=(2, 2, 1), layers=(Conv(filters=1, kernel=2), GlobalAvgPool()))
    model = trained_model(net)
    model.layers[2].set_weights([np.array([1, 2, 3, 4], np.float32).reshape(2, 2, 1, 1), np.array([0.5], np.float32)])
    open_net(modules, net_bytes(model, net, ("a",)))
    run_net(modules, np.array([[255, 0], [51, 102]], np.uint8)[..., None])
    told: Any = modules.evaluate(
        "async () => (await import('/shared/nn/explain.js')).termsAt(net, 2, 0, 0, 0)",
    )
    assert [(term["row"], term["column"]) for term in told["terms"]] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [term["product"] for term in told["terms"]] == pytest.approx([1.0, 0.0, 0.6, 1.6])
    assert told["bias"] == 0.5
    assert told["sum"] == pytest.approx(3.7)


def _edited(model: keras.Model) -> keras.Model:
    """The same net with the changes of EDITS, made in Keras."""
    changed = keras.models.clone_model(model)
    changed.set_weights(model.get_weights())
    kernel, bias = changed.get_layer("conv_1").get_weights()
    kernel[1, 2, 0, 3] = 0.75
    kernel[:, :, 1, 2] = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    bias[0] = -0.5
    changed.get_layer("conv_1").set_weights([kernel, bias])
    return changed


EDITS = """() => {
  const layer = net.layers.find(({ name }) => name === "conv_1").index;
  net.edit({ layer, weight: "kernel", at: ((1 * 3 + 2) * 2 + 0) * 4 + 3, value: 0.75 });
  net.edit({ layer, kernel: [0, 1, 0, 1, -4, 1, 0, 1, 0], unit: 2, channel: 1 });
  net.edit({ layer, weight: "bias", at: 0, value: -0.5 });
}"""


@pytest.mark.parametrize("backend", ["auto", "js"])
def test_a_net_with_typed_weights_is_the_one_that_keras_would_have(
    modules: Page, model: keras.Model, backend: str
) -> None:
    image = random_image(model)
    open_net(modules, net_bytes(model, NET, ("a", "b", "c")), backend)
    before = run_net(modules, image)
    modules.evaluate(EDITS)
    found, expected = run_net(modules, image), keras_values(_edited(model), image)
    for name, values in found.items():
        assert np.abs(values - expected[name]).max() <= BAR * np.abs(expected[name]).max(), name
    assert modules.evaluate("() => net.edits.length") == 11
    modules.evaluate("() => net.reset()")
    assert all(np.array_equal(values, before[name]) for name, values in run_net(modules, image).items())
    assert modules.evaluate("() => net.edits") == []


def test_a_unit_that_is_switched_off_gives_nothing_and_comes_back(opened: Page, model: keras.Model) -> None:
    image = random_image(model)
    before = run_net(opened, image)
    switch = "(isOff) => net.edit({ layer: net.layers.find(({ name }) => name === 'conv_1').index, off: 1, isOff })"
    opened.evaluate(switch, True)
    off = run_net(opened, image)
    assert not off["conv_1"][..., 1].any()
    assert np.array_equal(off["conv_1"][..., [0, 2, 3]], before["conv_1"][..., [0, 2, 3]])
    assert not np.array_equal(off["dense_2"], before["dense_2"])
    opened.evaluate(switch, False)
    assert np.array_equal(run_net(opened, image)["dense_2"], before["dense_2"])


@pytest.mark.parametrize(
    "change",
    [
        "{ layer: 99, off: 0, isOff: true }",
        "{ layer: 2, off: 4, isOff: true }",
        "{ layer: 2, weight: 'kernel', at: 72, value: 1 }",
        "{ layer: 2, weight: 'gamma', at: 0, value: 1 }",
        "{ layer: 2, weight: 'bias', at: 0, value: NaN }",
        "{ layer: 2, kernel: [1, 2], unit: 0, channel: 0 }",
    ],
)
def test_what_the_net_does_not_have_cannot_be_changed(opened: Page, change: str) -> None:
    said = opened.evaluate(f"() => {{ try {{ net.edit({change}); }} catch (error) {{ return error.message; }} }}")
    assert said
    assert opened.evaluate("() => net.edits") == []


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff\xff\xff\x7f{}", b"\x02\x00\x00\x00{}  "])
def test_what_is_no_net_file_is_said_in_a_sentence(modules: Page, content: bytes) -> None:
    with pytest.raises(Exception, match=r"BadNet: [A-Z].*\."):
        open_net(modules, content)


def test_a_net_file_that_was_cut_off_is_said(modules: Page, model: keras.Model) -> None:
    with pytest.raises(Exception, match=r"BadNet: [A-Z].*\."):
        open_net(modules, net_bytes(model, NET, ("a", "b", "c"))[:-4])
