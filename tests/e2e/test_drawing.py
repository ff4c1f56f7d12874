"""The drawing pad on a page: what is drawn arrives there, and is there again after another page."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.steps import go

NUM_INKED = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value > 200).length;
}"""


def open_paper(page: Page) -> Locator:
    page.get_by_text("Draw", exact=True).first.click()
    paper = page.get_by_role("application", name="Paper")
    paper.wait_for()
    return paper


def test_a_drawing_reaches_the_page_and_survives_a_change_of_page(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/kernels")
    paper = open_paper(page)
    box = paper.bounding_box()
    assert box
    page.mouse.move(box["x"] + 80, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 80, steps=6)
    page.mouse.up()
    expect(page.get_by_text("280 × 280").first).to_be_visible()  # the lab's picture is the drawing now
    page.mouse.move(0, 0)
    go(page, "Images")
    go(page, "Kernels")
    paper = open_paper(page)
    expect(page.get_by_role("button", name="Clear")).to_have_attribute("aria-disabled", "false")
    assert paper.evaluate(NUM_INKED) > 1000
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "false")
    assert paper.evaluate(NUM_INKED) == 0
