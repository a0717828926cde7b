"""The whole acoustic model: phones → hidden states → durations, pitch, energy → slots → frames → codes.

Everything before the slots sees the whole segment; everything after is causal with WARMUP_FRAMES of look-ahead over
slots, carries its state explicitly, and does not depend on how many frames are computed at a time.
"""

import torch
from torch import Tensor, nn

from codec.layers import Stack, fold
from tts.acoustic.config import SLOT_FEATURES, SLOTS_PER_FRAME, AcousticConfig
from tts.acoustic.depth import DepthDecoder
from tts.acoustic.encoder import PhoneEncoder
from tts.acoustic.variance import VarianceAdaptor

SLOT_TARGETS = 42  # 40 mel bands, pitch, voicing: what the 50 Hz layers are also asked for in training


class AcousticModel(nn.Module):
    """FastSpeech 2 with a causal frame decoder and a depth-wise code decoder."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = PhoneEncoder(config)
        self.variance = VarianceAdaptor(config)
        self.voice = nn.Embedding(config.speakers, config.slot_width)
        self.enter = nn.Linear(config.width + SLOT_FEATURES, config.slot_width)
        self.slots = Stack(config.slot_layers, config.slot_width)
        self.hear = nn.Linear(config.slot_width, SLOT_TARGETS)
        self.join = nn.Linear(SLOTS_PER_FRAME * config.slot_width, config.frame_width)
        self.frames = Stack(config.frame_layers, config.frame_width, 5)
        self.norm = nn.LayerNorm(config.frame_width)
        self.depth = DepthDecoder(config)

    def state(self, batch: int) -> list[Tensor]:
        """Before the first slot."""
        return [self.slots.state(batch), self.frames.state(batch)]

    def decode(
        self, hidden: Tensor, where: Tensor, speaker: Tensor, states: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Frames of a run of slots.

        Args:
            hidden: Float[B, 4 * T, width], the conditioned hidden state of each slot's phone.
            where: Float[B, 4 * T, 4] from `slot_features`.
            speaker: Long[B].
            states: from `state` or the last call.

        Returns:
            frames Float[B, T, frame_width], which trail the slots by WARMUP_FRAMES; slot features for training; states.
        """
        x = self.enter(torch.cat([hidden, where.to(hidden.dtype)], 2)) + self.voice(speaker)[:, None, :]
        x, slots = self.slots(x, states[0])
        y, frames = self.frames(self.join(fold(x, SLOTS_PER_FRAME)), states[1])
        return self.norm(y), x, [slots, frames]
