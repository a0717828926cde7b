"""Text to sound: the same bytes on every run and schedule, words where they are heard, bad options refused by name."""

import itertools
import math
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from codec.spec import FRAME_SIZE, NUM_CODEBOOKS, SAMPLE_RATE
from tts import Audio, Block, Synthesizer, Word
from tts.errors import CheckpointError, ConfigError, TextError
from tts.synthesizer import LONGEST_PAUSE_S, Options, pause_frames, regroup

TEXT = "Hello there, my friend. Selamat pagi, apa khabar?"
SHORT = "Good morning."


@pytest.fixture(scope="module")
def synth() -> Synthesizer:
    return Synthesizer.load()


@pytest.fixture(scope="module")
def blocks(synth: Synthesizer) -> list[Block]:
    return list(synth.stream(TEXT))


@pytest.fixture(scope="module")
def audio(synth: Synthesizer) -> Audio:
    return synth.say(TEXT)


def joined(blocks: list[Block]) -> npt.NDArray[np.float32]:
    return np.concatenate([block.samples for block in blocks])


def test_the_same_text_gives_the_same_bytes(synth: Synthesizer, audio: Audio) -> None:
    again = synth.say(TEXT)
    assert again.samples.tobytes() == audio.samples.tobytes()
    assert again.words == audio.words
    assert synth.say(SHORT).samples.tobytes() != audio.samples.tobytes()


def test_a_stream_is_the_whole(blocks: list[Block], audio: Audio) -> None:
    assert joined(blocks).tobytes() == audio.samples.tobytes()
    assert tuple(word for block in blocks for word in block.words) == audio.words


@pytest.mark.parametrize("schedule", [(1,), (1, 2, 5), (7, 3), (1000,)])
def test_samples_and_codes_do_not_depend_on_the_schedule(
    synth: Synthesizer, blocks: list[Block], audio: Audio, schedule: tuple[int, ...]
) -> None:
    found = list(synth.stream(TEXT, schedule=schedule))
    assert joined(found).tobytes() == audio.samples.tobytes()
    codes = [np.concatenate([block.codes for block in some], 1) for some in (found, blocks)]
    assert np.array_equal(codes[0], codes[1])
    assert [word for block in found for word in block.words] == list(audio.words)
    wanted = itertools.chain(schedule, itertools.repeat(schedule[-1]))
    sizes = [block.codes.shape[1] for block in found]
    assert sizes[:-1] == list(itertools.islice(wanted, len(sizes) - 1))


def test_blocks_are_whole_frames_in_order(blocks: list[Block]) -> None:
    start = 0
    for block in blocks:
        assert block.start_s == pytest.approx(start / SAMPLE_RATE)
        assert block.samples.dtype == np.float32
        assert block.codes.shape[0] == NUM_CODEBOOKS
        assert len(block.samples) == block.codes.shape[1] * FRAME_SIZE
        assert np.abs(block.samples).max() <= 1
        start += len(block.samples)


def test_two_streams_at_once_are_two_alone(synth: Synthesizer, audio: Audio) -> None:
    other = synth.say(SHORT, voice="alex")
    streams = [synth.stream(TEXT), synth.stream(SHORT, voice="alex")]
    found: list[list[Block]] = [[], []]
    for pair in itertools.zip_longest(*streams):
        for k, block in enumerate(pair):
            if block is not None:
                found[k].append(block)
    assert joined(found[0]).tobytes() == audio.samples.tobytes()
    assert joined(found[1]).tobytes() == other.samples.tobytes()


def test_codes_of_the_blocks_decode_to_the_sound(synth: Synthesizer, blocks: list[Block], audio: Audio) -> None:
    codes = np.concatenate([block.codes for block in blocks], 1)
    decoded = synth.codec.decode(codes)
    # other block sizes round differently, and so do latents that the graph and the codebooks add up
    assert np.abs(np.clip(decoded, -1, 1) - audio.samples).max() < 5e-3
    assert np.abs(synth.codec.decode(codes, 4) - audio.samples).max() > 0.05


def test_depth_is_what_the_decoder_hears(synth: Synthesizer) -> None:
    shallow = list(synth.stream(SHORT, depth=4))
    codes = np.concatenate([block.codes for block in shallow], 1)
    assert np.abs(np.clip(synth.codec.decode(codes, 4), -1, 1) - joined(shallow)).max() < 5e-3
    assert np.array_equal(codes, np.concatenate([block.codes for block in synth.stream(SHORT)], 1))


def test_words_are_heard_in_order_and_point_into_the_text(audio: Audio) -> None:
    assert [word.text for word in audio.words] == ["Hello", "there", "my", "friend", "Selamat", "pagi", "apa", "khabar"]
    assert [TEXT[slice(*word.char)] for word in audio.words] == [word.text for word in audio.words]
    length = len(audio.samples) / SAMPLE_RATE
    for before, after in itertools.pairwise(audio.words):
        assert 0 <= before.start_s < before.end_s <= after.start_s + 1e-6
        assert before.char[1] <= after.char[0]
    assert audio.words[-1].end_s <= length


def test_words_of_numbers_point_at_their_digits(synth: Synthesizer) -> None:
    text = "At 12:30 we met."
    assert [(word.text, word.char) for word in synth.say(text).words] == [
        ("At", (0, 2)), ("12:30", (3, 8)), ("we", (9, 11)), ("met", (12, 15)),
    ]  # fmt: skip


@pytest.mark.parametrize("schedule", [(1,), (7, 3), (30,)])
def test_words_are_announced_before_they_are_heard(synth: Synthesizer, schedule: tuple[int, ...]) -> None:
    for block in synth.stream(TEXT, schedule=schedule):
        assert all(word.start_s >= block.start_s for word in block.words)


def test_words_lie_where_it_is_loud(audio: Audio) -> None:
    power = np.square(audio.samples)
    inside = np.zeros(len(power), bool)
    for word in audio.words:
        inside[int(word.start_s * SAMPLE_RATE) : int(word.end_s * SAMPLE_RATE)] = True
    assert power[inside].mean() > 4 * power[~inside].mean()


def test_speed_changes_the_length(synth: Synthesizer) -> None:
    text = "The weather is lovely this morning"
    plain, fast, slow = (len(synth.say(text, speed=speed).samples) for speed in (1.0, 2.0, 0.5))
    assert 0.42 * plain < fast < 0.68 * plain  # no phone is shorter than 20 ms, and frames are whole
    assert 1.7 * plain < slow < 2.1 * plain


@pytest.mark.parametrize(
    "options", [{"voice": "michael"}, {"pitch": 1.3}, {"energy": 2.0}, {"lang": "ms"}, {"depth": 2}]
)
def test_options_change_the_sound(synth: Synthesizer, options: dict[str, Any]) -> None:
    plain, changed = synth.say(SHORT).samples, synth.say(SHORT, **options).samples
    count = min(len(plain), len(changed))
    assert np.abs(plain[:count] - changed[:count]).max() > 0.02


def test_pitch_raises_the_voice(synth: Synthesizer) -> None:
    def strongest_lag(samples: npt.NDArray[np.float32]) -> float:
        """Median period in samples of the loud tenth of 40 ms pieces, by autocorrelation, for 80 to 400 Hz."""
        pieces = samples[: len(samples) // 960 * 960].reshape(-1, 960)
        loud = pieces[np.argsort(np.square(pieces).sum(1))[-len(pieces) // 4 :]]
        lags = [np.correlate(p, p, "full")[960 + 60 : 960 + 300].argmax() + 61 for p in loud]
        return float(np.median(lags))

    text = "We all knew her mother in London"
    low, high = (strongest_lag(synth.say(text, pitch=pitch).samples) for pitch in (0.7, 1.5))
    assert low / high > 1.1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *[({name: bad}, f"{name} must be a number from .* not {bad!r}")
          for name in ("speed", "pitch", "energy") for bad in (math.nan, math.inf, 0.0, -1.0, 4.5, True, "fast", None)],
        *[({"depth": bad}, f"depth must be a whole number from 1 to 32, not {bad!r}")
          for bad in (0, 33, True, 2.0, None)],
        *[({"seed": bad}, "seed must be a whole number from 0") for bad in (-1, 2**63, True, 1.0)],
        ({"lang": "de"}, "unknown language 'de'; available: en, ms, auto"),
        ({"lang": ""}, "unknown language ''"),
        ({"voice": "nobody"}, "unknown voice 'nobody'; available: heart, michael, dora, alex"),
        ({"voice": ""}, "unknown voice ''"),
        *[({"schedule": bad}, "a schedule is one or more whole numbers") for bad in ((), (0,), (1, -2), (1.5,))],
    ],
)  # fmt: skip
def test_bad_options_are_refused_before_anything_is_spoken(
    synth: Synthesizer, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        synth.stream(SHORT, **options)  # not even iterated
    if "schedule" not in options:
        with pytest.raises(ConfigError, match=message):
            synth.say(SHORT, **options)


@pytest.mark.parametrize("bad", [math.nan, "1", True])
def test_options_are_checked_wherever_they_are_made(bad: Any) -> None:
    with pytest.raises(ConfigError, match="pitch"):
        Options("heart", "en", 1.0, bad, 1.0, 32, 0)


@pytest.mark.parametrize("text", ["", "   \n\t", "...?!", "😀🎉", "你好", "\0\0", []])
def test_nothing_to_speak(synth: Synthesizer, text: Any) -> None:
    with pytest.raises(TextError, match="nothing to speak"):
        synth.say(text)


@pytest.mark.parametrize("text", [None, 5, b"hello", bytearray(b"x")])
def test_what_is_no_text(synth: Synthesizer, text: Any) -> None:
    with pytest.raises(TextError, match="a text is a str or pieces of str"):
        synth.say(text)
    with pytest.raises(TextError, match="a text is a str or pieces of str"):
        synth.stream(text)


def test_pieces_of_text_are_the_whole_text(synth: Synthesizer, audio: Audio) -> None:
    pieces = synth.say([TEXT[:3], TEXT[3:20], TEXT[20:]])
    assert pieces.samples.tobytes() == audio.samples.tobytes()
    assert [(w.start_s, w.end_s, w.char) for w in pieces.words] == [(w.start_s, w.end_s, w.char) for w in audio.words]


def test_markup_that_names_an_unknown_voice(synth: Synthesizer) -> None:
    with pytest.raises((ConfigError, TextError), match="nobody"):
        synth.say('<speak><voice name="nobody">Hello.</voice></speak>')


def test_a_pause_is_silent_and_as_long_as_asked(synth: Synthesizer) -> None:
    plain = synth.say("<speak>Hello there. Good morning.</speak>").samples
    paused = synth.say('<speak>Hello there. <break time="800ms"/> Good morning.</speak>').samples
    quiet = np.abs(paused.reshape(-1, FRAME_SIZE)).max(1) < 0.01
    longest = max((len(list(run)) for silent, run in itertools.groupby(quiet) if silent), default=0)
    assert longest * FRAME_SIZE / SAMPLE_RATE >= 0.7
    assert len(paused) > len(plain)


@pytest.mark.parametrize(
    ("pause_s", "frames"),
    [(0.0, 0), (0.01, 1), (0.08, 1), (0.0801, 2), (0.24, 3), (0.56, 7), (1e9, 125), (math.inf, 125)],
)
def test_pauses_are_whole_frames(pause_s: float, frames: int) -> None:
    assert pause_frames(pause_s) == frames
    assert frames <= LONGEST_PAUSE_S * 12.5


def test_the_first_block_comes_before_the_text_ends(synth: Synthesizer) -> None:
    """An endless text in bounded memory: pieces are read as they are needed, blocks leave, nothing piles up."""
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        while True:
            read += 1
            yield "This is another sentence of a story that goes on. "

    stream = synth.stream(endless(), speed=2.0)
    next(stream)
    assert read < 20
    for _ in range(20):
        next(stream)
    tracemalloc.start()
    try:
        for _ in range(25):
            next(stream)
        first = tracemalloc.get_traced_memory()[0]
        for _ in range(25):
            next(stream)
        grown = tracemalloc.get_traced_memory()[0] - first
    finally:
        tracemalloc.stop()
    assert grown < 300_000  # 25 blocks hold 760 kB of samples
    assert read < 60
    stream.close()  # type: ignore[attr-defined]


def test_no_clicks_at_the_seams_of_blocks(audio: Audio) -> None:
    steps = np.abs(np.diff(audio.samples))
    seams = np.arange(FRAME_SIZE, len(audio.samples), FRAME_SIZE) - 1
    elsewhere = np.delete(steps, seams)
    assert steps[seams].max() <= np.quantile(elsewhere, 0.9999)  # of 50 steps, one is beyond this by chance in 200 runs
    assert steps[seams].mean() < 1.6 * elsewhere.mean()


@pytest.mark.parametrize("voice", ["heart", "michael", "dora", "alex"])
def test_speech_starts_within_60_ms(synth: Synthesizer, voice: str) -> None:
    found = next(synth.stream("Hello, how are you?", voice=voice))
    audible = np.flatnonzero(np.abs(found.samples) > 0.01)
    assert len(audible), "nothing audible in the first 80 ms"
    assert audible[0] / SAMPLE_RATE <= 0.060


def test_timings_describe_the_sound(audio: Audio) -> None:
    assert audio.sample_rate == SAMPLE_RATE
    assert audio.timings["audio_s"] == len(audio.samples) / SAMPLE_RATE
    assert 0 < audio.timings["first_block_ms"] / 1000 < audio.timings["synthesis_s"]
    assert audio.timings["rtf"] == pytest.approx(audio.timings["synthesis_s"] / audio.timings["audio_s"])


def test_voices_say_what_they_speak(synth: Synthesizer) -> None:
    assert [voice.name for voice in synth.voices] == ["heart", "michael", "dora", "alex"]
    assert [voice.languages[0] for voice in synth.voices] == ["en", "en", "ms", "ms"]


def test_a_missing_voice_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no voice folder at .*nowhere"):
        Synthesizer.load(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match=r"missing: .*voice\.json"):
        Synthesizer.load(tmp_path)


def test_regroup_keeps_what_it_holds() -> None:
    def made() -> Iterator[Block]:
        for i in range(9):
            words = (Word(f"w{i}", i * 0.08, i * 0.08 + 0.05, (i, i + 1)),)
            samples = np.full(FRAME_SIZE, i, np.float32)
            yield Block(samples, i * 0.08, np.full((NUM_CODEBOOKS, 1), i, np.int16), words)

    found = list(regroup(made(), (2, 4)))
    assert [block.codes[0].tolist() for block in found] == [[0, 1], [2, 3, 4, 5], [6, 7, 8]]
    assert [block.start_s for block in found] == pytest.approx([0, 0.16, 0.48])
    assert [[word.text for word in block.words] for block in found] == [
        ["w0", "w1"], ["w2", "w3", "w4", "w5"], ["w6", "w7", "w8"],
    ]  # fmt: skip
    assert joined(found).tolist() == np.repeat(np.arange(9.0), FRAME_SIZE).tolist()
    assert list(regroup(iter(()), (1,))) == []


def test_speaking_imports_no_torch() -> None:
    program = """
import sys
from tts import Synthesizer
assert len(Synthesizer.load().say("Hi.").samples)
found = sorted({"torch", "onnx", "scipy", "librosa", "moshi"} & set(sys.modules))
assert not found, found
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
