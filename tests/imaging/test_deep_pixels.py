"""Pictures of more than 8 bits a value, of which a file uses all or a part."""

import struct
import zlib

import cv2
import numpy as np
import pytest

from cnnviz.imaging.decode import decode_image
from tests.imaging.pictures import encoded


def test_sixteen_bits_are_scaled_and_not_clipped():
    values = np.array([[0, 256, 257, 32768], [50000, 65000, 65278, 65535]], dtype=np.uint16)
    decoded = decode_image(encoded(values))
    np.testing.assert_array_equal(decoded.image[..., 0], [[0, 1, 1, 128], [195, 253, 254, 255]])
    assert (decoded.image == decoded.image[..., :1]).all()
    assert decoded.notes == ("16 bits a pixel: shown with 8.",)


def test_sixteen_bit_colour_is_scaled_and_not_clipped():
    values = np.array([[[0, 32768, 65535], [257, 51400, 65000]]], dtype=np.uint16)
    data = cv2.imencode(".png", values[..., ::-1])[1].tobytes()
    np.testing.assert_allclose(decode_image(data).image, values / 257, atol=1)


@pytest.mark.parametrize(("most", "bits"), [(200, 8), (1000, 10), (4080, 12), (16383, 14)])
def test_sixteen_bits_of_which_a_part_is_used_are_scaled_by_that_part(most, bits):
    decoded = decode_image(encoded(np.array([[0, most // 2, most]], dtype=np.uint16)))
    expected = np.rint(np.array([0, most // 2, most]) * 255 / (2**bits - 1))
    np.testing.assert_array_equal(decoded.image[0, :, 0], expected)
    assert decoded.notes == (f"16 bits a pixel, of which {bits} are used: shown with 8.",)


def deep_png(values):
    """A PNG of 16 bits a plane, which Pillow cannot write: values (H, W, 1 to 4)."""
    height, width, planes = values.shape
    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[planes], 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


@pytest.mark.parametrize("most", [900, 4095, 16000])
@pytest.mark.parametrize("opaque", [None, 65535, "as bright"])
@pytest.mark.parametrize("colours", [1, 3])
def test_colour_and_grey_with_opacity_use_their_bits_as_grey_does(most, opaque, colours):
    values = np.linspace(0, most, 7 * 11 * colours).reshape(7, 11, colours).astype(np.uint16)
    bits = most.bit_length()
    alpha = [] if opaque is None else [np.full((7, 11, 1), 2**bits - 1 if opaque == "as bright" else opaque)]
    decoded = decode_image(deep_png(np.dstack([values, *alpha])))
    expected = np.rint(values * (255 / (2**bits - 1)))
    np.testing.assert_array_equal(decoded.image, np.broadcast_to(expected, (7, 11, 3)))
    assert decoded.notes == (f"16 bits a pixel, of which {bits} are used: shown with 8.",)
