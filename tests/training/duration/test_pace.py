"""A net that ran here before is predicted by its own pace: hand numbers."""

import pytest

from cnnviz.text.units import written_range
from cnnviz.training.duration.model import Amounts, Calibration, Measurement, Workload
from cnnviz.training.duration.pace import MAX_SPREAD, measured, predict_again

# A second to begin, and one for each epoch and 100 calls: what is predicted can be reckoned in the head.
KNOWN = Calibration(
    seconds_to_begin=1,
    seconds_to_build=0,
    seconds_per_epoch=1,
    seconds_per_call=0.01,
    seconds_per_gmac=0,
    seconds_per_gb=0,
    seconds_per_weight_gb=0,
    seconds_per_kept_gb=0,
    seconds_per_augmented_gb=0,
)


def work(epochs: int, *, calls: float = 100.0) -> Workload:
    return Workload(Amounts(trainings=1), Amounts(epochs=1, calls=calls), epochs)


def run(seconds: float, *, epochs: int = 4) -> Measurement:
    """With two seconds that come once."""
    pace = (seconds - 2) / epochs
    return measured(work(epochs), [1.5 + pace * number for number in range(1, epochs + 1)], seconds)


def test_the_first_epoch_with_its_traced_batches_is_no_part_of_the_pace() -> None:
    one = measured(work(4), [4.0, 5.0, 6.5, 7.0], 7.5)
    assert one.epoch_seconds == pytest.approx(1.0)  # of the three after the first
    assert one.once_seconds == pytest.approx(3.5)  # 3 s more than that in the first one, and 0.5 s at the end


def test_the_same_training_takes_what_it_took_however_short_its_epochs_are() -> None:
    ends = [0.6 + 0.02 * number for number in range(20)]
    one = measured(work(20, calls=1), ends, 1.1)
    assert predict_again(work(20, calls=1), [one], KNOWN).expected == pytest.approx(1.1)
    assert predict_again(work(50, calls=1), [one], KNOWN).expected == pytest.approx(1.1 + 30 * 0.02)


def test_more_epochs_cost_what_an_epoch_takes_and_more_images_what_the_model_says() -> None:
    one = measured(work(4), [4.0, 5.0, 6.0, 7.0], 7.5)
    assert predict_again(work(10), [one], KNOWN).expected == pytest.approx(3.5 + 10 * 1.0)
    assert predict_again(work(4, calls=300), [one], KNOWN).expected == pytest.approx(3.5 + 4 * 1.0 * (1 + 3) / (1 + 1))


def test_a_single_epoch_is_compared_as_a_whole() -> None:
    one = measured(work(1), [5.0], 6.0)
    assert one.epoch_seconds is one.once_seconds is None
    assert predict_again(work(1), [one], KNOWN).expected == pytest.approx(6.0)
    assert predict_again(work(4), [one], KNOWN).expected == pytest.approx(6.0 * (1 + 4 * 2) / (1 + 2))


def test_a_training_that_ended_early_tells_the_pace_of_the_epochs_that_it_ran() -> None:
    one = measured(work(50), [3.0, 5.0, 7.0], 7.5)
    assert one.workload.epochs == 3
    assert predict_again(work(50), [one], KNOWN).expected == pytest.approx(1.5 + 50 * 2.0)


def test_a_clock_that_stood_still_gives_no_pace() -> None:
    assert measured(work(3), [1.0, 1.0, 1.0], 1.2).epoch_seconds is None
    assert measured(work(3), [], 1.2).workload.epochs == 3


def test_a_slow_start_is_never_less_than_nothing() -> None:
    assert measured(work(3), [1.0, 3.0, 5.0], 5.0).once_seconds == 0.0  # the machine was busy after the first epoch


@pytest.mark.parametrize(
    ("took", "expected", "spread"),
    [
        ([20.0], 20.0, 1.5),
        ([20.0, 22.0], 21.0, 1.5),
        ([20.0, 22.0, 21.0], 21.0, 1.3),  # as sure as it gets
        ([20.0, 28.0, 20.0], 20.0, 1.4),
        ([20.0, 90.0, 20.0], 20.0, 1.5),  # never wider
    ],
)
def test_the_median_of_the_runs_is_expected_and_their_scatter_is_the_range(
    took: list[float], expected: float, spread: float
) -> None:
    low, middle, high, is_measured = predict_again(work(4), [run(seconds) for seconds in took], KNOWN)
    assert (middle, low, high) == (
        pytest.approx(expected),
        pytest.approx(expected / spread),
        pytest.approx(expected * spread),
    )
    assert is_measured


def test_the_widest_range_is_at_most_a_factor_of_three_as_it_is_written() -> None:
    for number in range(1, 40_000):
        seconds = 0.2 * 1.0003**number  # to nine hours
        low, high = written_range(seconds / MAX_SPREAD, seconds * MAX_SPREAD)
        assert high <= 3.0001 * low, f"{low} to {high} for {seconds}"
