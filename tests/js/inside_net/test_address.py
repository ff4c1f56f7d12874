"""What the page is told of what is shown: its address names that, and nothing else."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator

from tests.helpers import until
from tests.js.inside_net.nets import PLAIN, Sample, make

NOTHING = {"view": None, "image": 1, "picture": None, "epoch": None, "layer": None, "unit": None}


STOPS = [{"title": f"Epoch {number}", "url": f"/nets/{number}", "epoch": number} for number in (3, 6)]


@pytest.fixture(scope="module")
def files(plain: Sample) -> dict[str, bytes]:
    return {"3": make(PLAIN, seed=3).net, "6": plain.net}


@pytest.fixture
def opened(show: Callable[..., Locator], plain: Sample, files: dict[str, bytes]) -> Locator:
    """A net with two kept epochs, as it ended, and what the page is told of it."""
    place = show(plain, more=files, net="/nets/6", stops=STOPS, index=1)
    place.evaluate("(node) => { window.told = []; node.insideNet.tell = (...said) => window.told.push(said); }")
    return place


def _told(place: Locator, number: int) -> list[dict[str, Any]]:
    """What was told, once it was so often."""
    until(lambda: place.page.evaluate("window.told.length") >= number)
    told = place.page.evaluate("window.told")
    assert {name for name, _ in told} == {"shown"}
    return [said for _, said in told]


def test_the_page_is_told_once_what_is_shown_when_it_rests(opened: Locator) -> None:
    opened.get_by_role("button", name="Next \u203a").evaluate("(next) => { for (let i = 0; i < 3; i++) next.click(); }")
    assert _told(opened, 1) == [{**NOTHING, "image": 5}]
    opened.get_by_role("slider", name="Epoch").press("ArrowLeft")
    assert _told(opened, 2)[1:] == [{**NOTHING, "image": 5, "epoch": 3}]
    opened.evaluate("(node) => node.insideNet.openUnit(2, 1)")
    name = opened.evaluate("(node) => node.insideNet.layers[2].name")
    assert _told(opened, 3)[2:] == [{**NOTHING, "image": 5, "epoch": 3, "layer": name, "unit": 2}]
    opened.get_by_role("button", name="Filters", include_hidden=True).evaluate(
        "(filters) => { root.querySelector('section').insideNet.state.open({ level: 0 }); filters.click(); }"
    )
    assert _told(opened, 4)[3:] == [{**NOTHING, "image": 5, "epoch": 3, "view": "filters"}]
    opened.get_by_role("slider", name="Epoch").press("ArrowRight")
    assert _told(opened, 5)[4:] == [{**NOTHING, "image": 5, "view": "filters"}]
    opened.get_by_role("button", name="Draw", exact=True).evaluate(
        """(draw) => {
          const { insideNet: app } = root.querySelector("section");
          draw.click();
          app.show({ ...app.state.values.picture, index: undefined });
        }"""
    )
    assert _told(opened, 6)[5:] == [{**NOTHING, "image": None, "view": "filters"}]


HEAR = """() => {
  window.written = [];
  const hear = ({ detail }) => window.written.push({ ...detail, at: performance.now() });
  document.addEventListener("cnnviz-address", hear);
  window.deafen = () => document.removeEventListener("cnnviz-address", hear);
}"""


@pytest.fixture
def written(opened: Locator) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the browser's own address was given, so far."""
    opened.page.evaluate(HEAR)
    yield lambda: opened.page.evaluate("window.written")
    opened.page.evaluate("window.deafen()")


def test_the_browser_s_address_follows_before_the_page_is_told(opened: Locator, written) -> None:
    opened.evaluate(
        "(node) => { node.insideNet.tell = (...said) => window.told.push([...said, window.written.length]); }"
    )
    opened.get_by_role("button", name="Next \u203a").evaluate("(next) => { for (let i = 0; i < 3; i++) next.click(); }")
    until(lambda: opened.page.evaluate("window.told.length") == 1)
    ((_, said, num_written),) = opened.page.evaluate("window.told")
    assert said["image"] == 5
    assert num_written
    assert {one["page"] for one in written()} == {"inside"}
    assert written()[-1]["shown"] == said


def test_a_hand_that_goes_elsewhere_finds_the_address_as_it_is(opened: Locator, written) -> None:
    elsewhere = """(node, [name, place, unit]) => {
      node.insideNet.openUnit(2, unit);
      (place === "window" ? window : document).dispatchEvent(new Event(name));
      return [node.insideNet.layers[2].name, window.written.at(-1).shown];
    }"""
    ways = (("blur", "window"), ("pagehide", "window"), ("keydown", "document"))
    for unit, (name, place) in enumerate(ways):
        layer, shown = opened.evaluate(elsewhere, [name, place, unit])
        assert (shown["layer"], shown["unit"]) == (layer, unit + 1)


def test_addresses_that_follow_each_other_are_no_more_than_browsers_take(opened: Locator, written) -> None:
    """Safari refuses the hundredth within 30 s."""
    for number in range(3, 7):
        opened.get_by_role("button", name="Next \u203a").click()
        until(lambda number=number: written() and written()[-1]["shown"]["image"] == number)
    moments = [one["at"] for one in written()]
    assert all(after - before > 300 for before, after in itertools.pairwise(moments))


def test_of_what_the_link_named_the_page_is_told_nothing(show: Callable[..., Locator], plain: Sample) -> None:
    place = show(plain, index=2, layer="conv_1", unit=1, screen="filters")
    place.evaluate("(node) => { window.told = []; node.insideNet.tell = (...said) => window.told.push(said); }")
    place.evaluate("(node) => node.insideNet.state.open({ level: 0 })")
    assert _told(place, 1) == [{**NOTHING, "image": 3, "view": "filters"}]


def test_an_epoch_that_the_address_names_by_now_is_not_loaded_again(
    opened: Locator, show: Callable[..., Locator], plain: Sample, files: dict[str, bytes]
) -> None:
    live = opened.evaluate_handle("(node) => node.insideNet.live")
    opened.get_by_role("slider", name="Epoch").press("ArrowLeft")
    assert _told(opened, 1)[0]["epoch"] == 3
    show(plain, more=files, net="/nets/3", stops=STOPS, index=1)  # as the page does by then
    assert opened.evaluate("(node, live) => node.insideNet.live === live && node.insideNet.url", live) == "/nets/3"
    opened.get_by_role("slider", name="Epoch").press("ArrowRight")
    assert _told(opened, 2)[1]["epoch"] is None


def test_beside_a_training_the_page_is_told_once_when_another_epoch_is_shown_than_its_link_names(
    show: Callable[..., Locator], plain: Sample, files: dict[str, bytes]
) -> None:
    place = show(plain, more=files, net="/nets/3", named="/nets/3", stops=STOPS, learning=True)
    place.evaluate("(node) => { window.told = []; node.insideNet.tell = (...said) => window.told.push(said); }")
    for key, url in (("ArrowRight", "/nets/6"), ("ArrowLeft", "/nets/3"), ("ArrowRight", "/nets/6")):
        place.get_by_role("slider", name="Epoch").press(key)
        place.page.wait_for_function(
            "(url) => root.querySelector('.inside-net').insideNet.state.values.url === url", arg=url
        )
    assert place.page.evaluate("window.told") == [["shown", {"epoch": None}]]


def test_beside_a_training_an_address_without_an_epoch_is_left_as_it_is(
    show: Callable[..., Locator], plain: Sample, files: dict[str, bytes]
) -> None:
    place = show(plain, more=files, net="/nets/6", named="", stops=STOPS, learning=True)
    place.evaluate("(node) => { window.told = []; node.insideNet.tell = (...said) => window.told.push(said); }")
    place.get_by_role("slider", name="Epoch").press("ArrowLeft")
    place.page.wait_for_function("() => root.querySelector('.inside-net').insideNet.state.values.url === '/nets/3'")
    assert place.page.evaluate("window.told") == []
