"""A net of the visitor's own: brought along on the page Inside, then a run wherever one can be chosen."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from streamlit.testing.v1 import AppTest

from cnnviz.access.permission import Sharing
from cnnviz.architecture.spec import Architecture
from cnnviz.engine.ask import RunModel, ask
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.records import Run
from cnnviz.text.units import percent_text
from cnnviz.ui.app import services

UPLOADER = "own-net-0"
TYPE = "application/octet-stream"


@pytest.fixture(scope="module")
def foreign() -> keras.Model:
    """Made and saved by plain Keras, for digits."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 3, activation="relu", name="edges"),
            layers.MaxPooling2D(name="smaller"),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax", name="answer"),
        ]
    )


@pytest.fixture(scope="module")
def file(foreign: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("nets") / "digits.keras"
    foreign.save(path)
    return path.read_bytes()


def given(page: AppTest) -> dict[str, Any]:
    """What the component on the page was given."""
    return json.loads(page.get("bidi_component")[0].proto.json)


def bring(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    assert not page.exception
    return page.file_uploader(key=UPLOADER).set_value([(name, data, TYPE) for name, data in files]).run()


def run_of(page: AppTest) -> Run:
    assert not page.error, page.error[0].value
    return services.store().get("".join(page.query_params["run"]))  # a list, or one text


@pytest.fixture
def mine(open_page, file: bytes) -> Run:
    return run_of(bring(open_page("inside"), ("digits.keras", file)))


def test_a_keras_file_is_shown_at_once_as_the_visitor_s_own(open_page, visitor, foreign, file: bytes) -> None:
    page = bring(open_page("inside", own="1"), ("digits.keras", file))
    run = run_of(page)
    assert (run.name, run.origin, run.owner, run.sharing) == ("digits", "keras", visitor.id, Sharing.PRIVATE)
    data = given(page)
    manifest = read_manifest((services.store().home / "nets" / f"{data['net'].rsplit('/', 1)[1]}.net").read_bytes())
    assert [layer["name"] for layer in manifest["layers"]][2:4] == ["edges", "smaller"]
    assert data["images"] is None
    assert data["style"] == "digit"
    assert [one["name"] for one in data["scalings"] if one["used"]] == ["0..1"]
    assert data["may_change"] is True
    assert page.file_uploader(key="own-net-1").value == []
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28, 1), np.uint8)
    answers = ask(services.engine(), RunModel(run.id), "predict", images=image)
    np.testing.assert_allclose(answers, foreign.predict(image / np.float32(255), verbose=0), atol=1e-5)


def test_what_became_of_each_layer_and_of_the_pixels_is_said(open_page, mine: Run) -> None:
    page = open_page("inside", run=mine.id)
    table = page.dataframe[0].value
    assert "edges" in list(table["Layer of the file"])
    assert set(table["Here"]) == {"shown"}
    assert any("Pixels are given as 0 to 1, because" in caption.value for caption in page.caption)


def test_the_classes_are_named_by_a_text_beside_it(open_page, file: bytes) -> None:
    names = [f"digit {number}" for number in range(10)]
    page = bring(open_page("inside"), ("digits.keras", file), ("labels.txt", "\n".join(names).encode()))
    assert run_of(page).facts.classes == tuple(names)
    assert given(page)["classes"] == names


def test_name_classes_and_pixels_are_changed(open_page, mine: Run) -> None:
    page = open_page("inside", run=mine.id)
    before = given(page)["net"]
    page.text_input[0].set_value("renamed")
    page.text_area[0].set_value("a, b, c, d, e, f, g, h, i, j")
    (scaling,) = [box for box in page.selectbox if box.label == "Pixels are given to it as"]
    scaling.set_value("-1..1")
    page.button(key=next(b.key for b in page.button if b.label == "Apply")).click().run()
    run = services.store().get(mine.id)
    assert (run.name, run.facts.classes) == ("renamed", tuple("abcdefghij"))
    assert run.architecture.scaling.shift == -1
    assert given(page)["net"] != before
    assert [one["name"] for one in given(page)["scalings"] if one["used"]] == ["-1..1"]


def test_a_net_whose_answer_is_not_reached_gives_none(open_page, tmp_path: Path) -> None:
    first = [keras.Input((28, 28, 1)), layers.Conv2D(4, 3), layers.Flatten(), layers.UnitNormalization(name="norm")]
    keras.Sequential([*first, layers.Dense(10)]).save(tmp_path / "cut.keras")
    page = bring(open_page("inside"), ("cut.keras", (tmp_path / "cut.keras").read_bytes()))
    run = run_of(page)
    said = "This net gives no answer: 'norm' in its file cannot be followed. Its maps are shown up to there."
    assert any(said in caption.value for caption in page.caption)
    assert not page.text_area
    assert (given(page)["classes"], given(page)["scalings"]) == ([], [])
    evaluation = open_page("evaluation", run=run.id)
    assert [info.value for info in evaluation.info] == [f"{said} So it cannot be evaluated."]
    assert not evaluation.button


def test_a_visitor_with_the_link_is_not_told_to_change_it(open_page, visitor, mine: Run) -> None:
    services.store().update(mine.id, sharing=Sharing.LINK, owner="somebody else")
    said = " ".join(caption.value for caption in open_page("inside", run=mine.id).caption)
    assert "Pixels are given as 0 to 1, because" in said
    assert "change it" not in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net.pth", "torch.onnx.export"),
        ("NET.PT", "torch.onnx.export"),
        ("net.safetensors", "torch.onnx.export"),
        ("net.pb", "model.save('net.keras')"),
        ("net.tflite", "model.save('net.keras')"),
        ("cat.png", "This is no net: expected a .keras file"),
    ],
)
def test_a_file_of_another_program_is_not_opened_and_it_is_said_how_to_save_it(
    open_page, name: str, words: str
) -> None:
    page = bring(open_page("inside"), (name, b"\x80\x04cos\nsystem\n"))
    assert words in page.error[0].value
    assert name.lower() in page.error[0].value.lower() or name == "cat.png"


def test_a_file_of_another_program_beside_a_net_is_left_alone(open_page, file: bytes) -> None:
    page = bring(open_page("inside"), ("old.pth", b"x"), ("digits.keras", file))
    assert run_of(page).name == "digits"


def test_too_few_names_are_said_and_nothing_is_changed(open_page, mine: Run) -> None:
    page = open_page("inside", run=mine.id)
    page.text_area[0].set_value("a\nb")
    page.button(key=next(b.key for b in page.button if b.label == "Apply")).click().run()
    assert "a name for each of the 10 classes" in page.error[0].value
    assert services.store().get(mine.id) == mine


def test_a_file_that_is_no_net_is_said_at_the_upload(open_page, visitor) -> None:
    before = services.store().recent(visitor)
    page = bring(open_page("inside"), ("net.keras", b"no net at all"))
    assert "expected a .keras file" in page.error[0].value
    assert services.store().recent(visitor) == before
    page = bring(open_page("inside"), ("labels.txt", b"a\nb"))
    assert any("Add the file of the net itself" in info.value for info in page.info)


def test_weights_alone_come_with_our_json(open_page, foreign, tmp_path: Path) -> None:
    from cnnviz.models.build import build_model

    net = Architecture.from_fields(
        {"name": "alone", "input_shape": (9, 9, 3), "layers": [{"kind": "flatten"}, {"kind": "dense", "units": 3}]}
    )
    path = tmp_path / "alone.weights.h5"
    build_model(net).save_weights(path)
    page = bring(open_page("inside"), ("alone.weights.h5", path.read_bytes()), ("alone.json", net.to_json().encode()))
    assert run_of(page).origin == "h5"
    page = bring(open_page("inside"), ("alone.weights.h5", path.read_bytes()))
    assert "JSON" in page.error[0].value


def test_it_can_be_chosen_wherever_a_run_can(open_page, mine: Run) -> None:
    for name in ("inside", "evaluation"):
        page = open_page(name, run=mine.id)
        assert any("digits (own net)" in option for option in page.selectbox[0].options), name
        assert not page.exception
    page = open_page("runs", run=mine.id)
    table = page.dataframe[0].value
    assert "own net" in list(table["Status"])
    assert any("was not trained here" in info.value for info in page.info)
    page = open_page("training", run=mine.id)
    assert any("it came in a .keras file, so it has no curves" in info.value for info in page.info)
    assert not [chart for chart in page.get("plotly_chart") if mine.id in str(chart)]
    page = open_page("architecture")
    page.session_state.net_tab = "Compare"
    page.run()
    assert any(option.startswith("Own net: digits") for option in page.selectbox(key="net_compare_a").options)


def test_it_is_evaluated_on_images_with_as_many_classes(open_page, mine: Run) -> None:
    page = open_page("evaluation", run=mine.id)
    assert "has answered no test images yet" in page.info[0].value
    page.selectbox(key="training_dataset").set_value("digits").run()
    next(button for button in page.button if button.label == "Evaluate").click().run()
    run = services.store().get(mine.id)
    assert run.metrics["num_test"] == run.facts.num_test > 100
    assert page.metric[0].value == percent_text(run.metrics["accuracy"], digits=1)
    page = page.segmented_control(key="evaluation_part").set_value("Robustness").run()
    robustness = json.loads(page.get("bidi_component")[-1].proto.json)
    assert robustness["num_test"] == run.facts.num_test
    assert robustness["images"].startswith("/nets/")
    assert not any("augmentation" in caption.value for caption in page.caption), "nobody knows what it was trained with"
    data = given(open_page("inside", run=mine.id))
    assert data["images"] is not None


def test_others_look_at_a_shared_one_and_change_nothing(open_page, mine: Run, visitor) -> None:
    from cnnviz.access.visitor import new_secret

    services.engine().share(mine.id, Sharing.LINK, by=visitor)
    page = open_page("inside", by=new_secret(), run=mine.id)
    assert given(page)["may_change"] is False
    assert not [button for button in page.button if button.label == "Apply"]
    page = open_page("evaluation", by=new_secret(), run=mine.id)
    assert "Whoever brought it along can choose some" in page.info[0].value


def test_its_layers_are_taken_to_the_architecture_page(open_page, mine: Run) -> None:
    page = open_page("inside", run=mine.id)
    page.button(key="own_net_scratch").click().run()
    assert page.title[0].value == "Architecture"
    assert page.session_state.net_moves.present.layers == mine.architecture.layers
