"""What kind of file some bytes are, by their beginning and never by a name, and who reads it."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ImageFile import ImageFile

from cnnviz.errors import InvalidImage

FORMATS = "PNG, JPEG, WebP, BMP, GIF, AVIF or TIFF"

_PNG = b"\x89PNG\r\n\x1a\n"

Reader = Callable[[BytesIO], ImageFile]

# Pillow's readers are called directly, not through Image.open, whose guard against decompression bombs lets pictures of
# our limit pass and warns on stderr about others.
_READERS: dict[bytes, Reader] = {
    _PNG: PngImagePlugin.PngImageFile,
    b"\xff\xd8\xff": JpegImagePlugin.JpegImageFile,
    b"GIF87a": GifImagePlugin.GifImageFile,
    b"GIF89a": GifImagePlugin.GifImageFile,
    b"BM": BmpImagePlugin.BmpImageFile,
    b"II*\0": TiffImagePlugin.TiffImageFile,
    b"MM\0*": TiffImagePlugin.TiffImageFile,
}
_SAVE_AS = "Open it in the program that made it and save it as PNG or JPEG."
# What cannot be read but is known: what it is, and what to do.
_KNOWN = {
    b"%PDF": ("a PDF document", "Take a screenshot of the page and use that."),
    b"<svg": ("an SVG drawing", _SAVE_AS),
    b"<?xml": ("an SVG drawing or another XML text", _SAVE_AS),
    b"8BPS": ("a Photoshop file", _SAVE_AS),
    b"\xff\x0a": ("a JPEG XL picture", _SAVE_AS),
    b"\0\0\0\x0cJXL ": ("a JPEG XL picture", _SAVE_AS),
    b"\0\0\0\x0cjP  ": ("a JPEG 2000 picture", _SAVE_AS),
    b"\0\0\x01\0": ("an icon", _SAVE_AS),
}
_AVIF = (b"avif", b"avis")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_JPEG_OF_HEIC = (
    "On an iPhone choose Settings, Camera, Formats, Most Compatible, or send the photo by mail; elsewhere open it and "
    "export it as JPEG."
)

# Tags of TIFF 6.0 and its supplement for sub-directories, and of DNG 1.4.
_SUBFILE_TYPE, _SUB_DIRECTORIES, _DNG_VERSION = 254, 330, 50706

# Of a PNG: what the pixels are made of. All else, and every checksum, stands beside them.
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf", b"acTL", b"fcTL", b"fdAT")
# Of a WebP: what comes after them.
_BESIDE_WEBP = (b"EXIF", b"XMP ")


def reader_of(data: bytes) -> Reader:
    """Give Pillow's reader of a file; raises InvalidImage, which names formats that are known but cannot be read."""
    if not data:
        raise InvalidImage(f"This file is empty. Expected a {FORMATS} picture. Received: 0 bytes.")
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WebPImagePlugin.WebPImageFile
    if data[4:8] == b"ftyp":
        return _reader_of_box(data)
    if _is_raw_photo(data):
        raise InvalidImage(
            f"This is a raw photo of a camera, which cannot be read: expected {FORMATS}. Export it as JPEG in the "
            f"program for your photos. {_received(data)}"
        )
    for start, reader in _READERS.items():
        if data.startswith(start):
            return reader
    for start, (name, advice) in _KNOWN.items():
        if data.startswith(start):
            raise InvalidImage(f"This is {name}, which cannot be read: expected {FORMATS}. {advice} {_received(data)}")
    raise InvalidImage(f"This file is no picture that can be read. Expected {FORMATS}. {_received(data)}")


def _is_raw_photo(data: bytes) -> bool:
    """Whether a TIFF is a CR2, a DNG, or begins with a preview of what lies in its sub-directories (NEF, ARW)."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 10:
        return False
    (place,) = struct.unpack_from(f"{order}I", data, 4)
    if place + 2 > len(data):
        return data[8:10] == b"CR"
    (count,) = struct.unpack_from(f"{order}H", data, place)
    last = min(count, (len(data) - place - 2) // 12)
    tags = dict(struct.unpack_from(f"{order}H6xI", data, place + 2 + 12 * entry) for entry in range(last))
    is_preview = tags.get(_SUBFILE_TYPE) == 1 and _SUB_DIRECTORIES in tags
    return data[8:10] == b"CR" or _DNG_VERSION in tags or is_preview


def _reader_of_box(data: bytes) -> Reader:
    """AVIF and HEIC begin alike: with a box that names its brands (ISO/IEC 14496-12)."""
    length = min(int.from_bytes(data[:4]), 256)
    brands = [data[8:12], *(data[place : place + 4] for place in range(16, length, 4))]
    if any(brand in _AVIF for brand in brands):
        return AvifImagePlugin.AvifImageFile
    if any(brand in _HEIC for brand in brands):
        raise InvalidImage(
            f"This is a HEIC photo, whatever its name ends in, and cannot be read: expected {FORMATS}. {_JPEG_OF_HEIC} "
            f"{_received(data)}"
        )
    raise InvalidImage(f"This is a film, no picture: expected {FORMATS}. Take a screenshot of it. {_received(data)}")


def without_extras(data: bytes) -> bytes:
    """Leave out of a PNG or WebP what stands beside its pixels and may be damaged. Other files stay.

    A profile of a megabyte, one damaged byte in a comment, or the last bytes missing of one, is no reason to refuse the
    picture.
    """
    if data.startswith(_PNG):
        return _png_without_extras(data)
    return _webp_of_whole_chunks(data) if data.startswith(b"RIFF") else data


def _webp_of_whole_chunks(data: bytes) -> bytes:
    """A WebP that was cut off behind its pixels, without the chunk that is not whole; else as it is."""
    place = 12
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        end = place + 8 + length
        if end > len(data):
            if kind in _BESIDE_WEBP:
                break
            return data
        place = end + length % 2
    body = data[8:place]
    body += b"\0" * (place - 8 - len(body))  # the filling of a chunk of odd length
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _png_without_extras(data: bytes) -> bytes:
    parts, place = [_PNG], len(_PNG)
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        if len(body) < length:
            parts.append(data[place:])
            break
        if kind in _PIXEL_CHUNKS:
            parts.append(struct.pack(">I4s", length, kind) + body + struct.pack(">I", zlib.crc32(kind + body)))
        place += length + 12
        if kind == b"IEND":
            break
    return b"".join(parts)


def _received(data: bytes) -> str:
    return f"Received: {len(data):,} bytes."
