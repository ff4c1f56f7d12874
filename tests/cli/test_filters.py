"""`inspect --filters` and `inspect --top-images`: what a net has learned, without an image."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from cnnviz.datasets.registry import load_dataset
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.models.files import model_from_bytes
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.store import RunStore
from tests.cli.test_nets import answer, run

pytestmark = pytest.mark.usefixtures("scheduler")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path]:
    """A colour net whose second filter is an emboss in all colours, as a file."""
    first = layers.Conv2D(4, 3, name="edges")
    model = keras.Sequential(
        [keras.Input((9, 8, 3)), first, layers.DepthwiseConv2D(2, name="each"), layers.Flatten(), layers.Dense(1)]
    )
    kernel = np.asarray(first.kernel).copy()
    kernel[..., 1] = -np.array(KERNELS["emboss"].matrix)[:, :, None] / 7
    first.kernel.assign(kernel)
    path = tmp_path_factory.mktemp("filters") / "net.keras"
    model.save(path)
    return model, path


def test_the_filters_of_a_file_are_told_with_what_they_are_like(capsys, home, net) -> None:
    model, path = net
    said = answer(capsys, "inspect", path, "--filters", "--out", home / "filters.npz")
    first, second = said["layers"]
    assert (first["size"], first["planes"], first["filters"], first["compared"]) == ([3, 3], 3, 4, "all planes")
    emboss = first["kernels"][1]
    assert (emboss["nearest"], emboss["cosine"], emboss["is_known"]) == ("Emboss", pytest.approx(-1), True)
    assert emboss["strength"] == pytest.approx(np.linalg.norm(np.asarray(model.get_layer("edges").kernel)[..., 1]))
    assert (second["size"], second["planes"], second["chance"]) == ([2, 2], 1, None)
    assert [one["nearest"] for one in second["kernels"]] == [None] * 4
    kept = np.load(home / "filters.npz")
    np.testing.assert_allclose(kept["edges"], np.asarray(model.get_layer("edges").kernel), atol=1e-6)
    assert set(kept.files) == {"edges", "edges.bias", "each", "each.bias"}
    code, out, _ = run(capsys, "inspect", path, "--filters", "--layer", "edges")
    assert code == 0
    assert "edges: 4 filters of 3 × 3 over 3 planes, " in out
    assert "each" not in out


def test_the_images_that_excite_the_units_of_a_run_are_those_that_keras_finds(capsys, home) -> None:
    run_id = answer(capsys, "train", "--preset", "digits-small", "--limit", "100", "--epochs", "1")["run"]
    said = answer(capsys, "inspect", run_id, "--top-images", "conv_1", "--out", home / "top.npz")
    model = model_from_bytes(RunStore(home).load_file(run_id, MODEL_FILE))
    images = load_dataset("digits").x_test
    values = np.asarray(keras.Model(model.inputs[0], model.get_layer("conv_1").output)(images, training=False))
    assert said["num_images"] == len(images)
    for unit, told in enumerate(said["units"]):
        largest = np.sort(values[..., unit].reshape(len(images), -1).max(axis=1))[::-1]
        np.testing.assert_allclose([one["value"] for one in told["images"]], largest[:8], rtol=1e-4, atol=1e-5)
        first = told["images"][0]
        assert values[first["index"], first["row"], first["column"], unit] == pytest.approx(first["value"], rel=1e-4)
    kept = np.load(home / "top.npz")
    assert kept["conv_1.images"][:, 0].tolist() == [one["images"][0]["index"] for one in said["units"]]
    one = answer(capsys, "inspect", run_id, "--top-images", "conv_1", "--unit", "1")
    assert one["units"] == [said["units"][1]]
    _, text, _ = run(capsys, "inspect", run_id, "--top-images", "conv_1", "--unit", "1")
    names, values = (line.split() for line in text.splitlines()[1:3])
    assert dict(zip(names, values, strict=True))["image"] == str(one["units"][0]["images"][0]["index"] + 1)
    code, _, err = run(capsys, "inspect", run_id, "--top-images", "conv_1", "--unit", "99")
    assert (code, "units from 0 to" in err) == (2, True)
    code, _, err = run(capsys, "inspect", run_id, "--top-images", "conv1")
    assert (code, "conv_1" in err) == (2, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "required: IMAGE"),
        (("picture.png", "--unit", 3), "--unit belongs to --top-images or --maximise"),
        (("picture.png", "--filters"), "leave the image out"),
        (("--filters", "--method", "saliency"), "not allowed with"),
        (("--top-images", "edges"), "A file brings no test images"),
        (("--filters", "--layer", "edge"), "edges"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(capsys, home, net, options, said) -> None:
    code, _, err = run(capsys, "inspect", net[1], *options)
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
