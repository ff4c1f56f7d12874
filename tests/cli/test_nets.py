"""`predict`, `inspect` and `export`: nets of runs and of files that were made elsewhere, against Keras."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import pytest
from keras import layers
from PIL import Image

from cnnviz.access.visitor import OPERATOR
from cnnviz.cli.parser import main
from cnnviz.engine.own_nets import keep_net, read_own_net
from cnnviz.imaging.decode import encode_png
from cnnviz.inspection.attribution.methods import METHODS
from cnnviz.runs.store import RunStore

pytestmark = pytest.mark.usefixtures("scheduler")

PICTURE = np.random.default_rng(0).integers(0, 256, (12, 10, 3), np.uint8)


@pytest.fixture(scope="module")
def net() -> keras.Model:
    first = layers.Conv2D(4, 3, activation="relu", name="edges")
    return keras.Sequential(
        [keras.Input((12, 10, 3)), first, layers.Flatten(name="flat"), layers.Dense(3, activation="softmax")]
    )


@pytest.fixture(scope="module")
def folder(net: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The net as .keras and as .h5, and a picture of its size."""
    folder = tmp_path_factory.mktemp("nets")
    net.save(folder / "net.keras")
    net.save(folder / "net.h5")
    (folder / "picture.png").write_bytes(encode_png(PICTURE))
    (folder / "classes.txt").write_text("ant\nbee\ncat")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    return tmp_path


def run(capsys: pytest.CaptureFixture, *arguments: object) -> tuple[int, str, str]:
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, *capsys.readouterr()


def answer(capsys: pytest.CaptureFixture, *arguments: object) -> dict[str, Any]:
    code, out, err = run(capsys, *arguments, "--json")
    assert code == 0, err
    return json.loads(out.splitlines()[-1])


def expected(net: keras.Model, scale: float = 1 / 255, shift: float = 0.0) -> np.ndarray:
    return np.asarray(net((PICTURE * np.float32(scale) + np.float32(shift))[None]))[0]


@pytest.mark.parametrize("name", ["net.keras", "net.h5"])
def test_the_net_of_a_file_answers_as_keras_does(capsys, home, folder: Path, net: keras.Model, name: str) -> None:
    said = answer(capsys, "predict", folder / name, folder / "picture.png", "--classes", "ant,bee,cat")
    np.testing.assert_allclose(list(said["predictions"][0]["probabilities"].values()), expected(net), atol=1e-5)
    assert set(said["predictions"][0]["probabilities"]) == {"ant", "bee", "cat"}
    assert "Pixels are given as 0..1, because" in said["note"]
    assert "--scaling" in said["note"]


def test_how_pictures_were_read_is_said_once_for_all_that_were_read_so(capsys, home, folder: Path) -> None:
    large = folder / "large.png"
    large.write_bytes(encode_png(np.full((40, 30, 3), 90, np.uint8)))
    code, out, _ = run(capsys, "predict", folder / "net.keras", large, large, folder / "picture.png")
    assert code == 0
    (read,) = {row["conversion"] for row in answer(capsys, "predict", folder / "net.keras", large)["predictions"]}
    assert out.count(read) == 1 <= len(read)


def test_its_pixels_are_scaled_as_is_said(capsys, home, folder: Path, net: keras.Model) -> None:
    arguments = "predict", folder / "net.keras", folder / "picture.png", "--scaling", "-1..1"
    said = answer(capsys, *arguments, "--classes", folder / "classes.txt")
    row = list(said["predictions"][0]["probabilities"].values())
    np.testing.assert_allclose(row, expected(net, 2 / 255, -1), atol=1e-5)
    assert said["note"] is None


def test_every_layer_of_a_file_is_kept_under_its_name(capsys, home, folder: Path, net: keras.Model) -> None:
    out = home / "layers.npz"
    said = answer(capsys, "inspect", folder / "net.keras", folder / "picture.png", "--out", out)
    edges = np.asarray(net.layers[0]((PICTURE / np.float32(255))[None]))[0]
    with np.load(out) as kept:
        assert list(kept) == [row["name"] for row in said["layers"]]
        np.testing.assert_allclose(kept["edges"], edges, atol=1e-5 * np.abs(edges).max())
    row = next(row for row in said["layers"] if row["name"] == "edges")
    assert row["shape"] == [10, 8, 4]
    assert row["max"] == pytest.approx(edges.max(), rel=1e-5)
    assert row["zeros"] == pytest.approx(float((edges == 0).mean()))


def test_one_layer_is_looked_at_by_its_name(capsys, home, folder: Path) -> None:
    said = answer(capsys, "inspect", folder / "net.keras", folder / "picture.png", "--layer", "edges")
    assert [row["name"] for row in said["layers"]] == ["edges"]
    code, _, err = run(capsys, "inspect", folder / "net.keras", folder / "picture.png", "--layer", "nothing")
    assert code == 2
    assert "edges" in err


def test_a_method_tells_which_pixels_speak_for_a_class(capsys, home, folder: Path, net: keras.Model) -> None:
    out, asked = home / "why.npz", ("inspect", folder / "net.keras", folder / "picture.png", "--classes", "ant,bee,cat")
    said = answer(capsys, *asked, "--method", "occlusion", "--patch", "4", "--class", "bee", "--check", "--out", out)
    assert (said["class"], said["layer"], said["shape"]) == ("bee", "image", [12, 10])
    assert 0 < said["probability"] < 1, "a number, for a program"
    assert (said["rows"], said["columns"], said["settings"]["patch"]) == (9, 7, 4)
    assert set(said["checks"]) == {"deletion", "randomisation"}
    with np.load(out) as kept:
        assert list(kept) == ["image", "attribution", "attribution_channels"]
        assert kept["attribution"].shape == (12, 10)
        assert [float(kept["attribution"].min()), float(kept["attribution"].max())] == [said["min"], said["max"]]
    code, text, _ = run(capsys, *asked, "--method", "integrated_gradients", "--class", "2")
    assert code == 0
    assert "change_of_score" in text
    assert "another baseline" in text


def test_all_methods_at_once_are_a_figure_or_arrays(capsys, home, folder: Path) -> None:
    asked = ("inspect", folder / "net.keras", folder / "picture.png", "--classes", "ant,bee,cat", "--class", "bee")
    cheap = ("--method", "all", "--patch", "4", "--stride", "3", "--steps", "4", "--samples", "3")
    said = answer(capsys, *asked, *cheap, "--out", home / "why.npz")
    assert set(said["methods"]) == set(METHODS)
    assert {one["class"] for one in said["methods"].values()} == {"bee"}
    assert said["methods"]["occlusion"]["settings"]["patch"] == 4
    with np.load(home / "why.npz") as kept:
        assert set(kept) == {"image", *METHODS, *(f"{name}_channels" for name in METHODS)}
        for name, one in said["methods"].items():
            assert kept[name].shape == tuple(one["shape"])
            assert [float(kept[name].min()), float(kept[name].max())] == [one["min"], one["max"]]
        assert kept["image"].dtype == np.uint8
    answer(capsys, *asked, *cheap, "--out", home / "why.svg")
    svg = (home / "why.svg").read_text()
    assert all(f">{method.title}<" in svg for method in METHODS.values())
    assert "What speaks for bee" in svg
    answer(capsys, *asked, "--method", "saliency", "--check", "--out", home / "why.png")
    with Image.open(home / "why.png") as figure:
        assert min(figure.size) > 900


def test_of_all_methods_those_that_make_no_sense_are_left_out_with_the_reason(capsys, home, tmp_path: Path) -> None:
    flat = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    flat.save(tmp_path / "flat.keras")
    Image.fromarray(np.arange(36, dtype=np.uint8).reshape(6, 6)).save(tmp_path / "picture.png")
    said = answer(capsys, "inspect", tmp_path / "flat.keras", tmp_path / "picture.png", "--method", "all")
    assert set(said["left_out"]) == {"grad_cam", "grad_cam_plus_plus"}
    assert "this net has none after its image" in said["left_out"]["grad_cam"]
    assert "saliency" in said["methods"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--out", "why.svg"), "A figure shows what a method says"),
        (("--out", "layers.jpg"), "expected .npz. Received"),
        (("--method", "saliency", "--out", "why.jpg"), "expected .npz, .svg, .png. Received"),
        (("--method", "grad_cam", "--layer", "image"), "weights the maps that a layer makes"),
        (("--method", "all", "--class", "7"), "There is no such class: expected 0 to 2. Received: 7."),
        (("--class", "bee"), "--class belongs to --method"),
        (("--method", "saliency", "--class", "dog"), "There is no class named 'dog'"),
        (("--method", "saliency", "--patch", "3"), "Saliency has nothing to set. Received: patch."),
        (("--method", "occlusion", "--patch", "13"), "expected at most 10 pixels"),
        (("--method", "grad_cam", "--layer", "flat"), "expected a layer that gives maps"),
    ],
)
def test_a_method_that_makes_no_sense_gets_one_sentence(capsys, home, folder: Path, options, sentence) -> None:
    asked = "inspect", folder / "net.keras", folder / "picture.png", "--classes", "ant,bee,cat"
    code, _, err = run(capsys, *asked, *options)
    assert code == 2
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_run_is_asked_and_written_as_files_that_keras_opens(capsys, home, folder: Path, net: keras.Model) -> None:
    brought = read_own_net((folder / "net.keras").read_bytes(), file_name="net.keras")
    kept = keep_net(RunStore(), brought, by=OPERATOR)
    rows = answer(capsys, "predict", kept.id, folder / "picture.png")["predictions"]
    np.testing.assert_allclose(list(rows[0]["probabilities"].values()), expected(net), atol=1e-5)
    assert answer(capsys, "inspect", kept.id, folder / "picture.png")["layers"][0]["name"] == "image"
    for kind, name in (("keras", "out.keras"), ("h5", "out.weights.h5")):
        assert answer(capsys, "export", kept.id, "--to", kind, "--out", home / name)["bytes"] > 1000
    assert answer(capsys, "export", kept.id, "--to", "onnx", "--out", home / "out.onnx")["bytes"] > 1000
    onnx.checker.check_model(onnx.load(home / "out.onnx"))
    again = keras.saving.load_model(home / "out.keras")
    assert not getattr(again, "optimizer", None)
    np.testing.assert_allclose(np.asarray(again(PICTURE[None]))[0], expected(net), atol=1e-5)
    again.set_weights([np.zeros_like(values) for values in again.get_weights()])
    again.load_weights(home / "out.weights.h5")
    np.testing.assert_allclose(np.asarray(again(PICTURE[None]))[0], expected(net), atol=1e-5)
    assert answer(capsys, "export", kept.id, "--to", "json", "--out", home / "out.json")["to"] == "json"
    assert json.loads((home / "out.json").read_text())["name"] == kept.name
    for kind, words in (("notebook", "not trained here"), ("csv", "no history"), ("card", "no model card yet")):
        assert main(["export", kept.id, "--to", kind, "--out", str(home / "out.txt")]) == 2
        assert words in capsys.readouterr().err
    assert not (home / "out.txt").exists()
    assert main(["export", kept.id, "--to", "h5", "--out", str(home / "out.h5")]) == 2
    assert "end in .weights.h5; for the whole net say --to keras. Received: --out" in capsys.readouterr().err
    assert not (home / "out.h5").exists()


def forms(folder: Path) -> None:
    """Nets of every form of input, and files that are none."""
    shapes = {"open": (None, None, 3), "rgba": (9, 8, 4), "first": (3, 9, 8), "thirteen": (9, 8, 13), "two": (9, 8, 2)}
    for name, shape in shapes.items():
        pooling = layers.GlobalAveragePooling2D(data_format="channels_first" if name == "first" else "channels_last")
        keras.Sequential([keras.Input(shape), pooling, layers.Dense(2)]).save(folder / f"{name}.keras")
    rows = [keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")]
    keras.Sequential(rows).save(folder / "rows.keras")
    (folder / "old.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    (folder / "text.keras").write_text("no net")
    (folder / "folder.keras").mkdir()


def test_every_form_of_input_is_answered_or_refused_in_one_line(capsys, home, folder: Path, tmp_path: Path) -> None:
    forms(tmp_path)
    for name, num_classes in {"open": 2, "rgba": 2, "first": 2, "two": 2, "rows": 10}.items():
        rows = answer(capsys, "predict", tmp_path / f"{name}.keras", folder / "picture.png")["predictions"]
        assert len(rows[0]["probabilities"]) == num_classes, name
    refused = {
        "thirteen.keras": "Received: input shape (9, 8, 13)",
        "old.h5": "damaged",
        "text.keras": "Received",
        "folder.keras": "a folder or a device",
        "nothing.h5": "cannot be read",
    }
    for name, words in refused.items():
        code, out, err = run(capsys, "predict", tmp_path / name, folder / "picture.png")
        assert (code, out) == (2, ""), name
        assert words in err.strip().splitlines()[-1]


def test_a_net_of_a_file_or_a_run_learns_on(capsys, home, folder: Path) -> None:
    settings = "--dataset", "digits", "--epochs", 1, "--limit", 50
    code, out, err = run(
        capsys, "train", "--from", folder / "net.keras", "--freeze", "nothing", "--scaling", "-1..1", *settings
    )
    assert code == 0, err
    # 3*3*3*4 + 4 = 112; 10*8*4*10 + 10 = 3210
    assert "All layers and the new head learn: 3,322 parameters learn, 0 are frozen." in err
    first = RunStore().recent(OPERATOR)[0]
    assert (first.name, first.architecture.scaling.shift) == ("net (fine-tuned)", -1)
    assert first.id in out
    said = answer(capsys, "train", "--from", first.id, "--keep-head", *settings)
    assert said["fine_tuning"] == {
        "run": first.id,
        "name": "net (fine-tuned)",
        "frozen": "all-but-the-head",
        "head": "kept",
    }
    assert said["metrics"]["num_test"] > 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("predict", "{net}", "{picture}", "--classes", "a,b"), "a name for each of the 3 classes"),
        (("predict", "0123456789ab", "{picture}", "--scaling", "0..1"), "--scaling is for files"),
        (("inspect", "{net}", "{picture}", "--out", "/nowhere/at/all.npz"), "cannot be written"),
        (("train", "--from", "{net}", "--dataset", "digits", "--keep-head"), "it tells 3 classes apart, they have 10"),
        (("train", "--from", "0123456789ab"), "There is no run"),
        (("train", "--from", "0123456789ab", "--scaling", "0..1"), "--scaling is for files"),
        (("train", "--preset", "lenet5", "--freeze", "nothing"), "name it with --from. Received: --freeze"),
        (("train", "--from", "{net}", "--preset", "lenet5"), "not allowed with argument"),
        (("export", "0123456789ab", "--to", "keras", "--out", "x.keras"), "There is no run"),
    ],
)
def test_a_mistake_is_one_line(capsys, home, folder: Path, arguments: tuple[str, ...], words: str) -> None:
    places = {"net": folder / "net.keras", "picture": folder / "picture.png"}
    code, out, err = run(capsys, *(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, "")
    assert words in err.strip().splitlines()[-1]
