"""Sizes of the acoustic model, free of torch so that the runtime can read them too."""

from dataclasses import dataclass

SLOT_SAMPLES = 480  # 20 ms: phones are shorter than the codec's 80 ms frames, so they are laid out on a finer grid
SLOTS_PER_FRAME = 4
WARMUP_FRAMES = 2  # frames of slots the decoder sees ahead; phones are known, so this costs arithmetic, not waiting
SLOT_FEATURES = 4


@dataclass(frozen=True)
class AcousticConfig:
    """Sizes of one acoustic model.

    Attributes:
        symbols: inventory size; speakers, languages: how many of each.
        width: of phones; layers: FFT blocks; heads: of attention.
        slot_width, slot_layers: decoder at 50 Hz; frame_width, frame_layers: decoder at 12.5 Hz.
        latent: of the codec; level_width: hidden width of each level of the depth-wise decoder.
    """

    symbols: int
    speakers: int
    languages: int = 2
    width: int = 256
    layers: int = 4
    heads: int = 4
    slot_width: int = 384
    slot_layers: int = 4
    frame_width: int = 512
    frame_layers: int = 3
    latent: int = 64
    level_width: int = 64
