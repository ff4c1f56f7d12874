"""What a net answered to a test set, and how good that is. NumPy and scikit-learn only."""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cnnviz.errors import InvalidInput


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
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(arrays["probabilities"], arrays["labels"], tuple(str(name) for name in arrays["classes"]))


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
    from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

    labels = np.asarray(labels).reshape(-1).astype(np.int64)
    probabilities = np.asarray(probabilities, np.float64)
    _refuse_mismatch(probabilities, labels, classes)
    every_class = np.arange(len(classes))
    predicted = probabilities.argmax(axis=1)
    scores = precision_recall_fscore_support(labels, predicted, labels=every_class, zero_division=0)
    precision, recall, f1, support = scores
    normalized = probabilities / probabilities.sum(
        axis=1, keepdims=True
    )  # float32 rows miss 1 by more than log_loss lets
    return Evaluation(
        classes=tuple(classes),
        accuracy=float(np.mean(predicted == labels)),
        confusion=confusion_matrix(labels, predicted, labels=every_class).astype(np.int64),
        per_class=tuple(
            ClassScore(name, float(p), float(r), float(f), int(s)) if s else ClassScore(name, None, None, None, 0)
            for name, p, r, f, s in zip(classes, precision, recall, f1, support, strict=True)
        ),
        macro_precision=float(precision[support > 0].mean()),
        macro_recall=float(recall[support > 0].mean()),
        macro_f1=float(f1[support > 0].mean()),
        log_loss=float(log_loss(labels, normalized, labels=every_class)),
    )


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


def _refuse_mismatch(probabilities: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> None:
    num_classes = len(classes)
    fits = (
        len(labels) > 0
        and probabilities.shape == (len(labels), num_classes)
        and labels.min() >= 0
        and labels.max() < num_classes
        and bool(np.isfinite(probabilities).all())
    )
    if not fits:
        raise InvalidInput(
            f"These predictions cannot be scored: expected a row of {num_classes} finite probabilities for each of at "
            f"least one image, and labels from 0 to {num_classes - 1}. Evaluate the net on the data set it was trained "
            f"for. Received: probabilities={probabilities.shape}, labels={labels.shape}."
        )
