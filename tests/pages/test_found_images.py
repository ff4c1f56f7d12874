"""The tree of one's own images: what was found, and a person's correction of it."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.imaging.decode import encode_png

DATASET, FOLDER = "training_dataset", "own_folder"


def _write(root: Path, folders: dict[str, int]) -> Path:
    for shade, (folder, count) in enumerate(folders.items()):
        (root / folder).mkdir(parents=True)
        for number in range(count):
            picture = np.full((12, 14, 3), 20 * shade + number, np.uint8)
            (root / folder / f"{number}.png").write_bytes(encode_png(picture))
    return root


def test_what_was_found_is_shown_and_can_be_corrected(open_page, tmp_path: Path, monkeypatch) -> None:
    images = _write(tmp_path / "served" / "pets", {f"{p}/{c}": 4 for p in ("aaa", "bbb") for c in ("fox", "owl")})
    (images / "note.txt").write_text("no picture")
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path / "served"))
    page = open_page("images")
    page.session_state[FOLDER] = str(images)
    page.selectbox(key=DATASET).set_value("own").run()
    assert "What was found: 2 classes, 16 pictures, 1 file left out" in [one.label for one in page.expander]
    assert "aaa, bbb hold the same folders" in page.warning[0].value
    for folder, role in (("aaa", "train"), ("bbb", "test")):
        page.selectbox(key="found_folder").set_value(folder)
        page.selectbox(key="found_role").set_value(role).run()
        page.button(key="found_correct").click().run()
    assert not page.exception
    assert "What was found: 2 classes, 8 to learn from, 8 to test on, 1 file left out" in [
        one.label for one in page.expander
    ]
    assert any("fox" in caption.value and "16 pictures" in caption.value for caption in page.caption)
    page.button(key="found_undo").click().run()
    assert not page.button(key="found_correct").disabled
    assert "aaa, bbb" in page.warning[0].value


def test_what_is_no_data_set_as_it_was_taken_is_shown_and_can_be_corrected(
    open_page, tmp_path: Path, monkeypatch
) -> None:
    images = _write(tmp_path / "served" / "trains", {"train": 4, "test": 4})
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path / "served"))
    page = open_page("images")
    page.session_state[FOLDER] = str(images)
    page.selectbox(key=DATASET).set_value("own").run()
    assert "What was found: 0 classes, 8 files left out" in [one.label for one in page.expander]
    assert [error.value.split(":")[0] for error in page.error] == ["This is no labelled set of images"]
    assert [hint.value for hint in page.info] == ["Say above what the folders are, or use other images."]
    for folder in ("train", "test"):
        page.selectbox(key="found_folder").set_value(folder)
        page.selectbox(key="found_role").set_value("class").run()
        page.button(key="found_correct").click().run()
    assert not page.error
    assert any("test, train" in caption.value and "8 pictures" in caption.value for caption in page.caption)


def test_folders_whose_paths_begin_alike_are_told_apart_on_a_narrow_screen(open_page, tmp_path: Path, monkeypatch):
    deep = "The pictures of the autumn term/scaled to 256 pixels/by Ms Example"
    images = _write(
        tmp_path / "served" / "pets", {f"{deep}/{p}/{c}": 2 for p in ("train", "test") for c in ("ox", "ow\x07l")}
    )
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path / "served"))
    page = open_page("images")
    page.session_state[FOLDER] = str(images)
    page.selectbox(key=DATASET).set_value("own").run()
    shown = page.selectbox(key="found_folder").options
    assert max(map(len, shown)) <= 36
    assert len(set(shown)) == len(shown)
    assert {path.rpartition("/")[2] for path in shown} >= {"ox", "owl"}
    assert sum(path.endswith("train/ox") for path in shown) == 1


def test_the_size_that_is_shown_is_that_of_the_net_also_after_a_preset_was_chosen(
    open_page, tmp_path: Path, monkeypatch
) -> None:
    _write(tmp_path / "pets", {"cat": 4, "dog": 4})
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path))
    page = open_page("training")
    page.selectbox(key="training_dataset").set_value("own").run()
    page.button(key="use_served").click().run()
    for preset in ("conv64x2-cats-dogs", "lenet5"):
        page.selectbox(key="training_net").set_value(preset).run()
        height, width, _ = get_preset(preset).architecture.input_shape
        size = page.selectbox(key="images_side").proto
        assert size.raw_value == f"{height} × {width}, the net's"
        assert size.set_value, "the browser would go on showing the size of the net before"


@pytest.mark.parametrize("name", ["set", "dataset"])
def test_a_link_names_a_data_set_until_another_one_is_chosen(open_page, name: str) -> None:
    page = open_page("images", **{name: "shapes"})
    box = page.selectbox(key="training_dataset")
    assert (box.value, {*page.query_params}) == ("shapes", {"set"})
    box.set_value("faces").run()
    assert (page.selectbox(key="training_dataset").value, "".join(page.query_params["set"])) == ("faces", "faces")
    page.selectbox(key="training_dataset").set_value("own").run()
    assert "set" not in page.query_params


def test_a_data_set_that_there_is_not_is_said(open_page) -> None:
    page = open_page("images", set="banana")
    (warning,) = page.warning
    assert warning.value.startswith("The link names a data set that does not exist, so another one is shown. ")
    assert "set" not in page.query_params
