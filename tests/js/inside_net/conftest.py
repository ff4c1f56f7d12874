"""The page inside a net, with the files that the server's routes would send."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page

from tests.js.conftest import ORIGIN, send_file

if TYPE_CHECKING:  # it imports Keras, which the pure tests of this process do without
    from tests.js.inside_net.nets import Sample


@pytest.fixture(scope="session")
def plain() -> "Sample":
    from tests.js.inside_net.nets import PLAIN, make

    return make(PLAIN)


@pytest.fixture(scope="session")
def every_kind() -> "Sample":
    from tests.js.inside_net.nets import EVERY_KIND, make

    return make(EVERY_KIND)


@pytest.fixture(scope="session")
def arithmetic() -> "Sample":
    from tests.js.inside_net.nets import make
    from tests.js.nn.nets import ARITHMETIC

    return make(ARITHMETIC)


@pytest.fixture
def show(modules: Page, give: Callable[[str, Any], Locator]) -> Iterator[Callable[..., Locator]]:
    """Opens a net: its files are where the component is told that they are."""

    def show(sample: "Sample", *, more: dict[str, bytes] = {}, **data: Any) -> Locator:  # noqa: B006  only read
        from tests.js.inside_net.nets import CLASSES

        files = {"net": sample.net, "images": sample.image_file, **more}
        modules.route(f"{ORIGIN}/nets/*", lambda route: send_file(route, files))
        place = give(
            "inside_net",
            {
                "net": "/nets/net",
                "images": "/nets/images",
                "classes": CLASSES,
                "shape": sample.architecture.input_shape,
                "style": "photo",
                "photos": [],
                "kernels": [],
                "stops": [],
                "index": 0,
                **data,
            },
        )
        place.locator(".cell").first.wait_for(state="attached")
        return place

    yield show
    modules.unroute(f"{ORIGIN}/nets/*")
