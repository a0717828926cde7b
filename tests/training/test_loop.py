"""The schedule follows minutes that survive restarts; the average has its closed form and gives the weights back."""

import time
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from training.checkpoints import load
from training.loop import SAVE_EVERY_S, WARM_UP, Average, Means, Run


def run_at(path: Path, minutes: float, step: int = WARM_UP) -> Run:
    """A run of ten minutes of which some have passed; the rate is 2 at most and 0.2 at the end."""
    return Run(path, 10, 2.0, 0.1, step, began=time.monotonic() - 60 * minutes)


def rate(run: Run) -> float:
    layer = nn.Linear(1, 1)
    groups: list[dict[str, Any]] = [{"params": [layer.weight]}, {"params": [layer.bias]}]
    optimizer = torch.optim.SGD(groups, 7.0)
    run.set_rate(optimizer)
    first, second = (group["lr"] for group in optimizer.param_groups)
    assert first == second
    return float(first)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, 2.0), (10 / 3, 2 * (0.1 + 0.9 * 0.75)), (5, 1.1), (10, 0.2), (25, 0.2)]
)
def test_the_rate_falls_along_a_cosine_to_its_floor(tmp_path: Path, minutes: float, expected: float) -> None:
    assert rate(run_at(tmp_path, minutes)) == pytest.approx(expected, abs=0.01)  # the clock goes on meanwhile


@pytest.mark.parametrize(("step", "share"), [(0, 1 / WARM_UP), (WARM_UP // 2 - 1, 0.5), (WARM_UP - 1, 1), (5000, 1)])
def test_the_rate_warms_up_over_the_first_steps(tmp_path: Path, step: int, share: float) -> None:
    assert rate(run_at(tmp_path, 5, step)) == pytest.approx(1.1 * share, rel=0.01)


def test_minutes_and_steps_survive_a_restart(tmp_path: Path) -> None:
    first = run_at(tmp_path / "run.pt", 3, step=40)
    first.save({"model": {"x": torch.ones(2)}})
    saved = load(tmp_path / "run.pt", "a test")
    assert saved["minutes"] == pytest.approx(3, abs=0.05)
    assert torch.equal(saved["model"]["x"], torch.ones(2))
    second = run_at(tmp_path / "run.pt", 2, step=0)
    assert second.now == pytest.approx(2, abs=0.05)
    second.restore(saved)
    assert second.step == 40
    assert second.now == pytest.approx(5, abs=0.05)
    second.save({})
    assert load(tmp_path / "run.pt", "a test")["minutes"] == pytest.approx(5, abs=0.05)


def test_checkpoints_are_due_every_few_minutes_and_at_the_end(tmp_path: Path) -> None:
    run = run_at(tmp_path / "run.pt", 1)
    assert not run.due
    run.saved -= SAVE_EVERY_S + 1
    assert run.due
    run.save({})
    assert not run.due
    assert run_at(tmp_path, 10.1).due


def test_a_checkpoint_that_cannot_be_written_leaves_the_last(tmp_path: Path) -> None:
    run = run_at(tmp_path / "run.pt", 1, step=3)
    run.save({})
    run.step = 4
    with pytest.raises(AttributeError):
        run.save({"function": lambda: 0})  # cannot be pickled
    assert load(tmp_path / "run.pt", "a test")["step"] == 3
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]


@pytest.fixture
def model() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(3, 2)


def walk(average: Average, steps: int) -> list[torch.Tensor]:
    """Weights after each of some steps, the first before them."""
    model = average.model
    assert isinstance(model, nn.Linear)
    weights = [model.weight.detach().clone()]
    for step in range(1, steps + 1):
        with torch.no_grad():
            model.weight.add_(torch.randn(2, 3))
        average.update(step)
        weights.append(model.weight.detach().clone())
    return weights


def test_the_average_has_its_closed_form(model: nn.Linear) -> None:
    average, decay = Average(model, 0.015), 0.015  # less than 1/51, so it is the decay from the first step
    weights = walk(average, 4)
    expected = decay**4 * weights[0] + sum((1 - decay) * decay ** (4 - k) * weights[k] for k in range(1, 5))
    assert torch.allclose(average.values["weight"], expected, atol=1e-6)
    assert torch.equal(average.values["bias"], model.bias)


def test_the_average_is_short_sighted_at_first(model: nn.Linear) -> None:
    average = Average(model, 0.999)
    weights = walk(average, 2)
    after_one = weights[0] / 51 + weights[1] * 50 / 51
    expected = after_one * 2 / 52 + weights[2] * 50 / 52
    assert torch.allclose(average.values["weight"], expected, atol=1e-6)
    late = average.values["weight"].clone()
    average.update(10**6)
    assert torch.allclose(average.values["weight"], late.lerp(weights[2], 0.001), atol=1e-6)


def test_averaged_weights_are_lent(model: nn.Linear) -> None:
    average = Average(model, 0.9)
    weights = walk(average, 3)
    with average.applied():
        assert torch.equal(model.weight, average.values["weight"])
        assert not torch.equal(model.weight, weights[-1])
        assert not model.training
    assert torch.equal(model.weight, weights[-1])
    assert model.training


def test_weights_come_back_after_an_error(model: nn.Linear) -> None:
    average = Average(model, 0.9)
    weights = walk(average, 3)
    with pytest.raises(ValueError, match="inside"), average.applied():
        raise ValueError("inside")
    assert torch.equal(model.weight, weights[-1])
    assert model.training


def test_means_start_over_with_each_line_and_count_each_loss_by_itself() -> None:
    means = Means()
    means.add({"a": torch.tensor(1.0, requires_grad=True)})
    means.add({"a": torch.tensor(2.0), "late": torch.tensor(5.0)})
    assert means.line() == "a 1.500 late 5.000"
    means.add({"a": torch.tensor(-1.0)})
    assert means.line() == "a -1.000"
    assert means.line() == ""
