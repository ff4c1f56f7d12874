"""Similarity of a kernel to those that a net has learned."""

from dataclasses import dataclass

import numpy as np

from cnnviz.errors import InvalidKernel


@dataclass(frozen=True, eq=False)
class SimilarKernel:
    """Filter `index` of a layer: `matrix` (h, w) summed over its planes, `cosine` with the given kernel, -1 to 1."""

    index: int
    cosine: float
    matrix: np.ndarray


def most_similar(kernel: np.ndarray, learned: np.ndarray, count: int = 5) -> list[SimilarKernel]:
    """Rank a layer's kernels by their cosine similarity to a kernel, the most similar first.

    Parameters
    ----------
    kernel : (h, w) array
    learned : (h, w, planes, filters) array
        Each filter is summed over its planes: what it does to a grey picture.

    Raises
    ------
    InvalidKernel
        If the sizes differ or the kernel is zero.

    Notes
    -----
    The cosine is the sum of products over the product of the lengths: 1 for the same kernel at any strength,
    0 for unrelated ones, -1 for the negative.
    """
    kernel, flat = np.asarray(kernel, np.float64), np.asarray(learned, np.float64).sum(axis=2)  # (h, w, filters)
    if kernel.shape != flat.shape[:2]:
        raise InvalidKernel(
            f"Only kernels of one size can be compared: this net's first filters are {flat.shape[0]}×{flat.shape[1]}. "
            f"Change the size of yours. Received: {'×'.join(map(str, kernel.shape))}."
        )
    length = np.linalg.norm(kernel)
    if length == 0:
        raise InvalidKernel("A kernel of zeros looks like nothing. Give it at least one weight. Received: all 0.")
    lengths = np.linalg.norm(flat, axis=(0, 1))
    products = np.tensordot(kernel, flat, axes=2)  # (filters,)
    cosines = np.divide(products, length * lengths, out=np.zeros_like(products), where=lengths > 0)
    best = np.argsort(-cosines, kind="stable")[:count]
    return [SimilarKernel(int(i), float(cosines[i]), flat[:, :, i].astype(np.float32)) for i in best]
