"""Nets for the tests of the browser's engine, what Keras says of them, and the way into the page."""

import base64
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from playwright.sync_api import Page

from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    Branches,
    Clip,
    Conv,
    Cropping,
    Dense,
    GlobalAvgPool,
    GlobalMaxPool,
    InputScaling,
    MaxPool,
    PReLU,
    Reshape,
    Scaling,
    UpSampling,
    ZeroPadding,
)
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model

ARITHMETIC = Architecture(
    name="plain arithmetic",
    input_shape=(9, 7, 3),
    scaling=InputScaling(scale=(0.01, 0.02, 0.03), shift=(-1.0, 0.5, 0.0), order="bgr"),
    layers=(
        ZeroPadding(top=2, left=0),
        Conv(filters=4, bias=False),
        PReLU(shared="values"),
        UpSampling(interpolation="bilinear"),
        Cropping(bottom=3),
        Scaling(scale=(1.0, -2.0, 0.5, 3.0), offset=0.25),
        Clip(low=-0.5, high=1.0),
        Branches(branches=((GlobalAvgPool(keep_sides=True), Conv(filters=4, kernel=1)), ()), merge="multiply"),
        Branches(branches=((PReLU(),), ()), merge="maximum"),
        Branches(branches=((), (ActivationLayer(function="leaky_relu", slope=0.3),), ()), merge="average"),
        Branches(branches=((GlobalMaxPool(keep_sides=True),), ()), merge="add"),
        UpSampling(size=3),
        MaxPool(size=3),
        Reshape(shape=(10, 16, 4)),
        GlobalMaxPool(keep_sides=True),
        Reshape(shape=(4,)),
        Dense(units=4, bias=False),
    ),
)

Values = dict[str, np.ndarray]
BACKENDS = ("relaxed", "simd", "js")

# A file reaches the page as one that a user has chosen: hundreds of MB as text would take minutes.
CHOOSE = "() => document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'net-file' }))"
OPEN = """async (backend) => {
  const { Net } = await import("/shared/nn/net.js");
  window.net = await Net.open(await document.getElementById("net-file").files[0].arrayBuffer(), { backend });
}"""
# The comparison of `difference` in the page, where large maps need not be sent anywhere.
COMPARE = """async (pixels) => {
  net.run(Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0)));
  const expected = new Float32Array(await document.getElementById("net-file").files[0].arrayBuffer());
  let at = 0;
  const shares = net.layers.map(({ index }) => {
    let largest = 0, apart = 0;
    for (const value of net.values(index)) {
      const wanted = expected[at++];
      largest = Math.max(largest, Math.abs(wanted));
      apart = Math.max(apart, Math.abs(value - wanted));
    }
    const share = apart / (largest || 1);
    return Number.isFinite(share) ? share : null;
  });
  if (at !== expected.length) throw new Error(`Values: ${at}, expected: ${expected.length}`);
  return shares;
}"""
# All values of all layers, one after the other: as base64, because numbers in JSON take seconds.
RUN = """(pixels) => {
  net.run(Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0)));
  return allValues(net.layers.map(({ index }) => net.values(index)));
}"""
PACK = """() => { window.allValues = (arrays) => {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) { all.set(array, at); at += array.length; }
  const bytes = new Uint8Array(all.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}; }"""


def trained_model(architecture: Architecture, seed: int = 0) -> keras.Model:
    """A net whose biases and statistics are not the zeros and ones of an untrained one."""
    model, rng = build_model(architecture, seed=seed), np.random.default_rng(seed)
    near_zero = dict.fromkeys(("beta", "bias", "mean"), (-0.2, 0.2))
    ranges = {"gamma": (0.5, 1.5), "variance": (0.5, 2.0), "alpha": (-0.5, 1.0), **near_zero}
    for variable in model.variables:
        found = next((name for name in ranges if variable.path.endswith(name)), None)
        if found is not None:
            variable.assign(rng.uniform(*ranges[found], variable.shape))
    return model


def random_image(model: keras.Model, seed: int = 0) -> np.ndarray:
    """Pixels (H, W, C) uint8."""
    return np.random.default_rng(seed).integers(0, 256, model.input_shape[1:], dtype=np.uint8)


def keras_values(model: keras.Model, image: np.ndarray) -> Values:
    """What every layer of the model gives for an image, by its name."""
    outputs = keras.Model(model.inputs[0], [layer.output for layer in model.layers])(image[None])
    return {layer.name: np.array(output)[0] for layer, output in zip(model.layers, outputs, strict=True)}


def in_doubles(model: keras.Model) -> keras.Model:
    """The same net, computed with 64 bits."""
    config = json.loads(json.dumps(model.get_config()).replace("float32", "float64"))
    double = keras.Model.from_config(config)
    double.set_weights(model.get_weights())
    return double


def net_bytes(model: keras.Model, architecture: Architecture, classes: Any = ("a", "b")) -> bytes:
    return net_file(model, architecture, classes)


def open_net(page: Page, net: bytes, backend: str = "auto") -> None:
    """Open a net in the page, as `net`."""
    page.evaluate(PACK)
    with _chosen(page, net):
        page.evaluate(OPEN, backend)


@contextmanager
def _chosen(page: Page, content: bytes) -> Iterator[None]:
    """Let the page's user choose a file with this content."""
    if not page.locator("#net-file").count():
        page.evaluate(CHOOSE)
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        page.locator("#net-file").set_input_files(file.name)
        yield


def run_net(page: Page, image: np.ndarray) -> Values:
    """Run the opened net; values of each layer by its name, in the shape that Keras has."""
    pixels = base64.b64encode(np.ascontiguousarray(image).tobytes()).decode()
    packed = np.frombuffer(base64.b64decode(page.evaluate(RUN, pixels)), np.float32)
    layers: Any = page.evaluate("() => net.layers.map(({ name, shape }) => [name, shape])")
    sizes = [int(np.prod(shape)) for _, shape in layers]
    parts = np.split(packed, np.cumsum(sizes)[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(layers, parts, strict=True)}


def differences(page: Page, image: np.ndarray, expected: Values) -> dict[str, float]:
    """Run the opened net; of each layer the largest difference to the expected values, see `difference`."""
    names = page.evaluate("() => net.layers.map(({ name }) => name)")
    with _chosen(page, b"".join(expected[name].astype(np.float32).tobytes() for name in names)):
        shares = page.evaluate(COMPARE, base64.b64encode(np.ascontiguousarray(image).tobytes()).decode())
    return {name: np.inf if share is None else share for name, share in zip(names, shares, strict=True)}


def difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference, as a share of the largest absolute value; infinite for what is no number."""
    assert found.shape == expected.shape
    largest = np.abs(expected).max()
    share = np.abs(found.astype(np.float64) - expected).max() / (largest or 1.0)
    return float(share) if np.isfinite(share) else np.inf
