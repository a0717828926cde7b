"""Duration, pitch and energy of each phone, as FastSpeech 2 predicts them.

Ren et al. 2021, "FastSpeech 2" (arXiv 2006.04558), section 2.3. Differs: pitch and energy are one value a phone, as in
FastPitch (Łańcucki 2021, arXiv 2006.06873), so that a user can set them per word. The length regulator is in
tts/acoustic/layout.py.
"""

from torch import Tensor, nn

from tts.acoustic.config import AcousticConfig
from tts.acoustic.encoder import Mixer


class Predictor(nn.Module):
    """A value for each phone: two mixers and a linear layer."""

    def __init__(self, width: int, outputs: int = 1) -> None:
        super().__init__()
        self.mixers = nn.ModuleList(Mixer(width, 5, 2, 0.3) for _ in range(2))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, outputs)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Float[B, N, D] → Float[B, N, outputs]."""
        for mixer in self.mixers:
            x = mixer(x, mask)
        return self.out(self.norm(x))


class VarianceAdaptor(nn.Module):
    """Predicts log durations (in slots), pitch and energy, and adds the last two to the hidden states."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.durations = Predictor(config.width)
        self.tone = Predictor(config.width, 2)
        self.embed = nn.Conv1d(2, config.width, 3, padding=1)

    def predict(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Log durations Float[B, N] and (pitch, energy) Float[B, N, 2], in standard deviations of the speaker's own."""
        return self.durations(hidden, mask).squeeze(2), self.tone(hidden, mask)

    def condition(self, hidden: Tensor, tone: Tensor) -> Tensor:
        """Hidden states that know their pitch and energy; tone: Float[B, N, 2]."""
        return hidden + self.embed(tone.transpose(1, 2)).transpose(1, 2)
