"""A net of one's own learns on: from the file that Keras wrote, over a training on digits, to its maps."""

from collections.abc import Callable
from pathlib import Path

import keras
from keras import layers
from playwright.sync_api import Page, expect

from cnnviz.bench.harness import Server
from tests.e2e.conftest import NETS_PATIENCE

VALUES = "(node) => [0, 2].map((index) => Array.from(node.insideNet.values(index)))"


def test_a_keras_file_is_fine_tuned_on_digits_and_looked_into(
    page: Page, own_cluster: None, start_server: Callable[..., Server], tmp_path: Path
) -> None:
    net = keras.Sequential(
        [
            keras.Input((20, 20, 3)),
            layers.Conv2D(4, 3, activation="relu", name="edges"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(5, name="said"),  # with ten classes 9*9*4*10 + 10 = 3250 parameters
        ]
    )
    net.save(tmp_path / "pets.keras")
    server = start_server()
    page.goto(f"{server.url}/inside?own=1")
    page.locator('input[type="file"]').first.set_input_files(tmp_path / "pets.keras")
    page.wait_for_url("**run=**")
    page.get_by_role("button", name="Train this net").click()
    page.get_by_role("button", name="Fine-tune it").click()
    page.wait_for_url("**from=**")
    expect(page.get_by_text("Only the new head learns: 3,250 parameters learn, 112 are frozen.")).to_be_visible()
    expect(page.get_by_text("the images are brought to 20 × 20 × 3")).to_be_visible()
    page.get_by_role("slider", name="Epochs").press("Home")
    expect(page.get_by_role("slider", name="Epochs")).to_have_value("1")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**run=**")
    expect(page.get_by_text("test images right").first).to_be_visible(timeout=NETS_PATIENCE)
    expect(page.get_by_text("It began with the net pets.")).to_be_visible()

    page.get_by_role("link", name="Look inside", exact=True).click()
    page.wait_for_url("**/inside**")
    inside = page.locator(".inside-net")
    expect(inside.get_by_text("10 classes")).to_be_visible()
    expect(page.locator(".inside-net:not(.opening) .class-bar").first).to_be_visible()
    picture, shown = inside.evaluate(VALUES)
    pixels = keras.ops.reshape(keras.ops.convert_to_tensor(picture), (1, 20, 20, 3)) / 255
    edges = keras.ops.convert_to_numpy(net.get_layer("edges")(pixels)).ravel()
    assert max(abs(edges - shown)) <= 1e-5 * max(abs(edges))  # it was frozen
