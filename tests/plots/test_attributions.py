"""The figure of several attributions: legible files, shared colours, the numbers that belong to them."""

from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from cnnviz.plots.attributions import AttributionMap, draw_attributions, draw_each, signed_colours, unit_limits
from cnnviz.plots.sheet import SCALE

SVG = "{http://www.w3.org/2000/svg}"
IMAGE = np.random.default_rng(0).integers(0, 256, (6, 9, 3), np.uint8)
MAPS = (
    AttributionMap("Saliency", np.linspace(-2, 1, 54).reshape(6, 9), "Slope"),
    AttributionMap("SmoothGrad", np.linspace(-0.5, 4, 54).reshape(6, 9), "Slope", ("Fails: <any> pixels & more.",)),
    AttributionMap("Grad-CAM", np.linspace(0, 0.25, 6).reshape(2, 3), "Sum of maps"),
    AttributionMap("Of a layer", np.linspace(-1, 1, 7), "Score"),
)


def texts(data: bytes) -> list[str]:
    return [one.text for one in ElementTree.fromstring(data).iter(f"{SVG}text")]


def test_an_svg_has_every_title_number_and_sentence() -> None:
    data = draw_attributions(IMAGE, MAPS, "What speaks for cat & dog", ending="svg")
    said = texts(data)
    assert said[0] == "What speaks for cat & dog"
    assert [title for title in said if title in ("The picture", *(one.title for one in MAPS))] == [
        "The picture",
        *(one.title for one in MAPS),
    ]
    assert said.count("\u22124") == said.count("4") == 2, "both maps of slopes end at the same value"
    assert "0.25" in said
    assert "Fails: <any> pixels & more." in said
    pictures = list(ElementTree.fromstring(data).iter(f"{SVG}image"))
    assert len(pictures) == 1 + 2 * len(MAPS), "the picture, and of each map the colours too"
    assert all(one.get("href").startswith("data:image/png;base64,") for one in pictures)
    assert [float(pictures[0].get(side)) for side in ("width", "height")] == [210, 140]


def test_a_png_is_as_large_as_the_svg_says_and_white_around() -> None:
    root = ElementTree.fromstring(draw_attributions(IMAGE, MAPS, "Cat", ending="svg"))
    picture = Image.open(BytesIO(draw_attributions(IMAGE, MAPS, "Cat", ending="png")))
    assert picture.format == "PNG"
    assert picture.size == tuple(round(SCALE * float(root.get(side))) for side in ("width", "height"))
    pixels = np.asarray(picture)
    assert (pixels[0] == 255).all()
    assert (pixels[:, -1] == 255).all()
    assert (pixels[:60, :400].min(axis=(0, 1)) < 60).all(), "the heading is dark on it"


@pytest.mark.parametrize("count", [1, 4, 7])
@pytest.mark.parametrize("shape", [(5, 9, 1), (9, 5, 3)])
def test_nothing_lies_beyond_the_paper(count: int, shape: tuple[int, ...]) -> None:
    image = np.zeros(shape, np.uint8)
    maps = [AttributionMap("Occlusion", np.ones(shape[:2]), "Score", ("A sentence of some length.",) * 2)] * count
    root = ElementTree.fromstring(draw_attributions(image, maps, "One", ending="svg"))
    width, height = float(root.get("width")), float(root.get("height"))
    for one in root.iter():
        x, y = float(one.get("x", 0)), float(one.get("y", 0))
        assert 0 <= x <= width
        assert 0 <= y < height - 8
        if one.tag == f"{SVG}image":
            assert x + float(one.get("width")) <= width
            assert y + float(one.get("height")) <= height


def test_each_map_alone_has_the_colours_that_it_has_beside_the_others() -> None:
    drawn = [texts(data) for data in draw_each(IMAGE, MAPS)]
    assert [said[0] for said in drawn] == [one.title for one in MAPS]
    assert [said[1:3] for said in drawn[:2]] == [["\u22124", "4"]] * 2
    assert "Fails: <any> pixels & more." in drawn[1]


def test_maps_of_a_unit_share_their_limit_and_that_of_a_flat_one_is_0() -> None:
    assert unit_limits(MAPS) == {"Slope": 4, "Sum of maps": 0.25, "Score": 1}
    assert unit_limits([AttributionMap("", np.zeros((2, 2)), "Slope")]) == {"Slope": 0}


def test_red_is_below_zero_blue_above_and_zero_is_nearly_white() -> None:
    red, white, blue = signed_colours(np.array([-3.0, 0, 3]), 3).astype(int)
    assert red[0] > red[2] + 60
    assert blue[2] > blue[0] + 60
    assert (white >= 247).all()
    assert np.array_equal(signed_colours(np.array(9.0), 3), blue)


def test_letters_that_the_typeface_lacks_do_not_stop_a_png() -> None:
    title = "\u732b \u2212 \u00d7"
    assert draw_attributions(IMAGE, [AttributionMap(title, MAPS[0].map, "Score")], title, ending="png")
    assert title in texts(draw_attributions(IMAGE, [AttributionMap(title, MAPS[0].map, "Score")], title, ending="svg"))


def test_the_colours_of_a_map_that_is_zero_everywhere_end_at_zero() -> None:
    flat = AttributionMap("Saliency", np.zeros((6, 9)), "Slope")
    assert unit_limits([flat]) == {"Slope": 0}
    said = texts(draw_attributions(IMAGE, [flat], "Nothing", ending="svg"))
    assert said.count("0") == 2
    assert "1" not in said
    assert (signed_colours(np.zeros(3), 0) == signed_colours(np.zeros(3), 2)).all()
