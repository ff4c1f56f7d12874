"""ONNX files read as data: `onnx` only parses them, numbers are taken from their raw bytes."""
