"""Files that end too soon: read where all pixels are there, refused where one is missing, never something between."""

from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cnnviz.errors import InvalidImage
from cnnviz.imaging.decode import decode_image

SLOPE = np.add.outer(np.arange(45) * 3, np.arange(61) * 2)[..., None]
PHOTO = Image.fromarray((SLOPE % 200 + np.random.default_rng(7).integers(0, 50, (45, 61, 3))).astype(np.uint8))
TURNED = Image.Exif()
TURNED[0x0112] = 6


def saved(file_format: str, picture: Image.Image = PHOTO, **options: object) -> bytes:
    data = BytesIO()
    picture.save(data, file_format, **options)
    return data.getvalue()


JPEGS = {
    "baseline": saved("JPEG", quality=85),
    "progressive": saved("JPEG", progressive=True),
    "grey": saved("JPEG", PHOTO.convert("L")),
    "print colours": saved("JPEG", PHOTO.convert("CMYK")),
    "restarts": saved("JPEG", restart_marker_blocks=3),
    "full colour": saved("JPEG", subsampling=0, quality=97),
    "a thumbnail inside": saved("JPEG", exif=b"Exif\0\0" + saved("JPEG", PHOTO.resize((20, 15)))),
    "turned": saved("JPEG", exif=TURNED),
    "one shade": saved("JPEG", Image.new("RGB", (61, 45), (90, 30, 200))),
}


@pytest.mark.parametrize("name", JPEGS)
@pytest.mark.parametrize("max_side", [1024, 20])
def test_a_jpeg_without_its_end_marker_is_read_and_each_that_is_read_has_all_its_pixels(
    name: str, max_side: int
) -> None:
    data = JPEGS[name]
    whole = decode_image(data, max_side=max_side)
    for lost in (1, 2):
        found = decode_image(data[:-lost], max_side=max_side)
        np.testing.assert_array_equal(found.image, whole.image)
        assert (found.notes, found.size) == (whole.notes, whole.size)
    for lost in (*range(3, 40), *range(40, len(data), 37)):
        with suppress(InvalidImage):
            np.testing.assert_array_equal(decode_image(data[:-lost], max_side=max_side).image, whole.image)


def test_a_progressive_jpeg_without_its_last_scan_is_refused_though_it_shows_a_picture() -> None:
    data = JPEGS["progressive"]
    last_scan = data.rindex(b"\xff\xda")
    tables = data.rindex(b"\xff\xc4", 0, last_scan)  # of that scan
    assert decode_image(data[:tables] + b"\xff\xd9").image.any()
    with pytest.raises(InvalidImage, match="cut off or damaged"):
        decode_image(data[:tables])


@pytest.mark.parametrize(("side", "lost"), [(64, 30), (64, 3)])
def test_a_jpeg_of_noise_that_misses_a_few_pixels_is_refused(side: int, lost: int) -> None:
    noise = np.random.default_rng(side).integers(0, 255, (side, side, 3), dtype=np.uint8)
    with pytest.raises(InvalidImage, match="cut off or damaged"):
        decode_image(saved("JPEG", Image.fromarray(noise), quality=95)[:-lost])


@pytest.mark.parametrize(("lost", "is_turned"), [(0, True), (3, False), (30, False)])
def test_a_webp_cut_off_behind_its_pixels_loses_only_what_was_beside_them(lost: int, is_turned: bool) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a description that is long enough"
    data = saved("WEBP", exif=exif)
    assert decode_image(data[: len(data) - lost]).size == ((61, 45) if is_turned else (45, 61))


def test_the_filling_byte_of_a_webp_may_be_missing_and_no_other() -> None:
    odd = next(
        data
        for width in range(20, 61)
        if (data := saved("WEBP", PHOTO.crop((0, 0, width, 20)), lossless=True))[16] % 2  # length of the only chunk
    )
    np.testing.assert_array_equal(decode_image(odd[:-1]).image, decode_image(odd).image)
    with pytest.raises(InvalidImage, match="cut off or damaged"):
        decode_image(odd[:-2])


@pytest.mark.parametrize(("file_format", "lost"), [("PNG", 12), ("PNG", 16), ("GIF", 1), ("BMP", 1)])
def test_what_ends_a_file_of_another_format_may_be_missing(file_format: str, lost: int) -> None:
    data = saved(file_format)
    np.testing.assert_array_equal(decode_image(data[:-lost]).image, decode_image(data).image)
