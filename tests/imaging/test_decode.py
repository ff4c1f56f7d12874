"""Every kind of picture a person may upload."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from cnnviz.imaging import decode
from cnnviz.imaging.decode import decode_image
from tests.imaging.pictures import FORMATS, assert_close, encoded, smooth_picture


@pytest.mark.parametrize(
    ("file_format", "tolerance"),
    [("PNG", 0), ("BMP", 0), ("TIFF", 0), ("AVIF", 30), ("JPEG", 12), ("WEBP", 20), ("GIF", 30)],
)
def test_every_format_is_decoded_to_rgb(file_format, tolerance):
    decoded = decode_image(encoded(smooth_picture(), file_format))
    assert_close(decoded.image, smooth_picture(), tolerance)
    assert decoded.notes == ()


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_used_and_said_so(file_format):
    frames = [Image.new("RGB", (9, 5), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = encoded(frames[0], file_format, save_all=True, append_images=frames[1:], **options)
    decoded = decode_image(data)
    assert_close(decoded.image, np.full((5, 9, 3), (255, 0, 0), dtype=np.uint8))
    assert decoded.notes == ("This is an animation: its first frame is used.",)


TURNED = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright),
    7: lambda upright: upright[::-1, ::-1].swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNED)
def test_exif_rotation_is_honoured(orientation, file_format):
    exif = Image.Exif()
    exif[decode.EXIF_ORIENTATION] = orientation
    stored = np.ascontiguousarray(TURNED[orientation](smooth_picture()))
    decoded = decode_image(encoded(stored, file_format, exif=exif))
    assert_close(decoded.image, smooth_picture(), 20)


def test_a_turned_picture_that_is_scaled_states_its_upright_sizes():
    exif = Image.Exif()
    exif[decode.EXIF_ORIENTATION] = 6
    decoded = decode_image(encoded(np.zeros((40, 100, 3), dtype=np.uint8), "JPEG", exif=exif), max_side=50)
    assert decoded.image.shape == (50, 20, 3)
    assert decoded.notes == ("Scaled down from 40 × 100 to 20 × 50.",)


def test_a_picture_is_turned_though_another_tag_is_damaged():
    width_as_text = b"Exif\0\0II*\0\x08\0\0\0\x02\0" + struct.pack("<HHI4s", 256, 2, 4, b"xyz")
    orientation = struct.pack("<HHIHH", decode.EXIF_ORIENTATION, 3, 1, 6, 0)
    stored = np.ascontiguousarray(TURNED[6](smooth_picture()))
    file = encoded(stored, "JPEG", exif=width_as_text + orientation + bytes(4))
    assert_close(decode_image(file).image, smooth_picture(), 12)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
@pytest.mark.parametrize("exif", [b"Exif\0\0MM\0*\0\0\0\x08\0", b"Exif\0\0rubbish"])
def test_a_picture_with_damaged_exif_is_decoded_as_it_is_stored(exif):
    assert_close(decode_image(encoded(smooth_picture(), "JPEG", exif=exif)).image, smooth_picture(), 12)


def test_a_cmyk_jpeg_becomes_rgb():
    cyan = Image.new("CMYK", (9, 5), (255, 0, 0, 0))
    decoded = decode_image(encoded(cyan, "JPEG", quality=100))
    assert_close(decoded.image, np.full((5, 9, 3), (0, 255, 255), dtype=np.uint8), 3)
    assert decoded.notes == ("Print colours (CMYK): shown as RGB.",)


def test_a_palette_is_resolved():
    picture = Image.fromarray(np.array([[0, 1, 2], [2, 1, 0]], dtype=np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    decoded = decode_image(encoded(picture))
    np.testing.assert_array_equal(decoded.image[0], [[255, 0, 0], [0, 255, 0], [0, 0, 255]])
    assert decoded.notes == ()


@pytest.mark.parametrize("file_format", ["PNG", "BMP"])
def test_one_bit_is_black_and_white(file_format):
    bits = np.array([[True, False, True], [False, True, True]])
    decoded = decode_image(encoded(Image.fromarray(bits), file_format))
    np.testing.assert_array_equal(decoded.image, np.repeat(bits[..., None] * np.uint8(255), 3, axis=-1))


def test_grey_has_three_equal_planes():
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(decode_image(encoded(grey)).image, np.stack([grey] * 3, axis=-1))


def test_alpha_is_laid_on_white():
    picture = np.array([[[200, 0, 0, 255], [200, 0, 0, 0], [200, 0, 0, 51]]], dtype=np.uint8)
    decoded = decode_image(encoded(picture))
    assert_close(decoded.image, np.array([[[200, 0, 0], [255, 255, 255], [244, 204, 204]]], dtype=np.uint8))
    assert decoded.notes == ("Alpha: shown on white.",)


def test_an_alpha_plane_that_hides_nothing_is_not_mentioned():
    picture = np.full((4, 6, 4), 255, dtype=np.uint8)
    assert decode_image(encoded(picture)).notes == ()


@pytest.mark.parametrize("file_format", ["PNG", "GIF"])
def test_a_transparent_palette_colour_is_white(file_format):
    picture = Image.fromarray(np.array([[0, 1, 1]], dtype=np.uint8), "P")
    picture.putpalette([10, 20, 30, 40, 50, 60])
    decoded = decode_image(encoded(picture, file_format, transparency=0))
    np.testing.assert_array_equal(decoded.image, [[[255, 255, 255], [40, 50, 60], [40, 50, 60]]])
    assert decoded.notes == ("Alpha: shown on white.",)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_large_picture_is_scaled_down_and_said_so(file_format):
    large = cv2.resize(smooth_picture(), (600, 400))
    decoded = decode_image(encoded(large, file_format), max_side=100)
    assert_close(decoded.image, cv2.resize(large, (100, 67), interpolation=cv2.INTER_AREA), 30)
    assert decoded.notes == ("Scaled down from 600 × 400 to 100 × 67.",)


def test_scaling_down_takes_the_mean_of_an_area():
    stripes = np.tile(np.array([0, 255], dtype=np.uint8), (8, 8))
    assert_close(decode_image(encoded(stripes), max_side=8).image, np.full((4, 8, 3), 128, dtype=np.uint8))


def test_a_very_long_picture_keeps_at_least_one_pixel():
    assert decode_image(encoded(np.zeros((1, 5000, 3), dtype=np.uint8)), max_side=100).image.shape == (1, 100, 3)


def test_a_picture_of_the_largest_side_is_left_alone():
    decoded = decode_image(encoded(np.zeros((7, 100, 3), dtype=np.uint8)), max_side=100)
    assert decoded.image.shape == (7, 100, 3)
    assert decoded.notes == ()


def test_one_pixel_is_a_picture():
    np.testing.assert_array_equal(decode_image(encoded(np.full((1, 1, 3), 9, dtype=np.uint8))).image, [[[9, 9, 9]]])


def ink_mask():
    """Where a thick line is, (40, 60) bool."""
    return cv2.line(np.zeros((40, 60), np.uint8), (10, 8), (45, 30), 1, 5) > 0


def palette_file(ink, nothing):
    picture = Image.fromarray(ink_mask().astype(np.uint8), "P")
    picture.putpalette([nothing] * 3 + [ink] * 3)
    return encoded(picture, transparency=0)


TRANSPARENT = {
    "RGBA": lambda ink, nothing: encoded(
        np.dstack([np.where(ink_mask(), ink, nothing)] * 3 + [ink_mask() * 255]).astype(np.uint8)
    ),
    "LA": lambda ink, nothing: encoded(
        Image.merge(
            "LA",
            [
                Image.fromarray(np.where(ink_mask(), ink, nothing).astype(np.uint8)),
                Image.fromarray(ink_mask() * np.uint8(255)),
            ],
        )
    ),
    "palette": palette_file,
    "grey": lambda ink, nothing: encoded(
        Image.fromarray(np.where(ink_mask(), ink, nothing).astype(np.uint8)), transparency=nothing
    ),
    "grey of 16 bits": lambda ink, nothing: encoded(
        Image.fromarray((np.where(ink_mask(), ink, nothing) * 257).astype(np.uint16)), transparency=nothing * 257
    ),
    "RGB": lambda ink, nothing: encoded(
        Image.fromarray(np.dstack([np.where(ink_mask(), ink, nothing)] * 3).astype(np.uint8)),
        transparency=(nothing,) * 3,
    ),
}


@pytest.mark.parametrize("ink", [255, 230, 0])
@pytest.mark.parametrize("form", TRANSPARENT)
def test_ink_on_nothing_stands_out_from_its_paper_in_every_form_of_transparency(form, ink):
    decoded = decode_image(TRANSPARENT[form](ink, 90))
    shown = decoded.image[..., 0].astype(int)
    assert (abs(shown[ink_mask()] - shown[0, 0]) > 200).all()
    assert (shown[~ink_mask()] == shown[0, 0]).all()
    assert decoded.notes[-1] == f"Alpha: shown on {'white' if ink == 0 else 'black'}."


def with_chunk(data, kind, body, *, checksum=None):
    """A PNG with one more chunk behind its header."""
    sum_ = zlib.crc32(kind + body) if checksum is None else checksum
    return data[:33] + struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sum_) + data[33:]


PROFILE = b"profile\0\0" + zlib.compress(bytes(3_000_000))


@pytest.mark.parametrize(
    "beside",
    [
        lambda data: with_chunk(data, b"iCCP", PROFILE),
        lambda data: with_chunk(data, b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3_000_000))),
        lambda data: with_chunk(data, b"iTXt", b"rubbish"),
        lambda data: with_chunk(data, b"tEXt", b"Comment\0hello", checksum=1),
        lambda data: with_chunk(data, b"pHYs", b"abc"),
        lambda data: data[:29] + bytes(4) + data[33:],  # the header's own checksum
        lambda data: data[:-4] + bytes(4),
        lambda data: data + b"rubbish",
    ],
    ids=["profile", "comment", "broken text", "checksum", "resolution", "header", "end", "more"],
)
def test_what_stands_beside_the_pixels_never_costs_the_picture(beside):
    assert_close(decode_image(beside(encoded(smooth_picture()))).image, smooth_picture(), 0)
