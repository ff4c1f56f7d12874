"""A net built by hand, with the mouse, from an empty one."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.presets import get_preset

pytestmark = pytest.mark.e2e

GOAL = get_preset("conv64x2-fashion").architecture
TRIES = 5
PATIENCE = 20_000  # ms, on a busy machine
TOTAL = f"{analyze(GOAL).totals.params:,}"


def _choose(page: Page, label: str, option: str) -> None:
    """Open a list and take an option; a list that opens while the page is being drawn closes again, so once more."""
    for _ in range(TRIES):
        page.get_by_role("combobox", name=re.compile(rf"{label}$")).click()
        with suppress(TimeoutError):
            return page.get_by_role("option", name=option, exact=True).click(timeout=3000)
    raise AssertionError(f"{option} could not be chosen in {label}")


def _set_number(page: Page, label: str, value: int, *, before: int, then: str) -> None:
    field = page.get_by_role("spinbutton", name=label, exact=True)
    expect(field).to_have_value(str(before))  # the new layer's, not that of the layer before
    field.fill(str(value))
    field.press("Enter")
    expect(page.get_by_role("radiogroup", name="Layers")).to_contain_text(then, timeout=PATIENCE)


def _add(page: Page, kind: str, place: str, *, then: str) -> None:
    _choose(page, "New layer", kind)
    page.get_by_role("button", name=re.compile(f"^Add {place} ")).click()
    expect(page.get_by_text(re.compile(rf"^{then} · {kind}$"))).to_be_visible()


def _box(page: Page, layer: str) -> Locator:
    return page.locator(f'.net-diagram .layer[aria-label^="{layer}:"]')


def test_conv64x2_fashion_is_built_by_hand_from_an_empty_net(page: Page, app_url: str, tmp_path: Path) -> None:
    page.goto(f"{app_url}/architecture")
    page.get_by_text("Templates", exact=True).click()
    page.get_by_role("button", name="An empty net").click()
    expect(_box(page, "flatten_1")).to_contain_text("784")
    page.get_by_text("Layers", exact=True).first.click()
    expect(page.get_by_role("radiogroup", name="Layers")).to_contain_text("28 x 28 x 1 = 784")

    _add(page, "Convolution", "before", then="conv_1")
    _set_number(page, "Filters", 64, before=32, then="26 x 26 x 64")
    _add(page, "Max pooling", "after", then="max_pool_1")
    _add(page, "Convolution", "after", then="conv_2")
    _set_number(page, "Filters", 64, before=32, then="11 x 11 x 64")
    _add(page, "Max pooling", "after", then="max_pool_2")
    _box(page, "flatten_1").click()
    expect(page.get_by_text(re.compile("^flatten_1 · Flatten$"))).to_be_visible()
    _add(page, "Dense", "after", then="dense_1")
    _set_number(page, "Units", 128, before=64, then="1,600 x 128 + 128 = 204,928")
    _add(page, "Dense", "after", then="dense_2")
    _set_number(page, "Units", 10, before=64, then="128 x 10 + 10 = 1,290")
    _choose(page, "Activation", "softmax")

    flatten = _box(page, "flatten_1")
    expect(flatten).to_contain_text("1,600")
    flatten.hover()
    expect(page.locator(".net-diagram .hint")).to_contain_text("5 x 5 x 64 = 1,600")
    expect(page.get_by_text(TOTAL, exact=True)).to_be_visible()

    for suffix, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save {suffix}").click()
        download.value.save_as(tmp_path / suffix)
        assert (tmp_path / suffix).read_bytes().startswith(start)

    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(page.get_by_text(TOTAL, exact=True)).to_be_visible()
    page.get_by_role("link", name="Train this net").click()
    expect(page.get_by_role("heading", name="Training", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name=re.compile("Net$"))).to_have_value("My net: my-net")
