"""The filters in the browser, and what they are like: equal to what Python says."""

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.inspection.filters import layer_filters
from cnnviz.inspection.known_kernels import chance_level, known_kernels, nearest_known
from cnnviz.inspection.layer_filters import like_known
from cnnviz.kernel_lab.kernels import KERNELS
from tests.js.inside_net.nets import EVERY_KIND, PLAIN, make

BAR = 1e-5
PRESETS: Any = [{"title": preset.title, "matrix": preset.matrix} for preset in KERNELS.values()]
OF_A_NET = """async ([bytes, presets]) => {
  const { Net } = await import("/shared/nn/net.js");
  const { FilterPlanes, isConvolution } = await import("/shared/nn/filter_planes.js");
  const { turnedKernels, knownText } = await import("/shared/nn/known_kernels.js");
  const known = turnedKernels(presets);
  const net = await Net.open(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)).buffer);
  return net.layers.filter(isConvolution).map((layer) => {
    const filters = new FilterPlanes(net.layers, layer, net.weights(layer.index));
    const units = Array.from({ length: filters.filters }, (_, unit) => {
      const { strength, shares, order } = filters.measure(unit);
      const nearest = filters.nearest(unit, known, filters.readsPicture ? null : order[0]);
      const planes = filters.all(unit).map((values) => [...values]);
      return { planes, bias: filters.bias(unit), strength, order, share: shares[order[0]],
        nearest: nearest && [knownText(nearest.known), nearest.cosine, nearest.row, nearest.column] };
    });
    const { size, readsPicture } = filters;
    return { name: layer.name, size, readsPicture, chance: filters.chance(known), units };
  });
}"""


@pytest.mark.parametrize("architecture", [PLAIN, EVERY_KIND], ids=lambda net: net.name)
def test_filters_of_every_kind_and_what_they_are_like_are_those_of_python(modules: Page, architecture) -> None:
    sample = make(architecture)
    expected = layer_filters(sample.model)
    found = modules.evaluate(OF_A_NET, [base64.b64encode(sample.net).decode(), PRESETS])
    assert [one["name"] for one in found] == [one.name for one in expected]
    for one, python in zip(found, expected, strict=True):
        height, width, planes, filters = python.kernels.shape
        kernels = np.array([unit["planes"] for unit in one["units"]]).reshape(filters, planes, height, width)
        np.testing.assert_allclose(kernels.transpose(2, 3, 1, 0), python.kernels, atol=1e-6)
        assert one["readsPicture"] == python.reads_picture
        assert one["chance"] == (None if python.chance is None else pytest.approx(python.chance, abs=BAR))
        for unit, like in zip(one["units"], like_known(python), strict=True):
            assert unit["bias"] == (None if like.bias is None else pytest.approx(like.bias, abs=BAR))
            assert unit["strength"] == pytest.approx(like.strength, abs=BAR)
            if like.plane is not None:
                assert (unit["order"][0], unit["share"]) == (like.plane, pytest.approx(like.share, abs=BAR))
            nearest = like.nearest
            assert unit["nearest"] == (
                nearest and [nearest.known.text, pytest.approx(nearest.cosine, abs=BAR), nearest.row, nearest.column]
            )


def test_the_known_kernels_and_chance_are_those_of_python(modules: Page) -> None:
    texts, levels = modules.evaluate(
        """async (presets) => {
      const { turnedKernels, knownText, chanceLevel } = await import("/shared/nn/known_kernels.js");
      const known = turnedKernels(presets);
      const levels = [[3, 3, 1], [3, 3, 3], [5, 4, 1], [7, 7, 3], [2, 5, 1]].map(([rows, columns, planes]) =>
        chanceLevel([rows, columns], planes, known));
      return [known.map(knownText), levels];
    }""",
        PRESETS,
    )
    assert texts == [one.text for one in known_kernels()]
    for (height, width, planes), level in zip(
        [(3, 3, 1), (3, 3, 3), (5, 4, 1), (7, 7, 3), (2, 5, 1)], levels, strict=True
    ):
        python = chance_level(height, width, planes)
        assert level == (None if python is None else pytest.approx(python, abs=BAR))


def test_the_nearest_of_many_random_kernels_is_that_of_python(modules: Page) -> None:
    drawn = np.random.default_rng(2).normal(size=(60, 4, 5, 3))
    found = modules.evaluate(
        """async ([presets, kernels]) => {
      const { turnedKernels, knownText, nearestKnown } = await import("/shared/nn/known_kernels.js");
      const known = turnedKernels(presets);
      return kernels.map((planes) => {
        const { known: one, cosine, row, column } = nearestKnown(planes, [4, 5], known);
        return [knownText(one), cosine, row, column];
      });
    }""",
        [PRESETS, drawn.transpose(0, 3, 1, 2).reshape(60, 3, 20).tolist()],
    )
    for one, kernel in zip(found, drawn, strict=True):
        nearest = nearest_known(kernel)
        assert one == [nearest.known.text, pytest.approx(nearest.cosine, abs=BAR), nearest.row, nearest.column]
