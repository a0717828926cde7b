"""Sentences keep phones, tone, slots and frames in step on each grid; padding changes nothing that is real."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch

from codec.encoder import BANDS, HOP
from training.prepared import UNIT
from training.sentences import SILENT_LEVEL, SPEAKERS, Batch, Item, Sentences, Stats
from tts.acoustic.config import SLOT_SAMPLES, SLOTS_PER_FRAME, WARMUP_FRAMES
from tts.errors import CheckpointError, ConfigError
from tts.symbols import IDS

HEIGHTS = {"heart": 220.0, "michael": 110.0, "dora": 200.0, "alex": 120.0}  # of the tones that the speakers are
GRIDS = range(4)


@pytest.fixture(scope="module")
def data(coded_once: Path) -> Sentences:
    return Sentences(coded_once, seed=0)


def of(data: Sentences, speaker: str, split: str = "train") -> list[Item]:
    return [item for item in data.items if item.row["speaker"] == speaker and item.row["split"] == split]


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_stats_are_those_of_the_speaker_s_training_sentences(data: Sentences, speaker: str) -> None:
    own = data.stats[speaker]
    assert np.exp(own.pitch) == pytest.approx(HEIGHTS[speaker], rel=0.02)
    assert own.pitch_spread >= 0.05
    energies = np.concatenate([item.tone[:, 1] for item in of(data, speaker)])
    assert energies.mean() == pytest.approx(0, abs=0.02)
    assert energies.std() == pytest.approx(1, abs=0.02)
    assert SILENT_LEVEL < own.energy < 0


def test_dev_sentences_do_not_count(coded_work: Path, data: Sentences) -> None:
    pitch = np.load(coded_work / "corpus/f0.npy")
    for item in data.dev:
        pitch[item.row["f0_start"] :][: item.row["f0_n"]] *= 2
    (coded_work / "corpus/f0.npy").unlink()
    np.save(coded_work / "corpus/f0.npy", pitch)
    found = Sentences(coded_work, seed=0)
    assert found.stats == data.stats
    assert found.dev[0].tone[:, 0].max() == 4  # an octave is far out, and clipped


def test_the_pitch_of_unvoiced_phones_lies_straight_between_their_neighbours(data: Sentences) -> None:
    item = of(data, "heart")[0]
    data.stats["heart"], own = Stats(5.0, 0.5, -8.0, 2.0), data.stats["heart"]
    try:
        logs = [0, 5.0, 0, 0, 6.5, 5.5, 0]
        tone = np.stack([np.array(logs), np.array([-8.0, -6, -10, -8, 20, -8, -8])], 1)
        found = data._item(item.row, tone).tone
        silent = data._item(item.row, np.zeros((7, 2))).tone
    finally:
        data.stats["heart"] = own
    assert found[:, 0].tolist() == pytest.approx([0, 0, 1, 2, 3, 1, 1])
    assert found[:, 1].tolist() == pytest.approx([0, 1, -1, 0, 4, 0, 0])  # clipped
    assert found.dtype == np.float32
    assert not silent[:, 0].any()  # nothing voiced: the speaker's mean


def test_phones_are_measured_where_they_lie(data: Sentences) -> None:
    """The end is far below the tones; the tones are voiced at the speaker's height."""
    for item in data.items:
        assert len(item.tone) == len(item.ids) == len(item.row["phonemes"]) + 2
        assert item.ids.tolist() == [0, *(IDS[phone] for phone in item.row["phonemes"]), 0]
        assert item.tone[1:-1, 1].min() > item.tone[-1, 1] + 0.5  # the lead's windows see the first tone coming
        heights = np.exp(data._raw_tone(item.row)[2:-2, 0])  # the tracker may take a timbre for another octave
        assert np.mean(np.abs(heights / HEIGHTS[item.row["speaker"]] - 1) < 0.02) > 0.7


@pytest.mark.parametrize(("voiced", "expected"), [(4, 0.0), (5, 0.0), (6, np.log(150)), (10, np.log(150))])
def test_a_phone_has_a_pitch_where_most_of_it_is_voiced(coded_once: Path, voiced: int, expected: float) -> None:
    data = Sentences(coded_once, seed=0)
    row = data.items[0].row
    assert row["durations"][2] * UNIT == 10 * HOP
    first = row["f0_start"] + sum(row["durations"][:2]) * UNIT // HOP
    data.pitch[first : first + 10] = 0
    data.pitch[first : first + voiced] = 150
    assert data._raw_tone(row)[2, 0] == pytest.approx(expected, abs=1e-6)


def test_durations_are_what_trimming_leaves(data: Sentences) -> None:
    for item in data.items:
        row = item.row
        assert row["first_hop"] > 0
        assert item.slots.sum() * SLOT_SAMPLES == pytest.approx(row["samples"] - row["first_hop"] * HOP)
        assert item.slots[1:].tolist() == pytest.approx([d * UNIT / SLOT_SAMPLES for d in row["durations"][1:]])


def test_a_start_that_is_trimmed_past_some_phones_has_no_negative_durations(data: Sentences) -> None:
    row = data.items[0].row.copy()
    ends = np.cumsum(row["durations"]) * UNIT
    row["first_hop"] = int(ends[2] // HOP) + 1  # two phones and a bit are gone
    item = data._item(row, data._raw_tone(row))
    assert (item.slots[:3] == 0).all() and (item.slots[3:] > 0).all()
    assert item.slots.sum() * SLOT_SAMPLES == pytest.approx(row["samples"] - row["first_hop"] * HOP)
    assert np.isfinite(item.tone).all()


def test_a_batch_holds_each_sentence_as_it_is_alone(data: Sentences) -> None:
    items, grids = [*of(data, "heart"), *of(data, "alex", "dev")], [0, 3, 2]
    batch = data.batch(items, grids)
    assert len({len(item.ids) for item in items}) == len({item.frames for item in items}) == 3
    for i, (item, grid) in enumerate(zip(items, grids, strict=True)):
        alone = data.batch([item], [grid])
        for field in fields(Batch):
            joined, single = getattr(batch, field.name)[i], getattr(alone, field.name)[0]
            if single.ndim:
                rest = joined[len(single) :]
                joined = joined[: len(single)]
                assert not field.name.endswith("mask") or not rest.any()
            assert torch.equal(joined, single), field.name
        assert alone.mask.all() and alone.slot_mask[0, : 4 * alone.codes.shape[1]].all() and alone.frame_mask.all()
        assert batch.mask[i].sum() == len(item.ids)
        assert batch.frame_mask[i].sum() == item.row["grid"][grid][1]
        assert batch.slot_mask[i].sum() == SLOTS_PER_FRAME * batch.frame_mask[i].sum()
        assert batch.index.shape[1] == SLOTS_PER_FRAME * (batch.frame_mask.shape[1] + WARMUP_FRAMES)


def test_codes_and_latents_are_those_of_the_grid(data: Sentences) -> None:
    item = of(data, "dora")[0]
    for grid in GRIDS:
        batch = data.batch([item], [grid])
        start, count = item.row["grid"][grid]
        assert np.array_equal(batch.codes[0].numpy(), data.codes[start : start + count])
        assert np.array_equal(batch.latents[0].numpy(), data.latents[start : start + count].astype(np.float32))
    assert batch.langs.min() == batch.langs.max() == 1 and batch.speaker.tolist() == [2]


def test_each_grid_starts_a_slot_earlier(data: Sentences) -> None:
    item = of(data, "michael")[0]
    batches = [data.batch([item], [grid]) for grid in GRIDS]
    for grid, batch in enumerate(batches):
        assert batch.durations[0, 0] == pytest.approx(item.slots[0] + grid)
        assert batch.durations[0, 1:].tolist() == pytest.approx(item.slots[1:].tolist())
        assert batch.duration_mask[0].tolist() == [grid == 0, *([True] * (len(item.ids) - 1))]
        size = min(batch.index.shape[1], batches[0].index.shape[1]) - grid
        first = int((batches[0].index[0] == 0).sum())  # the lead's own slots say how long it is
        assert torch.equal(batch.index[0, grid : grid + size], batches[0].index[0, :size])
        here, there = batch.where[0, grid + first : grid + size], batches[0].where[0, first:size]
        assert torch.allclose(here, there, atol=1e-5)
        real = int(batch.slot_mask[0].sum() - grid)
        size = min(real, int(batches[0].slot_mask[0].sum()))
        assert torch.equal(batch.slot_targets[0, grid : grid + size], batches[0].slot_targets[0, :size])
    assert not torch.equal(batches[0].slot_targets[0, 1:20], batches[0].slot_targets[0, :19])


def test_slot_targets_are_bands_pitch_and_voicing(data: Sentences) -> None:
    item = of(data, "alex")[0]
    row, own = item.row, data.stats["alex"]
    targets = data.batch([item], [0]).slot_targets[0].numpy()
    slot = 12
    hop = row["first_hop"] + 2 * slot
    bands = data.spectra[row["feat_start"] + hop : row["feat_start"] + hop + 2, :BANDS].astype(np.float32)
    assert targets[slot, 5] == pytest.approx(bands[:, 15:18].mean() / 2 + 3, abs=1e-5)
    hertz = data.pitch[row["f0_start"] + hop + 1]
    assert targets[slot, 40] == pytest.approx((np.log(hertz) - own.pitch) / own.pitch_spread, abs=1e-4)
    voiced = targets[:, 41]
    assert set(voiced.tolist()) == {0, 1}
    assert not targets[voiced == 0, 40].any()
    heard = data.batch([item], [0]).index[0].numpy()[: len(targets)]
    tones = (heard > 1) & (heard < len(item.ids) - 2)
    assert voiced[tones].mean() > 0.9 and voiced[heard == len(item.ids) - 1].mean() < 0.7


def test_batches_are_drawn_from_the_split_train_and_equal_for_equal_seeds(coded_once: Path) -> None:
    first, again, other = (Sentences(coded_once, seed) for seed in (0, 0, 1))
    batches = [[one.draw(3) for _ in range(4)] for one in (first, again, other)]
    assert all(torch.equal(a.codes, b.codes) for a, b in zip(batches[0], batches[1], strict=True))
    assert any(a.codes.shape != b.codes.shape for a, b in zip(batches[0], batches[2], strict=True))
    longest = max(len(item.ids) for item in first.train)
    assert max(len(item.ids) for item in first.dev) > longest
    assert all(batch.phones.shape[1] <= longest for batch in batches[0])
    assert len({int(lead) for batch in batches[0] for lead in batch.duration_mask[:, 0]}) == 2  # several grids


def rewrite(work: Path, change: dict[str, str], field: str, speaker: str) -> None:
    """Change a field of a speaker's rows of index2.json."""
    path = work / "corpus/index2.json"
    rows = json.loads(path.read_text("utf-8"))
    for row in rows:
        if row["speaker"] == speaker or not speaker:
            row[field] = change.get(row[field], row[field])
    path.unlink()
    path.write_text(json.dumps(rows), "utf-8")


@pytest.mark.parametrize(
    ("change", "field", "speaker", "message"),
    [
        ({"train": "test"}, "split", "dora", "no voiced phone by speaker dora in the split train"),
        ({"alex": "heart"}, "speaker", "alex", "no voiced phone by speaker alex in the split train"),
        ({"michael": "bella"}, "speaker", "michael", "unknown speakers bella; allowed: heart, michael, dora, alex"),
        ({"dev": "test"}, "split", "", "no sentence of the split dev"),
    ],
)
def test_a_corpus_that_cannot_be_learnt_from_is_one_error(
    coded_work: Path, change: dict[str, str], field: str, speaker: str, message: str
) -> None:
    rewrite(coded_work, change, field, speaker)
    with pytest.raises(ConfigError, match=message):
        Sentences(coded_work, seed=0)


def test_a_corpus_without_codes_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"python -m training\.codebooks"):
        Sentences(tmp_path, seed=0)
