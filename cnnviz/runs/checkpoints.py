"""The epochs that a run keeps: the newest as they were, older ones as weights alone, and of many a part.

A checkpoint is an .npz of all variables, weights first (`training.loop.compiled_model.capture_checkpoint`).
"""

import io
import zipfile

from cnnviz.runs.files import CHECKPOINT_FILE, kept_epochs
from cnnviz.runs.store import RunStore
from cnnviz.text.units import megabytes_text
from cnnviz.training.events import OPTIMIZER_PREFIX

MAX_KEPT_BYTES = 250_000_000  # of the checkpoints of one run
WHOLE_BYTES = 100_000_000  # of those that still have the optimizer's state
MAX_WHOLE = 10  # epochs with it: most who go back go back a little
MAX_LISTED = 12  # kept epochs that are named one by one


def keep_checkpoint(store: RunStore, run_id: str, epoch: int, checkpoint: bytes) -> None:
    """Keep the checkpoint of an epoch that has just ended, and make room for it among those before.

    Parameters
    ----------
    store : RunStore
    run_id : str
    epoch : int
        From 1; the epochs before it are recorded.
    checkpoint : bytes
    """
    store.save_file(run_id, CHECKPOINT_FILE.format(epoch), checkpoint)
    num_whole = _num_whole(len(checkpoint))
    before = [kept for kept in kept_epochs(store, run_id) if kept < epoch]
    if len(before) < num_whole:
        return
    light = _strip(store, run_id, before[-num_whole])
    num_light = max(0, MAX_KEPT_BYTES - num_whole * len(checkpoint)) // max(light, 1)
    old = before[: len(before) + 1 - num_whole]
    while len(old) > max(num_light, 1):
        store.delete_file(run_id, CHECKPOINT_FILE.format(old.pop(_most_crowded(old))))


def without_optimizer(checkpoint: bytes) -> bytes:
    """Give the weights of a checkpoint alone; one that does not tell them apart, of an older version, as it is."""
    light = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(checkpoint)) as whole, zipfile.ZipFile(light, "w") as kept:
            for name in whole.namelist():
                if not name.startswith(OPTIMIZER_PREFIX):
                    kept.writestr(name, whole.read(name))
    except zipfile.BadZipFile:
        return checkpoint
    return light.getvalue()


def kept_text(store: RunStore, run_id: str) -> str:
    """Say which epochs of a run are kept and why; "" where none is.

    Returns
    -------
    str
        A sentence or two for whoever plays them or goes back to one.
    """
    done = store.last_epoch(run_id)
    kept = [epoch for epoch in kept_epochs(store, run_id) if epoch <= done]  # one more may have ended since
    if not kept:
        return ""
    num_whole = _num_whole(store.file_size(run_id, CHECKPOINT_FILE.format(kept[-1])))
    if len(kept) == done:
        words = f"All {done} epochs are kept." if done > 1 else "The one epoch is kept."
    else:
        most = megabytes_text(MAX_KEPT_BYTES)
        which = ", ".join(map(str, kept)) if len(kept) <= MAX_LISTED else "the first, the newest and some between"
        words = f"{len(kept)} of {done} epochs are kept ({which}): those of one run may take {most}."
    if len(kept) <= num_whole:
        return words
    whole = f"last {num_whole}" if num_whole > 1 else "newest"
    return f"{words} All but the {whole} are kept as weights alone: from them the optimizer begins anew."


def _num_whole(size: int) -> int:
    return min(MAX_WHOLE, max(1, WHOLE_BYTES // max(size, 1)))


def _strip(store: RunStore, run_id: str, epoch: int) -> int:
    """Leave an epoch its weights alone; returns how many bytes they take."""
    name = CHECKPOINT_FILE.format(epoch)
    whole = store.load_file(run_id, name)
    light = without_optimizer(whole)
    if len(light) < len(whole):
        store.shrink_file(run_id, name, light)
    return len(light)


def _most_crowded(epochs: list[int]) -> int:
    """Position of the epoch that is missed least: that with the nearest neighbours, never the first one or the last."""
    inner = range(1, len(epochs) - 1)
    return min(inner, key=lambda i: epochs[i + 1] - epochs[i - 1], default=len(epochs) - 1)
