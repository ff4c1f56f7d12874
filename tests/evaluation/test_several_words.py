"""What is said of the best of several nets, with groups by hand."""

from cnnviz.evaluation.honest import Comparison, SeedGroup, Trained, compare
from cnnviz.evaluation.several_words import several_headline, several_sentence


def group(name: str, *values: float) -> SeedGroup:
    return SeedGroup(name, [Trained(seed, value, 1000) for seed, value in enumerate(values)])


def against(best: SeedGroup, *others: SeedGroup) -> list[Comparison]:
    return [compare(best, other, same_images=True) for other in others]


BEST = group("B", 0.95, 0.951, 0.949)


def test_what_is_told_and_what_is_not_are_named_apart() -> None:
    found = against(BEST, group("A", 0.8, 0.81, 0.79), group("C", 0.94, 0.96, 0.945), group("D", 0.7, 0.71, 0.72))
    assert several_headline(found) == "B is better than A and D, but cannot be told apart from C"
    said = several_sentence(found)
    assert said.index("of C") < said.index("of A") < said.index("of D"), "the nearest first"
    assert said.endswith("the verdict corrected for 3 comparisons (Holm).")


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
    assert several_headline(found) == "Too few seeds to tell which net is best"
    assert several_sentence(found).endswith("another seed may turn it round.")
