"""Pictures of more than 8 bits a value: cameras and scanners often use a part of the bits that a file has."""

import cv2
import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile


def is_deep_colour(picture: ImageFile) -> bool:
    """Whether a file whose pixels are not read yet has planes of 16 bits, of which Pillow keeps the upper eight."""
    return bool(picture.tile) and ";16" in str(picture.tile[0].args) and picture.mode in ("RGB", "RGBA")


def bits_used(picture: ImageFile, *, is_deep: bool) -> int:
    """Of more than 8 bits those that the largest value needs, 8 to 16; 0 for pictures of 8 bits."""
    if picture.mode.startswith("I"):
        return max(8, min(16, int(np.asarray(picture).max()).bit_length()))
    return 8 + _most(picture).bit_length() if is_deep else 0


def eight_bits(picture: ImageFile, data: bytes, *, bits: int) -> Image.Image:
    """Turn the picture that `data` holds into mode RGB, or RGBA if it has transparency, scaled by the bits it uses."""
    if picture.mode.startswith("I"):  # which Pillow's own conversion would clip at 255
        return _grey(picture, bits)
    if picture.mode == "F":
        most = float(np.nanmax(np.asarray(picture))) or 1.0
        share = np.nan_to_num(np.asarray(picture) / (1 if most <= 1 else max(most, 255)))
        return Image.fromarray(np.rint(np.clip(share * 255, 0, 255)).astype(np.uint8)).convert("RGB")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    flat = picture if picture.mode == mode else picture.convert(mode)
    return _colour(flat, data, bits) if 0 < bits < 16 else flat


def _grey(picture: ImageFile, bits: int) -> Image.Image:
    values = np.asarray(picture)
    grey = _scaled(values, bits)
    nothing = picture.info.get("transparency")
    if not isinstance(nothing, int):
        return Image.fromarray(grey).convert("RGB")
    opacity = np.where(values == nothing, 0, 255).astype(np.uint8)
    return Image.fromarray(np.dstack([grey, grey, grey, opacity]))


def _colour(flat: Image.Image, data: bytes, bits: int) -> Image.Image:
    """Take the colours with all their bits from OpenCV, and the opacity, if any, from Pillow."""
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION
    colours = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if colours is None or colours.dtype != np.uint16 or colours.shape[1::-1] != flat.size:
        colours = np.asarray(flat)[..., :3].astype(np.uint16) << 8
    planes = _scaled(colours, bits)
    if flat.mode == "RGB":
        return Image.fromarray(planes)
    opacity = np.asarray(flat)[..., 3]
    largest = 2 ** (bits - 8) - 1
    if opacity.max() <= largest:  # opaque is the largest value of the bits that are used
        opacity = np.rint(opacity * (255 / max(largest, 1))).astype(np.uint8)
    return Image.fromarray(np.dstack([planes, opacity]))


def _most(picture: ImageFile) -> int:
    """The largest upper half of a colour's 16 bits; opacity is no colour."""
    return int(np.asarray(picture)[..., :3].max())


def _scaled(values: np.ndarray, bits: int) -> np.ndarray:
    share = values.astype(np.float32) * (255 / (2**bits - 1))
    return np.rint(np.clip(share, 0, 255)).astype(np.uint8)
