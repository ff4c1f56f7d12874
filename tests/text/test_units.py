"""Numbers as people read them, each written by hand."""

import pytest

from cnnviz.text.units import (
    bytes_text,
    cautious_percent_text,
    count_text,
    difference_text,
    duration_range_text,
    duration_text,
    megabytes_text,
    metric_text,
    part_text,
    percent_text,
    plain_text,
    probability_text,
    rough_duration_text,
    shape_text,
    with_minus,
)


@pytest.mark.parametrize(
    ("shape", "text"), [((26, 30, 32), "26 × 30 × 32"), ((1600,), "1,600"), ((1, 2, 2048), "1 × 2 × 2,048"), ((), "")]
)
def test_a_shape_is_written_one_way(shape: tuple[int, ...], text: str) -> None:
    assert shape_text(shape) == text
    assert shape_text(shape, is_label=True) == text.replace(" ", "")


@pytest.mark.parametrize(("number", "text"), [(0, "0 images"), (1, "1 image"), (2610, "2,610 images")])
def test_one_thing_is_no_plural(number: int, text: str) -> None:
    assert count_text(number, "image") == text


@pytest.mark.parametrize(("change", "text"), [(1234, "+1,234"), (-1234, "−1,234"), (0, "")])
def test_a_difference_has_its_sign(change: int, text: str) -> None:
    assert difference_text(change) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1 KiB"),
        (51_240, "50 KiB"),
        (9.94 * 1024, "9.9 KiB"),
        (9.96 * 1024, "10 KiB"),
        (1023.6 * 1024, "1 MiB"),
        (2_500_000, "2.4 MiB"),
        (64 * 2**20, "64 MiB"),
        (2**30, "1 GiB"),
        (3000 * 2**30, "3,000 GiB"),
        (-1536, "−1.5 KiB"),
    ],
)
def test_bytes_are_written_in_powers_of_1024_as_people_need_them(count: float, text: str) -> None:
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(80 << 20, "80 MiB"), (64.4 * 2**20, "64.4 MiB"), (64.02 * 2**20, "64.02 MiB"), ((64 << 20) + 1, "67,108,865 B")],
)
def test_what_is_above_a_limit_never_reads_like_it(count: float, text: str) -> None:
    assert bytes_text(count, above=64 * 2**20) == text


def test_a_hyphen_of_a_number_becomes_a_minus() -> None:
    assert (with_minus("-0.5"), with_minus("1e-3"), with_minus("7")) == ("−0.5", "1e−3", "7")


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "1 MB"), (11_490_434, "11 MB"), (999_400_000, "999 MB"), (999_600_000, "1.0 GB"), (2_440_000_000, "2.4 GB")],
)
def test_a_megabyte_is_a_million_bytes(count: int, text: str) -> None:
    assert megabytes_text(count) == text


def test_shares_are_written_in_per_cent() -> None:
    assert (percent_text(0.936), percent_text(0.936, digits=1), percent_text(None)) == ("94\u202f%", "93.6\u202f%", "–")


@pytest.mark.parametrize(
    ("probability", "text"),
    [(1.0, "> 99.9"), (0.9995, "> 99.9"), (0.9994, "99.9"), (0.5, "50.0"), (0.0006, "0.1"), (0.0, "< 0.1")],
)
def test_a_probability_is_never_written_as_certainty(probability: float, text: str) -> None:
    assert probability_text(probability) == f"{text}\u202f%"
    assert probability_text(0.996, digits=0) == "> 99\u202f%"
    assert probability_text(0.994, digits=0) == "99\u202f%"


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0.0"), (1e-6, "< 0.1"), (0.9861, "98.6"), (0.9997, "> 99.9"), (1.0, "100.0")]
)
def test_all_and_none_are_said_only_of_all_and_none(share: float, text: str) -> None:
    assert part_text(share) == f"{text}\u202f%"


@pytest.mark.parametrize(("share", "text"), [(0.994, "99"), (0.995, "over 99"), (0.99999, "over 99"), (1.0, "100")])
def test_nearly_everything_is_not_everything(share: float, text: str) -> None:
    assert cautious_percent_text(share) == f"{text}\u202f%"


def test_a_metric_has_four_decimals_or_a_dash() -> None:
    assert (metric_text(0.25), metric_text(None), metric_text(-0.0611)) == ("0.2500", "–", "−0.0611")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (5e-05, "0.00005"), (12.0, "12"), (0.1 + 0.2, "0.3"), (-0.5, "−0.5"), (1e-12, "1e−12")],
)
def test_a_plain_number_has_no_power_of_ten(value: float, text: str) -> None:
    assert plain_text(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (19.2, 46.4, "20 to 45 s"),
        (0.2, 0.9, "0.2 to 0.9 s"),
        (110.0, 170.0, "2 to 3 min"),
        (3000.0, 9000.0, "0.8 to 2 h"),
        (3.1, 3.3, "3 s"),
        (0.97, 6.1, "1 to 6 s"),
    ],
)
def test_a_range_is_written_as_people_say_it(low: float, high: float, text: str) -> None:
    assert duration_range_text(low, high) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.26, "0.3 s"), (4.21, "4.2 s"), (9.96, "10 s"), (119.0, "119 s"), (150.0, "2.5 min")]
)
def test_a_time_is_written_with_two_digits(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (47.4, "47 s"), (89.4, "89 s"), (90.0, "2 min"), (180.0, "3 min")]
)
def test_a_time_that_is_only_guessed_is_written_whole(seconds: float, text: str) -> None:
    assert rough_duration_text(seconds) == text
