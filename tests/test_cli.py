"""The command line, with the embedded voices: what it writes, what it prints, and how mistakes end."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts.cli import build_parser, main, one_line

ROOT = str(Path(__file__).resolve().parent.parent)
TTS = [sys.executable, "-m", "tts"]
LONG = "The ship sailed on into the quiet night. " * 400


def start(*arguments: str, **pipes: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*TTS, *arguments], stderr=subprocess.PIPE, **pipes)  # type: ignore[call-overload, no-any-return]


def speak(*arguments: str, text: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([*TTS, *arguments], input=text, capture_output=True)


def error_line(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("tts: error: ")
    assert captured.err.count("\n") == 1 and captured.err.endswith("\n")
    return captured.err


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "opus", "mp3"])
def test_say_writes_the_format_of_the_suffix(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"a.{suffix}"
    assert main(["say", "Hello.", "-o", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    info = soundfile.info(path)
    assert info.samplerate == 24_000 and info.channels == 1
    assert info.duration == pytest.approx(report["audio_s"], abs=0.001)
    assert np.abs(soundfile.read(path)[0]).max() > 0.01
    assert os.listdir(tmp_path) == [path.name]


def test_json_reports_timings_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "Good morning, Aisyah.", "--voice", "dora", "-o", str(tmp_path / "a.wav"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {"load_s", "first_block_ms", "audio_s", "synthesis_s", "rtf", "words", "warnings"} == report.keys()
    assert [word["char"] for word in report["words"]] == [[0, 4], [5, 12], [14, 20]]
    times = [time for word in report["words"] for time in (word["start_s"], word["end_s"])]
    assert times == sorted(times) and times[-1] <= report["audio_s"]


def test_options_reach_the_voice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sounds = {}
    for options in ("", "--voice alex", "--speed 0.8", "--pitch 1.3", "--energy 2", "--depth 4", "--lang ms"):
        path = tmp_path / f"x{options}.wav"
        assert main(["say", "Come again soon.", "-o", str(path), *options.split()]) == 0
        sounds[options] = path.read_bytes()
    assert len(set(sounds.values())) == len(sounds)
    assert len(sounds["--speed 0.8"]) > len(sounds[""])
    again = tmp_path / "again.wav"
    assert main(["say", "Come again soon.", "-o", str(again)]) == 0 and again.read_bytes() == sounds[""]
    assert capsys.readouterr().out == ""


def test_stdout_is_one_wav_stream_and_json_steps_aside(tmp_path: Path) -> None:
    result = speak("say", "Hello there.", "-o", "-", "--json")
    assert result.returncode == 0 and result.stdout.count(b"RIFF") == 1
    report = json.loads(result.stderr)
    samples, rate = soundfile.read(io.BytesIO(result.stdout), dtype="int16")
    assert rate == 24_000 and len(samples) / rate == pytest.approx(report["audio_s"], abs=0.001)
    main(["say", "Hello there.", "-o", str(tmp_path / "a.wav")])
    assert np.array_equal(soundfile.read(tmp_path / "a.wav", dtype="int16")[0], samples)


def test_text_from_everywhere_sounds_the_same(tmp_path: Path) -> None:
    text = "Selamat pagi, semua. Good morning!"
    (tmp_path / "t.txt").write_text("\ufeff" + text, "utf-8")
    main(["say", text, "-o", str(tmp_path / "a.wav")])
    main(["say", "-f", str(tmp_path / "t.txt"), "-o", str(tmp_path / "b.wav")])
    piped = speak("say", "-", "-o", str(tmp_path / "c.wav"), text=text.encode())
    assert piped.returncode == 0, piped.stderr
    assert len({(tmp_path / f"{name}.wav").read_bytes() for name in "abc"}) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["say"], "no text"),
        (["say", "a", "-f", "b"], "two texts"),
        (["say", "", "-o", "a.wav"], "nothing to speak"),
        (["say", " \n\t ", "-o", "a.wav"], "nothing to speak"),
        (["say", "?!...", "-o", "a.wav"], "nothing to speak"),
        (["say", "\U0001f9ff", "-o", "a.wav"], "nothing to speak"),
        (["say", "日本語", "-o", "a.wav"], "nothing to speak"),
        (["say", "a\udcff", "-o", "a.wav"], "U+DCFF at character 2"),
        (["say", "-f", "missing.txt", "-o", "a.wav"], "cannot read missing.txt: No such file or directory"),
        (["say", "Hi.", "-o", "a.aiff"], "allowed: .wav, .flac, .ogg, .opus, .mp3"),
        (["say", "Hi.", "-o", "missing/a.wav"], "cannot write missing/a.wav: No such file or directory"),
        (["say", "Hi.", "-o", "."], "it is a folder"),
        (["say", "Hi.", "-o", "a.wav", "--voice", "nobody"], "unknown voice 'nobody'; available: heart, "),
        (["say", "Hi.", "-o", "a.wav", "--voice", "no\nbody"], "unknown voice"),
        (["say", "Hi.", "-o", "a.wav", "--lang", "fr"], "unknown language 'fr'"),
        (["say", "Hi.", "-o", "a.wav", "--speed", "nan"], "speed must be a number from 0.5 to 2.0"),
        (["say", "Hi.", "-o", "a.wav", "--speed", "inf"], "speed must be a number from 0.5 to 2.0"),
        (["say", "Hi.", "-o", "a.wav", "--pitch", "0"], "pitch must be a number from 0.5 to 2.0"),
        (["say", "Hi.", "-o", "a.wav", "--energy", "-1"], "energy must be a number from 0.25 to 4.0"),
        (["say", "Hi.", "-o", "a.wav", "--depth", "0"], "depth must be a whole number from 1 to 32"),
        (["say", "Hi.", "-o", "a.wav", "--depth", "33"], "depth must be a whole number from 1 to 32"),
        (["say", "Hi.", "-o", "a.wav", "--depth", "1.5"], "argument --depth: invalid int value: '1.5'"),
        (["say", "Hi.", "-o", "a.wav", "--seed", "-1"], "seed must be a whole number from 0"),
        (["say", "Hi.", "-o", "a.wav", "--loud"], "unrecognized arguments: --loud"),
        (["sing", "Hi."], "invalid choice: 'sing'"),
        ([], "required: COMMAND"),
        (["normalize"], "no text"),
        (["normalize", "Hi.", "--lang", "fr"], "unknown language 'fr'"),
        (["phonemize", "..."], "nothing to speak"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    arguments: list[str],
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert reason in error_line(capsys)
    assert os.listdir(tmp_path) == []


def test_invalid_utf8_on_stdin_is_located(tmp_path: Path) -> None:
    result = speak("say", "-", "-o", str(tmp_path / "a.wav"), text="One sentence. Sé".encode()[:-1])
    assert result.returncode == 2 and os.listdir(tmp_path) == []
    line = b"tts: error: standard input is not UTF-8: byte 0xc3 at offset 15 (unexpected end of data)\n"
    assert result.stderr == line


def test_nul_bytes_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.txt").write_bytes(b"Good\0 morning.")
    assert main(["say", "-f", str(tmp_path / "t.txt"), "-o", str(tmp_path / "a.wav")]) == 0
    assert soundfile.info(tmp_path / "a.wav").frames > 0


def test_unsupported_script_is_named_and_the_rest_spoken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "Hello 日本 and שלום there.", "-o", str(tmp_path / "a.wav")]) == 0
    warnings = capsys.readouterr().err.splitlines()
    assert len(warnings) == 2 and all(line.startswith("tts: warning: ") for line in warnings)
    assert (tmp_path / "a.wav").stat().st_size > 10_000


def test_existing_file_is_refused_before_any_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"precious")
    assert main(["say", "Hi.", "--voice", "nobody", "-o", str(path)]) == 2
    assert "exists already; --force" in error_line(capsys) and path.read_bytes() == b"precious"
    assert main(["say", "Hi.", "-o", str(path), "--force"]) == 0
    assert soundfile.info(path).frames > 0


def wait_for_sound(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    """Until there is some in the hidden file."""
    while not any(path.stat().st_size > 8192 for path in folder.iterdir()):
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.01)


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_stop_and_leave_nothing(number: signal.Signals, status: int, tmp_path: Path) -> None:
    with start("say", LONG, "-o", str(tmp_path / "a.wav")) as process:
        wait_for_sound(tmp_path, process)
        process.send_signal(number)
        assert process.wait() == status and process.stderr and process.stderr.read() == b""
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("command", [["say", "-o", "-"], ["normalize"]])
def test_a_reader_that_leaves_is_no_error(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(LONG * 20, "utf-8")
    with start(*command, "-f", str(tmp_path / "t.txt"), stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait() == 141


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("say - -o a.wav <&-", "cannot read standard input: it is closed"),
        ("say Hi. -o - >&-", "standard output is closed"),
        ("say Hi. -o - >/dev/full", "cannot write to standard output: No space left on device"),
        ("normalize Hi. >/dev/full", "standard output: No space left on device"),
    ],
)
def test_closed_and_full_standard_streams(command: str, reason: str, tmp_path: Path) -> None:
    if "/dev/full" in command and not Path("/dev/full").exists():
        pytest.skip("the system has no /dev/full")
    shell = ["sh", "-c", f'"{sys.executable}" -m tts {command}']
    result = subprocess.run(shell, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": ROOT})
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"tts: error: {reason}\n")
    assert os.listdir(tmp_path) == []


def test_sound_is_not_written_to_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main(["say", "Hi.", "-o", "-"]) == 2
    assert "standard output is a terminal" in error_line(capsys)


def test_no_audio_device_says_how_to_write_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["say", "Hi."]) == 2
    assert "-o speech.wav" in error_line(capsys)


def test_normalize(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", "Dr. Smith paid $3.50."]) == 0
    assert capsys.readouterr().out == "doctor Smith paid three dollars and fifty cents.\n"


def test_normalize_json_points_into_the_original(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Ada 12 buah, okay?"
    assert main(["normalize", text, "--json"]) == 0
    tokens = [token for line in capsys.readouterr().out.splitlines() for token in json.loads(line)["tokens"]]
    twelve = [token for token in tokens if token["text"] in ("dua", "belas")]
    assert len(twelve) == 2 and {text[slice(*token["char"])] for token in twelve} == {"12"}


def test_phonemize(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phonemize", "Hello [[wˈɜɹld]].", "--json"]) == 0
    segment = json.loads(capsys.readouterr().out)
    assert segment["words"][0]["phones"].startswith("h") and segment["words"][-1]["phones"] == "wˈɜɹld"
    assert main(["phonemize", "Hello [[wˈɜɹld]]."]) == 0
    assert capsys.readouterr().out == segment["phones"] + "\n"


def test_voices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["voices"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["heart", "michael", "dora", "alex"]
    assert main(["voices", "--json"]) == 0
    voices = {voice["name"]: voice for voice in json.loads(capsys.readouterr().out)}
    assert voices["heart"]["languages"][0] == "en" and voices["dora"]["languages"][0] == "ms"


def test_doctor_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)
    assert findings["self_test"]["result"] == "passed"
    assert findings["versions"]["python"] == sys.version.split()[0]
    assert main(["doctor"]) == 0 and "onnxruntime" in capsys.readouterr().out


def test_doctor_reports_damage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tts.synthesizer.data_dir", lambda: tmp_path)
    assert main(["doctor"]) == 1
    assert f"failed: no voice folder at {tmp_path}" in capsys.readouterr().out


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("tts 0.")
    assert main(["say", "--help"]) == 0
    shown = capsys.readouterr().out
    for option in ("--voice", "--lang", "--speed", "--pitch", "--energy", "--depth", "--seed", "-o", "--json", "-f"):
        assert option in shown


def test_defaults_are_those_of_the_synthesizer() -> None:
    from inspect import signature

    from tts.synthesizer import Synthesizer

    args = build_parser().parse_args(["say", "x"])
    parameters = signature(Synthesizer.stream).parameters
    for name in ("voice", "lang", "speed", "pitch", "energy", "depth", "seed"):
        assert getattr(args, name) == parameters[name].default, name


def test_one_line() -> None:
    assert one_line("a\n  b\x1b[31m\x00 é") == "a b\\x1b[31m\\x00 é"
