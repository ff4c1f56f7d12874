"""Answers that come in another order than they were asked for: what is newer stays, and what was left stays left."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.js.lab import PICTURES, packet

# A camera that is allowed when the test says so: `asked` are promises of its streams, see the fixture `later`.
CAMERA = """() => {
  window.streams = (count) => Array.from({ length: count }, () => document.createElement("canvas").captureStream());
  window.isOn = (stream) => stream.getTracks().some(({ readyState }) => readyState === "live");
  Object.assign(window, { camera: navigator.mediaDevices, asked: [] });
  const getUserMedia = () => asked[asked.push(later()) - 1];
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia } });
}"""
AS_IT_WAS = "() => Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: camera })"


@pytest.fixture
def camera(later: Page) -> Iterator[Page]:
    later.evaluate(CAMERA)
    yield later
    later.evaluate(AS_IT_WAS)


# A panel for the sources of pictures: `told` is what was shown or said, in order.
PANEL = """(source, data) => {
  const told = [];
  const hands = { show: ({ name }) => told.push(name), say: (text) => told.push(text) };
  return { told, panel: { source, data: { shape: [4, 4, 3], style: "photo", ...data }, ...hands } };
}"""


def test_of_two_photos_the_one_chosen_last_is_shown_whichever_comes_last(later: Page) -> None:
    told = later.evaluate(
        f"""async () => {{
        const {{ Photos }} = await import("/shared/picture_input/photos.js");
        const {{ fetch, createImageBitmap }} = window;
        const answers = {{ "/slow": later(), "/quick": later(), "/gone": later() }};
        window.fetch = (url) => answers[url];
        const paper = Object.assign(document.createElement("canvas"), {{ width: 4, height: 4 }});
        paper.getContext("2d").fillRect(0, 0, 4, 4);
        window.createImageBitmap = async () => paper;
        const photos = Object.keys(answers).map((url) => ({{ title: url.slice(1), url }}));
        const {{ told, panel }} = ({PANEL})("photo", {{ photos }});
        const made = new Photos(panel);
        const choose = (at) => {{
          made.list.value = at;
          made.enter();
        }};
        choose(0);
        choose(2);
        choose(1);
        const arrived = {{ ok: true, blob: async () => null }};
        answers["/quick"].resolve(arrived);
        await idle();
        answers["/slow"].resolve(arrived);
        answers["/gone"].reject(new TypeError("gone"));
        await idle();
        Object.assign(window, {{ fetch, createImageBitmap }});
        return told;
        }}"""
    )
    assert told == ["quick"]


def test_a_search_ends_where_somebody_chooses_a_picture_meanwhile(later: Page) -> None:
    told = later.evaluate(
        f"""async () => {{
        const {{ TestSet }} = await import("/shared/picture_input/test_set.js");
        const {{ told, panel }} = ({PANEL})("test", {{ index: 0 }});
        const opened = later();
        panel.search = {{ text: "Next mistake", none: "None", open: () => opened }};
        const made = new TestSet(panel);
        made.set = {{ images: [1, 2, 3], labels: [0, 0, 0], classes: ["a"] }};
        made.search();
        made.step(1);
        opened.resolve((image) => image === 3);
        await idle();
        made.search();
        made.leave();
        await idle();
        return told;
        }}"""
    )
    assert told == ["Test image 2: a"]


def test_of_test_images_of_a_net_that_was_left_nothing_is_said(later: Page) -> None:
    told = later.evaluate(
        f"""async () => {{
        const {{ TestSet }} = await import("/shared/picture_input/test_set.js");
        const {{ fetch }} = window;
        const [answer, opened] = [later(), later()];
        window.fetch = () => answer;
        const {{ told, panel }} = ({PANEL})("test", {{ images: "/late" }});
        panel.search = {{ text: "Next mistake", none: "None", open: () => opened }};
        const [missing, searching, newer] = Array.from({{ length: 3 }}, () => new TestSet(panel));
        searching.set = {{ images: [1, 2, 3], labels: [0, 0, 0], classes: ["a"] }};
        panel.made = {{ test: missing }};
        missing.enter();
        searching.search();
        for (const left of [missing, searching]) left.close?.(); // as where another net is shown
        panel.made = {{ test: newer }};
        answer.reject(new TypeError("gone"));
        opened.resolve(() => false);
        await idle();
        window.fetch = fetch;
        return told;
        }}"""
    )
    assert told == []


def test_a_camera_that_was_held_is_not_held_when_one_comes_back_and_draws_once_in_a_frame(camera: Page) -> None:
    found = camera.evaluate(
        f"""async () => {{
        const {{ Camera }} = await import("/shared/picture_input/camera.js");
        const {{ requestAnimationFrame, cancelAnimationFrame }} = window;
        const frames = new Set();
        let last = 0;
        window.requestAnimationFrame = () => frames.add(++last) && last;
        window.cancelAnimationFrame = (id) => frames.delete(id);
        const made = new Camera(({PANEL})("camera", {{}}).panel);
        made.video.play = async () => {{}};
        const found = [];
        for (const [at, stream] of streams(2).entries()) {{
          made.enter();
          asked[at].resolve(stream);
          await idle();
          found.push(made.isHeld, made.hold.getAttribute("aria-pressed"));
          made.toggle();
          made.toggle();
          found.push(frames.size);
          made.toggle();
          made.leave();
        }}
        Object.assign(window, {{ requestAnimationFrame, cancelAnimationFrame }});
        return found;
        }}"""
    )
    assert found == [False, "false", 1] * 2


def test_a_camera_that_is_allowed_after_it_was_left_is_off_again(camera: Page) -> None:
    is_on = camera.evaluate(
        f"""async () => {{
        const {{ Camera }} = await import("/shared/picture_input/camera.js");
        const {{ told, panel }} = ({PANEL})("camera", {{}});
        const made = new Camera(panel);
        const found = streams(3);
        made.enter();
        made.leave();
        made.enter();
        asked[0].resolve(found[0]);
        asked[1].resolve(found[1]);
        await idle();
        const isOn = found.slice(0, 2).map(window.isOn);
        made.close();
        made.enter();
        made.close(); // as where the page is left
        asked[2].resolve(found[2]);
        await idle();
        return [isOn, found.map(window.isOn), told];
        }}"""
    )
    assert is_on == [[False, True], [False, False, False], []]


def test_the_lab_s_camera_that_is_allowed_after_it_was_left_is_off_again(camera: Page) -> None:
    found = camera.evaluate(
        """async () => {
        const { Camera } = await import("/kernel_lab/camera.js");
        const made = new Camera(() => {}, () => {});
        const [first, second] = streams(2);
        const started = [made.start()];
        made.stop();
        asked[0].resolve(first);
        started.push(made.start());
        made.stop();
        asked[1].reject(new DOMException("no", "NotAllowedError"));
        return [await Promise.all(started), isOn(first), made.isOn, isOn(second)];
        }"""
    )
    assert found == [[False, False], False, False, True]


def test_the_lab_shows_the_picture_that_was_chosen_last(later: Page, give: Callable[[str, Any], Locator]) -> None:
    lab = give("kernel_lab", packet(PICTURES["noise"]))
    found = lab.evaluate(
        """async ({ kernelLab: { sources, picture } }) => {
        const [slow, quick, gone, left] = Array.from({ length: 4 }, later);
        const shown = [];
        sources.lab.setPicture = ({ name }) => shown.push(name);
        const taken = [gone, slow, quick].map((one) => sources.take(() => one, "upload"));
        quick.resolve({ picture: { ...picture, name: "quick" } });
        await idle();
        slow.resolve({ picture: { ...picture, name: "slow" } });
        gone.reject(new Error("gone"));
        taken.push(sources.take(() => left, "address"));
        sources.pick("draw");
        left.resolve({ picture: { ...picture, name: "left" } });
        return [await Promise.all(taken), shown];
        }"""
    )
    assert found == [[False, False, True, False], ["quick", "Your drawing"]]


def test_that_the_server_reads_a_file_is_taken_back_but_nothing_that_was_said_since(
    later: Page, give: Callable[[str, Any], Locator]
) -> None:
    lab = give("kernel_lab", packet(PICTURES["noise"]))
    said = lab.evaluate(
        """async ({ kernelLab: lab }) => {
        const { createImageBitmap, setTimeout } = window;
        const ended = [];
        window.createImageBitmap = () => Promise.reject(new Error("a TIFF"));
        window.setTimeout = (act, wait) => (wait === 6000 ? ended.push(act) : setTimeout(act, wait));
        const said = [];
        for (const note of ["", "Scaled down."]) {
          await lab.sources.takeFile(new Blob(["a"]), "a.tif", "upload");
          said.push(lab.notice);
          if (note) lab.notify(note);
          ended.pop()();
          said.push(lab.notice);
        }
        Object.assign(window, { createImageBitmap, setTimeout });
        return said;
        }"""
    )
    assert said == ["The server reads this file.", "", "The server reads this file.", "Scaled down."]


def test_a_worker_that_starts_after_it_was_cancelled_is_ended(later: Page) -> None:
    ended = later.evaluate(
        """async () => {
        const { InBrowser } = await import("/robustness/asking.js");
        const { Worker } = window;
        const workers = [];
        window.Worker = class {
          constructor() { workers.push(this); }
          terminate() { this.isEnded = true; }
        };
        const asker = new InBrowser({ net: "/net", images: "/images" });
        asker.fetched = Promise.resolve([null, null]);
        const leave = new AbortController();
        const asked = asker.ask({ levels: [] }, 1, { told() {}, signal: leave.signal }).catch(() => {});
        await idle();
        leave.abort();
        workers[0].onmessage();
        await asked;
        window.Worker = Worker;
        return workers[0].isEnded;
        }"""
    )
    assert ended


def test_an_image_that_is_missing_is_not_said_where_another_one_is_looked_at(later: Page) -> None:
    told = later.evaluate(
        """async () => {
        const { Robustness } = await import("/robustness/robustness.js");
        const answers = [later(), later()];
        const told = [];
        const page = { data: {}, asker: { picture: (index) => answers[index] } };
        Object.assign(page, { draw: ({ index }) => told.push(index), say: (text) => told.push(text) });
        const looked = answers.map((_, index) => Robustness.prototype.look.call(page, { index }));
        answers[1].resolve({});
        answers[0].reject(new Error("gone"));
        await Promise.all(looked);
        return told;
        }"""
    )
    assert told == [1]


def test_a_slow_map_of_a_net_that_was_left_is_not_computed(later: Page) -> None:
    computed = later.evaluate(
        """async () => {
        const { WhyPart } = await import("/compare_nets/why_part.js");
        const part = new WhyPart([{ name: "occlusion", title: "Occlusion" }], () => {});
        const [opened, computed] = [later(), []];
        const column = (name) => {
          const job = () => computed.push(name) && (function* () {})();
          const attributor = { ready: {}, open: () => opened, isQuick: () => false, job };
          const root = Object.assign(document.createElement("div"), { className: "stale" });
          const answer = { hasAnswer: true, names: ["a"], best: 0 };
          const given = { settings: {}, shape: [1, 1, 1] };
          return { attributor, given, answer, seen: { pixels: [] }, why: { root, wait() {} } };
        };
        const [left, newer] = ["left", "newer"].map(column);
        part.frame([left]);
        const settled = [part.settle([left], () => {})];
        part.frame([newer]);
        settled.push(part.settle([newer], () => {}));
        opened.resolve();
        await Promise.all(settled);
        part.close();
        return computed;
        }"""
    )
    assert computed == ["newer"]


def test_a_target_that_cannot_be_read_is_not_said_where_another_one_was_chosen(later: Page) -> None:
    said = later.evaluate(
        """async () => {
        const { Learn } = await import("/kernel_lab/learn.js");
        const { createImageBitmap } = window;
        const answer = later();
        window.createImageBitmap = () => answer;
        const learn = { file: { files: [new Blob(["a"])] }, problem: { textContent: "" } };
        const taken = Learn.prototype.takeFile.call(learn);
        learn.file = { files: [new Blob(["b"])] };
        answer.reject(new Error("no picture"));
        await taken;
        window.createImageBitmap = createImageBitmap;
        return learn.problem.textContent;
        }"""
    )
    assert said == ""
