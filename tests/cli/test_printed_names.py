"""Names of classes, files and nets in every text of the command line: letters, in one line, not too long."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.cli.answer import Answer
from cnnviz.cli.parser import main
from cnnviz.cli.printing import table
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import MAX_NAME, as_name, as_names, as_sentence, as_terminal, is_unsafe
from cnnviz.training.config import TrainingConfig

LONG = "Spinacia_" + "o" * 170 + "_leaf_17"
HOSTILE = ["gn\N{RIGHT-TO-LEFT OVERRIDE}p.exe", "\x1b[2J\x1b[1;31mred\x1b[0m", "be\x07ll", "a\x9b5Ab", LONG]
SHOWN = ["gnp.exe", "red", "bell", "ab", f"Spinacia_{'o' * 30}…{'o' * 12}_leaf_17"]


@pytest.mark.parametrize(("name", "shown"), list(zip(HOSTILE, SHOWN, strict=True)))
def test_a_name_is_shown_as_its_letters(name: str, shown: str) -> None:
    assert as_name(name) == shown
    assert len(as_name(name)) <= MAX_NAME


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;a title\x07cat", "cat"),
        ("\x1b]8;;http://h\x1b\\cat", "cat"),
        ("c\ra\nt", "cat"),
        ("half \udc80", "half"),
        ("", ""),
        (3, "3"),
        ("fell  by 8\u202f%\n", "fell by 8\u202f%"),
    ],
)
def test_what_a_terminal_would_obey_is_left_out_of_a_name(text: object, shown: str) -> None:
    assert as_name(text) == shown


def test_only_the_first_names_of_many_are_written_and_only_long_words_of_a_sentence_are_cut() -> None:
    assert as_names(["a\x07", "b", "c"], 2) == "a, b"
    sentence = f"There is no run {LONG}{LONG}. Use one of: {', '.join('abc')}."
    assert as_sentence(sentence) == sentence.replace(f"{LONG}{LONG}.", f"{(LONG + LONG)[:99]}…{(LONG + '.')[-20:]}")
    assert as_terminal("a\n  b\x1b[5m\n") == "a\n  b\n"


def test_a_sentence_keeps_the_narrow_space_of_a_number() -> None:
    assert as_sentence("It  fell by\n8\u202f%.") == "It fell by 8\u202f%."


def _hostile_set(root: Path) -> str:
    picture = encode_png(np.full((9, 11, 3), 90, np.uint8))
    for name in (*map(os.fsencode, HOSTILE), b"no\xffutf"):
        folder = os.path.join(os.fsencode(root), name)
        os.makedirs(folder)
        for number in range(4):
            Path(os.fsdecode(os.path.join(folder, b"%d.png" % number))).write_bytes(picture)
        Path(os.fsdecode(os.path.join(folder, b"\x1b[2J" + b"n" * 190 + b".txt"))).write_text("none")
    return str(root)


def test_the_tree_of_a_folder_shows_its_names_so_and_json_is_json(capsys, tmp_path: Path) -> None:
    place = _hostile_set(tmp_path / "set")
    assert main(["datasets", place]) == 0
    out = capsys.readouterr().out
    assert not [letter for letter in out.replace("\n", "") if is_unsafe(letter)]
    assert all(f"  {name}: 4\n" in out for name in (*SHOWN, "noutf"))
    assert max(map(len, out.splitlines())) < 250
    assert main(["datasets", place, "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["classes"]) == {*SHOWN, "noutf"}


def test_the_name_of_a_net_is_shown_so_among_the_runs(capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    net = get_preset("digits-small").architecture
    for name in (HOSTILE[0], f"\x1b[2J{'n' * 50}"):
        RunStore().create(net.model_copy(update={"name": name}), TrainingConfig(dataset="digits"))
    assert main(["runs"]) == 0
    out = capsys.readouterr().out
    assert "gnp.exe" in out
    assert not [letter for letter in out.replace("\n", "") if is_unsafe(letter)]


def test_a_mistake_repeats_no_name_that_turns_letters(capsys) -> None:
    assert main(["predict", f"{HOSTILE[1]}.keras", f"{HOSTILE[0]}.png"]) == 2
    assert main(["analyze", "--file", f"{LONG * 2}\x07.json"]) == 2
    with pytest.raises(SystemExit):
        main(["datasets", "x", f"--{HOSTILE[1]}"])
    said = capsys.readouterr().err
    assert not [letter for letter in said.replace("\n", "") if is_unsafe(letter)]
    assert max(map(len, said.split())) <= 140


def test_a_table_cuts_long_texts_and_json_has_no_word_for_what_is_no_number() -> None:
    assert max(map(len, table([{"name": LONG, "loss": None}]).splitlines())) <= 110
    answer = Answer({"loss": float("nan"), "rows": [float("-inf"), 1.5, "NaN"]}, "")
    assert json.loads(answer.printed(is_json=True)) == {"loss": None, "rows": [None, 1.5, "NaN"]}
    assert "NaN," not in answer.printed(is_json=True)


def test_of_several_pictures_the_one_that_cannot_be_read_is_named(capsys, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "ba\x07d.png"
    good.write_bytes(encode_png(np.full((9, 11, 3), 90, np.uint8)))
    bad.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert main(["predict", "net.keras", str(good), str(bad)]) == 2
    said = capsys.readouterr().err
    assert "/bad.png: This picture is cut off or damaged" in said
    assert "good.png" not in said
