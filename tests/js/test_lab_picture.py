"""Which picture the kernel lab loads, and how it shows what it makes of it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from cnnviz.kernel_lab.settings import LabSettings
from tests.js.lab import PICTURES, packet


def test_an_address_from_a_link_is_fetched_only_after_a_press(
    give: Callable[[str, Any], Locator], modules: Page
) -> None:
    address, asked = "http://pictures.test/owl.png", []
    modules.route("**/owl.png", lambda route: (asked.append(route.request.url), route.abort()))
    lab = give("kernel_lab", packet(PICTURES["noise"], LabSettings(url=address)))
    assert lab.get_by_text("press Fetch to load it").is_visible()
    modules.wait_for_timeout(300)
    assert asked == []
    assert lab.locator("[data-id=url]").input_value() == address
    with modules.expect_request(address):
        lab.get_by_role("button", name="Fetch", exact=True).click()


@pytest.mark.parametrize(("middle", "keeps"), [(2.09, True), (1.92, True), (2.2, False), (1.8, False)])
def test_weights_that_sum_to_about_one_keep_the_brightness(modules: Page, middle: float, keeps: bool) -> None:
    weights = [0.05, -0.3, 0.05, -0.3, middle, -0.3, 0.05, -0.3, 0.05]
    found = modules.evaluate(
        """async (weights) => (await import("/kernel_lab/pipeline.js"))
        .natureOf({ branches: [{ kernel: { weights }, share: 1 }] }).isPicture""",
        weights,
    )
    assert found == keeps == (abs(sum(weights) - 1) <= 0.1)
