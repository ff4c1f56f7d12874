import math

import numpy as np
import pytest

from cnnviz.evaluation.honest import compare
from cnnviz.evaluation.honest_words import (
    BEFOREHAND,
    advantage_text,
    headline,
    no_interval_text,
    notes,
    short_sentence,
    spread_text,
    standing,
    superiority_sentence,
    tries_text,
    verdict_sentence,
)
from tests.evaluation.test_honest import group, scored

BETTER = compare(group("conv", [0.97, 0.96, 0.98]), group("dense", [0.93, 0.95, 0.94], first=10), same_images=True)
ALIKE = compare(group("conv", [0.97, 0.95, 0.98]), group("dense", [0.96, 0.95, 0.97], first=10), same_images=True)


def test_a_better_net_is_called_so_with_its_interval_and_seeds() -> None:
    assert headline(BETTER) == "conv is better"
    assert verdict_sentence(BETTER) == (
        "conv is better than dense by 3.0 percentage points on average (95\u202f% interval: 0.7 to 5.3), "
        "from 3 seeds of each."
    )
    assert superiority_sentence(BETTER) == (
        "A newly trained conv beats a newly trained dense in about 10 of 10 tries (95\u202f% interval: 5 to 10): it "
        "did in 9 of 9 pairs of runs."
    )


def test_the_second_net_is_told_from_its_own_side() -> None:
    turned = compare(BETTER.second, BETTER.first, same_images=True)
    assert headline(turned) == "conv is better"
    assert verdict_sentence(turned) == verdict_sentence(BETTER)
    assert superiority_sentence(turned) == superiority_sentence(BETTER)


def test_where_nothing_can_be_told_the_seeds_are_said_that_would_tell_it() -> None:
    assert headline(ALIKE) == "No difference can be told"
    assert verdict_sentence(ALIKE) == (
        "conv is ahead by 0.7 percentage points on average, from 3 seeds of each, but the 95\u202f% interval reaches "
        f"from −2.5 to 3.8. If it is really that large, about {ALIKE.seeds_needed} seeds of each would show it in 8 of "
        f"10 tries. {BEFOREHAND}"
    )
    assert ALIKE.seeds_needed > 30


def test_a_difference_too_small_for_any_seeds_asks_for_images_or_gives_up() -> None:
    rng = np.random.default_rng(0)
    hard = rng.random((2, 50)) < 0.8  # each net has a taste of its own, and hardly any chance of seeds
    few = [np.repeat(row[None], 3, axis=0) for row in hard]
    few[0][0, :2] ^= True
    found = compare(scored("a", few[0]), scored("b", few[1], first=3), same_images=True)
    assert "On 50 test images no number of seeds shows so small a difference" in verdict_sentence(found)
    tiny = compare(group("a", [0.9, 0.95, 0.98]), group("b", [0.9, 0.95, 0.977], first=3), same_images=True)
    assert "more than 100 seeds of each are needed" in verdict_sentence(tiny)


def test_equal_means_say_how_large_a_difference_could_be() -> None:
    found = compare(group("a", [0.9, 0.92, 0.94]), group("b", [0.94, 0.92, 0.9], first=3), same_images=True)
    assert verdict_sentence(found) == (
        "Both reach the same on average. If one of them is better, then by at most 4.5 percentage points, "
        "from 3 seeds of each."
    )


def test_one_run_each_says_that_another_seed_may_turn_it_round() -> None:
    first, second = [[1] * 12 + [0] * 5 + [1] * 80 + [0] * 3], [[0] * 12 + [1] * 5 + [1] * 80 + [0] * 3]
    found = compare(scored("conv", first), scored("dense", second), same_images=True)
    assert headline(found) == "One training of each cannot tell which net is better"
    assert verdict_sentence(found) == (
        "Of the same 100 test images, 12 are right only with conv and 5 only with dense. conv is ahead by 7.0 "
        "percentage points (95\u202f% interval by the chance of the images alone: −1.0 to 15.0). That is of one "
        f"training each: another seed may turn it round. Train 3 or more seeds of both to tell. {BEFOREHAND}"
    )
    assert superiority_sentence(found) == ""


def test_a_loss_of_one_run_each_without_its_images_has_no_known_chance() -> None:
    found = compare(group("a", [0.2]), group("b", [0.3]), same_images=True, lower_is_better=True, is_share=False)
    assert verdict_sentence(found, is_share=False).startswith(
        "a is ahead by 0.1000; how far chance moves that is not known."
    )


def test_a_correction_for_several_comparisons_is_said() -> None:
    assert "is of one comparison: among so many" in verdict_sentence(BETTER, p_value=0.06)
    assert headline(BETTER, p_value=0.06) == "No difference can be told"


def test_what_diverged_and_what_is_hardly_known_is_said() -> None:
    a = group("conv", [0.97, math.nan, 0.96, math.nan, 0.98])
    found = compare(a, group("dense", [0.9], first=9), same_images=False)
    assert notes(found) == [
        "2 of 5 runs of conv went beyond all bounds: no mean has them in it, and against the other net they count as "
        "lost.",
        "dense has a single seed, so one spread is taken for both nets.",
        "Not all of them were tested on the same images, or have kept their answers: how far other images would move "
        "this is not in the interval.",
    ]
    assert (
        "1 of 2 runs of a went beyond all bounds: no mean has it in it"
        in notes(compare(group("a", [0.9, math.nan]), group("b", [0.8]), same_images=True))[0]
    )


def test_other_images_are_said_to_make_the_interval_wider() -> None:
    rows = np.random.default_rng(0).random((2, 3, 60)) < 0.8
    found = compare(scored("a", rows[0]), scored("b", rows[1], first=3), same_images=False)
    assert notes(found) == ["They were tested on different images, which makes the interval wider."]


def test_narrow_intervals_are_written_with_more_digits() -> None:
    a, b = (
        group(name, np.array([0.99, 0.9901, 0.9899]) - lag, first=i) for name, lag, i in (("a", 0, 0), ("b", 0.001, 5))
    )
    assert "by 0.10 percentage points" in verdict_sentence(compare(a, b, same_images=True))


@pytest.mark.parametrize(
    ("values", "text"), [([0.97, 0.96, 0.98], "97.00 ± 1.00\u202f% over 3 seeds"), ([0.5], "50.00\u202f% over 1 seed")]
)
def test_mean_and_spread_of_a_net(values: list[float], text: str) -> None:
    assert spread_text(group("a", values)) == text
    assert spread_text(group("a", [0.2, 0.3]), is_share=False) == "0.2500 ± 0.0707 over 2 seeds"


def test_a_row_of_a_table_has_it_in_short() -> None:
    assert [standing(found) for found in (BETTER, ALIKE)] == ["better", "no difference can be told"]
    assert (advantage_text(BETTER), tries_text(BETTER)) == ("+3.0 percentage points (0.7 to 5.3)", "10 of 10 (5 to 10)")
    turned = compare(BETTER.second, BETTER.first, same_images=True)
    assert advantage_text(turned) == "−3.0 percentage points (−5.3 to −0.7)"
    assert tries_text(turned) == "0 of 10 (0 to 5)"
    assert short_sentence(turned) == (
        "conv is ahead of dense by 3.0 percentage points on average (0.7 to 5.3), better in 10 of 10 tries (5 to 10), "
        "from 3 seeds of each."
    )
    single = compare(group("a", [0.2]), group("b", [0.3]), same_images=True)
    assert tries_text(single) == "–"
    assert short_sentence(single) == (
        "b is ahead of a by 10.0 percentage points (3.7 to 16.3 by the images alone), from one training of each."
    )
    assert advantage_text(single) == "−10.0 percentage points (−16.3 to −3.7 by the images alone)"
    assert (standing(turned), standing(single)) == ("worse", "one training of each: not to be told")


def test_of_three_runs_together_no_interval_is_told_but_that_they_are_too_few() -> None:
    found = compare(group("conv", [0.97, 0.93]), group("dense", [0.94], first=10), same_images=True)
    assert headline(found) == "Too few seeds to tell which net is better"
    assert verdict_sentence(found) == (
        "conv is ahead by 1.0 percentage points on average, from 2 seeds and 1 seed: too few to know how far another "
        f"seed moves that. Train 3 or more seeds of both to tell. {BEFOREHAND}"
    )
    assert (
        short_sentence(found) == "conv is ahead of dense by 1.0 percentage points on average, from 2 seeds and 1 seed."
    )
    assert (standing(found), advantage_text(found)) == ("too few seeds to be told", "+1.0 percentage points")
    assert (tries_text(found), superiority_sentence(found), notes(found)) == ("–", "", [])


@pytest.mark.parametrize("other", [0.9, 0.90001])
def test_what_is_written_as_no_difference_puts_nobody_ahead(other: float) -> None:
    one = compare(group("a", [0.9]), group("b", [other]), same_images=True)
    assert short_sentence(one).startswith("a and b reach the same (" if other == 0.9 else "b and a reach the same (")
    assert "Both reach the same (95" in verdict_sentence(one)
    several = compare(group("a", [0.9, 0.91, 0.92]), group("b", [0.9, 0.91, other + 0.02], first=5), same_images=True)
    assert verdict_sentence(several).startswith("Both reach the same on average.")


def test_a_tie_is_the_same_and_not_ahead_by_nothing() -> None:
    found = compare(group("a", [0.9, 0.92, 0.94]), group("b", [0.94, 0.92, 0.9], first=3), same_images=True)
    assert advantage_text(found) == "the same (−4.5 to 4.5)"
    assert short_sentence(found) == ("a and b reach the same on average (−4.5 to 4.5), from 3 seeds of each.")


def test_why_no_interval_of_the_mean_is_drawn_is_said_of_two_seeds_alone() -> None:
    one, two, three = group("a", [0.9]), group("b", [0.9, 0.95]), group("c", [0.9, 0.95, 0.93])
    assert no_interval_text([one, two, three]) == (
        "b: from two seeds the interval of the mean is too wide to say anything, so none is drawn. Train 3 or more."
    )
    assert no_interval_text([one, three]) == ""
