"""What was measured of an installation's worker, kept in a file beside its runs."""

import contextlib
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from cnnviz.training.duration.model import Calibration, Measurement, fit_calibration

FILE = "calibration.json"
MAX_RUNS = 20
"""So many real runs are remembered, the newest ones."""


class KeptMeasurements(BaseModel):
    """What the file holds: a device, what was measured on it, and the calibration that follows from that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    probes: tuple[Measurement, ...]
    runs: tuple[Measurement, ...]
    calibration: Calibration

    @classmethod
    def of(cls, device: str, probes: tuple[Measurement, ...], runs: tuple[Measurement, ...]) -> "KeptMeasurements":
        """Fit the calibration to all that was measured; at least one measurement is needed."""
        runs = runs[-MAX_RUNS:]
        return cls(device=device, probes=probes, runs=runs, calibration=fit_calibration([*probes, *runs]))


def read_measurements(home: Path) -> KeptMeasurements | None:
    """What the file in `home` holds; None if there is none yet, or it is damaged: it is measured again."""
    try:
        return KeptMeasurements.model_validate_json((home / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def write_measurements(home: Path, kept: KeptMeasurements) -> None:
    """Write in one step; without a place to write, it is measured again after the next start."""
    path = home / FILE
    partial = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        partial.write_text(kept.model_dump_json(indent=2), "utf-8")
        partial.replace(path)
