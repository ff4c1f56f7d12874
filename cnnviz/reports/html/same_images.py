"""Which of the nets in a report answered the same test images, and on which of these two of them disagree."""

from collections.abc import Sequence

import numpy as np

from cnnviz.evaluation.disagreement import Disagreement, disagreement, in_class_order
from cnnviz.reports.html.contents import RunContents
from cnnviz.runs.comparison import images_tested_on

SHOWN = 12
"""Images, at most, that only one of two nets has right."""


def split_of(all_contents: Sequence[RunContents]) -> Disagreement | None:
    """Sort the test images of the first two by who is right; None where they answered others, or none."""
    first, second = (contents.test for contents in all_contents[:2])
    fitting = in_class_order(second, first.classes) if first and second else None
    if first is None or fitting is None or not np.array_equal(first.labels, fitting.labels):
        return None
    one, other = (images_tested_on(contents.run) for contents in all_contents[:2])
    return disagreement(first, fitting) if one == other else None


def split_images(split: Disagreement) -> tuple[np.ndarray, np.ndarray]:
    """Choose the images that are shown of a disagreement, at most `SHOWN` each."""
    return split.first_right[:SHOWN], split.second_right[:SHOWN]


def same_images(one: RunContents, other: RunContents) -> bool:
    """Whether two nets take the same test images in the same form."""
    if one.test is None or other.test is None:
        return False
    return (
        one.run.architecture.input_shape == other.run.architecture.input_shape
        and one.facts.classes == other.facts.classes
        and images_tested_on(one.run) == images_tested_on(other.run)
        and np.array_equal(one.test.labels, other.test.labels)
    )
