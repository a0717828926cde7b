"""`tts doctor`: what is installed, what it finds on this machine, and whether it can speak."""

import argparse
import importlib.metadata
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

from tts import __version__
from tts.errors import TtsError

SELF_TEST = "The quick check says hello. Selamat pagi, semua!"
PACKAGES = ("numpy", "onnxruntime", "soundfile", "sounddevice")
FAILED = 1


def run(args: argparse.Namespace) -> int:
    """Print the findings; status 1 if the self-test fails."""
    findings = {
        "versions": versions(),
        "cpu": cpu(),
        "data": data(),
        "audio": audio(),
        "self_test": self_test(),
    }
    if args.json:
        print(json.dumps(findings, ensure_ascii=False, indent=2))
    else:
        for title, facts in findings.items():
            print(title.replace("_", " "))
            for name, value in facts.items():
                print(f"  {name:<22} {value}")
    return 0 if findings["self_test"]["result"] == "passed" else FAILED


def versions() -> dict[str, str]:
    """Of this package, the interpreter, the system and the dependencies."""
    found = {"tts": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    try:
        import soundfile

        found["libsndfile"] = soundfile.__libsndfile_version__
    except (ImportError, OSError) as error:
        found["libsndfile"] = f"does not load: {error}"
    return found


def cpu() -> dict[str, Any]:
    """Cores there are, and cores this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"machine": platform.machine(), "cores": os.cpu_count(), "usable cores": usable}


def data() -> dict[str, Any]:
    """Where the weights and lexicons are, and how large."""
    from tts.config import data_dir

    try:
        folder = data_dir()
    except TtsError as error:
        return {"folder": str(error)}
    found: dict[str, Any] = {"folder": str(folder)}
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        found[part.name] = f"{folder_bytes(part) / 1e6:.2f} MB"
    return found


def folder_bytes(folder: Path) -> int:
    """Size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def audio() -> dict[str, Any]:
    """Output devices, the default one first."""
    from tts.playback import load_sounddevice

    try:
        sounddevice = load_sounddevice()
        devices = [device for device in sounddevice.query_devices() if device["max_output_channels"] > 0]
        default = sounddevice.default.device[1]
    except TtsError as error:
        return {"default output": f"none: {error}"}
    except Exception as error:  # PortAudio's own error class cannot be named before PortAudio is loaded
        return {"default output": f"none: {error}"}
    names = {device["index"]: device["name"] for device in devices}
    return {"default output": names.pop(default, "none"), "other outputs": ", ".join(names.values()) or "none"}


def self_test() -> dict[str, Any]:
    """Loads the embedded voices and speaks a sentence with the first."""
    began = time.perf_counter()
    try:
        from tts.synthesizer import Synthesizer

        synth = Synthesizer.load()
        loaded = time.perf_counter()
        first, samples, loudest = 0.0, 0, 0.0
        for block in synth.stream(SELF_TEST):
            first = first or time.perf_counter() - loaded
            samples += len(block.samples)
            loudest = max(loudest, float(abs(block.samples).max(initial=0.0)))
    except TtsError as error:
        return {"result": f"failed: {error}"}
    except Exception as error:  # whatever is broken in the installation is the finding
        return {"result": f"failed: {type(error).__name__}: {error}"}
    spent = time.perf_counter() - loaded
    audio_s = samples / 24_000
    return {
        "voices": ", ".join(voice.name for voice in synth.voices),
        "import and load": f"{loaded - began:.3f} s",
        "first block": f"{1000 * first:.1f} ms",
        "spoken": f"{audio_s:.2f} s in {spent:.3f} s, real-time factor {spent / audio_s:.3f}",
        "result": "passed" if loudest > 0.01 else "failed: the sound is silent",
    }
