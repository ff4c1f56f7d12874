"""An empty page in a browser that has the engine of the net, the page Inside, files of nets, images and one picture."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from PIL import Image

from cnnviz.architecture.spec import Architecture
from cnnviz.bench.harness import browser
from cnnviz.components.bundle import COMPONENTS, bundle
from cnnviz.errors import UnexpectedFailure

ORIGIN = "http://components.test"  # nobody's: every request is answered here
MNIST_NET = "conv32-64-128-mnist"
NUM_IMAGES = 500
PICTURE = "/picture.png"
PATIENCE_SECONDS = 240  # for a whole script: a large net is loaded, warmed up and measured on a busy machine
SCRIPTS = {
    "/bundle.js": COMPONENTS / "shared" / "nn" / "bench_entry.js",
    "/inside.js": COMPONENTS / "inside_net" / "main.js",
    "/compare.js": COMPONENTS / "compare_nets" / "main.js",
}
# A promise that nobody keeps would hold the bench for ever.
LIMITED = """(given) => Promise.race([
  (%s)(given),
  new Promise((_, fail) => setTimeout(() => fail(new Error("not done after %d seconds")), %d)),
])"""


@contextmanager
def net_page(nets: dict[str, bytes]) -> Iterator[Any]:
    """Open such a page of 1400x900 in a browser of its own; `nets`: name -> file, at /nets/NAME."""
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        serve(page, nets)
        yield page


def serve(page: Any, nets: dict[str, bytes]) -> None:
    """Make such a page of an open one."""
    page.route(f"{ORIGIN}/**", lambda route: _answer(route, nets))
    page.goto(f"{ORIGIN}/")


def evaluate(page: Any, script: str, given: dict[str, Any], *, seconds: float = PATIENCE_SECONDS) -> Any:
    """What an asynchronous function of JavaScript returns.

    Raises
    ------
    UnexpectedFailure
        It failed, or was not done after `seconds`.
    """
    from playwright.sync_api import Error

    try:
        return page.evaluate(LIMITED % (script, seconds, 1000 * seconds), given)
    except Error as error:
        said = error.message.removeprefix("Page.evaluate: ").splitlines()[0]
        raise UnexpectedFailure(
            f"The bench does not fit the page that it measures any more. Received: {said}."
        ) from error


def net_bytes(architecture: Architecture) -> bytes:
    """The file of a net with random weights, as the browser gets it."""
    from cnnviz.models.browser_export import net_file
    from cnnviz.models.build import build_model

    classes = tuple(str(number) for number in range(architecture.layers[-1].units))  # type: ignore[union-attr]
    return net_file(build_model(architecture), architecture, classes)


def _image_bytes() -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (NUM_IMAGES, 28, 28, 1), dtype=np.uint8)
    labels = [number % 10 for number in range(NUM_IMAGES)]
    head = json.dumps({"shape": pixels.shape, "labels": labels, "classes": [str(digit) for digit in range(10)]})
    return len(head.encode()).to_bytes(4, "little") + head.encode() + pixels.tobytes()


def _picture_bytes() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(file, "png")
    return file.getvalue()


def _answer(route: Any, nets: dict[str, bytes]) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path in SCRIPTS:
        route.fulfill(content_type="text/javascript", body=bundle(SCRIPTS[path]))
    elif path == "/images":
        route.fulfill(body=_image_bytes())
    elif path == PICTURE:
        route.fulfill(content_type="image/png", body=_picture_bytes())
    elif path.startswith("/nets/"):
        route.fulfill(body=nets[path.removeprefix("/nets/").replace("%20", " ")])
    else:
        route.fulfill(content_type="text/html", body="<!doctype html><title>Bench</title>")
