"""What the status line says."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class EngineStatus:
    """State of the engine as this server sees it; `device` is empty until a worker has answered."""

    state: Literal["starting", "warming", "ready", "lost"]
    device: str = ""
    num_running: int = 0
    num_queued: int = 0
    message: str = ""
