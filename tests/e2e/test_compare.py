"""Runs beside each other: moved, added, taken out, and from an image on which they disagree inside a net and back."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cnnviz.access.visitor import OPERATOR_ID
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.e2e.steps import choose, expect_above, expect_as_wide_as
from tests.helpers import DIGITS_NET
from tests.pages.test_compare_page import FACTS, LENET, Maker

SIZES = {"wide": (1400, 900), "phone": (390, 844)}


Compared = tuple[str, list[str]]
FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot) at = at.shadowRoot.activeElement;
    return at.ariaLabel;
}"""


@pytest.fixture(scope="module")
def compared(start_server: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compared]:
    """Address of a server with three runs, and their ids."""
    home = tmp_path_factory.mktemp("compared")
    maker = Maker(RunStore(home), OPERATOR_ID)
    makers = {"wrong": range(8), "seed": 1}, {"wrong": range(4, 20), "seed": 2}, {"wrong": range(9), "net": LENET}
    runs = [maker.make(**settings) for settings in makers]
    server = start_server(home)
    yield server.url, [run.id for run in runs]
    server.close()


@pytest.fixture
def following(start_server: Callable, tmp_path: Path) -> Iterator[tuple[str, Maker]]:
    """Address of a server without runs, and what makes some in its store."""
    server = start_server(tmp_path)
    yield server.url, Maker(RunStore(tmp_path), OPERATOR_ID)
    server.close()


def link(ids: list[str]) -> re.Pattern[str]:
    return re.compile(f"runs={'(,|%2C)'.join(ids)}")


def test_runs_are_moved_added_and_taken_out_and_the_address_follows(page: Page, compared: Compared) -> None:
    url, (one, two, three) = compared
    page.goto(f"{url}/compare?runs={one},{two}")
    expect(page.get_by_text("They differ in nothing but the seed")).to_be_visible()
    names = page.locator(".compared-runs .run-name")
    expect(names).to_have_text(["digits-small, seed 1", "digits-small, seed 2"])
    page.get_by_role("button", name="Move B, digits-small, seed 2 one place earlier").click()
    page.wait_for_url(link([two, one]))
    expect(names).to_have_text(["digits-small, seed 2", "digits-small, seed 1"])
    assert page.evaluate(FOCUSED) == "Move A, digits-small, seed 2 one place earlier", "the keyboard stays with the run"
    choose(page, "Add a run", re.compile("lenet5"))
    page.wait_for_url(link([two, one, three]))
    expect(names.last).to_have_text("lenet5")
    page.get_by_role("button", name="Take A, digits-small, seed 2 out").click()
    page.wait_for_url(link([one, three]))
    expect(page.get_by_text("They differ in net and seed.")).to_be_visible()
    page.reload()
    expect(names).to_have_text(["digits-small", "lenet5"])


def test_the_page_follows_a_run_until_it_has_ended(page: Page, following: tuple[str, Maker]) -> None:
    url, maker = following
    ended = maker.make(wrong=range(36), seed=1)
    trained = maker.store.create(DIGITS_NET, TrainingConfig(seed=2), owner=OPERATOR_ID)
    maker.store.update(trained.id, status=Status.RUNNING)
    maker.store.beat([trained.id])
    page.goto(f"{url}/compare?runs={ended.id},{trained.id}")
    expect(page.get_by_text("of its 360 test images right. B has no result yet.")).to_be_visible()
    maker.store.update(trained.id, status=Status.FINISHED, metrics={"accuracy": 0.95, "num_test": 360}, facts=FACTS)
    expect(page.get_by_text("of the same 360 test images right.")).to_be_visible()


def test_every_part_is_drawn_and_an_image_leads_inside_and_back(page: Page, compared: Compared) -> None:
    url, (one, two, _) = compared
    page.goto(f"{url}/compare?runs={one},{two}")
    expect(page.locator(".st-key-compare_curves .main-svg").first).to_be_visible()
    for part, drawn in {
        "Settings": ".compare-table",
        "Layers": ".stImage img",
        "Confusions": ".confusion-matrix canvas[aria-label]",
        "Cost": ".st-key-compare_costs .main-svg",
        "Disagreements": ".image-cards img",
    }.items():
        page.get_by_role("radio", name=part).click()
        expect(page.locator(drawn).first).to_be_visible()
    page.get_by_role("radio", name=re.compile("^B right, A wrong")).click()
    image = page.get_by_role("link", name=re.compile("^Test image .* Look inside"))
    expect(image).to_have_count(4)
    number = re.match(r"Test image (\d+)", image.first.get_attribute("aria-label"))[1]
    assert int(number) <= 4
    image.first.click()
    page.wait_for_url("**/inside?*")
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("radio", name="Disagreements")).to_be_checked()
    expect(page.locator(".compared-runs .run-name")).to_have_count(2)


def test_the_table_is_saved_with_its_numbers(page: Page, compared: Compared, tmp_path: Path) -> None:
    url, (one, two, _) = compared
    page.goto(f"{url}/compare?runs={one},{two}")
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Settings and results (.csv)").click()
    saved.value.save_as(tmp_path / "table.csv")
    rows = {row[1]: row for row in csv.reader((tmp_path / "table.csv").read_text().splitlines())}
    assert rows["Name"][2:4] == ["A · digits-small, seed 1", "B · digits-small, seed 2"]
    assert rows["Seed"][2:] == ["1", "2", "yes"]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_curves_of_two_runs_stand_in_the_first_screen(
    new_visitor: Callable[..., Page], compared: Compared, size: tuple[int, int]
) -> None:
    url, (one, two, _) = compared
    page = new_visitor(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{url}/compare?runs={one},{two}")
    figure = page.locator(".st-key-compare_curves .main-svg").first
    figure.wait_for()
    expect(page.locator(".compared-runs .run-name")).to_have_count(2)
    expect_above(figure, size[1])
    expect_as_wide_as(page, size[0])
