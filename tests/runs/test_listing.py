"""Lists of runs against the same question answered in plain Python, on each database."""

import random
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.errors import InvalidConfig
from cnnviz.runs.files import EDITED_FILE
from cnnviz.runs.folders import damaged_name
from cnnviz.runs.grouping import count_groups, list_groups, list_ungrouped
from cnnviz.runs.labels import stored_tags, tag_list
from cnnviz.runs.listing import (
    SORTED_BY,
    ListQuery,
    choices,
    count_runs,
    damaged_names,
    deleted_among,
    find_listed,
    list_ids,
    list_runs,
)
from cnnviz.runs.permitted import set_label
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark, Progress
from cnnviz.runs.scopes import Scope
from cnnviz.runs.seed_nets import sets_of_seeds
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import RunRow
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction

ADA, BOB = Visitor("ada"), Visitor("bob")
SMALL, LENET = (get_preset(name).architecture for name in ("digits-small", "lenet5"))


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path)


def _run(store: RunStore, accuracy: float | None = None, *, owner: Visitor = ADA, net=SMALL, **settings) -> Run:
    options = {name: settings.pop(name) for name in ("name", "sharing", "prediction") if name in settings}
    run = store.create(net, TrainingConfig(**settings), owner=owner.id, **{"sharing": Sharing.PRIVATE, **options})
    if accuracy is not None:
        store.update(run.id, status=Status.FINISHED, metrics={"accuracy": accuracy}, seconds=10 * accuracy)
    return store.get(run.id)


def _ids(store: RunStore, visitor: Visitor = ADA, limit: int = 50, offset: int = 0, **query) -> list[str]:
    return [one.run.id for one in list_runs(store, visitor, ListQuery(**query), limit=limit, offset=offset)]


def test_a_row_says_what_the_run_and_its_net_say(store: RunStore) -> None:
    run = _run(store, net=LENET, seed=3, optimizer="sgd", dataset="mnist", prediction=Prediction(1.0, 2.0, 4.0))
    for epoch, value in enumerate((0.5, 0.9, 0.8), start=1):
        store.add_epoch(run.id, epoch, {"loss": 1.0, "val_accuracy": value})
    store.save_file(run.id, "model.keras", bytes(1234))
    store.publish(run.id, "net-end", bytes(500))
    store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.75})
    (row,) = list_runs(store, ADA, ListQuery())
    totals = analyze(LENET).totals
    numbers = row.numbers
    assert row.run == store.get(run.id)
    assert (numbers.params, numbers.macs) == (totals.params, totals.macs)
    assert (numbers.epochs_done, numbers.best, numbers.last, numbers.accuracy) == (3, 0.9, 0.8, 0.75)
    assert numbers.num_bytes == 1234 + 500 + len(f"{'0' * 64}.net")
    store.rewind(run.id, 1)
    numbers = list_runs(store, ADA, ListQuery())[0].numbers
    assert (numbers.epochs_done, numbers.best, numbers.last) == (1, 0.5, 0.5)
    store.update(run.id, architecture=SMALL.to_json(), status=Status.QUEUED, metrics={})
    numbers = list_runs(store, ADA, ListQuery())[0].numbers
    assert (numbers.params, numbers.accuracy) == (analyze(SMALL).totals.params, None)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", SORTED_BY)
def test_a_list_is_sorted_by_each_column_with_the_unknown_at_its_end(
    store: RunStore, sort: str, descending: bool
) -> None:
    numbers = random.Random(sort)
    runs = [_run(store, name=f"net {numbers.randrange(9)}", seed=number, net=SMALL) for number in range(12)]
    column = SORTED_BY[sort]
    value = {
        "created": lambda: runs[0].created + timedelta(seconds=numbers.randrange(99)),
        **dict.fromkeys(("name", "dataset", "optimizer", "device"), lambda: f"word {numbers.randrange(9)}"),
        **dict.fromkeys(("seed", "params", "macs", "epochs", "bytes"), lambda: numbers.randrange(9)),
    }.get(sort, lambda: numbers.random())
    expected = {}
    for number, run in enumerate(runs):
        is_known = number % 4 or column.name in ("created", "name", "device", "seconds")
        expected[run.id] = value() if is_known else None
        with store.session() as session:
            session.execute(update(RunRow).where(RunRow.id == run.id).values({column: expected[run.id]}))
    known = [expected[run_id] for run_id in _ids(store, sort=sort, descending=descending)]
    told = [one for one in known if one is not None]
    assert told == sorted(told, reverse=descending)
    assert known == told + [None] * (len(runs) - len(told))


def test_pages_hold_each_run_once(store: RunStore) -> None:
    runs = [_run(store, 0.5, seed=seed) for seed in range(7)]
    pages = [_ids(store, limit=3, offset=offset, sort="accuracy") for offset in (0, 3, 6, 9)]
    assert list(map(len, pages)) == [3, 3, 1, 0]
    assert [run_id for page in pages for run_id in page] == [run.id for run in reversed(runs)]
    assert count_runs(store, ADA, ListQuery()) == 7


def test_a_page_reads_the_runs_that_it_shows_and_no_others(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(30):
        _run(store, 0.5, seed=seed, learning_rate=0.1 + seed % 3)
    read: list[str] = []
    as_before = RunStore.read_row
    monkeypatch.setattr(RunStore, "read_row", lambda self, row: read.append(row.id) or as_before(self, row))
    assert len(_ids(store, limit=5, offset=10, sort="accuracy")) == len(read) == 5
    read.clear()
    assert len(list_groups(store, ADA, ListQuery(), limit=2)[0]) == 2
    assert len(read) == 20, "those that the means of two groups of ten are of"
    read.clear()
    assert (count_runs(store, ADA, ListQuery(search="digits")), count_groups(store, ADA, ListQuery())) == (30, 3)
    choices(store, ADA, Scope.ALL)
    assert read == []
    assert len(store.recent(ADA, limit=4, with_net=True)) == len(read) == 4


def test_each_scope_holds_what_it_says_for_each_visitor(store: RunStore) -> None:
    mine, theirs = _run(store), _run(store, owner=BOB)
    shared = _run(store, owner=BOB, sharing=Sharing.EVERYBODY)
    linked = _run(store, owner=BOB, sharing=Sharing.LINK)
    example = _run(store, owner=OPERATOR, sharing=Sharing.EVERYBODY)
    away, deleted, of_fold = _run(store), _run(store), _run(store, fold=(0, 3))
    set_label(store, away.id, archived=True)
    set_label(store, deleted.id, deleted=deleted.created)
    expected = {
        Scope.ALL: {mine.id, shared.id, example.id},
        Scope.MINE: {mine.id},
        Scope.SHARED: {shared.id},
        Scope.EXAMPLES: {example.id},
        Scope.ARCHIVED: {away.id},
        Scope.DELETED: {deleted.id},
        Scope.FOLDS: {of_fold.id},
    }
    assert {scope: set(_ids(store, scope=scope)) for scope in Scope} == expected
    assert set(_ids(store, BOB)) == {theirs.id, shared.id, linked.id, example.id}
    assert _ids(store, BOB, scope=Scope.ARCHIVED) == _ids(store, BOB, scope=Scope.DELETED) == []
    assert set(_ids(store, OPERATOR)) == {mine.id, theirs.id, shared.id, linked.id, example.id}
    assert {run.id for run in store.recent(ADA)} == expected[Scope.ALL]


def test_a_search_finds_all_words_wherever_they_stand(store: RunStore) -> None:
    first = _run(store, name="Deep net", dataset="mnist", optimizer="sgd")
    second = _run(store, name="deep other", dataset="digits", seed=1)
    set_label(store, second.id, note="Too slow, 100% sure", tags=stored_tags(["for class"]))
    for words, found in {
        "deep": {first.id, second.id},
        "DEEP mnist": {first.id},
        "deep handwritten": {second.id},  # the title of its images
        "sgd": {first.id},
        "slow class": {second.id},
        "100%": {second.id},
        "1_0": set(),
        second.id: {second.id},
        "deep nothing": set(),
    }.items():
        assert set(_ids(store, search=words)) == found, words


def test_where_images_of_somebody_else_lie_is_not_searched(store: RunStore) -> None:
    run = _run(store, sharing=Sharing.EVERYBODY, dataset="/home/uploads/ada/images-1f2e")
    assert _ids(store, search="1f2e") == [run.id]
    assert _ids(store, BOB, search="1f2e") == []


def test_filters_by_images_optimizer_tag_and_star_and_what_there_is_to_choose(store: RunStore) -> None:
    runs = [_run(store, dataset=name, optimizer=how) for name, how in (("mnist", "adam"), ("digits", "sgd"))]
    set_label(store, runs[0].id, tags=stored_tags(["a b", "long"]), star=True)
    set_label(store, runs[1].id, tags=stored_tags(["b"]))
    assert _ids(store, dataset="digits") == _ids(store, optimizer="sgd") == _ids(store, tag="b") == [runs[1].id]
    assert _ids(store, tag="a b") == _ids(store, starred=True) == [runs[0].id]
    assert choices(store, ADA, Scope.ALL) == {
        "dataset": ["digits", "mnist"],
        "optimizer": ["adam", "sgd"],
        "tag": ["a b", "b", "long"],
    }
    assert choices(store, BOB, Scope.ALL) == {"dataset": [], "optimizer": [], "tag": []}


def test_runs_that_differ_only_in_their_seed_are_one_group_with_mean_and_spread(store: RunStore) -> None:
    values = (0.9, 0.94, 0.95)
    seeds = [_run(store, value, seed=seed) for seed, value in enumerate(values)]
    alone = _run(store, 0.97, learning_rate=0.5)
    waiting = _run(store, seed=9)
    other_net = _run(store, 0.2, net=LENET)
    groups, damaged = list_groups(store, ADA, ListQuery(sort="accuracy"))
    assert damaged == []
    assert [group.count for group in groups] == [1, 4, 1]
    first, group, last = groups
    assert (first.newest.run.id, first.mean, first.spread) == (alone.id, 0.97, None)
    assert group.newest.run.id == waiting.id
    assert group.accuracies == values
    assert group.mean == pytest.approx(statistics.fmean(values))
    assert group.spread == pytest.approx(statistics.stdev(values))
    assert group.seconds == pytest.approx(10 * statistics.fmean(values))
    assert last.newest.run.id == other_net.id
    assert set(_ids(store, settings=group.key)) == {waiting.id, *(run.id for run in seeds)}
    assert count_groups(store, ADA, ListQuery()) == 3
    (second,), _ = list_groups(store, ADA, ListQuery(sort="accuracy"), limit=1, offset=1)
    assert second.key == group.key
    for sort in SORTED_BY:
        assert len(list_groups(store, ADA, ListQuery(sort=sort))[0]) == 3


def test_a_run_that_was_stopped_or_changed_by_hand_is_in_no_mean_but_its_own(store: RunStore) -> None:
    """Taken back, or with other weights, it is no seed of the same training."""
    for seed, value in enumerate((0.9, 0.94)):
        _run(store, value, seed=seed)
    for seed, rate in ((2, None), (3, 0.5)):
        taken_back = _run(store, 0.1, seed=seed, **({} if rate is None else {"learning_rate": rate}))
        store.update(taken_back.id, progress=Progress(marks=(Mark("rewind", 1.0),)))
    stopped = _run(store, 0.3, seed=5)
    store.update(stopped.id, status=Status.STOPPED)
    edited = _run(store, 0.2, seed=4)
    store.save_file(edited.id, EDITED_FILE, b"3")
    (group, alone), _ = list_groups(store, ADA, ListQuery(sort="accuracy"))
    assert (group.count, group.num_changed, group.accuracies) == (5, 3, (0.9, 0.94))
    assert (alone.count, alone.num_changed, alone.mean) == (1, 0, 0.1)


def test_of_a_seed_that_was_trained_twice_the_run_counts_that_a_comparison_takes(store: RunStore) -> None:
    first, twice, again = (_run(store, value, seed=seed) for seed, value in ((1, 0.7), (2, 0.8), (1, 0.9)))
    waiting = _run(store, seed=2)
    stopped = _run(store, 0.1, seed=1)
    store.update(stopped.id, status=Status.STOPPED)
    (group,), _ = list_groups(store, ADA, ListQuery())
    assert (group.count, group.num_repeated, group.num_changed) == (5, 1, 1)
    assert group.accuracies == (0.8, 0.9)
    assert group.seconds == pytest.approx(8.5), "the mean of what the two took that count"
    ((_, compared),) = sets_of_seeds(store, [twice], ADA)
    assert [one.id for one in compared] == [again.id, twice.id]
    assert {first.id, waiting.id, stopped.id} <= set(_ids(store, settings=group.key)), "all of them are listed"


def test_a_damaged_row_is_left_out_and_takes_no_other_with_it(store: RunStore) -> None:
    good, bad = _run(store, 0.5), _run(store, 0.6)
    with store.session() as session:
        session.execute(text('UPDATE runs SET config = \'{"epochs": 3, "da\' WHERE id = :id'), {"id": bad.id})
    assert _ids(store) == [good.id]
    assert list_ids(store, ADA, ListQuery()) == [bad.id, good.id], "a page can say what it does not show"
    assert find_listed(store, [bad.id, "gone", good.id])[0].run.id == good.id
    assert deleted_among(store, [good.id, bad.id]) == []
    set_label(store, bad.id, deleted=datetime.now(UTC))
    assert deleted_among(store, ["gone", good.id, bad.id]) == [bad.id]


def test_damaged_runs_neither_count_nor_enter_the_mean_of_their_group(store: RunStore) -> None:
    good = [_run(store, value, seed=seed) for seed, value in enumerate((0.8, 0.9))]
    torn, lost, newer = (_run(store, 0.1, seed=seed) for seed in (2, 3, 4))
    alone = _run(store, 0.3, learning_rate=0.5)
    with store.session() as session:
        for run, column, value in ((torn, "config", "{"), (alone, "config", "{"), (lost, "metrics", "null")):
            session.execute(text(f"UPDATE runs SET {column} = :v WHERE id = :id"), {"v": value, "id": run.id})
    store.update(newer.id, config="[3]")
    (group,), damaged = list_groups(store, ADA, ListQuery())
    assert (group.newest.run.id, group.count, group.accuracies) == (lost.id, 3, (0.8, 0.9)), (
        "the lost one has no number"
    )
    assert group.mean == pytest.approx(0.85)
    assert group.seconds == pytest.approx((8 + 9 + 1) / 3)
    assert damaged == [torn.id, alone.id]
    assert list_ungrouped(store, ADA, ListQuery()) == [newer.id]
    assert list_ungrouped(store, BOB, ListQuery()) == []
    assert [one.numbers.accuracy for one in find_listed(store, [lost.id, good[0].id])] == [None, 0.8]


@pytest.mark.parametrize("left", ["null", "{}", '{"loss": 0.1}', '{"accuracy": 0.9, "los'])
def test_a_run_whose_results_are_lost_comes_last_by_accuracy(store: RunStore, left: str) -> None:
    lost, low, high, queued = _run(store, 0.9), _run(store, 0.5, seed=1), _run(store, 0.8, seed=2), _run(store, seed=3)
    if left.endswith("los") and store.database:
        pytest.skip("Postgres takes nothing that is no JSON")
    with store.session() as session:
        session.execute(text("UPDATE runs SET metrics = :v WHERE id = :id"), {"v": left, "id": lost.id})
    unknown = [queued.id, lost.id]  # the newest first
    assert _ids(store, sort="accuracy") == [high.id, low.id, *unknown]
    assert _ids(store, sort="accuracy", descending=False) == [low.id, high.id, *unknown]
    groups, _ = list_groups(store, ADA, ListQuery(sort="accuracy"))
    assert groups[0].mean == pytest.approx(0.65), "nor does it raise the mean of its group"


@pytest.mark.parametrize(
    ("name", "said"),
    [("my *net*", "my *net* ({})"), ("", "{}"), ("two\nlines", "twolines ({})")],
)
def test_a_damaged_run_is_named_by_its_name_and_id(store: RunStore, name: str, said: str) -> None:
    run = _run(store)
    set_label(store, run.id, name=name)
    assert damaged_names(store, [run.id]) == [said.format(run.id)]
    assert damaged_name(run.id, b"\xff\x00") == run.id


def test_columns_of_runs_that_were_made_without_them_are_filled_when_the_store_is_opened(
    store: RunStore, tmp_path: Path
) -> None:
    run, damaged = _run(store, 0.5, dataset="mnist", seed=4), _run(store, 0.6)
    store.add_epoch(run.id, 1, {"loss": 1.0, "val_accuracy": 0.7})
    store.save_file(run.id, "model.keras", bytes(77))
    store.update(run.id, status=Status.FINISHED)
    before = list_runs(store, ADA, ListQuery(dataset="mnist"))
    with store.session() as session:
        names = ("dataset", "settings_key", "params", "macs", "seed", "optimizer", "best", "last", "accuracy")
        nothing = dict.fromkeys((*names, "epochs_done", "num_bytes"))
        session.execute(update(RunRow).values(**nothing, has_net=False))
        session.execute(text("UPDATE runs SET architecture = '{' WHERE id = :id"), {"id": damaged.id})
    for _ in range(2):
        again = RunStore(tmp_path)
        assert list_runs(again, ADA, ListQuery(dataset="mnist")) == before
        assert [one.id for one in again.recent(ADA, with_net=True)] == [run.id]


def test_tags_are_words_without_commas_each_once_and_not_too_many() -> None:
    assert tag_list(stored_tags([" a  b ", "c,a b", "", ","])) == ["a b", "c"]
    assert stored_tags([]) == ""
    with pytest.raises(InvalidConfig, match=r"at most 30 characters.*Received: 31"):
        stored_tags(["x" * 31])
    with pytest.raises(InvalidConfig, match=r"at most 12 tags.*Received: 13"):
        stored_tags(map(str, range(13)))
