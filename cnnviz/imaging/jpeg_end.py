"""Whether a JPEG that was cut off has lost only its end marker, so that all its pixels are there."""

import struct
from io import BytesIO

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile

END = b"\xff\xd9"
COEFFICIENTS = 64  # of a block
_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))  # SOF0 ... SOF15
_SCAN, _END_CODE = 0xDA, 0xD9
_BARE = frozenset((0x00, 0x01, *range(0xD0, 0xD8)))  # a stuffed byte, and markers without a length
_PADDINGS = (b"\x00", b"\x35", b"\xa6\xdb\x49", b"\x9c")
_PADDING_BYTES = 96


def lacks_only_its_end(data: bytes) -> bool:
    """Tell whether a JPEG file ends after its last pixel, but before the marker for its end.

    All scans have to be there (ITU-T T.81, B.2.3), and whatever bits are put in place of what is missing must give the
    same pixels: then none of them depends on it.
    """
    if not _has_all_scans(data):
        return False
    body = data.rstrip(b"\xff")
    first: np.ndarray | None = None
    for padding in _PADDINGS:
        with JpegImageFile(BytesIO(body + padding * (_PADDING_BYTES // len(padding)) + END)) as picture:
            pixels = np.asarray(picture)
        if first is not None and not np.array_equal(first, pixels):
            return False
        first = pixels
    return True


def with_end(data: bytes) -> bytes:
    """Give a JPEG file its end marker."""
    return data.rstrip(b"\xff") + END


def _has_all_scans(data: bytes) -> bool:
    """Whether scans for every coefficient of every component to its last bit begin in it, and no end marker follows."""
    missing: dict[int, set[int]] = {}
    place = 2
    while 0 <= (place := data.find(b"\xff", place)) < len(data) - 4:
        code = data[place + 1]
        if code in _BARE or code == 0xFF:
            place += 1 if code == 0xFF else 2
            continue
        if code == _END_CODE:
            return False
        (length,) = struct.unpack_from(">H", data, place + 2)
        body = data[place + 4 : place + 2 + length]
        if code in _FRAMES:
            missing = {component: set(range(COEFFICIENTS)) for component in body[6::3]}
        elif code == _SCAN and len(body) >= 4:
            first, last, bits = body[-3:]
            for component in body[1:-3:2] if not bits & 0x0F else ():
                missing.get(component, set()).difference_update(range(first, last + 1))
        place += 2 + length
    return bool(missing) and not any(missing.values()) and not data.endswith(END)
