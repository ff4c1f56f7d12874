"""Why of a net too large for the browser's way back: the worker is asked once the picture rests, and can be left.

The worker is played by what it would compute; the questions and their answers are the real ones.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool
from cnnviz.engine.long_questions import LongQuestions
from cnnviz.engine.remote.questions import QUESTIONS
from cnnviz.errors import CnnvizError
from cnnviz.inspection.attribution.attribute import attribution
from cnnviz.inspection.attribution.methods import METHODS
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import SECONDS
from tests.js.conftest import ORIGIN, wait_in_page, wait_until
from tests.js.inside_net.nets import CLASSES, Sample, make
from tests.js.inside_net.test_why import TABLE, maps
from tests.js.nn.nets import difference

BAR = 1e-4
LARGE = Architecture(
    name="large",
    input_shape=(28, 30, 3),
    layers=(
        Conv(name="first", filters=32, padding="same"),
        Conv(name="second", filters=64, padding="same"),
        Conv(name="third", filters=32, padding="same"),
        GlobalAvgPool(),
        Dense(units=len(CLASSES), activation="softmax"),
    ),
)
CHEAP = {"smoothgrad": {"samples": 6}, "integrated_gradients": {"steps": 12}, "occlusion": {"patch": 8, "stride": 7}}
ASKED = [
    {
        **one,
        "settings": [
            {**s, "default": CHEAP.get(one["name"], {}).get(s["name"], s["default"])} for s in one["settings"]
        ],
    }
    for one in TABLE
]

# One grey picture after the other; how many milliseconds that took.
MOVE = """async (root, lights) => {
  const app = root.insideNet;
  const start = performance.now();
  for (const light of lights) {
    app.show({ ...app.state.values.picture, pixels: new Float32Array(28 * 30 * 3).fill(light) });
    await new Promise((done) => setTimeout(done, 60));
  }
  return performance.now() - start;
}"""


def settle(place: Locator) -> None:
    """Wait until every map is there, on a busy machine too."""
    expect(place.locator(".why-card")).to_have_count(len(METHODS))
    expect(place.locator(".why-card.stale")).to_have_count(0)


class Worker:
    """The server with its worker: `told` are the questions by name and method, `left` how many were cancelled."""

    def __init__(self, home: Path, sample: Sample) -> None:
        self.store, self.sample = RunStore(home), sample
        self.run_id = self.store.create(sample.architecture, TrainingConfig()).id
        self.questions = LongQuestions(self)
        self.told: list[tuple[str, str]] = []
        self.params: list[Any] = []
        self.left = 0
        self.newest = ""  # id of the question that was asked last
        self.held: list[Route] = []
        self.holds = False

    def call(self, _: object, name: str, __: object, parameters: dict[str, Any], timeout: float) -> Any:
        return resolve_name(QUESTIONS[name].function)(self.sample.model, **parameters)

    def answer(self, route: Route) -> None:
        request = route.request
        last = request.url.rsplit("/", 1)[1].split("?")[0]
        if request.method == "POST":
            asked = request.post_data_json
            self.told.append((last, asked["params"]["method"]))
            self.params.append(asked)
            self.newest = self.questions.start(last, self.run_id, asked["epoch"], asked["params"])
            route.fulfill(json={"id": self.newest})
        elif request.method == "DELETE":
            self.left += 1
            self.questions.cancel(last)
            route.fulfill(status=204)
        elif self.holds:
            self.held.append(route)
        else:
            self.go_on(route, last)

    def go_on(self, route: Route, waiting: str) -> None:
        try:
            self.questions.step(waiting).result(timeout=SECONDS)
            state = self.questions.state(waiting)
        except CnnvizError as error:
            route.fulfill(status=400, json={"problem": str(error)})
            return
        if isinstance(state, bytes):
            route.fulfill(status=200, body=state)
        else:
            route.fulfill(status=202, json={"share": state})


@pytest.fixture(scope="module")
def large() -> Sample:
    return make(LARGE)


@pytest.fixture
def worker(modules: Page, tmp_path: Path, large: Sample) -> Iterator[Worker]:
    worker = Worker(tmp_path, large)
    modules.route(f"{ORIGIN}/questions/**", worker.answer)
    yield worker
    modules.unroute(f"{ORIGIN}/questions/**")


@pytest.fixture
def open_why(show: Callable, worker: Worker, large: Sample) -> Callable[..., Locator]:
    def open_why(**data: Any) -> Locator:
        stops = [{"title": "Epoch 3", "url": "/nets/net", "epoch": 3}]
        given = {"methods": ASKED, "questions": f"/questions/{worker.run_id}?ticket=t", "stops": stops, **data}
        place = show(large, **given)
        place.get_by_role("button", name="Why").click()
        return place

    return open_why


def test_every_map_and_check_is_the_worker_s(open_why: Callable, worker: Worker, large: Sample) -> None:
    place = open_why()
    settle(place)
    found = maps(place)
    said = int(large.model(large.images[:1]).numpy().argmax())
    for method in METHODS:
        expected = attribution(large.model, large.images[0], method, said, settings=CHEAP.get(method)).map
        assert difference(found[method], expected) <= BAR, method
    assert [name for kind, name in worker.told if kind == "attribution"][:4] == [
        "saliency",
        "gradient_x_input",
        "grad_cam",
        "grad_cam_plus_plus",
    ], "quick ones first"
    assert {asked["epoch"] for asked in worker.params} == {3}
    saliency = place.locator('.why-card[data-method="saliency"]')
    expect(saliency.locator('[data-check="deletion"]')).to_contain_text("left on average")
    expect(saliency.locator('[data-check="shuffle"]')).to_contain_text("alike with all weights")
    expect(place.locator('[data-check="shuffle"]').last).to_contain_text("alike with all weights")
    expect(place.get_by_role("button", name="Cancel")).to_have_count(0)


def test_a_card_tells_how_far_the_worker_is_and_cancel_leaves_it(open_why: Callable, worker: Worker) -> None:
    worker.holds = True
    place = open_why()
    card = place.locator('.why-card[data-method="saliency"]')
    expect(card).to_contain_text("asking the worker, 0 %")
    expect(place.locator('.why-card[data-method="occlusion"]')).to_contain_text("waits for the worker")
    place.page.wait_for_function("() => !root.querySelector('.inside-net').insideNet.live.isBusy")
    wait_in_page(place.page, 500)  # the picture has come to rest
    wait_until(place.page, lambda: worker.held and worker.newest in worker.held[-1].request.url)
    before = worker.left, len(worker.told)
    worker.held[-1].fulfill(status=202, json={"share": 0.4})
    expect(card).to_contain_text("asking the worker, 40 %")
    place.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("not asked")
    wait_until(place.page, lambda: worker.left > before[0])
    assert (worker.left, len(worker.told)) == (before[0] + 1, before[1]), "what has not begun is not asked at all"
    worker.holds = False
    place.get_by_role("button", name="Ask again").click()
    settle(place)
    expect(place.locator(".why-card canvas").first).to_be_visible()


def test_the_hand_that_rests_asks_and_the_one_that_moves_does_not(
    open_why: Callable, worker: Worker, large: Sample
) -> None:
    place = open_why()
    for newest in range(40, 60):
        settle(place)
        worker.told.clear()
        worker.params.clear()
        if place.evaluate(MOVE, [newest - 30, newest - 20, newest - 10, newest]) < 500:
            break  # else the machine was so busy that the hand has rested for a moment
    settle(place)
    wait_until(place.page, lambda: worker.told)  # once it rests
    settle(place)
    asked = [one for one, (kind, _) in zip(worker.params, worker.told, strict=True) if kind == "attribution"]
    assert {one["params"]["image"][0] for one in asked} == {newest}, "the newest picture only"
    image = np.full((28, 30, 3), newest, np.uint8)
    of = asked[0]["params"]["class_index"]
    assert difference(maps(place)["saliency"], attribution(large.model, image, "saliency", of).map) <= BAR


def test_a_setting_asks_for_its_own_map_alone_and_a_look_for_none(open_why: Callable, worker: Worker) -> None:
    place = open_why()
    settle(place)
    place.get_by_role("button", name="Cancel").click()
    worker.told.clear()
    place.get_by_role("button", name="One scale").click()
    assert worker.told == []
    card = place.locator('.why-card[data-method="occlusion"]')
    card.get_by_text("What it means").click()
    card.get_by_label("Patch").fill("9")
    card.get_by_label("Patch").blur()
    settle(place)
    assert [name for kind, name in worker.told if kind == "attribution"] == ["occlusion"]


def test_a_failure_is_a_sentence_on_its_card_and_others_go_on(open_why: Callable, worker: Worker) -> None:
    place = open_why()
    settle(place)
    card = place.locator('.why-card[data-method="occlusion"]')
    card.get_by_text("What it means").click()
    card.get_by_label("Patch").fill("29")
    card.get_by_label("Patch").blur()
    expect(card).to_contain_text("expected at most 28 pixels. Received: 29.")
    expect(place.locator('.why-card[data-method="saliency"] canvas').first).to_be_visible()


def test_of_a_net_that_was_changed_by_hand_the_worker_is_not_asked(open_why: Callable, worker: Worker) -> None:
    place = open_why()
    settle(place)
    place.evaluate("(root) => root.insideNet.toggleUnit(1, 2)")
    expect(place.locator(".why .lead")).to_contain_text("without your changes by hand")
    worker.told.clear()
    place.page.wait_for_timeout(500)
    assert worker.told == []
    place.evaluate("(root) => root.insideNet.resetEdits()")
    settle(place)
    expect(place.locator(".why .lead")).to_contain_text("What speaks for")


def test_without_a_way_to_a_worker_the_browser_computes_it(open_why: Callable, worker: Worker) -> None:
    place = open_why(questions="", methods=[one for one in ASKED if one["name"] == "saliency"])
    expect(place.locator(".why-card canvas").first).to_be_visible()
    expect(place.locator(".why-card.stale")).to_have_count(0)
    assert json.dumps(worker.told) == "[]"
