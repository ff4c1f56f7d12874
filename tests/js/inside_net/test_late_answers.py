"""Answers inside a net that come when something newer is shown, or while others ask: none speaks for the newer."""

from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

from cnnviz.models.net_file import pack_images
from tests.js.conftest import ORIGIN
from tests.js.inside_net.nets import Sample


def test_who_asks_for_the_test_images_while_they_come_gets_them_too(later: Page) -> None:
    found = later.evaluate(
        """async (file) => {
        const { Pictures } = await import("/inside_net/journey/pictures.js");
        const { fetch } = window;
        const answer = later();
        window.fetch = () => answer;
        const pictures = new Pictures();
        const asked = [pictures.open("/late"), pictures.open("/late")];
        await idle();
        answer.resolve(new Response(Uint8Array.from(file)));
        const found = await Promise.all(asked);
        window.fetch = fetch;
        return found;
        }""",
        list(pack_images(np.zeros((2, 3, 2, 1), np.uint8), np.zeros(2, int), ("a",))),
    )
    assert found == [True, True]


def test_shares_of_an_answer_are_of_their_picture_though_others_ask_the_same_net(
    show: Callable[..., Locator], later: Page, plain: Sample
) -> None:
    place = show(plain)
    alone, beside, left = place.evaluate(
        """async ({ insideNet: app }) => {
        const { sharesOfAnswer } = await import("/inside_net/model/answer_shares.js");
        const ask = (isCurrent = () => true) => sharesOfAnswer(app, 2, isCurrent);
        const alone = await ask();
        const net = await app.openCalculator();
        let now = 0;
        performance.now = () => (now += 1000); // it lets others in after each unit
        const asked = ask();
        let isDone = false;
        asked.then(() => (isDone = true));
        while (!isDone) {
          net.run(new Float32Array(net.values(0).length).fill(90));
          await idle();
        }
        delete performance.now;
        return [[...alone], [...(await asked)], await ask(() => false)];
        }"""
    )
    assert beside == alone
    assert max(alone) > 0
    assert left is None


def test_an_order_for_a_net_that_was_left_is_not_that_of_the_next_one(
    show: Callable[..., Locator], later: Page, plain: Sample
) -> None:
    place = show(plain)
    order = place.evaluate(
        """async ({ insideNet: app }) => {
        const chosen = app.orders.choose(2, "share");
        const { live } = app;
        app.live = Object.create(live); // another one has come
        await chosen;
        app.live = live;
        return app.state.values.order[2] ?? null;
        }"""
    )
    assert order is None


# A net that comes when `left`, who asked for it, is closed.
COMES_LATE = """async (left, file) => {
  const { fetch } = window;
  const answer = later();
  window.fetch = () => answer;
  const opened = left.open("/late");
  left.close();
  answer.resolve(new Response(Uint8Array.from(file)));
  await opened;
  window.fetch = fetch;
  return left.live;
}"""


def test_a_net_that_comes_after_inside_was_left_is_not_opened(
    show: Callable[..., Locator], later: Page, plain: Sample
) -> None:
    place = show(plain)
    is_before = f"""async ({{ insideNet: app }}, file) => {{
      const {{ live }} = app;
      return (await ({COMES_LATE})(app, file)) === live;
    }}"""
    assert place.evaluate(is_before, list(plain.net))


def test_a_net_that_comes_after_home_was_left_does_not_begin_to_draw(
    give: Callable[[str, Any], Locator], later: Page, plain: Sample
) -> None:
    later.route(f"{ORIGIN}/nets/none", lambda route: route.fulfill(status=404))
    place = give("home_net", {"net": "/nets/none", "links": [], "run": "one"})
    expect(place.get_by_role("alert")).to_contain_text("did not arrive")
    late = f"""async (root, file) => {{
      const {{ Home }} = await import("/home_net/home.js");
      const home = new Home(root);
      return [(await ({COMES_LATE})(home, file)) === undefined, home.paper.isDemo];
    }}"""
    assert place.evaluate(late, list(plain.net)) == [True, False]
    later.unroute(f"{ORIGIN}/nets/none")


def test_what_went_wrong_with_a_net_that_was_left_does_not_end_the_next_one(later: Page) -> None:
    is_kept = later.evaluate(
        """async () => {
        const { WhatIfAnswers } = await import("/inside_net/touch/what_if_answers.js");
        const answers = new WhatIfAnswers({ imagesUrl: "/images" }, () => {});
        const [first, second] = [later(), later()];
        answers.open = () => first;
        const asked = answers.ask([{}]);
        answers.forget();
        answers.open = () => second;
        answers.prepare();
        first.reject(new Error("gone"));
        await asked;
        return answers.opening === second;
        }"""
    )
    assert is_kept
