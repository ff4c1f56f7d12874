"""A run's history as files."""

import csv
import io
import json

from cnnviz.runs.records import Curves, Run


def history_csv(curves: Curves) -> str:
    """One row an epoch, a column for each number."""
    columns = [name for name, value in curves.epochs[-1].items() if isinstance(value, int | float)]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(curves.epochs)
    return text.getvalue()


def history_json(run: Run, curves: Curves) -> str:
    """Net, settings, results, epochs and batch points."""
    return json.dumps(
        {
            "name": run.name,
            "architecture": json.loads(run.architecture.to_json()),
            "config": run.config.model_dump(),
            "metrics": run.metrics,
            "device": run.device,
            "seconds": run.seconds,
            "predicted_seconds": run.prediction and run.prediction._asdict(),
            "epochs": curves.epochs,
            "points": curves.points,
        }
    )
