"""What a net answered on a test set, as a small file. NumPy only."""

import io
from dataclasses import dataclass

import numpy as np


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
