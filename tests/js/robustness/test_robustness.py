"""The part Robustness in the browser: the same answers as Keras, the same numbers as the server, and its controls."""

import base64
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from cnnviz.architecture.spec import Architecture
from cnnviz.engine.long.answers import pack_answer
from cnnviz.evaluation.corruptions import CORRUPTIONS, corrupt, series_of, value_text
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.evaluation.robustness import SeriesAnswers, half_points, knowledge_kept, mean_error
from cnnviz.models.net_file import pack_images
from tests.js.conftest import ORIGIN, wait_until
from tests.js.nn.nets import net_bytes, trained_model

SHAPE = (12, 9, 3)
CLASSES = ["ant", "bee", "cow"]
NUM = 24
FOUND = """root => Object.fromEntries([...root.robustness.found].map(([name, { labels, said, sure }]) =>
  [name, { labels: [...labels], said: said.map((row) => [...row]), sure: sure.map((row) => [...row]) }]))"""


def net_of(units: int, activation: str) -> Architecture:
    layers = [
        {"kind": "conv", "filters": 4, "kernel": 3, "activation": "relu"},
        {"kind": "flatten"},
        {"kind": "dense", "units": units, "activation": activation},
    ]
    return Architecture.model_validate({"input_shape": SHAPE, "layers": layers})


def series(*names: str) -> list[dict[str, Any]]:
    return [series_of(name, *SHAPE[:2]).as_dict() for name in names or CORRUPTIONS]


def data_of(**changed: Any) -> dict[str, Any]:
    return {
        "id": "run-1",
        "classes": CLASSES,
        "shape": SHAPE,
        "series": series(),
        "num_test": 60,
        "counts": [10, NUM],
        "count": NUM,
        "inside": "/inside?run=one",
        "net": "",
        "images": "",
        "questions": "/questions/run1?ticket=a.b",
        "epoch": 2,
        "before": "A worker answers.",
        **changed,
    }


def url(content: bytes) -> str:
    return f"data:application/octet-stream;base64,{base64.b64encode(content).decode()}"


def hand_made(right: dict[str, list[int]]) -> dict[str, SeriesAnswers]:
    """Of each corruption so many of 40 images of two classes are right at each level; a mistake is the other class."""
    labels = np.arange(40) % 2
    said = {name: [np.where(np.arange(40) < n, labels, 1 - labels) for n in counts] for name, counts in right.items()}
    return {
        name: SeriesAnswers(series_of(name, *SHAPE[:2]), labels, np.stack(rows), np.full((7, 40), 0.75, np.float32))
        for name, rows in said.items()
    }


HAND_MADE = {
    "rotation": [40, 38, 34, 26, 22, 20, 20],
    "brightness": [22, 30, 38, 40, 40, 39, 38],
    "contrast": [20, 28, 32, 40, 40, 40, 25],
    "blur": [40, 40, 40, 40, 40, 39, 39],
}


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (NUM, *SHAPE), np.uint8)


@pytest.mark.parametrize(("units", "activation"), [(3, "softmax"), (1, "sigmoid"), (3, "linear")])
def test_the_net_in_the_browser_says_what_keras_says_of_the_same_changed_images(
    give: Callable[[str, Any], Locator], images: np.ndarray, units: int, activation: str
) -> None:
    architecture = net_of(units, activation)
    model, classes = trained_model(architecture), CLASSES if units == 3 else CLASSES[:2]
    labels = np.arange(NUM) % len(classes)
    given = {"net": url(net_bytes(model, architecture, classes)), "images": url(pack_images(images, labels, classes))}
    root = give("robustness", data_of(id=f"{units} {activation}", classes=classes, **given))
    expect(root.locator("[data-id=start]")).to_be_hidden()
    found = root.evaluate(FOUND)
    assert list(found) == list(CORRUPTIONS)
    for name, answers in found.items():
        assert answers["labels"] == labels.tolist()
        for place, level in enumerate(series_of(name, *SHAPE[:2]).levels):
            expected = predict_probabilities(model, corrupt(images, level, np.arange(NUM)))
            assert answers["said"][place] == expected.argmax(1).tolist(), level.text
            assert np.allclose(answers["sure"][place], expected.max(1), atol=1e-4), level.text


def test_what_the_browser_found_is_kept_where_the_visitor_may_change_the_run(
    give: Callable[[str, Any], Locator], modules: Page, images: np.ndarray
) -> None:
    kept: list[Any] = []

    def keep(route: Route) -> None:
        kept.append(route.request.post_data_json)
        route.fulfill(status=204)

    modules.route("**/questions/run1/robustness/kept?*", keep)
    net, labels = net_of(3, "softmax"), np.arange(NUM) % 3
    given = {
        "net": url(net_bytes(trained_model(net), net, CLASSES)),
        "images": url(pack_images(images, labels, CLASSES)),
    }
    root = give("robustness", data_of(id="of another", series=series("shift"), keeps=False, **given))
    expect(root.locator("[data-id=start]")).to_be_hidden()
    with modules.expect_response("**/questions/run1/robustness/kept?*"):
        give("robustness", data_of(id="one's own", series=series("shift"), keeps=True, **given))
    expect(root.locator("[data-id=start]")).to_be_hidden()
    found = root.evaluate(FOUND)["shift"]
    told = {"corruption": "shift", "count": NUM, "said": found["said"], "sure": found["sure"]}
    assert kept == [{"epoch": 2, "params": told}]
    modules.unroute("**/questions/run1/robustness/kept?*")


# Cancels as soon as it is told that the net is at work.
LEAVE = """root => {
  const [working, start] = ["working", "start"].map((id) => root.querySelector(`[data-id=${id}]`));
  const leave = (_, watching) => {
    if (!/[1-9]/.test(working.textContent)) return;
    watching.disconnect();
    start.click();
  };
  new MutationObserver(leave).observe(working, { childList: true });
}"""


def test_a_net_is_left_and_asked_on_also_where_web_workers_are_blocked(
    give: Callable[[str, Any], Locator], modules: Page, images: np.ndarray
) -> None:
    many = np.concatenate([images] * 4)  # so that it tells how far it is before it has one answer
    architecture, labels = net_of(3, "softmax"), np.arange(len(many)) % 3
    net = net_bytes(trained_model(architecture), architecture, CLASSES)
    given = {"net": url(net), "images": "/nets/many", "counts": [len(many)]}
    found, held = [], []
    modules.route(f"{ORIGIN}/nets/many", lambda route: held.append(route))
    for is_blocked in (False, True):
        modules.evaluate("is => { window.Kept ??= Worker; window.Worker = is ? undefined : Kept; }", is_blocked)
        root = give("robustness", data_of(id=f"blocked {is_blocked}", count=len(many), **given))
        wait_until(modules, lambda: held)
        root.evaluate(LEAVE)
        held.pop().fulfill(body=pack_images(many, labels, CLASSES))
        expect(root.locator("[data-id=start]")).to_have_text(re.compile("Start|Go on"))
        root.locator("[data-id=start]").click()
        expect(root.locator("[data-id=start]")).to_be_hidden()
        found.append(root.evaluate(FOUND))
    modules.evaluate("() => { window.Worker = Kept; }")
    modules.unroute(f"{ORIGIN}/nets/many")
    assert found[0] == found[1]


def findings(page: Page, expression: str, answers: dict[str, SeriesAnswers]) -> Any:
    """Evaluate an expression in which `m` is findings.js and `all` are the answers."""
    given = [
        {
            "series": one.series.as_dict(),
            "labels": one.labels.tolist(),
            "said": one.said.tolist(),
            "sure": one.sure.tolist(),
        }
        for one in answers.values()
    ]
    return page.evaluate(
        f"async (all) => {{ const m = await import('/robustness/findings.js'); return {expression}; }}", given
    )


def test_the_numbers_are_those_of_the_server(modules: Page) -> None:
    answers = hand_made({**HAND_MADE, "cover": [40, 28, 36, 34, 26, 24, 20], "noise": [40, 38, 30, 20, 20, 20, 31]})
    assert findings(modules, "all.map(m.halfPoints)", answers) == [
        pytest.approx([point if point is None else pytest.approx(point) for point in half_points(one)])
        for one in answers.values()
    ]
    assert findings(modules, "all.map(m.knowledgeKept)", answers) == pytest.approx(
        [knowledge_kept(one) for one in answers.values()]
    )
    assert findings(modules, "m.meanError(all)", answers) == pytest.approx(mean_error(answers))
    guessing = hand_made({"noise": [20] * 7})
    assert math.isnan(findings(modules, "m.knowledgeKept(all[0])", guessing))
    hardly = hand_made({"noise": [26, *[20] * 6]})  # 26 of 40 are 50 to 78 %, guessing is 50 %
    assert math.isnan(knowledge_kept(hardly["noise"]))
    assert math.isnan(findings(modules, "m.knowledgeKept(all[0])", hardly))
    for value, unit in ((37.5, "\u00b0"), (-100, ""), (0.354, "\u00d7"), (2.5, "px"), (12, "px")):
        written = modules.evaluate(
            "async ([v, u]) => (await import('/robustness/findings.js')).valueText(v, u)", [value, unit]
        )
        assert written == value_text(float(f"{value:.2g}"), unit)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["rotation", "blur"], "Half of what it knows is gone at a rotation of 38\u00b0; it hardly minds blur."),
        (
            ["contrast", "brightness"],
            "Half of what it knows is gone at a contrast of \u00d7\u202f0.35 or a contrast of \u00d7\u202f6.3; "
            "it stands brightness best, and keeps 73\u202f% there on average.",
        ),
        (["blur"], "No change takes half of what it knows; most is lost by blur."),
    ],
)
def test_one_sentence_says_what_hurts_most_and_what_least(modules: Page, names: list[str], said: str) -> None:
    assert findings(modules, "m.headline(all)", hand_made({name: HAND_MADE[name] for name in names})) == said


def test_a_net_that_guesses_is_said_to_have_nothing_to_lose(modules: Page) -> None:
    guessing = hand_made({"noise": [20] * 7})
    assert "not shown to be answered better than by guessing" in findings(modules, "m.headline(all)", guessing)
    assert findings(modules, "m.shortVerdict(all[0])", guessing) == ""


def test_classes_are_told_by_what_they_lose_and_the_worst_pair_by_what_was_right_before(modules: Page) -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    said = np.tile(labels, (7, 1))
    said[:, 7] = 0  # wrong from the start: no change is to blame
    said[4:, :3] = 1
    answers = {"rotation": SeriesAnswers(series_of("rotation", *SHAPE[:2]), labels, said, np.ones((7, 8)))}
    rows = findings(modules, "m.classRows(all, 4).map(({worst, ...row}) => ({ ...row, worst: worst?.title }))", answers)
    assert rows[0] == {"label": 0, "count": 4, "clean": 1, "changed": pytest.approx(1 - 0.75 / 2), "worst": "Rotation"}
    assert [row["label"] for row in rows] == [0, 1, 2], "a class without images has no row"
    assert [row.get("worst") for row in rows[1:]] == [None, None], "they lose nothing"
    words = findings(modules, "m.pairWords(all, ['ant', 'bee', 'cow', 'dog'])", answers)
    assert words == "Most often ant turns into bee: 9 of 24 changed images, most of them by rotation."


class Worker:
    """Answers as the route of long questions does, each question in two pieces; `asked` are the parameters."""

    def __init__(self, answers: dict[str, SeriesAnswers]) -> None:
        self.answers, self.asked, self.left, self.stuck = answers, [], 0, ""
        self.pieces: dict[str, int] = {}

    def answer(self, route: Route) -> None:
        request = route.request
        if request.method == "POST":
            self.asked.append((request.url.split("/")[-1].split("?")[0], request.post_data_json))
            return route.fulfill(json={"id": f"id{len(self.asked) - 1}"})
        if request.method == "DELETE":
            self.left += 1
            return route.fulfill(status=204)
        place = request.url.split("/id")[-1]
        name, sent = self.asked[int(place)]
        self.pieces[place] = self.pieces.get(place, 0) + 1
        if name == "test_images":
            pixels = np.random.default_rng(1).integers(0, 256, (1, *SHAPE), np.uint8)
            return route.fulfill(body=pack_answer({"labels": [0], "classes": CLASSES}, images=pixels))
        if self.pieces[place] == 1 or sent["params"]["corruption"] == self.stuck:
            return route.fulfill(status=202, json={"share": 0.5})
        found = self.answers[sent["params"]["corruption"]]
        return route.fulfill(body=pack_answer({"labels": found.labels.tolist()}, said=found.said, sure=found.sure))


@pytest.fixture
def worker(modules: Page) -> Iterator[Worker]:
    worker = Worker(hand_made(HAND_MADE))
    modules.route(f"{ORIGIN}/questions/**", worker.answer)
    yield worker
    modules.unroute(f"{ORIGIN}/questions/**")


def by_worker(give: Callable[[str, Any], Locator], **changed: Any) -> Locator:
    return give("robustness", data_of(series=series(*HAND_MADE), counts=[10, 40], count=40, **changed))


def test_a_worker_is_asked_one_corruption_after_the_other_once_somebody_starts(
    give: Callable[[str, Any], Locator], worker: Worker
) -> None:
    root = by_worker(give)
    expect(root.locator("[data-id=note]")).to_have_text("A worker answers.")
    root.locator("[data-id=count]").select_option("10")
    root.locator("[data-id=count]").select_option("40")
    assert {name for name, _ in worker.asked} <= {"test_images"}
    root.get_by_role("button", name="Start", exact=True).click()
    expect(root.locator("[data-id=headline]")).to_contain_text("Half of what it knows is gone at a rotation of 38")
    expect(root.locator("[data-id=start]")).to_be_hidden()
    asked = [sent for name, sent in worker.asked if name == "robustness"]
    assert asked == [{"epoch": 2, "params": {"corruption": name, "count": 40}} for name in HAND_MADE]
    expect(root.get_by_role("img").first).to_have_attribute(
        "aria-label", "Rotation, accuracy by level. 0\u00b0: 100\u202f% (91 to 100); 15\u00b0: 95\u202f% (83 to 99); "
        "30\u00b0: 85\u202f% (71 to 93); 45\u00b0: 65\u202f% (50 to 78); 60\u00b0: 55\u202f% (40 to 69); "
        "75\u00b0: 50\u202f% (35 to 65); 90\u00b0: 50\u202f% (35 to 65).",
    )  # fmt: skip
    expect(root.locator("[data-id=note]")).to_contain_text("The first 40 of 60 test images")


def test_what_was_answered_stays_when_it_is_cancelled_and_it_goes_on_from_there(
    give: Callable[[str, Any], Locator], worker: Worker
) -> None:
    worker.stuck = "brightness"
    root = by_worker(give)
    root.get_by_role("button", name="Start", exact=True).click()
    expect(root.locator("[data-id=working]")).to_have_text("Brightness, 38\u202f% of all")
    root.get_by_role("button", name="Cancel").click()
    expect(root.locator("[data-id=at-work]")).to_be_hidden()
    expect(root.get_by_role("article").first).to_contain_text("half gone at 38")
    wait_until(root.page, lambda: worker.left)
    assert worker.left == 1, "the server is told"
    worker.stuck = ""
    root.get_by_role("button", name="Go on").click()
    expect(root.locator("[data-id=start]")).to_be_hidden()
    names = [sent["params"]["corruption"] for name, sent in worker.asked if name == "robustness"]
    assert names == ["rotation", "brightness", "brightness", "contrast", "blur"]


def test_an_image_a_level_and_a_class_can_be_chosen(give: Callable[[str, Any], Locator], worker: Worker) -> None:
    root = by_worker(give)
    root.get_by_role("button", name="Start", exact=True).click()
    expect(root.locator("[data-id=start]")).to_be_hidden()
    strip = root.locator("[data-id=strip] button")
    expect(strip).to_have_count(7)
    expect(strip.nth(6)).to_have_text("90\u00b0ant75.0\u202f%of all 50\u202f% right")
    strip.nth(3).click()
    expect(strip.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(strip.nth(3)).to_be_focused()
    lost = root.get_by_role("button", name="lost at 45\u00b0")
    expect(lost).to_have_text("Next of 14 lost at 45\u00b0")  # 40 are right unchanged, 26 there
    lost.click()
    expect(root.locator("[data-id=which]")).to_have_text("Test image 27: ant")
    expect(root.get_by_role("link", name="Look inside")).to_have_attribute("href", "/inside?run=one&image=27")
    root.get_by_role("button", name="Blur", exact=True).click()
    expect(root.locator("[data-id=strip-title]")).to_have_text("Blur: one image at each level")
    root.locator("[data-id=class]").select_option("bee")
    expect(root.get_by_role("img").first).to_have_attribute("aria-label", re.compile(r"\(84 to 100\)"))
    root.locator("[data-id=class]").select_option("cow")
    expect(root.get_by_role("img").first).to_have_attribute("aria-label", "Rotation: no image of this class.")


def test_another_net_begins_anew_and_a_failure_is_a_sentence(
    give: Callable[[str, Any], Locator], worker: Worker
) -> None:
    root = by_worker(give)
    root.get_by_role("button", name="Start", exact=True).click()
    expect(root.locator("[data-id=start]")).to_be_hidden()
    by_worker(give, id="run-2")
    expect(root.locator("[data-id=headline]")).to_contain_text("Eight changes")
    assert not root.evaluate("root => root.robustness.found.size")
    give("robustness", data_of(id="run-3", net="/nets/gone", images="/nets/gone.images"))
    expect(root.get_by_role("alert")).to_contain_text("did not arrive from the server")
