"""Images that a data set holds more than once, exactly or nearly. Pure: NumPy and SciPy.

Near duplicates are looked for by a difference hash: a thumbnail of 8x9 cells, of which each cell is compared with its
neighbour, gives 64 bits (N. Krawetz, "Kind of Like That", hackerfactor.com, 2013). Images of which the bits of a row
agree are then compared by larger thumbnails, because few bits are soon alike.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from cnnviz.datasets.dataset import Dataset

CELLS = (8, 9)  # rows, columns of the hash's thumbnail
FINE = (16, 16)  # of the one by which images are compared
BANDS = 8  # of 8 bits: a row of the thumbnail each
NEIGHBOURS = 16  # of the same bits, the next by brightness, with which an image is compared
NEAR = 0.1  # root mean square of the difference, as a share of the image's own standard deviation
MIN_SPREAD = 4.0  # standard deviation below which an image is blank and tells nothing
MAX_GROUPS = 12  # that are shown


@dataclass(frozen=True)
class Duplicates:
    """Groups of positions, each sorted, the first groups first; `near` are not exactly the same."""

    exact: tuple[tuple[int, ...], ...]
    near: tuple[tuple[int, ...], ...]


def duplicates(images: np.ndarray) -> Duplicates:
    """Find images that are the same, and ones that nearly are (another size before, compression, a small retouch).

    Parameters
    ----------
    images : ndarray (N, H, W, C), uint8
        To find test images among the training images, give both, one after the other.

    Returns
    -------
    Duplicates
        A group of `near` has one image of each exact group at most.
    """
    same: defaultdict[bytes, list[int]] = defaultdict(list)
    for position, image in enumerate(images):
        same[image.tobytes()].append(position)
    first = np.array(sorted(group[0] for group in same.values()), dtype=np.int64)
    exact = tuple(tuple(group) for group in same.values() if len(group) > 1)
    coarse, fine = (_thumbnails(images, first, cells) for cells in (CELLS, FINE))
    near = tuple(tuple(int(first[place]) for place in group) for group in _near_groups(coarse, fine))
    return Duplicates(exact, near)


@dataclass(frozen=True, eq=False)
class Copy:
    """Two images (2, H, W, C) uint8 that are alike, with their labels; whether wholly, and whether one is for tests."""

    images: np.ndarray
    labels: tuple[int, int]
    is_exact: bool
    is_across: bool


@dataclass(frozen=True, eq=False)
class Copies:
    """Numbers of groups of equal and of nearly equal images; how many groups reach into the test part; some of them."""

    num_exact: int
    num_near: int
    num_across: int
    shown: tuple[Copy, ...]


def find_copies(data: Dataset) -> Copies:
    """Find the images that are in a data set more than once; those that are in both parts are shown first."""
    images, labels = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    num_train = len(data.x_train)
    found = duplicates(images)
    groups = [*((group, True) for group in found.exact), *((group, False) for group in found.near)]
    pairs = [(_telling_pair(group, num_train), is_exact) for group, is_exact in groups]
    pairs.sort(key=lambda pair: not _is_across(pair[0], num_train))
    shown = [
        Copy(images[list(pair)], tuple(labels[list(pair)].tolist()), is_exact, _is_across(pair, num_train))
        for pair, is_exact in pairs[:MAX_GROUPS]
    ]
    num_across = sum(_is_across(pair, num_train) for pair, _ in pairs)
    return Copies(len(found.exact), len(found.near), num_across, tuple(shown))


def _thumbnails(images: np.ndarray, positions: np.ndarray, cells: tuple[int, int]) -> np.ndarray:
    """Grey means of so many rows and columns of cells, (P, rows, columns) float32."""
    rows, columns = (_averaging(size, number) for size, number in zip(images.shape[1:3], cells, strict=True))
    thumbnails = np.empty((len(positions), *cells), np.float32)
    for start in range(0, len(positions), 1024):
        grey = images[positions[start : start + 1024]].mean(axis=3, dtype=np.float32)  # (B, H, W)
        thumbnails[start : start + 1024] = rows @ grey @ columns.T
    return thumbnails


def _averaging(size: int, cells: int) -> np.ndarray:
    """Matrix (cells, size) whose rows average the pixels of a cell, each by how far it lies inside."""
    edges = np.linspace(0, size, cells + 1)
    pixels = np.arange(size)
    inside = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    shares = np.clip(inside, 0, None)
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def _near_groups(coarse: np.ndarray, fine: np.ndarray) -> list[list[int]]:
    """Places of images that are near to each other, by their thumbnails (P, 8, 9) and (P, 16, 16)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = _near_pairs(coarse, fine)
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(len(coarse), len(coarse)))
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(connected_components(graph, directed=False)[1].tolist()):
        groups[group].append(place)
    return [group for group in groups.values() if len(group) > 1]


def _near_pairs(coarse: np.ndarray, fine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the first and of the second image of each pair, both (pairs,) int64; a pair may come twice."""
    flat = fine.reshape(len(fine), -1)
    brightness = flat.mean(axis=1)
    flat = flat - brightness[:, None]  # a little brighter is still the same
    spread = flat.std(axis=1)
    telling = np.flatnonzero(spread >= MIN_SPREAD)
    bits = (coarse[:, :, 1:] > coarse[:, :, :-1]).reshape(len(coarse), BANDS, -1)  # (P, 8, 8)
    words = np.packbits(bits, axis=2)[..., 0]  # (P, 8)
    pairs = [np.empty((2, 0), np.int64)]
    for band in range(BANDS):
        order = telling[np.lexsort((brightness[telling], words[telling, band]))]
        for step in range(1, NEIGHBOURS + 1):
            left, right = order[:-step], order[step:]
            alike = words[left, band] == words[right, band]
            left, right = left[alike], right[alike]
            apart = np.sqrt(((flat[left] - flat[right]) ** 2).mean(axis=1))
            is_near = apart <= NEAR * np.minimum(spread[left], spread[right])
            pairs.append(np.stack([left[is_near], right[is_near]]))
    left, right = np.concatenate(pairs, axis=1)
    return left, right


def _telling_pair(group: tuple[int, ...], num_train: int) -> tuple[int, int]:
    """Two of a group, one of each part if there are; positions are sorted, those of the test part come last."""
    return group[0], (group[-1] if group[-1] >= num_train else group[1])


def _is_across(pair: tuple[int, int], num_train: int) -> bool:
    return pair[0] < num_train <= pair[1]
