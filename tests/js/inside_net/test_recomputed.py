"""Whoever computes again what the page shows, from its digits, comes to what it shows but for the last digit."""

import numpy as np
import pytest
from playwright.sync_api import Locator

from tests.js.inside_net.nets import Sample
from tests.js.inside_net.test_inside_net import go


def read(text: str) -> tuple[float, float]:
    """A number as it is shown, and how far it can be from the true one."""
    value = float(text.replace("\N{MINUS SIGN}", "-"))
    size = 10 ** np.floor(np.log10(abs(value))) if value else 0
    return value, 0.00501 * size


def shown(place: Locator, selector: str) -> tuple[np.ndarray, np.ndarray]:
    values, errors = zip(*map(read, place.locator(selector).all_inner_texts()), strict=True)
    return np.array(values), np.array(errors)


@pytest.mark.parametrize(("row", "column"), [(3, 1), (0, 0), (5, 2)])
def test_the_channels_and_the_bias_add_up_to_the_sum(show, plain: Sample, row: int, column: int) -> None:
    place = show(plain)
    go(place, 4, 2, row, column)
    place.evaluate("(root) => root.insideNet.edit([{ layer: 4, weight: 'bias', at: 2, value: 0.0018229 }])")
    parts, errors = shown(place, '.chip .number, .number[data-name="bias"], .number[data-name="rest"]')
    assert 0.00182 in parts
    sum_, error = read(place.locator('.number[data-name="sum"]').inner_text())
    assert abs(parts.sum() - sum_) <= errors.sum() + error
    assert errors.max() <= 0.00501 * abs(parts).max(), "three digits of each"


def test_the_window_times_the_kernel_is_the_products(show, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 5, 4, 4)
    figures = [f'figure:has(> figcaption:text-is("{name}")) td' for name in ("window", "kernel", "products")]
    (window, _), (kernel, _), (products, _) = (shown(place, selector) for selector in figures)
    assert np.allclose(window * kernel, products, rtol=0.016, atol=0)
    assert np.count_nonzero(products) > 6
    widths = place.locator("table.cells td").evaluate_all("all => all.map((td) => td.scrollWidth - td.clientWidth)")
    assert max(widths) <= 0


def test_a_small_number_fits_into_its_cell(show, plain: Sample) -> None:
    place = show(plain)
    go(place, 2, 5, 4, 4)
    at = 5  # of the kernel's first row and column
    place.evaluate("(root, at) => root.insideNet.edit([{ layer: 2, weight: 'kernel', at, value: -0.00018249 }])", at)
    cell = place.locator('figure:has(> figcaption:text-is("kernel")) td').first
    assert cell.inner_text() == "\N{MINUS SIGN}1.82e\N{MINUS SIGN}4"
    assert cell.evaluate("(td) => td.scrollWidth <= td.clientWidth")
