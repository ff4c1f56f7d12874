"""TensorBoard's event files, written by TensorFlow itself: records of Event messages.

Each is framed with its length and checksums, as TensorFlow's TFRecordWriter does it
(https://www.tensorflow.org/tutorials/load_data/tfrecord).
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

proto = tf.compat.v1  # messages that TensorBoard reads are described there

VERSION = "brain.Event:2"
"""What the first record of an event file says: its version."""


Scalar = tuple[str, int, float, float]
Image = tuple[str, int, float, np.ndarray]


def event_file(scalars: Sequence[Scalar], texts: Sequence[tuple[str, str]], images: Sequence[Image]) -> bytes:
    """Write what TensorBoard is to show as the content of an event file.

    Parameters
    ----------
    scalars : sequence of (tag, step, seconds, value)
        `seconds` is a wall time, since 1970.
    texts : sequence of (tag, Markdown)
    images : sequence of (tag, step, seconds, (H, W, 1 | 3) uint8)
    """
    begin = min((seconds for _, _, seconds, _ in (*scalars, *images)), default=0.0)
    events = [
        proto.Event(wall_time=begin, file_version=VERSION),
        *(_event(begin, 0, _text(tag, text)) for tag, text in texts),
        *(_event(seconds, step, _number(tag, value)) for tag, step, seconds, value in scalars),
        *(_event(seconds, step, _image(tag, pixels)) for tag, step, seconds, pixels in images),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events"
        with tf.io.TFRecordWriter(str(path)) as writer:
            for event in events:
                writer.write(event.SerializeToString())
        return path.read_bytes()


def _event(seconds: float, step: int, value: Any) -> Any:
    return proto.Event(wall_time=seconds, step=step, summary=proto.Summary(value=[value]))


def _number(tag: str, value: float) -> Any:
    return proto.Summary.Value(tag=tag, simple_value=value)


def _text(tag: str, text: str) -> Any:
    metadata = proto.SummaryMetadata(plugin_data=proto.SummaryMetadata.PluginData(plugin_name="text"))
    return proto.Summary.Value(tag=tag, metadata=metadata, tensor=tf.make_tensor_proto([text.encode()]))


def _image(tag: str, pixels: np.ndarray) -> Any:
    height, width, channels = pixels.shape
    encoded = tf.io.encode_png(pixels).numpy()
    image = proto.Summary.Image(height=height, width=width, colorspace=channels, encoded_image_string=encoded)
    return proto.Summary.Value(tag=tag, image=image)
