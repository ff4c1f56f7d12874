"""Rules about how far a training has come when it ends: too short, too long, frozen, at its limit, or well."""

import math
from statistics import median

from cnnviz.text.units import cautious_percent_text, count_text, percent_text
from cnnviz.training.config import MORE_EPOCHS, MOST_OFFERED
from cnnviz.training.diagnosis.data_rules import OVERFIT_RISE
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.history import GAP, HARDLY_BEGUN, STILL_FALLS, History
from cnnviz.training.diagnosis.remedies import WIDER, wider
from cnnviz.training.loop.schedule import planned_rates

FEW_EPOCHS = 3  # before a loss has settled anywhere
FROZEN_RATE, HIGH_RATE = 0.1, 0.5  # of the highest rate
FROZEN_PACE = 0.3  # of the pace that the loss had at a high rate
LONGER = 4  # times as many epochs
ENOUGH_STEPS = 200  # for a small net to have learned something
CLEAR_GAIN = 0.005  # of the other images, by an epoch: half as much for ten thousand MNIST digits after two epochs
MANY_EPOCHS = 10  # after the best one
PATIENCE = 5  # epochs, about as many as the validation loss of 360 digits may rest between two lows
STEPS_OF_AN_EPOCH = 20  # that are looked at of a schedule
PICKED = (
    " The test images would choose it, so the accuracy would be a little too good: a validation share chooses fairly."
)


def too_few_epochs(history: History) -> Finding | None:
    """Tell a loss that still falls when the training ends."""
    if not _could_go_on(history) or history.has_learned:
        return None
    done = len(history.losses)
    is_early = done < FEW_EPOCHS or (history.losses[-1] > HARDLY_BEGUN * history.guess_loss and not history.is_guessing)
    is_falling = (
        history.can_be_judged and history.still_falls and (history.others_still_gain or "val_loss" not in history.last)
    )
    if not (is_falling or is_early) and history.can_be_judged:
        return None
    needed = math.ceil(ENOUGH_STEPS * done / history.num_steps)
    epochs = min(MOST_OFFERED, max(LONGER * done, 10, history.config.epochs, needed))
    how_far = f"After {count_text(done, 'epoch')} the training loss is {history.losses[-1]:.3g}"
    if is_falling:
        evidence = (
            f"{how_far}, and it still fell by {percent_text(history.last_fall)} in an epoch when the training ended."
        )
    elif history.can_be_judged:
        evidence = f"{how_far}; guessing gives {history.guess_loss:.3g}."
    else:
        evidence = f"{how_far}. That is only {count_text(round(history.num_steps), 'step')}, too few to judge it."
    return Finding(
        "too_few_epochs",
        "It was trained for too few epochs",
        evidence,
        *(_longer(epochs) if epochs > done else ("Train it on for more epochs.", None)),
    )


def _could_go_on(history: History) -> bool:
    """Whether more epochs would have followed the last one, if they had been planned: no setting has ended it there."""
    target = history.config.target_accuracy
    has_reached = target is not None and history.epochs[-1].get("accuracy", 0.0) >= target
    is_last = history.last is history.epochs[-1] and not _has_lost_patience(history)
    return history.is_over and is_last and not has_reached


def _has_lost_patience(history: History) -> bool:
    """Whether early stopping ends the training here: whoever stops it before by hand does so for another reason."""
    patience = history.config.early_stopping
    return patience is not None and patience <= len(history.losses) - history.best


def _longer(epochs: int) -> tuple[str, Remedy]:
    return f"Train longer, for {epochs} epochs for example.", Remedy({"epochs": epochs})


def stopped_too_soon(history: History) -> Finding | None:
    """Tell an early stopping that has lost patience before anything was learned."""
    patience, done = history.config.early_stopping, len(history.losses)
    was_stopped = history.is_over and _has_lost_patience(history) and done < history.config.epochs
    if not patience or not was_stopped or history.last.get("val_loss", 0) < HARDLY_BEGUN * history.guess_loss:
        return None
    longer = min(MOST_OFFERED, LONGER * patience)
    return Finding(
        "stopped_too_soon",
        "Early stopping came before it had begun to learn",
        f"It stopped after {count_text(done, 'epoch')} at a validation loss of "
        f"{history.last['val_loss']:.3g}; guessing gives {history.guess_loss:.3g}.",
        f"Let it wait longer, for {longer} epochs without a better validation loss, or turn early stopping off.",
        Remedy({"early_stopping": longer}),
    )


def frozen_schedule(history: History) -> Finding | None:
    """Tell a learning rate that went down to almost nothing while the loss still fell."""
    losses, config = history.losses, history.config
    if not history.is_over or history.has_learned or config.schedule == "constant" or len(losses) < config.epochs:
        return None
    rates = planned_rates(config, STEPS_OF_AN_EPOCH)
    shares = rates.reshape(config.epochs, -1).mean(axis=1) / rates.max()
    high = max((i for i, share in enumerate(shares) if share >= HIGH_RATE), default=0)
    frozen = [i for i, share in enumerate(shares) if share <= FROZEN_RATE and i > high]
    if not high or not frozen:
        return None
    pace = losses[high - 1] - losses[high]
    frozen_pace = (losses[frozen[0] - 1] - losses[-1]) / len(frozen)
    if pace < STILL_FALLS * losses[high] or frozen_pace > FROZEN_PACE * pace:
        return None
    return Finding(
        "frozen_schedule",
        f"The schedule {config.schedule!r} froze it too soon",
        f"While the learning rate was high, the training loss fell by {pace:.2g} in epoch {high + 1}; since epoch "
        f"{frozen[0] + 1} the rate is below a tenth of that, and the loss falls by {max(frozen_pace, 0):.1g} in an "
        "epoch.",
        "Train with a constant learning rate, or for more epochs: the schedule then takes longer.",
        Remedy({"schedule": "constant"}),
    )


def underfitting(history: History) -> Finding | None:
    """Tell a loss that settles where a good part of the training images is wrong."""
    is_settled = history.is_over and len(history.losses) > 2 and not history.still_falls
    if history.accuracy is None or not is_settled or history.has_learned or abs(history.gap) >= GAP:
        return None
    if history.is_guessing or history.losses[-1] > HARDLY_BEGUN * history.guess_loss:
        return None
    weaker = "weaker augmentation, " if history.config.augment else ""
    return Finding(
        "underfitting",
        "The net is too small",
        f"It has stopped learning at {percent_text(history.accuracy)} of the training images, and knows others as well "
        "as these: it has too few weights to tell them apart.",
        f"Give it {WIDER} times as many filters and units, {weaker}or another layer.",
        wider(history.architecture) if history.architecture else None,
    )


def well(history: History) -> Finding | None:
    """Say that the images are learned, and others as well; of a single epoch nobody can say it."""
    if not _holds_for_others(history) or len(history.losses) == 1:
        return None
    return Finding(
        "well",
        "All is well" if history.is_over else "It learns well",
        f"{_shares(history)}.",
        "",
    )


def still_learning(history: History) -> Finding | None:
    """Tell a training that ended while other images were still learned with each epoch, or after its first one."""
    if not _could_go_on(history) or not _holds_for_others(history):
        return None
    epochs = min(MOST_OFFERED, len(history.losses) + MORE_EPOCHS)
    more = epochs - len(history.losses)
    ways = f"Train it on for {count_text(more, 'more epoch')}.", Remedy({"epochs": epochs})
    if len(history.losses) == 1:
        evidence = f"{_shares(history)}. What more epochs would bring cannot be told from a single one."
        return Finding("still_learning", "It was trained for one epoch only", evidence, *ways)
    if more <= 0 or history.next_gain < CLEAR_GAIN:
        return None
    before, after = (row["val_accuracy"] for row in history.epochs[-2:])
    brought = f", and the right ones rose from {percent_text(before, digits=1)} to {percent_text(after, digits=1)}"
    return Finding(
        "still_learning",
        "It was still learning when it ended",
        f"{_shares(history)}. In the last epoch the loss of these fell from {history.val_losses[-2]:.3g} to "
        f"{history.val_losses[-1]:.3g}{brought if after > before else ''}.",
        *ways,
    )


def too_many_epochs(history: History) -> Finding | None:
    """Tell a training of which all epochs after the best one, of which there are many, have brought nothing."""
    since = len(history.losses) - history.best
    if since < MANY_EPOCHS or history.last is not history.epochs[-1] or not _holds_for_others(history):
        return None
    best, now = history.epochs[history.best - 1], history.last
    is_worse = _recent(history, "val_loss") > OVERFIT_RISE * best["val_loss"]
    has_gained = _recent(history, "val_accuracy") > best.get("val_accuracy", 1.0) + CLEAR_GAIN
    if has_gained or not (is_worse or 2 * since >= len(history.losses)):
        return None
    overfits = ", while that of the training images went on falling: it overfits" if is_worse else ""
    then, right = (percent_text(row.get("val_accuracy"), digits=1) for row in (best, now))
    patience = history.config.early_stopping
    has_less = "with less patience " if patience else ""
    return Finding(
        "too_many_epochs",
        f"{'It was trained for more epochs than it needed' if history.is_over else 'More epochs bring nothing'}: its "
        f"best was epoch {history.best}",
        f"The validation loss was {best['val_loss']:.3g} then and is {now['val_loss']:.3g} now{overfits}. Of other "
        f"images {then} were right then, and {right} are now.",
        f"Stop after epoch {history.best}: early stopping {has_less}does so by itself, and goes back to the best one."
        f"{PICKED if history.num_validation == 0 else ''}",
        Remedy({"early_stopping": PATIENCE}) if patience is None or patience > PATIENCE else None,
    )


def _recent(history: History, metric: str) -> float:
    """Median of the last three epochs: of single ones some are off."""
    return median(row[metric] for row in history.epochs[-3:] if metric in row)


def _holds_for_others(history: History) -> bool:
    """Whether nearly all images are right, others about as often as those it learned from."""
    recall = history.last.get("val_recall", history.last.get("recall", 1.0))
    is_known = history.accuracy is not None and "val_accuracy" in history.last
    return is_known and history.has_learned and history.gap < GAP and not history.is_chance(recall)


def _shares(history: History) -> str:
    right, others = cautious_percent_text(history.accuracy or 0.0), cautious_percent_text(history.last["val_accuracy"])
    return f"{right.capitalize()} of the training images are right, and {others} of others"
