"""What the long training loops share: a clock that survives restarts, the rate's schedule, averaged weights, logs."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.checkpoints import save

SAVE_EVERY_S = 180.0
LOG_EVERY = 50
WARM_UP = 200


@dataclass
class Run:
    """One training run on a schedule of minutes; minutes of earlier sessions count.

    Attributes:
        path: of its checkpoint.
        minutes: when it ends.
        rate: the highest learning rate; `floor` of it is left at the end.
        step: batches seen.
    """

    path: Path
    minutes: float
    rate: float
    floor: float
    step: int = 0
    spent: float = 0.0
    began: float = field(default_factory=time.monotonic)
    saved: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> float:
        """Minutes of training so far."""
        return self.spent + (time.monotonic() - self.began) / 60

    def set_rate(self, optimizer: torch.optim.Optimizer) -> None:
        """Warm-up, then a cosine down to the floor."""
        done = min(1.0, self.now / self.minutes)
        shape = self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * done))
        for group in optimizer.param_groups:
            group["lr"] = self.rate * min(1.0, (self.step + 1) / WARM_UP) * shape

    def restore(self, content: dict[str, Any]) -> None:
        """Go on from a checkpoint's step and minutes."""
        self.step, self.spent = content["step"], content["minutes"]

    @property
    def due(self) -> bool:
        """Whether it is time for a checkpoint: every few minutes, and at the end."""
        return time.monotonic() - self.saved > SAVE_EVERY_S or self.now >= self.minutes

    def save(self, content: dict[str, Any]) -> None:
        """Write a checkpoint; a kill leaves the last one whole."""
        save(self.path, {**content, "step": self.step, "minutes": self.now})
        self.saved = time.monotonic()


class Average:
    """Moving average of a model's weights, which is what gets exported."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.model, self.decay = model, decay
        self.values: dict[str, Tensor] = {name: value.clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take the model's weights in; the average is short-sighted while the model is young."""
        decay = min(self.decay, step / (step + 50))
        for name, value in self.model.state_dict().items():
            self.values[name].lerp_(value, 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The model has the averaged weights inside the block, and is in evaluation mode."""
        own = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.values)
        self.model.eval()
        try:
            yield
        finally:
            self.model.load_state_dict(own)
            self.model.train()


class Means:
    """Means of named losses since the last line."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, losses: dict[str, Tensor]) -> None:
        """Take in one step's losses."""
        for name, value in losses.items():
            self.values.setdefault(name, []).append(float(value.detach()))

    def line(self) -> str:
        """The means as text; starts over."""
        text = " ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in self.values.items())
        self.values = {}
        return text
