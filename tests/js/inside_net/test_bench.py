"""The bench `live-net` moves a cover over a picture of the real component, and says what it misses there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page

from cnnviz.bench.live_net import measure_frames
from cnnviz.bench.net_page import serve
from cnnviz.errors import UnexpectedFailure

if TYPE_CHECKING:
    from tests.js.inside_net.nets import Sample


@pytest.fixture
def bench_page(browser: Browser, plain: "Sample") -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    serve(page, {"plain": plain.net, "broken": b"no net"})
    yield page
    context.close()


def test_the_script_of_the_bench_fits_the_component(bench_page: Page, plain: "Sample") -> None:
    found = measure_frames(bench_page, "plain", shape=plain.architecture.input_shape, rounds=1, seconds=0.5)
    assert found["frames"] > 0
    assert found["empty_frames"] > 0
    assert found["own_ms"] > 0


def test_the_bench_says_what_it_waited_for(bench_page: Page, plain: "Sample") -> None:
    with pytest.raises(UnexpectedFailure, match="the net with its first picture did not come within 1 seconds"):
        measure_frames(bench_page, "broken", shape=plain.architecture.input_shape, patience=1)
