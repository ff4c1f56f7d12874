"""A question to a worker through the real server: for the browser that was shown the net, and for no other one."""

from playwright.sync_api import Browser, Page

from tests.helpers import PATIENCE

ASK = """async (root) => {
  const app = root.insideNet;
  const [path, query] = app.questionsUrl.split("?");
  const image = [...app.state.values.picture.pixels].map(Math.round);
  const params = { image, method: "occlusion", settings: { patch: 14, stride: 7 } };
  const body = JSON.stringify({ epoch: null, params });
  const begun = await fetch(`${path}/attribution?${query}`, { method: "POST", body });
  const { id } = await begun.json();
  const shares = [];
  for (;;) {
    const answer = await fetch(`/questions/${id}`);
    if (answer.status !== 202) {
      return { shares, status: answer.status, size: (await answer.arrayBuffer()).byteLength, url: app.questionsUrl };
    }
    shares.push((await answer.json()).share);
  }
}"""


def test_a_browser_asks_a_worker_about_the_net_that_it_was_shown(page: Page, app_url: str, browser: Browser) -> None:
    page.goto(f"{app_url}/inside")
    place = page.locator(".inside-net")
    place.locator(".cell").first.wait_for(state="attached")
    found = place.evaluate(ASK)
    assert found["status"] == 200
    # a chunk that takes long is answered with the share before it, more than once, until its own is there
    assert list(dict.fromkeys(share for share in found["shares"] if share)) == [1 / 3, 2 / 3]
    assert found["size"] > 4 * 28 * 28
    path, query = found["url"].split("?")
    stranger = browser.new_context()
    stranger.set_default_timeout(PATIENCE)
    answer = stranger.request.post(f"{app_url}{path}/attribution?{query}", data={"epoch": None, "params": {}})
    assert answer.status == 403, "the ticket is that of another browser"
    stranger.close()
