"""Bytes into a page and out of it, compressed and as base64: lists of numbers, and megabytes of text, take seconds."""

import base64
import zlib

PATH = "/transfer.js"  # where tests import MODULE from
MODULE = """
const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream)).bytes();
export const unpacked = (text) => through(Uint8Array.fromBase64(text), new DecompressionStream("deflate"));
export const packed = async (bytes) => (await through(bytes, new CompressionStream("deflate"))).toBase64();
"""


def packed(content: bytes) -> str:
    """Text that `unpacked` of MODULE makes a Uint8Array of."""
    return base64.b64encode(zlib.compress(content, 1)).decode()


def unpacked(text: str) -> bytes:
    """What `packed` of MODULE was given."""
    return zlib.decompress(base64.b64decode(text))
