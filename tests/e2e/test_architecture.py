"""Nets built by hand, mended by a click, refused, and brought back by a link."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.export.url import encode
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten, MaxPool
from tests.e2e.steps import choose, wait_for_rest

IMPOSSIBLE = Architecture(
    name="too-small",
    input_shape=(10, 14, 1),
    layers=(MaxPool(), MaxPool(), Conv(filters=4, kernel=5), Flatten(), Dense(units=3)),
)
SMALL = "12,810"  # parameters of the net that the page begins with
GOAL = get_preset("conv64x2-fashion").architecture
TOTAL = f"{analyze(GOAL).totals.params:,}"


def _set_number(page: Page, label: str, value: int, *, before: int, then: str) -> None:
    field = page.get_by_role("spinbutton", name=label, exact=True)
    expect(field).to_have_value(str(before))  # the new layer's, not that of the layer before
    field.fill(str(value))
    field.press("Enter")
    expect(page.get_by_role("radiogroup", name="Layers")).to_contain_text(then)


def _add(page: Page, kind: str, place: str, *, then: str) -> None:
    choose(page, "New layer", kind)
    page.get_by_role("button", name=re.compile(f"^Add {place} ")).click()
    expect(_settings_of(page, then)).to_be_visible()


def _settings_of(page: Page, layer: str) -> Locator:
    """The name in code above the settings of the layer that is selected."""
    return page.locator("p code").get_by_text(layer, exact=True)


def _totals(page: Page) -> Locator:
    return page.locator(".st-key-net_totals")


def _order(page: Page) -> list[str]:
    """The layers as they stand in the diagram."""
    return page.locator(".net-diagram .layer").evaluate_all("layers => layers.map((one) => one.dataset.layer ?? '')")


def _box(page: Page, layer: str) -> Locator:
    return page.locator(f'.net-diagram .layer[data-layer="{layer}"]')


def test_conv64x2_fashion_is_built_by_hand_from_an_empty_net(page: Page, app_url: str, tmp_path: Path) -> None:
    page.goto(f"{app_url}/architecture")
    page.get_by_text("Templates", exact=True).click()
    page.get_by_role("button", name="An empty net").click()
    expect(_box(page, "flatten_1")).to_contain_text("784")
    page.get_by_text("Layers", exact=True).first.click()
    expect(page.get_by_role("radiogroup", name="Layers")).to_contain_text("28 × 28 × 1 = 784")

    _add(page, "Convolution", "before", then="conv_1")
    _set_number(page, "Filters", 64, before=32, then="26 × 26 × 64")
    _add(page, "Max pooling", "after", then="max_pool_1")
    _add(page, "Convolution", "after", then="conv_2")
    _set_number(page, "Filters", 64, before=32, then="11 × 11 × 64")
    _add(page, "Max pooling", "after", then="max_pool_2")
    expect(_box(page, "flatten_1")).to_contain_text("1,600")  # the diagram comes after the layer's settings
    _box(page, "flatten_1").click()
    expect(_settings_of(page, "flatten_1")).to_be_visible()
    _add(page, "Dense", "after", then="dense_1")
    _set_number(page, "Units", 128, before=64, then="1,600 × 128 + 128 = 204,928")
    _add(page, "Dense", "after", then="dense_2")
    _set_number(page, "Units", 10, before=64, then="128 × 10 + 10 = 1,290")
    choose(page, "Activation", "softmax")

    flatten = _box(page, "flatten_1")
    expect(flatten).to_contain_text("1,600")
    flatten.hover()
    expect(page.locator(".net-diagram .hint")).to_contain_text("5 × 5 × 64 = 1,600")
    expect(_totals(page)).to_contain_text(TOTAL)

    for suffix, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save {suffix}").click()
        download.value.save_as(tmp_path / suffix)
        assert (tmp_path / suffix).read_bytes().startswith(start)

    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(_totals(page)).to_contain_text(TOTAL)
    page.get_by_role("link", name="Train this net").click()
    expect(page.get_by_role("heading", name="Training", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name=re.compile("Net$"))).to_have_value("My net: my-net")


def test_an_impossible_net_says_why_and_one_click_mends_it_and_undo_brings_it_back(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/architecture?net={encode(IMPOSSIBLE)}")
    why = page.get_by_role("alert").filter(has_text="Convolution turns 2 × 3 into 0 × 0")
    expect(why).to_be_visible()
    page.get_by_role("button", name="Use padding 'same' in Convolution").click()
    expect(why).to_have_count(0)
    expect(_box(page, "dense_1")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(why).to_be_visible()
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(why).to_have_count(0)


def test_json_that_is_no_net_is_refused_and_the_net_stays(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/architecture")
    page.get_by_role("tab", name="Code").click()
    page.get_by_text("JSON", exact=True).click()
    refusal = page.get_by_role("alert").filter(has_text="This is no net")
    circle = b'{"input_shape": [9, 12, 1], "layers": [{"kind": "conv", "filters": 3, "inputs": ["conv_1"]}]}'
    page.locator("input[type=file]").set_input_files({"name": "net.json", "mimeType": "text/plain", "buffer": circle})
    expect(refusal).to_contain_text("inputs")
    expect(_totals(page)).to_contain_text(SMALL)
    page.get_by_role("textbox", name="Or paste JSON").fill("no json")
    page.get_by_role("button", name="Take it").click()
    expect(refusal).to_contain_text("no json")
    expect(_totals(page)).to_contain_text(SMALL)


def test_a_link_brings_back_the_net_the_pinned_net_the_layer_and_the_view(
    page: Page, new_visitor: Callable[..., Page], app_url: str
) -> None:
    page.goto(f"{app_url}/architecture?net={encode(GOAL)}")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("Pinned: "))).to_be_visible()
    _box(page, "conv_2").click()
    _set_number(page, "Filters", 48, before=64, then="11 × 11 × 48")
    page.locator(".net-diagram").get_by_text("Flow", exact=True).click()
    expect(page).to_have_url(re.compile("view=flow"))
    link = page.url
    other = new_visitor()
    other.goto(link)
    expect(_box(other, "conv_2")).to_have_attribute("aria-pressed", "true")
    expect(_box(other, "conv_2")).to_contain_text("11×11×48")
    expect(other.get_by_role("radio", name="Flow")).to_be_checked()
    expect(other.get_by_role("button", name=f"Pinned: {GOAL.name}")).to_be_visible()


def test_on_a_phone_the_costs_stay_in_sight_while_sliders_are_moved(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app_url}/architecture")
    expect(_box(page, "dense_1")).to_be_in_viewport()
    units = page.get_by_role("slider", name="Hidden dense units")
    units.focus()
    units.press("ArrowRight")
    expect(_totals(page)).to_contain_text(f"{160 + 4640 + 801 + 20:,}")
    page.get_by_role("slider", name="Dropout").scroll_into_view_if_needed()
    expect(_totals(page)).to_be_in_viewport()


def test_diagram_totals_and_sliders_stand_in_the_first_screen(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{app_url}/architecture")
    expect(_box(page, "conv_1")).to_be_visible()
    for part in (page.locator(".net-diagram"), _totals(page), page.locator(".stSlider").last):
        expect(part).to_be_in_viewport(ratio=1)
    top = page.locator(".net-diagram").bounding_box()
    assert top is not None
    assert top["y"] <= 64


def test_nothing_moves_when_a_slider_does(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/architecture")
    places = "parts => parts.map((part) => part.getBoundingClientRect().top)"
    parts = page.locator(".net-diagram, .net-diagram .hint, .st-key-net_totals, .st-key-net_tools, .stSlider, .stTabs")
    expect(page.get_by_role("slider", name="Dropout")).to_be_visible()
    expect(_box(page, "dense_1")).to_be_visible()
    wait_for_rest(page)  # all parts are there
    before = parts.evaluate_all(places)
    filters = page.get_by_role("slider", name="Filters in the first block")
    filters.focus()
    filters.press("ArrowRight")
    expect(_totals(page)).to_contain_text("vs. before")
    wait_for_rest(page)
    after = parts.evaluate_all(places)
    assert len(before) == len(after) > 8
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 1


def test_nothing_moves_when_a_message_takes_the_place_of_the_totals(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{app_url}/architecture")
    expect(_box(page, "dense_1")).to_be_visible()
    blocks = page.get_by_role("slider", name="Convolution blocks")
    tools = page.locator(".st-key-net_tools")
    expect(_totals(page)).to_contain_text("Training time")
    wait_for_rest(page)
    before = tools.bounding_box()
    blocks.focus()
    blocks.press("ArrowRight")
    blocks.press("ArrowRight")
    expect(page.get_by_text("Use padding 'same' or a kernel of 1")).to_be_visible()
    expect(_totals(page)).to_have_count(0)
    wait_for_rest(page)
    after = tools.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 1


def test_a_layer_is_dragged_and_moved_by_key_and_a_move_that_makes_no_net_is_refused(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/architecture")
    expect(_box(page, "dense_1")).to_be_visible()
    wait_for_rest(page)  # what is dragged stays at its place meanwhile
    start = _order(page)

    def drag(layer: str, goal: str, share: float) -> None:
        one, other = _box(page, layer).bounding_box(), _box(page, goal).bounding_box()
        assert one is not None
        assert other is not None
        page.mouse.move(one["x"] + one["width"] / 2, one["y"] + one["height"] / 2)
        page.mouse.down()
        page.mouse.move(other["x"] + share * other["width"], other["y"] + other["height"] / 2, steps=8)
        page.mouse.up()

    drag("max_pool_1", "conv_2", 0.9)
    expect(_box(page, "flatten_1")).to_contain_text("1,152")  # 28, 26, 24, 12, 6: 6 × 6 × 32
    moved = _order(page)
    assert moved == ["", "conv_1", "conv_2", "max_pool_1", "max_pool_2", "flatten_1", "dense_1"]
    drag("dense_1", "conv_1", 0.1)
    expect(page.locator(".net-diagram .hint")).to_contain_text("Dense cannot stand there.")
    assert _order(page) == moved
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(_box(page, "flatten_1")).to_contain_text("800")
    assert _order(page) == start
    _box(page, "conv_2").press("Alt+ArrowLeft")
    expect(_box(page, "flatten_1")).to_contain_text("1,152")
    assert _order(page) == moved
    expect(_box(page, "conv_2")).to_be_focused()


def test_repeated_blocks_are_one_box_until_they_are_opened_or_searched(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/architecture?net={encode(get_preset('resnet-like').architecture)}")
    diagram = page.locator(".net-diagram")
    folded = diagram.get_by_role("button", name=re.compile("^Residual block × 2"))
    folded.click()
    inside = diagram.locator('.layer[data-layer="repeat_1.2.residual_1.conv_2"]')
    expect(inside).to_be_visible()
    diagram.get_by_role("button", name="Fold Repeated block (× 2)").click()
    expect(folded).to_be_visible()
    field = diagram.get_by_role("combobox", name="Find a layer")
    field.fill("repeat_1.residual_1.conv_2")
    field.press("Enter")
    expect(inside).to_have_attribute("aria-pressed", "true")


def test_one_tab_goes_past_the_table_of_layers(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/architecture?net={encode(GOAL)}")
    table = page.get_by_role("region", name="Layers and what they cost")
    expect(table.get_by_role("row")).to_have_count(1 + len(GOAL.layers))
    expect(page.get_by_role("status").filter(has_text="Convolution 1 · conv_1")).to_be_visible()  # the page stands
    table.focus()
    expect(table).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save as CSV")).to_be_focused()
