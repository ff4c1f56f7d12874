"""What is said of the best of several nets, with groups by hand."""

from cnnviz.evaluation.honest import Comparison, SeedGroup, Trained, compare
from cnnviz.evaluation.honest_words import ANOTHER_SEED, headline
from cnnviz.evaluation.several_words import several_headline, several_sentence


def group(name: str, *values: float) -> SeedGroup:
    return SeedGroup(name, [Trained(seed, value, 1000) for seed, value in enumerate(values)])


def against(best: SeedGroup, *others: SeedGroup) -> list[Comparison]:
    return [compare(best, other, same_images=True) for other in others]


BEST = group("B", 0.95, 0.951, 0.949)


def test_what_is_told_and_what_is_not_are_named_apart() -> None:
    found = against(BEST, group("A", 0.8, 0.81, 0.79), group("C", 0.94, 0.96, 0.945), group("D", 0.7, 0.71, 0.72))
    assert several_headline(found) == "B is better than A and D, but cannot be told apart from C"
    assert several_sentence(found) == (
        "On average B is ahead of A by 15.0 percentage points (12.5 to 17.5), of D by 24.0 percentage points (21.5 to "
        "26.5), of C by 0.2 percentage points; in brackets the 95\u202f% intervals, the verdict corrected for 3 "
        "comparisons (Holm)."
    )


def test_a_difference_that_only_one_comparison_would_tell_is_not_told_among_several() -> None:
    near = group("A", 0.9435, 0.9475, 0.946)
    alone = against(BEST, near)
    assert 0.025 < alone[0].p_value < 0.05
    assert several_headline(alone) == "B is better than A"
    assert (
        several_headline(against(BEST, near, group("C", 0.95, 0.951, 0.949))) == "B cannot be told apart from A and C"
    )


def test_one_training_of_each_tells_nothing() -> None:
    found = against(group("B", 0.95), group("A", 0.8), group("C", 0.7))
    assert several_headline(found) == headline(found[0]) == "One training of each cannot tell which net is better"
    assert several_sentence(found) == f"B is ahead of A and C by 15.0 to 25.0 percentage points. {ANOTHER_SEED}"


def test_of_five_nets_those_not_told_apart_are_one_clause_and_a_tie_is_the_same() -> None:
    others = group("A", 0.95, 0.95, 0.95), group("C", 0.9, 0.91, 0.89), group("D", 0.94, 0.96, 0.945)
    found = against(BEST, *others, group("E", 0.946, 0.952, 0.9455))
    assert several_sentence(found) == (
        "On average B and A reach the same; B is ahead of C by 5.0 percentage points (2.5 to 7.5), of D and E by 0.2 "
        "percentage points; in brackets the 95\u202f% intervals, the verdict corrected for 4 comparisons (Holm)."
    )
    alone = against(group("B", 0.9), group("A", 0.9), group("C", 0.8), group("D", 0.85))
    assert several_sentence(alone) == (
        f"B and A reach the same; B is ahead of D and C by 5.0 to 10.0 percentage points. {ANOTHER_SEED}"
    )


def test_seeds_too_few_for_a_verdict_have_the_words_of_two_nets() -> None:
    found = against(group("B", 0.95, 0.96), group("A", 0.8), group("C", 0.7))
    assert several_headline(found) == headline(found[0]) == "Too few seeds to tell which net is better"
    assert several_sentence(found).startswith("On average B is ahead of A and C by 15.5 to 25.5 percentage points; ")
