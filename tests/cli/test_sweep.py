"""The command `sweep`: how settings are typed, and a small sweep as a user would run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnviz.cli.parser import main, make_parser
from cnnviz.cli.sweep import read_settings_of
from cnnviz.errors import InvalidConfig


def test_settings_are_read_with_hyphens_and_decimal_commas() -> None:
    assert read_settings_of(["learning-rate=0,1; 0,01", "batch_size=16,32"]) == {
        "learning_rate": (0.1, 0.01),
        "batch_size": (16, 32),
    }


@pytest.mark.parametrize("texts", [["learning_rate"], ["epochs=1", "epochs=2"]])
def test_what_is_no_setting_with_values_is_refused(texts: list[str]) -> None:
    with pytest.raises(InvalidConfig, match="each setting once"):
        read_settings_of(texts)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "colour=1"], "There is no setting for a sweep named 'colour'"),
        (["--set", "epochs=1,2", "--seeds", "200"], "Received: a sweep of 400 points"),
        (["--set", "learning_rate=0"], "Learning rate: expected a number above 0"),
    ],
)
def test_a_users_mistake_is_one_line_before_a_worker_starts(
    capsys: pytest.CaptureFixture, arguments: list[str], said: str
) -> None:
    assert main(["sweep", "--preset", "digits-small", *arguments]) == 2
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "\n" not in error


def test_options_of_a_training_count_for_all_points() -> None:
    options = make_parser().parse_args(["sweep", "--preset", "lenet5", "--set", "epochs=1", "--limit", "200"])
    assert (options.set, options.limit, options.seeds) == (["epochs=1"], 200, 1)


@pytest.mark.usefixtures("own_cluster")
def test_a_sweep_tells_each_training_and_the_best(tmp_path: Path, project: Path) -> None:
    arguments = "sweep --preset digits-small --limit 200 --epochs 1 --set learning_rate=0.01,0.0001 --json"
    done = subprocess.run(
        [sys.executable, "-m", "cnnviz", *arguments.split()],
        cwd=project,
        env={**os.environ, "CNNVIZ_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["status"] == "finished"
    assert [point["values"] for point in answer["points"]] == [{"learning_rate": 0.01}, {"learning_rate": 0.0001}]
    best = max(answer["points"], key=lambda point: point["accuracy"])
    assert answer["best"]["accuracy"] == best["accuracy"]
    assert answer["best"]["runs"] == [best["run"]]
    assert "digits-small, learning rate 0.01: finished, " in done.stderr
