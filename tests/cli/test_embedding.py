"""`inspect --embedding` and `inspect --neighbours` of a run."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.datasets.registry import load_dataset
from cnnviz.engine.engine import Engine
from cnnviz.imaging.decode import encode_png
from cnnviz.inspection.projection import nearest
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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "IMAGE"),
        (("x.png", "--embedding", "pca"), "leave the image out"),
        (("--embedding", "magic"), "tsne"),
        (("--dimensions", "3", "x.png"), "--embedding"),
        (("x.png", "--neighbours", "0"), "1 or more"),
        (("x.png", "--metric", "cosine"), "--neighbours"),
        (("--embedding", "pca", "--dimensions", "4"), "4"),
        (("--embedding", "pca", "--seed", "1.5"), "whole number"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_line(capsys, arguments: tuple[str, ...], said: str) -> None:
    code, _, problem = _run(capsys, "inspect", "somerun", *arguments)
    assert code == 2
    assert said in problem
    assert problem.count("\n") == 1
