"""Playback: the queue between the voice and the device, and what happens where there is no device."""

import sys
import threading
import time

import numpy as np
import pytest

from tts import playback
from tts.errors import OutputError
from tts.playback import Player, Queue


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
    with pytest.raises(OutputError, match="^cannot play sound .*; write a file instead: tts say .* -o speech.wav$"):
        Player()
