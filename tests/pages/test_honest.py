"""Which of the compared nets is honestly better, as the Compare page shows it."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.evaluation.honest import SeedGroup, Trained, compare
from cnnviz.evaluation.honest_words import superiority_sentence, verdict_sentence
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.evaluation.thresholds import final_metrics
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark, Progress
from cnnviz.runs.seeds import training_key
from cnnviz.runs.sweep_records import SweepStatus
from cnnviz.runs.sweeps import create_sweep, join_sweep, set_sweep_status
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts, Divergence
from cnnviz.training.sweep import seeds_sweep
from cnnviz.ui.compare import honest
from cnnviz.ui.compare.more_seeds import STARTED
from cnnviz.ui.compare.seed_nets import net_names
from cnnviz.ui.session.visitor import SECRET
from tests.helpers import SECONDS

SMALL, WIDE, DENSE = (get_preset(name).architecture for name in ("digits-small", "lenet5", "too-wide-dense"))
LABELS = np.arange(200) % 2


class Maker:
    """Makes runs by hand, of nets that have a share of two classes right."""

    def __init__(self, store: Any) -> None:
        self.store, self.made = store, []

    def run(
        self,
        net: Any,
        seed: int,
        wrong: Sequence[int] = (),
        *,
        classes=("0", "1"),
        one_output: bool = False,
        **settings,
    ) -> Run:
        outputs = np.where(np.isin(np.arange(200), wrong), 1 - LABELS, LABELS) * 0.8 + 0.1
        test = TestPredictions(np.stack([1 - outputs, outputs], 1).astype(np.float32), LABELS, classes)
        run = self.store.create(net, TrainingConfig(seed=seed, epochs=1, **settings), owner=OPERATOR.id)
        self.made.append(run.id)
        self.store.save_file(run.id, TEST_FILE, test.to_bytes())
        facts = DatasetFacts(classes, (28, 28, 1), 100, 0, 200, "digit", ())
        metrics = final_metrics(test, 10, one_output=one_output)
        self.store.update(run.id, status=Status.FINISHED, metrics=metrics, facts=facts)
        return self.store.get(run.id)

    def seeds(self, net: Any, counts: Sequence[int], *, first: int = 0, **settings) -> list[Run]:
        """A run for each number of wrong images; which they are differs a little from seed to seed."""
        return [self.run(net, seed, range(seed, seed + n), **settings) for seed, n in enumerate(counts, first)]


@pytest.fixture
def make(engine) -> Iterator[Maker]:
    maker = Maker(engine.store)
    yield maker
    for run_id in maker.made:
        engine.store.delete(run_id)


def _script(ids: list[str]) -> None:
    from cnnviz.ui.app.page_frame import errors_shown
    from cnnviz.ui.compare.honest import show_honest
    from cnnviz.ui.compare.more_seeds import note_ended
    from cnnviz.ui.session.visitor import shown_run

    with errors_shown():
        note_ended()
        show_honest([shown_run(one) for one in ids])


def _line_script(ids: list[str]) -> None:
    from cnnviz.ui.compare.honest import show_honest_line
    from cnnviz.ui.session.visitor import shown_run

    show_honest_line([shown_run(one) for one in ids])


def show(*runs: Run, **state: Any) -> AppTest:
    app = AppTest.from_function(_script, args=([run.id for run in runs],), default_timeout=SECONDS)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return " ".join(one.value for one in (*app.markdown, *app.caption)).replace("\\", "")


def expected(first: Sequence[Run], second: Sequence[Run]) -> Any:
    """The comparison, reckoned from the answers themselves."""
    groups = []
    for runs, name in ((first, "A"), (second, "B")):
        found = []
        for run in runs:
            wrong = round(200 * (1 - run.metrics["accuracy"]))
            scores = ~np.isin(np.arange(200), range(run.config.seed, run.config.seed + wrong))
            found.append(Trained(run.config.seed, scores.mean(), 200, scores.astype(float)))
        groups.append(SeedGroup(name, found))
    return compare(*groups, same_images=True)


def test_all_seeds_of_both_nets_are_counted_though_one_run_of_each_is_compared(make) -> None:
    small, wide = make.seeds(SMALL, [10, 12, 11, 10]), make.seeds(WIDE, [30, 34, 31, 28], first=20)
    app = show(small[1], wide[2])
    found = expected(small, wide)
    assert "**A is better**" in said(app)
    assert verdict_sentence(found) in said(app)
    assert superiority_sentence(found) in said(app)
    assert any('aria-label="Better in 10 of 10"' in one.proto.body for one in app.get("html"))


@pytest.mark.usefixtures("nobody_is_lost")
def test_while_more_seeds_are_trained_a_verdict_is_said_to_be_so_far(make, engine) -> None:
    small, wide = make.seeds(SMALL, [10, 12, 11, 10]), make.seeds(WIDE, [30, 34, 31, 28], first=20)
    open_run = engine.store.create(WIDE, TrainingConfig(seed=30, epochs=1), owner=OPERATOR.id)
    make.made.append(open_run.id)
    line = AppTest.from_function(_line_script, args=([small[0].id, wide[0].id],), default_timeout=SECONDS)
    for status, end in ((Status.QUEUED, ", so far"), (Status.RUNNING, ", so far"), (Status.STOPPED, "")):
        engine.store.update(open_run.id, status=status)
        assert f"**A is better{end}**: A is ahead of B by" in said(line.run())
        assert f"**A is better{end}**" in said(show(small[1], wide[2]))
        assert "so far**" not in said(show(make.run(DENSE, 0), small[0])), "of these nets nothing is to come"


def test_one_run_each_tells_nothing_of_nets_that_are_trained_anew(make) -> None:
    app = show(make.run(SMALL, 0, range(10)), make.run(WIDE, 0, range(15)))
    assert "**One training of each cannot tell which net is better**" in said(app)
    assert "5 are right only with A and 0 only with B" in said(app)
    assert "another seed may turn it round" in said(app)


def test_runs_that_differ_in_their_seed_alone_show_what_chance_does(make) -> None:
    small = make.seeds(SMALL, [10, 14, 12])
    app = show(*small[:2])
    assert "How far their dots are apart is chance" in said(app)
    assert "94.00 ± 1.00\u202f% over 3 seeds" in said(app)
    assert "none is drawn" not in said(app)
    assert "from two seeds the interval of the mean is too wide" in said(show(*make.seeds(WIDE, [20, 24], first=60)))


def test_a_seed_that_diverged_is_said(make, engine) -> None:
    small, wide = make.seeds(SMALL, [10, 12, 11]), make.seeds(WIDE, [30, 34, 31], first=20)
    lost = make.run(WIDE, 50)
    engine.store.update(lost.id, status=Status.FAILED, metrics={}, progress=Progress(divergence=Divergence(1, 2, None)))
    assert "1 of 4 runs of B went beyond all bounds" in said(show(small[0], wide[0]))


def test_nets_for_other_classes_are_not_called_better_or_worse(make) -> None:
    app = show(make.run(SMALL, 0, range(10), classes=("cat", "dog")), make.run(WIDE, 0))
    assert "A learned other classes than B" in app.warning[0].value.replace("\\", "")


def test_several_nets_are_compared_with_one_and_corrected_for_it(make) -> None:
    small, wide = make.seeds(SMALL, [10, 12, 11, 10]), make.seeds(WIDE, [30, 34, 31, 28], first=20)
    dense = make.seeds(DENSE, [11, 13, 12], first=40)
    app = show(small[0], wide[0], dense[0])
    assert app.selectbox(key="honest_reference").value == small[0].id
    assert "2 comparisons are corrected for being several" in said(app)
    table = next(one.value for one in app.markdown if one.value.startswith("| Net |")).replace("\\", "")
    assert table.splitlines()[2].startswith("| B | **worse** | −1")
    assert table.splitlines()[3].startswith("| C | **no difference can be told** | ")
    app.selectbox(key="honest_reference").set_value(wide[0].id).run()
    assert "Against **B**" in said(app)


def test_nets_with_one_output_can_be_compared_by_their_squared_error(make) -> None:
    first, second = (
        [make.run(net, seed, range(seed, seed + n), one_output=True) for seed, n in enumerate(counts, start)]
        for net, counts, start in ((SMALL, (10, 12, 11), 0), (WIDE, (30, 34, 31), 20))
    )
    app = show(first[0], second[0])
    app.segmented_control(key="honest_metric").set_value("mse").run()
    mean = np.mean([run.metrics["mse"] for run in second]) - np.mean([run.metrics["mse"] for run in first])
    assert f"A is better than B by {mean:.4f} on average" in said(app)


def test_nets_with_one_output_can_be_compared_by_their_correlation(make) -> None:
    first, second = (make.run(net, 0, range(wrong), one_output=True) for net, wrong in ((SMALL, 10), (WIDE, 30)))
    app = show(first, second)
    assert app.segmented_control(key="honest_metric").value == "correlation", "by which they are ranked"
    gap = first.metrics["correlation"] - second.metrics["correlation"]
    assert f"A is ahead by {gap:.4f} (95\u202f% interval by the chance of the images alone: " in said(app)


def test_the_line_on_top_of_nets_with_one_output_is_by_their_correlation(make) -> None:
    first, second = (make.run(net, 0, range(wrong), one_output=True) for net, wrong in ((SMALL, 10), (WIDE, 30)))
    app = AppTest.from_function(_line_script, args=([first.id, second.id],), default_timeout=SECONDS).run()
    gap = first.metrics["correlation"] - second.metrics["correlation"]
    (line,) = [one.value.replace("\\", "") for one in app.markdown]
    start = "**One training of each cannot tell which net is better by correlation**: A is ahead of B by "
    assert line.startswith(f"{start}{gap:.4f} (")


def test_of_several_nets_it_is_said_on_top_than_which_the_best_is_better(make) -> None:
    small, wide = make.seeds(SMALL, [10, 12, 11, 10]), make.seeds(WIDE, [30, 34, 31, 28], first=20)
    dense = make.seeds(DENSE, [11, 13, 12], first=40)
    app = AppTest.from_function(
        _line_script, args=([wide[0].id, small[0].id, dense[0].id],), default_timeout=SECONDS
    ).run()
    (line,) = [one.value.replace("\\", "") for one in app.markdown]
    start = "**B is better than A, but cannot be told apart from C**"
    assert line.startswith(f"{start}: On average B is ahead of A by 10.0 percentage points (")
    end = "in brackets the 95\u202f% intervals, the verdict corrected for 2 comparisons (Holm)."
    assert line.endswith(f"), of C by 0.6 percentage points; {end}")


def test_a_run_that_is_still_trained_waits(make, engine) -> None:
    waiting = engine.store.create(DENSE, TrainingConfig(), owner=OPERATOR.id)
    make.made.append(waiting.id)
    app = show(make.run(SMALL, 0, range(10)), engine.store.get(waiting.id))
    assert "B: no result to compare yet" in app.info[0].value.replace("\\", "")


def test_more_seeds_are_the_same_trainings_from_seeds_that_neither_net_has_had(make, engine, monkeypatch) -> None:
    small, wide = make.seeds(SMALL, [10, 12]), make.seeds(WIDE, [30], first=5)
    planned = []
    monkeypatch.setattr(engine.sweeps, "start", lambda sweep, **_: planned.append(sweep) or "nothing")
    app = show(small[0], wide[0])
    assert "8 trainings" in said(app)
    app.selectbox(key="honest_seeds").set_value(2).run()
    next(button for button in app.button if button.label == "Train 2 more seeds of both").click().run()
    (sweep,) = planned
    assert [point.config.seed for point in sweep.points] == [6, 6, 7, 7]
    for point, run in zip(sweep.points, [small[0], wide[0]], strict=False):
        again = engine.store.create(point.architecture, point.config, owner=OPERATOR.id)
        assert training_key(engine.store, again) == training_key(engine.store, run)
        engine.store.delete(again.id)


def test_a_run_that_was_taken_back_stands_beside_the_seeds_of_its_settings(make, engine) -> None:
    """Compare names it under what was changed by hand; a mean over both would be of neither training."""
    seeds = make.seeds(SMALL, [10, 12])
    taken_back = make.run(SMALL, 7, range(11))
    engine.store.update(taken_back.id, progress=Progress(marks=(Mark("rewind", 1.0),)))
    app = show(seeds[0], engine.store.get(taken_back.id))
    assert "differ in nothing but their seed" not in said(app)
    assert "was changed by hand: from another seed" in said(app)
    assert not [button for button in app.button if button.label.startswith("Train ")]


@pytest.mark.usefixtures("nobody_is_lost")
def test_a_seed_that_ends_after_the_runs_were_read_is_counted_by_itself(
    make, engine, secret: str, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, read = engine.store, honest.sets_of_seeds
    run, last = make.seeds(SMALL, [10, 12])
    sweep = create_sweep(store, seeds_sweep([(SMALL, run.config, "small")], 1, first_seed=1), visitor.id)
    join_sweep(store, last, sweep, 0)
    store.update(last.id, status=Status.RUNNING)

    def ends_now(runs: Sequence[Run]) -> Any:
        found = read(runs)
        store.update(last.id, status=Status.FINISHED)
        set_sweep_status(store, sweep, SweepStatus.FINISHED)
        return found

    monkeypatch.setattr(honest, "sets_of_seeds", ends_now)
    app = show(run, **{SECRET: secret, STARTED: sweep})
    assert "over 2 seeds" in said(app)


def test_a_net_that_was_brought_along_gets_no_more_seeds(make, engine) -> None:
    run = make.run(SMALL, 0, range(10))
    own = engine.store.create(WIDE, TrainingConfig(dataset="digits"), owner=OPERATOR.id, origin="keras")
    make.made.append(own.id)
    app = show(run, engine.store.get(own.id))
    assert "No more seeds of these can be trained here." in said(app)


def test_nets_of_one_name_are_told_apart_by_their_settings(make) -> None:
    runs = [make.run(SMALL, 0, learning_rate=rate) for rate in (0.001, 0.01)]
    assert net_names(runs) == ["digits-small, learning rate 0.001", "digits-small, learning rate 0.01"]
    assert net_names([*runs[:1], make.run(WIDE, 0)]) == ["digits-small", "lenet5"]
