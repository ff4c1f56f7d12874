"""How long a frame takes with several nets of MNIST: forth, back, and all that is drawn."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator

from cnnviz.architecture.presets.catalogue import get_preset
from tests.js.inside_net.nets import Sample, make

FRAMES = 40
MEASURE = """async (root, frames) => {
  const app = root.compareNets;
  const times = [];
  for (let i = 0; i < frames; i++) {
    await new Promise(requestAnimationFrame);
    const pixels = app.picture.pixels.map((value, at) => (at % 7 === i % 7 ? 255 - value : value));
    app.picture = { ...app.picture, pixels };
    const start = performance.now();
    app.run();
    times.push(performance.now() - start);
  }
  return times.sort((one, other) => one - other);
}"""


@pytest.fixture(scope="module")
def digits() -> Sample:
    return make(get_preset("conv32-64-128-mnist").architecture)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("count", "most"), [(2, 16), (6, 40)])
def test_a_frame_of_several_nets_is_quick(
    compare: Callable[..., Locator], digits: Sample, count: int, most: float
) -> None:
    place = compare(*[digits] * count, why="saliency")
    times: Any = place.evaluate(MEASURE, FRAMES)
    assert times[0] <= most, f"the best one, because others share the machine; median {times[len(times) // 2]:.1f} ms"
