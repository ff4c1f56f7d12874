"""A training is paused, stepped, steered, reloaded, rewound and stopped in the browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from cnnviz.bench.harness import Server
from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.curves import positions, wait_until_curve, wait_until_marked
from tests.e2e.steps import take_plain_settings
from tests.helpers import until

ROW = ("Start", "Pause", "Resume", "1 batch", "1 epoch", "Stop", "Rewind", "Share", "Learning rate")
BATCHES = 45  # of 32 of the 1,437 digits
PLACE = re.compile(rf"Epoch (\d+) of 200, batch (\d+) of {BATCHES}")


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _expect_held(page: Page, epoch: int, batch: int) -> None:
    expect(page.get_by_text(f"Epoch {epoch} of 200, batch {batch} of {BATCHES}, paused")).to_be_visible()


def _place(page: Page) -> tuple[int, int]:
    """Epoch and batch that are shown."""
    return tuple(map(int, PLACE.search(page.get_by_text(PLACE).inner_text()).groups()))


def _places(page: Page) -> list[object]:
    """Where the buttons of the row stand."""
    return [page.get_by_role("button", name=name, exact=True).bounding_box() for name in ROW]


def _after(epoch: int, batch: int) -> tuple[int, int]:
    """Where the next batch is."""
    return (epoch, batch + 1) if batch < BATCHES else (epoch + 1, 1)


@pytest.fixture
def own_url(own_cluster: None, start_server: Callable[..., Server]) -> Iterator[str]:
    """A server of its own: a run that a failure leaves paused would hold up all others."""
    server = start_server()
    yield server.url
    server.close()


def test_a_training_obeys_every_button_and_outlives_a_reload(page: Page, own_url: str) -> None:
    page.set_viewport_size({"width": 1385, "height": 900})  # of a window of 1,400 with a scroll bar
    page.goto(f"{own_url}/training")
    take_plain_settings(page)
    page.get_by_role("slider", name="Epochs").press("End")
    page.get_by_role("slider", name="Batch size").press("ArrowLeft")
    _press(page, "Start")
    expect(page.get_by_text(PLACE)).to_be_visible(timeout=NETS_PATIENCE)
    wait_until_curve(page, "x.length > 0", 0)
    places = _places(page)
    assert len({place["y"] for place in places}) == 1

    _press(page, "Pause")
    expect(page.get_by_text(re.compile(r", paused$"))).to_be_visible()
    epoch, batch = _after(*_place(page))
    _press(page, "1 batch")
    _expect_held(page, epoch, batch)
    wait_until_curve(page, "Math.abs(x.at(-1) - bound) < 0.02", epoch - 1 + batch / BATCHES)
    epoch, batch = _after(epoch, batch)
    _press(page, "1 epoch")
    _expect_held(page, epoch, BATCHES)
    wait_until_curve(page, "x.at(-1) === bound", epoch, trace="validation")

    page.get_by_role("button", name="learning rate", exact=True).click()
    _press(page, "Resume")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_enabled()
    _press(page, "Learning rate")
    rate = page.get_by_role("textbox", name="Learning rate from now on")
    rate.fill("much")
    rate.press("Enter")
    expect(page.get_by_text("Received: much.")).to_be_visible()
    expect(page.get_by_role("button", name="Rewind", exact=True)).to_be_enabled()  # an epoch has been kept by now
    until(lambda: _places(page) == places)
    rate.fill("0.0005")
    rate.press("Enter")
    _press(page, "Apply")
    wait_until_curve(page, "y.at(-1) === bound", 0.0005, name="learning_rate", trace="used")
    expect(page.get_by_role("img", name="Learning rate: 0.0005")).to_be_visible()

    before = max(positions(page))
    page.reload()
    wait_until_curve(page, "x.length > 0 && x[0] < 0.1 && x.at(-1) >= bound", before)
    wait_until_curve(page, "x.at(-1) > bound", max(before + 1, 5))

    _press(page, "Pause")
    expect(page.get_by_text(re.compile(r", paused$"))).to_be_visible()
    page.get_by_role("button", name="Rewind").click()
    popover = page.get_by_test_id("stPopoverBody")
    choice = popover.get_by_role("combobox", name=re.compile("Epoch$"))
    expect(choice).to_have_value(re.compile(r"^epoch ([5-9]|\d\d+)$"))  # though it was first drawn with fewer
    choice.click()
    page.get_by_role("option", name="epoch 1", exact=True).click()
    popover.get_by_role("button", name="Train on from here").click()
    wait_until_marked(page, "rewind")
    wait_until_curve(page, "x.at(-1) > bound", 2)
    curve = positions(page)
    assert curve == sorted(set(curve))  # nothing twice, nothing from before

    _press(page, "Stop")
    expect(page.get_by_text(re.compile(r"Stopped by hand in epoch \d+"))).to_be_visible(timeout=NETS_PATIENCE)
    expect(page.get_by_role("link", name="Look inside")).to_be_visible()
