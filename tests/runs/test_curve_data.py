"""What stands beside the curves of a run."""

from cnnviz.runs.curve_data import matrix_title
from cnnviz.training.events import DatasetFacts


def test_the_matrix_of_an_epoch_is_named_by_the_images_it_is_of() -> None:
    aside = DatasetFacts(("a", "b"), (8, 8, 1), 100, 20, 30, "digit")
    none = DatasetFacts(("a", "b"), (8, 8, 1), 120, 0, 30, "digit")
    assert matrix_title(aside, 3) == "Epoch 3, validation images"
    assert matrix_title(none, 3) == "Epoch 3, test images"
