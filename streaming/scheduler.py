"""Shares a few worker threads among many utterances, one block at a time: whoever is nearest to silence goes first."""

import asyncio
import heapq
import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Due:
    """How urgent a block is: first blocks by arrival, then all others by when their listener runs out of sound."""

    later: bool
    time_s: float


def first(time_s: float) -> Due:
    """A first block of an utterance that came at `time_s`."""
    return Due(False, time_s)


def before(time_s: float) -> Due:
    """A block of a listener who runs out of sound at `time_s`."""
    return Due(True, time_s)


@dataclass(order=True)
class _Waiter:
    due: Due
    number: int
    turn: "asyncio.Future[None]" = field(compare=False)


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Scheduler:
    """Runs work in threads, never more at a time than there are workers; for one event loop."""

    def __init__(self, workers: int | None = None) -> None:
        """Starts no thread yet.

        Args:
            workers: at least 1, or None for the number of cores.
        """
        self.workers = workers or cores()
        self._pool = ThreadPoolExecutor(self.workers, "speech")
        self._free = self.workers
        self._waiting: list[_Waiter] = []
        self._numbers = itertools.count()

    @property
    def waiting(self) -> int:
        """Blocks asked for that have no worker yet."""
        return sum(not waiter.turn.done() for waiter in self._waiting)

    async def run(self, due: Due, work: Callable[[], T]) -> T:
        """The result of `work`, done in a thread when its turn comes.

        Cancelled while it waits, it never runs; cancelled while it runs, its result is dropped, and the worker is
        counted as busy until it is through.
        """
        await self._turn(due)
        try:
            running = asyncio.get_running_loop().run_in_executor(self._pool, work)
        except BaseException:
            self._release()
            raise
        running.add_done_callback(self._done)
        return await asyncio.shield(running)

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _turn(self, due: Due) -> None:
        if self._free:
            self._free -= 1
            return
        waiter = _Waiter(due, next(self._numbers), asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiting, waiter)
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled():
                self._release()  # the turn came and was not taken
            raise

    def _done(self, running: "asyncio.Future[T]") -> None:
        if not running.cancelled():
            running.exception()  # whoever asked may have left: asyncio must not complain that nobody looked
        self._release()

    def _release(self) -> None:
        while self._waiting:
            waiter = heapq.heappop(self._waiting)
            if not waiter.turn.done():
                waiter.turn.set_result(None)
                return
        self._free += 1
