"""The scripts of assets/components in Chromium, without a server: one page for all tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from cnnviz.ui.components.bundle import bundle

ORIGIN = "http://components.test"  # nobody's: every request is answered here


@pytest.fixture(scope="session")
def components(project: Path) -> Path:
    """The folder of all components."""
    return project / "assets" / "components"


@pytest.fixture(scope="session")
def modules(browser: Browser, components: Path) -> Iterator[Page]:
    """A page that can `import("/shared/numbers.js")`, real files, and "/bundles/NAME.js", what Streamlit is given."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        file = components / path.lstrip("/")
        if path == "/":
            route.fulfill(content_type="text/html", body="<!doctype html><title>Components</title><body></body>")
        elif path.startswith("/bundles/"):
            text = bundle(components / Path(path).stem / "main.js")
            route.fulfill(content_type="text/javascript", body=text)
        elif file.is_file():
            route.fulfill(content_type="text/javascript", body=file.read_text("utf-8"))
        else:
            route.fulfill(status=404)

    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}/")
    yield page
    context.close()
    assert not failures


@pytest.fixture(scope="session")
def component_file(components: Path) -> Callable[[str, str], str]:
    """Read a file of a component."""
    return lambda component, name: (components / component / name).read_text("utf-8")
