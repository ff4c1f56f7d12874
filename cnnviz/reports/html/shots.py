"""Test images in a report: which ones come along, and those that are shown with what the net said."""

import math

import numpy as np

from cnnviz.evaluation.mistakes import mistakes
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.reports.html.contents import RunContents, TakenImages
from cnnviz.reports.html.elements import escaped, paragraph, picture
from cnnviz.text.units import probability_text

NUM_SHOWN = 12
"""At most, images that the net gets wrong, and as many that it gets right."""
MOST_BYTES = 400_000  # of the images that it gets wrong, as stored


def chosen_images(test: TestPredictions) -> tuple[np.ndarray, np.ndarray]:
    """Choose the images that are shown: mistakes of which the net was surest, and the first right one of each class.

    Returns
    -------
    (ndarray, ndarray), int
        Places in the test set, at most `NUM_SHOWN` each.
    """
    right = np.flatnonzero(test.probabilities.argmax(axis=1) == test.labels)
    _, first = np.unique(test.labels[right], return_index=True)
    return mistakes(test, "Surest first")[:NUM_SHOWN], right[first][:NUM_SHOWN]


def taken_images(contents: RunContents) -> tuple[np.ndarray, ...]:
    """Choose the images that come along beside the first ones: those that are shown, and all mistakes, if they fit.

    Returns
    -------
    (ndarray, ndarray), int
        Places in the test set of what is wrong, the surest first, and of what is right; none of a net without answers.
    """
    if contents.test is None:
        return ()
    room = min(MOST_BYTES, max(contents.room, len(contents.net or b"") // 20))
    most = max(NUM_SHOWN, room // math.prod(contents.run.architecture.input_shape))
    return mistakes(contents.test, "Surest first")[:most], chosen_images(contents.test)[1]


def images_part(contents: RunContents) -> str:
    """Show what the net gets wrong, and right, or say why no images came along."""
    if contents.images is None or contents.test is None:
        reason = contents.missing.get("images")
        return paragraph(f"No test images came along. {reason}", "note") if reason else ""
    wrong, right = chosen_images(contents.test)
    groups = (("Wrong, the surest first", wrong), ("Right, one of each class", right))
    is_alive = contents.net is not None
    return "".join(shots(words, contents.images, contents.test, found, is_alive=is_alive) for words, found in groups)


def shots(
    heading: str,
    images: TakenImages | None,
    test: TestPredictions | None,
    indices: np.ndarray,
    *,
    is_alive: bool = True,
) -> str:
    """Show test images (K,) under a heading: what each is, and what a net said; "" where there are none.

    With `is_alive` each is a button: a net of the page looks at it.
    """
    if images is None or test is None or not len(indices):
        return ""
    shown = "".join(_shot(images, test, int(index), is_alive=is_alive) for index in indices)
    return f'<h3>{escaped(heading)}</h3><div class="shots">{shown}</div>'


def _shot(images: TakenImages, test: TestPredictions, index: int, *, is_alive: bool) -> str:
    row = test.probabilities[index]
    true, said = test.classes[test.labels[index]], test.classes[row.argmax()]
    words = true if said == true else f"{true}, taken for {said}"
    shown = picture(images.pixels[images.indices.searchsorted(index)], f"Test image {index + 1}")
    tag, kind = ("button", f' type="button" data-index="{index}"') if is_alive else ("div", "")
    return (
        f'<{tag} class="shot"{kind}>{shown}<span>{escaped(words)}</span>'
        f"<small>{escaped(probability_text(float(row.max())))}</small></{tag}>"
    )
