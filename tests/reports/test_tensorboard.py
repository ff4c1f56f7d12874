"""What is written for TensorBoard, read by TensorBoard's own reader."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from cnnviz.reports.tensorboard import event_files
from cnnviz.runs.store import RunStore
from tests.reports.runs import engine_with, finished_run, store_in


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return store_in(tmp_path)


def read(folder: Path) -> EventAccumulator:
    """All that TensorBoard finds in a folder."""
    found = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0, "images": 0})
    found.Reload()
    return found


def test_tensorboard_reads_every_number_of_a_run(store: RunStore, tmp_path: Path) -> None:
    run = finished_run(store, seed=3)
    with zipfile.ZipFile(io.BytesIO(event_files(engine_with(store), run))) as archive:
        archive.extractall(tmp_path)
    train, validation = read(tmp_path / run.id / "train"), read(tmp_path / run.id / "validation")
    losses, began = train.Scalars("epoch_loss"), run.created.timestamp()
    assert [(one.step, round(one.value, 6)) for one in losses] == [(0, 0.9), (1, 0.4)]
    np.testing.assert_allclose([one.wall_time - began for one in losses], [10, 20], atol=1e-3)
    assert [round(one.value, 6) for one in train.Scalars("batch_loss")] == [1.0, 0.4]
    np.testing.assert_allclose([one.wall_time - began for one in train.Scalars("batch_loss")], [5, 20], atol=1e-3)
    assert [one.value for one in train.Scalars("dead/conv_1")] == [0.25]
    assert [round(one.value, 6) for one in validation.Scalars("epoch_loss")] == [0.8, 0.7]
    (matrix,) = validation.Images("confusion_matrix")
    pixels = tf.io.decode_png(matrix.encoded_image_string).numpy()[..., 0]
    assert (matrix.step, pixels.shape) == (1, (32, 32))
    np.testing.assert_array_equal(pixels[::16, ::16], [[255, 0], [128, 128]])
    (settings,) = train.Tensors(
        "settings/text_summary" if "settings/text_summary" in train.Tags()["tensors"] else "settings"
    )
    assert b"| seed | 3 |" in settings.tensor_proto.string_val[0]


def test_a_run_without_epochs_gives_files_without_numbers(store: RunStore, tmp_path: Path) -> None:
    run = store.create(finished_run(store).architecture, finished_run(store).config)
    with zipfile.ZipFile(io.BytesIO(event_files(engine_with(store), run))) as archive:
        archive.extractall(tmp_path)
    assert read(tmp_path / run.id / "validation").Tags()["scalars"] == []
