"""What a net answered to a test set, and how good that is. NumPy only."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.evaluation.confusion import count_confusion

UNREADABLE = (
    "What this net answered on its test images cannot be read: its file is damaged or half written. Expected: "
    "probabilities, labels and classes. Train the net again to evaluate it."
)
SMALLEST = np.finfo(np.float64).eps
"""A certain mistake counts as this probable, as in scikit-learn: its logarithm would be infinite."""
MEANS = [f"{mean}_{name}" for mean in ("macro", "weighted") for name in ("precision", "recall", "f1")]


@dataclass(frozen=True, eq=False)
class TestPredictions:
    """Probabilities (N, C) float32, true classes (N,) int64 and the names of the C classes."""

    __test__ = False  # not a pytest class

    probabilities: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """One compressed .npz."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, probabilities=self.probabilities, labels=self.labels, classes=list(self.classes))
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "TestPredictions":
        """Read what `to_bytes` wrote; raises InvalidInput for anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                found = cls(arrays["probabilities"], arrays["labels"], tuple(str(name) for name in arrays["classes"]))
        except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile, zlib.error):
            raise InvalidInput(UNREADABLE) from None
        if found.probabilities.dtype.kind != "f" or found.labels.dtype.kind not in "iu":
            raise InvalidInput(UNREADABLE)
        return found


@dataclass(frozen=True)
class ClassScore:
    """One class: precision, recall and F1 in 0..1, support in images.

    All three are None for a class without images. Precision is 0 where the net never said the class, as in
    scikit-learn.
    """

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a net did on a set of images.

    Attributes
    ----------
    accuracy : float
        Share of images whose most probable class is the true one, 0..1.
    confusion : ndarray (C, C), int64
        Images by true class (row) and predicted class (column).
    per_class : tuple of ClassScore
        In the order of the classes.
    macro_precision, macro_recall, macro_f1 : float
        Plain means over the classes that have images, 0..1.
    weighted_precision, weighted_recall, weighted_f1 : float
        Means over the classes, each weighted by its images, 0..1. (Micro means, over all images at once, are all three
        the accuracy where each image has one class.)
    log_loss : float
        Mean of -ln(probability given to the true class).
    """

    classes: tuple[str, ...]
    accuracy: float
    confusion: np.ndarray
    per_class: tuple[ClassScore, ...]
    macro_precision: float
    macro_recall: float
    macro_f1: float
    weighted_precision: float
    weighted_recall: float
    weighted_f1: float
    log_loss: float

    def as_dict(self) -> dict[str, Any]:
        """Give the same as plain numbers, lists and texts, ready for JSON."""
        return {**asdict(self), "classes": list(self.classes), "confusion": self.confusion.tolist()}


def evaluate(probabilities: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> Evaluation:
    """Compare probabilities (N, C) with the true classes (N,), integers below C; classes may be absent.

    Raises
    ------
    InvalidInput
        If there is no image, or the three do not belong together.
    """
    labels = np.asarray(labels).reshape(-1).astype(np.int64)
    probabilities = np.asarray(probabilities, np.float64)
    _refuse_mismatch(probabilities, labels, classes)
    predicted = probabilities.argmax(axis=1)
    confusion = count_confusion(labels, predicted, len(classes))
    right, support, said = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    by_class = np.stack([_shares(right, said), _shares(right, support), _shares(2 * right, said + support)])  # (3, C)
    macro = by_class[:, support > 0].mean(axis=1).tolist()
    weighted = (by_class @ (support / len(labels))).tolist()
    return Evaluation(
        classes=tuple(classes),
        accuracy=float(right.sum() / len(labels)),
        confusion=confusion,
        per_class=tuple(
            ClassScore(name, p, r, f1, s) if s else ClassScore(name, None, None, None, 0)
            for name, (p, r, f1), s in zip(classes, by_class.T.tolist(), support.tolist(), strict=True)
        ),
        **dict(zip(MEANS, (*macro, *weighted), strict=True)),
        log_loss=_log_loss(probabilities, labels),
    )


def top_k_accuracy(probabilities: np.ndarray, labels: np.ndarray, k: int) -> float:
    """Share of images whose true class is among the `k` most probable ones, 0..1; of equal ones the first counts more.

    Parameters
    ----------
    probabilities : ndarray (N, C)
    labels : ndarray (N,), int
    k : int
        1 gives the accuracy.
    """
    of_true = np.take_along_axis(probabilities, labels[:, None], axis=1)  # (N, 1)
    is_before = np.arange(probabilities.shape[1]) < labels[:, None]  # (N, C)
    ahead = (probabilities > of_true) | ((probabilities == of_true) & is_before)
    return float((ahead.sum(axis=1) < k).mean())


def cell_indices(probabilities: np.ndarray, labels: np.ndarray, true: int, guessed: int) -> np.ndarray:
    """List the images of one cell of the confusion matrix, the most confident guess first.

    Parameters
    ----------
    probabilities : ndarray (N, C)
    labels : ndarray (N,), int
    true, guessed : int
        Row and column of the cell.

    Returns
    -------
    ndarray (K,), int64
        Positions in `labels`; ties keep their order.
    """
    predicted = probabilities.argmax(axis=1)
    indices = np.flatnonzero((np.asarray(labels) == true) & (predicted == guessed))
    return indices[np.argsort(-probabilities[indices, guessed], kind="stable")]


def _shares(part: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Quotients (C,); 0 of nothing."""
    return np.divide(part, of, out=np.zeros(len(part)), where=of > 0)


def _log_loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    of_true = probabilities[np.arange(len(labels)), labels] / probabilities.sum(axis=1)
    return float(-np.log(np.clip(of_true, SMALLEST, 1)).mean())


def _refuse_mismatch(probabilities: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> None:
    num_classes = len(classes)
    fits = (
        len(labels) > 0
        and probabilities.shape == (len(labels), num_classes)
        and labels.min() >= 0
        and labels.max() < num_classes
        and bool(np.isfinite(probabilities).all())
        and bool((probabilities.sum(axis=1) > 0).all())
    )
    if not fits:
        raise InvalidInput(
            f"These predictions cannot be scored: expected a row of {num_classes} finite probabilities for each of at "
            f"least one image, and labels from 0 to {num_classes - 1}. Evaluate the net on the data set it was trained "
            f"for. Received: probabilities={probabilities.shape}, labels={labels.shape}."
        )
