"""The diagram as an XML tree: everything is there, inside the picture, readable, and can be clicked."""

import re
from collections.abc import Iterator
from itertools import chain
from xml.etree import ElementTree

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.layer_family import FAMILIES
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import Architecture, Backbone, BatchNorm, Branches, Conv, Dense, Flatten, Repeat, Residual
from cnnviz.architecture.spec.paths import path_text, walk
from cnnviz.errors import InvalidArchitecture, UnknownName
from cnnviz.plots.diagram.diagram import THUMBNAIL_SIZE, VIEWS, diagram_alt, diagram_svg, thumbnail_svg
from cnnviz.plots.diagram.svg import SMALL_FONT_SIZE, mixed, text_width
from tests.architecture.random_nets import random_net

SVG = "{http://www.w3.org/2000/svg}"
SKIP = Residual(layers=(Conv(filters=6, padding="same"), BatchNorm()), shortcut="projection")
NET = Architecture(
    name="every block",
    input_shape=(20, 31, 3),
    layers=(
        Repeat(layers=(SKIP,), times=3),
        Branches(branches=((Conv(filters=2),), (Conv(filters=4, kernel=1), Conv(filters=3)))),
        Flatten(),
        Dense(units=7),
    ),
)
NETS = {name: preset.architecture for name, preset in PRESETS.items()} | {
    "blocks": NET,
    "random-1": random_net(3),
    "random-2": random_net(8),
    "random-3": random_net(38),
    "backbone": Architecture(input_shape=(64, 96, 3), layers=(Backbone(), Flatten(), Dense(units=2))),
}


def drawn(architecture: Architecture, **options: object) -> ElementTree.Element:
    return ElementTree.fromstring(diagram_svg(architecture, **options).svg)


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text for element in root.iter(f"{SVG}text")]


def buttons(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [element for element in root.iter(f"{SVG}g") if element.get("role") == "button"]


def boxes(element: ElementTree.Element, x: float = 0, y: float = 0) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right, bottom of all texts, rectangles and polygons, transforms taken into account."""
    if shift := re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", "")):
        x, y = x + float(shift[1]), y + float(shift[2])
    if element.tag == f"{SVG}text":
        width = text_width(element.text, size=int(element.get("font-size")))
        start = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor")]
        left, base = x + float(element.get("x")) - start * width, y + float(element.get("y"))
        yield left, base - 11, left + width, base + 3
    if element.tag == f"{SVG}rect":
        left, top = x + float(element.get("x", 0)), y + float(element.get("y", 0))
        yield left, top, left + float(element.get("width")), top + float(element.get("height"))
    if element.tag == f"{SVG}polygon":
        points = [tuple(map(float, point.split(","))) for point in element.get("points").split()]
        columns, rows = zip(*points, strict=True)
        yield x + min(columns), y + min(rows), x + max(columns), y + max(rows)
    for child in element:
        if child.tag != f"{SVG}defs":
            yield from boxes(child, x, y)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", NETS)
def test_everything_is_drawn_inside_the_picture_and_large_enough_to_read(name: str, view: str):
    root = drawn(NETS[name], view=view)
    width, height = float(root.get("width")), float(root.get("height"))
    found = list(boxes(root))
    assert found
    assert min(left for left, *_ in found) >= 0
    assert min(top for _, top, *_ in found) >= 0
    assert max(right for *_, right, _ in found) <= width
    assert max(bottom for *_, bottom in found) <= height
    assert all(int(element.get("font-size")) >= 11 for element in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", NETS)
def test_every_layer_and_block_can_be_clicked_and_reached_by_key(name: str, view: str):
    found = buttons(drawn(NETS[name], view=view))
    layers = {path_text(path) for path, _ in walk(NETS[name].layers)}
    assert {button.get("data-path") for button in found} == {"", *layers}, "the image can be chosen as well"
    assert all(button.get("tabindex") == "0" and button.get("class") == "layer" for button in found)
    assert all(button.get("aria-label") == button.find(f"{SVG}title").text for button in found)


@pytest.mark.parametrize("view", VIEWS)
def test_a_button_carries_the_name_of_the_layer_that_it_stands_for(view: str):
    named = {b.get("data-layer"): b.get("aria-label") for b in buttons(drawn(NET, view=view)) if b.get("data-layer")}
    other_rounds = ("repeat_1.1.", "repeat_1.2.")
    last_round = {layer.name for layer in analyze(NET).layers if not layer.name.startswith(other_rounds)}
    assert set(named) == last_round
    titles = layer_titles(NET)
    assert all(label.startswith(f"{titles[name]} · {name}: ") for name, label in named.items())


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", NETS)
def test_names_and_shapes_stand_in_the_diagram(name: str, view: str):
    words = texts(drawn(NETS[name], view=view))
    last_round = {(report.path, report.name.rpartition(".")[2]): report for report in analyze(NETS[name]).layers}
    for report in last_round.values():
        assert report.title in words
        if "shortcut" not in report.name or view == "flow":  # else a small box on the way around
            assert "×".join(f"{side:,}" for side in report.output_shape) in words


@pytest.mark.parametrize("view", VIEWS)
def test_a_repeated_block_is_drawn_once_and_says_how_often(view: str):
    words = texts(drawn(NET, view=view))
    assert "Repeated block (× 3)" in words
    assert [word for word in words if word.startswith("Batch")] == ["Batch normalisation 3"]


@pytest.mark.parametrize("view", VIEWS)
def test_the_legend_names_the_colours_that_occur_and_no_others(view: str):
    root = drawn(get_preset("lenet5").architecture, view=view)
    assert set(FAMILIES) & set(texts(root)) == {"convolution", "pooling", "shape", "dense"}
    fills = {element.get("fill") for element in root.iter()}
    assert {LAYER_KINDS[kind].colour for kind in ("conv", "avg_pool", "dense")} <= fills
    assert LAYER_KINDS["batch_norm"].colour not in fills


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("path", [(0,), (0, 0), (0, 0, 1), (1,), (1, 1, 0), (3,)])
def test_only_what_is_selected_is_marked(view: str, path: tuple):
    pressed = [
        b.get("data-path") for b in buttons(drawn(NET, view=view, selected=path)) if b.get("aria-pressed") == "true"
    ]
    assert pressed == [path_text(path)]


def test_nothing_is_marked_without_a_selection():
    assert not [b for b in buttons(drawn(NET)) if b.get("aria-pressed") == "true"]


def test_text_takes_the_colour_of_the_page():
    assert 'style="color' not in diagram_svg(NET).svg
    assert 'fill="currentColor"' in diagram_svg(NET).svg


def test_two_diagrams_on_one_page_share_no_ids():
    first, second, third = diagram_svg(NET).svg, diagram_svg(NET, view="flow").svg, diagram_svg(random_net(3)).svg
    ids = [re.findall(r' id="([^"]+)"', text) for text in (first, second, third)]
    assert all(len(set(found)) == len(found) > 2 for found in ids)
    assert len(set(chain(*ids))) == sum(map(len, ids))
    assert set(re.findall(r"url\(#([^)]+)\)", first)) <= set(ids[0])


def test_the_same_net_is_always_drawn_the_same():
    assert diagram_svg(NET) == diagram_svg(Architecture.from_json(NET.to_json()))


def test_the_picture_stands_alone():
    text = diagram_svg(NET).svg
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert not re.search(r"href|@import|<script|<image|on\w+=", text)


def test_a_name_with_markup_is_only_text():
    architecture = NET.model_copy(update={"name": '<script>alert("1")</script> & {id}'})
    root = drawn(architecture)
    assert root.find(f"{SVG}title").text.startswith("Diagram of <script>")
    assert not list(root.iter(f"{SVG}script"))


def test_the_diagram_is_told_in_words():
    assert diagram_alt(NET) == (
        "every block: an image of 20 × 31 × 3 goes through "
        "3 times Repeated block [Residual block 3 [Convolution 5 (20 × 31 × 6), Batch normalisation 3 (20 × 31 × 6)], "
        "added to a projection of its input (20 × 31 × 6)]; Branches [Convolution 7 (18 × 29 × 2); beside Convolution "
        "8 (20 × 31 × 4), Convolution 9 (18 × 29 × 3)], put together (18 × 29 × 5); Flatten (2,610); Dense (7)."
    )


def test_title_and_description_belong_to_the_picture():
    root = drawn(NET)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert description.text == diagram_alt(NET)


def test_the_flow_of_fifty_layers_fits_a_screen():
    layers = [Conv(filters=8, padding="same"), BatchNorm()] * 24
    root = drawn(Architecture(input_shape=(32, 40, 3), layers=(*layers, Flatten(), Dense(units=3))), view="flow")
    assert float(root.get("width")) <= 1300
    assert float(root.get("height")) <= 480  # of the frame on the page


def test_a_deep_net_in_boxes_goes_on_in_rows():
    layers = [Conv(filters=8, padding="same"), BatchNorm()] * 24
    root = drawn(Architecture(input_shape=(32, 40, 3), layers=(*layers, Flatten(), Dense(units=3))))
    assert float(root.get("width")) <= 1400


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [390, 620])
def test_a_narrow_drawing_holds_the_same_layers_within_its_width(view: str, width: int):
    net = get_preset("lenet5").architecture
    narrow, wide = drawn(net, view=view, width=width), drawn(net, view=view)
    assert float(narrow.get("width")) <= width
    assert [b.get("data-path") for b in buttons(narrow)] == [b.get("data-path") for b in buttons(wide)]


def test_a_drawing_that_needs_no_break_is_the_same_at_every_width():
    net = get_preset("digits-small").architecture
    assert diagram_svg(net, width=700) == diagram_svg(net)
    assert diagram_svg(net, width=390) != diagram_svg(net)


def test_the_words_of_a_row_stand_on_one_line():
    root = drawn(get_preset("lenet5").architecture)
    names = {report.title for report in analyze(get_preset("lenet5").architecture).layers}
    lines = {element.get("y") for element in root.iter(f"{SVG}text") if element.text in names}
    assert len(lines) == 1


@pytest.mark.parametrize("view", VIEWS)
def test_the_mark_of_the_selected_box_holds_its_words(view: str):
    for name, path in (("Convolution 1", (0,)), ("Flatten", (4,))):
        net = get_preset("digits-small").architecture
        box = next(b for b in buttons(drawn(net, view=view, selected=path)) if b.get("aria-label").startswith(name))
        mark = next(element for element in box.iter(f"{SVG}rect") if element.get("class") == "mark")
        ((left, top, right, bottom),) = boxes(mark)
        words = [next(boxes(element)) for element in box.iter(f"{SVG}text")]
        assert len(words) == 2
        for a, b, c, d in words:
            assert left + 2 <= a, f"{name} touches its mark"
            assert top <= b
            assert c <= right - 2
            assert d <= bottom


@pytest.mark.parametrize("name", NETS)
def test_a_thumbnail_holds_all_boxes_in_its_small_frame_and_no_words(name: str):
    root = ElementTree.fromstring(thumbnail_svg(NETS[name]))
    scaled = root.find(f"{SVG}g")
    x, y, scale = map(float, re.fullmatch(r"translate\((\S+) (\S+)\) scale\((\S+)\)", scaled.get("transform")).groups())
    found = [box for child in scaled for box in boxes(child)]
    assert x + scale * max(right for *_, right, _ in found) <= THUMBNAIL_SIZE[0] + 0.5
    assert y + scale * min(top for _, top, *_ in found) >= -0.5
    assert y + scale * max(bottom for *_, bottom in found) <= THUMBNAIL_SIZE[1] + 0.5
    assert not list(root.iter(f"{SVG}text"))


def test_a_thumbnail_draws_every_round_of_a_repeated_layer():
    net = get_preset("too-deep").architecture
    faces = len(list(ElementTree.fromstring(thumbnail_svg(net)).iter(f"{SVG}polygon")))
    assert faces == 3 * (1 + len(analyze(net).layers)), "three faces of each box, the image included"


def test_larger_maps_make_larger_boxes():
    def heights(side: int) -> float:
        net = Architecture(input_shape=(side, 16, 1), layers=(Conv(filters=4, padding="same"),))
        polygons = list(drawn(net).iter(f"{SVG}polygon"))
        rows = [float(point.split(",")[1]) for point in polygons[3].get("points").split()]
        return max(rows) - min(rows)

    assert heights(8) < heights(16) < heights(64) < 2 * heights(16)


def test_an_impossible_net_and_an_unknown_view_are_refused():
    with pytest.raises(InvalidArchitecture, match="needs one vector"):
        diagram_svg(Architecture(input_shape=(4, 5, 1), layers=(Dense(units=2),)))
    with pytest.raises(UnknownName, match="no view named 'cube'"):
        diagram_svg(NET, view="cube")


def test_colours_are_mixed():
    assert mixed("#000000", "#ffffff", share=0.5) == "#808080"
    assert mixed("#102030", "#ffffff", share=0.0) == "#102030"


def test_widths_of_words_grow_with_the_words():
    assert text_width("conv_10") > text_width("conv_1") > text_width("conv_1", size=SMALL_FONT_SIZE)


def test_a_drawing_is_made_once_for_all_that_show_the_same_net() -> None:
    same = Architecture.from_json(NET.to_json())
    assert diagram_svg(NET, width=620) is diagram_svg(same, width=620)
    assert diagram_svg(NET, width=620) != diagram_svg(NET, width=1300)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_drawing_tells_its_width(view: str, width: int):
    drawing = diagram_svg(NET, view=view, width=width)
    assert ElementTree.fromstring(drawing.svg).get("width") == str(drawing.width)
