"""The scripts of assets/components in Chromium, without a server: one page for all tests."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route

from cnnviz.components.bundle import bundle, style
from cnnviz.components.javascript_module import SOURCE
from tests.helpers import PATIENCE
from tests.js import transfer

ORIGIN = "http://components.test"  # nobody's: every request is answered here

# Does what Streamlit does: HTML and CSS into a shadow root, then the data, again for each new data. `sent` holds what
# the component tells Python.
PLACE = """({ html, css }) => {
  document.body.replaceChildren();  // what came late from a test before
  const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  root.innerHTML = `<style>${css}</style>${html}`;
  Object.assign(window, { root, sent: [] });
}"""
GIVE = """async ({ name, data, isBytes }) => {
  const { default: component } = await import(`/bundles/${name}.js`);
  const { unpacked } = await import("/transfer.js");
  const send = (key, value) => sent.push([key, value]);
  const taken = isBytes ? await unpacked(data) : data;
  window.leave = component({ data: taken, parentElement: root, setStateValue: send, setTriggerValue: send });
}"""

# What a component has asked for until it was left is answered before the next test answers: requests keep their order.
# What the browser keeps of it is not there for the next test.
LEAVE = """async () => {
  root.host.remove();
  leave();
  await fetch("/left");
  for (const kept of [localStorage, sessionStorage]) kept.clear();
}"""

# later(): a promise with its own resolve and reject; idle(): what was to follow what has been resolved has followed.
LATER = """() => {
  window.later = () => {
    const hands = {};
    const promise = new Promise((resolve, reject) => Object.assign(hands, { resolve, reject }));
    return Object.assign(promise, hands);
  };
  window.idle = () => new Promise((done) => setTimeout(done));
}"""


@pytest.fixture(scope="session")
def components(project: Path) -> Path:
    """The folder of all components."""
    return project / "assets" / "components"


@pytest.fixture(scope="session")
def open_modules(components: Path) -> Callable[[BrowserContext], Page]:
    """Opens a page that can `import("/shared/numbers.js")`, real files, and "/bundles/NAME.js", what Streamlit gets."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        file = components / path.removesuffix(SOURCE).lstrip("/")
        if path == "/":
            route.fulfill(content_type="text/html", body="<!doctype html><title>Components</title><body></body>")
        elif path == transfer.PATH:
            route.fulfill(content_type="text/javascript", body=transfer.MODULE)
        elif path.startswith("/bundles/"):
            text = bundle(components / Path(path).stem / "main.js")
            route.fulfill(content_type="text/javascript", body=text)
        elif path.endswith(SOURCE):
            route.fulfill(content_type="text/javascript", body=f"export default {json.dumps(bundle(file))};")
        elif file.is_file():
            route.fulfill(content_type="text/javascript", body=file.read_text("utf-8"))
        else:
            route.fulfill(status=404)

    def open_(context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.route(f"{ORIGIN}/**", answer)
        page.goto(f"{ORIGIN}/")
        return page

    return open_


@pytest.fixture(scope="session")
def modules(browser: Browser, open_modules: Callable[[BrowserContext], Page]) -> Iterator[Page]:
    """The page that most tests share; they fail in the end if a script of it failed."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = open_modules(context)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert not failures


@pytest.fixture
def later(modules: Page) -> Page:
    """The page, in which a test says when an answer comes: see LATER."""
    modules.evaluate(LATER)
    return modules


@pytest.fixture
def give(modules: Page, components: Path) -> Iterator[Callable[[str, Any], Locator]]:
    """Mount a component on an empty page with its data, or give the one that stands there other data."""

    def give(name: str, data: Any) -> Locator:
        if not modules.evaluate("() => window.root?.isConnected ?? false"):
            modules.evaluate(PLACE, _place(components / name))
        is_bytes = isinstance(data, bytes)
        modules.evaluate(GIVE, {"name": name, "data": transfer.packed(data) if is_bytes else data, "isBytes": is_bytes})
        return modules.locator("section").first

    yield give
    modules.evaluate(LEAVE)


def send_file(route: Route, files: Mapping[str, bytes]) -> None:
    """Send the file that the address ends with, or that there is none: a page that was left may have asked for it."""
    body = files.get(route.request.url.rpartition("/")[2])
    route.fulfill(status=404) if body is None else route.fulfill(body=body)


def wait_for_frames(page: Page) -> None:
    """Wait until what was changed has been drawn: a frame that was asked for comes before the second from now."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def wait_in_page(page: Page, milliseconds: int) -> None:
    """Wait by the page's own clock, and for frames: what it was to do by then is done, on a busy machine, too."""
    page.evaluate("(time) => new Promise((done) => setTimeout(done, time))", milliseconds)
    wait_for_frames(page)


def wait_until(page: Page, condition: Callable[[], object]) -> None:
    """Wait, while the page goes on, until a condition of what this test has heard from it holds."""
    end = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < end, f"waited longer than {PATIENCE / 1000:g} s"
        page.wait_for_timeout(20)


@cache
def _place(folder: Path) -> dict[str, str]:
    """What PLACE is given of a component; which files its styles come from is read from all its modules."""
    return {"html": (folder / "component.html").read_text("utf-8"), "css": style(folder.name)}
