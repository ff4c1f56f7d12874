"""The part of the Compare page that shows one picture to the nets of several runs."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import cnnviz
from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool
from cnnviz.engine.ask import Images, ask
from cnnviz.inspection.attribution.methods import METHODS
from cnnviz.models.net_file import MAX_BYTES
from cnnviz.runs.records import Run, Status
from cnnviz.ui.app import services
from cnnviz.ui.components.compare_nets import LAYERS, CompareAnswer, CompareData, ComparedNet, read_answer
from tests.helpers import SECONDS
from tests.pages.test_inside_page import file_at

BUNDLED = Path(cnnviz.__file__).parents[1] / "assets" / "components"
BACKBONE = "cnnviz.ui.compare.same_picture.net_url"


def _part(runs: list) -> None:
    from cnnviz.ui.compare.same_picture import show_same_picture

    show_same_picture(runs)


def shown(*runs: Run, **query: str) -> AppTest:
    page = AppTest.from_function(_part, args=(list(runs),), default_timeout=SECONDS)
    page.query_params.update(query)
    page.run()
    assert not page.exception
    return page


def given(page: AppTest) -> dict[str, Any]:
    """What the component was given."""
    (component,) = page.get("bidi_component")
    return json.loads(component.proto.json)


def test_every_net_comes_with_its_files_and_kept_epochs(finished_run: Run) -> None:
    data = given(shown(finished_run, finished_run))
    one, other = data["nets"]
    assert (one["letter"], other["letter"]) == ("A", "B")
    assert one["colour"] != other["colour"]
    assert one["problem"] == ""
    assert file_at(one["net"])
    assert file_at(one["images"])
    assert [stop["title"] for stop in one["stops"]][:2] == ["Epoch 1", "Epoch 2"]
    assert one["stops"][-1]["url"] == one["net"]
    assert (one["shape"], one["style"], one["is_own"]) == ([28, 28, 1], "digit", False)
    assert one["num_test"] == 360
    assert one["classes"] == [str(digit) for digit in range(10)]
    assert one["inside"] == f"/inside?run={finished_run.id}"
    assert one["settings"]["occlusion"] == {"patch": 5, "stride": 1, "baseline": "grey"}
    assert [method["name"] for method in data["methods"]] == list(METHODS)
    assert (data["index"], data["maps"], data["why"]) == (0, "conv-1", "grad_cam")


def test_a_link_names_the_image_the_layer_and_the_method(finished_run: Run) -> None:
    data = given(shown(finished_run, finished_run, image="8", maps="conv-last", why="saliency"))
    assert (data["index"], data["maps"], data["why"]) == (7, "conv-last", "saliency")
    assert given(shown(finished_run, finished_run, image="x"))["index"] == 0


def test_a_test_image_that_there_is_not_is_said_and_taken_out_of_the_address(finished_run: Run) -> None:
    page = shown(finished_run, finished_run, image="999999")
    assert given(page)["index"] == 0
    assert "image" not in page.query_params
    (warning,) = page.warning
    assert warning.value.endswith("Expected: 1 to 360. Received: 999999.")


def test_a_layer_or_method_that_there_is_not_is_said_and_taken_out_of_the_address(finished_run: Run) -> None:
    page = shown(finished_run, finished_run, maps="banana", why="banana")
    data = given(page)
    assert (data["maps"], data["why"]) == ("conv-1", "grad_cam")
    assert not {"maps", "why"} & set(page.query_params)
    assert [warning.value.rpartition(" Received")[0] for warning in page.warning] == [
        "The link names a layer of all nets that does not exist, so the first convolution is shown. "
        f"Expected: {', '.join(LAYERS)}.",
        "The link names a method that does not exist, so Grad-CAM is shown. "
        f"Expected: {', '.join([*METHODS, 'none'])}.",
    ]


def test_the_browser_offers_the_layers_that_a_link_may_name() -> None:
    module = (BUNDLED / "compare_nets" / "layer_choices.js").read_text("utf-8")
    assert tuple(re.findall(r'^  "?([\w-]+|\[OWN\])"?: \{ text', module, re.M)) == (*LAYERS[:-1], "[OWN]")


def test_what_cannot_be_shown_says_why_and_the_others_are_shown(finished_run: Run) -> None:
    deleted = replace(finished_run, id="0123456789ab")
    four = Architecture(input_shape=(28, 28, 4), layers=(Conv(filters=3), GlobalAvgPool(), Dense(units=10)))
    satellite = replace(finished_run, id="1", architecture=four)
    waiting = replace(finished_run, id="2", status=Status.QUEUED)
    wide = Architecture(
        input_shape=(28, 28, 1), layers=(Conv(filters=4096), Conv(filters=3000), GlobalAvgPool(), Dense(units=10))
    )
    large = replace(finished_run, id="3", architecture=wide)
    nets = given(shown(deleted, waiting, large, finished_run))["nets"]
    assert [bool(net["net"]) for net in nets] == [False, False, False, True]
    assert "0123456789ab" in nets[0]["problem"]
    assert nets[1]["problem"] == "This net has not learned yet: it can be shown after its first epoch."
    assert nets[2]["problem"].startswith("With the nets before it this one has more weights than the 400 MB that")
    assert nets[2]["problem"].endswith("On the page Inside a worker answers.")
    assert MAX_BYTES == 400_000_000
    assert "This net takes no pictures" in given(shown(finished_run, satellite))["nets"][1]["problem"]


def test_a_layer_that_no_browser_computes_is_named(finished_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from cnnviz.errors import NotInBrowser

    def refuse(*_: object) -> str:
        raise NotInBrowser("The net holds a pretrained net.", kind="backbone")

    monkeypatch.setattr(BACKBONE, refuse)
    lacking = replace(finished_run, progress=replace(finished_run.progress, started=1.5))  # nothing of it is cached
    (net,) = given(shown(lacking))["nets"]
    sentence = "This net has a pretrained net, which a browser does not compute. On the page Inside a worker answers."
    assert net["problem"] == sentence


def test_without_test_images_there_are_other_pictures(finished_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from cnnviz.errors import InputWanted

    def gone(*_: object) -> str:
        raise InputWanted("The images are gone.")

    monkeypatch.setattr("cnnviz.ui.compare.same_picture.test_images_url", gone)
    (net,) = given(shown(finished_run))["nets"]
    assert net["images"] is None
    assert net["net"]


def test_a_test_image_that_browsers_do_not_fetch_comes_with_its_link(
    finished_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert given(shown(finished_run, image="220"))["nets"][0]["linked"] is None
    monkeypatch.setattr("cnnviz.ui.inside.canvas.FIRST_IMAGES", 100)
    (net,) = given(shown(finished_run, image="220"))["nets"]
    images, labels = ask(services.engine(), Images("digits"), "test_images", indices=[219])
    assert (net["linked"]["index"], net["linked"]["label"]) == (219, labels[0])
    assert base64.b64decode(net["linked"]["pixels"]) == images[0].tobytes()


def test_what_was_chosen_goes_into_the_address(finished_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said = CompareAnswer(chosen={"maps": "pool-1", "why": "saliency"})
    monkeypatch.setattr("cnnviz.ui.compare.same_picture.compare_nets", lambda _: said)
    page = shown(finished_run, finished_run, image="8")
    assert page.query_params["maps"] == "pool-1"
    assert page.query_params["why"] == "saliency"
    assert "image" not in page.query_params, "it is another picture now"
    page.query_params["maps"] = "conv-last"  # a link that came later
    page.run()
    assert page.query_params["maps"] == "conv-last"


DATA = CompareData([ComparedNet("a", "A", "", "", ""), ComparedNet("b", "B", "", "", "")], [], [])


@pytest.mark.parametrize(
    ("chosen", "read"),
    [
        ({"index": 4, "maps": "conv-1", "why": "none"}, {"image": "5", "maps": "conv-1", "why": "none"}),
        ({"index": None, "maps": "own", "why": "saliency"}, {"maps": "own", "why": "saliency"}),
        ({"index": True, "maps": "own", "why": "saliency"}, {"maps": "own", "why": "saliency"}),
        ({"index": -1, "maps": "own", "why": "x" * 99}, {"maps": "own", "why": "x" * 40}),
        ({"index": 4, "maps": "banana", "why": ""}, {}),
        ({"maps": "own"}, {}),
        ("all", {}),
        (None, {}),
    ],
)
def test_what_a_browser_chose_is_read_with_care(chosen: object, read: dict[str, str]) -> None:
    assert read_answer(DATA, chosen, None) == CompareAnswer(read)


@pytest.mark.parametrize(
    ("inside", "read"),
    [
        ({"run": "b", "index": 3}, ("b", 3)),
        ({"run": "b", "index": None}, ("b", None)),
        ({"run": "b", "index": "3"}, ("b", None)),
        ({"run": "c", "index": 3}, None),
        ({"run": "b"}, None),
        (None, None),
    ],
)
def test_only_the_nets_of_the_page_are_looked_into(inside: object, read: object) -> None:
    assert read_answer(DATA, None, inside).inside == read
