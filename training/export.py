"""Write the codec and a voice as ONNX graphs with explicit state: `python -m training.export WORK data`.

Each graph is run against the torch model it came from, in float32, before its weights are rounded to int8; a folder
appears whole or not at all.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from codec.decoder import BINS, WINDOW, Decoder
from codec.encoder import FINE_BINS, WINDOWS, Encoder
from codec.runtime import open_session
from codec.rvq import ResidualVQ
from codec.spec import FRAME_SIZE, NUM_CODEBOOKS
from training.graphs import Basis, shrink, trace
from tts.acoustic.config import SLOT_FEATURES, SLOTS_PER_FRAME, AcousticConfig
from tts.acoustic.depth import LevelWeights
from tts.acoustic.model import AcousticModel
from tts.errors import CheckpointError
from tts.symbols import INVENTORY
from tts.voice import CARD_FORMAT

CHANCE = 0.3  # of a level's spread; not heard, but seeds differ
FIRST_CHANCE_LEVEL = 4
PARITY = 1e-3  # largest difference of torch and ONNX, relative to the largest value: float32 through some 30 layers
BASES = (
    Basis(WINDOW, BINS),
    Basis(WINDOW, BINS, inverse=True),
    Basis(WINDOWS[0], WINDOWS[0] // 2 + 1),
    Basis(WINDOWS[1], FINE_BINS),
)


class PhonesGraph(nn.Module):
    """Phones, with the user's shifts of pitch and energy, to conditioned hidden states and log durations."""

    def __init__(self, model: AcousticModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, phones: Tensor, langs: Tensor, speaker: Tensor, shift: Tensor) -> tuple[Tensor, Tensor]:
        mask = torch.ones_like(phones, dtype=torch.bool)
        hidden = self.model.encoder(phones, langs, speaker, mask)
        durations, tone = self.model.variance.predict(hidden, mask)
        return self.model.variance.condition(hidden, tone + shift), durations


class FramesGraph(nn.Module):
    """Slots to codes and to the latent at every depth; codebooks are inputs, one a level, since the codec owns them."""

    def __init__(self, model: AcousticModel) -> None:
        super().__init__()
        self.model = model
        with torch.no_grad():
            own = [LevelWeights(w.below.clone(), w.correct.clone()) for w in model.depth.weights()]
        self.weights = own

    def forward(
        self, hidden: Tensor, where: Tensor, speaker: Tensor, noise: Tensor, slots: Tensor, frames: Tensor,
        *levels: Tensor,
    ) -> tuple[Tensor, ...]:
        y, _, states = self.model.decode(hidden, where, speaker, [slots, frames])
        codebooks, norms = levels[:NUM_CODEBOOKS], levels[NUM_CODEBOOKS:]
        codes, sums = self.model.depth.choose(y[0], noise, codebooks, norms, self.weights)
        return codes, sums, *states


class StreamGraph(nn.Module):
    """A streaming module `forward(x, states) -> (y, states)` with its states spelt out."""

    def __init__(self, model: Encoder | Decoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        y, after = self.model(x, list(states))
        return y, *after


def check(path: Path, module: nn.Module, inputs: dict[str, Tensor], outputs: list[str]) -> None:
    """Run a graph and its module on the same inputs.

    Raises:
        CheckpointError: an output differs by more than PARITY.
    """
    with torch.no_grad():
        expected = module(*inputs.values())
    found = open_session(path).run(outputs, {name: value.numpy() for name, value in inputs.items()})
    for name, a, b in zip(outputs, expected, found, strict=True):
        scale = max(float(a.abs().max()), 1e-3)
        error = float(np.abs(a.numpy().astype(np.float64) - b).max()) / scale if b.size else 0.0
        if not error <= PARITY:  # a NaN is an error too
            found_error = f"differs from torch by {error:.1e} of its range, allowed {PARITY:.0e}"
            raise CheckpointError(f"{path.name}: output {name} {found_error}")


def stream_inputs(name: str, x: Tensor, states: list[Tensor]) -> dict[str, Tensor]:
    """Named inputs of a stream graph."""
    return {name: x, **{f"state{i}": state for i, state in enumerate(states)}}


def export_graph(
    module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], dynamic: dict[str, dict[int, str]], path: Path
) -> None:
    """Trace, check and shrink one graph."""
    trace(module, inputs, outputs, dynamic, path)
    check(path, module.eval(), inputs, outputs)
    shrink(path, BASES)
    open_session(path)


def export_codec(work: Path, folder: Path) -> None:
    """Write `codec.json`, `codebooks.npz`, `encoder.onnx`, `decoder.onnx` into `folder`."""
    torch.manual_seed(0)
    analysis = torch.load(work / "analysis.pt")
    encoder, decoder, rvq = Encoder(), Decoder(), ResidualVQ(64)
    encoder.load_state_dict(analysis["encoder"])
    rvq.load_state_dict(analysis["rvq"])
    saved = torch.load(work / "decoder.pt")
    decoder.load_state_dict(saved["average"])
    latent = analysis["rvq"]["codebooks"][:, :7].sum(0)[None]
    for name, model, x in (("encoder", encoder, torch.randn(1, 2 * FRAME_SIZE) * 0.1), ("decoder", decoder, latent)):
        states = model.state(1)
        given, made = ("wav", "latent") if name == "encoder" else ("latent", "wave")
        outputs = [made, *(f"next_state{i}" for i in range(len(states)))]
        axes = {given: {1: "given"}, made: {1: "made"}}
        export_graph(StreamGraph(model), stream_inputs(given, x, states), outputs, axes, folder / f"{name}.onnx")
    steps = np.array(analysis["steps"], np.float32)
    entries = np.round(analysis["rvq"]["codebooks"].numpy() / steps[:, None, None]).astype(np.int8)
    np.savez_compressed(folder / "codebooks.npz", entries=entries, steps=steps)
    with torch.no_grad():
        quiet, _ = encoder(torch.zeros(1, 16 * FRAME_SIZE), encoder.state(1))
    silence = rvq.encode(quiet)[0, :, -1].tolist()
    trained = {"steps_trained": saved["step"], "minutes_trained": round(saved["minutes"], 1)}
    card = {"name": "embedded-1", "silence": silence, **trained}
    write_card(folder / "codec.json", card)


def export_voice(work: Path, folder: Path, speakers: dict[str, dict[str, Any]]) -> None:
    """Write `voice.json`, `encoder.onnx`, `frames.onnx` into `folder`."""
    torch.manual_seed(0)
    saved = torch.load(work / "acoustic.pt")
    model = AcousticModel(AcousticConfig(**saved["config"]))
    model.load_state_dict(saved["average"])
    model.eval()
    phones = torch.randint(1, len(INVENTORY), (1, 23))
    inputs = {"phones": phones, "langs": phones % 2, "speaker": torch.tensor([1]), "shift": torch.zeros(1, 23, 2)}
    axes = {name: {1: "phones"} for name in ("phones", "langs", "shift", "hidden", "durations")}
    export_graph(PhonesGraph(model), inputs, ["hidden", "durations"], axes, folder / "encoder.onnx")
    books = torch.load(work / "analysis.pt")["rvq"]["codebooks"]
    frames, config = 3, model.config
    states = model.state(1)
    inputs = {
        "hidden": torch.randn(1, frames * SLOTS_PER_FRAME, config.width),
        "where": torch.rand(1, frames * SLOTS_PER_FRAME, SLOT_FEATURES),
        "speaker": torch.tensor([1]), "noise": torch.zeros(frames, NUM_CODEBOOKS, config.latent),
        "state0": states[0], "state1": states[1],
        **{f"book{level}": book for level, book in enumerate(books)},
        **{f"norm{level}": norm for level, norm in enumerate(0.5 * books.square().sum(2))},
    }
    axes = {name: {1: "slots"} for name in ("hidden", "where")}
    axes |= {name: {0: "frames"} for name in ("noise", "codes", "sums")}
    outputs = ["codes", "sums", "next_state0", "next_state1"]
    export_graph(FramesGraph(model), inputs, outputs, axes, folder / "frames.onnx")
    entries = []
    for name, (pitch, pitch_spread, energy, energy_spread) in saved["stats"].items():
        entries.append({"name": name, **speakers[name], "pitch_mean": pitch, "pitch_spread": pitch_spread,
                        "energy_mean": energy, "energy_spread": energy_spread})
    card = {"symbols": INVENTORY, "codec": "embedded-1", "temperature": temperature(books), "speakers": entries,
            "steps_trained": saved["step"], "minutes_trained": round(saved["minutes"], 1)}
    write_card(folder / "voice.json", card)


def temperature(books: Tensor) -> list[float]:
    """How much of each level is left to chance, in units of its entries: nothing at the levels that carry the words."""
    spread = books.square().mean((1, 2)).sqrt() * CHANCE
    return [round(float(value), 5) if level >= FIRST_CHANCE_LEVEL else 0.0 for level, value in enumerate(spread)]


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write a card with the sizes and SHA-256 sums of the files beside it."""
    files = {}
    for file in sorted(path.parent.iterdir()):
        content = file.read_bytes()
        files[file.name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    text = json.dumps({"format": CARD_FORMAT, **card, "files": files}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")


def whole(target: Path, fill: Callable[[Path], None]) -> None:
    """Fill a new folder and put it in the place of `target` once it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        fresh = Path(temporary) / "fresh"
        fresh.mkdir()
        fill(fresh)
        old = Path(temporary) / "old"
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise


EMBEDDED_SPEAKERS: dict[str, dict[str, Any]] = {
    "heart": {"languages": ["en", "ms"], "description": "woman, American English; warm"},
    "michael": {"languages": ["en", "ms"], "description": "man, American English; low"},
    "dora": {"languages": ["ms", "en"], "description": "woman, Malay, also English"},
    "alex": {"languages": ["ms", "en"], "description": "man, Malay, also English"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path, help="the data folder")
    args = parser.parse_args()
    whole(args.out / "codec/embedded", lambda folder: export_codec(args.work, folder))
    whole(args.out / "voices/embedded", lambda folder: export_voice(args.work, folder, EMBEDDED_SPEAKERS))


if __name__ == "__main__":
    main()
