"""Events on their way from a worker to the server, and what is read of stored ones."""

import pickle
from dataclasses import fields

import msgpack
import pytest

from cnnviz.engine.remote.tasks import call_plainly
from cnnviz.errors import InvalidArchitecture, TrainingFailed, UnexpectedFailure
from cnnviz.training.events import (
    KINDS,
    Accepted,
    DatasetFacts,
    Divergence,
    Envelope,
    EpochEnded,
    Event,
    Loading,
    Paused,
    Points,
    RateChanged,
    Started,
    from_stored,
    pack,
    unpack,
)

FACTS = DatasetFacts(("cat", "dog"), (9, 12, 3), 90, 10, 20, "digit", ("one.jpg is no picture.",))
EVENTS: list[Event] = [
    Accepted(),
    Loading("Downloading", 0.5),
    Started("CPU", "{}", 4, 2, FACTS),
    Points(3, 7, [{"epoch": 2.5, "loss": 0.25}]),
    EpochEnded(3, 1.5, {"loss": 0.5, "confusion": [[1, 0], [0, 1]], "norms": {"conv_1": {"weights": 1.0}}}),
    Paused(True),
    RateChanged(0.01),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_over_as_it_was_sent(event: Event) -> None:
    sent = Envelope("run", "train-run-1", event)
    arrived = msgpack.unpackb(msgpack.packb(pack(sent)))
    assert unpack({**arrived, "worker": "tcp://127.0.0.1:4711"}) == sent, "Dask adds where it is from"


def test_every_kind_of_event_is_tried() -> None:
    assert {type(event) for event in EVENTS} == set(KINDS.values())


def test_a_checkpoint_stays_where_it_was_made() -> None:
    sent = pack(Envelope("run", "key", EpochEnded(1, 2.0, {}, b"weights")))
    assert "checkpoint" not in sent["content"]
    assert unpack(sent).event == EpochEnded(1, 2.0, {})


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "flown"},
        {"content": {"text": "Loading", "share": 0.5, "unknown": 1}},
        {"content": {"text": "Loading"}},
        {"kind": "paused"},
        {"run": None},
        {"kind": ["loading"]},
        {"content": None},
    ],
    ids=["kind", "field", "missing field", "fields of another kind", "no run", "no name", "no content"],
)
def test_an_event_of_another_version_is_one_clear_sentence(change: dict) -> None:
    sent = {**pack(Envelope("run", "key", Loading("Loading", 0.5))), **change}
    if sent["run"] is None:
        del sent["run"]
    with pytest.raises(UnexpectedFailure, match=r"same version.*Expected: one of accepted, loading.*Received: \{"):
        unpack(sent)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (None, DatasetFacts()),
        ("text", DatasetFacts()),
        ({"classes": ["a", "b"], "was": 1}, DatasetFacts(("a", "b"))),
        ({"classes": "ab", "image_shape": [3, 4], "num_train": -1, "input_style": "sound"}, DatasetFacts()),
        ({"classes": [1, 2], "notes": ["fine"]}, DatasetFacts(notes=("fine",))),
    ],
)
def test_stored_facts_are_read_as_far_as_they_can_be_used(stored: object, expected: DatasetFacts) -> None:
    assert from_stored(DatasetFacts, stored) == expected


def test_all_that_is_stored_has_a_default_so_that_an_older_version_can_be_read() -> None:
    assert from_stored(Divergence, {}) == Divergence()
    assert len(fields(from_stored(DatasetFacts, {}))) == 7


@pytest.mark.parametrize(
    ("divergence", "words"),
    [
        (Divergence(2, 13, None), "The loss became NaN (not a number) in epoch 2, batch 13"),
        (Divergence(1, 2, 4.41e17), "The loss became 4.4e+17 in epoch 1, batch 2"),
    ],
)
def test_where_a_loss_went_beyond_all_bounds_is_said_in_words(divergence: Divergence, words: str) -> None:
    assert str(divergence) == words


@pytest.mark.parametrize(
    ("error", "field", "value"),
    [
        (TrainingFailed("It failed.", divergence=Divergence(1, 2, 3e7)), "divergence", Divergence(1, 2, 3e7)),
        (InvalidArchitecture("No net.", layer=(0, 1)), "layer", (0, 1)),
    ],
)
def test_what_an_error_carries_comes_over_from_a_worker(error: Exception, field: str, value: object) -> None:
    def fail() -> None:
        try:
            raise RuntimeError("an object of Keras")
        except RuntimeError as cause:
            raise error from cause

    with pytest.raises(type(error)) as raised:
        call_plainly(fail)
    arrived = pickle.loads(pickle.dumps(raised.value))
    for one in (raised.value, arrived):
        assert type(one) is type(error)
        assert str(one) == str(error)
        assert getattr(one, field) == value
    assert raised.value is not error
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyError("conv_1"), r"not foreseen.*worker's log\. Received: 'conv_1'\.$"),
        (ValueError("One line,\n   and another."), r"Received: One line, and another\.$"),
        (RuntimeError(), r"Received: no reason was given\.$"),
        (MemoryError(), r"more memory than the worker has\. Use a smaller net"),
    ],
)
def test_what_a_worker_did_not_foresee_is_a_sentence_without_a_programmers_words(
    error: Exception, sentence: str
) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(UnexpectedFailure, match=sentence) as raised:
        call_plainly(fail)
    assert type(error).__name__ not in str(raised.value)
