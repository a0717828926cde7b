"""The length regulator: every phone of a slot or more is heard once, in order; features of a window are a slice."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.acoustic.config import SLOT_FEATURES
from tts.acoustic.layout import lay_out, slot_features

heard = st.lists(st.floats(1.0, 40.0, width=32), min_size=1, max_size=40)
lead = st.floats(0.0078125, 2.0, width=32)  # of the start symbol, which may be shorter than a slot


def floats(values: list[float]) -> npt.NDArray[np.float32]:
    return np.array(values, np.float32)


@given(lead, heard)
@settings(max_examples=300, deadline=None)
def test_no_phone_is_skipped_repeated_or_reordered(first: float, rest: list[float]) -> None:
    layout = lay_out(floats([first, *rest]))
    steps = np.diff(layout)
    assert set(layout) >= set(range(1, len(rest) + 1))
    assert ((steps == 0) | (steps == 1)).all()
    assert layout[0] in (0, 1)
    assert len(layout) == pytest.approx(first + sum(rest), abs=0.51)


@given(lead, heard)
@settings(max_examples=100, deadline=None)
def test_each_phone_gets_its_duration_to_a_slot(first: float, rest: list[float]) -> None:
    counts = np.bincount(lay_out(floats([first, *rest])), minlength=len(rest) + 1)
    assert np.abs(counts - floats([first, *rest])).max() <= 1


def test_boundaries_are_where_the_middles_of_slots_fall() -> None:
    assert lay_out(floats([0.4, 1.0, 2.25, 1.0])).tolist() == [1, 2, 2, 2, 3]
    assert lay_out(floats([0.5, 1.0, 1.0])).tolist() == [1, 2, 2]  # a boundary in the middle opens the next phone
    assert lay_out(floats([0.6, 1.0, 1.0])).tolist() == [0, 1, 2]
    assert lay_out(floats([2.0, 1.0, 3.0])).tolist() == [0, 0, 1, 2, 2, 2]


@given(lead, heard, st.integers(0, 30), st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_features_of_a_window_are_a_slice_of_the_whole(first: float, rest: list[float], start: int, count: int) -> None:
    durations = floats([first, *rest])
    layout = lay_out(durations)
    whole = slot_features(durations, layout, 0, len(layout) + 60)
    assert np.array_equal(slot_features(durations, layout, start, count), whole[start : start + count])
    assert whole.dtype == np.float32
    assert whole.shape[1] == SLOT_FEATURES
    assert np.isfinite(whole).all()


def test_features_say_where_a_slot_lies() -> None:
    durations = floats([1.0, 4.0, 2.0])
    position, length, since, until = slot_features(durations, lay_out(durations), 1, 4).T
    assert position == pytest.approx([0.125, 0.375, 0.625, 0.875])
    assert length == pytest.approx([np.log(4)] * 4)
    assert since == pytest.approx(np.tanh(np.array([0.5, 1.5, 2.5, 3.5]) / 4))
    assert until == pytest.approx(since[::-1])


def test_slots_past_the_end_belong_to_the_last_phone() -> None:
    durations = floats([1.0, 2.0])
    layout = lay_out(durations)
    position, length, _, until = slot_features(durations, layout, len(layout), 3).T
    assert position.tolist() == [1.0] * 3
    assert length == pytest.approx([np.log(2)] * 3)
    assert (until < 0).all()
