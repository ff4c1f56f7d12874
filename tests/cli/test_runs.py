"""`python -m cnnviz runs` in this process, on a store made by hand."""

import json
from pathlib import Path

import pytest

from cnnviz.cli.parser import main
from cnnviz.runs.labels import stored_tags
from cnnviz.runs.permitted import set_label
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET as NET


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    store = RunStore(tmp_path)
    made = []
    for seed, accuracy in enumerate((0.5, 0.9, 0.7)):
        run = store.create(NET, TrainingConfig(seed=seed), name=f"net {seed}")
        store.update(run.id, status=Status.FINISHED, metrics={"accuracy": accuracy})
        made.append(run)
    set_label(store, made[2].id, note="slow", tags=stored_tags(["class"]))
    return made


def _listed(capsys: pytest.CaptureFixture, *options: str) -> list[int]:
    assert main(("runs", "--json", *options)) == 0
    return [row["seed"] for row in json.loads(capsys.readouterr().out.splitlines()[-1])["runs"]]


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("options", "seeds"),
    [
        ((), [2, 1, 0]),
        (("--sort", "accuracy"), [1, 2, 0]),
        (("--sort", "accuracy", "--reverse"), [0, 2, 1]),
        (("--sort", "seed", "--limit", "2"), [0, 1]),
        (("--search", "slow net"), [2]),
        (("--tag", "class"), [2]),
        (("--starred",), []),
        (("--archived",), []),
    ],
)
def test_what_is_listed_and_in_which_order(capsys, options: tuple[str, ...], seeds: list[int]) -> None:
    assert _listed(capsys, *options) == seeds


def test_a_run_keeps_the_keys_that_it_had_and_the_table_names_the_tags(capsys, runs: list[Run]) -> None:
    main(("runs", "--json"))
    row = json.loads(capsys.readouterr().out.splitlines()[-1])["runs"][0]
    created = runs[2].created.isoformat(timespec="seconds")
    assert (row["run"], row["name"], row["dataset"]) == (runs[2].id, "net 2", "digits")
    assert (row["status"], row["accuracy"], row["created"]) == ("finished", 0.7, created)
    assert (row["note"], row["tags"]) == ("slow", ["class"])
    main(("runs",))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["run", "name", "dataset", "status", "accuracy", "params", "seed", "tags", "created"]
    assert "class" in lines[1]


@pytest.mark.usefixtures("runs")
def test_a_limit_below_one_is_refused_in_one_line(capsys) -> None:
    assert main(("runs", "--limit", "0")) == 2
    assert capsys.readouterr().err == "cnnviz: --limit must be 1 or more. Received: 0\n"
