"""`python -m cnnviz card`, and corrections of a training from a table."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cnnviz.cli.named_nets import config_of
from cnnviz.cli.parser import main, make_parser
from cnnviz.cli.printing import EpochPrinter
from cnnviz.cli.training_options import parse_corrections
from cnnviz.datasets.corrections import Correction
from cnnviz.errors import InvalidConfig
from cnnviz.reports.card import PROMPTS, read_card
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET as NET


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    store = RunStore(tmp_path)
    made = store.create(NET, TrainingConfig())
    store.update(made.id, status=Status.FINISHED, metrics={"accuracy": 0.9})
    return made


def test_a_card_is_printed_filled_in_and_kept(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(("card", run.id)) == 0
    form = capsys.readouterr().out
    assert all(f"## {prompt.question}\n\n(no answer)" in form for prompt in PROMPTS.values())
    file = tmp_path / "card.md"
    file.write_text(form.replace("(no answer)", "To read digits.", 1), encoding="utf-8-sig", newline="\r\n")
    assert main(("card", run.id, "--from", str(file))) == 0
    assert "holds 1 answer now" in capsys.readouterr().out
    assert read_card(RunStore(tmp_path), run.id) == {"purpose": "To read digits."}
    assert main(("card", run.id, "--json")) == 0
    assert json.loads(capsys.readouterr().out) == {"run": run.id, "card": {"purpose": "To read digits."}}


@pytest.mark.parametrize(
    ("content", "words"), [(b"Cats.", "headings"), (b"## What data?\n\xff", "no text in UTF-8"), (None, "No such file")]
)
def test_what_is_no_card_is_one_sentence(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture, content: bytes | None, words: str
) -> None:
    file = tmp_path / "card.md"
    if content is not None:
        file.write_bytes(content)
    assert main(("card", run.id, "--from", str(file))) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert read_card(RunStore(tmp_path), run.id) == {}


def test_a_run_without_a_card_names_the_command_that_writes_one(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(("export", run.id, "--to", "card", "--out", str(tmp_path / "card.md"))) == 2
    assert f"python -m cnnviz card {run.id} --from CARD.md" in capsys.readouterr().err
    file = tmp_path / "no-card.md"
    file.write_text("Cats.")
    assert main(("card", run.id, "--from", str(file))) == 2
    assert "python -m cnnviz card RUN prints one with all of them" in capsys.readouterr().err


def test_corrections_are_read_from_a_table_that_counts_images_from_1() -> None:
    table = 'part,image,label\ntrain,1,"3"\ntrain, 12 ,\ntest,2,a cat\n'
    assert parse_corrections(table) == (
        Correction("train", 0, "3"),
        Correction("train", 11, None),
        Correction("test", 1, "a cat"),
    )
    assert parse_corrections("label,note,image,part\n7,why,4,train\n") == (Correction("train", 3, "7"),)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "first line is part,image,label. Received: nothing"),
        ("part,place,label\ntrain,1,3\n", "Received: part,place,label"),
        ("part,image,label\ntrain,0,3\n", "line 2 .* Received: train,0,3"),
        ("part,image,label\ntrain,1,3\nvalidation,1,3\n", "line 3"),
        ("part,image,label\ntrain,one,3\n", "Received: train,one,3"),
        ("part,image,label\ntrain\n", "Received: train,,"),
        ("part,image,label\ntrain,4,3\ntest,4,\ntrain,4,\n", "line 4 .* one line for each image. Received: train,4,$"),
    ],
)
def test_what_is_no_correction_is_refused_with_its_line(table: str, words: str) -> None:
    with pytest.raises(InvalidConfig, match=words):
        parse_corrections(table)


def test_a_line_that_is_there_twice_counts_once() -> None:
    assert parse_corrections("part,image,label\ntrain,4,3\ntrain,4,3\n") == (Correction("train", 3, "3"),)


@pytest.mark.parametrize("status", [Status.FAILED, Status.STOPPED])
def test_why_a_training_has_left_no_net_is_left_to_the_error(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture, status: Status
) -> None:
    tell = EpochPrinter(RunStore(tmp_path))
    tell(replace(run, status=status, metrics={}, message="No class cow."))
    assert capsys.readouterr().err == ""
    tell(replace(run, status=Status.RUNNING, metrics={}, message="Its worker was lost."))
    assert capsys.readouterr().err == "Its worker was lost.\n"


def test_train_takes_the_corrections_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "fixed.csv"
    file.write_text("part,image,label\ntrain,3,\n", encoding="utf-8-sig")
    options = make_parser().parse_args(["train", "--preset", "digits-small", "--corrections", str(file)])
    assert config_of(options).corrections == (Correction("train", 2, None),)
