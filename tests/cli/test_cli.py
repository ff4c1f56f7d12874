import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.cli.named_nets import NAMED
from cnnviz.cli.parser import main
from cnnviz.imaging.decode import encode_png

SECONDS = 240


def _run(capsys: pytest.CaptureFixture, *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def _json(capsys: pytest.CaptureFixture, *arguments: str) -> dict:
    code, out, err = _run(capsys, *arguments, "--json")
    assert code == 0, err
    return json.loads(out.splitlines()[-1])


def test_presets_and_datasets_are_listed(capsys) -> None:
    assert [row["name"] for row in _json(capsys, "presets")["presets"]] == list(NAMED)
    names = {row["name"] for row in _json(capsys, "datasets")["datasets"]}
    assert {"digits", "shapes", "faces", "mnist", "fashion_mnist", "cifar10"} <= names
    assert "starter" not in names


def test_analyze_gives_the_contract(capsys) -> None:
    data = _json(capsys, "analyze", "--preset", "conv32-64-128-mnist")
    assert data["totals"]["params"] == 104_202
    assert [layer["params"] for layer in data["layers"]] == [320, 0, 18_496, 0, 73_856, 0, 11_530]
    assert set(data["layers"][0]) >= {
        "name",
        "kind",
        "output_shape",
        "params",
        "macs",
        "memory_bytes",
        "receptive_field",
    }


def test_a_net_from_a_file_is_analyzed(capsys, tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    file.write_text(get_preset("lenet5").architecture.to_json())
    assert _json(capsys, "analyze", "--file", str(file))["totals"]["params"] == 61_706


def test_text_is_for_people(capsys) -> None:
    code, out, _ = _run(capsys, "analyze", "--preset", "lenet5")
    assert code == 0
    assert "61,706 parameters" in out


MISTAKES = {
    "no command": ((), "COMMAND"),
    "unknown command": (("fly",), "fly"),
    "unknown preset": (("analyze", "--preset", "nothing"), "lenet5"),
    "no file": (("analyze", "--file", "nowhere.json"), "nowhere.json"),
    "unknown run": (("evaluate", "nothere"), "nothere"),
    "path as run": (("evaluate", "../../etc/passwd"), "no run"),
    "bad epochs": (("train", "--preset", "lenet5", "--epochs", "0"), "Epochs: expected 1 or more"),
    "text for epochs": (("train", "--preset", "lenet5", "--epochs", "many"), "many"),
    "bad optimizer": (("train", "--preset", "lenet5", "--optimizer", "magic"), "Optimizer: expected"),
    "nan rate": (("train", "--preset", "lenet5", "--learning-rate", "nan"), "--learning-rate"),
    "no image": (("predict", "x.keras", "nowhere.png"), "nowhere.png"),
    "unknown bench": (("bench", "nothing"), "nothing"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_users_mistake_is_one_line_and_exit_code_2(capsys, name: str) -> None:
    arguments, words = MISTAKES[name]
    code, out, err = _run(capsys, *arguments)
    assert code == 2
    assert not out
    assert len(err.strip().splitlines()) == 1
    assert words in err


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"layers": 3}', "\x00\xff"])
def test_a_file_that_is_no_net_is_one_line(capsys, tmp_path: Path, content: str) -> None:
    file = tmp_path / "net.json"
    file.write_text(content)
    code, _, err = _run(capsys, "analyze", "--file", str(file))
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def _command(home: Path, project: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "CNNVIZ_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "cnnviz", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


@pytest.mark.usefixtures("scheduler")
def test_train_evaluate_and_predict_as_a_user_would(tmp_path: Path, project: Path) -> None:
    arguments = ("train", "--preset", "digits-small", "--epochs", "2", "--limit", "500", "--seed", "0", "--json")
    done = _command(tmp_path, project, *arguments)
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout.splitlines()[-1])
    assert [row["epoch"] for row in run["epochs"]] == [1, 2]
    assert {"run", "epochs", "metrics", "seconds", "device", "findings"} <= set(run)
    assert "epoch 2/2" in done.stderr
    assert run["predicted_seconds"] is None  # nobody has measured this installation's worker
    assert "\nabout " not in f"\n{done.stderr}"

    scores = json.loads(_command(tmp_path, project, "evaluate", run["run"], "--json").stdout.splitlines()[-1])
    assert scores["accuracy"] == pytest.approx(run["metrics"]["accuracy"])
    assert np.sum(scores["confusion"]) == 360

    picture = np.full((90, 60), 255, np.uint8)
    picture[15:75, 26:34] = 0  # a one
    image, model = tmp_path / "one.png", tmp_path / "runs" / run["run"] / "model.keras"
    image.write_bytes(encode_png(picture))
    by_run, by_file = (
        json.loads(_command(tmp_path, project, "predict", str(source), str(image), "--json").stdout.splitlines()[-1])
        for source in (run["run"], model)
    )
    answers = by_run["predictions"][0]["probabilities"], by_file["predictions"][0]["probabilities"]
    np.testing.assert_allclose(*(list(answer.values()) for answer in answers), atol=2e-6)
    assert sum(by_run["predictions"][0]["probabilities"].values()) == pytest.approx(1, abs=1e-3)

    listed = json.loads(_command(tmp_path, project, "runs", "--json").stdout.splitlines()[-1])["runs"]
    assert [row["run"] for row in listed] == [run["run"]]


@pytest.mark.usefixtures("own_cluster")
def test_trainings_are_pure_keras_so_that_another_backend_runs_them(tmp_path: Path, project: Path, monkeypatch) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed; it is not needed to run the product")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    arguments = ("train", "--preset", "digits-small", "--epochs", "2", "--augment", "rotation=10", "--seed", "0")
    done = _command(tmp_path, project, *arguments, "--limit", "500", "--schedule", "cosine", "--json")
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout.splitlines()[-1])["epochs"]
    assert second["loss"] < first["loss"]
    assert second["norms"]["conv_1"]["gradients"] > 0


@pytest.mark.usefixtures("own_cluster")
def test_a_data_set_that_is_not_there_is_one_line(tmp_path: Path, project: Path) -> None:
    done = _command(tmp_path, project, "train", "--preset", "digits-small", "--dataset", "/nowhere/at/all")
    assert done.returncode == 2
    assert "There is no data set or path" in done.stderr
    assert "Traceback" not in done.stderr


def _pets(root: Path) -> Path:
    for part, count in (("training", 4), ("validation", 2), ("testing", 2)):
        for label in ("fox", "owl"):
            (root / part / label).mkdir(parents=True)
            for number in range(count):
                picture = encode_png(np.full((9, 11, 3), 20 * number, np.uint8))
                (root / part / label / f"{number}.jfif").write_bytes(picture)
    (root / "training" / "fox" / "list.csv").write_text("a,b")
    return root


def test_what_a_folder_means_is_said_in_words_and_in_json(capsys, tmp_path: Path) -> None:
    pets = str(_pets(tmp_path / "pets"))
    data = _json(capsys, "datasets", pets)
    assert data["parts"] == {
        "train": {"fox": 4, "owl": 4},
        "validation": {"fox": 2, "owl": 2},
        "test": {"fox": 2, "owl": 2},
    }
    assert data["left_out"] == [
        {"reason": "no picture by content", "count": 1, "where": "", "first": "training/fox/list.csv"}
    ]
    _, words, _ = _run(capsys, "datasets", pets)
    assert "train: 8 pictures of 2 classes\n  fox: 4\n  owl: 4\n" in words
    assert "Left out 1 file, no picture by content: training/fox/list.csv." in words


@pytest.mark.parametrize(
    ("files", "why", "found"),
    [
        (["1.png", "2.png"], "expected 2 to 1000 classes", {}),
        (["owl/1.png", "owl/2.png"], "1 class: owl", {"train": {"owl": 2}}),
        (["fox/1.png", "owl/1.png"], "and one more to test on", {"train": {"fox": 1, "owl": 1}}),
        (
            ["fox/1.png", "owl/1.png", "test/bat/1.png"],
            "and one more to test on",
            {"train": {"fox": 1, "owl": 1, "test": 1}},
        ),
    ],
)
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_what_a_training_refuses_is_refused_in_the_same_words_beside_what_was_found(
    capsys, tmp_path: Path, files: list[str], why: str, found: dict[str, dict[str, int]], how: list[str]
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(encode_png(np.zeros((5, 6, 3), np.uint8)))
    code, out, said = _run(capsys, "datasets", str(tmp_path), *how)
    assert code == 2
    assert why in said
    if how:
        assert (json.loads(out)["parts"] if out else {}) == found
        assert not out or why in json.loads(out)["problem"]
    else:
        assert all(f"  {label}: {count}\n" in out for label, count in found.get("train", {}).items())
        assert bool(out) == bool(found)
    assert said == _run(capsys, "train", "--preset", "digits-small", "--dataset", str(tmp_path), *how)[2]


def test_a_folder_can_be_said_to_be_something_else(capsys, tmp_path: Path) -> None:
    pets = str(_pets(tmp_path / "pets"))
    data = _json(capsys, "datasets", pets, "--folder", "validation=test", "--folder", "testing=left out")
    assert data["parts"] == {"train": {"fox": 4, "owl": 4}, "test": {"fox": 2, "owl": 2}}
    code, _, error = _run(capsys, "datasets", pets, "--folder", "validation=rubbish")
    assert code == 2
    assert "expected the path of a folder in the set" in error


def _cut_off(files: int, whole: int = 0) -> list[bytes]:
    """Pictures that end too soon, after some that are whole."""
    noise = np.random.default_rng(5).integers(0, 255, (30, 30, 3), dtype=np.uint8)
    return [encode_png(noise)] * whole + [encode_png(noise)[:1500]] * files


def _fill(root: Path, classes: dict[str, list[bytes]]) -> str:
    for label, pictures in classes.items():
        (root / label).mkdir(parents=True)
        for number, data in enumerate(pictures):
            (root / label / f"{number}.png").write_bytes(data)
    return str(root)


def test_a_set_of_nothing_but_broken_pictures_is_refused_as_a_training_refuses_it(capsys, tmp_path: Path) -> None:
    pets = _fill(tmp_path / "pets", {"fox": _cut_off(4), "owl": _cut_off(4)})
    code, out, said = _run(capsys, "datasets", pets)
    assert code == 2
    assert "  fox: 4\n  owl: 4\n" in out
    assert "expected two classes with a picture each to learn from" in said
    assert said == _run(capsys, "train", "--preset", "digits-small", "--dataset", pets)[2]


def test_a_class_of_broken_pictures_is_said_and_no_picture_of_it_is_counted(capsys, tmp_path: Path) -> None:
    pets = _fill(tmp_path / "pets", {"fox": _cut_off(0, 4), "owl": _cut_off(1, 4), "bat": _cut_off(4)})
    data = _json(capsys, "datasets", pets)
    assert (data["num_train"], data["num_test"]) in ((6, 2), (7, 1)), "the broken owl is in one of the parts"
    assert "Left out the class bat: none of its pictures to learn from can be read." in data["notes"]
    assert "Left out the class bat" in _run(capsys, "datasets", pets)[1]
