"""The panel of a training: what it appends, where its points stand, what it says, and what it asks of the page."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cnnviz.evaluation.accuracy import accuracy_interval
from cnnviz.runs.run_progress import Mark
from tests.helpers import until
from tests.js.conftest import wait_for_frames, wait_in_page

ABOUT = {"name": "net", "epochs": 4, "classes": ["cat", "dog"], "planned": [[0, 0.1], [4, 0.1]]}
HEAD = {
    "state": "running",
    "moves": True,
    "paused": False,
    "words": "Epoch 1 of 4, batch 1 of 2",
    "share": 0.1,
    "speed": 1234.4,
    "rate": 0.1,
    "position": 0.5,
    "trouble": "",
    "diverged": False,
}
EPOCHS = [
    {"epoch": 1, "loss": 2.0, "accuracy": 0.25, "val_loss": 1.5, "val_accuracy": 0.3, "confusion": [[3, 1], [0, 4]]},
    {"epoch": 2, "loss": 0.5, "accuracy": 0.75, "val_loss": 1.75, "val_accuracy": 0.6},
]


def call(modules: Page, module: str, expression: str, argument: Any = None) -> Any:
    """Evaluate an expression in which `m` is a module of the panel and `x` the argument."""
    return modules.evaluate(
        f"async (x) => {{ const m = await import('/live_run/{module}.js'); return {expression}; }}", argument
    )


def message(at: int, *, anew: bool = False, epochs: list | None = None, **parts: Any) -> dict[str, Any]:
    return {
        "at": f"a-{at}-0",
        "anew": anew,
        "points": [[at / 2, 3 - at, at / 10, 0.1]],
        "epochs": epochs or [],
        **parts,
    }


# ---- what is known of a run


def test_news_are_appended_and_a_rewind_begins_anew(modules: Page) -> None:
    news = [message(1, anew=True, about=ABOUT), message(2, epochs=EPOCHS[:1]), message(3, head=HEAD)]
    script = (
        "(() => { const h = m.emptyHistory(); const known = x.map((one) => m.append(h, one)); return [known, h]; })()"
    )
    known, history = call(modules, "history", script, news)
    assert known == [False, True, True]
    assert [point[0] for point in history["points"]] == [0.5, 1, 1.5]
    assert (history["epochs"], history["about"], history["head"]) == (EPOCHS[:1], ABOUT, HEAD)
    _, again = call(modules, "history", script, [*news, message(1, anew=True)])
    assert [len(again[name]) for name in ("points", "epochs")] == [1, 0]
    assert again["about"] == ABOUT


def test_the_mean_of_an_epoch_stands_in_its_middle_and_the_validation_at_its_end(modules: Page) -> None:
    points = [[0.5, 3.0, None, 0.1], [1.0, None, 0.5, 0.1]]
    found = call(modules, "history", "m.seriesOf(x, 'loss')", {"points": points, "epochs": EPOCHS})
    assert found["batches"] == [[0.5, 3.0]], "what is no number is no point"
    assert found["training"] == [[0.5, 2.0], [1.5, 0.5]]
    assert found["validation"] == [[1, 1.5], [2, 1.75]]


def test_smoothing_averages_the_past_without_a_pull_to_zero(modules: Page) -> None:
    found = call(modules, "history", "m.smooth(x, 0.5)", [[0.5, 4.0], [1.0, 1.0], [1.5, 1.0]])
    # weights 1; 1/3, 2/3; 1/7, 2/7, 4/7
    assert [value for _, value in found] == pytest.approx([4.0, 2.0, (4 + 2 + 4) / 7])
    level = call(modules, "history", "m.smooth(x, 0.98)", [[i, 0.7] for i in range(50)])
    assert [value for _, value in level] == pytest.approx([0.7] * 50)


def test_the_crossing_is_found_on_the_lines_as_they_are_drawn(modules: Page) -> None:
    # training (0.5, 0) to (2.5, 1), validation (1, 0.5) to (2, 0.5): they meet where 0.5 (x - 0.5) is 0.5
    lines = {"training": [[0.5, 0.0], [2.5, 1.0]], "validation": [[1, 0.5], [2, 0.5]]}
    assert call(modules, "history", "m.crossing(x)", lines) == pytest.approx([1.5, 0.5])
    apart = {"training": [[0.5, 0.0], [1.5, 0.1]], "validation": [[1, 0.5], [2, 0.5]]}
    assert call(modules, "history", "m.crossing(x)", apart) is None
    assert call(modules, "history", "m.crossing(x)", {"training": [], "validation": []}) is None


def test_norms_are_lines_of_the_layers_that_have_weights(modules: Page) -> None:
    norms = {"conv_1": {"weights": 2.0, "gradients": 0.5}, "relu_1": {"dead": 0.0}}
    history = {"epochs": [{"epoch": 1}, {"epoch": 2, "norms": norms}]}
    assert call(modules, "history", "m.normsOf(x, 'gradients')", history) == [{"name": "conv_1", "points": [[2, 0.5]]}]


def test_the_matrix_is_that_of_the_epoch_or_of_the_last_before_it(modules: Page) -> None:
    found = call(modules, "history", "[0, 1, 2].map((epoch) => m.matrixAt(x, epoch))", {"epochs": EPOCHS})
    assert found == [None, *[{"epoch": 1, "matrix": [[3, 1], [0, 4]]}] * 2]


# ---- axes


NORMS_MODEL = "m.normsModel(x, 'weights', { layers: ['blue'] })"


def test_norms_are_called_by_the_words_of_a_page_and_not_by_the_layers_names(modules: Page) -> None:
    history = {
        "points": [],
        "marks": [],
        "about": {"titles": {"conv_1": "Convolution 1"}},
        "epochs": [{"epoch": 1, "norms": {"conv_1": {"weights": 2.0}}}],
    }
    model = call(modules, "chart/models", NORMS_MODEL, history)
    assert [line["label"] for line in model["lines"]] == ["Convolution 1"]
    assert model["words"] == "Norms of the weights after epoch 1: Convolution 1 2."


@pytest.mark.parametrize(
    ("low", "high", "count", "ticks"),
    [(0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 7.3, 4, [0, 2, 4, 6]), (-0.2, 0.2, 2, [-0.2, 0, 0.2]), (3, 3, 5, [3])],
)
def test_ticks_are_round_numbers_within_the_axis(
    modules: Page, low: float, high: float, count: int, ticks: list[float]
) -> None:
    assert call(modules, "chart/axes", "m.ticksOf(...x)", [low, high, count]) == pytest.approx(ticks)


def test_an_axis_holds_all_values_and_begins_at_nothing_where_none_is_below(modules: Page) -> None:
    cases = [
        [[1, 3], {}],
        [[-1, 1], {}],
        [[], {}],
        [[0, 0], {}],
        [[0.2], {"isShare": True}],
        [[10, 1000, 0], {"isLog": True}],
    ]
    found = call(modules, "chart/axes", "x.map(([values, options]) => m.rangeOf(values, options))", cases)
    assert found[0] == [0, pytest.approx(3.18)]
    assert found[1] == pytest.approx([-1.12, 1.12])
    assert found[2:5] == [[0, 1], [0, 1], [0, 1]]
    assert found[5] == pytest.approx([0.88, 3.12])


def test_labels_at_line_ends_keep_their_distance_and_stay_within_the_figure(modules: Page) -> None:
    script = "x.map((places) => m.spreadLabels(places, { least: 14, top: 10, bottom: 100 }))"
    found = call(modules, "chart/axes", script, [[50, 50], [99, 98, 97], [0], [20, 60]])
    assert found == [[50, 64], [100, 86, 72], [10], [20, 60]]


def test_a_long_line_is_thinned_to_what_can_be_seen_and_keeps_its_peaks_and_ends(modules: Page) -> None:
    points = [[i / 1000, float(i % 100)] for i in range(20_000)]
    points[7_777][1] = 500.0
    found = call(modules, "chart/axes", "m.thinned(x, (epoch) => 20 * epoch)", points)
    assert len(found) <= 4 * 400
    assert (found[0], found[-1]) == (points[0], points[-1])
    assert points[7_777] in found
    assert [x for x, _ in found] == sorted(x for x, _ in found)


@pytest.mark.parametrize("ground", [[255, 255, 255], [18, 22, 28], [242, 245, 249], [28, 35, 45]])
def test_lines_that_are_named_in_their_colour_can_be_read_in_both_themes(modules: Page, ground: list[int]) -> None:
    script = """async (ground) => {
        const { coloursOn } = await import("/live_run/chart/look.js");
        const { contrast } = await import("/shared/colours.js");
        const { train, batch, validation, layers } = coloursOn(ground);
        return [[train, validation, ...layers].map((colour) => contrast(colour, ground)), contrast(batch, ground)];
    }"""
    named, batch = modules.evaluate(script, ground)
    assert min(named) >= 4.5
    assert batch >= 3
    assert (
        modules.evaluate("async () => (await import('/shared/colours.js')).contrast([0, 0, 0], [255, 255, 255])") == 21
    )


# ---- what is said


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[3, 2], [1, 4]], "7 of 10 right. The commonest mistake: a taken for b, 2 times."),
        ([[4, 1], [0, 4]], "8 of 9 right. The commonest mistake: a taken for b, once."),
        ([[3, 1], [1, 4]], "7 of 9 right. No mistake stands out: 2 of them were made once each."),
        ([[3, 0], [0, 4]], "7 of 7 right."),
    ],
)
def test_one_mistake_is_called_the_commonest_only_where_one_is(modules: Page, matrix: list, words: str) -> None:
    assert call(modules, "../shared/net_view/matrix", "m.matrixWords(x, ['a', 'b'])", matrix) == words


def test_the_place_where_more_epochs_began_is_a_mark(modules: Page) -> None:
    mark = {"kind": "more", "epoch": 5, "value": None}
    assert call(modules, "words", "m.markWords(x)", mark) == "more epochs after epoch 5"


def test_the_figures_are_those_of_the_epoch_that_ended_last(modules: Page) -> None:
    history = {"epochs": EPOCHS[:1], "points": [[1.5, 0.1, 1.0, 0.05]], "head": HEAD, "about": ABOUT}
    found = {label: said for label, *said in call(modules, "words", "m.figuresOf(x)", history)}
    # the matrix has 8 images, 4 of each class: Wilson's interval of 0.3 of 8 is 0.096 to 0.634
    assert found.pop("Validation accuracy") == ["30.0\u202f%", "(9.6 to 63.4) of 8; guessing: 50.0\u202f%"]
    assert {label: text for label, (text,) in found.items()} == {
        "Images a second": "1,234",
        "Learning rate": "0.05",
        "Epochs done": "1 of 4",
        "Training loss": "2.00",
        "Training accuracy": "25.0\u202f%",  # not the last batch's 100%
        "Validation loss": "1.50",
    }
    nothing = call(modules, "words", "m.figuresOf({ epochs: [], points: [], head: null, about: null })")
    assert {text for _, text in nothing} == {"\u2013"}


@pytest.mark.parametrize(("accuracy", "num_images"), [(0.939, 360), (1.0, 3), (0.0, 40), (0.5, 1)])
def test_the_interval_of_an_accuracy_is_that_of_a_run_that_has_ended(
    modules: Page, accuracy: float, num_images: int
) -> None:
    found = call(modules, "../shared/numbers", "m.accuracyInterval(...x)", [accuracy, num_images])
    assert found == pytest.approx(list(accuracy_interval(accuracy, num_images)))


def test_the_figures_are_those_of_the_epoch_that_early_stopping_went_back_to(modules: Page) -> None:
    history = {"epochs": EPOCHS, "points": [], "marks": [], "head": {**HEAD, "kept": 1}, "about": ABOUT}
    found = {label: said for label, *said in call(modules, "words", "m.figuresOf(x)", history)}
    assert found["Epochs done"] == ["2 of 4", "net of epoch 1"]
    assert found["Training accuracy"] == ["25.0\u202f%"]
    assert found["Validation accuracy"][0] == "30.0\u202f%"
    model = call(modules, "chart/models", "m.rateModel(x, {}, {})", history)
    assert model["marks"] == [{"epoch": 1, "words": "net of epoch 1"}]


def test_guessing_is_the_largest_class_of_the_validation_and_before_that_what_the_server_expects(modules: Page) -> None:
    epochs = [{"epoch": 1, "confusion": [[3, 0, 0], [1, 4, 1], [0, 0, 1]]}, {"epoch": 2}]
    known = {"epochs": epochs, "about": {"guessing": 1 / 3}}
    assert call(modules, "history", "m.guessingOf(x)", known) == 0.6
    assert call(modules, "history", "m.guessingOf(x)", {**known, "epochs": []}) == 1 / 3
    assert call(modules, "history", "m.guessingOf(x)", {"epochs": [], "about": None}) is None


@pytest.mark.parametrize(("is_balanced", "words"), [(True, "about"), (False, "at least")])
def test_before_the_first_validation_guessing_is_only_expected_and_after_it_measured(
    modules: Page, is_balanced: bool, words: str
) -> None:
    about = {"guessing": 0.1, "balanced": is_balanced}
    assert call(modules, "words", "m.guessingWords(x)", {"epochs": [], "about": about}) == (
        f"guessing: {words} 10\u202f%"
    )
    epochs = [{"epoch": 1, "confusion": [[37, 0], [0, 323]]}]
    assert call(modules, "words", "m.guessingWords(x)", {"epochs": epochs, "about": about}) == "guessing: 89.7\u202f%"
    assert call(modules, "words", "m.guessingWords(x)", {"epochs": [], "about": None}) is None


def test_guessing_is_a_line_across_the_accuracy_only(modules: Page) -> None:
    look = {"train": "", "batch": "", "validation": "", "layers": [""]}
    options = {"smoothing": 0, "isLog": False, "marksCrossing": False}
    history = {"points": [], "epochs": EPOCHS, "marks": [], "about": ABOUT}
    script = "['accuracy', 'loss'].map((metric) => m.metricModel(x.history, metric, x.look, x.options).levels)"
    levels = call(modules, "chart/models", script, {"history": history, "look": look, "options": options})
    assert levels == [[{"value": 0.5, "words": "guessing: 50.0\u202f%"}], []]


def test_the_words_of_guessing_stand_beside_the_figure_and_not_on_its_lines(modules: Page) -> None:
    model = {
        "lines": [
            {"points": [[1, 0.3], [2, 0.5]], "label": "training 50 %", "colour": "blue"},
            {"points": [], "label": ""},
        ],
        "levels": [{"value": 0.5, "words": "guessing: 50 %"}],
    }
    assert call(modules, "chart/chart", "m.labelled(x, {muted: 'grey'})", model) == [
        {"label": "training 50 %", "colour": "blue", "value": 0.5},
        {"label": "guessing: 50 %", "colour": "grey", "value": 0.5},
    ]
    drawn = """(() => {
        const told = [];
        const context = new Proxy({}, { get: (_, name) => (...rest) => told.push(name), set: () => true });
        m.drawLevel(context, { y: (value) => value, left: 0, end: 9 }, {}, { value: 0.5, words: "guessing" });
        return told;
    })()"""
    told = call(modules, "chart/strokes", drawn)
    assert "stroke" in told
    assert "fillText" not in told


def test_one_batch_an_epoch_has_no_line_of_its_own(modules: Page) -> None:
    """It has the numbers of the epochs again, and would seem to be a second training line half an epoch later."""
    look = {"train": "t", "batch": "b", "validation": "v", "layers": [""]}
    options = {"smoothing": 0, "isLog": False, "marksCrossing": False}
    script = (
        "m.metricModel(x.history, 'loss', x.look, x.options).lines.map(({ name, points }) => [name, points.length])"
    )

    def lines(points: list) -> list:
        history = {"points": points, "epochs": EPOCHS, "marks": [], "about": ABOUT}
        return call(modules, "chart/models", script, {"history": history, "look": look, "options": options})

    assert lines([[1, 2.0, 0.2, 0.1], [2, 0.5, 0.7, 0.1]]) == [["training", 2], ["validation", 2]]
    four = [[place / 2, 1.0, 0.5, 0.1] for place in range(1, 5)]
    assert lines(four) == [["each batch", 4], ["training", 2], ["validation", 2]]


def test_a_curve_is_told_in_a_sentence(modules: Page) -> None:
    history = {"points": [[0.5, 2.5, 0.1, 0.1]], "epochs": EPOCHS}
    assert call(modules, "words", "m.curveWords(x, 'accuracy')", history) == (
        "Curve of the accuracy over 2 epochs: training went from 25.0\u202f% to 75.0\u202f% (best 75.0\u202f% in epoch "
        "2); "
        "validation went from 30.0\u202f% to 60.0\u202f% (best 60.0\u202f% in epoch 2)."
    )
    assert call(modules, "words", "m.curveWords(x, 'loss')", {**history, "epochs": []}) == (
        "Curve of the loss: no epoch has ended yet; the last batch has 2.50."
    )


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ({"kind": "lost", "epoch": 4, "value": None}, "worker lost, goes on after epoch 4"),
        ({"kind": "lost", "epoch": 4.25, "value": None}, "worker lost, goes on in epoch 5 (after 4.25 epochs)"),
        ({"kind": "lost", "epoch": 0, "value": None}, "worker lost, goes on at the start"),
        ({"kind": "rewind", "epoch": 2, "value": None}, "back to the end of epoch 2"),
        ({"kind": "rewind", "epoch": 0, "value": None}, "back to the start"),
        ({"kind": "rate", "epoch": 1.5, "value": 0.0005}, "rate 0.0005"),
    ],
)
def test_a_mark_says_what_happened(modules: Page, mark: dict, words: str) -> None:
    assert call(modules, "words", "m.markWords(x)", mark) == words


@pytest.mark.parametrize(
    ("epoch", "place"),
    [(16, "after epoch 16"), (16.4, "in epoch 17 (after 16.4 epochs)"), (15.9999, "in epoch 16 (after 15.99 epochs)")],
)
def test_the_place_of_a_mark_names_the_epoch_that_it_changes(modules: Page, epoch: float, place: str) -> None:
    mark = {"kind": "rate", "epoch": epoch, "value": 0.002}
    assert call(modules, "words", "m.markLine(x)", mark) == f"Rate 0.002 {place}"
    assert Mark("rate", epoch, 0.002).where == place, "and in a report or a comparison in the same words"


def test_axes_go_as_far_as_the_run_and_a_run_that_diverged_is_shown_by_powers_of_ten(modules: Page) -> None:
    look = {"train": "", "batch": "", "validation": "", "layers": [""]}
    options = {"smoothing": 0, "isLog": False, "marksCrossing": False}
    points = [[0.05, 2.3, 0.1, 9], [0.1, 3e6, 0.1, 9]]
    history = {"points": points, "epochs": [], "marks": [{"kind": "rate", "epoch": 0.05, "value": 9}], "about": ABOUT}
    script = "m.metricModel(x.history, 'loss', x.look, x.options)"
    model = call(modules, "chart/models", script, {"history": history, "look": look, "options": options})
    assert (model["x"], model["isLog"]) == ([0, 1], False)
    assert [line["label"] for line in model["lines"]] == ["batch 3e6", "", ""]
    assert model["marks"] == [{"epoch": 0.05, "words": "rate 9"}]
    history["head"] = {**HEAD, "position": 0.1, "diverged": True}
    model = call(modules, "chart/models", script, {"history": history, "look": look, "options": options})
    assert (model["x"], model["isLog"]) == ([0, 0.1], True)
    waiting = {"points": [], "epochs": [], "marks": [], "about": ABOUT}
    assert call(modules, "chart/models", script, {"history": waiting, "look": look, "options": options})["x"] == [0, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"epochs": EPOCHS},
            ["After epoch 2 of 4: training accuracy 75.0\u202f%, validation accuracy 60.0\u202f%.", True],
        ),
        ({"head": {**HEAD, "paused": True}}, ["The training is held.", False]),
        (
            {"marks": [{"kind": "lost", "epoch": 1, "value": None}]},
            ["The training: worker lost, goes on after epoch 1.", False],
        ),
        ({"points": [[0.5, 1, 1, 1]]}, ["", False]),
    ],
)
def test_epochs_holds_and_marks_are_said_aloud_and_no_single_batch(modules: Page, change: dict, said: list) -> None:
    known = {"epochs": EPOCHS[:1], "marks": [], "head": HEAD, "points": [], "about": ABOUT}
    script = "m.newsWords({ ...x[0], epochs: x[0].epochs.length }, x[1])"
    assert call(modules, "words", script, [known, {**known, **change}]) == said
    assert call(modules, "words", script, [{**known, "head": None}, {**known, **change}]) == ["", False]


def test_of_a_held_training_that_is_let_go_it_is_said_whether_it_goes_on_or_has_ended(modules: Page) -> None:
    known = {"epochs": [], "marks": [], "head": {**HEAD, "paused": True}, "points": [], "about": ABOUT}
    script = "m.newsWords({ ...x, epochs: 0, marks: 0 }, { ...x, head: { ...x.head, paused: false, moves: %s } })"
    said = {moves: call(modules, "words", script % moves, known)[0] for moves in ("true", "false")}
    assert said == {"true": "The training goes on.", "false": "The training has ended."}


# ---- the panel


@pytest.fixture
def panel(modules: Page, give: Callable[[str, Any], Locator]) -> Callable[..., Locator]:
    """The panel with a connection that the test plays: `socket` is the newest, `opened` are all their addresses."""
    modules.evaluate("""() => {
      localStorage.clear();
      window.opened = [];
      window.WebSocket = class extends EventTarget {
        constructor(url) { super(); window.socket = this; opened.push(String(url)); }
        close() { this.isClosed = true; this.dispatchEvent(new Event("close")); }
        tell(message) { this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) })); }
      };
    }""")

    def panel(state: str = "running", url: str = "/live/one?ticket=t", run: str = "one") -> Locator:
        return give("live_run", {"run": run, "url": url, "state": state, "moves": state == "running", "own": True})

    return panel


def tell(page: Page, news: dict[str, Any]) -> None:
    page.evaluate("(news) => socket.tell(news)", news)


def sent(page: Page) -> list:
    return page.evaluate("() => sent")


def test_the_panel_appends_what_it_is_told(panel: Callable[..., Locator]) -> None:
    place = panel()
    page = place.page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD, marks=[], findings=[]))
    expect(place.get_by_text("Epoch 1 of 4, batch 1 of 2")).to_be_visible()
    assert place.get_by_role("progressbar").get_attribute("aria-valuenow") == "10"
    expect(place.get_by_role("img", name="Curve of the loss: no epoch has ended yet")).to_be_visible()
    tell(page, message(2, epochs=EPOCHS[:1]))
    expect(place.get_by_role("img", name="training went from 25.0\u202f% to 25.0\u202f%")).to_be_visible()
    expect(place.get_by_role("status")).to_have_text(
        "After epoch 1 of 4: training accuracy 25.0\u202f%, validation accuracy 30.0\u202f%."
    )
    expect(place.locator("dd").nth(4)).to_have_text("25.0\u202f%")
    assert page.evaluate("() => root.querySelector('section').liveRun.history.points.length") == 2
    place.get_by_role("button", name="confusion matrix").click()
    expect(place.get_by_role("img", name="Confusion matrix after epoch 1: 7 of 8 right")).to_be_visible()


WAIT_BY_HAND = """() => {
  Object.assign(window, { waits: [], asking: setTimeout });
  window.setTimeout = (act, wait) => (wait < 4000 ? asking(act, wait) : (window.goOn = act, waits.push(wait)));
}"""


@pytest.fixture
def waits_by_hand(modules: Page) -> Iterator[None]:
    """What is to come after four seconds or more comes when a test says so (`goOn`), on a busy machine, too."""
    modules.evaluate(WAIT_BY_HAND)
    yield
    modules.evaluate("() => { window.setTimeout = asking; }")


@pytest.mark.usefixtures("waits_by_hand")
def test_the_page_is_asked_for_once_where_the_run_needs_other_buttons(panel: Callable[..., Locator]) -> None:
    place = panel()
    page = place.page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    assert sent(page) == []
    for number in range(3):
        tell(page, message(2 + number, head={**HEAD, "state": "paused"}))
    assert sent(page) == [["state", "paused"]]
    panel("paused")
    tell(page, message(6, head={**HEAD, "state": "paused", "share": 0.2}))
    assert sent(page) == [["state", "paused"]]
    assert len(page.evaluate("() => opened")) == 1, "a page that ran anew leaves the connection as it is"


@pytest.mark.usefixtures("waits_by_hand")
def test_a_page_that_was_drawn_for_a_state_that_is_over_by_then_is_asked_for_again(
    panel: Callable[..., Locator],
) -> None:
    """A step: the page hears that the run goes on, and reads it; the run is held again before the page stands."""
    page = panel("paused").page
    held, runs = {**HEAD, "state": "paused", "paused": True}, HEAD
    tell(page, message(1, anew=True, about=ABOUT, head=held))
    tell(page, message(2, head=runs))
    tell(page, message(3, head=held))
    assert sent(page) == [["state", "running"]]
    panel("running")  # and nothing more is told: it is held
    page.wait_for_function("() => sent.length === 2")
    assert sent(page) == [["state", "running"], ["state", "paused"]]
    panel("paused")
    tell(page, message(4, head=runs))
    assert sent(page)[2:] == [["state", "running"]], "at once, though it was asked for this state before"


@pytest.mark.usefixtures("waits_by_hand")
def test_a_page_that_a_busy_server_draws_slowly_is_asked_for_less_and_less_often(
    panel: Callable[..., Locator],
) -> None:
    """Each time it begins anew: asked for every four seconds, one that takes five would never stand."""
    page = panel().page
    tell(page, message(1, anew=True, about=ABOUT, head={**HEAD, "state": "paused"}))
    for _ in range(3):
        page.evaluate("() => goOn()")
    assert page.evaluate("() => waits") == [4_000, 8_000, 16_000, 32_000]
    assert sent(page) == [["state", "paused"]] * 4
    panel("paused")
    tell(page, message(2, head=HEAD))
    assert page.evaluate("() => waits.at(-1)") == 4_000


def test_a_page_that_knows_more_than_the_panel_is_not_asked_for(panel: Callable[..., Locator]) -> None:
    page = panel().page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    panel("paused")
    tell(page, message(2, head={**HEAD, "state": "paused"}))
    wait_in_page(page, 1_300)  # longer than it waits for news
    assert sent(page) == []


@pytest.mark.usefixtures("waits_by_hand")
def test_a_page_that_is_just_being_left_by_a_link_is_not_asked_for(panel: Callable[..., Locator]) -> None:
    page = panel().page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    page.evaluate("""() => {
      const link = document.body.appendChild(Object.assign(document.createElement("a"), { href: "#elsewhere" }));
      link.click();
      link.remove();
      history.replaceState(null, "", "/"); // the page is other tests' too
      const clicked = performance.now();
      window.standAt = (wait) => (performance.now = () => clicked + wait);
      standAt(1);
    }""")
    tell(page, message(2, head={**HEAD, "state": "paused"}))
    assert sent(page) == []
    page.evaluate("() => { standAt(6000); }")
    tell(page, message(3, head={**HEAD, "state": "paused"}))
    page.evaluate("() => delete performance.now")
    assert sent(page) == [["state", "paused"]], "it was not left after all"


def test_nothing_is_asked_of_the_server_when_the_run_has_ended(panel: Callable[..., Locator]) -> None:
    page = panel().page
    tell(page, message(1, anew=True, about=ABOUT, head={**HEAD, "state": "finished", "moves": False}))
    assert page.evaluate("() => socket.isClosed") is True
    page.wait_for_timeout(700)  # longer than the first try again
    assert len(page.evaluate("() => opened")) == 1


def test_a_lost_connection_comes_back_from_where_it_was(panel: Callable[..., Locator]) -> None:
    page = panel().page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    page.evaluate("() => socket.close()")
    page.wait_for_function("() => opened.length === 2")
    assert page.evaluate("() => opened[1]").endswith("/live/one?ticket=t&at=a-1-0")


def test_a_run_that_is_gone_is_said_and_not_asked_for_again(panel: Callable[..., Locator]) -> None:
    place = panel()
    page = place.page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    page.evaluate("() => socket.dispatchEvent(new CloseEvent('close', { code: 1008 }))")
    expect(place.locator('[data-id="trouble"]')).to_contain_text("This run was deleted, or it is not shared with you")
    expect(place.locator('[data-id="progress"]')).to_be_hidden()
    page.wait_for_timeout(700)  # after 500 ms it would have been asked again
    assert page.evaluate("() => opened.length") == 1


def test_a_hidden_tab_asks_nothing_and_goes_on_when_it_is_seen(panel: Callable[..., Locator]) -> None:
    page = panel().page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    hide = """(isHidden) => {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    assert page.evaluate("() => socket.isClosed") is True
    page.wait_for_timeout(700)
    assert len(page.evaluate("() => opened")) == 1
    page.evaluate(hide, False)
    assert page.evaluate("() => opened.length") == 2
    page.evaluate("() => delete document.hidden")


def test_new_epochs_are_told_to_the_maps_beside_the_curves(panel: Callable[..., Locator]) -> None:
    page = panel().page
    page.evaluate("() => document.addEventListener('cnnviz-stops', ({ detail }) => (window.heard = detail))")
    stops = [{"title": "Epoch 1", "url": "/nets/one"}]
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD, stops=stops))
    assert page.evaluate("() => heard") == {"run": "one", "stops": stops}


def test_maps_that_come_later_are_told_the_epochs_so_far_if_these_go_on_from_what_they_know(
    panel: Callable[..., Locator],
) -> None:
    page = panel().page
    stops = [{"title": f"Epoch {number}", "url": f"/nets/{number}"} for number in (1, 2)]
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD, stops=stops))
    ask = """(newest) => {
      window.heard = null;
      const hear = ({ detail }) => (window.heard = detail);
      document.addEventListener("cnnviz-stops", hear);
      document.dispatchEvent(new CustomEvent("cnnviz-stops-wanted", { detail: newest }));
      document.removeEventListener("cnnviz-stops", hear);
      return heard;
    }"""
    assert page.evaluate(ask, "/nets/1") == {"run": "one", "stops": stops}
    assert page.evaluate(ask, "/nets/3") is None, "the page has given them more than the panel was told"


def test_what_keeps_the_results_and_what_goes_wrong_is_said(panel: Callable[..., Locator]) -> None:
    place = panel()
    finding = {
        "kind": "overfitting",
        "title": "It <b>overfits</b>",
        "evidence": "The gap grows.",
        "advice": "Stop earlier.",
    }
    other = {"kind": "dead_relus", "title": "Many ReLUs are dead", "evidence": "90\u202f% of conv_1.", "advice": ""}
    head = {**HEAD, "trouble": "The disk is full."}
    tell(place.page, message(1, anew=True, about=ABOUT, head=head, findings=[finding, other]))
    expect(place.get_by_role("alert")).to_have_text("The disk is full.")
    expect(place.locator(".finding").first).to_have_text("It <b>overfits</b>. The gap grows. Stop earlier.")
    expect(place.get_by_text("90\u202f% of conv_1.")).to_be_hidden()
    place.get_by_text("Also noticed (1)").click()
    expect(place.locator(".finding").nth(1)).to_have_text("Many ReLUs are dead. 90\u202f% of conv_1.")
    tell(place.page, message(2, head=HEAD, findings=[]))
    expect(place.get_by_role("alert")).to_have_count(0)
    expect(place.locator(".finding")).to_have_count(0)


def test_the_panel_of_another_run_begins_anew(panel: Callable[..., Locator]) -> None:
    page = panel().page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    panel(url="/live/two?ticket=t", run="two")
    assert page.evaluate("() => root.querySelector('section').liveRun.history.points") == []
    assert page.evaluate("() => opened[1]").endswith("/live/two?ticket=t")


def paints(page: Page) -> int:
    """How many pictures of curves and matrices have been drawn; counted from the first call on."""
    return page.evaluate("""() => {
      if (window.paints === undefined) {
        window.paints = 0;
        const { clearRect } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.clearRect = function (...args) {
          window.paints++;
          return clearRect.apply(this, args);
        };
      }
      return window.paints;
    }""")


PLACES = """() => [...root.querySelector("section").liveRun.charts.values()].map((chart) => {
  const context = document.createElement("canvas").getContext("2d");
  const { left, end, x } = chart.layOut(context);
  return [left, end, x(1), chart.canvas.clientWidth];
})"""
# in each millisecond or so of the 180 and a little more
PLACES_OF_A_GLIDE = f"""async () => {{
  const found = [];
  for (const start = performance.now(); performance.now() - start < 400;) {{
    found.push(({PLACES})());
    await new Promise((done) => setTimeout(done));
  }}
  return found;
}}"""


def test_an_epoch_stands_at_one_place_in_the_loss_and_the_accuracy(panel: Callable[..., Locator]) -> None:
    place = panel()
    page = place.page
    for number in range(1, 5):
        epochs = [{**EPOCHS[0], "epoch": number, "loss": 12345.6 / number}]
        tell(page, message(2 * number, anew=number == 1, about=ABOUT, head=HEAD, epochs=epochs))
        for loss, accuracy in page.evaluate(PLACES_OF_A_GLIDE):
            assert loss == pytest.approx(accuracy, abs=0.01)
    loss, accuracy = page.evaluate(PLACES)
    assert loss == pytest.approx(accuracy, abs=0.01)


TICKS = """() => {
  const said = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) { said.push([String(text), Math.round(y)]); };
  const [chart] = root.querySelector("section").liveRun.charts.values();
  chart.draw();
  CanvasRenderingContext2D.prototype.fillText = fillText;
  const lowest = Math.max(...said.map(([, y]) => y));
  return said.filter(([, y]) => y === lowest).map(([text]) => text);
}"""


def test_eight_epochs_have_a_tick_each_second_one_on_a_phone(panel: Callable[..., Locator]) -> None:
    page = panel().page
    page.set_viewport_size({"width": 375, "height": 800})
    try:
        epochs = [{**EPOCHS[0], "epoch": number} for number in range(1, 9)]
        tell(page, message(16, anew=True, about={**ABOUT, "epochs": 8}, head=HEAD, epochs=epochs))
        assert page.evaluate(TICKS) == ["0", "2", "4", "6", "8", "epoch"]
    finally:
        page.set_viewport_size({"width": 1400, "height": 900})


def test_curves_out_of_sight_are_no_wider_than_the_window_that_became_narrow(panel: Callable[..., Locator]) -> None:
    place = panel()
    page = place.page
    tell(page, message(8, anew=True, about=ABOUT, head=HEAD, epochs=EPOCHS))
    expect(place.locator(".chart canvas").first).to_be_visible()
    page.evaluate("() => { root.host.style.paddingTop = '5000px'; }")
    wait_for_frames(page)
    page.set_viewport_size({"width": 375, "height": 800})
    try:
        wait_for_frames(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 375
    finally:
        page.set_viewport_size({"width": 1400, "height": 900})


def test_a_picture_in_which_nothing_moves_is_not_drawn_again(panel: Callable[..., Locator]) -> None:
    place = panel()
    page = place.page
    tell(page, message(8, anew=True, about=ABOUT, head=HEAD, epochs=EPOCHS))
    place.get_by_role("button", name="confusion matrix").click()
    wait_in_page(page, 400)  # a glide is done
    before = paints(page)
    for _ in range(3):
        tell(page, {"at": "a-8-2", "anew": False, "points": [], "epochs": [], "head": {**HEAD, "words": "Another"}})
    expect(place.get_by_text("Another")).to_be_visible()
    assert paints(page) == before
    tell(page, message(9))
    until(lambda: paints(page) > before)


def test_a_figure_that_goes_out_of_sight_and_back_at_once_is_drawn_with_what_comes_then(
    panel: Callable[..., Locator],
) -> None:
    """As when the page puts the panel in another place: a browser may tell both in one call, the newest last."""
    page = panel().page
    page.evaluate("""() => {
      window.told = [];
      window.Before = IntersectionObserver;
      window.IntersectionObserver = class { constructor(tell) { told.push(tell); } observe() {} disconnect() {} };
    }""")
    try:
        tell(page, message(8, anew=True, about=ABOUT, head=HEAD, epochs=EPOCHS))
        page.evaluate("() => told.forEach((tell) => tell([false, true].map((isIntersecting) => ({ isIntersecting }))))")
        more = [{**EPOCHS[1], "epoch": number} for number in range(3, 9)]
        tell(page, message(16, about={**ABOUT, "epochs": 8}, epochs=more))
        wait_in_page(page, 400)  # a glide is done
        before = paints(page)
        page.evaluate("() => [...root.querySelector('section').liveRun.charts.values()].forEach((one) => one.draw())")
        assert paints(page) == before + 2, "the loss and the accuracy"
    finally:
        page.evaluate("() => { window.IntersectionObserver = Before; }")


def test_while_a_run_is_held_no_timer_and_no_frame_is_left(panel: Callable[..., Locator]) -> None:
    place = panel("paused")
    page = place.page
    tell(page, message(1, anew=True, about=ABOUT, head=HEAD))
    tell(page, message(2, head={**HEAD, "state": "paused", "paused": True, "words": "Held"}))
    expect(place.locator("[data-id=words]")).to_have_text("Held")
    expect(place.get_by_role("status")).to_have_text("The training is held.")
    wait_in_page(page, 700)
    page.evaluate("""() => {
      Object.assign(window, { asked: 0, asking: {} });
      for (const name of ["setTimeout", "setInterval", "requestAnimationFrame"]) {
        const ask = (asking[name] = window[name]);
        window[name] = (...args) => { window.asked++; return ask(...args); };
      }
    }""")
    before = paints(page)
    page.wait_for_timeout(700)
    page.evaluate("() => Object.assign(window, asking)")
    assert (page.evaluate("() => asked"), paints(page)) == (0, before)
    assert page.evaluate("() => root.querySelector('section').getAnimations({ subtree: true }).length") == 0


def test_words_change_twice_a_second_and_at_once_where_an_epoch_ends(panel: Callable[..., Locator]) -> None:
    place = panel()
    words = place.locator("[data-id=words]")
    page = place.page
    heads = [{**HEAD, "words": f"batch {number}"} for number in (1, 2, 3, 4)]
    first = message(1, anew=True, about=ABOUT, head=heads[0])
    others = [message(2, head=heads[1]), message(3, head=heads[2]), message(4, head=heads[3], epochs=EPOCHS[:1])]
    read = page.evaluate(
        """(all) => all.map((news) => {
          socket.tell(news);
          return root.querySelector("[data-id=words]").textContent;
        })""",
        [first, *others],
    )
    assert read == ["batch 1", "batch 1", "batch 1", "batch 4"]
    tell(page, message(5, head={**HEAD, "words": "the last"}))
    expect(words).to_have_text("the last")


def test_lines_are_named_at_their_end_and_only_the_others_in_a_legend(panel: Callable[..., Locator]) -> None:
    place = panel()
    tell(place.page, message(1, anew=True, about=ABOUT, head=HEAD))
    expect(place.locator(".legend-item")).to_have_count(0)  # "batch 2.00" stands at its end
    tell(place.page, message(2, epochs=EPOCHS))
    expect(place.locator(".legend-item")).to_have_text(["each batch", "each batch"])


def test_marks_have_their_words_above_the_figure_where_they_cover_no_curve(panel: Callable[..., Locator]) -> None:
    place = panel()
    canvas = place.locator(".chart canvas").first
    tell(place.page, message(1, anew=True, about=ABOUT, head=HEAD, marks=[]))
    heights = [canvas.bounding_box()["height"]]
    for count in (1, 2, 3, 4):
        marks = [{"kind": "rate", "epoch": number / 8, "value": 0.1} for number in range(count)]
        tell(place.page, message(1 + count, marks=marks))
        wait_in_page(place.page, 300)
        heights.append(canvas.bounding_box()["height"])
    grown = [height - heights[0] for height in heights]
    assert grown == [0, 20, 35, 50, 50], "the newest three; what an older one says is told where the mouse is"


def test_marks_of_which_some_have_no_words_in_the_figures_are_listed_below_them(panel: Callable[..., Locator]) -> None:
    place = panel()
    marks = [{"kind": "rate", "epoch": number / 8, "value": 0.1 / (number + 1)} for number in range(3)]
    tell(place.page, message(1, anew=True, about=ABOUT, head=HEAD, marks=marks))
    summary = place.get_by_text("marks in the figures")
    expect(place.locator(".legend, .readout").first).to_be_attached()
    expect(summary).to_be_hidden()
    tell(place.page, message(2, marks=[*marks, {"kind": "back", "epoch": 1, "value": None}]))
    expect(summary).to_have_text("All 4 marks in the figures")
    summary.click()
    said = [
        "Rate 0.1 at the start",
        "Rate 0.05 in epoch 1 (after 0.13 epochs)",
        "Rate 0.0333 in epoch 1 (after 0.25 epochs)",
        "Back to the end of epoch 1",
    ]
    expect(place.get_by_role("listitem")).to_have_text(said)
