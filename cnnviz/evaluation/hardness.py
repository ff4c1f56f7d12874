"""How hard test images are: for how many nets, and how the net of a training came to its answer. NumPy only.

That images are learned and forgotten again was measured by M. Toneva et al., "An empirical study of example forgetting
during deep neural network learning", ICLR 2019. There it is asked whenever an image is trained with; here of the epochs
that a run keeps, so what happened between two of them is not seen.
"""

from collections.abc import Sequence

import numpy as np

from cnnviz.evaluation.scores import TestPredictions

NEVER, FORGOTTEN, LATER = "Never right", "Forgotten again", "Right later"
"""What may lie behind a mistake of a net, see `stories`."""
LEARNED = 0.5  # share of a class that is right


def is_right(test: TestPredictions) -> np.ndarray:
    """Whether the most probable class of each image is the true one, (N,) bool."""
    return test.probabilities.argmax(axis=1) == test.labels


def hardness(right: np.ndarray) -> np.ndarray:
    """Share of the nets that get an image wrong, (N,) 0..1, of what each of K nets got right, (K, N) bool."""
    return 1 - right.mean(axis=0)


def hardest_first(test: TestPredictions, found: np.ndarray, hard: np.ndarray) -> np.ndarray:
    """Sort images: the hardest ones first, of equal ones those where the net is furthest off.

    Parameters
    ----------
    test : TestPredictions
        Of the net that is looked at: how far it is off is how much more probable its answer is than the true class.
    found : ndarray (K,), int
        Positions in the test set.
    hard : ndarray (N,)
        As from `hardness`.
    """
    rows, labels = test.probabilities[found], test.labels[found]
    off = rows.max(axis=1) - rows[np.arange(len(found)), labels]
    return found[np.lexsort((-off, -hard[found]))]


def stories(right: np.ndarray, epochs: Sequence[int], at: int | None) -> np.ndarray:
    """Say of images that the net of an epoch gets wrong what the other epochs made of them.

    Parameters
    ----------
    right : ndarray (E, N), bool
        What the net of each kept epoch got right.
    epochs : sequence of int
    at : int or None
        The epoch whose mistakes they are; None for the end of the training.

    Returns
    -------
    ndarray (N,), str
        `FORGOTTEN` if an epoch before had it right, `LATER` if only one after it did, else `NEVER`.
    """
    is_before = np.array([at is None or epoch < at for epoch in epochs])
    before, after = right[is_before].any(axis=0), right[~is_before].any(axis=0)
    return np.where(before, FORGOTTEN, np.where(after, LATER, NEVER))


def classes_learned_at(
    right: np.ndarray, labels: np.ndarray, epochs: Sequence[int], num_classes: int
) -> list[int | None]:
    """Say from which kept epoch on, until the last one, more than half of the images of each class are right.

    None for a class that is not learned at the end, or has no images. Parameters as for `stories`.
    """
    learned: list[int | None] = []
    for label in range(num_classes):
        mine = right[:, labels == label]  # (E, n)
        is_learned = mine.mean(axis=1) > LEARNED if mine.shape[1] else np.zeros(len(epochs), bool)
        stays = np.logical_and.accumulate(is_learned[::-1])[::-1]  # from here on always
        learned.append(epochs[int(stays.argmax())] if stays.any() else None)
    return learned


def learned_text(learned: Sequence[int | None], classes: Sequence[str]) -> str:
    """Say when classes were learned, the latest first and those that never were before them.

    Parameters
    ----------
    learned : sequence of int or None
        As from `classes_learned_at`.
    classes : sequence of str
    """
    by_epoch: dict[int, list[str]] = {}
    for epoch, name in zip(learned, classes, strict=True):
        by_epoch.setdefault(epoch or 0, []).append(name)
    never = by_epoch.pop(0, [])
    said = [f"{_named(never)} never"] if never else []
    said += [f"{_named(by_epoch[epoch])} from epoch {epoch} on" for epoch in sorted(by_epoch, reverse=True)]
    return f"When more than half of the images of a class are right: {'; '.join(said)}."


def _named(classes: Sequence[str]) -> str:
    return f"{'class' if len(classes) == 1 else 'classes'} {', '.join(classes)}"
