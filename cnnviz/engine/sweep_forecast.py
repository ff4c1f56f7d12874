"""How long a sweep takes: before its start, and from now on."""

from collections.abc import Iterable

from cnnviz.engine.calibration import Calibrator
from cnnviz.errors import CnnvizError
from cnnviz.runs.store import RunStore
from cnnviz.runs.sweep_records import SweepState
from cnnviz.runs.sweeps import planned_point
from cnnviz.runs.timing import seconds_left
from cnnviz.training.duration.forecast import forecast
from cnnviz.training.duration.model import Prediction
from cnnviz.training.sweep import SweepPoint


def predict_points(calibrator: Calibrator, points: Iterable[SweepPoint]) -> Prediction | None:
    """Predict how long some trainings take together, one after the other, without waiting for others.

    Returns
    -------
    Prediction or None
        The sum of what each takes, at its least and most; `is_measured` where all of their nets ran here before.
        None where this worker is not measured yet.

    Raises
    ------
    InvalidArchitecture, UnknownName, InvalidDataset
        As `forecast`.
    """
    calibration = calibrator.calibration()
    if calibration is None:
        return None
    each = [forecast(point.architecture, point.config, calibration) for point in points]
    low, expected, high = (sum(getattr(one, name) for one in each) for name in ("low", "expected", "high"))
    return Prediction(low, expected, high, all(one.is_measured for one in each))


def seconds_remaining(store: RunStore, calibrator: Calibrator, state: SweepState) -> float | None:
    """Predict the seconds until a sweep has ended, by what is known of this worker now; None where that is nothing."""
    seconds = 0.0
    try:
        if state.current is not None:
            left = seconds_left(store.get(state.current.run_id))
            if left is None:
                return None
            seconds = left
        rest = predict_points(calibrator, [planned_point(store, state.id, one.position) for one in state.waiting])
    except CnnvizError:
        return None  # images that are gone, a run that was deleted just now
    return None if rest is None else seconds + rest.expected
