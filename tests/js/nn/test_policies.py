"""What a content security policy of the site allows: ours WASM and workers; a stricter one costs speed alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool
from cnnviz.components.bundle import bundle
from cnnviz.web.security_headers import content_security_policy
from tests.helpers import PATIENCE
from tests.js.nn.nets import net_bytes, trained_model

ORIGIN = "http://policy.test"
NET = Architecture(  # 23 MMACs: more than the page itself computes
    input_shape=(48, 50, 3),
    layers=(Conv(filters=32, padding="same"), Conv(filters=32, padding="same"), GlobalAvgPool(), Dense(units=2)),
)
OURS = content_security_policy()
WITHOUT_WASM = OURS.replace(" 'wasm-unsafe-eval'", "")
WITHOUT_WORKERS = OURS.replace("worker-src 'self' blob:", "worker-src 'none'")
OPEN = """async () => {
  const { LiveNet } = (await import("/bundle.js")).default;
  let frame;
  const drawn = new Promise((done) => (frame = done));
  const live = await LiveNet.open({ url: "/net", onFrame: frame });
  live.show(new Uint8Array(live.values(0).length).fill(99));
  await drawn;
  const answer = [...live.values(live.layers.length - 1)];
  live.close();
  return { isWorker: live.isWorker, backend: live.net.backend.name, answer };
}"""


@contextmanager
def site(browser: Browser, components: Path, policy: str) -> Iterator[Page]:
    """A page under a policy that can fetch the engine's bundle and a net."""
    net = net_bytes(trained_model(NET), NET)
    text = bundle(components / "shared" / "nn" / "bench_entry.js")

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/bundle.js":
            route.fulfill(content_type="text/javascript", body=text)
        elif path == "/net":
            route.fulfill(body=net)
        else:
            route.fulfill(content_type="text/html", body="<!doctype html>", headers={"content-security-policy": policy})

    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}/")
    yield page
    context.close()


def opened(browser: Browser, components: Path, policy: str) -> tuple[bool, str, list[float]]:
    """Whether a worker computes, the backend, and the last layer's values."""
    with site(browser, components, policy) as page:
        told = page.evaluate(OPEN)
    return told["isWorker"], told["backend"], told["answer"]


def test_our_policy_allows_wasm_and_a_worker_for_a_large_net(browser: Browser, components: Path) -> None:
    is_worker, backend, _ = opened(browser, components, OURS)
    assert is_worker
    assert backend in ("relaxed", "simd")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(WITHOUT_WASM, (True, "js")), (WITHOUT_WORKERS, (False, "relaxed"))],
    ids=["wasm", "workers"],
)
def test_where_something_is_blocked_the_numbers_stay_the_same(
    browser: Browser, components: Path, policy: str, expected: tuple[bool, str]
) -> None:
    assert policy != OURS
    *how, answer = opened(browser, components, policy)
    assert tuple(how) == expected
    assert answer == pytest.approx(opened(browser, components, OURS)[2], rel=1e-5, abs=1e-6)
