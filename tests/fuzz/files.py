"""Seeded pictures and zips: damaged, enormous, deep, many, packed in every way."""

import io
import random
import struct
import zipfile
import zlib
from functools import cache

import numpy as np
from PIL import Image

from tests.fuzz.damage import damaged_bytes

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "ICO", "PPM")
NAMES = (
    "cat",
    "dog",
    "..",
    "",
    "C:",
    "*bold* $x^2$ [a](b)",
    "ä" * 90,
    "x" * 5000,
    "train",
    "test",
    "a\0b",
    ".git",
    "nul",
)


def picture(seed: int) -> bytes:
    """One file that claims to be a picture."""
    dice = random.Random(seed)
    match dice.randrange(12):
        case 0 | 1:
            return blank_png(
                dice.choice([1, 400, 6000, 70_000]), dice.choice([1, 300, 6000]), dice.choice([0, 2, 4, 6])
            )
        case 2 | 3 | 4:
            return _png_with_a_chunk(dice)
        case 5:
            starts = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP", b"II*\0", b""]
            return dice.choice(starts) + dice.randbytes(dice.choice([0, 10, 1000]))
        case _:
            return damaged_bytes(dice, encoded(dice.choice(MODES), dice.choice(FORMATS), dice.randrange(3)))


def zipped(seed: int) -> bytes:
    """One file that claims to be a zip of pictures."""
    dice = random.Random(seed)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", dice.choice(METHODS)) as archive:
        for number in range(dice.choice([0, 4, 8, 12, 60])):
            archive.writestr(_path(dice, number), _content(dice))
        if dice.random() < 0.1:
            _write_many(archive, dice)
    data = buffer.getvalue()
    return damaged_bytes(dice, data) if dice.random() < 0.3 else _damaged_pictures(dice, data)


@cache
def encoded(mode: str, file_format: str, variant: int) -> bytes:
    """A small sound picture; modes that a format lacks are written as RGB."""
    noise = np.random.default_rng(variant).integers(0, 256, (24 + variant, 31, 3), np.uint8)
    image = Image.fromarray(noise)
    image = Image.fromarray(noise[..., 0].astype(np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    buffer = io.BytesIO()
    try:
        image.save(buffer, file_format)
    except (OSError, ValueError):
        image.convert("RGB").save(buffer, file_format)
    return buffer.getvalue()


@cache
def blank_png(width: int, height: int, colour: int) -> bytes:
    """A sound PNG of one shade, as large as it says; some of these are beyond 40 megapixels."""
    depth = 16 if colour == 4 else 8
    row = bytes(1 + width * {0: 1, 2: 3, 4: 2, 6: 4}[colour] * depth // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join([packer.compress(row) for _ in range(height)] + [packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _png_with_a_chunk(dice: random.Random) -> bytes:
    """A small PNG with something large, packed to little, beside its pixels."""
    bomb = zlib.compress(bytes(dice.choice([10, 10**6, 10**8])), 9)
    kind = dice.choice([b"zTXt", b"iCCP", b"iTXt", b"eXIf", b"tRNS", b"acTL", b"PLTE", b"fcTL", b"gAMA", b"cHRM"])
    body = {b"zTXt": b"a\0\0" + bomb, b"iCCP": b"a\0\0" + bomb, b"iTXt": b"a\0\1\0\0\0" + bomb}.get(kind)
    data = encoded("RGB", "PNG", 0)
    chunk = _chunk(kind, dice.randbytes(dice.choice([0, 4, 26])) if body is None else body)
    return data[:33] + chunk * dice.choice([1, 1, 30]) + data[33:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _path(dice: random.Random, number: int) -> str:
    depth = dice.choice([1, 2, 3, 40, 3000]) if dice.random() < 0.02 else 1
    folders = [dice.choice(NAMES) if dice.random() < 0.01 else dice.choice(NAMES[:2]) for _ in range(depth)]
    ending = dice.choice(["png", "png", "jpg", "webp", "txt", "zip", ""]) if dice.random() < 0.05 else "png"
    return "/".join([*folders, f"{number}.{ending}"])


def _content(dice: random.Random) -> bytes:
    return picture(dice.randrange(10**6)) if dice.random() < 0.4 else encoded("RGB", "PNG", 0)


def _write_many(archive: zipfile.ZipFile, dice: random.Random) -> None:
    """Many small files, or some enormous ones."""
    if dice.random() < 0.5:
        for number in range(20_000):
            archive.writestr(f"cat/{'a/' * (number % 25)}{number}.png", b"")
    else:
        for number in range(30):
            archive.writestr(f"dog/large {number}.png", blank_png(6000, 6000, dice.choice([0, 2])))


def _damaged_pictures(dice: random.Random, data: bytes) -> bytes:
    """Damage behind the index: what is packed, not what is said of it."""
    changed = bytearray(data)
    for _ in range(dice.choice([0, 3, 30])):
        changed[dice.randrange(max(1, len(changed) // 2))] = dice.randrange(256)
    return bytes(changed)
