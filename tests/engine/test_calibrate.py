"""The worker is measured once, and what was found is kept."""

import pytest

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.estimate import Calibration, Prediction, predict_seconds
from cnnviz.architecture.presets import get_preset
from cnnviz.engine import calibrate
from cnnviz.engine.calibrate import FILE, PROBES, Calibrator, Kept
from cnnviz.engine.engine import Engine
from cnnviz.runs.home import home_folder
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.time_estimate import range_text

WITHIN = 3.0  # of a prediction, on a machine that does other things as well


@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_is_a_net_with_ten_answers(probe) -> None:
    assert analyze(probe.architecture).layers[-1].output_shape == (calibrate.NUM_CLASSES,)


def test_a_worker_is_measured_once_and_a_run_takes_about_what_is_predicted(engine: Engine) -> None:
    net, config = get_preset("digits-small").architecture, TrainingConfig(epochs=4)
    run = engine.wait(engine.train(net, config).id)  # the worker is warm from here on
    first = Calibrator(engine)
    assert first.calibration() is None
    first.wait(120)
    measured = first.calibration()
    assert measured is not None
    kept = Kept.model_validate_json((home_folder() / FILE).read_bytes())
    assert kept == Kept(device=engine.status().device, calibration=measured)
    assert Calibrator(engine).calibration() == measured, "read from the file, not measured again"
    prediction = predict_seconds(analyze(net), 1437, 4, 64, measured, num_validation=360)
    assert prediction.expected / WITHIN < run.seconds < prediction.expected * WITHIN


@pytest.mark.parametrize("text", ["", "no json", '{"device": "x"}', '{"device": "x", "calibration": {"spread": -1}}'])
def test_a_damaged_file_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path, text: str) -> None:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    (tmp_path / FILE).write_text(text)
    assert calibrate._load() is None


def test_what_was_measured_on_another_device_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    (tmp_path / FILE).write_text(Kept(device="a GPU", calibration=Calibration()).model_dump_json())

    class Busy:
        @staticmethod
        def status():
            from cnnviz.engine.status import EngineStatus

            return EngineStatus("ready", device="CPU, 2 cores", num_running=1)

    assert Calibrator(Busy()).calibration() is None


@pytest.mark.parametrize(
    ("prediction", "text"),
    [
        (Prediction(19.2, 30.0, 46.4), "20 to 45 s"),
        (Prediction(0.2, 0.4, 0.9), "0.2 to 0.9 s"),
        (Prediction(110.0, 130.0, 170.0), "2 to 3 min"),
        (Prediction(3000.0, 5000.0, 9000.0), "0.8 to 2 h"),
    ],
)
def test_a_range_is_written_as_people_say_it(prediction: Prediction, text: str) -> None:
    assert range_text(prediction) == text
