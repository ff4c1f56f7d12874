"""Long questions: worked on while somebody waits, once for all who wait, and left when nobody does."""

import threading
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cnnviz.engine.ask import RunModel
from cnnviz.engine.long.answers import kept
from cnnviz.engine.long_questions import FORGET_SECONDS, LONG_QUESTIONS, MAX_JOBS, LongQuestions
from cnnviz.errors import EngineUnavailable, InvalidInput, UnexpectedFailure, UnknownName
from cnnviz.runs.run_progress import Progress
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET, SECONDS, OnlyStore, until


class NotesWork(OnlyStore):
    """What a long question needs of an engine here; it notes what was worked on."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.chunks: list[str] = []
        self.ended: list[str] = []


def counting(engine: NotesWork, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Four chunks, each noted with the question's `name`."""
    name = params.get("name", "")
    try:
        for number in range(4):
            engine.chunks.append(f"{name}{number}")
            if number < 3:
                yield (number + 1) / 4
        return f"{name} of {subject.epoch}".encode()
    finally:
        engine.ended.append(name)


def failing(engine: NotesWork, _: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    yield 0.5
    engine.chunks.append("fails")
    raise InvalidInput("The patch is too large.") if params["known"] else KeyError("patch")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engine(tmp_path: Path) -> NotesWork:
    return NotesWork(tmp_path)


@pytest.fixture
def run_id(engine: NotesWork) -> str:
    return engine.store.create(DIGITS_NET, TrainingConfig()).id


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def questions(engine: NotesWork, clock: Clock) -> LongQuestions:
    return LongQuestions(engine, table={"counting": counting, "failing": failing}, clock=clock)


def step(questions: LongQuestions, waiting: str) -> float | bytes:
    questions.step(waiting).result(timeout=SECONDS)
    return questions.state(waiting)


def test_each_step_works_on_one_chunk_and_the_last_brings_the_answer(questions, engine, run_id):
    waiting = questions.start("counting", run_id, 7, {"name": "a"})
    assert questions.state(waiting) == 0
    assert engine.chunks == [], "nothing before it is asked for"
    assert [step(questions, waiting) for _ in range(4)] == [0.25, 0.5, 0.75, b"a of 7"]
    assert step(questions, waiting) == b"a of 7", "an answer that got lost on its way can be fetched again"
    assert engine.chunks == ["a0", "a1", "a2", "a3"]


def test_who_asks_the_same_waits_for_the_same_work(questions, engine, run_id):
    first = questions.start("counting", run_id, None, {"name": "a"})
    step(questions, first)
    second = questions.start("counting", run_id, None, {"name": "a"})
    assert second != first
    assert questions.state(second) == 0.25
    step(questions, second)
    step(questions, first)
    assert step(questions, second) == b"a of None"
    assert questions.state(first) == b"a of None"
    assert engine.chunks == ["a0", "a1", "a2", "a3"]
    for other in (("counting", run_id, 1, {"name": "a"}), ("counting", run_id, None, {"name": "b"})):
        assert questions.state(questions.start(*other)) == 0, "another question"


def test_of_a_run_that_was_rewound_the_question_is_another(questions, engine, run_id):
    step(questions, questions.start("counting", run_id, None, {}))
    engine.store.update(run_id, progress=Progress(started=5.0))
    assert questions.state(questions.start("counting", run_id, None, {})) == 0


def test_two_who_wait_at_once_share_a_chunk(engine, run_id):
    goes_on = threading.Event()

    def slow(*_: object) -> Generator[float, None, bytes]:
        engine.chunks.append("slow")
        goes_on.wait(SECONDS)
        yield 0.5

    questions = LongQuestions(engine, table={"slow": slow})
    first, second = (questions.start("slow", run_id, None, {}) for _ in range(2))
    chunk = questions.step(first)
    assert questions.step(second) is chunk
    assert questions.state(second) == 0
    goes_on.set()
    chunk.result(timeout=SECONDS)
    assert questions.state(second) == 0.5
    assert engine.chunks == ["slow"]


def test_what_nobody_waits_for_any_more_ends_after_its_chunk(engine, run_id):
    goes_on, begun = threading.Event(), threading.Event()

    def slow(*_: object) -> Generator[float, None, bytes]:
        try:
            begun.set()
            goes_on.wait(SECONDS)
            yield 0.5
            engine.chunks.append("went on")
        finally:
            engine.ended.append("slow")

    questions = LongQuestions(engine, table={"slow": slow})
    waiting = questions.start("slow", run_id, None, {})
    chunk = questions.step(waiting)
    assert begun.wait(SECONDS)
    questions.cancel(waiting)
    goes_on.set()
    chunk.result(timeout=SECONDS)
    until(lambda: engine.ended == ["slow"])
    assert engine.chunks == []
    with pytest.raises(UnknownName, match="Ask again"):
        questions.step(waiting)


def test_a_cancel_leaves_the_work_to_others_who_wait_for_it(questions, engine, run_id):
    first, second = (questions.start("counting", run_id, None, {"name": "a"}) for _ in range(2))
    step(questions, first)
    questions.cancel(first)
    assert engine.ended == []
    assert step(questions, second) == 0.5
    questions.cancel(second)
    assert engine.ended == ["a"]
    questions.cancel("nobody's")


def test_who_does_not_come_back_is_forgotten_with_the_work(questions, engine, run_id, clock):
    gone = questions.start("counting", run_id, None, {"name": "gone"})
    step(questions, gone)
    clock.now = FORGET_SECONDS - 1
    there = questions.start("counting", run_id, None, {"name": "there"})
    clock.now = FORGET_SECONDS + 1
    questions.start("counting", run_id, None, {"name": "new"})
    assert engine.ended == ["gone"]
    assert step(questions, there) == 0.25
    with pytest.raises(UnknownName, match="Nobody waits"):
        questions.state(gone)


def test_a_failure_is_one_sentence_and_can_be_asked_again(questions, engine, run_id):
    for known, error, match in (
        (True, InvalidInput, "patch is too large"),
        (False, UnexpectedFailure, "not foreseen"),
    ):
        for _ in range(2):
            waiting = questions.start("failing", run_id, None, {"known": known})
            assert step(questions, waiting) == 0.5
            with pytest.raises(error, match=match):
                step(questions, waiting)
    assert engine.chunks == ["fails"] * 4


def test_what_cannot_be_asked_is_refused(questions, run_id):
    with pytest.raises(UnknownName, match="no question named 'nothing'"):
        questions.start("nothing", run_id, None, {})
    with pytest.raises(UnknownName, match="no run"):
        questions.start("counting", "nobody", None, {})


def test_too_many_questions_at_a_time_are_refused(questions, run_id, clock):
    for number in range(MAX_JOBS):
        questions.start("counting", run_id, number, {})
    with pytest.raises(EngineUnavailable, match="Try again"):
        questions.start("counting", run_id, None, {})
    questions.start("counting", run_id, 0, {})  # waits with others
    clock.now = FORGET_SECONDS + 1
    questions.start("counting", run_id, None, {})


def test_an_answer_about_net_and_images_alone_is_kept_with_the_run(engine, run_id):
    questions = LongQuestions(engine, table={"counting": kept(counting)})

    def whole(epoch: int | None = None, **params: str) -> float | bytes:
        waiting = questions.start("counting", run_id, epoch, params)
        while isinstance(found := step(questions, waiting), float):
            pass
        questions.cancel(waiting)
        return found

    assert whole(name="a") == whole(name="a") == b"a of None"
    assert engine.chunks == ["a0", "a1", "a2", "a3"]
    assert whole(3, name="a") == b"a of 3"
    engine.store.update(run_id, progress=Progress(started=5.0))
    whole(name="a")
    assert len(engine.chunks) == 12, "a run that was rewound has another net"


def test_every_long_question_has_a_name_that_fits_into_an_address():
    assert all(name.replace("_", "").isalnum() for name in LONG_QUESTIONS)
