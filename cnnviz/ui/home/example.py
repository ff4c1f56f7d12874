"""A digit to show before the visitor has drawn one."""

from cnnviz.imaging.preprocess import Prepared
from cnnviz.runs.records import Run
from cnnviz.ui.shared.answers import test_images

EXAMPLE_INDEX = 3


def example_digit(run: Run) -> Prepared:
    """An image of the test set of the Home page's net."""
    images, _ = test_images(run, [EXAMPLE_INDEX])
    return Prepared(images[0])
