"""Test images that a net may have seen while it learned: copies of training images, exact, near, shifted or mirrored.

Exact and near ones are found by a hash (`duplicates`). What a hash misses is looked for among the images that a net
takes for alike (their features), and then compared by pixels, because features of one class are soon alike.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.statistics.duplicates import duplicates, thumbnails

SIDE = 32  # of the thumbnails by which pairs are compared
MOST_SHIFT = 6  # of their pixels, each way
ALIKE = 0.995  # correlation of grey levels above which two are one: they differ by 0.1 of their spread, as `NEAR`
MIN_SPREAD = 4.0  # standard deviation below which an image is blank and tells nothing


@dataclass(frozen=True, eq=False)
class SeenImages:
    """Pairs of a test image and a training image that are one; each test image once.

    Attributes
    ----------
    test, train : ndarray (K,), int64
        Positions in the two parts.
    is_exact : ndarray (K,), bool
        Whether they are wholly the same.
    is_relabelled : ndarray (K,), bool
        Whether they have different labels.
    copies : ndarray (L,), int64
        Positions of all training images of which one is in the test part: without them it holds nothing that was seen.
    num_test, num_train : int
        Images that were compared.
    """

    test: np.ndarray
    train: np.ndarray
    is_exact: np.ndarray
    is_relabelled: np.ndarray
    copies: np.ndarray
    num_test: int
    num_train: int

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.test)


def seen_images(data: Dataset) -> SeenImages:
    """Find the test images that stand, exactly or nearly, among the training images too, by their hashes."""
    num_train = len(data.x_train)
    found = duplicates(np.concatenate([data.x_train, data.x_test]))
    partner: dict[int, tuple[int, bool]] = {}
    copies: set[int] = set()
    for groups, is_exact in ((_whole_near_groups(found.exact, found.near), False), (found.exact, True)):
        for group in groups:
            trained = [place for place in group if place < num_train]
            tested = [place for place in group if place >= num_train]
            if trained and tested:
                partner |= dict.fromkeys(tested, (trained[0], is_exact))  # exact ones come last, and so count
                copies.update(trained)
    return _pairs(data, [(place - num_train, *one) for place, one in sorted(partner.items())], copies)


def join_seen(data: Dataset, first: SeenImages, second: SeenImages) -> SeenImages:
    """Join what two searches have found; of a test image that both have, the first one's pair counts."""
    known = set(first.test.tolist())
    more = [i for i, test in enumerate(second.test.tolist()) if test not in known]
    rows = [*zip(first.test, first.train, first.is_exact, strict=True)]
    rows += [(second.test[i], second.train[i], second.is_exact[i]) for i in more]
    pairs = sorted((int(test), int(train), bool(exact)) for test, train, exact in rows)
    return _pairs(data, pairs, {*first.copies.tolist(), *second.copies.tolist()})


def alike_pairs(data: Dataset, test: np.ndarray, train: np.ndarray) -> SeenImages:
    """Keep of candidate pairs (positions (K,) each) those that are one image, moved by some pixels, or mirrored."""
    found: list[tuple[int, int, bool]] = []
    done: set[int] = set()
    copies: set[int] = set()
    for begun in range(0, len(test), 1024):
        part = slice(begun, begun + 1024)
        likeness = image_likeness(data.x_test[test[part]], data.x_train[train[part]])
        alike = np.argsort(-likeness, kind="stable")[: int((likeness >= ALIKE).sum())]
        copies.update(train[part][alike].tolist())
        for number in alike:
            place, other = int(test[part][number]), int(train[part][number])
            if place not in done:
                done.add(place)
                found.append((place, other, bool(np.array_equal(data.x_test[place], data.x_train[other]))))
    return _pairs(data, sorted(found), copies)


def image_likeness(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Say how far images are the same as others.

    Parameters
    ----------
    images, others : ndarray (N, H, W, C), uint8
        Compared one with one.

    Returns
    -------
    ndarray (N,), float64
        The largest correlation of grey thumbnails over small shifts (by the Fourier transform, so that what leaves at
        a rim comes in at the other) and mirroring: 1 for the same image; 0 for blank ones.
    """
    left, right = _unit_thumbnails(images), _unit_thumbnails(others)
    spectrum = np.fft.rfft2(left)
    best = np.zeros(len(left))
    for mirrored in (right, right[:, :, ::-1]):
        over_shifts = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(mirrored)), s=(SIDE, SIDE))
        near = np.r_[0 : MOST_SHIFT + 1, -MOST_SHIFT:0]
        best = np.maximum(best, over_shifts[:, near][:, :, near].max(axis=(1, 2)))
    return best


def _unit_thumbnails(images: np.ndarray) -> np.ndarray:
    """Grey levels (N, SIDE, SIDE) of mean 0 and length 1; of a blank image all 0."""
    grey = thumbnails(images, np.arange(len(images)), (SIDE, SIDE))
    grey = grey - grey.mean(axis=(1, 2), keepdims=True)
    length = np.sqrt((grey**2).sum(axis=(1, 2), keepdims=True))
    return np.where(length / SIDE >= MIN_SPREAD, grey / np.maximum(length, 1e-9), 0.0)


def _whole_near_groups(exact: tuple[tuple[int, ...], ...], near: tuple[tuple[int, ...], ...]) -> list[tuple[int, ...]]:
    """Groups of near images with all their exact copies, of which `duplicates` names one each."""
    copies = defaultdict(tuple, {group[0]: group for group in exact})
    return [tuple(copy for place in group for copy in copies[place] or (place,)) for group in near]


def _pairs(data: Dataset, rows: list[tuple[int, int, bool]], copies: set[int]) -> SeenImages:
    test, train = (np.array([row[side] for row in rows], np.int64) for side in (0, 1))
    return SeenImages(
        test,
        train,
        np.array([row[2] for row in rows], bool),
        data.y_test[test] != data.y_train[train],
        np.array(sorted(copies), np.int64),
        len(data.x_test),
        len(data.x_train),
    )
