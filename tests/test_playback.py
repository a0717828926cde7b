"""Playback: the queue between the voice and the device, and what happens where there is no device."""

import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tts import playback
from tts.audio_formats import to_int16
from tts.errors import OutputError
from tts.playback import Player, Queue, open_player


class Loudspeaker:
    """A device that plays into a list, in its own thread, in pieces of `size` samples as fast as they come."""

    def __init__(self, queue: Queue, size: int = 441) -> None:
        self.queue, self.size = queue, size
        self.heard: list[np.ndarray] = []
        self.log: list[str] = []
        self._thread = threading.Thread(target=self._play)
        self._stopping = threading.Event()

    def _play(self) -> None:
        more = True
        while more and not self._stopping.is_set():
            piece = np.full(self.size, np.nan, np.float32)
            more = self.queue.fill(piece)
            self.heard.append(piece)
            time.sleep(0.0001)

    def start(self) -> None:
        self.log.append("start")
        self._thread.start()

    def stop(self) -> None:
        self.log.append("stop")
        self._thread.join()

    def abort(self) -> None:
        self.log.append("abort")
        self._stopping.set()
        self._thread.join()

    def close(self) -> None:
        self.log.append("close")


def open_loudspeaker() -> tuple[Player, Loudspeaker]:
    made: list[Loudspeaker] = []

    def open_device(queue: Queue) -> Loudspeaker:
        made.append(Loudspeaker(queue))
        return made[0]

    return Player(open_device), made[0]


def test_everything_is_heard_once_in_order() -> None:
    samples = np.arange(1, 20_001, dtype=np.float32)
    player, device = open_loudspeaker()
    with player:
        for start in range(0, len(samples), 1920):
            player.write(samples[start : start + 1920])
    heard = np.concatenate(device.heard)
    assert np.array_equal(heard[heard != 0], samples)
    assert device.log == ["start", "stop", "close"]


def test_device_starts_with_the_first_block() -> None:
    player, device = open_loudspeaker()
    with player:
        assert device.log == []
        player.write(np.ones(1920, np.float32))
        assert device.log == ["start"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ValueError])
def test_failure_stops_at_once(failure: type[BaseException]) -> None:
    player, device = open_loudspeaker()
    with pytest.raises(failure), player:
        player.write(np.ones(1920, np.float32))
        raise failure
    assert device.log == ["start", "abort", "close"]


def test_failure_before_the_first_block() -> None:
    player, device = open_loudspeaker()
    with pytest.raises(ValueError), player:
        raise ValueError
    assert device.log == ["close"]


def test_queue_is_bounded() -> None:
    queue, block = Queue(), np.ones(24_000, np.float32)
    passed = []

    def make() -> None:
        for i in range(20):
            queue.put(block)
            passed.append(i)

    maker = threading.Thread(target=make)
    maker.start()
    while len(passed) < playback.AHEAD_S:
        time.sleep(0.001)
    time.sleep(0.05)
    assert len(passed) <= playback.AHEAD_S + 1
    out = np.empty(24_000, np.float32)
    while maker.is_alive():
        queue.fill(out)
    maker.join()
    assert len(passed) == 20


def test_late_blocks_are_bridged_with_silence() -> None:
    queue, out = Queue(), np.full(6, np.nan, np.float32)
    queue.put(np.ones(4, np.float32))
    assert queue.fill(out) and out.tolist() == [1, 1, 1, 1, 0, 0]
    assert queue.fill(out) and not out.any()
    queue.put(np.ones(6, np.float32))
    queue.end()
    assert not queue.fill(out) and out.all()


def test_no_sound_system_says_how_to_write_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(OutputError, match="^cannot play sound .*; write a file instead: tts say .* -o speech.wav$"):
        open_player()


def install_player(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program `aplay` of our own, on a machine without PortAudio."""
    program = folder / "aplay"
    program.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setitem(sys.modules, "sounddevice", None)


posix = pytest.mark.skipif(os.name != "posix", reason="player programs are a matter of Linux")


@posix
def test_player_program_hears_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = tmp_path / "heard"
    install_player(tmp_path, f"open({str(heard)!r}, 'wb').write(sys.stdin.buffer.read())", monkeypatch)
    samples = np.linspace(-1, 1, 100_000, dtype=np.float32)
    with open_player() as player:
        player.write(samples[:1920])
        player.write(samples[1920:])
    assert heard.read_bytes() == to_int16(samples).tobytes()


@posix
def test_player_program_without_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_player(tmp_path, "sys.exit('no card')", monkeypatch)
    with pytest.raises(OutputError, match=r"no audio device to play on \(aplay: no card\); write a file"):
        with open_player() as player:
            for _ in range(100):
                player.write(np.zeros(24_000, np.float32))


@posix
def test_player_program_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_player(tmp_path, "import time; time.sleep(600)", monkeypatch)
    with pytest.raises(KeyboardInterrupt), open_player() as player:
        player.write(np.zeros(1920, np.float32))
        raise KeyboardInterrupt
