"""What all components share: number texts, colours, arrow keys, canvases, elements, mounting."""

from pathlib import Path
from typing import Any

import numpy as np
import plotly.colors
import pytest
from playwright.sync_api import Page

from cnnviz.kernel_lab.settings import weight_text
from cnnviz.plots import style
from cnnviz.text.numbers import parse_number
from cnnviz.text.units import part_text, probability_text, shape_text
from tests.kernel_lab import display

MINUS = "\N{MINUS SIGN}"


def numbers(page: Page, name: str, *values: Any) -> list[Any]:
    """What a function of numbers.js gives for each value."""
    return page.evaluate(
        """async ({ name, values }) => { const module = await import("/shared/numbers.js");
        return values.map((value) => module[name](value)); }""",
        {"name": name, "values": list(values)},
    )


def test_texts_of_numbers(modules: Page) -> None:
    assert numbers(modules, "valueText", 0, -0.0, -1.5, 2 / 3, 1234.5678) == [
        "0",
        "0",
        f"{MINUS}1.5",
        "0.667",
        "1234.568",
    ]
    assert numbers(modules, "signedTerm", 3, -3, 0) == ["+ 3", f"{MINUS} 3", "+ 0"]
    assert numbers(modules, "shortText", 7, -7.126, 12.34, 123.4, 120_000) == [
        "7",
        f"{MINUS}7.13",
        "12.3",
        "123",
        "1e+5",
    ]
    assert numbers(modules, "countText", 3, 12_345, 1_000_000) == ["3", "12,345", "1,000,000"]


def test_probabilities_and_parts_are_rounded_as_the_pages_round_them(modules: Page) -> None:
    shares = [0, 1e-9, 0.0004, 0.0006, 0.25, 0.9994, 0.9996, 1 - 1e-9, 1]
    assert numbers(modules, "probabilityText", *shares) == [probability_text(share) for share in shares]
    assert numbers(modules, "partText", *shares) == [part_text(share) for share in shares]


def test_one_of_something_has_no_plural(modules: Page) -> None:
    asked = """async () => { const { plural } = await import("/shared/numbers.js");
    return [plural(1, "step"), plural(0, "step"), plural(2610, "step"), plural(2, "class")]; }"""
    assert modules.evaluate(asked) == ["1 step", "0 steps", "2,610 steps", "2 classes"]


def test_a_weight_is_written_as_the_link_writes_it(modules: Page) -> None:
    weights = [0, 1, -2, 0.5, 1 / 9, -4 / 9, 0.1, 1 / 7, 3.14159, -0.0625, 1 / 64, 123.456, 1e-3, 20 / 3]
    assert numbers(modules, "weightText", *weights) == [weight_text(weight) for weight in weights]


def test_typed_numbers_are_understood_and_others_are_none(modules: Page) -> None:
    texts = {
        "1": 1,
        " -0.5 ": -0.5,
        "0,5": 0.5,
        f"{MINUS}2": -2,
        "–1": -1,  # an en dash
        "\u20140.25": -0.25,  # an em dash
        "\u20112": -2,  # a hyphen that does not break
        f"{MINUS}1.82e{MINUS}4": -1.82e-4,  # as the page inside a net shows a weight
        "1/500": 0.002,
        "0,002": 0.002,
        "1e-3": 0.001,
        "1/9": 1 / 9,
        "-4 / 8": -0.5,
        ".5": 0.5,
        "+3": 3,
        "¾": 0.75,
        "-2⅛": -2.125,
        "\u215f8": 0.125,
        "3\u20448": 0.375,
        "２，５": 2.5,
    }
    assert numbers(modules, "parseNumber", *texts) == pytest.approx(list(texts.values()))
    assert [parse_number(text) for text in texts] == pytest.approx(list(texts.values()))
    nothing = ["", "abc", "NaN", "Infinity", "1/0", "1/", "--1", "1 2", "0x10", "1,000,000", "1-2", "½½", "1/½", "3²"]
    nothing += ["9" * 400, f"{'8' * 350}/{'7' * 350}", f"1/{'6' * 400}", f"{'5' * 300}e99", "1e99/0," + "0" * 300 + "1"]
    assert numbers(modules, "parseNumber", *nothing) == [None] * len(nothing)
    assert [parse_number(text) for text in nothing] == [None] * len(nothing)


def test_sizes_are_written_as_on_the_pages(modules: Page) -> None:
    sizes = [(26, 26), (4, 300, 3), (7,)]
    found = modules.evaluate(
        """async (sizes) => { const { sizeText } = await import("/shared/numbers.js");
        return sizes.map((sides) => sizeText(...sides)); }""",
        sizes,
    )
    assert found == [shape_text(size) for size in sizes]


def test_clamp_keeps_a_value_inside(modules: Page) -> None:
    assert modules.evaluate(
        """async () => { const { clamp } = await import("/shared/numbers.js");
        return [clamp(-1, 0, 5), clamp(3, 0, 5), clamp(9, 0, 5)]; }"""
    ) == [0, 3, 5]


def test_colours_are_those_of_every_figure(modules: Page, components: Path) -> None:
    found: Any = modules.evaluate(
        """async () => { const { NEGATIVE, ZERO, POSITIVE, MARK, SIGNED_COLOURS } = await import("/shared/colours.js");
        return { ends: [NEGATIVE, ZERO, POSITIVE], MARK, all: [...SIGNED_COLOURS] }; }"""
    )
    assert found["ends"] == [list(colour) for colour in (display.NEGATIVE, display.ZERO, display.POSITIVE)]
    diverging = [[int(part) for part in plotly.colors.unlabel_rgb(colour)] for colour in style.DIVERGING]
    assert found["ends"] == diverging
    np.testing.assert_array_equal(np.reshape(found["all"], (511, 3)), display.SIGNED_COLOURS)
    assert found["MARK"] == style.VALIDATION
    scale = (components.parent / "style" / "scale.css").read_text()
    assert f"--mark: {found['MARK'].lower()};" in scale
    for name, colour in (("negative", diverging[0]), ("positive", diverging[-1])):
        assert f"--{name}: #{bytes(colour).hex()};" in scale


def test_a_signed_colour_is_white_at_zero_and_full_from_the_limit_on(modules: Page) -> None:
    found = modules.evaluate(
        """async () => { const { signedColour } = await import("/shared/colours.js");
        const cases = [[0, 2], [2, 2], [-2, 2], [9, 2], [1, 2], [5, 0]];
        return cases.map(([value, limit]) => signedColour(value, limit)); }"""
    )
    half = [int(part) for part in display.SIGNED_COLOURS[255 + 128]]
    assert found == [
        [247, 247, 247],
        [33, 102, 172],
        [178, 24, 43],
        [33, 102, 172],
        half,
        [247, 247, 247],
    ]


def test_the_ink_on_a_colour_is_the_one_of_more_contrast(modules: Page) -> None:
    colours = [[255, 255, 255], [247, 247, 247], [0, 0, 0], [178, 24, 43], [33, 102, 172]]
    inks = modules.evaluate(
        """async (colours) => { const { inkOn, css } = await import("/shared/colours.js");
        return colours.map((colour) => [inkOn(colour), css(colour)]); }""",
        colours,
    )
    assert [ink for ink, _ in inks] == ["#000", "#000", "#fff", "#fff", "#fff"]
    assert inks[3][1] == "rgb(178,24,43)"


def test_arrow_keys_step_and_stay_on_the_map(modules: Page) -> None:
    steps = modules.evaluate(
        """async (keys) => { const { arrowStep } = await import("/shared/keys.js");
        return keys.map((key) => arrowStep(new KeyboardEvent("keydown", { key }))); }""",
        ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Enter", "a"],
    )
    assert steps == [[-1, 0], [1, 0], [0, -1], [0, 1], None, None]
    places = modules.evaluate(
        """async () => { const { placeInside } = await import("/shared/keys.js");
        const size = { width: 4, height: 3 };
        return [[-1, -1], [1, 2], [3, 4]].map(([row, column]) => placeInside({ row, column }, size)); }"""
    )
    assert [(place["row"], place["column"]) for place in places] == [(0, 0), (1, 2), (2, 3)]


FIT = """async (ratio) => {
  const { fitCanvas, clearedContext, screenRatio } = await import("/shared/canvas.js");
  Object.defineProperty(window, "devicePixelRatio", { value: ratio, configurable: true, writable: true });
  const canvas = document.createElement("canvas");
  const alpha = () => canvas.getContext("2d").getImageData(0, 0, 1, 1).data[3];
  fitCanvas(canvas, 100.5, 60);
  clearedContext(canvas).fillRect(0, 0, 9, 9);
  fitCanvas(canvas, 100.5, 60);
  const kept = alpha();
  canvas.getContext("2d").translate(50, 50);
  clearedContext(canvas);
  const { width, height, style } = canvas;
  return { ratio: screenRatio(), width, height, css: [style.width, style.height], kept, cleared: alpha() };
}"""


@pytest.mark.parametrize(("ratio", "size"), [(1, (101, 60)), (2, (201, 120)), (2.5, (251, 150))])
def test_a_canvas_has_the_screen_s_pixels_and_keeps_what_is_drawn_while_its_size_stays(
    modules: Page, ratio: float, size: tuple[int, int]
) -> None:
    try:
        found: Any = modules.evaluate(FIT, ratio)
    finally:
        modules.evaluate("() => { window.devicePixelRatio = 1; }")
    assert (found["width"], found["height"]) == size
    assert found["css"] == ["100.5px", "60px"]
    assert (found["ratio"], found["kept"], found["cleared"]) == (ratio, 255, 0)


def test_elements_are_made_with_texts_attributes_properties_and_listeners(modules: Page) -> None:
    found = modules.evaluate(
        """async () => {
        const { element, svgElement, finder } = await import("/shared/dom.js");
        let clicks = 0;
        const options = { class: "x", text: "Go", disabled: false, "data-id": "go", on: { click: () => clicks++ } };
        const button = element("button", options, null, element("b", { text: "!" }));
        button.click();
        const root = element("div", {}, button);
        const line = svgElement("line", { x1: 3 });
        return [button.outerHTML, clicks, finder(root)("go") === button, finder(root)("no"), line.namespaceURI]; }"""
    )
    assert found == ['<button class="x" data-id="go">Go<b>!</b></button>', 1, True, None, "http://www.w3.org/2000/svg"]


def test_a_blob_is_saved_under_its_name(modules: Page) -> None:
    with modules.expect_download() as waiting:
        modules.evaluate(
            """async () => (await import("/shared/dom.js")).saveBlob(new Blob(["seven"]), "net_of-7.svg")"""
        )
    assert waiting.value.suggested_filename == "net_of-7.svg"
    assert Path(waiting.value.path()).read_text() == "seven"


def test_a_place_is_mounted_once_takes_all_data_and_begins_anew_after_it_was_left(modules: Page) -> None:
    """Data that arrives before the page stands is not lost: the first call makes the component and hands it over."""
    log = modules.evaluate(
        """async () => {
        const { mount } = await import("/shared/mount.js");
        const log = [];
        let made = 0;
        const component = mount(".place", (root) => {
          const number = ++made;
          log.push(`make ${number} in ${root.id}`);
          return { take: ({ data }) => log.push(`${number} takes ${data}`), close: () => log.push(`close ${number}`) };
        });
        const page = (id) => {
          const parentElement = document.createElement("div");
          parentElement.innerHTML = `<div class="place" id="${id}"></div>`;
          return parentElement;
        };
        const [here, there] = [page("here"), page("there")];
        component({ data: "a", parentElement: here });
        const leave = component({ data: "b", parentElement: here });
        component({ data: "c", parentElement: there });
        document.body.append(here);
        leave(); // of a call that was overtaken: the place is still on the page
        here.remove();
        leave();
        leave();
        component({ data: "d", parentElement: here });
        return log; }"""
    )
    assert log == [
        "make 1 in here",
        "1 takes a",
        "1 takes b",
        "make 2 in there",
        "2 takes c",
        "close 1",
        "make 3 in here",
        "3 takes d",
    ]
