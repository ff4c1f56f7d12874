"""The part of the picture that a value is made of: where the slope of the value is not zero."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.architecture.spec import Architecture, Conv, MaxPool
from tests.architecture.random_nets import random_net
from tests.js.nn.nets import ARITHMETIC, net_bytes, open_net, trained_model

FIELDS = """async (places) => {
  const { Backward } = await import("/shared/nn/backward.js");
  const { receptiveField } = await import("/shared/nn/receptive_field.js");
  const way = await Backward.open(net);
  const { height, width, units } = net.layers[0];
  net.run(Float32Array.from(net.layers[0].values, (_, at) => (at * 7919) % 251));
  const layers = net.layers.filter((layer) => layer.index > 0 && layer.height * layer.width > 1);
  return layers.map((layer) => {
    const row = Math.floor(places[0] * layer.height);
    const column = Math.floor(places[1] * layer.width);
    const touched = { top: Infinity, left: Infinity, bottom: -1, right: -1 };
    for (let unit = 0; unit < layer.units; unit++) {
      way.from(layer.index, (row * layer.width + column) * layer.units + unit);
      way.slopes(0).forEach((slope, at) => {
        if (slope === 0) return;
        const [y, x] = [Math.floor(at / units / width), Math.floor(at / units) % width];
        [touched.top, touched.left] = [Math.min(touched.top, y), Math.min(touched.left, x)];
        [touched.bottom, touched.right] = [Math.max(touched.bottom, y + 1), Math.max(touched.right, x + 1)];
      });
    }
    const field = receptiveField(net.layers, layer.index, row, column);
    return { name: layer.name, field, touched, size: [height, width] };
  });
}"""
SIDES = ("top", "left", "bottom", "right")


def fields(page: Page, architecture: Any, seed: int, places: tuple[float, float]) -> Any:
    open_net(page, net_bytes(trained_model(architecture, seed), architecture))
    return page.evaluate(FIELDS, places)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_pixel_outside_of_it_has_a_slope(modules: Page, first: int) -> None:
    for seed in range(first, first + 20):
        for found in fields(modules, random_net(seed), seed, ((seed % 5) / 5, (seed % 3) / 3)):
            field, touched = found["field"], found["touched"]
            inside = [field["top"], field["left"], *np.subtract(found["size"], [field["bottom"], field["right"]])]
            assert min(inside) >= 0, (seed, found)
            if touched["bottom"] < 0:
                continue  # nothing passes here
            assert all(field[side] <= touched[side] for side in ("top", "left")), (seed, found)
            assert all(field[side] >= touched[side] for side in ("bottom", "right")), (seed, found)


def test_it_is_no_larger_than_it_has_to_be_and_a_hand_number(modules: Page) -> None:
    net = Architecture(
        input_shape=(20, 20, 1),
        layers=(
            Conv(name="a", filters=3, activation="linear"),
            MaxPool(name="b"),
            Conv(name="c", filters=3, stride=2, padding="same", activation="linear"),
        ),
    )
    found = {one["name"]: one["field"] for one in fields(modules, net, 0, (0.5, 0.0))}
    assert found["a"] == {"top": 9, "left": 0, "bottom": 12, "right": 3}
    assert found["b"] == {"top": 8, "left": 0, "bottom": 12, "right": 4}
    # Row 2 of c reads rows 4 to 6 of b (9 rows, same, stride 2: 1 row of zeros before), column 0 reads 0 and 1.
    assert found["c"] == {"top": 6, "left": 0, "bottom": 14, "right": 6}
    np.testing.assert_equal(
        fields(modules, ARITHMETIC, 0, (0.0, 0.0))[0]["field"], {"top": 0, "left": 0, "bottom": 1, "right": 1}
    )
