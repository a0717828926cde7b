"""Export: torch and ONNX speak the same numbers, a fault stops it, a folder is the old one or the new one, whole."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from codec.decoder import BINS, Decoder
from codec.encoder import Encoder
from codec.runtime import Codec, StatefulGraph, open_session
from codec.spec import FRAME_SIZE, NUM_CODEBOOKS
from training.export import EMBEDDED_SPEAKERS, StreamGraph, check, export_graph, export_voice, stream_inputs, whole
from training.graphs import trace
from tts.acoustic.config import SLOTS_PER_FRAME, WARMUP_FRAMES, AcousticConfig
from tts.acoustic.layout import slot_features
from tts.acoustic.model import AcousticModel
from tts.config import data_dir
from tts.errors import CheckpointError
from tts.symbols import INVENTORY
from tts.text.types import Prosody, Segment
from tts.voice import Voice

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch: of the exporter that traces
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]
Floats = npt.NDArray[np.float32]
PHONES = "həlˈO wˈɜɹld."


class Sum(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.linear(x), x.sum(1)


def traced(path: Path) -> tuple[Sum, dict[str, Tensor]]:
    torch.manual_seed(0)
    module, inputs = Sum().eval(), {"x": torch.randn(3, 8)}
    trace(module, inputs, ["made", "total"], {"x": {0: "n"}}, path)
    return module, inputs


def test_a_graph_of_the_same_numbers_passes(tmp_path: Path) -> None:
    module, inputs = traced(tmp_path / "sum.onnx")
    check(tmp_path / "sum.onnx", module, inputs, ["made", "total"])


@pytest.mark.parametrize("fault", [1.01, np.nan])
def test_a_graph_of_other_numbers_does_not(tmp_path: Path, fault: float) -> None:
    path = tmp_path / "sum.onnx"
    module, inputs = traced(path)
    model = onnx.load(path)
    weight = next(t for t in model.graph.initializer if t.dims[:] in ([4, 8], [8, 4]))
    weight.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weight) * np.float32(fault), weight.name))
    onnx.save(model, path)
    with pytest.raises(CheckpointError, match=r"sum\.onnx: output made differs from torch by .* allowed 1e-03"):
        check(path, module, inputs, ["made", "total"])


def stream(graph: StatefulGraph, name: str, x: Floats, size: int, made: str) -> Floats:
    states = graph.start()
    parts = [graph.step({name: x[:, i : i + size]}, states)[made] for i in range(0, x.shape[1], size)]
    return np.concatenate(parts, 1)


def exported(model: Encoder | Decoder, given: str, made: str, x: Tensor, path: Path) -> StatefulGraph:
    states = model.state(1)
    outputs = [made, *(f"next_state{i}" for i in range(len(states)))]
    axes = {given: {1: "given"}, made: {1: "made"}}
    export_graph(StreamGraph(model), stream_inputs(given, x, states), outputs, axes, path)
    return StatefulGraph(open_session(path))


def test_a_streaming_encoder_in_onnx_is_the_one_in_torch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Encoder(latent=16, width=32, deep=64).eval()
    wav = 0.1 * torch.randn(1, 6 * FRAME_SIZE)
    graph = exported(model, "wav", "latent", wav[:, : 2 * FRAME_SIZE], tmp_path / "encoder.onnx")
    with torch.no_grad():
        wanted = model(wav, model.state(1))[0].numpy()
    for frames in (1, 2, 6):
        found = stream(graph, "wav", wav.numpy(), frames * FRAME_SIZE, "latent")
        assert np.abs(found - wanted).max() < 0.03 * np.abs(wanted).max()  # int8 weights
    louder = stream(graph, "wav", 2 * wav.numpy(), FRAME_SIZE, "latent")
    assert np.abs(louder - wanted).max() > 0.05 * np.abs(wanted).max()


def test_a_streaming_decoder_in_onnx_is_the_one_in_torch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Decoder(latent=16, deep=64, width=32).eval()
    with torch.no_grad():
        # voiced all along, for voicing is a step that rounding may tip; high, for harmonics multiply what a phase loses
        model.voice.bias.copy_(torch.tensor([3.0, 5.0]))
        model.voice.weight.mul_(0.1)
    latent = torch.randn(1, 7, 16)
    graph = exported(model, "latent", "wave", latent, tmp_path / "decoder.onnx")
    with torch.no_grad():
        wanted = model(latent, model.state(1))[0].numpy()
    errors = [np.abs(stream(graph, "latent", latent.numpy(), size, "wave") - wanted).max() for size in (1, 3, 7)]
    assert max(errors) < 0.15 * np.abs(wanted).max()  # int8 weights, whose pitch drifts by a few hundredths of a cycle
    changed = stream(graph, "latent", latent.flip(1).contiguous().numpy(), 1, "wave")
    assert np.abs(changed - wanted).max() > 0.3 * np.abs(wanted).max()
    basis = {tuple(t.dims) for t in onnx.load(tmp_path / "decoder.onnx").graph.initializer}
    assert (2 * (BINS - 1), 2 * BINS) not in basis


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec(data_dir() / "codec" / "embedded")


@pytest.fixture(scope="module")
def model(codec: Codec) -> AcousticModel:
    """A small one on the embedded codec's codebooks, with corrections that matter."""
    torch.manual_seed(0)
    config = AcousticConfig(
        symbols=len(INVENTORY), speakers=4, width=64, layers=1, slot_width=64, slot_layers=1, frame_width=64,
        frame_layers=1, latent=codec.codebooks.entries.shape[2], level_width=16,
    )  # fmt: skip
    made = AcousticModel(config).eval()
    with torch.no_grad():
        made.depth.correct.normal_(0, 0.1)
        made.variance.durations.out.bias.fill_(1.5)
    return made


@pytest.fixture(scope="module")
def voice(model: AcousticModel, codec: Codec, tmp_path_factory: pytest.TempPathFactory) -> Voice:
    """That model through a whole export."""
    work = tmp_path_factory.mktemp("work")
    saved = {
        "config": asdict(model.config), "average": model.state_dict(), "step": 7, "minutes": 1.23,
        "stats": {name: [5.0, 0.2, -8.0, 1.0] for name in EMBEDDED_SPEAKERS},
    }  # fmt: skip
    torch.save(saved, work / "acoustic.pt")
    torch.save({"rvq": {"codebooks": torch.from_numpy(codec.codebooks.entries)}}, work / "analysis.pt")
    (work / "voice").mkdir()
    export_voice(work, work / "voice", EMBEDDED_SPEAKERS)
    return Voice(work / "voice", codec)


def test_an_exported_voice_has_its_card(voice: Voice) -> None:
    assert [speaker.name for speaker in voice.speakers] == list(EMBEDDED_SPEAKERS)
    assert voice.card["symbols"] == INVENTORY
    assert voice.card["steps_trained"] == 7
    for name, entry in voice.card["files"].items():
        content = (voice.folder / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert set(voice.card["files"]) == {"encoder.onnx", "frames.onnx"}


def test_an_exported_voice_plans_and_speaks_as_torch_does(voice: Voice, model: AcousticModel, codec: Codec) -> None:
    count = len(PHONES)
    plan = voice.plan(Segment(PHONES, ("en",) * count, (), (), (Prosody(),) * count), 2)
    ids = torch.tensor([[0, *(INVENTORY.index(phone) for phone in PHONES), 0]])
    mask, speaker = torch.ones_like(ids, dtype=torch.bool), torch.tensor([2])
    with torch.no_grad():
        hidden = model.encoder(ids, torch.zeros_like(ids), speaker, mask)
        durations, tone = model.variance.predict(hidden, mask)
        hidden = model.variance.condition(hidden, tone)[0].numpy()
    assert np.abs(plan.hidden - hidden).max() < 0.05 * np.abs(hidden).max()  # int8 weights
    assert np.abs(plan.durations[1:] - np.maximum(np.exp(durations[0, 1:].numpy()), 1)).max() < 0.3

    slots = (plan.frames + WARMUP_FRAMES) * SLOTS_PER_FRAME
    index = plan.layout[np.minimum(np.arange(slots), len(plan.layout) - 1)]
    where = torch.from_numpy(slot_features(plan.durations, plan.layout, 0, slots))[None]
    with torch.no_grad():
        frames = model.decode(torch.from_numpy(plan.hidden)[None, index], where, speaker, model.state(1))[0]
        wanted = model.depth.regress(frames[0, WARMUP_FRAMES:]).numpy()
    runs = list(voice.speak(plan, NUM_CODEBOOKS, np.random.default_rng(0)))
    found = np.concatenate([run.latents for run in runs])
    codes = np.concatenate([run.codes for run in runs], 1)
    assert np.abs(found - codec.codebooks.latents(codes)).max() < 1e-3
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.7


def filled(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "file").write_text(text)


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "data" / "voice"
    whole(target, filled("old"))
    (target / "left over").write_text("")
    whole(target, filled("new"))
    assert [path.name for path in target.iterdir()] == ["file"]
    assert (target / "file").read_text() == "new"
    assert [path.name for path in target.parent.iterdir()] == ["voice"]


def test_a_failure_while_filling_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "voice"
    whole(target, filled("old"))

    def fail(folder: Path) -> None:
        (folder / "file").write_text("half")
        raise RuntimeError("full disk")

    with pytest.raises(RuntimeError, match="full disk"):
        whole(target, fail)
    assert (target / "file").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["voice"]


def test_a_failure_while_moving_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "voice"
    whole(target, filled("old"))
    with pytest.raises(OSError):
        whole(target, lambda folder: shutil.rmtree(folder))  # nothing to move
    assert (target / "file").read_text() == "old"


def test_cards_of_the_package_match_its_files() -> None:
    for path in (data_dir() / "codec/embedded/codec.json", data_dir() / "voices/embedded/voice.json"):
        card = json.loads(path.read_text("utf-8"))
        for name, entry in card["files"].items():
            content = (path.parent / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == entry["sha256"], path.parent / name
