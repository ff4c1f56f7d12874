"""Received text is text: names and links full of markup reach every page, and nowhere as markup."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf.message import Message

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.export.url import encode
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.records import Run, Status
from cnnviz.text.markup import is_unsafe
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app.page_frame import PAGES
from cnnviz.ui.evaluation.parts import PARTS
from cnnviz.ui.inputs.dataset_picker import KEY, OWN_IMAGES

PICTURE, TAG = "![x](h)", "<b>"
HOSTILE = f"a*b* {PICTURE} {TAG}c $y$ :red[z]"
NET = Architecture(
    name=HOSTILE,
    input_shape=(12, 16, 3),
    layers=(Conv(filters=4, activation="relu"), Flatten(), Dense(units=2, activation="softmax")),
)
PLAIN = {
    *("Text.body", "TextInput.default", "TextInput.value", "TextArea.default", "Code.code_text", "Json.body"),
    *("Selectbox.options", "Selectbox.raw_value", "Image.alt", "PlotlyChart.alt", "Dataframe.data", "ArrowData.data"),
    "BidiComponent.json",  # the components make text nodes of it: see the last test
}
"""Where Streamlit shows letters as they are (message and field); everywhere else it may read Markdown."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images whose classes and files have such names."""
    place = tmp_path_factory.mktemp("own") / "images"
    random = np.random.default_rng(0)
    for number, name in enumerate((HOSTILE, f"other {HOSTILE}")):
        (place / name).mkdir(parents=True)
        for image in range(12):
            pixels = 180 * number + random.integers(0, 50, (12, 16, 3))
            (place / name / f"{image}.png").write_bytes(encode_png(pixels.astype(np.uint8)))
        (place / name / f"{HOSTILE}.png").write_bytes(b"no picture")
    return place


@pytest.fixture(scope="module")
def hostile_run(engine, folder: Path) -> Run:
    run = engine.wait(engine.train(NET, TrainingConfig(dataset=str(folder), epochs=1), by=OPERATOR).id)
    assert run.status is Status.FINISHED, run.message
    return run


def strings(message: Message) -> Iterator[tuple[str, str]]:
    """(message and field, text) of all texts in what is sent to the browser."""
    for field, value in message.ListFields():
        for part in value if field.is_repeated else [value]:
            if isinstance(part, Message):
                yield from strings(part)
            elif isinstance(part, str):
                yield f"{message.DESCRIPTOR.name}.{field.name}", part


def sent(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(message := getattr(node, "proto", None), Message):
        yield from strings(message)
    for child in getattr(node, "children", {}).values():
        yield from sent(child)


def _wanted(place: str) -> str:
    if place.startswith("Html."):
        return f"{TAG}c $y$"  # tags of our own are there as well
    return TAG if place.startswith("PlotlyChart.") else PICTURE


def markup(page: Any) -> list[tuple[str, str]]:
    """What a renderer would take for markup: of figures and HTML the tag, of all else the picture."""
    assert not page.exception
    texts = [(place, text) for place, text in sent(page._tree) if place not in PLAIN and not place.endswith(".id")]
    return [(place, text[max(0, text.find(PICTURE) - 80) :][:200]) for place, text in texts if _wanted(place) in text]


@pytest.mark.parametrize("name", PAGES)
def test_the_names_of_a_net_and_of_its_classes_and_files_are_text(open_page, hostile_run: Run, name: str) -> None:
    page = open_page(name, run=hostile_run.id)
    assert markup(page) == []
    if name == "evaluation":
        page = open_page(name, run=hostile_run.id, cell=f"{HOSTILE},{HOSTILE}")
        assert markup(page) == []
        assert len(page.header) == 1
        for part in PARTS:
            page.segmented_control(key="evaluation_part").set_value(part).run()
            assert markup(page) == []


def test_the_names_of_classes_and_files_are_text_on_the_images_page(
    open_page, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_IMAGES", str(folder.parent))
    page = open_page("images")
    page.session_state["training_dataset"] = OWN_IMAGES
    page.session_state[KEY] = str(folder)
    page.run()
    assert not page.error
    assert "other" in page.caption[0].value
    assert markup(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_whatever_a_link_says_is_text(open_page, name: str) -> None:
    names = ("kernel", "border", "net", "pinned", "layer", "view", "run", "kernels_sample", "maps_index", "epoch")
    assert markup(open_page(name, **dict.fromkeys((*names, "cell"), HOSTILE))) == []


def test_the_name_of_a_net_in_a_link_is_text_also_when_it_is_pinned_and_moved(open_page) -> None:
    page = open_page("architecture", net=encode(NET), pinned=encode(NET))
    assert markup(page) == []
    page.slider(key="quick_blocks").set_value(3).run()
    assert markup(page) == []
    page = open_page("training", net=encode(NET))
    assert markup(page) == []


def test_a_warning_of_a_link_stays_until_it_is_closed_or_another_page_is_opened(open_page) -> None:
    page = open_page("kernels", kernel=HOSTILE)
    said = [warning.value for warning in page.warning]
    assert len(said) == 1
    page.run().run()
    assert [warning.value for warning in page.warning] == said
    page.button(key="close_warning_0").click().run()
    assert not page.warning
    page = open_page("kernels", kernel=HOSTILE)
    page.query_params.clear()
    assert not page.switch_page("../../pages/home.py").run().warning
    assert not page.switch_page("../../pages/kernels.py").run().warning


def test_components_make_text_nodes_of_what_they_are_sent(project: Path) -> None:
    """Only the drawing of a net comes as markup; `plots/diagram/svg.py` escapes the names in it."""
    scripts = (project / "assets" / "components").rglob("*.js")
    made = {file.parent.name for file in scripts if re.search(r"(inner|outer|Adjacent)HTML", file.read_text("utf-8"))}
    assert made == {"net_diagram"}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "text", ["A" * 10_000, "\N{RIGHT-TO-LEFT OVERRIDE}gnp.x", "\x07\x1b[31m\x00", "{{7*7}} %{x} $$y$$"]
)
def test_a_link_of_any_length_and_with_signs_that_nobody_sees_is_text(open_page, name: str, text: str) -> None:
    page = open_page(name, **dict.fromkeys(("kernel", "net", "pinned", "layer", "view", "run", "epoch"), text))
    assert not page.exception
    said = [part.value for part in (*page.warning, *page.error)]
    assert all(len(sentence) < 1000 and not any(map(is_unsafe, sentence)) for sentence in said)
