"""Short labels for long names."""

from cnnviz.text.labels import MAX_LABEL, short_labels


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
