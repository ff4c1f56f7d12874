"""Files that are no picture, damaged, or too large."""

import random
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from cnnviz.errors import InvalidImage
from cnnviz.imaging import decode
from cnnviz.imaging.decode import decode_image, require_size
from tests.imaging.pictures import FORMATS, encoded, smooth_picture


def png_header(width, height, *, bits=8, colour=2):
    """A valid PNG that promises width x height pixels and holds next to none."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    pixels = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "empty"),
        (b"Hello, I am a text file.", "no picture that can be read. Expected PNG, JPEG, WebP, BMP, GIF, AVIF or TIFF"),
        (b"\x89PNG\r\n\x1a\n", "cut off or damaged"),
        (b"BM", "cut off or damaged"),
        (b"GIF89a", "cut off or damaged"),
        (b"\xff\xd8\xff", "cut off or damaged"),
        (b"RIFF\0\0\0\0WEBP", "cut off or damaged"),
        (b"RIFF\0\0\0\0WAVE", "no picture that can be read"),
        (b"II*\0", "cut off or damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing, which cannot be read"),
        (b"%PDF-1.7", "a PDF document.*screenshot"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo.*JPEG"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "a film, no picture"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "cut off or damaged"),
        (b"cos\nsystem\n(S'true'\ntR.", "no picture that can be read"),
        (png_header(0, 5), "no pixels|damaged"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(data, complaint):
    with pytest.raises(InvalidImage, match=rf"{complaint}.*Received: "):
        decode_image(data)


def tiff(order, *tags, beside=b""):
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in tags)
    start = {"<": b"II*\0", ">": b"MM\0*"}[order]
    head = start + struct.pack(f"{order}I", 8 + len(beside)) + beside
    return head + struct.pack(f"{order}H", len(tags)) + entries + bytes(40)


@pytest.mark.parametrize(
    "data",
    [
        tiff("<", (256, 40), beside=b"CR\2\0\0\0\0\0"),
        tiff(">", (254, 1), (256, 160), (330, 900)),
        tiff("<", (254, 1), (256, 160), (330, 900)),
        tiff("<", (256, 40), (50706, 0x401)),
    ],
    ids=["CR2", "NEF", "ARW", "DNG"],
)
def test_raw_photos_are_named_and_what_to_do_is_said(data):
    with pytest.raises(InvalidImage, match=r"a raw photo of a camera.*Export it as JPEG.*Received: "):
        decode_image(data)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_truncated_file_is_refused(file_format):
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    data = encoded(noise, file_format)
    with pytest.raises(InvalidImage, match="cut off or damaged"):
        decode_image(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("width", "height"), [(20_000, 20_000), (8_000, 5_001), (10_000, 10_000), (100_000, 401), (2**31 - 1, 2**31 - 1)]
)
def test_too_many_pixels_are_refused_from_the_header_without_a_warning(width, height):
    data = png_header(width, height)
    warnings.simplefilter("error")  # pytest puts the filters back
    with pytest.raises(InvalidImage, match=rf"40 megapixels.*{width} × {height}"):
        decode_image(data)


def test_a_webp_canvas_too_large_is_refused_from_the_header():
    side = struct.pack("<I", 16_383)[:3]
    data = b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + side + side
    with pytest.raises(InvalidImage, match="40 megapixels"):
        decode_image(data)


def test_a_real_bomb_is_refused_before_its_pixels_are_decoded(monkeypatch):
    data = encoded(Image.new("1", (20_000, 20_000)))
    assert len(data) < 100_000
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", lambda _: pytest.fail("pixels were decoded"))
    with pytest.raises(InvalidImage, match="40 megapixels"):
        decode_image(data)


def test_forty_megapixels_may_be_decoded():
    decoded = decode_image(encoded(Image.new("1", (8_000, 5_000))), max_side=64)
    assert decoded.notes == ("Scaled down from 8000 × 5000 to 64 × 40.",)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's word on damaged EXIF blocks
def test_damaged_files_are_decoded_or_refused_and_nothing_else():
    dice = random.Random(0)
    exif = Image.Exif()
    exif[decode.EXIF_ORIENTATION] = 6
    files = [encoded(smooth_picture(), file_format, exif=exif) for file_format in ("PNG", "JPEG", "WEBP")]
    files += [encoded(smooth_picture(), file_format) for file_format in ("BMP", "GIF")]
    refused = 0
    for _ in range(1000):
        data = bytearray(dice.choice(files))
        for _ in range(dice.choice([1, 2, 5])):
            data[dice.randrange(min(len(data), dice.choice([40, 200, 10_000])))] = dice.randrange(256)
        try:
            assert decode_image(bytes(data), max_side=16).image.shape[2] == 3
        except InvalidImage:
            refused += 1
    assert 100 < refused < 1000


@pytest.mark.parametrize("shape", [(2, 9, 3), (9, 2, 3), (1, 1)])
def test_a_picture_too_small_for_its_use_is_refused_with_both_sizes(shape):
    decoded = decode_image(encoded(np.zeros(shape, dtype=np.uint8)))
    with pytest.raises(InvalidImage, match=rf"at least 3 × 3 pixels. Received: {shape[1]} × {shape[0]}"):
        require_size(decoded, 3)


def test_a_panorama_that_shrinks_to_nothing_is_refused_with_its_true_size():
    with pytest.raises(InvalidImage, match=r"too narrow.*Cut a part out.*Received: 4000 × 8"):
        require_size(decode_image(encoded(np.zeros((8, 4000), dtype=np.uint8))), 3)


def test_a_picture_just_large_enough_passes():
    require_size(decode_image(encoded(np.zeros((3, 3, 3), dtype=np.uint8))), 3)
