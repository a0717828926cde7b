"""The prepared corpus is consistent and aligned; what cannot be used is one error that names file and line."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from codec.encoder import BANDS, FEATURES, FLOOR, HOP, LOOKAHEAD, WINDOWS
from codec.spec import SAMPLE_RATE
from training.corpus import main, prepare
from training.measure import hops_of, pitch_of, spectra_of
from training.prepared import open_corpus, padded_slice
from tts.errors import CheckpointError

LEADING_S = 14 * 0.025


@pytest.fixture
def copy(corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpus, tmp_path / "corpus"))


def edit(corpus: Path, line: int, **changes: object) -> None:
    path = corpus / "metadata.jsonl"
    rows = [json.loads(text) for text in path.read_text("utf-8").splitlines()]
    rows[line - 1].update(changes)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def failure(corpus: Path, work: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error of a run that fails and leaves no index."""
    assert main([str(corpus), str(work), "--processes", "1"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1
    assert not (work / "corpus/index.json").exists()
    return error


def test_files_hold_every_utterance(corpus: Path, prepared: Path) -> None:
    found = open_corpus(prepared)
    lines = [json.loads(line) for line in (corpus / "metadata.jsonl").read_text("utf-8").splitlines()]
    assert [{name: row[name] for name in line} for row, line in zip(found.rows, lines, strict=True)] == lines
    assert (found.samples.dtype, found.pitch.dtype, found.spectra.dtype) == (np.int16, np.float32, np.float16)
    assert len(found.samples) == sum(line["samples"] for line in lines)
    for row in found.rows:
        wav, _ = soundfile.read(corpus / f"audio/{row['id']}.opus", dtype="float32")
        assert row["n"] == row["samples"] and row["feat_n"] == row["f0_n"] == hops_of(row["n"])
        samples = found.samples[row["start"] : row["start"] + row["n"]]
        assert np.abs(samples - wav * 32767).max() <= 1
        assert np.array_equal(found.spectra_of(row), spectra_of(samples))
        assert np.array_equal(found.pitch_of(row), pitch_of(wav))
    assert not list((prepared / "corpus").glob("*.tmp*"))


def test_pitch_is_that_of_the_tones(prepared: Path) -> None:
    found = open_corpus(prepared)
    for row, hertz in zip(found.rows, (110, 220, 150), strict=True):
        pitch = found.pitch_of(row)
        assert np.median(pitch[pitch > 0]) == pytest.approx(hertz, rel=0.01)
        assert (pitch[: int(LEADING_S * 100) - 5] == 0).all()


def test_the_trimmed_start_is_just_before_the_sound(prepared: Path) -> None:
    for row in open_corpus(prepared).rows:
        lead_s = LEADING_S - row["first_hop"] * HOP / SAMPLE_RATE
        assert 0.025 < lead_s < 0.06  # 30 ms, up to one hop more, and what Opus smears ahead


@pytest.mark.parametrize("hop", [0, 1, 40, 98])
def test_an_impulse_peaks_in_its_hop(hop: int) -> None:
    samples = np.zeros(100 * HOP, np.int16)
    samples[(hop + 1) * HOP + LOOKAHEAD - WINDOWS[0] // 2] = 20_000
    assert spectra_of(samples)[:, :BANDS].astype(np.float32).mean(1).argmax() == hop


def test_no_hop_sees_beyond_its_look_ahead() -> None:
    source = np.random.default_rng(0)
    samples = source.integers(-9000, 9000, 60 * HOP).astype(np.int16)
    changed, first = samples.copy(), 7001
    changed[first:] = 0
    differs = (spectra_of(samples) != spectra_of(changed)).any(1)
    ends = (np.arange(len(differs)) + 1) * HOP + LOOKAHEAD
    assert not differs[ends <= first].any() and differs[ends > first + HOP].all()


def test_long_utterances_are_measured_as_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.random.default_rng(0).integers(-9000, 9000, 50 * HOP).astype(np.int16)
    whole = spectra_of(samples)
    monkeypatch.setattr("training.measure.PIECE", 7)
    pieces = spectra_of(samples)
    assert whole.shape == (51, FEATURES)
    assert np.allclose(whole, pieces, atol=0.02)  # float16 near -11, and products summed in another order


def test_silence_is_the_floor() -> None:
    assert np.allclose(spectra_of(np.zeros(5 * HOP, np.int16)), np.log(FLOOR), atol=0.01)


def test_two_processes_write_the_same_files(corpus: Path, prepared: Path, tmp_path: Path) -> None:
    assert main([str(corpus), str(tmp_path)]) == 0
    for name in ("audio.npy", "f0.npy", "index.json"):
        assert (tmp_path / "corpus" / name).read_bytes() == (prepared / "corpus" / name).read_bytes()
    one, two = open_corpus(prepared).spectra, open_corpus(tmp_path).spectra
    assert np.allclose(one, two, atol=0.02)  # two threads may sum in another order than one


def test_damaged_audio(copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "audio/u1.opus").write_bytes(b"OggS" + bytes(100))
    error = failure(copy, tmp_path / "work", capsys)
    assert "metadata.jsonl:2: " in error and "u1.opus cannot be decoded" in error


def test_damaged_audio_in_another_process(copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "audio/u0.opus").write_bytes(b"")
    assert main([str(copy), str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "metadata.jsonl:1: " in error and error.count("\n") == 1


def test_missing_audio_is_found_before_the_work(copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "audio/u2.opus").unlink()
    error = failure(copy, tmp_path / "work", capsys)
    assert "metadata.jsonl:3: " in error and "u2.opus does not exist" in error
    assert not (tmp_path / "work").exists()


def test_silent_audio(copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples = json.loads((copy / "metadata.jsonl").read_text("utf-8").splitlines()[0])["samples"]
    soundfile.write(copy / "audio/u0.opus", np.zeros(samples), SAMPLE_RATE, format="OGG", subtype="OPUS")
    assert "u0.opus is silent" in failure(copy, tmp_path / "work", capsys)


def test_audio_of_another_length(copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(copy / "audio/u2.opus", copy / "audio/u1.opus")
    error = failure(copy, tmp_path / "work", capsys)
    assert "metadata.jsonl:2: " in error and "expected" in error


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"phonemes": "q"}, "unknown phones q"),
        ({"durations": [1, 2, 3]}, "durations must be"),
        ({"samples": 600}, "durations must be"),
        ({"split": "other"}, "allowed: train, dev, test"),
    ],
)
def test_contradictory_lines(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object], message: str
) -> None:
    edit(copy, 2, **changes)
    error = failure(copy, tmp_path / "work", capsys)
    assert "metadata.jsonl:2: " in error and message in error


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is empty"), ("words\n", "jsonl:1: not JSON"), ("[]\n", "lacks durations"), ('{"id": ""}\n', "lacks")],
)
def test_unusable_metadata(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (copy / "metadata.jsonl").write_text(text, "utf-8")
    assert message in failure(copy, tmp_path / "work", capsys)


def test_a_failed_run_leaves_no_index_of_the_last(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "work"
    prepare(copy, work, processes=1)
    (copy / "audio/u2.opus").write_bytes(b"")
    failure(copy, work, capsys)
    assert not list((work / "corpus").glob("*.tmp*"))
    with pytest.raises(CheckpointError, match="python -m training.corpus"):
        open_corpus(work)


def test_arrays_of_another_run_are_refused(prepared: Path, tmp_path: Path) -> None:
    shutil.copytree(prepared / "corpus", tmp_path / "corpus")
    np.save(tmp_path / "corpus/f0.npy", np.zeros(3, np.float32))
    with pytest.raises(CheckpointError, match="sizes"):
        open_corpus(tmp_path)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [(0, 3, [1, 2, 3]), (-2, 4, [9, 9, 1, 2]), (2, 3, [3, 9, 9]), (5, 2, [9, 9]), (-5, 2, [9, 9]), (-1, 2, [9, 1])],
)
def test_padded_slice(start: int, count: int, expected: list[int]) -> None:
    assert padded_slice(np.array([1, 2, 3]), start, count, 9).tolist() == expected
