"""What is saved of the maps: arrays that NumPy opens, figures for white paper."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from cnnviz.inspection.attribution.methods import METHODS
from tests.js.inside_net.nets import CLASSES, Sample
from tests.js.inside_net.test_why import choose, maps, open_why

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def save(modules: Page, tmp_path: Path) -> Callable[[Locator, str], Path]:
    def save(place: Locator, kind: str) -> Path:
        if place.locator(".why-save").get_attribute("open") is None:
            place.get_by_text("Save", exact=True).click()
        with modules.expect_download() as begun:
            place.get_by_role("button", name=kind, exact=True).click()
        path = tmp_path / begun.value.suggested_filename
        begun.value.save_as(path)
        return path

    return save


@pytest.mark.parametrize("sample", ["plain", "every_kind"])
def test_the_arrays_are_those_that_are_shown(
    show: Callable, save: Callable, request: pytest.FixtureRequest, sample: str
) -> None:
    net: Sample = request.getfixturevalue(sample)
    place = open_why(show, net)
    path = save(place, "NPZ")
    assert path.name == "why.npz"
    with np.load(path, allow_pickle=False) as kept:
        assert np.array_equal(kept["image"], net.images[0])
        assert kept["image"].dtype == np.uint8
        assert set(kept) == {"image", *METHODS}
        for name, expected in maps(place).items():
            assert kept[name].dtype == np.float32
            assert np.array_equal(kept[name], expected)


def test_of_a_layer_without_places_the_array_has_one_axis(show: Callable, save: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    layers = place.evaluate("(root) => root.insideNet.layers.map(({ name, index }) => [name, index])")
    choose(place, "layer", str(next(index for name, index in layers if name.startswith("flatten"))))
    with np.load(save(place, "NPZ"), allow_pickle=False) as kept:
        assert kept["saliency"].ndim == 1
        assert np.array_equal(kept["saliency"], maps(place)["saliency"][0])
    assert ElementTree.parse(save(place, "SVG")).getroot().tag == f"{SVG}svg"


def test_the_svg_has_all_maps_with_titles_ends_of_colours_and_checks(
    show: Callable, save: Callable, plain: Sample
) -> None:
    place = open_why(show, plain)
    choose(place, "class", "1")
    expect(place.locator('[data-check="shuffle"]').last).to_contain_text("alike")
    root = ElementTree.parse(save(place, "SVG")).getroot()
    said = [one.text for one in root.iter(f"{SVG}text")]
    assert said[0] == f"What speaks for {CLASSES[1]}"
    assert all(method.title in said for method in METHODS.values())
    assert any(text.startswith("Taken away") for text in said)
    assert any(text.startswith("Shuffled") for text in said)
    for name in ("saliency", "occlusion"):
        low, high = place.locator(f'.why-card[data-method="{name}"] .bar span').all_inner_texts()
        assert {low, high} <= set(said)
    assert len(list(root.iter(f"{SVG}image"))) == 1 + 2 * len(METHODS)
    for one in root.iter():
        assert float(one.get("y", 0)) + float(one.get("height") or 0) * (one.tag == f"{SVG}image") <= float(
            root.get("height")
        )


def test_the_png_is_twice_as_large_and_white_where_nothing_is(show: Callable, save: Callable, plain: Sample) -> None:
    place = open_why(show, plain)
    expect(place.locator('[data-check="shuffle"]').last).to_contain_text("alike")  # no more lines come
    root = ElementTree.parse(save(place, "SVG")).getroot()
    with Image.open(save(place, "PNG")) as figure:
        assert figure.format == "PNG"
        assert figure.size == tuple(2 * int(float(root.get(side))) for side in ("width", "height"))
        pixels = np.asarray(figure.convert("RGB"))
    assert (pixels[0] == 255).all()
    assert (pixels[:110, :600].min(axis=(0, 1)) < 80).all(), "the heading"
    picture = next(root.iter(f"{SVG}image"))
    x, y = (2 * int(float(picture.get(side))) + 8 for side in ("x", "y"))
    assert abs(int(pixels[y, x, 0]) - int(plain.images[0, 0, 0, 0])) <= 2, "the picture as it is"
