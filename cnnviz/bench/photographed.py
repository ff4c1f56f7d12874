"""Drawings as photos show them: shaded, lit from the side, on a table, framed, on exercise paper. RGB in, RGB out."""

from collections.abc import Callable

import numpy as np

Picture = np.ndarray  # (H, W, 3)


def _corners(picture: Picture, amount: float) -> Picture:
    height, width = picture.shape[:2]
    rows, columns = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    return picture * (1 - amount * (rows**2 + columns**2) / 2)[..., None]


def _side_light(picture: Picture) -> Picture:
    return picture * np.linspace(0.45, 1, picture.shape[1])[None, :, None]


def _on_table(picture: Picture) -> Picture:
    margin = max(picture.shape) // 6
    return np.stack([np.pad(plane, margin, constant_values=shade) for plane, shade in zip(
        np.moveaxis(picture, 2, 0), (96, 70, 52), strict=True)], axis=-1)  # fmt: skip


def _framed(picture: Picture) -> Picture:
    framed, side = picture.copy(), max(3, max(picture.shape) // 40)
    framed[:side] = framed[-side:] = framed[:, :side] = framed[:, -side:] = 40
    return framed


def _ruled(picture: Picture, *, every: int = 33) -> Picture:
    lines = picture.copy()
    for row in range(7, picture.shape[0], every):
        lines[row : row + 2] = np.minimum(lines[row : row + 2], (110, 130, 175))
    return lines


def _squared(picture: Picture) -> Picture:
    turned = np.ascontiguousarray(_ruled(picture, every=27).swapaxes(0, 1))
    return _ruled(turned, every=27).swapaxes(0, 1)


PHOTOS: dict[str, Callable[[Picture], Picture]] = {
    "corners 10 % darker": lambda picture: _corners(picture, 0.1),
    "corners 20 % darker": lambda picture: _corners(picture, 0.2),
    "corners 30 % darker": lambda picture: _corners(picture, 0.3),
    "light from the side": _side_light,
    "a sheet on a table": _on_table,
    "a frame": _framed,
    "ruled paper": _ruled,
    "squared paper": _squared,
}


def photographed(picture: Picture, kind: str) -> Picture:
    """The picture (H, W, 3) uint8 as a kind of PHOTOS shows it, with a camera's noise."""
    rng = np.random.default_rng(picture.shape[1])
    shown = PHOTOS[kind](picture.astype(np.float32))
    noise = rng.normal(0, 2, shown.shape[:2])[..., None]
    return np.clip(np.rint(shown + noise), 0, 255).astype(np.uint8)
