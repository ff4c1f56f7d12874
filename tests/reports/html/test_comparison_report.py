"""The report of several runs as a file: what differs, who is right where, each net and its images once."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from cnnviz.errors import InputWanted
from cnnviz.evaluation.honest import SeedGroup, compare
from cnnviz.evaluation.honest_words import (
    advantage_text,
    headline,
    spread_text,
    superiority_sentence,
    verdict_sentence,
)
from cnnviz.reports import html_report
from cnnviz.reports.html_report import comparison_html
from cnnviz.runs.records import Run
from cnnviz.runs.seed_scores import reached
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.reports.html.runs import (
    CLASSES,
    CONFIG,
    NET,
    OnlyImages,
    keep_run,
    random_answers,
    random_net,
    shown_text,
    unpacked,
    with_classes,
)


@pytest.fixture
def engine(tmp_path: Path) -> OnlyImages:
    rng = np.random.default_rng(1)
    return OnlyImages(RunStore(tmp_path), rng.integers(0, 256, (40, *NET.input_shape), np.uint8), np.arange(40) % 4)


def runs_of(engine: OnlyImages, *configs: TrainingConfig) -> list[Run]:
    nets = [random_net(NET, CLASSES, seed) for seed in range(len(configs))]
    answers = [random_answers(engine.labels, CLASSES, seed) for seed in range(len(configs))]
    return [
        keep_run(engine.store, net, test, config=config)
        for net, test, config in zip(nets, answers, configs, strict=True)
    ]


def test_only_what_differs_is_listed(engine: OnlyImages) -> None:
    other = CONFIG.model_copy(update={"learning_rate": 0.01, "seed": 6})
    text = shown_text(comparison_html(engine, runs_of(engine, CONFIG, other)))
    assert '<p class="lead">They differ in learning rate and seed.</p>' in text
    assert '<th scope="row">Learning rate</th><td class="number">0.001</td><td class="number">0.01</td>' in text
    assert ">Batch size<" not in text
    assert "tested on different images" not in text


def test_who_is_right_where_is_counted_as_by_hand(engine: OnlyImages) -> None:
    first, second = (random_answers(engine.labels, CLASSES, seed).probabilities.argmax(1) for seed in (0, 1))
    right, other_right = first == engine.labels, second == engine.labels
    a, b = int((right & ~other_right).sum()), int((~right & other_right).sum())
    text = shown_text(comparison_html(engine, runs_of(engine, CONFIG, CONFIG.model_copy(update={"seed": 6}))))
    both, none = int((right & other_right).sum()), int((~right & ~other_right).sum())
    assert f"both have {both} right and {none} wrong. Only A has {a} right, only B {b}." in text
    assert f"in {100 * binomtest(a, a + b).pvalue:.1f}\u202f% of all cases" in text
    assert text.count('class="shot"') == min(a, 12) + min(b, 12)


def test_the_report_says_which_net_is_honestly_better_with_seeds_interval_and_verdict(engine: OnlyImages) -> None:
    seeds, rates = range(3), (0.001, 0.01)
    configs = [CONFIG.model_copy(update={"learning_rate": rate, "seed": seed}) for rate in rates for seed in seeds]
    runs = runs_of(engine, *configs)
    first, second = (
        SeedGroup(name, [reached(engine.store, run, "accuracy").trained for run in found])
        for name, found in (("A", runs[:3]), ("B", runs[3:]))
    )
    found = compare(first, second, same_images=True)
    text = shown_text(comparison_html(engine, [runs[0], runs[4]]))
    assert f"<p><b>{headline(found)}.</b> {verdict_sentence(found)} {superiority_sentence(found)}</p>" in text
    assert f'<tr><th scope="row">A</th><td class="number">0, 1, 2</td><td class="number">{spread_text(first)}' in text
    assert f">{advantage_text(found)}</td>" in text


def test_each_net_is_there_and_images_that_they_share_once(engine: OnlyImages) -> None:
    report = comparison_html(engine, runs_of(engine, *(CONFIG.model_copy(update={"seed": n}) for n in range(3))))
    given = unpacked(report)
    assert [given[f"net-{seed}"] for seed in range(3)] == [random_net(NET, CLASSES, seed) for seed in range(3)]
    assert [name for name in given if name.startswith("images")] == ["images-0"]
    page = json.loads(given["page"])
    assert [net["images"] for net in page["nets"]["nets"]] == ["images-0"] * 3
    assert [(net["letter"], net["title"]) for net in page["nets"]["nets"]] == [
        (letter, f"small, seed {seed}") for seed, letter in enumerate("ABC")
    ]
    assert [bool(one["matrix"]["difference"]) for one in page["matrices"]] == [False, True, True]
    assert [run["epochs"][-1]["val_loss"] for run in page["curves"]] == [1.25] * 3


def test_runs_of_other_classes_are_shown_without_what_cannot_be_compared(engine: OnlyImages) -> None:
    one, _ = runs_of(engine, CONFIG, CONFIG)
    names = ("<b>x</b>", "y", "z", "w")
    other = keep_run(
        engine.store,
        random_net(NET, names),
        with_classes(random_answers(engine.labels, CLASSES), names),
        config=CONFIG.model_copy(update={"dataset": "digits"}),
        name="</script><i>other</i>",
    )
    report = comparison_html(engine, [one, other])
    text = shown_text(report)
    assert "They were tested on different images" in text
    assert "Where they disagree" not in text
    assert "<i>other" not in text
    assert [bool(one["matrix"]["difference"]) for one in json.loads(unpacked(report)["page"])["matrices"]] == [
        False
    ] * 2
    assert {"images-0", "images-1"} <= unpacked(report).keys()


def test_nets_that_are_too_large_together_are_left_out_by_name(
    engine: OnlyImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_report, "MAX_NET_BYTES", int(1.5 * len(random_net(NET, CLASSES))))
    given = unpacked(comparison_html(engine, runs_of(engine, CONFIG, CONFIG)))
    assert "net-0" in given
    assert "net-1" not in given
    nets = json.loads(given["page"])["nets"]["nets"]
    assert nets[0]["problem"] == ""
    assert "too large" in nets[1]["problem"]


@pytest.mark.parametrize("number", [0, 1, 7])
def test_two_to_six_runs_are_wanted(engine: OnlyImages, number: int) -> None:
    (run,) = runs_of(engine, CONFIG)
    with pytest.raises(InputWanted, match=rf"two to 6 runs.*Received: {number}\."):
        comparison_html(engine, [run] * number)
