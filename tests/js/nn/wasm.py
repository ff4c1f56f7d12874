"""Builds convolution.wat into convolution_wasm.js: `python -m tests.js.nn.wasm`."""

import base64
import re
from pathlib import Path

import wasmtime

FOLDER = Path(__file__).parents[3] / "assets" / "components" / "shared" / "nn"
BINARY = FOLDER / "convolution_wasm.js"
LOCAL = r"\(local\.get \$\w+\)"
MADD = re.compile(rf"f32x4\.relaxed_madd ({LOCAL}) ({LOCAL}) ({LOCAL})")
HEAD = "// Written by `python -m tests.js.nn.wasm` from convolution.wat: the builds as base64.\n\n"


def build() -> str:
    """Text of convolution_wasm.js."""
    relaxed = (FOLDER / "convolution.wat").read_text()
    simd = MADD.sub(r"f32x4.add (f32x4.mul \1 \2) \3", relaxed)
    assert "relaxed_madd (" in relaxed
    assert "relaxed_madd (" not in simd
    builds = {"RELAXED": relaxed, "SIMD": simd}
    lines = [
        f'export const {name} =\n  "{base64.b64encode(wasmtime.wat2wasm(text)).decode()}";\n'
        for name, text in builds.items()
    ]
    return HEAD + "\n".join(lines)


if __name__ == "__main__":
    BINARY.write_text(build())
