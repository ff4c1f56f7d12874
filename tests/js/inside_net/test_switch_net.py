"""From one net to another with pictures of another shape: nothing is asked of the old one, nothing of it is claimed."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool
from tests.js.conftest import ORIGIN, send_file, wait_until
from tests.js.inside_net.nets import CLASSES, Sample, make
from tests.js.inside_net.test_inside_net import near
from tests.js.inside_net.test_touch_picture import seen

LARGE = Architecture(
    name="large",
    input_shape=(48, 48, 3),
    layers=(
        Conv(filters=24, kernel=3, padding="same", activation="relu"),
        Conv(filters=48, kernel=3, padding="same", activation="relu"),
        GlobalAvgPool(),
        Dense(units=4, activation="softmax"),
    ),
)


@pytest.fixture(scope="module")
def large() -> Sample:
    """A net that is computed in a worker."""
    return make(LARGE)


class Switch:
    """The page with one net after the other; net files are held back until they are let go."""

    def __init__(self, give: Any, samples: dict[str, Sample]) -> None:
        self.give = give
        self.samples = samples
        self.files = {f"{name}-net": sample.net for name, sample in samples.items()}
        self.files |= {f"{name}-images": sample.image_file for name, sample in samples.items()}
        self.held: list[Route] | None = None

    def answer(self, route: Route) -> None:
        if route.request.url.endswith("-net") and self.held is not None:
            self.held.append(route)
        else:
            send_file(route, self.files)

    def to(self, name: str, *, hold: bool = False, learning: bool = False) -> Locator:
        self.held = [] if hold else None
        shape = self.samples[name].architecture.input_shape
        net = f"/nets/{name}-net"
        urls = {"net": net, "images": f"/nets/{name}-images", "stops": [{"title": "Epoch 1", "url": net}]}
        facts = {"classes": CLASSES, "shape": shape, "style": "photo", "photos": [], "kernels": [], "index": 0}
        place = self.give("inside_net", {**urls, **facts, "learning": learning})
        if hold:
            wait_until(place.page, lambda: self.held)
        return place

    def let_go(self) -> None:
        held, self.held = self.held or [], None
        for route in held:
            send_file(route, self.files)


@pytest.fixture
def switch(modules: Page, give: Any, plain: Sample, every_kind: Sample, large: Sample) -> Iterator[Switch]:
    switch = Switch(give, {"plain": plain, "every": every_kind, "large": large})
    modules.route(f"{ORIGIN}/nets/*", switch.answer)
    yield switch
    modules.unroute(f"{ORIGIN}/nets/*")


def test_that_the_epochs_of_a_large_net_wait_is_said(show: Any, large: Sample) -> None:
    stops = [{"title": f"Epoch {number}", "url": url} for number, url in ((1, "/nets/first"), (2, "/nets/net"))]
    place = show(large, more={"first": large.net}, stops=stops)
    note = place.locator(".epoch-words [role=status]")
    expect(note).to_have_text(
        "This net is large: what its epochs answer is computed when asked for, by class or with the slider."
    )
    place.get_by_role("button", name="By class").click()
    expect(note).to_have_text(re.compile("(Test images: [0-9]+ of|of 12 test images right)"))
    expect(note).to_contain_text("of 12 test images right")


def is_here(place: Locator, sample: Sample) -> None:
    expect(place.locator(".verdict")).to_contain_text("The net says")
    expect(place.locator(".status")).to_have_text("")
    for index, name in enumerate(place.evaluate("(root) => root.insideNet.layers.map(({ name }) => name)")):
        assert near(seen(place, index), sample.values[name], sample.values[name]), name
    canvas = place.locator(".seen-picture")
    sides = canvas.evaluate("({ height, width }) => [height, width]")
    assert sides == list(sample.architecture.input_shape[:2])
    assert place.page.evaluate("() => sent") == []


@pytest.mark.parametrize(("first", "then"), [("plain", "every"), ("large", "plain"), ("plain", "large")])
def test_while_another_net_comes_nothing_is_said_of_the_new_picture(switch: Switch, first: str, then: str) -> None:
    place = switch.to(first)
    is_here(place, switch.samples[first])
    switch.to(then, hold=True)
    expect(place.locator(".status")).to_have_text("Loading the net")
    place.page.wait_for_function(
        "(count) => root.querySelector('.inside-net').insideNet.state.values.picture?.pixels.length === count",
        arg=int(np.prod(switch.samples[then].architecture.input_shape)),
    )
    place.page.wait_for_timeout(500)  # time for an answer of the old net
    expect(place.locator(".verdict")).to_have_text("")
    expect(place.locator(".stage")).to_have_css("opacity", "0.3")
    assert place.locator(".stage").evaluate("(stage) => stage.inert")
    switch.let_go()
    is_here(place, switch.samples[then])
    expect(place.locator(".stage")).to_have_css("opacity", "1")


def test_back_before_the_other_net_has_come_is_the_first_net_again(switch: Switch) -> None:
    place = switch.to("large")
    is_here(place, switch.samples["large"])
    switch.to("plain", hold=True)
    expect(place.locator(".status")).to_have_text("Loading the net")
    late, switch.held = switch.held, None
    switch.to("large")
    is_here(place, switch.samples["large"])
    for route in late or []:
        route.fulfill(body=switch.samples["plain"].net)
    place.page.wait_for_timeout(300)
    is_here(place, switch.samples["large"])


@pytest.mark.parametrize("learning", [False, True])
def test_a_net_that_does_not_arrive_is_named_and_the_next_one_is_shown(switch: Switch, learning: bool) -> None:
    place = switch.to("plain", learning=learning)
    is_here(place, switch.samples["plain"])
    switch.to("every", hold=True, learning=learning)
    expect(place.locator(".status")).to_have_text("Loading the net")
    for route in switch.held or []:
        route.fulfill(body=b"rubbish")
    expect(place.locator(".status")).to_contain_text("This is no net of cnnviz")
    ((name, said),) = place.page.evaluate("() => sent")
    assert (name, said["net"]) == ("problem", "/nets/every-net")
    assert "This is no net of cnnviz" in said["text"]
    expect(place.locator(".verdict")).to_have_text("")
    place.page.evaluate("() => { sent.length = 0; }")
    switch.to("large", learning=learning)
    is_here(place, switch.samples["large"])
