"""Losses see what is real and only that, each of them can be learnt, and a stopped run goes on."""

from dataclasses import fields
from pathlib import Path

import pytest
import torch
from torch import Tensor

from codec.spec import NUM_CODEBOOKS
from training import acoustic
from training.acoustic import Trainer, corrupted, losses, main, repairs, run
from training.checkpoints import load
from training.sentences import SPEAKERS, Batch, Item, Sentences
from tts.acoustic.config import AcousticConfig
from tts.acoustic.model import AcousticModel
from tts.symbols import INVENTORY

pytestmark = pytest.mark.usefixtures("small")
LEVELS = [0, 1, 5, 31]


@pytest.fixture(scope="module")
def data(coded_once: Path) -> Sentences:
    return Sentences(coded_once, seed=0)


@pytest.fixture(scope="module")
def books(coded_once: Path) -> Tensor:
    found: Tensor = load(coded_once / "analysis.pt", "a test")["rvq"]["codebooks"]
    return found


@pytest.fixture
def model(books: Tensor) -> AcousticModel:
    """A small one in evaluation mode: without dropout the same input gives the same losses."""
    torch.manual_seed(0)
    config = vars(acoustic)["AcousticConfig"]  # the small one
    made: AcousticModel = AcousticModel(config(symbols=len(INVENTORY), speakers=len(SPEAKERS)))
    made.depth.codebooks.copy_(books)
    return made.eval()


def chosen(data: Sentences, count: int = 3) -> list[Item]:
    """Sentences of different lengths."""
    return [data.items[i] for i in (0, 5, 10)][:count]


def found(model: AcousticModel, batch: Batch, levels: list[int] = LEVELS, seed: int = 0) -> dict[str, Tensor]:
    return losses(model, batch, levels, torch.Generator().manual_seed(seed))


def padded(data: Sentences, items: list[Item], grids: list[int], phones: int, frames: int) -> Batch:
    """A batch with that much more padding than it needs, full of things that are not zero."""
    usual = data.batch(items, grids)
    sizes = usual.phones.shape[1] + phones, usual.codes.shape[1] + frames
    batch = Batch.empty(len(items), *sizes, usual.latents.shape[2])
    for i, (item, grid) in enumerate(zip(items, grids, strict=True)):
        data._fill(batch, i, item, grid)
    batch.phones[~batch.mask] = 3
    batch.latents[~batch.frame_mask] = 9.0
    batch.codes[~batch.frame_mask] = 17
    batch.slot_targets[~batch.slot_mask] = 5.0
    batch.durations[~batch.mask] = 50.0
    return batch


@torch.no_grad()
def test_more_padding_changes_no_loss(data: Sentences, model: AcousticModel) -> None:
    items, grids = chosen(data), [0, 2, 3]
    usual = found(model, data.batch(items, grids))
    more = found(model, padded(data, items, grids, 6, 5))
    assert set(usual) == {*acoustic.WEIGHTS, "first"}
    for name, value in usual.items():
        assert value.item() == pytest.approx(more[name].item(), rel=5e-3), name  # bfloat16 sums in another order


@torch.no_grad()
def test_a_sentence_sounds_in_a_batch_as_it_does_alone(data: Sentences, model: AcousticModel) -> None:
    items, grids = chosen(data), [0, 2, 3]
    batch = padded(data, items, grids, 2, 2)
    frames, slots, durations, tone = run(model, batch)
    for i, (item, grid) in enumerate(zip(items, grids, strict=True)):
        alone = run(model, data.batch([item], [grid]))
        for joined, single in zip((frames, slots, durations, tone), alone, strict=True):
            size = single.shape[1]
            if joined is slots:
                size = 4 * item.row["grid"][grid][1]
            assert torch.allclose(joined[i, :size], single[0, :size], atol=1e-4)
    other = run(model, data.batch([data.items[3]], [0]))[0]
    assert not torch.allclose(frames[0, :5], other[0, :5], atol=1e-2)


@torch.no_grad()
def test_each_loss_looks_at_its_own_target(data: Sentences, model: AcousticModel) -> None:
    items, grids = chosen(data), [1, 0, 0]
    usual = found(model, data.batch(items, grids))

    def changed(field: str, *where: int) -> set[str]:
        batch = data.batch(items, grids)
        getattr(batch, field)[where] += 1
        after = found(model, batch)
        return {name for name in usual if not torch.equal(usual[name], after[name])}

    assert changed("durations", 0, 3) == {"duration"}
    assert changed("durations", 0, 0) == set()  # a lead only the grid made
    assert changed("durations", 1, 0) == {"duration"}
    assert changed("slot_targets", 0, 5, 7) == {"mel"}
    assert "latent" in changed("latents", 0, 2, 4) and "residual" in changed("latents", 0, 2, 4)
    assert "tone" in changed("tone", 0, 3, 1)
    for field in fields(Batch):
        assert getattr(data.batch(items, grids), field.name).shape[0] == 3


@torch.no_grad()
def test_a_frame_hears_its_own_slots_and_those_of_the_warm_up(data: Sentences, model: AcousticModel) -> None:
    batch = data.batch(chosen(data, 1), [0])
    usual = run(model, batch)[0][0]
    for slot, reached in ((11, True), (12, False)):  # two frames and its own are twelve slots
        changed = data.batch(chosen(data, 1), [0])
        changed.where[0, slot] += 2
        assert torch.equal(run(model, changed)[0][0, 0], usual[0]) != reached


@torch.no_grad()
def test_the_first_level_is_asked_for_the_true_codes_of_all(data: Sentences, model: AcousticModel) -> None:
    batch = data.batch(chosen(data), [0, 0, 0])
    frames = run(model, batch)[0][batch.frame_mask]
    scores = model.depth.scores(model.depth.residuals(frames, torch.zeros(1, len(frames), 64), [0]), [0])[0]
    expected = torch.nn.functional.cross_entropy(scores, batch.codes[batch.frame_mask][:, 0])
    assert found(model, batch)["first"].item() == pytest.approx(expected.item(), rel=0.01)  # bfloat16
    assert found(model, batch)["latent"].item() == pytest.approx(
        (model.depth.regress(frames) - batch.latents[batch.frame_mask]).square().mean().item(), rel=0.02
    )


def test_every_loss_falls_on_one_batch(data: Sentences, model: AcousticModel) -> None:
    batch = data.batch(chosen(data, 2), [0, 1])
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    curve = []
    for _ in range(25):
        terms = found(model, batch)
        optimizer.zero_grad()
        torch.autograd.backward(torch.stack([w * terms[name] for name, w in acoustic.WEIGHTS.items()]).sum())
        optimizer.step()
        curve.append({name: value.item() for name, value in terms.items()})
    for name in curve[0]:
        assert curve[-1][name] < 0.9 * curve[0][name], name
    assert curve[-1]["duration"] < 0.6 * curve[0]["duration"]
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.parameters())


def below_of(data: Sentences, books: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Latents, true codes [L, M] and true sums below LEVELS of some frames."""
    batch = data.batch(chosen(data), [0, 0, 0])
    latents, codes = batch.latents[batch.frame_mask], batch.codes[batch.frame_mask]
    each = books[torch.arange(NUM_CODEBOOKS), codes]
    return latents, codes[:, LEVELS].t(), (each.cumsum(1) - each)[:, LEVELS].transpose(0, 1)


def test_without_corruption_the_wanted_codes_are_the_true_ones(data: Sentences, books: Tensor) -> None:
    latents, codes, below = below_of(data, books)
    none = torch.zeros(len(LEVELS), len(latents), 1)
    same = corrupted(below, latents, none, torch.Generator().manual_seed(0))
    assert torch.equal(same, below)
    wanted = repairs(latents - same, books[LEVELS])
    assert torch.equal(wanted[:2], codes[:2])
    reached = books[LEVELS].gather(1, wanted.unsqueeze(2).expand(-1, -1, books.shape[2]))
    true = books[LEVELS].gather(1, codes.unsqueeze(2).expand(-1, -1, books.shape[2]))
    errors = [(latents - below - part).square().sum(2) for part in (reached, true)]
    assert (errors[0] <= errors[1] + 1e-5).all()  # deep down latents.npy is rounded to 16 bits, and entries are equal


def test_corruption_is_as_strong_as_asked(data: Sentences, books: Tensor) -> None:
    latents, codes, below = below_of(data, books)
    size = torch.full((len(LEVELS), len(latents), 1), 0.5)
    wrong = corrupted(below, latents, size, torch.Generator().manual_seed(0))
    noise, left = (wrong - below).square().mean(2).sqrt(), (latents - below).square().mean(2).sqrt()
    assert (noise / left)[left > 1e-3].mean() == pytest.approx(0.5, rel=0.05)
    wanted = repairs(latents - wrong, books[LEVELS])
    assert (wanted[1] != codes[1]).float().mean() > 0.2  # other codes, for it is another sum that they repair
    repaired = latents - wrong - books[LEVELS].gather(1, wanted.unsqueeze(2).expand(-1, -1, books.shape[2]))
    assert repaired.square().mean() < 0.8 * (latents - wrong).square().mean()


@torch.no_grad()
def test_nothing_below_the_first_level_is_corrupted(data: Sentences, model: AcousticModel) -> None:
    batch = data.batch(chosen(data), [0, 0, 0])
    first, second = (found(model, batch, seed=seed) for seed in (0, 1))
    assert torch.equal(first["first"], second["first"])
    assert not torch.equal(first["codes"], second["codes"])
    alone = found(model, batch, [0])
    assert alone["codes"].item() == pytest.approx(first["first"].item(), rel=1e-3)


def arguments(work: Path, minutes: int, *more: str) -> list[str]:
    return [str(work), "--minutes", str(minutes), "--batch", "2", "--threads", "1", "--dev", "2", *more]


def made(monkeypatch: pytest.MonkeyPatch, work: Path, minutes: int) -> Trainer:
    """The trainer that the command makes, before it has trained."""
    trainers: list[Trainer] = []
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "train", lambda self: trainers.append(self))
        assert main(arguments(work, minutes)) == 0
    return trainers[0]


def curve(trainer: Trainer, steps: int) -> list[dict[str, float]]:
    values = []
    for _ in range(steps):
        trainer.run.set_rate(trainer.optimizer)
        values.append({name: value.item() for name, value in trainer.step().items()})
        trainer.run.step += 1
        trainer.average.update(trainer.run.step)
    return values


def test_a_run_ends_with_its_schedule_and_a_checkpoint(coded_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(coded_work, 2, "--measure", "2")) == 0
    shown = capsys.readouterr().out
    assert "M parameters, step 0\n" in shown and "2 2.0m dev duration " in shown
    saved = load(coded_work / "acoustic.pt", "a test")
    assert set(saved) == {"model", "average", "optimizer", "config", "stats", "step", "minutes"}
    assert saved["step"] == 2 and saved["minutes"] == 2
    assert set(saved["stats"]) == set(SPEAKERS) and all(len(own) == 4 for own in saved["stats"].values())
    AcousticModel(AcousticConfig(**saved["config"])).load_state_dict(saved["average"])
    assert main(arguments(coded_work, 3)) == 0
    assert "step 2\n" in capsys.readouterr().out
    assert load(coded_work / "acoustic.pt", "a test")["step"] == 3
    assert main(arguments(coded_work, 3)) == 0
    assert load(coded_work / "acoustic.pt", "a test")["step"] == 3


def test_two_restarts_from_one_checkpoint_are_equal(coded_work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(monkeypatch, coded_work, 9)
    curve(first, 3)
    first.save()
    second = made(monkeypatch, coded_work, 9)
    assert second.run.step == 3
    for name, value in first.average.values.items():
        assert torch.equal(value, second.average.values[name])
    dev = first.measure()
    assert second.measure() == dev
    after = curve(second, 2)
    assert curve(made(monkeypatch, coded_work, 9), 2) == after
    # one that was never stopped is the same but for what it draws
    first.data.random, first.generator = made(monkeypatch, coded_work, 9).data.random, torch.Generator().manual_seed(3)
    assert curve(first, 2) == after
    assert curve(first, 2) != after


def test_a_missing_codebook_is_one_error(coded_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (coded_work / "analysis.pt").unlink()
    assert main(arguments(coded_work, 1)) == 2
    error = capsys.readouterr().err
    assert "python -m training.codebooks" in error and error.count("\n") == 1
