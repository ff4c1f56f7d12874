"""What the security headers let a page do, in a real browser. The fixture `page` fails where one wants more."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cnnviz.bench.harness import Server
from tests.e2e.steps import insist
from tests.e2e.visitors import watch_policy
from tests.helpers import PATIENCE, until

TITLES = {
    "": "See inside a neural network",
    "kernels": "Kernels",
    "architecture": "Architecture",
    "images": "Images",
    "training": "Training",
    "inside": "Inside",
    "evaluation": "Evaluation",
    "compare": "Compare",
    "runs": "Runs",
}
RUNS_WASM = "() => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module"
RUNS_WORKER = """() => new Promise((resolve, reject) => {
    const worker = new Worker(URL.createObjectURL(new Blob(["postMessage(6 * 7)"], { type: "text/javascript" })));
    worker.onmessage = (message) => resolve(message.data);
    worker.onerror = reject;
})"""
# In a timer, because what a browser's own tools evaluate is free of the policy.
RUNS_TEXT = """() => new Promise((resolve) => setTimeout(() => {
    try { resolve(new Function("return 6 * 7")()); } catch (error) { resolve(error.name); }
}))"""
LOADS_SCRIPT = """(url) => new Promise((resolve) => {
    const script = document.createElement("script");
    Object.assign(script, { src: url, onload: () => resolve("loaded"), onerror: () => resolve("refused") });
    document.head.append(script);
})"""


class _Site(BaseHTTPRequestHandler):
    """Another site: a script, and a page that shows the address in its query in a frame."""

    def do_GET(self) -> None:
        is_script = self.path == "/script.js"
        body = "stolen = true" if is_script else f'<iframe src="{self.path.partition("?")[2]}"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def other_site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _wait_until_said(page: Page, violations: list[str], what: str) -> None:
    """Wait until the browser has said so: it does after it has refused, when nobody waits for it any more."""

    def is_said() -> bool:
        page.wait_for_timeout(20)  # meanwhile Playwright hears
        return any(what in text for text in violations)

    until(is_said, PATIENCE / 1000)


@pytest.mark.parametrize("link", TITLES)
def test_a_page_and_all_its_tabs_want_nothing_that_is_forbidden(page: Page, app_url: str, link: str) -> None:
    page.goto(f"{app_url}/{link}")
    expect(page.get_by_role("heading", name=TITLES[link], exact=True)).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    for tab in page.get_by_role("tab").all():
        insist(tab.click, tab.and_(page.locator("[aria-selected=true]")))
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def test_figures_and_files_can_be_saved(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/images")
    page.locator(".js-plotly-plot").first.hover()
    with page.expect_download() as figure:
        page.locator(".modebar-btn[data-title^=Download]").first.click()
    assert Path(figure.value.path()).stat().st_size > 1000
    page.goto(f"{app_url}/architecture")
    page.get_by_role("tab", name="Code").click()
    with page.expect_download() as code:
        page.get_by_role("button", name="Save as a file").click()
    assert "import keras" in Path(code.value.path()).read_text()


def test_wasm_and_workers_run_but_neither_text_nor_foreign_scripts(
    browser: Browser, app_url: str, other_site: str
) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    violations = watch_policy(context)
    page = context.new_page()
    page.goto(app_url)
    assert page.evaluate(RUNS_WASM) is True
    assert page.evaluate(RUNS_WORKER) == 42
    assert violations == []
    assert page.evaluate(RUNS_TEXT) == "EvalError"
    assert page.evaluate(LOADS_SCRIPT, f"{other_site}/script.js") == "refused"
    for what in ("script-src eval", f"script-src-elem {other_site}"):
        _wait_until_said(page, violations, what)  # the fixture `page` would see it
    context.close()


def test_no_other_site_shows_the_app_in_a_frame_unless_the_operator_names_it(
    browser: Browser, app_url: str, other_site: str, start_server: Callable[..., Server], tmp_path: Path
) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    violations = watch_policy(context)
    page = context.new_page()
    page.goto(f"{other_site}/?{app_url}")
    _wait_until_said(page, violations, "frame-ancestors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNVIZ_FRAME_ANCESTORS", other_site)
        server = start_server(tmp_path)
    page.goto(f"{other_site}/?{server.url}")
    expect(page.frame_locator("iframe").get_by_role("heading", name=TITLES[""])).to_be_visible()
    context.close()
    server.close()
