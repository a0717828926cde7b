"""The length regulator: phones laid out on 20 ms slots with fractional boundaries, for training and for speaking.

Ren et al. 2021, "FastSpeech 2" (arXiv 2006.04558), section 2.2. Differs: a frame of the codec (80 ms) holds several
phones, so repeating phones by whole frames would lose some; slots are finer than phones, and none can lose its slot.
Free of torch.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]


def lay_out(durations: Floats) -> Ints:
    """Slots of each phone: which phone is heard in each slot.

    A phone of at least one slot always holds the middle of one, so none is skipped and none comes twice.

    Args:
        durations: Float[N] in slots, at least 1 for phones that must be heard.

    Returns:
        Long[S], ascending phone indices.
    """
    ends = np.cumsum(durations.astype(np.float64))
    middles = np.arange(int(np.floor(ends[-1] + 0.5))) + 0.5
    return np.minimum(np.searchsorted(ends, middles, side="right"), len(durations) - 1)


def slot_features(durations: Floats, phones: Ints, first: int, count: int) -> Floats:
    """Where each slot lies in its phone.

    Args:
        durations: Float[N] in slots.
        phones: Long[S] from `lay_out`; slots beyond its end belong to the last phone.
        first, count: the slots wanted.

    Returns:
        Float[count, 4]: relative position, log length, slots since the phone's start, slots to its end (both squashed).
    """
    ends = np.cumsum(durations.astype(np.float64))
    at = np.arange(first, first + count)
    index = phones[np.minimum(at, len(phones) - 1)]
    since, until = at + 0.5 - (ends[index] - durations[index]), ends[index] - (at + 0.5)
    length = np.maximum(durations[index], 1e-3)
    columns = [np.clip(since / length, 0, 1), np.log(length), np.tanh(since / 4), np.tanh(until / 4)]
    return np.stack(columns, 1).astype(np.float32)
