"""The bench `compared-nets` changes the picture of the real component."""

from playwright.sync_api import Browser

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.bench.compared_nets import measure_frames
from cnnviz.bench.net_page import MNIST_NET, serve
from tests.js.inside_net.nets import make


def test_the_script_of_the_bench_fits_the_component(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    serve(page, {MNIST_NET: make(get_preset(MNIST_NET).architecture).net})
    times = measure_frames(page, 2, num=8)
    context.close()
    assert len(times) == 6
    assert min(times) > 0
