"""`inspect --embedding` and `inspect --neighbours` of a run."""

from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.datasets.registry import load_dataset
from cnnviz.engine.engine import Engine
from cnnviz.imaging.decode import encode_png
from cnnviz.imaging.preprocess import fit_images
from cnnviz.inspection.projection import nearest
from cnnviz.models.files import model_from_bytes
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from tests.cli.test_cli import _json, _run
from tests.helpers import DIGITS_NET


@pytest.fixture(scope="module")
def run(engine: Engine) -> Run:
    return engine.wait(engine.train(DIGITS_NET, TrainingConfig(limit=200, epochs=1), by=OPERATOR).id)


def test_the_test_images_are_arranged_and_kept(capsys, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "points.npz"
    data = _json(capsys, "inspect", run.id, "--embedding", "pca", "--dimensions", "3", "--out", str(out))
    labels = load_dataset("digits").y_test
    assert data["images"] == data["total"] == len(labels)
    with np.load(out, allow_pickle=False) as arrays:
        assert arrays["labels"].tolist() == labels.tolist()
        centred = arrays["features"] - arrays["mean"]
        assert np.allclose(arrays["points"], centred @ arrays["components"].T, atol=1e-2)
        total = centred.var(axis=0).sum()
        assert np.allclose(data["shares"], arrays["points"].var(axis=0) / total, atol=1e-3)


def test_the_nearest_and_the_nearest_of_another_class_are_those_of_the_features(capsys, run: Run, tmp_path) -> None:
    picture = tmp_path / "digit.png"
    picture.write_bytes(encode_png(load_dataset("digits").x_test[7]))
    out = tmp_path / "points.npz"
    _json(capsys, "inspect", run.id, "--embedding", "pca", "--out", str(out))
    data = _json(capsys, "inspect", run.id, str(picture), "--neighbours", "5", "--metric", "euclidean")
    with np.load(out, allow_pickle=False) as arrays:
        rows, classes = arrays["features"], arrays["classes"]
        labels, said = arrays["labels"], arrays["said"]
    found = [row["index"] for row in data["neighbours"]]
    assert len(found) == 5
    distances = [row["distance"] for row in data["neighbours"]]
    assert distances == sorted(distances)
    middle = rows[found[0]]
    assert set(found) <= set(nearest(rows, middle, 40, metric="euclidean")[0])
    assert data["counterfactual"]["label"] != data["said"]
    assert data["neighbours"][0]["said"] == classes[said[found[0]]]
    assert data["neighbours"][0]["label"] == classes[labels[found[0]]]
    code, text, _ = _run(capsys, "inspect", run.id, str(picture), "--neighbours", "1", "--metric", "euclidean")
    assert code == 0
    assert [line.split()[0] for line in text.splitlines()[:2]] == ["image", str(found[0] + 1)], "as the pages count"


def test_the_places_that_are_alike_are_those_of_brute_force(capsys, engine: Engine, run: Run, tmp_path: Path) -> None:
    picture, out = tmp_path / "digit.png", tmp_path / "layers.npz"
    picture.write_bytes(encode_png(load_dataset("digits").x_test[7]))
    given = ("inspect", run.id, str(picture))
    data = _json(capsys, *given, "--neighbours", "4", "--place", "2,3")
    _json(capsys, *given, "--layer", data["layer"], "--out", str(out))
    with np.load(out, allow_pickle=False) as arrays:
        vector = arrays[data["layer"]][2, 3]
    model = model_from_bytes(engine.store.load_file(run.id, MODEL_FILE))
    probe = keras.Model(model.inputs[0], model.get_layer(data["layer"]).output)
    values = np.asarray(probe(fit_images(load_dataset("digits").x_test, model.input_shape[1:])))
    lengths = np.linalg.norm(values, axis=-1) * np.linalg.norm(vector)
    cosines = np.where(lengths > 0, values @ vector / np.maximum(lengths, 1e-12), 0)
    best = np.sort(cosines.reshape(len(values), -1).max(axis=1))[::-1][:4]
    assert np.allclose([row["cosine"] for row in data["neighbours"]], best, atol=1e-4)
    for row in data["neighbours"]:
        assert cosines[row["index"], row["row"], row["column"]] == pytest.approx(row["cosine"], abs=1e-4)
        assert row["label"] == str(load_dataset("digits").y_test[row["index"]])


@pytest.mark.parametrize(("place", "said"), [("9,99", "expected 0,0 to"), ("middle", "expected 0,0 to")])
def test_a_place_that_is_not_there_is_refused(capsys, run: Run, tmp_path: Path, place: str, said: str) -> None:
    picture = tmp_path / "digit.png"
    picture.write_bytes(encode_png(load_dataset("digits").x_test[7]))
    code, _, problem = _run(capsys, "inspect", run.id, str(picture), "--neighbours", "4", "--place", place)
    assert code == 2
    assert said in problem


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "IMAGE"),
        (("x.png", "--embedding", "pca"), "leave the image out"),
        (("--embedding", "magic"), "tsne"),
        (("--dimensions", "3", "x.png"), "--embedding"),
        (("x.png", "--neighbours", "0"), "1 or more"),
        (("x.png", "--metric", "cosine"), "--neighbours"),
        (("x.png", "--place", "1,1"), "--neighbours"),
        (("--embedding", "pca", "--dimensions", "4"), "4"),
        (("--embedding", "pca", "--seed", "1.5"), "whole number"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_line(capsys, arguments: tuple[str, ...], said: str) -> None:
    code, _, problem = _run(capsys, "inspect", "somerun", *arguments)
    assert code == 2
    assert said in problem
    assert problem.count("\n") == 1
