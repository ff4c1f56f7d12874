"""What a new visitor does in the first five minutes, by mouse."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from cnnviz.bench.harness import Server
from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.steps import draw, go


def test_the_whole_journey(page: Page, start_server: Callable[..., Server], tmp_path: Path) -> None:
    server = start_server(tmp_path)  # a new installation
    page.goto(server.url)
    expect(page.get_by_text("Most like a 1")).to_be_visible()
    draw(page.locator(".home-net canvas.paper"), [[(0.25, 0.2), (0.75, 0.2), (0.46, 0.85)]])
    expect(page.locator(".home-net .said")).to_have_text("Most like a 7")

    go(page, "Architecture")
    expect(page.locator(".st-key-net_totals")).to_contain_text("12,810")
    page.get_by_role("slider", name="Filters in the first block").press("ArrowLeft")
    by_hand = (3 * 3 * 15 + 15) + (3 * 3 * 15 * 30 + 30) + (5 * 5 * 30 * 10 + 10)  # 15 and 30 filters
    expect(page.get_by_text(f"{by_hand:,}", exact=True).filter(visible=True).first).to_be_visible()
    expect(page).to_have_url(re.compile("net="))

    page.get_by_role("link", name="Train this net").click()
    expect(page.get_by_role("heading", name="Training", exact=True)).to_be_visible()
    page.get_by_role("button", name="Start").click()
    ended = page.get_by_text("test images right")  # a quick worker is ready before the page is
    expect(page.get_by_text(re.compile(r"Epoch \d of 8")).or_(ended).first).to_be_visible(timeout=NETS_PATIENCE)
    page.reload()
    expect(ended.first).to_be_visible(timeout=NETS_PATIENCE)
    expect(page.get_by_text("Learned kernels of the first convolution")).to_be_visible()

    page.get_by_role("link", name="Look inside").click()
    expect(page.get_by_role("heading", name="Convolution 2")).to_be_visible()
    page.get_by_role("button", name="Draw", exact=True).click()
    draw(page.locator(".inside-net canvas.paper"), [[(0.25, 0.2), (0.75, 0.2), (0.46, 0.85)]])
    expect(page.get_by_text("Your drawing", exact=True)).to_be_visible()
    page.get_by_role("button", name="Convolution 2, unit 3:").click()
    expect(page.get_by_text("sum, before the activation")).to_be_visible()

    go(page, "Evaluation")
    expect(page.get_by_text("Accuracy", exact=True)).to_be_visible()
    cells = page.get_by_role("application", name=re.compile("Confusion matrix"))
    cells.click(position={"x": 8, "y": 8})
    expect(page.get_by_text(re.compile(r"0, recognised: \d+ images$"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Test image .* Look inside")).first.click()
    expect(page.get_by_text(re.compile(r"^Test image \d+: 0$"))).to_be_visible()

    go(page, "Runs")
    expect(page.get_by_text("digits")).not_to_have_count(0)
    server.close()
