"""A clip's latents, samples and pitch are of one time on every grid, and silence where there is no recording."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from codec.encoder import HOP
from codec.spec import CARDINALITY, FRAME_SIZE, NUM_CODEBOOKS
from training.checkpoints import save
from training.clips import GRIDS, HOPS, SOURCE_LEAD, Clip, Clips
from training.prepared import CodedRow
from tts.errors import CheckpointError, ConfigError

FRAMES = 6
LENGTHS = {"train": 20, "dev": 16, "short": 6}  # frames of one utterance each; the last is of the split train too
SPOKEN = 5000.0


def place(lengths: dict[str, int]) -> list[CodedRow]:
    """Rows of utterances one after the other; coded frames are numbered through, grid after grid."""
    rows: list[CodedRow] = []
    start = hop = 0
    for name, frames in lengths.items():
        n = frames * FRAME_SIZE - 100
        rows.append({
            "id": name, "speaker": "heart", "lang": "en", "text": "", "phonemes": "", "durations": [], "samples": n,
            "split": "dev" if name == "dev" else "train", "start": start, "n": n, "f0_start": hop,
            "f0_n": n // HOP + 1, "feat_start": hop, "feat_n": n // HOP + 1, "first_hop": 5, "grid": [],
        })  # fmt: skip
        start, hop = start + n, hop + n // HOP + 1
    frame = 0
    for grid in range(GRIDS):
        for row in rows:
            count = -(-(row["feat_n"] - row["first_hop"] + 2 * grid) // HOPS)
            row["grid"].append([frame, count])
            frame += count
    return rows


def sample(row: CodedRow, at: np.ndarray) -> np.ndarray:
    """What the recording has at some samples: a ramp of its own, so that no two samples 240 apart are equal."""
    ramp = (at // 2 + 7 * row["start"] % 1000) / 32768
    return np.where((at >= 0) & (at < row["n"]), ramp, 0).astype(np.float32)


def hertz(row: CodedRow, at: np.ndarray) -> np.ndarray:
    return np.where((at >= 0) & (at < row["f0_n"]), 100 + row["f0_start"] + at, 0).astype(np.float32)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Every array says which place it is of; the latent's first value is the number of the coded frame."""
    rows, corpus = place(LENGTHS), tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "index2.json").write_text(json.dumps(rows), "utf-8")
    audio = np.concatenate([sample(row, np.arange(row["n"])) for row in rows])
    np.save(corpus / "audio.npy", (audio * 32768).astype(np.int16))
    np.save(corpus / "f0.npy", np.concatenate([hertz(row, np.arange(row["f0_n"])) for row in rows]))
    frames = sum(rows[-1]["grid"][-1])
    codes = np.zeros((frames, NUM_CODEBOOKS), np.int16)
    codes[:, 0] = np.arange(frames)
    np.save(corpus / "codes.npy", codes)
    books = torch.zeros(NUM_CODEBOOKS, CARDINALITY, 2)
    books[0, :, 0] = torch.arange(CARDINALITY)
    books[:, :, 1] = 1.0  # so the latent's second value is how many levels were added up
    save(tmp_path / "analysis.pt", {"rvq": {"codebooks": books}})
    return tmp_path


@pytest.fixture
def clips(work: Path) -> Clips:
    return Clips(work, FRAMES, seed=0)


def spoken(work: Path) -> Clips:
    """The same after training.predict."""
    rows = place(LENGTHS)
    predicted = np.full((sum(rows[-1]["grid"][-1]), 2), np.nan, np.float16)
    for row in rows:
        start, count = row["grid"][0]
        predicted[start : start + count, 0] = np.arange(start, start + count)
        predicted[start : start + count, 1] = SPOKEN
    np.save(work / "corpus/predicted.npy", predicted)
    return Clips(work, FRAMES, seed=0)


def check(rows: list[CodedRow], clip: Clip) -> tuple[str, int]:
    """That samples and pitch are those of the frames that the latents number; returns utterance and grid."""
    frame, count = int(clip.latents[0, 0]), len(clip.latents)
    assert clip.latents[:, 0].tolist() == list(range(frame, frame + count))
    for row in rows:
        for grid, (start, frames) in enumerate(row["grid"]):
            if start <= frame < start + frames:
                hop = row["first_hop"] - 2 * grid + HOPS * (frame - start)
                samples = sample(row, hop * HOP + np.arange(count * FRAME_SIZE))
                assert np.array_equal(clip.samples.numpy(), samples)
                pitch = hertz(row, hop + SOURCE_LEAD + np.arange(count * HOPS))
                assert np.array_equal(clip.pitch.numpy(), pitch)
                return row["id"], grid
    raise AssertionError(f"frame {frame} belongs to no utterance")


@pytest.mark.parametrize("grid", range(GRIDS))
@pytest.mark.parametrize("first", [0, 3])
def test_a_clip_is_of_one_time(clips: Clips, grid: int, first: int) -> None:
    row = clips.rows[1]
    clip = clips.clip(row, grid, first, 4, NUM_CODEBOOKS)
    assert check(clips.rows, clip) == (row["id"], grid)
    assert clip.latents[0, 0] == row["grid"][grid][0] + first


def test_each_grid_starts_20_ms_before_the_last(clips: Clips) -> None:
    row = clips.rows[0]
    made = [clips.clip(row, grid, 2, 3, NUM_CODEBOOKS) for grid in range(GRIDS)]
    for before, after in zip(made, made[1:], strict=False):
        assert torch.equal(after.samples[480:], before.samples[:-480])
        assert torch.equal(after.pitch[2:], before.pitch[:-2])
        assert not torch.equal(after.samples, before.samples)


def test_silence_is_around_a_recording(clips: Clips) -> None:
    row = clips.rows[0]
    count = row["grid"][3][1]
    clip = clips.clip(row, 3, 0, count, NUM_CODEBOOKS)  # starts one hop before the recording
    assert not clip.samples[:HOP].any() and clip.samples[HOP + 2 : HOP + 500].all()
    end = HOP + row["n"]
    assert clip.samples[end - 1] > 0 and not clip.samples[end:].any()
    assert len(clip.samples) == count * FRAME_SIZE > end
    assert not clip.pitch[-1] and clip.pitch[0] == 100 + row["f0_start"] + 2


@pytest.mark.parametrize("depth", [1, 5, NUM_CODEBOOKS])
def test_depth_is_how_many_levels_are_added_up(clips: Clips, depth: int) -> None:
    clip = clips.clip(clips.rows[0], 0, 0, 3, depth)
    assert clip.latents[:, 1].tolist() == [depth] * 3


def test_batches_are_aligned_crops_of_the_split_train(clips: Clips) -> None:
    batch = clips.batch(40)
    assert batch.latents.shape == (40, FRAMES, 2)
    assert batch.samples.shape == (40, FRAMES * FRAME_SIZE) and batch.pitch.shape == (40, FRAMES * HOPS)
    each = [Clip(*parts) for parts in zip(batch.latents, batch.samples, batch.pitch, strict=True)]
    found = [check(clips.rows, clip) for clip in each]
    assert {name for name, _ in found} == {"train"}  # one utterance is as short as a crop, one of the split dev
    assert {grid for _, grid in found} == set(range(GRIDS))
    depths = batch.latents[:, 0, 1]
    assert (depths[1::2] == NUM_CODEBOOKS).all()
    assert depths[::2].min() < 10 and len(set(depths[::2].tolist())) > 8


def test_crops_reach_the_first_and_the_last_frame(clips: Clips) -> None:
    row = clips.train[0]
    firsts = {int(frame) - row["grid"][0][0] for frame in clips.batch(400).latents[:, 0, 0]} & set(range(20))
    assert {0, row["grid"][0][1] - FRAMES} <= firsts
    assert max(firsts) == row["grid"][0][1] - FRAMES


def test_a_third_is_what_the_acoustic_model_would_have_said(work: Path, clips: Clips) -> None:
    assert clips.predicted is None
    told = spoken(work)
    batch = told.batch(30)
    marked = batch.latents[:, :, 1] == SPOKEN
    assert marked[::3].all()
    assert not marked[1::3].any() and not marked[2::3].any()
    for b in range(0, 30, 3):
        assert check(told.rows, Clip(batch.latents[b], batch.samples[b], batch.pitch[b])) == ("train", 0)


def test_equal_seeds_draw_equal_batches(work: Path, clips: Clips) -> None:
    batch = clips.batch(4)
    assert torch.equal(batch.samples, Clips(work, FRAMES, seed=0).batch(4).samples)
    assert not torch.equal(batch.samples, Clips(work, FRAMES, seed=1).batch(4).samples)


def test_a_corpus_of_short_utterances_is_one_error(work: Path) -> None:
    with pytest.raises(ConfigError, match="longer than a crop of 50 frames"):
        Clips(work, 50, seed=0)


@pytest.mark.parametrize("content", [None, "[{"])
def test_a_missing_or_damaged_index_names_the_command(work: Path, content: str | None) -> None:
    path = work / "corpus/index2.json"
    path.unlink()
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(CheckpointError, match=r"index2\.json.*python -m training\.codebooks"):
        Clips(work, FRAMES, seed=0)
