"""What people drew, read by the shipped net in the browser and by Python and Keras: the same digit."""

from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from cnnviz.imaging.preprocess import prepare_digit
from cnnviz.models.files import model_from_bytes
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.shipped import HOME_NET, NET_FILE
from tests.js.transfer import packed
from tests.shared_data import drawn_digits

READ = """async ({ net, drawings }) => {
  const { Net } = await import("/shared/nn/net.js");
  const { prepareDigit } = await import("/shared/prepare_digit.js");
  const { unpacked } = await import("/transfer.js");
  const opened = await Net.open((await unpacked(net)).buffer);
  const answers = [];
  for (const { width, height, rgba } of drawings) {
    opened.run(prepareDigit({ width, height, data: new Uint8ClampedArray(await unpacked(rgba)) }).image);
    answers.push([...opened.values(opened.layers.length - 1)]);
  }
  return answers;
}"""


def test_the_browser_reads_every_drawing_as_python_and_keras_do(modules: Page) -> None:
    pictures = [np.asarray(Image.open(path).convert("RGBA")) for path, _ in drawn_digits()]
    drawings = [{"width": rgba.shape[1], "height": rgba.shape[0], "rgba": packed(rgba.tobytes())} for rgba in pictures]
    given = {"net": packed((HOME_NET / NET_FILE).read_bytes()), "drawings": drawings}
    found: Any = np.array(modules.evaluate(READ, given))
    digits = np.stack([prepare_digit(rgba).image for rgba in pictures]).reshape(-1, 28, 28, 1)
    expected = np.asarray(model_from_bytes((HOME_NET / MODEL_FILE).read_bytes())(digits, training=False))
    assert len(found) == 140
    assert found.argmax(axis=1).tolist() == expected.argmax(axis=1).tolist()
    assert np.abs(found - expected).max() < 0.01  # where a pixel is a level off
