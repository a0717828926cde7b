"""Who is served first, and what a cancelled wait leaves behind."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest

from streaming.scheduler import Due, Scheduler, before, first


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))


class Gate:
    """Work that takes until it is let through."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.entered = threading.Event()

    def __call__(self) -> str:
        self.entered.set()
        assert self._open.wait(20)
        return "through"

    def open(self) -> None:
        self._open.set()


async def entered(gate: Gate) -> None:
    while not gate.entered.is_set():
        await asyncio.sleep(0.001)


def test_newcomers_first_then_who_runs_out_first() -> None:
    async def test() -> None:
        scheduler, gate, order = Scheduler(1), Gate(), list[str]()
        holding = asyncio.ensure_future(scheduler.run(first(0), gate))
        await entered(gate)
        dues: dict[str, Due] = {
            "rich": before(9.0), "poor": before(3.0), "late": first(8.0), "early": first(7.0), "poor too": before(3.0),
        }  # fmt: skip
        tasks = [asyncio.ensure_future(scheduler.run(due, partial(order.append, name))) for name, due in dues.items()]
        await asyncio.sleep(0)
        assert scheduler.waiting == 5
        gate.open()
        await asyncio.gather(holding, *tasks)
        assert order == ["early", "late", "poor", "poor too", "rich"]

    run(test)


def test_never_more_at_a_time_than_workers() -> None:
    async def test() -> None:
        scheduler, lock, busy, most = Scheduler(2), threading.Lock(), 0, 0

        def work() -> None:
            nonlocal busy, most
            with lock:
                busy += 1
                most = max(most, busy)
            threading.Event().wait(0.005)
            with lock:
                busy -= 1

        await asyncio.gather(*(scheduler.run(before(i), work) for i in range(20)))
        assert most == 2

    run(test)


def test_cancelled_while_waiting_it_never_runs() -> None:
    async def test() -> None:
        scheduler, gate, ran = Scheduler(1), Gate(), list[int]()
        holding = asyncio.ensure_future(scheduler.run(first(0), gate))
        await entered(gate)
        waiting = [asyncio.ensure_future(scheduler.run(before(i), lambda i=i: ran.append(i))) for i in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        gate.open()
        await holding
        await asyncio.gather(*waiting, return_exceptions=True)
        assert ran == [1, 2]
        assert await scheduler.run(first(1), lambda: "free") == "free"

    run(test)


def test_cancelled_while_running_its_worker_is_busy_until_it_is_through() -> None:
    async def test() -> None:
        scheduler, gate = Scheduler(1), Gate()
        gone = asyncio.ensure_future(scheduler.run(first(0), gate))
        await entered(gate)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        following = asyncio.ensure_future(scheduler.run(first(1), lambda: "next"))
        await asyncio.sleep(0.02)
        assert not following.done() and scheduler.waiting == 1
        gate.open()
        assert await following == "next"

    run(test)


def test_a_turn_that_comes_as_it_is_cancelled_is_passed_on() -> None:
    async def test() -> None:
        scheduler, gate = Scheduler(1), Gate()
        holding = asyncio.ensure_future(scheduler.run(first(0), gate))
        await entered(gate)
        waiting = asyncio.ensure_future(scheduler.run(first(1), lambda: "never"))
        await asyncio.sleep(0)
        gate.open()
        while scheduler.waiting:
            await asyncio.sleep(0)
        waiting.cancel()  # between its turn and its next step
        await asyncio.gather(holding, waiting, return_exceptions=True)
        assert waiting.cancelled()
        assert await scheduler.run(first(2), lambda: "free") == "free"

    run(test)


def test_an_error_reaches_who_asked_and_frees_the_worker() -> None:
    async def test() -> None:
        scheduler = Scheduler(1)
        with pytest.raises(ZeroDivisionError):
            await scheduler.run(first(0), lambda: 1 / 0)
        assert await scheduler.run(first(1), lambda: 1) == 1
        scheduler.close()
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await scheduler.run(first(2), lambda: 1)

    run(test)
