"""The confusion matrix: shares of it, the difference of two, orders of its classes, its worst cells in words. Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.text.units import count_text, percent_text

MAX_OPTIMAL = 200  # classes up to which the leaves of the clusters are turned to their best order, which is cubic work


class Confusion(NamedTuple):
    """Images of class `true` that the net took for class `predicted`, and what share of that class they are, 0..1."""

    true: int
    predicted: int
    images: int
    share: float


def count_confusion(labels: np.ndarray, predicted: np.ndarray, num_classes: int) -> np.ndarray:
    """Count images by true class (row) and predicted class (column).

    Parameters
    ----------
    labels, predicted : ndarray (N,), int
        Below `num_classes`.
    num_classes : int

    Returns
    -------
    ndarray (C, C), int64
    """
    cells = np.asarray(labels, np.int64) * num_classes + np.asarray(predicted, np.int64)
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes).astype(np.int64)


def row_percent(matrix: np.ndarray) -> np.ndarray:
    """Give each cell's per cent of its row, (C, C), 0..100; NaN in a row without images, of which there is no share."""
    totals = matrix.sum(axis=1, keepdims=True)
    return 100 * np.divide(matrix, totals, out=np.full(matrix.shape, np.nan), where=totals > 0)


def column_percent(matrix: np.ndarray) -> np.ndarray:
    """Give each cell's per cent of its column, (C, C), 0..100; NaN in a column of a class that was never said."""
    return row_percent(matrix.T).T


def confusion_difference(matrix: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Subtract the shares of one matrix from those of another, so that the numbers of images may differ.

    Parameters
    ----------
    matrix, other : ndarray (C, C)
        Images by true class (row) and predicted class (column), of the same classes.

    Returns
    -------
    ndarray (C, C), float
        Points of per cent of the true class, -100..100; above 0 where `matrix` has more. NaN in a row that is empty in
        one of the two.

    Raises
    ------
    InvalidInput
        If they are of different numbers of classes.
    """
    if matrix.shape != other.shape:
        raise InvalidInput(
            "These two confusion matrices cannot be subtracted: expected the same classes in both. Choose a net that "
            f"answers with the same classes. Received: {len(matrix)} and {len(other)} classes."
        )
    return row_percent(matrix) - row_percent(other)


def order_by_class(matrix: np.ndarray) -> np.ndarray:
    """Keep the classes as they are, (C,)."""
    return np.arange(len(matrix))


def order_by_error(matrix: np.ndarray) -> np.ndarray:
    """Order the classes by the share that was missed, (C,), the worst first; those without images stand at the end."""
    missed = 100 - np.diag(row_percent(matrix))
    return np.argsort(-np.nan_to_num(missed, nan=-1), kind="stable")


def order_by_cluster(matrix: np.ndarray) -> np.ndarray:
    """Order the classes so that those which are taken for each other stand together.

    Returns
    -------
    ndarray (C,), int

    Notes
    -----
    Average linkage of the distance `1 - s / max(s)`, where `s` is the share of one class taken for the other plus the
    reverse. Up to 200 classes the tree's leaves are turned so that neighbours are as alike as they can be: Bar-Joseph,
    Gifford and Jaakkola, "Fast optimal leaf ordering for hierarchical clustering", Bioinformatics 17 (2001).
    """
    shares = np.nan_to_num(row_percent(matrix))
    alike = shares + shares.T
    np.fill_diagonal(alike, 0)
    if len(matrix) < 3 or not alike.any():
        return order_by_class(matrix)
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    distance = 1 - alike / alike.max()
    np.fill_diagonal(distance, 0)
    near = squareform(distance, checks=False)
    return leaves_list(linkage(near, "average", optimal_ordering=len(matrix) <= MAX_OPTIMAL)).astype(np.int64)


ORDERS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "class": order_by_class,
    "error": order_by_error,
    "cluster": order_by_cluster,
}
"""Name of an order -> what gives the classes in it."""


def worst_confusions(matrix: np.ndarray, count: int = 5) -> list[Confusion]:
    """List the cells beside the diagonal with the most images; of equal ones that of the greater share comes first.

    Parameters
    ----------
    matrix : ndarray (C, C), int
    count : int
        At most so many; cells without images are none.
    """
    shares = np.nan_to_num(row_percent(matrix)) / 100
    mistakes = matrix - np.diag(np.diag(matrix))
    rows, columns = np.nonzero(mistakes)
    order = np.lexsort((-shares[rows, columns], -mistakes[rows, columns]))[:count]
    return [
        Confusion(int(r), int(c), int(matrix[r, c]), float(shares[r, c]))
        for r, c in zip(rows[order], columns[order], strict=True)
    ]


def confusion_text(confusion: Confusion, classes: Sequence[str]) -> str:
    """Say one cell in words: "8 taken for 3: 12 images (6.9% of class 8)"."""
    true, predicted = classes[confusion.true], classes[confusion.predicted]
    share = percent_text(confusion.share, digits=1)
    return f"{true} taken for {predicted}: {count_text(confusion.images, 'image')} ({share} of class {true})"
