"""A voice: plans that hold every phone, frames on one fixed grid, weights that fit or are refused by name."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from codec.runtime import Codec
from codec.spec import NUM_CODEBOOKS
from tts.acoustic.config import SLOTS_PER_FRAME, WARMUP_FRAMES
from tts.acoustic.layout import slot_features
from tts.config import data_dir
from tts.errors import CheckpointError, ConfigError, TextError
from tts.text.types import Lang, Prosody, Segment
from tts.voice import GRID, MAX_LEAD_SLOTS, Plan, Voice, grid

FOLDER = data_dir() / "voices" / "embedded"
PHONES = "həlˈO wˈɜɹld, səlˈamat pˈaɡi."


def segment(phones: str = PHONES, prosody: Prosody = Prosody(), lang: Lang = "en") -> Segment:  # noqa: B008
    return Segment(phones, (lang,) * len(phones), (), (), (prosody,) * len(phones))


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice(FOLDER, Codec(data_dir() / "codec" / "embedded"))


def spoken(voice: Voice, plan: Plan, depth: int = NUM_CODEBOOKS, seed: int = 0) -> npt.NDArray[np.int16]:
    return np.concatenate([run.codes for run in voice.speak(plan, depth, np.random.default_rng(seed))], 1)


@pytest.mark.parametrize("frames", [0, 1, 2, 3, 4, 5, 8, 9, 23])
def test_grid_adds_up(frames: int) -> None:
    sizes = list(grid(frames))
    assert sum(sizes) == frames
    assert all(0 < size <= GRID[min(i, len(GRID) - 1)] for i, size in enumerate(sizes))
    assert sizes[:2] == [1, 1][: len(sizes)]


@pytest.mark.parametrize("phones", [PHONES, "a", ".", "ə" * 400])
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_plan_holds_every_phone_once_and_in_order(voice: Voice, phones: str, speed: float) -> None:
    plan = voice.plan(segment(phones), 0, speed)
    assert set(range(1, len(phones) + 2)) <= set(plan.layout)
    assert set(np.diff(plan.layout)) <= {0, 1}
    assert plan.durations[1:].min() >= 1
    assert plan.durations[0] <= MAX_LEAD_SLOTS
    assert plan.frames == -(-len(plan.layout) // SLOTS_PER_FRAME)
    assert plan.hidden.shape[0] == len(plan.durations) == len(phones) + 2


def test_start_times_rise_to_the_end(voice: Voice) -> None:
    plan = voice.plan(segment(), 0)
    times = [plan.start_s(i) for i in range(len(PHONES) + 1)]
    assert times[0] == pytest.approx(plan.durations[0] * 0.02)
    assert np.diff(times).min() >= 0.02 - 1e-6
    assert times[-1] <= plan.frames * 0.08


def test_speed_divides_durations_down_to_a_slot(voice: Voice) -> None:
    plain, fast = voice.plan(segment(), 0), voice.plan(segment(), 0, speed=2.0)
    long = plain.durations[1:] > 2
    assert long.any()
    assert fast.durations[1:][long] == pytest.approx(plain.durations[1:][long] / 2, rel=1e-4)
    local = voice.plan(segment(prosody=Prosody(speed=2.0)), 0)
    assert np.array_equal(local.durations, fast.durations)


@pytest.mark.parametrize(("speaker", "pitch", "energy"), [(1, 1.0, 1.0), (0, 1.3, 1.0), (0, 1.0, 2.0)])
def test_speaker_pitch_and_energy_reach_the_codes(voice: Voice, speaker: int, pitch: float, energy: float) -> None:
    plain = spoken(voice, voice.plan(segment(), 0))
    changed = spoken(voice, voice.plan(segment(), speaker, 1.0, pitch, energy))
    frames = min(plain.shape[1], changed.shape[1])
    assert (plain[:, :frames] != changed[:, :frames]).mean() > 0.2


def test_pitch_in_markup_is_pitch_as_an_option(voice: Voice) -> None:
    option, markup = voice.plan(segment(), 0, pitch=1.2), voice.plan(segment(prosody=Prosody(pitch=1.2)), 0)
    assert np.array_equal(option.hidden, markup.hidden)


def test_the_same_plan_gives_the_same_codes(voice: Voice) -> None:
    plan = voice.plan(segment(), 2)
    codes = spoken(voice, plan)
    assert codes.shape == (NUM_CODEBOOKS, plan.frames)
    assert codes.dtype == np.int16
    assert np.array_equal(spoken(voice, plan), codes)


def test_frames_on_the_grid_are_those_of_all_slots_at_once(voice: Voice) -> None:
    plan = voice.plan(segment(), 0)
    slots = (plan.frames + WARMUP_FRAMES) * SLOTS_PER_FRAME
    index = plan.layout[np.minimum(np.arange(slots), len(plan.layout) - 1)]
    width = voice.codec.codebooks.entries.shape[2]
    inputs = {
        "hidden": plan.hidden[None, index],
        "where": slot_features(plan.durations, plan.layout, 0, slots)[None],
        "speaker": np.array([0], np.int64),
        "noise": np.zeros((plan.frames + WARMUP_FRAMES, NUM_CODEBOOKS, width), np.float32),
        **voice._tables,
    }
    whole = voice.frames.step(inputs, voice.frames.start())["codes"][WARMUP_FRAMES:].T
    calm, voice.temperature = voice.temperature, np.zeros(NUM_CODEBOOKS, np.float32)
    try:
        # products of other sizes round differently, and may tip a choice between entries at equal distance
        assert (spoken(voice, plan) == whole).mean() > 0.98
    finally:
        voice.temperature = calm
    assert (whole[:, 1:] != whole[:, :-1]).mean() > 0.3  # frames differ


def test_codes_do_not_depend_on_depth_but_latents_do(voice: Voice) -> None:
    plan = voice.plan(segment("həlˈO."), 0)
    books = voice.codec.codebooks
    for depth in (1, 4, NUM_CODEBOOKS):
        for run in voice.speak(plan, depth, np.random.default_rng(0)):
            assert run.latents == pytest.approx(books.latents(run.codes, depth), abs=1e-3)
    assert np.array_equal(spoken(voice, plan, 1), spoken(voice, plan))


def test_the_seed_matters_once_there_is_a_temperature(voice: Voice) -> None:
    plan = voice.plan(segment("həlˈO."), 0)
    calm = voice.temperature
    try:
        voice.temperature = np.full(NUM_CODEBOOKS, 0.5, np.float32)
        first, second = spoken(voice, plan, seed=1), spoken(voice, plan, seed=2)
        assert np.array_equal(spoken(voice, plan, seed=1), first)
        assert not np.array_equal(first, second)
        voice.temperature = np.zeros(NUM_CODEBOOKS, np.float32)
        assert np.array_equal(spoken(voice, plan, seed=1), spoken(voice, plan, seed=2))
    finally:
        voice.temperature = calm


def test_interleaved_plans_do_not_meet(voice: Voice) -> None:
    plans = [voice.plan(segment(), 0), voice.plan(segment("səlˈamat pˈaɡi.", lang="ms"), 3)]
    alone = [spoken(voice, plan) for plan in plans]
    streams = [voice.speak(plan, NUM_CODEBOOKS, np.random.default_rng(0)) for plan in plans]
    found: list[list[npt.NDArray[np.int16]]] = [[], []]
    for first, second in zip(*streams, strict=False):
        found[0].append(first.codes)
        found[1].append(second.codes)
    for k in (0, 1):
        joined = np.concatenate(found[k], 1)
        assert joined.shape[1] >= 4
        assert np.array_equal(joined, alone[k][:, : joined.shape[1]])


def test_what_cannot_be_planned(voice: Voice) -> None:
    with pytest.raises(TextError, match="without phones"):
        voice.plan(segment(""), 0)
    with pytest.raises(ConfigError, match="unknown phones Ø"):
        voice.plan(segment("aØ"), 0)
    with pytest.raises(ConfigError, match="unknown voice 'nobody'; available: heart, michael, dora, alex"):
        voice.speaker("nobody")
    with pytest.raises(ConfigError, match="unknown voice"):
        voice.speaker(["heart"])  # type: ignore[arg-type]


Change = Callable[[Path], object]


def edit(key: str, value: object) -> Change:
    def change(folder: Path) -> None:
        card = json.loads((folder / "voice.json").read_text("utf-8"))
        card = {k: v for k, v in card.items() if k != key} if value is None else {**card, key: value}
        (folder / "voice.json").write_text(json.dumps(card), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "voice.json").unlink(), "missing: .*voice.json"),
        (lambda folder: (folder / "voice.json").write_text("voice"), "voice.json is not JSON"),
        (edit("format", 0), "voice.json has format 0, this version reads 1"),
        (edit("symbols", "abc"), r"trained on other phones \('abc'\)"),
        (edit("codec", "mimi"), "speaks the codes of codec 'mimi', not of 'embedded-"),
        (edit("speakers", None), "voice.json lacks speakers"),
        (edit("speakers", [{"name": "x"}]), "voice.json: speakers"),
        (edit("temperature", [0.0]), "voice.json: temperature"),
        (lambda folder: (folder / "frames.onnx").unlink(), "missing: .*frames.onnx"),
        (lambda folder: (folder / "encoder.onnx").write_bytes(b"x"), r"encoder.onnx has 1 bytes, expected \d+"),
    ],
)
def test_weights_that_do_not_fit_are_named(tmp_path: Path, voice: Voice, change: Change, message: str) -> None:
    folder = tmp_path / "voice"
    shutil.copytree(FOLDER, folder)
    change(folder)
    with pytest.raises(CheckpointError, match=message):
        Voice(folder, voice.codec)
