"""Small trainings of which it is known what is wrong: the first sentence names that, and its advice helps."""

from functools import cache

import pytest

from cnnviz.bench.diagnosis import BETTER, follow, run_situation
from cnnviz.bench.situations import SITUATIONS, Situation
from cnnviz.training.config import TrainingConfig
from cnnviz.training.diagnosis.ranking import EXPLAINS, SYMPTOMS

run = cache(lambda name: run_situation(SITUATIONS[name]))

EVIDENCE = {
    "diverges": ("in epoch 1, batch 2", "Try 0.01, the usual one with SGD. This rate is 1,000,000 times that."),
    "rate far too high": ("was thrown up to", "Try 0.001, the usual one with Adam. This rate is 1,000 times that."),
    "rate far too low": ("guessing gives 2.303", "Try 0.001, 1,000 times as much."),
    "overfits": ("the validation loss rose from", "Augment the images"),
    "net too small": ("stopped learning at 4", "4 times as many filters and units"),
    "dead ReLUs": ("% of Dense 1", "a smaller learning rate (0.001)"),
    "many sigmoids": ("times the gradient of Dense 9", "Use ReLU in place of sigmoid"),
    "unequal classes": ("always saying 'other' gives", "Turn class weights on"),
    "softmax twice": ("the loss stays above 1.46", "activation 'linear'"),
    "too few epochs": ("After 2 epochs", "for 10 epochs for example"),
    "schedule freezes": ("since epoch 4 the rate is below a tenth", "a constant learning rate"),
    "all is well": ("of others.", ""),
    "batches of one": ("is its own mean", "Use a batch size of 32"),
    "batch norm not settled": ("which 48 steps", "epochs with a batch size of 16"),
    "few images": ("It learned from 60 images for 10 classes.", "Collect more images, augment them"),
    "too deep": ("3e-11 times the gradient of Dense", "Use at most 4 equal layers in a row, batch normalisation"),
    "rate too high, and yet learned": ("thrown up to 16", "Try 0.001, the usual one with Adam"),
    "one epoch": ("cannot be told from a single one", "Train it on for 5 more epochs."),
    "ends while it learns": ("In the last epoch the loss of these fell from", "Train it on for 5 more epochs."),
    "wrong labels": ("as by guessing", "are the labels mixed up"),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_first_sentence_names_the_one_right_cause(name: str) -> None:
    first = run(name).findings[0]
    evidence, advice = EVIDENCE[name]
    assert (first.kind, first.title) == (SITUATIONS[name].cause, SITUATIONS[name].title)
    assert evidence in first.evidence
    assert advice in first.advice


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_else_was_noticed_gives_no_advice_against_the_cause(name: str) -> None:
    first, *others = run(name).findings
    for one in others:
        is_explained = one.kind in EXPLAINS[first.kind] or "*" in EXPLAINS[first.kind]
        assert not (is_explained and (one.advice or one.remedy)), one.text
        assert not is_explained or one.kind in SYMPTOMS


@pytest.mark.parametrize("name", ["too deep", "rate too high, and yet learned"])
def test_the_advice_to_what_hides_its_cause_helps(name: str) -> None:
    before, after = run(name), run_situation(follow(SITUATIONS[name], run(name).findings[0]))
    assert after.recall > before.recall + BETTER
    assert after.findings[0].kind != before.findings[0].kind


def test_a_rate_somewhat_above_the_usual_with_which_all_is_learned_is_well() -> None:
    """SMALL reaches 98.9 % at ten times the usual rate, with no spike in its loss."""
    config = TrainingConfig(epochs=5, learning_rate=0.01)
    situation = Situation("", "", SITUATIONS["rate too high, and yet learned"].net, config)
    assert run_situation(situation).findings[0].kind == "well"


@pytest.mark.slow
def test_advice_followed_once_helps_in_at_least_ten_of_twelve() -> None:
    helped = {}
    for name, situation in SITUATIONS.items():
        before = run(name)
        followed = follow(situation, before.findings[0])
        if followed:
            helped[name] = run_situation(followed).recall > before.recall + BETTER
    assert len(helped) >= 12
    assert sum(helped.values()) >= len(helped) * 10 / 12, helped
