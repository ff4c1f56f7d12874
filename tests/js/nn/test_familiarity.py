"""What is familiar to the shipped net, told in the browser as Python tells it."""

import base64

import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.evaluation.familiarity import Familiarity
from cnnviz.models.net_file import FAMILIARITY, read_manifest
from cnnviz.runs.shipped import HOME_NET, NET_FILE

MEASURE = """async ({ entry, values }) => {
  const { Familiarity } = await import("/shared/nn/familiarity.js");
  const floats = new Float32Array(Uint8Array.from(atob(values), (letter) => letter.charCodeAt(0)).buffer);
  const known = new Familiarity(entry);
  const net = { layers: [{ name: "other", index: 0 }, { name: entry.layer, index: 1 }], values: () => floats };
  return [known.distance(floats), known.doubts(net), Familiarity.of({}) === null];
}"""


@pytest.mark.parametrize("seed", range(6))
def test_the_distance_of_any_values_is_that_of_python(modules: Page, seed: int) -> None:
    entry = read_manifest((HOME_NET / NET_FILE).read_bytes())[FAMILIARITY]
    known = Familiarity.from_manifest(entry)
    noise = np.maximum(np.random.default_rng(seed).normal(0, 0.02 * (1 + seed), known.vectors.shape[2]), 0)
    values = (np.maximum(known.vectors[seed, 0] + noise, 0) * 3).astype(np.float32)
    given = {"entry": entry, "values": base64.b64encode(values.tobytes()).decode()}
    distance, doubts, is_unknown = modules.evaluate(MEASURE, given)
    assert distance == pytest.approx(float(known.distances(values[None])[0]), abs=1e-5)
    assert doubts == known.doubts(values)
    assert is_unknown
