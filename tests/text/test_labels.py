"""Short labels for long names."""

import re

import pytest

from cnnviz.text.labels import MAX_LABEL, known_text, short_labels


def test_short_names_stay_as_they_are() -> None:
    assert short_labels(["cat", "dog"]) == ["cat", "dog"]


def test_what_all_names_begin_with_is_left_off() -> None:
    names = ["Tomato___Bacterial_spot", "Tomato___Early_blight", "Tomato___healthy"]
    assert short_labels(names) == ["…Bacterial_spot", "…Early_blight", "…healthy"]


def test_labels_are_short_and_tell_all_names_apart() -> None:
    names = [f"a class with a very long name number {n} and a very long end of it" for n in range(30)]
    labels = short_labels(names)
    assert len(set(labels)) == 30
    assert max(map(len, labels)) <= MAX_LABEL


def test_a_long_name_among_short_ones_loses_its_middle() -> None:
    assert short_labels(["cat", "Cercospora_leaf_spot Gray_leaf_spot"], 11) == ["cat", "Cerco…_spot"[:6] + "_spot"]


def test_what_tells_two_names_apart_is_shown_though_a_third_shares_nothing_with_them() -> None:
    leaves = [f"Tomato_healthy_leaf_number_{word}_in_Kenya_2019" for word in ("one", "two")]
    assert short_labels([*leaves, "x"]) == ["Tomato…one_in_Ken…", "Tomato…two_in_Ken…", "x"]


@pytest.mark.parametrize("others", [[], ["x"], ["species", "quite another thing with a long name"]])
def test_a_number_in_the_middle_is_shown_whole(others: list[str]) -> None:
    numbers = [1, 2, 11, 12, 110, 111]
    labels = short_labels([f"species_number_{n}_of_the_big_forest_set" for n in numbers] + others)
    assert [re.findall(r"\d+(?=_)", label) for label in labels[: len(numbers)]] == [[str(n)] for n in numbers]
    assert max(map(len, labels)) <= MAX_LABEL


def test_two_groups_with_the_same_ends_show_the_group_and_the_end() -> None:
    names = [f"{plant}_leaves_seen_from_above_{year}" for plant in ("Apple", "Tomato") for year in (2018, 2019)]
    assert short_labels(names) == ["Apple…2018", "Apple…2019", "Tomato…2018", "Tomato…2019"]


def test_words_without_gaps_show_the_letters_in_which_they_differ() -> None:
    names = ["Wintergerstenfeldweg", "Wintergerstenfeldrain", "Roggen"]
    for label, differing in zip(short_labels(names, 12), ("w", "r"), strict=False):
        assert f"feld{differing}"[-4:] in label
        assert len(label) <= 12


def test_a_name_that_another_begins_with_shows_its_end() -> None:
    first, second, _ = short_labels(["wild_flowers_of_the_north", "wild_flowers_of_the_north_sea", "z"])
    assert first.endswith("north")
    assert "sea" in second


def test_a_number_is_not_cut_at_its_point() -> None:
    assert short_labels(["learning rate 0.01", "learning rate 0.001"], 16) == ["…0.01", "…0.001"]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], "none"),
        (["net", "why"], "net, why"),
        ([str(epoch) for epoch in range(1, 201)], "1 to 200"),
        ([str(epoch) for epoch in range(0, 201, 4)], "0 to 200 in steps of 4"),
        ([str(epoch) for epoch in (*range(1, 20), 30, 200)], "1, 2, 3, … 200 (21 in all)"),
        ([f"net-{number}" for number in range(30)], "net-0, net-1, net-2, … net-29 (30 in all)"),
    ],
)
def test_what_there_is_is_said_in_short(names: list[str], text: str) -> None:
    assert known_text(names) == text
