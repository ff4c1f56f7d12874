"""The window that slides by itself, the row of pictures, and what the kernel lab shows side by side."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from cnnviz.imaging.decode import to_grey
from cnnviz.kernel_lab.convolution import convolve
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.kernel_lab.number_pictures import NUMBER_PICTURES, load_number_picture
from cnnviz.kernel_lab.pooling import pool
from tests.js.lab import PICTURES, TOLERANCE, give_picture, packet

DIGIT = load_number_picture("digit")
SAMPLES = [
    *({"name": name, "title": one.title, "grid": one.rows} for name, one in NUMBER_PICTURES.items()),
    {"name": "coins", "title": "Coins", "thumbnail": "data:image/gif;base64,R0lGODlhAQABAAAAACw="},
]


@pytest.fixture
def lab(give: Callable[[str, Any], Locator]) -> Locator:
    return give("kernel_lab", packet(DIGIT, samples=SAMPLES))


@pytest.fixture
def still(modules: Page) -> Iterator[None]:
    """A visitor who wants no motion."""
    modules.emulate_media(reduced_motion="reduce")
    yield
    modules.emulate_media(reduced_motion="no-preference")


def player(lab: Locator, name: str) -> Any:
    return lab.evaluate("(root, name) => root.kernelLab.player[name]", name)


def test_the_window_begins_by_itself_on_a_picture_that_can_be_read(lab: Locator, modules: Page) -> None:
    begun = """root => {
      const { pace, filled } = root.kernelLab.player;
      return filled > 2 && [pace, filled, root.querySelector("[data-id=window-title]").textContent]; }"""
    pace, filled, title = modules.wait_for_function(begun, arg=lab.element_handle()).json_value()
    assert pace == 2.5  # slow enough to follow
    assert filled < 36
    row, column = divmod(filled - 1, 6)
    assert title == f"The result's pixel in row {row + 1}, column {column + 1}"


@pytest.mark.parametrize("touch", ["pointerdown", "keydown"])
def test_any_touch_pauses(lab: Locator, touch: str) -> None:
    assert player(lab, "isPlaying")
    lab.locator("[data-id=grid] input").first.dispatch_event(touch)
    assert not player(lab, "isPlaying")
    assert player(lab, "filled") is not None  # it stays where it is


def test_a_touch_of_the_row_below_is_left_to_its_buttons(lab: Locator) -> None:
    lab.get_by_role("button", name="Zoom in").dispatch_event("pointerdown")
    assert player(lab, "isPlaying")


@pytest.mark.usefixtures("still")
def test_where_no_motion_is_wanted_the_first_window_stands(give: Callable[[str, Any], Locator], modules: Page) -> None:
    lab = give("kernel_lab", packet(DIGIT, samples=SAMPLES))
    modules.wait_for_timeout(700)
    assert (player(lab, "isPlaying"), player(lab, "filled")) == (False, 1)
    lab.get_by_role("button", name="Step").click()
    assert player(lab, "filled") == 2


def test_a_changed_kernel_is_seen_on_the_whole_picture(lab: Locator) -> None:
    lab.locator("[data-id=preset]").select_option("blur")
    assert (player(lab, "isWhole"), player(lab, "isPlaying")) == (True, False)


@pytest.mark.parametrize("size", [(3, 3), (8, 8), (28, 28), (300, 451), (512, 512), (77, 1024), (1024, 40)])
def test_a_whole_slide_takes_at_most_15_seconds(lab: Locator, size: tuple[int, int]) -> None:
    give_picture(lab, np.zeros((*size, 3), np.uint8))
    assert player(lab, "total") / player(lab, "pace") <= 15 + 1e-9


def test_in_a_large_picture_the_window_brushes_over_rows_and_what_it_has_not_reached_is_covered(lab: Locator) -> None:
    give_picture(lab, np.full((92, 50, 3), 255, np.uint8))  # a result of 90 x 48: 30 passes of three rows
    found = lab.evaluate(
        """root => {
        const { player, views: { output } } = root.kernelLab;
        player.begin();
        player.advance(48 + 9);  // a whole pass, and ten columns of the next
        const covered = [];
        const context = { canvas: output.canvas, fillRect: (...box) => covered.push(box) };
        player.cover(context, { cell: 1, left: 0, top: 0, width: 48, height: 90 });
        return { band: player.band, place: root.kernelLab.place, covered }; }"""
    )
    assert found["band"] == 3
    assert found["place"] == {"row": 4, "column": 9}
    assert found["covered"] == [[10, 3, 38, 3], [0, 6, 48, 84]]


def test_the_switch_shows_the_whole_result_or_what_the_window_has_passed(lab: Locator) -> None:
    whole = lab.get_by_role("switch", name="Whole picture")
    whole.click()
    assert player(lab, "filled") is None
    lab.evaluate("root => root.kernelLab.pointAt({ row: 2, column: 1 })")
    whole.click()
    assert player(lab, "filled") == 2 * 6 + 1 + 1


def test_a_pixel_of_the_result_is_as_large_as_one_of_the_picture(lab: Locator) -> None:
    cells = """(root, change) => { root.kernelLab.settings.change(change);
        return ["input", "output"].map((view) => root.kernelLab.views[view].frame.cell); }"""
    before, after = lab.evaluate(cells, {})
    assert before == after
    before, after = lab.evaluate(cells, {"stride": 2})
    assert after == 2 * before


def test_the_row_of_pictures_is_named_and_one_stop_of_the_tab_key(lab: Locator, modules: Page) -> None:
    tiles = lab.locator(".sources button")
    assert tiles.all_inner_texts() == ["Digit 3", "Cross", "Coins", "Draw", "Upload", "Camera", "Address"]
    stops = tiles.evaluate_all("tiles => tiles.filter((tile) => tile.tabIndex === 0).length")
    assert stops == 1
    tiles.first.focus()
    modules.keyboard.press("ArrowRight")
    modules.keyboard.press("Enter")
    assert modules.evaluate("() => sent") == [["source", "cross"]]
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true")
    shown = lab.evaluate(
        """root => { const canvas = root.querySelectorAll(".source canvas")[1];
        return [...canvas.getContext("2d").getImageData(0, 0, 8, 8).data].filter((_, i) => i % 4 === 0); }"""
    )
    np.testing.assert_array_equal(np.reshape(shown, (8, 8)), NUMBER_PICTURES["cross"].rows)


def test_a_1x1_kernel_leaves_no_grid_and_stands_in_its_place(lab: Locator) -> None:
    lab.evaluate("root => root.kernelLab.settings.change({ kind: 'pointwise' })")
    for part in ("grid", "preset", "kernel-tools"):
        expect(lab.locator(f"[data-id={part}]")).to_be_hidden()
    lab.get_by_label("1×1 weight, green").fill("-0.5")
    assert lab.evaluate("root => root.kernelLab.settings.values.mix")[1] == -0.5
    lab.evaluate("root => root.kernelLab.settings.change({ kind: 'grey' })")
    expect(lab.locator("[data-id=grid]")).to_be_visible()
    expect(lab.locator("[data-id=mix]")).to_be_hidden()


def test_planes_are_tinted(lab: Locator) -> None:
    give_picture(lab, PICTURES["noise"])
    lab.evaluate("root => root.kernelLab.settings.change({ kind: 'sum' })")
    lab.get_by_role("tab", name="Colour and kinds").click()
    painted: Any = lab.evaluate(
        """async root => {
        while (root.kernelLab.isPanelDue) await new Promise((done) => setTimeout(done, 5));
        return root.kernelLab.panels.colour.maps.slice(0, 3).map(({ view: { bitmap: { canvas, context } } }) =>
          [...context.getImageData(0, 0, canvas.width, canvas.height).data]); }"""
    )
    for plane, data in enumerate(painted):
        rgb = np.reshape(data, (*PICTURES["noise"].shape[:2], 4))[:, :, :3]
        assert (rgb.argmax(axis=2) == plane)[rgb.max(axis=2) > 3].all()
        brightest = rgb.reshape(-1, 3).max(axis=0)[plane]
        expected = PICTURES["noise"][:, :, plane] / 255 * brightest
        np.testing.assert_allclose(rgb[:, :, plane], expected, atol=1.5)


def test_paddings_and_poolings_side_by_side_are_the_reference_s(lab: Locator) -> None:
    lab.get_by_role("tab", name="Side by side").click()
    shown: Any = lab.evaluate(
        """root => {
        const rows = ({ width, height, data }) =>
          Array.from({ length: height }, (_, r) => [...data.slice(r * width, (r + 1) * width)]);
        const { paddings, pooled } = root.kernelLab.panels.compare;
        return { paddings: paddings.map(({ setting, maps }) => [setting, rows(maps[1].view.planes[0])]),
                 pooled: pooled.map(({ mode, plane }) => [mode, rows(plane)]) }; }"""
    )
    kernel = np.array(KERNELS["vertical_edges"].matrix)
    assert len(shown["paddings"]) == 6
    for setting, values in shown["paddings"]:
        np.testing.assert_allclose(values, convolve(to_grey(DIGIT), kernel, **setting), atol=TOLERANCE)
    made = convolve(to_grey(DIGIT), kernel)
    assert [mode for mode, _ in shown["pooled"]] == ["max", "avg", "min"]
    for mode, values in shown["pooled"]:
        np.testing.assert_allclose(values, pool(made, 2, mode=mode), atol=TOLERANCE)
    lab.get_by_role("button", name="Same, wrap").click()
    chosen = lab.evaluate("root => root.kernelLab.settings.values")
    assert (chosen["padding"], chosen["border"]) == ("same", "wrap")


def test_the_arithmetic_is_written_with_true_signs_and_adds_up(lab: Locator) -> None:
    lab.evaluate("root => root.kernelLab.settings.change({ bias: -3 })")
    lab.evaluate("root => root.kernelLab.pointAt({ row: 0, column: 4 })")
    window = DIGIT[0:3, 4:7, 0].astype(int)
    total = int(window[:, 2].sum() - window[:, 0].sum())
    text = f"{lab.locator('.sum').inner_text()} {lab.locator('.equation').inner_text()}"
    assert "-" not in text
    plain = text.replace("\N{MINUS SIGN}", "-")
    assert f"Sum {total}" in plain
    assert f"{total} - 3 (bias) = {total - 3}" in plain
    assert eval(lab.locator(".terms").inner_text().replace("\N{MINUS SIGN}", "-").removeprefix("= ")) == total
    assert lab.locator("[data-id=grid] input").first.input_value() == "\N{MINUS SIGN}1"
