import base64
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import cnnviz
from cnnviz.access.visitor import OPERATOR
from cnnviz.engine.ask import Images, RunModel, ask
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.attribution import Why, attribute
from cnnviz.inspection.attribution.methods import METHODS
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.files import kept_epochs
from cnnviz.runs.records import Status
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app import services
from cnnviz.ui.components.inside_net import NAMED, SCREENS, InsideAnswer, InsideData, read_answer
from tests.pages.conftest import files_to_save

FAILED = "inside_failed"


def given(page: AppTest) -> dict[str, Any]:
    """What the component on the page was given."""
    (component,) = page.get("bidi_component")
    return json.loads(component.proto.json)


def file_at(url: str) -> bytes:
    """The file that a route answers with."""
    name = url.rsplit("/", 1)[1]
    folder = services.store().home / "nets"
    return (folder / (name if "." in name else f"{name}.net")).read_bytes()


def test_the_page_gives_the_browser_the_net_its_test_images_and_photos(open_page, finished_run) -> None:
    data = given(open_page("inside", run=finished_run.id, image="5"))
    kinds = [layer["kind"] for layer in read_manifest(file_at(data["net"]))["layers"]]
    assert kinds == ["input", "rescaling", "conv", "max_pool", "conv", "max_pool", "flatten", "dense"]
    assert data["shape"] == [28, 28, 1]
    assert data["style"] == "digit"
    assert (data["index"], data["num_test"]) == (4, 360)
    images, _ = ask(services.engine(), Images("digits"), "test_images", indices=[0])
    assert images[0].tobytes() in file_at(data["images"])
    assert {"title": "Chelsea the cat", "url": "/samples/chelsea"} in data["photos"]
    assert {"title": "Sobel x", "matrix": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]} in data["kernels"]


def test_a_test_image_that_browsers_do_not_fetch_comes_with_its_link(
    open_page, finished_run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert given(open_page("inside", run=finished_run.id, image="220"))["linked"] is None, "it is one of the first 500"
    monkeypatch.setattr("cnnviz.ui.inside.canvas.FIRST_IMAGES", 100)
    data = given(open_page("inside", run=finished_run.id, image="220"))
    images, labels = ask(services.engine(), Images("digits"), "test_images", indices=[219])
    assert (data["linked"]["index"], data["linked"]["label"]) == (219, labels[0])
    assert base64.b64decode(data["linked"]["pixels"]) == images[0].tobytes()
    for number in ("100", "361", "9999999"):
        assert given(open_page("inside", run=finished_run.id, image=number))["linked"] is None


def test_an_older_link_whose_images_count_from_0_shows_the_same_one_and_says_its_number(
    open_page, finished_run
) -> None:
    page = open_page("inside", run=finished_run.id, index="4")
    assert given(page)["index"] == 4
    assert page.query_params == {"run": finished_run.id, "image": "5"}
    assert given(open_page("inside", run=finished_run.id, index="4", image="9"))["index"] == 8


def test_a_kept_epoch_is_another_net(open_page, finished_run) -> None:
    epochs = kept_epochs(services.store(), finished_run.id)
    nets = {given(open_page("inside", run=finished_run.id, epoch=str(epoch)))["net"] for epoch in epochs}
    assert len(nets) == len(epochs) > 1
    data = given(open_page("inside", run=finished_run.id, epoch="999"))
    assert data["net"] == given(open_page("inside", run=finished_run.id))["net"]
    assert [stop["title"] for stop in data["stops"]][: len(epochs)] == [f"Epoch {epoch}" for epoch in epochs]
    assert {stop["url"] for stop in data["stops"]} >= nets
    assert data["net"] == data["stops"][-1]["url"], "the end is the last stop"


def test_a_link_opens_a_unit(open_page, finished_run) -> None:
    data = given(open_page("inside", run=finished_run.id, layer="conv_2", unit="8"))
    assert (data["layer"], data["unit"]) == ("conv_2", 7), "units count from 1 on the page and in its address"
    assert given(open_page("inside", run=finished_run.id, layer="conv_2"))["unit"] == 0
    assert given(open_page("inside", run=finished_run.id, view="journey"))["screen"] == "journey"
    rubbish = given(open_page("inside", run=finished_run.id, unit="-1e9", index="\u0663"))
    assert (rubbish["unit"], rubbish["index"], rubbish["screen"]) == (0, 0, "")


@pytest.mark.parametrize(
    ("link", "received"),
    [({"image": said}, said) for said in ("999999", "361", "0", "-1", "x", "\u0663", "10000000")]
    + [({"index": "360"}, "361"), ({"index": "x"}, "x"), ({"index": "-1"}, "-1"), ({"index": "\u0663"}, "\u0663")],
)
def test_a_test_image_that_there_is_not_is_said_and_taken_out_of_the_address(
    open_page, finished_run, link: dict[str, str], received: str
) -> None:
    page = open_page("inside", run=finished_run.id, **link)
    (warning,) = page.warning
    said = warning.value.replace("\\", "").replace("\n", " ")
    assert said.startswith("The link names a test image that does not exist, so the first one is shown.")
    assert said.endswith(f"Expected: 1 to 360. Received: {received}.")
    assert given(page)["index"] == 0
    assert set(page.query_params) == {"run"}


def test_a_screen_is_also_read_as_a_part_as_other_pages_call_theirs(open_page, finished_run) -> None:
    assert given(open_page("inside", run=finished_run.id, part="why"))["screen"] == "why"
    page = open_page("inside", run=finished_run.id, part="banana")
    assert "Expected: net, journey, filters, why, embedding, fool. Received: banana." in page.warning[0].value
    assert set(page.query_params) == {"run"}


@pytest.mark.parametrize(
    ("layer", "unit", "said"),
    [
        ("zzz", "99", "a layer that this net does not have, so the whole net is shown. Received: zzz."),
        (
            "conv_2",
            "33",
            "unit that Convolution 2 does not have, so the whole net is shown. Expected: 1 to 32. Received: 33.",
        ),
        ("conv_2", "0", "Expected: 1 to 32. Received: 0."),
        ("conv_2", "x", "Expected: 1 to 32. Received: x."),
    ],
)
def test_a_link_to_what_the_net_does_not_have_is_said_once(open_page, finished_run, layer, unit, said) -> None:
    page = open_page("inside", run=finished_run.id, layer=layer, unit=unit)
    (warning,) = page.warning
    assert said in warning.value.replace("\\", "").replace("\n", " ")
    assert (given(page)["layer"], given(page)["unit"]) == ("", 0)
    assert not {"layer", "unit"} & set(page.query_params)


def test_a_link_to_any_layer_of_the_net_is_understood(open_page, finished_run) -> None:
    page = open_page("inside", run=finished_run.id)
    for layer in read_manifest(file_at(given(page)["net"]))["layers"]:
        units = layer["shape"][-1]
        data = given(open_page("inside", run=finished_run.id, layer=layer["name"], unit=str(units)))
        assert (data["layer"], data["unit"]) == (layer["name"], units - 1)


def test_the_unit_of_a_link_is_forgotten_once_another_net_is_picked(open_page, engine, finished_run) -> None:
    other = engine.train(finished_run.architecture, TrainingConfig(epochs=1), by=OPERATOR)
    engine.wait(other.id)
    page = open_page("inside", run=finished_run.id, layer="conv_2", unit="8", epoch="1", image="4")
    assert "layer" in page.query_params
    page.selectbox[0].set_value(other.id).run()
    assert set(page.query_params) == {"run", "image"}
    assert (given(page)["layer"], given(page)["unit"]) == ("", 0)
    assert not page.warning


def test_of_a_run_without_kept_epochs_the_end_is_shown(open_page, finished_run, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz.ui.inside.canvas.kept_epoch_urls", lambda *_: {})
    data = given(open_page("inside", run=finished_run.id, epoch="1"))
    assert data["stops"] == [{"title": "As it ended", "url": data["net"]}]


def test_what_the_browser_cannot_compute_a_worker_answers_and_the_page_says_so(
    open_page, finished_run, monkeypatch
) -> None:
    from cnnviz.errors import NotInBrowser

    def refuse(*_: object) -> str:
        raise NotInBrowser("The net holds a pretrained net.", kind="backbone")

    monkeypatch.setattr("cnnviz.ui.inside.canvas.net_url", refuse)
    page = open_page("inside", run=finished_run.id, image="5")
    assert page.number_input(key=f"image-{finished_run.id}").value == 5
    assert "a pretrained net. So a worker answers here" in page.info[0].value
    assert "several beside each other need the net in the browser" in page.info[0].value
    labels = [expander.label for expander in page.expander]
    shapes = ["28 × 28 × 1", "26 × 26 × 16", "13 × 13 × 16", "11 × 11 × 32", "5 × 5 × 32", "800", "10"]
    assert [label.split(" · ")[-1] for label in labels] == shapes
    assert labels[:3] == [
        "**Picture** · 28 × 28 × 1",
        "**Convolution 1** · 26 × 26 × 16",
        "**Max pooling 1** · 13 × 13 × 16",
    ]
    images, _ = ask(services.engine(), Images("digits"), "test_images", indices=[4])
    maps = ask(services.engine(), RunModel(finished_run.id), "feature_maps", image=images[0])
    low, high = maps.layers[1].values.min(), maps.layers[1].values.max()
    assert f"values from {low:.3g} to {high:.3g}" in page.expander[1].caption[0].value


def test_why_is_asked_of_a_worker_where_the_browser_cannot_compute_the_net(
    open_page, finished_run, monkeypatch
) -> None:
    from cnnviz.errors import NotInBrowser

    def refuse(*_: object) -> str:
        raise NotInBrowser("The net holds a pretrained net.", kind="backbone")

    monkeypatch.setattr("cnnviz.ui.inside.canvas.net_url", refuse)
    few = {name: METHODS[name] for name in ("saliency", "grad_cam")}
    monkeypatch.setattr("cnnviz.ui.inside.worker_why.methods_for", lambda _: few)
    page = open_page("inside", run=finished_run.id, maps_index="4")
    assert not page.get("imgs")[1:], "nothing is asked before somebody wants it"
    page.selectbox(key="worker_why_class").select(4)
    page.run()
    next(button for button in page.button if button.label == "Ask the worker").click().run()
    images, _ = ask(services.engine(), Images("digits"), "test_images", indices=[4])
    found = finished(attribute(services.engine(), RunModel(finished_run.id), Why(images[0], "grad_cam", 3)))
    asked = page.session_state["worker_why"]
    assert set(asked.found) == set(asked.checks) == set(few)
    assert np.array_equal(asked.found["grad_cam"].map, found.map)
    files = {title: write() for title, write in files_to_save(page).items()}
    assert list(files) == ["Save PNG", "Save SVG", "Save NPZ"]
    assert files["Save PNG"].startswith(b"\x89PNG")
    assert b"<svg" in files["Save SVG"]
    assert {"image", "grad_cam"} <= set(np.load(BytesIO(files["Save NPZ"])))
    assert not [button for button in page.button if button.label in ("Ask again", "Cancel")]
    assert not page.exception


def test_weights_that_do_not_arrive_are_said_and_a_worker_answers_until_they_do(open_page, finished_run) -> None:
    page = open_page("inside", run=finished_run.id)
    page.session_state[FAILED] = {"net": given(page)["net"], "said": "The net did not arrive."}
    page.run()
    assert "The net did not arrive. Until then a worker answers" in page.warning[0].value
    assert len(page.expander) == 7
    page.button[0].click().run()
    assert given(page)["net"]
    assert not page.warning


def saying(monkeypatch, **said: Any) -> None:
    """What the browser says of the net, on every run of the page."""
    monkeypatch.setattr("cnnviz.ui.inside.canvas.inside_net.inside_net", lambda _: InsideAnswer(**said))


def test_a_net_that_was_changed_is_kept_as_a_run_of_the_visitor_s_own(
    open_page, engine, finished_run, monkeypatch
) -> None:
    saying(monkeypatch, edits=[{"layer": 2, "off": 3, "isOff": True}])
    before = {run.id for run in engine.store.recent(OPERATOR)}
    page = open_page("inside", run=finished_run.id)
    assert f"Saved as **{finished_run.name} (edited)**" in page.success[0].value
    (copy,) = [run for run in engine.store.recent(OPERATOR) if run.id not in before]
    assert copy.owner not in ("", OPERATOR.id)
    assert engine.wait(copy.id).status is Status.FINISHED
    engine.delete(copy.id, by=OPERATOR)


def test_a_change_that_cannot_be_kept_is_said_above_the_net(open_page, engine, finished_run, monkeypatch) -> None:
    saying(monkeypatch, edits=[{"layer": 3, "off": 0, "isOff": True}])
    before = {run.id for run in engine.store.recent(OPERATOR)}
    page = open_page("inside", run=finished_run.id)
    assert "its own weights cannot make it 0. Switch it on again" in page.error[0].value
    assert {run.id for run in engine.store.recent(OPERATOR)} == before


@pytest.mark.parametrize("sent", [None, "all", {"net": "/nets/other", "edits": []}, {"net": "/nets/a", "edits": {}}])
def test_what_a_browser_says_of_another_net_is_not_saved(sent: object) -> None:
    data = InsideData("/nets/a", ("a", "b"), (4, 4, 1), "photo", None, [], [], [{"title": "Epoch 1", "url": "/nets/b"}])
    assert read_answer(data, None, sent) == InsideAnswer()
    for net in ("/nets/a", "/nets/b"):
        assert read_answer(data, None, {"net": net, "edits": [1]}) == InsideAnswer(edits=[1], net=net)
    said = {"net": "/nets/a", "text": "It did not arrive."}
    assert read_answer(data, said, sent) == InsideAnswer("It did not arrive.")


@pytest.mark.parametrize("said", ["No.", {"net": "/nets/other", "text": "No."}, {"net": "/nets/a", "text": 1}, {}])
def test_a_problem_of_a_net_that_was_left_is_not_one_of_the_net_that_is_shown(said: object) -> None:
    data = InsideData("/nets/a", ("a", "b"), (4, 4, 1), "photo", None, [], [], [])
    assert read_answer(data, said, None) == InsideAnswer()


def test_the_address_names_what_is_shown_and_nothing_that_was_shown_before(
    open_page, finished_run, monkeypatch
) -> None:
    place = "cnnviz.ui.inside.canvas.inside_net.inside_net"
    before = {"run": finished_run.id, "image": "5", "layer": "conv_2", "unit": "8", "other": "kept"}
    page = open_page("inside", **before)
    shown = {"view": "why", "image": "8", "epoch": "1"}
    monkeypatch.setattr(place, lambda _: InsideAnswer(shown=shown))
    page.run()
    found = {name: "".join(value) for name, value in page.query_params.items()}
    assert found == {"run": finished_run.id, "other": "kept", **shown}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("view", "a screen that does not exist, so the net is shown. Expected: net, journey, "),
        ("epoch", "a kept epoch that does not exist, so the newest net is shown. Expected: "),
        ("picture", "a picture that does not exist, so a test image is shown. Expected: drawing."),
    ],
)
def test_what_a_link_names_that_there_is_not_is_said_and_taken_out_of_it(
    open_page, finished_run, name: str, said: str
) -> None:
    page = open_page("inside", run=finished_run.id, **{name: "banana"})
    (warning,) = page.warning
    assert said in warning.value
    assert warning.value.endswith("Received: banana.")
    assert name not in page.query_params
    data = given(page)
    assert (data["screen"], data["drawing"]) == ("", False)


def test_the_browser_has_the_screens_that_a_link_may_name() -> None:
    views = (Path(cnnviz.__file__).parents[1] / "assets" / "components" / "inside_net" / "views.js").read_text("utf-8")
    assert tuple(re.findall(r"^  (\w+): \{ text", views, re.M)) == SCREENS


@pytest.mark.parametrize("sent", [7, "a screen", None, [], {"run": "another"}, {"image": 1, "more": 2}])
def test_what_says_nothing_of_what_is_shown_is_not_brought_into_the_address(sent: object) -> None:
    data = InsideData("/nets/a", (), (8, 8, 1), "photo", None, [], [], [])
    assert read_answer(data, None, None, shown=sent) == InsideAnswer()
    read = read_answer(data, None, None, shown={"view": None, "image": 1, "layer": "conv_2"})
    assert read == InsideAnswer(shown={"image": "1", "layer": "conv_2"})


def test_the_browser_tells_what_the_address_may_name() -> None:
    script = (Path(cnnviz.__file__).parents[1] / "assets/components/inside_net/address.js").read_text("utf-8")
    told = re.search(r"return \{ (view: nameOf\(screen\), image: numberOf\(picture.*) \};", script)
    assert told is not None
    assert {*re.findall(r"(\w+): (?!nul)", told[1].split(", ...")[0]), "layer", "unit"} == set(NAMED)
