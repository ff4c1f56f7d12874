"""From the bytes of an uploaded file to an RGB array, safely, and back to PNG.

A file is looked at by its first bytes, its size is read from its header, and only then its pixels are decoded.
"""

import base64
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from cnnviz.errors import InvalidImage
from cnnviz.imaging.deep_pixels import bits_used, eight_bits, is_deep_colour
from cnnviz.imaging.file_formats import reader_of, without_extras
from cnnviz.imaging.jpeg_end import lacks_only_its_end, with_end
from cnnviz.imaging.pixel_budget import PixelsInWork

MAX_PIXELS = 40_000_000
EXIF_ORIENTATION = 0x0112

_in_work = PixelsInWork(MAX_PIXELS)

_SIDEWAYS = (5, 6, 7, 8)  # values of EXIF's orientation that swap height and width

# What Pillow's readers raise on files that are cut off or damaged.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded picture: `image` (H, W, 3) uint8 RGB, `notes`, a sentence for each change made to it, and `size`.

    The size is (height, width) of the upright picture before it was scaled.
    """

    image: np.ndarray
    notes: tuple[str, ...]
    size: tuple[int, int]


def decode_image(data: bytes, *, max_side: int = 1024, spend: Callable[[int], None] = lambda _: None) -> Decoded:
    """Decode a picture file (`file_formats.FORMATS`) of at most 40 megapixels.

    The first frame is taken, EXIF rotation applied, transparency laid on white (light ink on black), values of more
    than 8 bits scaled by the bits in use, and a picture with a side longer than `max_side` scaled down. `spend` is
    told the number of pixels before they are decoded, and may raise.
    Threads that decode large pictures wait for each other: together they hold no more than one of the largest.

    Raises
    ------
    InvalidImage
        If the data is empty, no image, of another format, damaged or too large.
    """
    reader = reader_of(data)
    try:
        with reader(BytesIO(without_extras(data))) as picture:
            num_pixels = picture.width * picture.height
            _check_pixels(picture.width, picture.height)
            spend(num_pixels)
            with _in_work.room_for(num_pixels):
                return _decode(picture, data, max_side)
    except Image.DecompressionBombError as error:  # a WebP canvas or GIF frame that Pillow refuses to open
        raise _too_large(str(error)) from None
    except _BROKEN as error:
        raise InvalidImage(
            f"This picture is cut off or damaged: it cannot be decoded. Save or download it once more. "
            f"Received: {len(data):,} bytes ({str(error)[:80]})."
        ) from None


def require_size(decoded: Decoded, minimum: int) -> None:
    """Raise InvalidImage if a side of a decoded picture is shorter than `minimum` pixels, which names its true size."""
    height, width = decoded.size
    if min(height, width) < minimum:
        raise InvalidImage(
            f"This picture is too small: expected at least {minimum} × {minimum} pixels. Received: {width} × {height}."
        )
    if min(decoded.image.shape[:2]) < minimum:
        raise InvalidImage(
            f"This picture is too narrow: scaled down until its longer side fits, its shorter one has less than "
            f"{minimum} pixels. Cut a part out of it. Received: {width} × {height}."
        )


def on_paper(rgba: np.ndarray) -> tuple[np.ndarray, str]:
    """Lay a picture (H, W, 4) uint8 on white paper, and light ink that stands on nothing on black.

    Returns
    -------
    (H, W, 3) uint8, and "white" or "black"
    """
    colour, opacity = rgba[..., :3].astype(np.float32), rgba[..., 3:].astype(np.float32) / 255
    visible = float(opacity.sum())
    is_light_ink = visible > 0 and float((colour * opacity).sum()) / (3 * visible) > 127
    paper = 0.0 if is_light_ink and opacity.min() < 0.5 else 255.0
    return np.rint(colour * opacity + paper * (1 - opacity)).astype(np.uint8), "white" if paper else "black"


def to_grey(image: np.ndarray) -> np.ndarray:
    """Turn (H, W, 3) uint8 RGB into (H, W) uint8: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601)."""
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def grey_to_rgb(image: np.ndarray) -> np.ndarray:
    """Turn (H, W) uint8 into (H, W, 3) with three equal planes."""
    return cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Scale an image (H, W[, C]): by the area's mean where it shrinks, bilinear where it grows."""
    if min(height, width) < 1:
        raise InvalidImage(f"A picture has at least 1 × 1 pixels. Received: height={height}, width={width}.")
    smaller = (min(width, image.shape[1]), min(height, image.shape[0]))
    scaled = cv2.resize(image, smaller, interpolation=cv2.INTER_AREA)
    if smaller != (width, height):
        scaled = cv2.resize(scaled, (width, height), interpolation=cv2.INTER_LINEAR)
    return scaled.reshape(height, width, *image.shape[2:])  # cv2 drops a channel axis of 1


def fit_within(image: np.ndarray, max_side: int) -> np.ndarray:
    """Scale an image (H, W[, C]) down, if needed, until its longer side has `max_side` pixels."""
    height, width = image.shape[:2]
    factor = max_side / max(height, width)
    return image if factor >= 1 else resize(image, _scaled(height, factor), _scaled(width, factor))


def encode_jpeg(array: np.ndarray) -> bytes:
    """Encode (H, W, 3) RGB uint8 as a JPEG file, of a photo much smaller than as a PNG."""
    _, data = cv2.imencode(".jpg", cv2.cvtColor(array, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return data.tobytes()


def encode_png(array: np.ndarray) -> bytes:
    """Encode (H, W) grey or (H, W, 3) RGB uint8 as a PNG file."""
    ok, data = cv2.imencode(".png", array if array.ndim == 2 else cv2.cvtColor(array, cv2.COLOR_RGB2BGR))
    if not ok:
        raise InvalidImage(f"A PNG holds (H, W) or (H, W, 3) uint8. Received: {array.dtype} {array.shape}.")
    return data.tobytes()


def png_url(array: np.ndarray) -> str:
    """Give the same as an address that holds the file itself, `data:image/png;base64,...`."""
    return f"data:image/png;base64,{base64.b64encode(encode_png(array)).decode()}"


def _scaled(size: int, factor: float) -> int:
    return max(1, round(size * factor))


def _check_pixels(width: int, height: int) -> None:
    if min(width, height) < 1:
        raise InvalidImage(f"This picture has no pixels. Received: {width} × {height} pixels.")
    if width * height > MAX_PIXELS:
        raise _too_large(f"{width} × {height} pixels")


def _too_large(received: str) -> InvalidImage:
    return InvalidImage(
        f"This picture is too large: expected at most {MAX_PIXELS // 1_000_000} megapixels. "
        f"Scale it down first. Received: {received}."
    )


def _decode(picture: ImageFile, data: bytes, max_side: int) -> Decoded:
    size = picture.size
    target = _fitted(size, max_side)
    if target != size:
        picture.draft(None, target)  # a JPEG then decodes at 1/2, 1/4 or 1/8; other formats ignore it
    is_deep = is_deep_colour(picture)
    try:
        picture.load()
    except OSError:
        if not isinstance(picture, JpegImageFile) or not lacks_only_its_end(data):
            raise
        whole = with_end(data)
        with JpegImageFile(BytesIO(whole)) as mended:
            return _decode(mended, whole, max_side)
    orientation = _orientation(picture)
    bits = bits_used(picture, is_deep=is_deep)
    notes = _notes(picture, bits)
    flat = eight_bits(picture, data, bits=bits)
    if flat.size != target:
        flat = flat.resize(target, Image.Resampling.BOX)
    if flat.mode == "RGBA":
        pixels = np.asarray(flat)
        rgb, paper = on_paper(pixels)
        if pixels[..., 3].min() < 255:
            notes.append(f"Alpha: shown on {paper}.")
        flat = Image.fromarray(rgb)
    flat = _upright(flat, orientation)
    before = size[::-1] if orientation in _SIDEWAYS else size
    if target != size:
        notes.append(f"Scaled down from {before[0]} × {before[1]} to {flat.width} × {flat.height}.")
    return Decoded(np.array(flat), tuple(notes), before[::-1])


def _orientation(picture: ImageFile) -> int:
    try:
        return picture.getexif().get(EXIF_ORIENTATION, 1)
    except _BROKEN:  # a picture whose EXIF block is damaged is still a picture
        return 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Turn a picture as its EXIF orientation says (JEITA CP-3451, tag 274)."""
    if orientation == 1:
        return picture
    bare = Image.fromarray(np.asarray(picture))  # without the other tags: Pillow would fail on damaged ones
    bare.getexif()[EXIF_ORIENTATION] = orientation
    return ImageOps.exif_transpose(bare)


def _notes(picture: ImageFile, bits: int) -> list[str]:
    notes = {
        "This is an animation: its first frame is used.": getattr(picture, "is_animated", False),
        "Print colours (CMYK): shown as RGB.": picture.mode == "CMYK",
        "16 bits a pixel: shown with 8.": bits == 16,
        f"16 bits a pixel, of which {bits} are used: shown with 8.": 0 < bits < 16,
    }
    return [note for note, applies in notes.items() if applies]


def _fitted(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    factor = min(1.0, max_side / max(size))
    return _scaled(size[0], factor), _scaled(size[1], factor)
