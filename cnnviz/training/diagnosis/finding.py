"""What the diagnosis gives: a finding in words, and what to change, for programs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnviz.architecture.spec import Architecture
from cnnviz.training.config import TrainingConfig, make_config


@dataclass(frozen=True)
class Remedy:
    """What to change before training anew.

    Attributes
    ----------
    settings : mapping
        Fields of TrainingConfig -> their new values, as plain data; the others stay.
    architecture : Architecture, optional
        The net to take; None: the same.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    architecture: Architecture | None = None

    def applied(self, net: Architecture, config: TrainingConfig) -> tuple[Architecture, TrainingConfig]:
        """Net and settings of the next run; raises InvalidConfig if a setting is out of its range."""
        return self.architecture or net, make_config({**config.model_dump(), **self.settings})


@dataclass(frozen=True)
class Finding:
    """What is so (`kind` for programs, `title` for people), what shows it, what to try, and that for programs."""

    kind: str
    title: str
    evidence: str
    advice: str
    remedy: Remedy | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON; "remedy" is None or {"settings", "architecture"}."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in ("kind", "title", "evidence", "advice")}
        if self.remedy is None:
            return {**fields, "remedy": None}
        net = self.remedy.architecture
        remedy = {"settings": dict(self.remedy.settings), "architecture": net and net.model_dump(mode="json")}
        return {**fields, "remedy": remedy}

    @property
    def text(self) -> str:
        """All of it in sentences."""
        return " ".join(filter(None, (f"{self.title}.", self.evidence, self.advice)))
