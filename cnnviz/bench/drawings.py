"""The Home page's net on digits that people drew: clean, and as eight kinds of photo show them."""

from typing import Any

import numpy as np

from cnnviz.bench.harness import PROJECT, fresh_engine
from cnnviz.bench.photographed import PHOTOS, photographed
from cnnviz.engine.ask import RunModel, ask
from cnnviz.imaging.decode import decode_image
from cnnviz.imaging.preprocess import prepare
from cnnviz.runs.shipped import ensure_installed

DRAWINGS = PROJECT.parent / "shared" / "data" / "drawn-digits"  # <label>_....png; no part of the project
CLEAN = "clean"
CLEAN_GOAL, PHOTO_GOAL = 0.97, 0.95  # of all; of those that are right on the clean drawing


def measure() -> dict[str, Any]:
    """Let the shipped net read all drawings.

    Returns
    -------
    dict
        "accuracy": kind -> share of the drawings that are read right; "kept": kind -> the same of those that are right
        on the clean drawing. Only "text" where the drawings are not there.
    """
    files = sorted(DRAWINGS.glob("*.png"))
    if not files:
        return {"text": f"not measured: there are no drawings in {DRAWINGS}"}
    labels = np.array([int(file.name[0]) for file in files])
    pictures = [decode_image(file.read_bytes()).image for file in files]
    right = {}
    with fresh_engine() as engine:
        run = ensure_installed(engine.store)
        for kind in (CLEAN, *PHOTOS):
            seen = pictures if kind == CLEAN else [photographed(picture, kind) for picture in pictures]
            images = [prepare(picture, (28, 28, 1), style="digit", is_photo=True).image for picture in seen]
            answers = ask(engine, RunModel(run.id), "predict", images=np.stack(images))
            right[kind] = answers.argmax(axis=1) == labels
    accuracy = {kind: float(found.mean()) for kind, found in right.items()}
    kept = {kind: float(right[kind][right[CLEAN]].mean()) for kind in PHOTOS}
    said = ", ".join(f"{kind} {share:.1%}" for kind, share in kept.items())
    return {
        "accuracy": accuracy,
        "kept": kept,
        "goal": {"clean": CLEAN_GOAL, "kept": PHOTO_GOAL},
        "text": f"clean {accuracy[CLEAN]:.1%} (goal {CLEAN_GOAL:.0%}); of these {said} (goal {PHOTO_GOAL:.0%})",
    }
