"""The net of a run as a file that other programs open."""

from typing import Literal

from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.models.export_onnx import onnx_file
from cnnviz.runs.records import Run

NetFormat = Literal["keras", "h5", "onnx"]

WRITTEN_BY_WORKER: dict[NetFormat, str] = {"keras": "without_optimizer", "h5": "weights_h5"}
"""Format -> the question that gives the file."""


def write_net(engine: Engine, run: Run, file_format: NetFormat) -> bytes:
    """Give the content of a file with the net of a run as it ended.

    Parameters
    ----------
    engine : Engine
    run : Run
    file_format : {"keras", "h5", "onnx"}
        The whole net for Keras, without its optimizer; its weights alone; or the whole net for all others.

    Raises
    ------
    UnknownName
        The run has left no net.
    NotInBrowser
        A pretrained net is part of it, or it is too large: as ONNX such a net is not written.
    EngineUnavailable
        No worker answers in time.
    """
    if file_format == "onnx":
        return onnx_file(run.architecture, engine.store.load_published(net_of_run(engine, run)))
    return ask(engine, RunModel(run.id), WRITTEN_BY_WORKER[file_format])
