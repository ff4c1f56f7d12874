import base64
import json
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz.engine.ask import RunModel, ask
from cnnviz.errors import InvalidImage
from cnnviz.imaging.decode import encode_png
from cnnviz.imaging.samples import SAMPLES, load_sample
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.kernel_lab.number_pictures import NUMBER_PICTURES, load_number_picture
from cnnviz.kernel_lab.settings import DEFAULTS, LabSettings, settings_from_link, settings_to_link
from cnnviz.plots.bars import describe_changes
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.components.drawing_pad import Drawing
from cnnviz.ui.kernels.picture import read_upload
from cnnviz.ui.shared import answers

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 33, 3), dtype=np.uint8)


def packet(page: AppTest) -> tuple[dict[str, Any], np.ndarray]:
    """What the lab was given: settings and presets, and the picture (H, W, 3)."""
    data = page.get("bidi_component")[0].proto.bytes
    length = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + length])
    shape = head["picture"]["height"], head["picture"]["width"], 3
    return head, np.frombuffer(data, np.uint8, offset=4 + length).reshape(shape)


def test_the_lab_begins_with_a_picture_of_which_every_number_is_read(open_page) -> None:
    page = open_page("kernels")
    head, pixels = packet(page)
    assert pixels.shape == (8, 8, 3)
    np.testing.assert_array_equal(pixels[:, :, 1], NUMBER_PICTURES["digit"].rows)
    assert [sample["name"] for sample in head["samples"]] == ["digit", "cross", *SAMPLES]
    assert [preset["name"] for preset in head["presets"]] == list(KERNELS)
    assert head["settings"] == DEFAULTS.model_dump(mode="json")


def test_a_link_restores_sample_kernel_and_settings(open_page) -> None:
    settings = LabSettings(
        kernels=(KERNELS["emboss"].matrix,), stride=3, padding="full", border="wrap", bias=-4.5, flip=True
    )
    for name in ("coins", "Coins"):  # older links have the title
        page = open_page("kernels", kernels_sample=name, **settings_to_link(settings))
        head, pixels = packet(page)
        np.testing.assert_array_equal(pixels, load_sample("coins"))
        assert head["picture"]["source"] == "coins"
        assert head["settings"] == settings.model_dump(mode="json")
        assert not page.warning


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("kernel", "1_2_nan_4_5_6_7_8_9"),
        ("kernel", "1_2_3"),
        ("kernel", "_".join(["1"] * 81)),
        ("kernel", "1_1_1_1_1_1_1_1_1~2"),
        ("stride", "0"),
        ("stride", "many"),
        ("padding", "lots"),
        ("dilation", "-1"),
        ("divisor", "0"),
        ("bias", "inf"),
        ("mix", "1_2"),
        ("chain", "mine.relu"),
        ("chain", "none.relu.max.2.2"),
        ("kind", "<script>"),
        ("flip", "2"),
        ("kernels_sample", "nobody"),
    ],
)
def test_rubbish_in_the_link_is_said_in_a_sentence_and_the_rest_still_counts(open_page, name: str, text: str) -> None:
    page = open_page("kernels", **{"border": "reflect", name: text})
    assert not page.exception
    assert len(page.warning) == 1
    assert "Received" in page.warning[0].value
    head, _ = packet(page)
    assert head["settings"] == DEFAULTS.model_copy(update={"border": "reflect"}).model_dump(mode="json")


def test_every_setting_makes_the_round_trip_through_the_link() -> None:
    settings = LabSettings(
        kernels=(KERNELS["sobel_x"].matrix, KERNELS["sobel_y"].matrix, KERNELS["laplacian"].matrix),
        divisor="auto",
        bias=2.5,
        flip=True,
        stride=2,
        padding="same",
        border="replicate",
        dilation=3,
        range="absolute",
        kind="separable",
        mix=(1, -0.5, 0),
        activation="gelu",
        chain=({"kernel": "blur", "activation": "tanh", "pool": "global_avg", "size": 3, "stride": 1},),
        url="https://example.org/cat.png",
    )
    assert settings_from_link(settings_to_link(settings)) == (settings, ())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"no picture", "no picture that can be read"),
        (encode_png(PICTURE)[:300], "cut off or damaged"),
        (encode_png(PICTURE[:1, :1]), "too small"),
    ],
    ids=["empty", "text", "truncated", "1x1"],
)
def test_a_file_that_is_no_picture_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InvalidImage, match=said):
        read_upload(base64.b64encode(data).decode())
    for rubbish in (None, 5, "no base64!"):
        with pytest.raises(InvalidImage):
            read_upload(rubbish)


def test_a_file_that_no_browser_reads_is_read_here() -> None:
    tiff = BytesIO()
    Image.fromarray(PICTURE).save(tiff, "TIFF")
    np.testing.assert_array_equal(read_upload(base64.b64encode(tiff.getvalue()).decode()), PICTURE)


def test_what_was_wrong_with_a_file_is_said_once_and_the_picture_before_stays(open_page) -> None:
    page = open_page("kernels")
    page.session_state["kernels_problem"] = InvalidImage("This is no picture that can be read.")
    page.run()
    assert "no picture that can be read" in page.error[0].value
    np.testing.assert_array_equal(packet(page)[1], load_number_picture("digit"))
    page.run()
    assert not page.error


def test_the_code_of_a_number_picture_has_its_numbers(open_page) -> None:
    page = open_page("kernels", kernels_sample="cross")
    assert len(page.code) == 3
    assert all("[0, 200, 200, 200, 200, 200, 200, 0]," in code.value for code in page.code)


def test_the_code_on_the_page_is_that_of_the_settings(open_page) -> None:
    page = open_page("kernels", stride="2", kernels_sample="text")
    assert len(page.code) == 3
    assert all("skimage.data.text()" in code.value for code in page.code)
    assert "strides=2" in page.code[2].value


def test_my_kernel_opens_in_the_filter_where_it_changes_the_answer_most(open_page, finished_run) -> None:
    page = open_page("kernels", run=finished_run.id)
    assert "compare_with_net" not in page.session_state
    page.button(key="compare_filters").click().run()
    assert any("right but least sure" in caption.value for caption in page.caption), "how image and filter were chosen"
    assert not page.exception
    assert not page.error
    subject, kernel = RunModel(finished_run.id), np.array(KERNELS["vertical_edges"].matrix)
    doubtful = page.number_input(key=f"image-{finished_run.id}").value - 1
    test = answers.test_predictions(finished_run)
    margins = np.diff(np.sort(test.probabilities)[:, -2:])[:, 0]
    assert test.probabilities[doubtful].argmax() == test.labels[doubtful]
    assert margins[doubtful] == margins[test.probabilities.argmax(axis=1) == test.labels].min()
    image = answers.test_images(finished_run, [doubtful])[0][0]
    changes = ask(services.engine(), subject, "kernel_changes", image=image, kernel=kernel)
    field = page.number_input(key=f"replace_{finished_run.id}")
    assert (field.min, field.max, field.value) == (1, len(changes), np.argmax(changes) + 1)
    shown = [text.value for text in page.markdown]
    before, after = ask(
        services.engine(), subject, "put_kernel_in", image=image, kernel=kernel, index=int(np.argmax(changes))
    ).probabilities
    said = describe_changes(before, after, answers.dataset_facts(finished_run).classes)
    headline = shown.index(f"**{as_markdown(said)}**")
    assert headline < shown.index(f"What filter {np.argmax(changes) + 1} makes of the picture")
    field.set_value(1).run()
    assert "What filter 1 makes of the picture" in [text.value for text in page.markdown]


def test_a_drawing_of_before_is_the_picture_of_the_page(open_page) -> None:
    pixels = np.full((280, 280, 3), 255, np.uint8)
    pixels[100:120] = 0
    page = open_page("kernels")
    page.session_state["kernels_drawing"] = Drawing([], pixels)
    page.session_state["kernels_source"] = "draw"
    page.run()
    assert not page.exception
    head, shown = packet(page)
    assert head["picture"]["source"] == "draw"
    np.testing.assert_array_equal(shown, pixels)
