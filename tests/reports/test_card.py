from pathlib import Path

import pytest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.errors import InvalidInput, NotAllowed, UnknownName
from cnnviz.reports.card import (
    CARD_FILE,
    MAX_ANSWER,
    PROMPTS,
    SHOWN,
    card_text,
    evidence,
    merge_cards,
    parse_card,
    read_card,
    write_card,
)
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from tests.reports.runs import finished_run, store_in

ANN, BOB = Visitor("ann"), Visitor("bob")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return store_in(tmp_path)


@pytest.fixture
def run(store: RunStore) -> Run:
    made = finished_run(store)
    store.update(made.id, owner="ann", sharing=Sharing.EVERYBODY)
    return store.get(made.id)


def test_what_its_owner_has_written_is_kept_with_the_run(store: RunStore, run: Run) -> None:
    assert read_card(store, run.id) == {}
    write_card(store, run.id, {"purpose": " Cats. ", "limits": "", "data": "\n"}, by=ANN)
    assert read_card(store, run.id) == {"purpose": "Cats."}
    write_card(store, run.id, {"purpose": ""}, by=OPERATOR)
    assert not store.has_file(run.id, CARD_FILE)


def test_nobody_else_writes_and_a_stranger_learns_nothing(store: RunStore, run: Run) -> None:
    with pytest.raises(NotAllowed):
        write_card(store, run.id, {"purpose": "mine"}, by=BOB)
    store.update(run.id, sharing=Sharing.PRIVATE)
    with pytest.raises(UnknownName):
        write_card(store, run.id, {"purpose": "mine"}, by=BOB)


@pytest.mark.parametrize("answers", [{"other": "x"}, {"purpose": "x" * (MAX_ANSWER + 1)}])
def test_what_is_no_answer_is_refused(store: RunStore, run: Run, answers: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="A model card answers"):
        write_card(store, run.id, answers, by=ANN)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"purpose": 3, "other": "x"}'])
def test_a_damaged_card_counts_as_none(store: RunStore, run: Run, content: bytes) -> None:
    store.save_file(run.id, CARD_FILE, content)
    assert read_card(store, run.id) == {}
    assert card_text(store, run) == ""


def test_the_evidence_is_that_of_the_test_images(store: RunStore, run: Run) -> None:
    assert evidence(store, run) == [
        "Of 3 test images it gets 66.7\u202f% right.",
        "Of class no face it finds 50\u202f% (2 images).",
        "no face taken for face: 1 image (50.0\u202f% of class no face).",
    ]


@pytest.mark.parametrize("content", [None, b"damaged"])
def test_without_answers_there_is_no_evidence(store: RunStore, run: Run, content: bytes | None) -> None:
    if content is None:
        store.delete_file(run.id, TEST_FILE)
    else:
        store.save_file(run.id, TEST_FILE, content)
    assert evidence(store, run) == []


def test_the_text_has_the_answers_as_they_were_written_and_the_evidence(store: RunStore, run: Run) -> None:
    write_card(store, run.id, {"purpose": "<b>*Cats*</b>\n# and dogs"}, by=ANN)
    text = card_text(store, run)
    assert "# Model card: mine" in text
    assert "\\<b>\\*Cats\\*\\</b>\\\n\\# and dogs" in text
    assert "## On whom does it fail?\n\n(no answer)\n\nIts test images show:\n\n- Of 3 test images" in text
    assert "Where must it not be used?" not in text


def test_a_card_is_read_again_as_it_was_written_without_what_the_test_images_show(store: RunStore, run: Run) -> None:
    answers = {"purpose": "<b>*Cats*</b>\n# and `dogs`\n## C:\\x", "failures": "1. none", "makers": "Ann & Bob, 2026"}
    write_card(store, run.id, answers, by=ANN)
    assert SHOWN in card_text(store, run)
    assert parse_card(card_text(store, run)) == answers
    assert parse_card(card_text(store, run, is_form=True)) == {**dict.fromkeys(PROMPTS, ""), **answers}
    assert parse_card("## what data?\n\nPhotos of *ours*.\n\nTwo parts.\n") == {
        "data": "Photos of *ours*.\n\nTwo parts."
    }


@pytest.mark.parametrize(
    "text",
    [
        "One.\n\nTwo, first line\nand second.\n\nThree.",
        "One.\n\n\n\nTwo.",
        "1. one\n\n- two\n\n# three\n\n## What data?\n\\",
        f"They say:\n{SHOWN}\n- all well\n\n{SHOWN}\n\n- really",
    ],
)
def test_paragraphs_and_lines_of_an_answer_are_kept(store: RunStore, run: Run, text: str) -> None:
    answers = {"purpose": text, "failures": text}
    write_card(store, run.id, answers, by=ANN)
    assert parse_card(card_text(store, run)) == answers


def test_a_paragraph_is_one_in_the_markdown(store: RunStore, run: Run) -> None:
    write_card(store, run.id, {"purpose": "One.\n\nTwo,\nand on."}, by=ANN)
    assert "## What is it for?\n\nOne.\n\nTwo,\\\nand on.\n\n## " in card_text(store, run)


def test_a_form_asks_all_questions_and_says_what_the_test_images_show(store: RunStore, run: Run) -> None:
    form = card_text(store, run, is_form=True)
    assert [line[3:] for line in form.splitlines() if line.startswith("## ")] == [
        one.question for one in PROMPTS.values()
    ]
    assert SHOWN in form
    assert set(parse_card(form).values()) == {""}


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("", "without one"),
        ("Cats.", "without one"),
        ("## Why?\n\nx", "Why"),
        ("## What data?\n## What data?\n", "twice"),
    ],
)
def test_what_is_no_card_is_refused(text: str, received: str) -> None:
    with pytest.raises(InvalidInput, match=rf"## What is it for\?.*Received: .*{received}"):
        parse_card(text)


@pytest.mark.parametrize(
    ("before", "now", "mine", "kept"),
    [
        ("a", "a", "b", "b"),
        ("a", "b", "a", "b"),
        ("a", "b", "b", "b"),
        ("a", "b", "c", "b\n\nc"),
        ("", "b", " c\n", "b\n\nc"),
        ("a", "a", "", ""),
        ("a", "b", "", "b"),
        ("a", "", "c", "c"),
    ],
)
def test_of_two_windows_nothing_that_was_written_is_lost(before: str, now: str, mine: str, kept: str) -> None:
    cards = ({"purpose": text} if text else {} for text in (before, now, mine))
    assert merge_cards(*cards) == {**dict.fromkeys(PROMPTS, ""), "purpose": kept}
