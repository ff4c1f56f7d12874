"""A net of one's own, from the file that Keras wrote to its maps in the browser."""

import re
from pathlib import Path

import keras
import numpy as np
from keras import layers
from playwright.sync_api import Page, expect

SIZE = (28, 28, 1)
VALUES = "(node) => [2, 3].map((index) => Array.from(node.insideNet.values(index)))"
PIXELS = "(node) => Array.from(node.insideNet.values(0))"


def test_a_keras_file_becomes_maps_with_keras_numbers_and_answers_for_each_scaling(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    net = keras.Sequential(
        [
            keras.Input(SIZE),
            layers.Conv2D(5, 3, activation="relu", name="edges"),
            layers.MaxPooling2D(name="largest"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax", name="said"),
        ]
    )
    net.save(tmp_path / "digits.keras")
    (tmp_path / "labels.txt").write_text("\n".join(f"digit {number}" for number in range(10)))

    page.goto(f"{app_url}/inside?own=1")
    page.locator('input[type="file"]').first.set_input_files([tmp_path / "digits.keras", tmp_path / "labels.txt"])
    page.wait_for_url("**run=**")
    expect(page.get_by_text("own net", exact=False).first).to_be_visible()
    inside = page.locator(".inside-net")
    expect(inside.locator(".scaling")).to_have_count(3)
    expect(inside.locator(".scaling.used")).to_contain_text("0 to 1")
    expect(inside.locator(".scaling[data-value]")).to_have_count(3)

    picture = np.array(inside.evaluate(PIXELS), np.float32).reshape(1, *SIZE)
    probe = keras.Model(net.inputs[0], [net.get_layer(name).output for name in ("edges", "largest", "said")])
    for scale, shift, row in ((1.0, 0.0, 0), (1 / 255, 0.0, 1), (2 / 255, -1.0, 2)):
        edges, largest, said = (np.asarray(values)[0] for values in probe(picture * np.float32(scale) + shift))
        card = inside.locator(".scaling").nth(row)
        assert abs(float(card.get_attribute("data-value") or "nan") - said.max()) <= 1e-5
        expect(card).to_contain_text(f"digit {said.argmax()}")
        if row == 1:
            shown, pooled = (np.array(values) for values in inside.evaluate(VALUES))
            assert np.abs(shown - edges.ravel()).max() <= 1e-5 * np.abs(edges).max()
            assert np.abs(pooled - largest.ravel()).max() <= 1e-5 * np.abs(largest).max()

    inside.get_by_role("button", name="Use \N{MINUS SIGN}1 to 1").click()
    expect(inside.locator(".scaling.used")).to_contain_text("\N{MINUS SIGN}1 to 1")
    expect(page.get_by_text("Pixels are scaled as you chose")).to_be_visible()


def test_a_net_whose_answer_is_not_reached_says_none_and_has_no_epochs(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    first = [keras.Input(SIZE), layers.Conv2D(3, 3, name="edges"), layers.Flatten(), layers.UnitNormalization()]
    keras.Sequential([*first, layers.Dense(10, activation="softmax")]).save(tmp_path / "cut.keras")
    page.goto(f"{app_url}/inside?own=1")
    page.locator('input[type="file"]').first.set_input_files([tmp_path / "cut.keras"])
    page.wait_for_url("**run=**")
    inside = page.locator(".inside-net")
    expect(inside.get_by_text("No answer: this net ends with maps.").first).to_be_visible()
    expect(inside.get_by_text(re.compile(r"^The net says \S"))).to_have_count(0)
    expect(inside.get_by_text("Only the end of this training is kept")).to_have_count(0)
    expect(page.get_by_text("This net gives no answer: 'unit_normalization", exact=False).first).to_be_visible()


def test_one_output_is_the_probability_of_the_second_class(page: Page, app_url: str, tmp_path: Path) -> None:
    last = layers.Dense(
        1, activation="sigmoid", kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(2.0)
    )
    keras.Sequential([keras.Input(SIZE), layers.Flatten(), last]).save(tmp_path / "two.keras")
    (tmp_path / "labels.txt").write_text("cat\ndog")
    page.goto(f"{app_url}/inside?own=1")
    page.locator('input[type="file"]').first.set_input_files([tmp_path / "two.keras", tmp_path / "labels.txt"])
    page.wait_for_url("**run=**")
    inside = page.locator(".inside-net")
    expect(inside.get_by_text("The net says dog, 88").first).to_be_visible()  # 1 / (1 + exp(-2))
    expect(inside.locator(".class-name")).to_have_text("dog")
