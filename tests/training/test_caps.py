import pytest

from cnnviz.errors import InvalidConfig
from cnnviz.training.caps import Caps, caps_from_environment, check_caps
from cnnviz.training.config import TrainingConfig


def test_without_settings_nothing_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNNVIZ_MAX_EPOCHS", raising=False)
    monkeypatch.setenv("CNNVIZ_MAX_SECONDS", "")
    assert caps_from_environment() == Caps(None, None)
    check_caps(TrainingConfig(epochs=500), Caps())


def test_more_epochs_than_allowed_are_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_EPOCHS", "10")
    with pytest.raises(InvalidConfig, match=r"allows 10 epochs.*Received: 11 epochs"):
        check_caps(TrainingConfig(epochs=11), caps_from_environment())
    check_caps(TrainingConfig(epochs=10), caps_from_environment())


@pytest.mark.parametrize("text", ["many", "0", "-3", "nan", "inf"])
def test_a_cap_that_is_no_positive_number_is_said(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_SECONDS", text)
    with pytest.raises(InvalidConfig, match=f"CNNVIZ_MAX_SECONDS.*Received: {text}"):
        caps_from_environment()
