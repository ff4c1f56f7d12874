"""Images whose label is probably wrong, by what nets answer that have not learned from them. NumPy only.

Confident learning: C. Northcutt, L. Jiang and I. Chuang, "Confident Learning: Estimating Uncertainty in Dataset
Labels", Journal of Artificial Intelligence Research 70, 2021.
"""

from dataclasses import dataclass

import numpy as np

from cnnviz.errors import InvalidInput


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """Images that are probably labelled wrongly, the most doubtful first.

    Attributes
    ----------
    indices : ndarray (K,), int64
        Positions among the images that were looked at.
    given, suggested : ndarray (K,), int64
        The label that they have, and the class that they probably are.
    trust, doubt : ndarray (K,), float64
        Probability of the given label and of the suggested one, 0..1.
    """

    indices: np.ndarray
    given: np.ndarray
    suggested: np.ndarray
    trust: np.ndarray
    doubt: np.ndarray

    def __len__(self) -> int:
        """Number of images."""
        return len(self.indices)


def label_errors(probabilities: np.ndarray, labels: np.ndarray) -> LabelErrors:
    """Find the images that are confidently another class than their label says.

    Parameters
    ----------
    probabilities : ndarray (N, C)
        Answers of nets that have not learned from these images (out of sample); rows sum to 1.
    labels : ndarray (N,), int

    Returns
    -------
    LabelErrors
        Sorted by how far the suggested class is ahead of the given one (normalized margin).

    Notes
    -----
    A class j is confident at an image where p_j >= t_j, the mean of p_j over the images with label j: a class of
    which the net is never sure is not asked to be. Of the confident classes the most probable one counts; the image is
    listed where that is not its label. A class without images is never suggested.

    Raises
    ------
    InvalidInput
        There are not as many labels as answers.
    """
    if len(probabilities) != len(labels):
        raise InvalidInput(
            f"There must be an answer for each label: expected {len(labels):,}. Received: {len(probabilities):,}."
        )
    probabilities, labels = np.asarray(probabilities, np.float64), np.asarray(labels, np.int64)
    num_classes = probabilities.shape[1]
    thresholds = np.full(num_classes, np.inf)
    for label in np.unique(labels):
        thresholds[label] = probabilities[labels == label, label].mean()
    is_confident = probabilities >= thresholds - 1e-12  # of equal answers rounding must not leave any out
    suggested = np.where(is_confident, probabilities, -1.0).argmax(axis=1)
    rows = np.arange(len(labels))
    trust, doubt = probabilities[rows, labels], probabilities[rows, suggested]
    found = np.flatnonzero(is_confident.any(axis=1) & (suggested != labels) & (doubt > trust))
    found = found[np.argsort(trust[found] - doubt[found], kind="stable")]
    return LabelErrors(found, labels[found], suggested[found], trust[found], doubt[found])


def corrected_accuracy(probabilities: np.ndarray, labels: np.ndarray, corrections: dict[int, int | None]) -> float:
    """Accuracy, 0..1, of answers (N, C) once some labels (N,) are others, and images whose correction is None left out.

    nan where no image is left.
    """
    wanted = np.array(labels, np.int64)
    is_left = np.ones(len(wanted), bool)
    for index, label in corrections.items():
        if label is None:
            is_left[index] = False
        else:
            wanted[index] = label
    is_right = np.asarray(probabilities).argmax(axis=1) == wanted
    return float(is_right[is_left].mean()) if is_left.any() else float("nan")
