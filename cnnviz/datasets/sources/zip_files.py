"""Zips read with limits: their headers are counted and not believed."""

import lzma
import os
import struct
import zipfile
import zlib
from typing import BinaryIO

from cnnviz.text.units import bytes_text

MAX_DIRECTORY_BYTES = 64 * 2**20  # of a zip's index, which takes ten times as much in memory
STEP_BYTES = 2**16  # of a member, and as much of the file at most
TINY_STEP_BYTES = 64  # in bzip2 and LZMA, whose steps zipfile unpacks whole: 40 bytes of bzip2 may be 46 MB

BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(OSError, EOFError, ValueError, NotImplementedError, RuntimeError, MemoryError),
)
"""What zipfile raises on a damaged zip or a damaged file in it, whatever packed it."""
_END, _END64, _ENTRY = b"PK\5\6", b"PK\6\6", b"PK\1\2"
_END_BYTES = 22


def count_entries(file: BinaryIO) -> int:
    """Count the files that a zip's index names, before zipfile makes an object of each; 0 for what is no zip.

    The index is counted, not believed; how long it is, zipfile believes as well. Raises BadZipFile for an index of more
    than MAX_DIRECTORY_BYTES.
    """
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - 2**16 - _END_BYTES)
    file.seek(start)
    tail = file.read()
    last = tail[-_END_BYTES:]
    at = len(tail) - _END_BYTES if last.startswith(_END) and last.endswith(b"\0\0") else tail.rfind(_END)
    if not 0 <= at <= len(tail) - _END_BYTES:
        return 0
    (length,) = struct.unpack_from("<I", tail, at + 12)
    at64 = tail.rfind(_END64, 0, at)
    if at64 >= 0:
        (length,) = struct.unpack_from("<Q", tail, at64 + 40)
        at = at64
    if length > MAX_DIRECTORY_BYTES:
        raise zipfile.BadZipFile(f"an index of {bytes_text(length)}")
    file.seek(max(0, start + at - length))
    return file.read(length).count(_ENTRY)


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack a member of a zip, but no more than `most` bytes of it, whatever its headers say."""
    found = bytearray()
    is_limited = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    step = STEP_BYTES if is_limited else TINY_STEP_BYTES
    with archive.open(member) as file:
        assert isinstance(file, zipfile.ZipExtFile)
        file.MIN_READ_SIZE = min(file.MIN_READ_SIZE, step)
        while len(found) < most and (piece := file.read(min(most - len(found), step))):
            found += piece
    return bytes(found)
