"""What may go wrong on the page inside a net: it is said in a sentence, and the page goes on."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.spec import Architecture, Dense, Flatten
from cnnviz.imaging.decode import encode_png
from tests.js.inside_net.nets import Sample, make
from tests.js.inside_net.test_inside_net import cell, near
from tests.js.inside_net.test_touch_picture import press, seen

FLAT = Architecture(
    name="flat", input_shape=(28, 28, 1), layers=(Flatten(), Dense(units=6, activation="relu"), Dense(units=4))
)


def upload(place: Locator, image: np.ndarray, name: str = "mine.png") -> None:
    press(place, "Photo")
    content = encode_png(image) if image.size else b"no picture"
    place.get_by_label("A picture of your own").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": content}]
    )


def test_a_camera_that_is_refused_is_said_and_the_picture_stays(show, plain: Sample) -> None:
    place = show(plain)
    page = place.page
    page.evaluate(
        """() => { window.camera = navigator.mediaDevices;
        const getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
        Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia } }); }"""
    )
    press(place, "Camera")
    problem = place.get_by_role("alert")
    expect(problem).to_have_text(
        "The camera was not allowed, or there is none. Allow it in the address bar, or upload a picture."
    )
    page.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: undefined })")
    press(place, "Camera")
    expect(place.locator(".camera video")).to_be_hidden()
    expect(place.get_by_role("button", name="Hold still")).to_be_hidden()
    expect(problem).to_contain_text("gives no camera to pages without https")
    page.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: camera })")
    assert near(seen(place), plain.images[0], plain.images[0])
    press(place, "Test set")
    place.get_by_role("button", name="Next \u203a").click()
    expect(place.locator(".seen-name")).to_contain_text("Test image 2")
    expect(problem).to_be_hidden()


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((40, 30, 3), "Its middle was brought from 30 × 40 to the net's 11 × 14 pixels and to grey."),
        ((28, 22), "Brought from 22 × 28 to the net's 11 × 14 pixels."),
        ((14, 11, 3), "Brought to grey."),
    ],
    ids=str,
)
def test_a_picture_of_another_shape_or_in_colour_is_converted_and_that_is_said(
    show, plain: Sample, shape: tuple[int, ...], said: str
) -> None:
    place = show(plain)
    upload(place, np.random.default_rng(0).integers(0, 256, shape, np.uint8))
    expect(place.locator(".photos .hint")).to_have_text(said)
    expect(place.locator(".seen-name")).to_have_text("mine.png")
    assert seen(place).shape == (14, 11, 1)


def test_a_picture_that_was_uploaded_stands_in_the_list_and_one_comes_back_to_it(show, plain: Sample) -> None:
    place = show(plain)
    upload(place, np.full((14, 11), 90, np.uint8))
    expect(place.locator(".photos select option:checked")).to_have_text("mine.png")
    press(place, "Test set")
    expect(place.locator(".seen-name")).to_contain_text("Test image")
    press(place, "Photo")
    expect(place.locator(".seen-name")).to_have_text("mine.png")
    assert (seen(place) == 90).all()


def test_a_grey_picture_is_made_three_planes_and_that_is_said(show, every_kind: Sample) -> None:
    place = show(every_kind)
    upload(place, np.random.default_rng(0).integers(0, 256, (12, 10), np.uint8))
    expect(place.locator(".photos .hint")).to_have_text("Brought from grey to three equal planes.")
    planes = seen(place)
    assert (planes[..., 0] == planes[..., 2]).all()
    upload(place, np.zeros(0), "text.png")
    expect(place.get_by_role("alert")).to_contain_text("This is no picture that the browser can read")
    expect(place.get_by_role("alert")).to_contain_text("The picture before stays. Received: text.png.")
    expect(place.locator(".photos .hint")).to_have_text("")


def test_a_net_without_a_map_of_a_run_without_images_is_alive_and_opens(show) -> None:
    sample = make(FLAT)
    place = show(sample, images=None, style="digit")
    expect(place.locator(".seen-name")).to_have_text("A drawn 7")
    expect(place.locator(".column")).to_have_count(4)  # the picture, its values in a row, two dense layers
    place.page.wait_for_function(
        "() => root.querySelector('.inside-net').insideNet.values(0).filter((value) => value > 200).length > 40"
    )
    picture, answer = place.evaluate("(root) => [0, 4].map((layer) => Array.from(root.insideNet.values(layer)))")
    expected = np.asarray(sample.model(np.array(picture).reshape(1, 28, 28, 1), training=False))[0]
    assert near(answer, expected, expected)
    cell(place, 3, 2).click()
    expect(place.locator(".crumbs")).to_contain_text("Dense 1, value 3")
    press(place, "Test set")
    expect(place.get_by_role("alert")).to_have_text("The images of this run are not here. Draw, or take a photo.")


def test_where_wasm_is_blocked_the_numbers_are_the_same_and_nothing_is_said(
    show, modules: Page, every_kind: Sample
) -> None:
    modules.evaluate(
        """() => { window.instantiate = WebAssembly.instantiate;
        WebAssembly.instantiate = () => Promise.reject(new WebAssembly.CompileError("a policy forbids it")); }"""
    )
    try:
        place = show(every_kind)
        expect(place.locator(".verdict")).to_contain_text("The net says")
        assert place.evaluate("(root) => root.insideNet.net.backend.name") == "js"
        names: Any = place.evaluate("(root) => root.insideNet.layers.map(({ name }) => name)")
        for index, name in enumerate(names):
            assert near(seen(place, index), every_kind.values[name], every_kind.values[name]), name
        assert place.locator(".status").inner_text() == ""
        expect(place.get_by_role("alert")).to_have_count(0)
        assert modules.evaluate("() => sent") == []
    finally:
        modules.evaluate("() => { WebAssembly.instantiate = window.instantiate; }")


def strokes(height: int, width: int, *, ink: int) -> np.ndarray:
    paper = np.full((height, width), 255, np.uint8)
    paper[height // 4 : -height // 4, width // 2 - 4 : width // 2 + 4] = ink
    return paper


def test_only_a_picture_that_is_read_as_a_drawing_is_said_to_be_one(show, plain: Sample) -> None:
    place = show(plain, style="digit")  # 14 x 11: such a net takes all of a picture
    upload(place, strokes(120, 90, ink=0))
    expect(place.locator(".photos .hint")).to_have_text(
        "Its middle was brought from 90 × 120 to the net's 11 × 14 pixels."
    )


def test_a_net_that_reads_drawings_says_what_it_took_and_what_it_misses(show) -> None:
    place = show(make(FLAT), images=None, style="digit")
    upload(place, strokes(120, 90, ink=0))
    hint, problem = place.locator(".photos .hint"), place.get_by_role("alert")
    expect(hint).to_have_text(
        "Read as a drawing: what stands out from its paper was taken for strokes and brought to the net's "
        "28 × 28 pixels."
    )
    upload(place, strokes(120, 90, ink=255), "blank.png")
    expect(problem).to_have_text(
        "Nothing is written on this picture: expected strokes that stand out from the paper, because this net reads "
        "drawings. The picture before stays. Received: blank.png."
    )
    expect(hint).to_have_text("")
    expect(place.locator(".seen-name")).to_have_text("mine.png")


def test_a_picture_that_is_transparent_is_refused_and_not_called_grey(show, every_kind: Sample) -> None:
    place = show(every_kind)
    file = io.BytesIO()
    Image.new("RGBA", (12, 12), (255, 0, 0, 0)).save(file, "png")
    press(place, "Photo")
    content = {"name": "red.png", "mimeType": "image/png", "buffer": file.getvalue()}
    place.get_by_label("A picture of your own").set_input_files([content])
    expect(place.get_by_role("alert")).to_have_text(
        "There is nothing to see on this picture: all of it is transparent. The picture before stays. "
        "Received: red.png."
    )
    expect(place.locator(".photos .hint")).to_have_text("")
