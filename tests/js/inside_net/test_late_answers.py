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


def test_of_two_orders_asked_for_at_once_both_are_made(
    show: Callable[..., Locator], later: Page, plain: Sample
) -> None:
    place = show(plain)
    made = place.evaluate(
        """async ({ insideNet: app }) => {
        await Promise.all([2, 4].map((index) => app.orders.choose(index, "share")));
        return [2, 4].map((index) => app.state.values.order[index]?.length === app.layers[index].units);
        }"""
    )
    assert made == [True, True]


def test_numbers_of_the_layers_that_come_late_do_not_take_the_place_of_those_asked_for_last(
    show: Callable[..., Locator], later: Page, plain: Sample
) -> None:
    place = show(plain)
    told = place.evaluate(
        """async ({ insideNet: app }) => {
        const { LayerNumbers } = await import("/inside_net/model/layer_numbers.js");
        const told = [];
        const ask = (name) => numbers.ask(name, () => told.push(name), { isResting: true });
        const numbers = new LayerNumbers(app);
        const answers = [later(), later()];
        numbers.own = { url: app.url };
        numbers.compute = (name) => told.push(name);
        numbers.open = () => answers[0];
        ask("switching");
        ask("zeros");
        answers[0].resolve();
        numbers.open = () => answers[1];
        ask("switching");
        ask("dead");
        answers[1].reject(new Error("gone"));
        await idle();
        return told;
        }"""
    )
    assert told == ["zeros", "dead"]


def test_places_of_an_epoch_that_comes_late_are_not_those_of_the_newer_one(
    show: Callable[..., Locator], later: Page, plain: Sample
) -> None:
    place = show(plain, screen="embedding")
    place.page.wait_for_function(
        "() => root.querySelector('section').insideNet.parts.find((one) => one.neighbours).layer"
    )
    jobs = place.evaluate(
        """async ({ insideNet: app }) => {
        const { places } = app.parts.find((one) => one.neighbours);
        const answers = [later(), later()];
        const [asked, jobs] = [[...answers], []];
        places.open(true);
        app.openCalculator = () => asked.shift();
        places.slices.add = (job) => jobs.push(job);
        const { set } = places;
        for (const _ of answers) places.take(set, app.layers[2]);
        for (const one of answers.toReversed()) one.resolve({});
        await idle();
        delete places.slices.add;
        delete app.openCalculator;
        return jobs.length;
        }"""
    )
    assert jobs == 1


def test_a_net_whose_fooling_is_no_longer_waited_for_says_and_does_nothing(later: Page) -> None:
    told = later.evaluate(
        """async () => {
        const { Fool } = await import("/inside_net/fool/fool.js");
        const answers = [later(), later(), later()];
        const asked = [...answers];
        const told = [];
        const app = { backward: { open: () => asked.shift() } };
        const fool = Object.assign(Object.create(Fool.prototype), { game: {}, app });
        Object.assign(fool, { say: (text) => told.push(text), refresh: () => told.push("asked") });
        const opened = [fool.open(), fool.open()];
        answers[1].resolve({});
        answers[0].reject(new Error("gone"));
        await Promise.all(opened);
        const left = fool.open();
        fool.leave();
        answers[2].resolve({});
        await left;
        return told;
        }"""
    )
    assert told == ["Getting the net ready", "Getting the net ready", "asked"]


def test_why_a_net_says_it_is_not_laid_out_where_nobody_sees_it_nor_is_it_said_what_went_wrong_with_a_net_before(
    show: Callable[..., Locator], later: Page, plain: Sample
) -> None:
    place = show(plain)
    found = place.evaluate(
        """async ({ insideNet: app }) => {
        const part = app.parts.find((one) => one.grid);
        await part.open(); // its screen was left meanwhile
        const { fetch } = window;
        const answer = later();
        window.fetch = () => answer;
        const { url } = app;
        app.url = "/nets/before";
        const opened = part.open();
        app.url = url;
        part.lead.textContent = "The newer one";
        answer.reject(new TypeError("gone"));
        await opened;
        window.fetch = fetch;
        return [part.explainer, part.lead.textContent];
        }"""
    )
    assert found == [None, "The newer one"]


def test_what_went_wrong_with_maps_that_nobody_waits_for_is_not_said(later: Page) -> None:
    said = later.evaluate(
        """async () => {
        const { Journey } = await import("/inside_net/journey/journey.js");
        const answers = [later(), later()];
        const asked = [...answers];
        const said = [];
        const app = { openCalculator: () => asked.shift() };
        const journey = Object.assign(Object.create(Journey.prototype), { rows: [], columns: [], app });
        journey.say = (text) => said.push(text);
        const computed = [journey.compute(), journey.compute()];
        answers[1].resolve({});
        answers[0].reject(new Error("gone"));
        await Promise.all(computed);
        return said;
        }"""
    )
    assert said == []


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


def test_the_epochs_of_a_net_that_was_left_are_fetched_no_further(later: Page) -> None:
    asked = later.evaluate(
        """async () => {
        const { EpochNets } = await import("/shared/nn/epoch_nets.js");
        const { fetch } = window;
        const answer = later();
        const asked = [];
        window.fetch = (url) => asked.push(url) && answer;
        const nets = new EpochNets([1, 2, 3].map((number) => ({ url: `/nets/${number}` })), () => {});
        const fetched = nets.fetch();
        await idle();
        nets.leave();
        answer.reject(new TypeError("gone"));
        await fetched;
        window.fetch = fetch;
        return asked;
        }"""
    )
    assert asked == ["/nets/1"]


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
