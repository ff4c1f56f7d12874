"""Several nets beside each other, with the files that the server's routes would send."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page

from cnnviz.inspection.attribution.methods import default_settings, methods_in_words
from cnnviz.ui.components.compare_nets import CompareData, ComparedNet
from tests.js.conftest import ORIGIN, send_file

if TYPE_CHECKING:  # it imports Keras, which the pure tests of this process do without
    from tests.js.inside_net.nets import Sample


@pytest.fixture(scope="session")
def grey() -> "Sample":
    """A net of 14 x 11 grey pixels."""
    from tests.js.inside_net.nets import PLAIN, make

    return make(PLAIN)


@pytest.fixture(scope="session")
def other() -> "Sample":
    """Another net of the same form, with weights of its own."""
    from tests.js.inside_net.nets import PLAIN, make

    return make(PLAIN, seed=8)


@pytest.fixture(scope="session")
def colour() -> "Sample":
    """A net of 12 x 10 pixels in colour, of many kinds of layers."""
    from tests.js.inside_net.nets import EVERY_KIND, make

    return make(EVERY_KIND)


def compared(sample: "Sample", at: int, **more: Any) -> ComparedNet:
    """What the component is told of a net whose files are at /nets/AT and /nets/AT.images."""
    from tests.js.inside_net.nets import CLASSES

    shape = sample.architecture.input_shape
    told: dict[str, Any] = {
        "net": f"/nets/{at}",
        "images": f"/nets/{at}.images",
        "classes": CLASSES,
        "shape": shape,
        "style": "photo",
        "settings": default_settings(shape),
        "stops": [{"title": "As it ended", "url": f"/nets/{at}"}],
    }
    return ComparedNet(
        **{
            "run": f"run-{at}",
            "letter": "ABCDEF"[at],
            "title": f"Net {at}",
            "colour": "#0072b2",
            "inside": f"/inside?run=run-{at}",
            **told,
            **more,
        }
    )


@pytest.fixture
def compare(modules: Page, give: Callable[[str, Any], Locator]) -> Iterator[Callable[..., Locator]]:
    """Opens nets, (sample, what else is told of it), and waits until each has computed the picture or cannot."""

    def compare(
        *nets: "tuple[Sample, dict[str, Any]] | Sample",
        files: dict[str, bytes] = {},  # noqa: B006  only read
        maps: str = "conv-1",
        why: str = "gradient_x_input",
        index: int = 0,
    ) -> Locator:
        pairs = [net if isinstance(net, tuple) else (net, {}) for net in nets]
        told = [compared(sample, at, **more) for at, (sample, more) in enumerate(pairs)]
        sent = {f"{at}": sample.net for at, (sample, _) in enumerate(pairs)}
        sent |= {f"{at}.images": sample.image_file for at, (sample, _) in enumerate(pairs)} | files
        modules.route(f"{ORIGIN}/nets/*", lambda route: send_file(route, sent))
        place = give("compare_nets", asdict(CompareData(told, [], methods_in_words(), index=index, maps=maps, why=why)))
        place.page.wait_for_function(READY)
        return place

    yield compare
    modules.unroute(f"{ORIGIN}/nets/*")


READY = """() => root.querySelector("section").compareNets.columns.every(({ hasFrame, live, attributor, status }) =>
  live ? hasFrame && attributor.ready : status.textContent !== "Loading the net")"""
