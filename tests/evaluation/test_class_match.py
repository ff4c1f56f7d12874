import pytest

from cnnviz.errors import InvalidInput
from cnnviz.evaluation.class_match import ClassMatch, match_classes


def test_classes_are_found_by_name_whatever_their_order_and_capitals() -> None:
    assert match_classes(("dog", "t-shirt", "cat"), ("Cat", "dog", "T Shirt")) == ClassMatch((2, 0, 1), by_name=True)


def test_other_names_are_matched_in_order() -> None:
    assert match_classes(("0", "1"), ("cat", "dog")) == ClassMatch((0, 1), by_name=False)
    assert match_classes(("cat", "bird"), ("dog", "cat")) == ClassMatch((0, 1), by_name=False)


def test_two_answers_of_one_name_tell_nothing_by_it() -> None:
    assert match_classes(("Cat", "cat"), ("cat", "CAT")) == ClassMatch((0, 1), by_name=False)


def test_another_number_of_classes_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"it tells 3 classes apart, they have 2\. .* Received: cat, dog\."):
        match_classes(("a", "b", "c"), ("cat", "dog"))
