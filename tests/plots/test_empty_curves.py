"""The axes before the first point: ticks of the chosen epochs, and what guessing would get."""

import re

from cnnviz.plots.empty_curves import describe_empty, empty_curves


def ticks(drawn: str) -> list[str]:
    """The epochs below the first of the two figures."""
    return re.findall(r'class="x"[^>]*>(\d+)<', drawn.split('<div class="chart">')[1])


def test_the_axis_ends_at_the_last_epoch_with_few_round_numbers() -> None:
    assert ticks(empty_curves(8, 10, has_guessing=True, is_balanced=True)) == ["0", "2", "4", "6", "8"]
    assert ticks(empty_curves(1, 10, has_guessing=True, is_balanced=True)) == ["0", "1"]
    assert ticks(empty_curves(50, 10, has_guessing=True, is_balanced=True)) == ["0", "10", "20", "30", "40", "50"]
    assert ticks(empty_curves(500, 10, has_guessing=True, is_balanced=True))[-1] == "500"


def test_guessing_is_ln_of_the_classes_and_one_in_so_many() -> None:
    said = re.findall(r"guessing: [^<]+", empty_curves(8, 10, has_guessing=True, is_balanced=True))
    assert said == ["guessing: 2.30", "guessing: about 10\u202f%"]  # ln 10 = 2.3026
    said = re.findall(r"guessing: [^<]+", empty_curves(8, 2, has_guessing=True, is_balanced=True))
    assert said == ["guessing: 0.69", "guessing: about 50\u202f%"]  # ln 2 = 0.6931
    assert "guessing: at least 50\u202f%" in empty_curves(8, 2, has_guessing=True, is_balanced=False), "one's own"


def test_nothing_is_said_of_guessing_where_it_is_not_known() -> None:
    assert "guessing" not in empty_curves(8, 10, has_guessing=False, is_balanced=True)


def test_it_is_told_in_words_that_this_is_a_sketch() -> None:
    assert describe_empty(1).startswith("Empty axes of the loss and the accuracy over 1 epoch. A sketch")
    assert describe_empty(8) in empty_curves(8, 10, has_guessing=True, is_balanced=True)
