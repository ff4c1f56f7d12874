"""The test images as points: against Keras, scikit-learn and brute force."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sklearn.decomposition import PCA

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.engine.long.answers import pack_answer
from cnnviz.inspection.projection import embed, nearest
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.net_file import pack_images
from tests.js.conftest import ORIGIN, wait_for_frames
from tests.js.inside_net.nets import CLASSES, Sample, make
from tests.js.inside_net.test_touch_picture import assert_axe_finds_nothing

READY = """(root) => {
  const part = root.insideNet.parts.find((one) => one.neighbours);
  const isStale = part.card.root.classList.contains("stale"); // what stood there before, until the net has answered
  return part.arrangement && part.set && !part.said.textContent && !isStale;
}"""
STATE = """(root) => {
  const { set, arrangement, card, layer } = root.insideNet.parts.find((one) => one.neighbours);
  const { points, shares } = arrangement;
  const { live, seen } = card.scatter;
  return { points: [...points], shares, layer: layer.name, live: live.place, rows: [...set.rows], seen };
}"""


def opened(show: Callable, sample: Sample, **data: Any) -> Locator:
    place = show(sample, screen="embedding", **data)
    expect(place.locator(".embedding")).to_be_visible()
    arranged(place)
    return place


def arranged(place: Locator) -> dict[str, Any]:
    place.page.wait_for_function(f"({READY})(root.querySelector('section'))")
    state = place.evaluate(STATE)
    return {**state, "points": np.reshape(state["points"], (-1, 3))}


def features(sample: Sample, name: str, images: np.ndarray | None = None) -> np.ndarray:
    probe = keras.Model(sample.model.inputs[0], sample.model.get_layer(name).output)
    values = np.asarray(probe(sample.images if images is None else images, training=False))
    return values.mean(axis=(1, 2)) if values.ndim == 4 else values


def assert_principal(points: np.ndarray, rows: np.ndarray, dimensions: int) -> None:
    expected = PCA(dimensions, svd_solver="full").fit_transform(rows.astype(np.float64))
    signs = np.sign((points[:, :dimensions] * expected).sum(axis=0))
    assert np.abs(points[:, :dimensions] * signs - expected).max() <= 1e-4 * np.abs(expected).max()
    assert not points[:, dimensions:].any()


def shown_neighbours(place: Locator) -> list[int]:
    buttons = place.locator(".neighbour-list .image-button").filter(visible=True)
    labels = buttons.evaluate_all("(all) => all.map((one) => one.ariaLabel)")
    return [int(re.match(r"Test image (\d+):", label).group(1)) - 1 for label in labels]


def choose_layer(place: Locator, name: str) -> dict[str, Any]:
    place.locator(".embedding-bar select").first.select_option(name)
    chosen = "(name) => root.querySelector('section').insideNet.parts.find((one) => one.neighbours).layer.name === name"
    place.page.wait_for_function(chosen, arg=name)
    return arranged(place)


def test_the_points_are_the_principal_components_of_the_penultimate_layer(show: Callable, plain: Sample) -> None:
    place = opened(show, plain)
    state = arranged(place)
    assert state["layer"] == "flatten_1"
    rows = features(plain, "flatten_1")
    assert_principal(state["points"], rows, 2)
    shares = PCA(2, svd_solver="full").fit(rows.astype(np.float64)).explained_variance_ratio_
    assert np.allclose(state["shares"], shares, atol=1e-5)
    expect(place.locator(".embedding-under")).to_contain_text(f"These 2 directions show {100 * shares.sum():.0f} %")
    place.locator("[data-dimensions='3']").click()
    wait_for_frames(place.page)
    assert_principal(arranged(place)["points"], rows, 3)


def test_maps_are_averaged_over_their_places(show: Callable, every_kind: Sample) -> None:
    place = opened(show, every_kind)
    assert arranged(place)["layer"] == "dense_1"
    state = choose_layer(place, "conv_1")
    rows = features(every_kind, "conv_1")
    assert np.allclose(np.reshape(state["rows"], rows.shape), rows, rtol=1e-4, atol=1e-4 * np.abs(rows).max())
    assert_principal(state["points"], rows, 2)
    expect(place.locator(".embedding-under")).to_contain_text("maps, each by its mean")


def test_the_nearest_are_those_of_brute_force_without_the_picture_itself(show: Callable, plain: Sample) -> None:
    place = opened(show, plain, index=3)
    rows = features(plain, "flatten_1")
    for metric in ("cosine", "euclidean"):
        place.locator(".embedding-metric select").select_option(metric)
        order = nearest(rows, rows[3], 9, metric=metric)[0]
        assert shown_neighbours(place) == [one for one in order if one != 3]


def test_the_counterfactual_is_the_nearest_of_another_class_than_the_net_says(show: Callable, plain: Sample) -> None:
    place = opened(show, plain, index=4)
    rows = features(plain, "flatten_1")
    said = int(np.asarray(plain.model(plain.images[4:5])).argmax())
    expect(place.locator(".counterfactual h3")).to_have_text(f"The nearest that is no {CLASSES[said]}")
    order = nearest(rows, rows[4], 12)[0]
    expected = next(one for one in order if one != 4 and plain.labels[one] != said)
    assert (
        place.locator(".counterfactual .image-button")
        .get_attribute("aria-label")
        .startswith(f"Test image {expected + 1}:")
    )


def test_the_picture_stands_where_its_features_are_projected_in_the_same_frame(show: Callable, plain: Sample) -> None:
    place = opened(show, plain, index=2)
    state = arranged(place)
    assert np.allclose(state["live"], state["points"][2], atol=1e-3)
    moved = place.evaluate("""async (root) => {
      const app = root.insideNet;
      app.show({ pixels: app.state.values.picture.pixels.map((value) => 255 - value), name: "drawn" });
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return app.parts.find((one) => one.neighbours).card.scatter.live.place;
    }""")
    rows, other = features(plain, "flatten_1"), features(plain, "flatten_1", 255 - plain.images[2:3])
    axes = PCA(2, svd_solver="full").fit(rows.astype(np.float64))
    signs = np.sign((state["points"][:, :2] * axes.transform(rows)).sum(axis=0))
    assert np.allclose(moved[:2], axes.transform(other)[0] * signs, atol=1e-3 * np.abs(state["points"]).max())


def test_a_net_that_is_changed_by_hand_arranges_them_anew(show: Callable, plain: Sample) -> None:
    place = opened(show, plain)
    place.evaluate("(root) => root.insideNet.toggleUnit(4, 2)")
    wait_for_frames(place.page)
    rows = features(plain, "flatten_1").copy()
    rows[:, 2::5] = 0
    assert_principal(arranged(place)["points"], rows, 2)


def test_who_leaves_before_they_are_arranged_anew_finds_them_so_on_coming_back(show: Callable, plain: Sample) -> None:
    place = opened(show, plain)
    place.evaluate("""({ insideNet: app }) => {
      const { calculator } = app;
      app.calculator = { of: () => new Promise(() => {}) }; // it is on its way
      app.toggleUnit(4, 2);
      app.state.change({ screen: "net" });
      app.calculator = calculator;
      app.state.change({ screen: "embedding" });
    }""")
    rows = features(plain, "flatten_1").copy()
    rows[:, 2::5] = 0
    assert_principal(arranged(place)["points"], rows, 2)


def test_a_click_on_a_point_looks_at_that_image(show: Callable, plain: Sample) -> None:
    place = opened(show, plain)
    seen = arranged(place)["seen"]
    number = max(
        range(1, 12), key=lambda i: min(np.hypot(*np.subtract(seen[i][:2], seen[j][:2])) for j in range(12) if j != i)
    )
    place.locator(".embedding-canvas").click(position={"x": seen[number][0], "y": seen[number][1]})
    expect(place.locator(".seen-name")).to_contain_text(f"Test image {number + 1}:")


def test_a_lasso_around_all_counts_them_by_class_and_answer(show: Callable, plain: Sample) -> None:
    place = opened(show, plain)
    place.get_by_label("Lasso: choose images by a line around them").click()
    box = place.locator(".embedding-canvas").bounding_box()
    mouse = place.page.mouse
    mouse.move(box["x"] + 2, box["y"] + 60)
    mouse.down()
    for x, y in ((2, box["height"] - 2), (box["width"] - 2, box["height"] - 2), (box["width"] - 2, 2), (2, 2)):
        mouse.move(box["x"] + x, box["y"] + y)
    mouse.up()
    chosen = place.locator(".chosen")
    expect(chosen).to_contain_text("12 images chosen, 4 of them mistaken by the net.")
    for label, count in zip(*np.unique(plain.labels, return_counts=True), strict=True):
        expect(chosen).to_contain_text(f"{CLASSES[label]} ({count})")
    assert chosen.locator(".image-button").count() == 12
    place.get_by_role("button", name="Choose none").click()
    expect(chosen).to_be_hidden()


def test_keys_turn_the_points_in_three_dimensions_and_move_them_in_two(show: Callable, plain: Sample) -> None:
    place = opened(show, plain)
    view = "(root) => ({ ...root.insideNet.parts.find((one) => one.neighbours).card.scatter.view })"
    before = place.evaluate(view)
    place.locator(".embedding-canvas").press("ArrowLeft")
    after = place.evaluate(view)
    assert after["x"] != before["x"]
    assert after["yaw"] == before["yaw"]
    place.locator("[data-dimensions='3']").click()
    wait_for_frames(place.page)
    arranged(place)
    before = place.evaluate(view)
    place.locator(".embedding-canvas").press("ArrowLeft")
    place.locator(".embedding-canvas").press("+")
    after = place.evaluate(view)
    assert after["yaw"] != before["yaw"]
    assert after["zoom"] > before["zoom"]


def test_places_that_are_alike_are_those_of_brute_force(show: Callable, plain: Sample) -> None:
    place = opened(show, plain, index=1)
    choose_layer(place, "conv_2")
    place.get_by_role("button", name="One place").click()
    expect(place.locator(".places")).to_contain_text("in the frames it gives nearly the same")
    place.evaluate("(root) => root.insideNet.parts.find((one) => one.neighbours).places.stand({ row: 3, column: 2 })")
    probe = keras.Model(plain.model.inputs[0], plain.model.get_layer("conv_2").output)
    values = np.asarray(probe(plain.images, training=False)).astype(np.float64)
    units = values / np.linalg.norm(values, axis=-1, keepdims=True)
    likeness = units @ units[1, 3, 2]
    best = likeness.reshape(12, -1).max(axis=1)
    order = [one for one in np.argsort(-best, kind="stable") if one != 1][:8]
    assert shown_neighbours(place) == order
    label = place.locator(".places .image-button").first.get_attribute("aria-label")
    row, column = np.unravel_index(likeness[order[0]].argmax(), likeness[0].shape)
    assert f"row {row + 1}, column {column + 1}" in label


def other_images(sample: Sample, count: int, *, one_class: bool = False) -> bytes:
    labels = np.zeros(count, int) if one_class else sample.labels[:count]
    return pack_images(sample.images[:count], labels, CLASSES)


def test_five_images_of_one_class_are_arranged_and_have_no_other_class(show: Callable, plain: Sample) -> None:
    few = other_images(plain, 5, one_class=True)
    place = opened(show, plain, images="/nets/few", more={"few": few})
    assert len(arranged(place)["points"]) == 5
    assert len(shown_neighbours(place)) == 4


def test_too_few_images_are_said(show: Callable, plain: Sample) -> None:
    place = show(plain, screen="embedding", images="/nets/few", more={"few": other_images(plain, 3)})
    expect(place.locator(".embedding-said")).to_have_text(re.compile("^There are only 3 test images"))


def test_without_test_images_it_says_so(show: Callable, plain: Sample) -> None:
    place = show(plain, screen="embedding", images=None, style="digit")
    expect(place.locator(".embedding-said")).to_have_text(re.compile("are not here"))


@pytest.fixture(scope="module")
def one_output() -> Sample:
    layers = (Flatten(), Dense(units=3, activation="relu"), Dense(units=1, activation="sigmoid"))
    return make(Architecture(name="one", input_shape=(6, 9, 3), layers=layers))


def test_a_net_with_one_output_and_no_convolution_is_arranged_and_has_no_places(
    show: Callable, one_output: Sample
) -> None:
    place = opened(show, one_output)
    state = arranged(place)
    assert state["layer"] == "dense_1"
    assert_principal(state["points"], features(one_output, "dense_1"), 2)
    place.get_by_role("button", name="One place").click()
    expect(place.locator(".places")).to_contain_text("the net has no maps")


def test_a_net_that_ends_with_maps_has_no_answers_to_colour_by(show: Callable, plain: Sample) -> None:
    architecture = Architecture(name="maps", input_shape=(14, 11, 1), layers=(Conv(filters=3), Conv(filters=4)))
    model = build_model(architecture, seed=1)
    sample = replace(plain, architecture=architecture, model=model, net=net_file(model, architecture, CLASSES))
    place = opened(show, sample)
    assert arranged(place)["layer"] == "conv_2"
    assert place.locator(".embedding-bar select").nth(2).locator("option:not([disabled])").count() == 1
    expect(place.locator(".counterfactual")).to_contain_text("This net names no class.")


def test_another_epoch_arranges_them_anew_and_axes_go_on_as_they_pointed(show: Callable, plain: Sample) -> None:
    before = make(plain.architecture, seed=4)
    stops = [{"title": "Epoch 1", "url": "/nets/before"}, {"title": "Epoch 2", "url": "/nets/net"}]
    place = opened(show, plain, stops=stops, more={"before": before.net})
    last = arranged(place)["points"]
    place.locator(".epoch-track input").press("ArrowLeft")
    place.page.wait_for_function("root.querySelector('section').insideNet.url === '/nets/before'")
    wait_for_frames(place.page)
    points = arranged(place)["points"]
    probe = replace(before, images=plain.images)
    assert_principal(points, features(probe, "flatten_1"), 2)
    assert ((points * last).sum(axis=0) >= 0).all()


def test_a_picture_that_comes_while_another_layer_is_looked_at_does_no_harm(show: Callable, plain: Sample) -> None:
    place = opened(show, plain)
    choose_layer(place, "dense_1")
    layer = place.evaluate("""(root) => {
      const app = root.insideNet;
      const part = app.parts.find((one) => one.neighbours);
      part.bar.layer.value = "flatten_1";
      part.compute();
      part.frame();
      return part.layer.name;
    }""")
    assert layer == "dense_1"
    place.page.wait_for_function(f"({READY})(root.querySelector('section'))")


@pytest.mark.parametrize("is_place", [False, True])
def test_axe_finds_nothing(show: Callable, every_kind: Sample, is_place: bool) -> None:
    place = opened(show, every_kind)
    choose_layer(place, "conv_1")
    if is_place:
        place.get_by_role("button", name="One place").click()
        expect(place.locator(".places")).to_contain_text("in the frames")
    assert_axe_finds_nothing(place.page)


@pytest.fixture
def worker(modules: Page, plain: Sample) -> Iterator[list[dict[str, Any]]]:
    """A worker that knows the images in two orders: what it was asked is noted."""
    asked: list[dict[str, Any]] = []
    rows = features(plain, "flatten_1")
    header = {"labels": plain.labels.tolist(), "said": plain.labels.tolist(), "classes": CLASSES, "total": 24}
    found = pack_answer({**header, "indices": list(range(0, 24, 2))}, rows=rows, pixels=plain.images)

    def arranged_by(params: dict[str, Any]) -> bytes:
        made = embed(rows, dimensions=params["dimensions"])
        arrays = {"points": made.points, "mean": made.mean, "components": made.components}
        return pack_answer({"method": params["method"], "shares": made.shares}, **arrays)

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            asked.append({"name": route.request.url.split("?")[0].rsplit("/", 1)[1], **route.request.post_data_json})
            route.fulfill(json={"id": str(len(asked) - 1)})
        elif route.request.method == "GET":
            question = asked[int(route.request.url.rsplit("/", 1)[1])]
            route.fulfill(body=found if question["name"] == "features" else arranged_by(question["params"]))
        else:
            route.fulfill(status=204)

    modules.route(f"{ORIGIN}/questions/**", answer)
    yield asked
    modules.unroute(f"{ORIGIN}/questions/**")


ASKED = {"questions": "/questions/run?ticket=x", "embeddings": ["pca", "tsne"]}


def test_a_worker_arranges_the_whole_test_set_and_its_axes_place_the_picture(show, plain: Sample, worker) -> None:
    place = opened(show, plain, index=2, **ASKED)
    assert not worker
    place.locator(".embedding-bar select").last.select_option("all")
    expect(place.locator(".embedding-under")).to_contain_text("Of 24 test images these are 12.")
    state = arranged(place)
    assert [one["name"] for one in worker] == ["features", "embedding"]
    assert worker[1]["params"] == {"layer": "flatten_1", "count": None, "method": "pca", "dimensions": 2}
    assert_principal(state["points"], features(plain, "flatten_1"), 2)
    assert np.allclose(state["live"], state["points"][2], atol=1e-2)
    place.get_by_role("button", name="Test image 19:").first.click()  # the ninth of every second one, counted from 1
    expect(place.locator(".seen-name")).to_contain_text("Test image 19:")


def test_by_tsne_the_picture_stands_between_its_nearest_and_that_is_said(show, plain: Sample, worker) -> None:
    place = opened(show, plain, **ASKED)
    place.evaluate("""(root) => {
      const app = root.insideNet;
      app.show({ pixels: app.state.values.picture.pixels.map((value) => 255 - value), name: "drawn" });
    }""")
    place.locator(".embedding-bar select").nth(1).select_option("tsne")
    expect(place.locator(".embedding-under")).to_contain_text("How far groups are apart")
    expect(place.locator(".embedding-under")).to_contain_text("between its five nearest images")
    state = arranged(place)
    rows, drawn = features(plain, "flatten_1"), features(plain, "flatten_1", 255 - plain.images[:1])[0]
    order, distances = nearest(rows, drawn, 5)
    expected = np.average(state["points"][order], axis=0, weights=1 / distances)
    assert np.allclose(state["live"], expected, atol=1e-3 * np.abs(state["points"]).max())


def test_what_a_worker_is_asked_can_be_left_and_asked_again(show, plain: Sample, worker, modules: Page) -> None:
    place = opened(show, plain, **ASKED)
    before = arranged(place)["points"]
    is_waiting = [True]

    def wait(route: Route) -> None:
        is_asked_on = route.request.method == "GET" and is_waiting[0] and worker[-1]["name"] == "embedding"
        route.fulfill(status=202, json={"share": 0.7}) if is_asked_on else route.fallback()

    modules.route(f"{ORIGIN}/questions/**", wait)
    place.locator(".embedding-bar select").nth(1).select_option("tsne")
    said = place.locator(".embedding-said")
    expect(said).to_contain_text("A worker arranges them by t-SNE: 50 %")
    said.get_by_role("button", name="Cancel").click()
    expect(said).to_contain_text("Not arranged as chosen")
    assert np.array_equal(place.evaluate(STATE)["points"], before.ravel()), "what was there stays"
    is_waiting[0] = False
    said.get_by_role("button", name="Ask again").click()
    expect(place.locator(".embedding-under")).to_contain_text("How far groups are apart")
    expect(said.get_by_role("button")).to_be_hidden()


def test_of_a_net_changed_by_hand_a_worker_is_asked_nothing(show, plain: Sample, worker) -> None:
    place = opened(show, plain, **ASKED)
    place.evaluate("(root) => root.insideNet.toggleUnit(4, 2)")
    wait_for_frames(place.page)
    arranged(place)
    place.locator(".embedding-bar select").last.select_option("all")
    expect(place.locator(".embedding-under")).to_contain_text("A worker knows nothing of what was changed by hand")
    assert not worker


STYLES = """async () => {
  const { classStyle } = await import("/shared/class_colours.js");
  const { contrast } = await import("/shared/colours.js");
  const styles = Array.from({ length: 40 }, (_, number) => classStyle(number));
  const grounds = [[255, 255, 255], [14, 17, 23]];
  const contrasts = styles.flatMap(({ colour }) => grounds.map((ground) => contrast(colour, ground)));
  return { contrasts, texts: styles.map((style) => JSON.stringify(style)) };
}"""


def test_the_colours_of_classes_are_seen_on_a_light_and_a_dark_ground(modules: Any) -> None:
    found = modules.evaluate(STYLES)
    assert min(found["contrasts"]) >= 3
    assert len(set(found["texts"])) == 40


def test_a_lasso_takes_what_is_inside_by_hand(modules: Any) -> None:
    found = modules.evaluate("""async () => {
      const { insideOf } = await import("/inside_net/embedding/scatter_hands.js");
      return insideOf([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]], [[1, 1], [3, 2], [2, 3], [5, 1], [0.5, 3], [-1, 0]]);
    }""")
    assert found == [0, 1, 4]
