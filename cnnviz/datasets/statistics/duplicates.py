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
MAX_IMAGES = 6  # of a group that are shown


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
    coarse, fine = (thumbnails(images, first, cells) for cells in (CELLS, FINE))
    near = tuple(tuple(int(first[place]) for place in group) for group in _near_groups(coarse, fine))
    return Duplicates(exact, near)


@dataclass(frozen=True, eq=False)
class Copy:
    """A group of images that are alike.

    Attributes
    ----------
    images : ndarray (<= MAX_IMAGES, H, W, C), uint8
        First one of each label in each part.
    labels : tuple of int
        Of all images of the group, in the same order.
    is_test : tuple of bool
        Whether each of them is one to test on.
    is_exact : bool
        Whether they are wholly the same.
    """

    images: np.ndarray
    labels: tuple[int, ...]
    is_test: tuple[bool, ...]
    is_exact: bool

    @property
    def is_across(self) -> bool:
        """Whether the group has images to learn from and to test on."""
        return len(set(self.is_test)) > 1

    @property
    def is_relabelled(self) -> bool:
        """Whether the same image is said to be of several classes."""
        return len(set(self.labels)) > 1


@dataclass(frozen=True, eq=False)
class Copies:
    """Numbers of groups of equal and of nearly equal images, of those in both parts, of several labels; some groups."""

    num_exact: int
    num_near: int
    num_across: int
    num_relabelled: int
    shown: tuple[Copy, ...]


def find_copies(data: Dataset) -> Copies:
    """Find the images that are in a data set more than once; those of several labels, or in both parts, come first."""
    images, labels = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    is_test = np.arange(len(labels)) >= len(data.x_train)
    found = duplicates(images)

    def several(of: np.ndarray, group: tuple[int, ...]) -> bool:
        return len(np.unique(of[list(group)])) > 1

    groups = [*found.exact, *found.near]
    num_across, num_relabelled = (sum(several(of, group) for group in groups) for of in (is_test, labels))
    exact = set(found.exact)
    groups.sort(key=lambda group: (not several(labels, group), not several(is_test, group)))
    shown = tuple(_copy(group, images, labels, is_test, is_exact=group in exact) for group in groups[:MAX_GROUPS])
    return Copies(len(found.exact), len(found.near), num_across, num_relabelled, shown)


def _copy(
    group: tuple[int, ...], images: np.ndarray, labels: np.ndarray, is_test: np.ndarray, *, is_exact: bool
) -> Copy:
    kinds = [(int(labels[place]), bool(is_test[place])) for place in group]
    order = sorted(range(len(group)), key=lambda at: kinds.index(kinds[at]) != at)  # first one of each kind
    chosen = [group[at] for at in order[:MAX_IMAGES]]
    return Copy(images[chosen], tuple(kinds[at][0] for at in order), tuple(kinds[at][1] for at in order), is_exact)


def thumbnails(images: np.ndarray, positions: np.ndarray, cells: tuple[int, int]) -> np.ndarray:
    """Grey means of so many rows and columns of cells of the images (N, H, W, C) at P positions: (P, rows, columns)."""
    rows, columns = (_averaging(size, number) for size, number in zip(images.shape[1:3], cells, strict=True))
    means = np.empty((len(positions), *cells), np.float32)
    for start in range(0, len(positions), 1024):
        grey = images[positions[start : start + 1024]].mean(axis=3, dtype=np.float32)  # (B, H, W)
        means[start : start + 1024] = rows @ grey @ columns.T
    return means


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
