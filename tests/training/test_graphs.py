"""Small graphs: int8 weights within half a step, Fourier bases as numpy has them, the same numbers as before."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from codec.runtime import open_session
from training.export import BASES
from training.graphs import OPSET, SMALLEST_QUANTISED, Basis, fourier, lift_constants, quantise, shrink, trace

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch: of the exporter that traces
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]
Floats = npt.NDArray[np.float32]


class Small(nn.Module):
    """A looked-up table, a product, a stack of products and a Fourier basis."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(100, 64)
        self.linear = nn.Linear(64, 80)
        self.stack = nn.Parameter(torch.randn(4, 80, 32))
        kernel = torch.fft.rfft(torch.eye(64))
        self.register_buffer("basis", torch.cat([kernel.real, kernel.imag], 1), persistent=False)

    def forward(self, index: Tensor) -> Tensor:
        x = self.linear(self.table(index) @ self.basis[:, :64])
        return torch.stack([x @ part for part in self.stack])


def model_of(
    weights: dict[str, Floats], nodes: list[onnx.NodeProto], inputs: list[onnx.ValueInfoProto], output: str
) -> onnx.ModelProto:
    """A model of `nodes` whose initialisers are `weights`."""
    made = helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, None])
    tensors = [numpy_helper.from_array(values, name) for name, values in weights.items()]
    graph = helper.make_graph(nodes, "test", inputs, [made], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def restored(model: onnx.ModelProto, name: str) -> tuple[Floats, Floats]:
    """A weight as the graph will multiply it out, and its scales shaped to broadcast."""
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    node = next(node for node in model.graph.node if node.op_type == "DequantizeLinear" and node.output[0] == name)
    integers, scale = tensors[node.input[0]], tensors[node.input[1]]
    assert integers.dtype == np.int8
    scale = scale.reshape([-1 if i == node.attribute[0].i else 1 for i in range(integers.ndim)])
    return integers * scale, scale


def test_int8_weights_are_within_half_a_step() -> None:
    random = np.random.default_rng(0)
    rows, columns = np.linspace(0.01, 9, 100, dtype=np.float32), np.logspace(-3, 3, 80, dtype=np.float32)
    weights = {
        "table": random.standard_normal((100, 64)).astype(np.float32) * rows[:, None],
        "matrix": random.standard_normal((64, 80)).astype(np.float32) * columns,
        "stack": random.standard_normal((4, 40, 32)).astype(np.float32),
        "small": random.standard_normal((8, 8)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["table", "index"], ["rows"]),
        helper.make_node("MatMul", ["rows", "matrix"], ["made"]),
    ]
    index = helper.make_tensor_value_info("index", TensorProto.INT64, ["n"])
    model = model_of(weights, nodes, [index], "made")
    quantise(model)
    for name in ("table", "matrix", "stack"):
        values, scale = restored(model, name)
        others = tuple(i for i in range(scale.ndim) if scale.shape[i] == 1)
        step = np.abs(weights[name]).max(others, keepdims=True) / 127
        assert np.all(np.abs(values - weights[name]) <= step / 2 * 1.001)
        assert np.abs(values - weights[name]).max() > 0
    assert restored(model, "table")[1].shape == (100, 1)  # a scale for each row that is looked up
    assert restored(model, "matrix")[1].shape == (1, 80)  # ... for each column of a product
    kept = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    assert weights["small"].size < SMALLEST_QUANTISED
    assert np.array_equal(kept["small"], weights["small"])
    onnx.checker.check_model(model)


def test_a_column_of_zeros_stays_zero() -> None:
    values = np.ones((64, 80), np.float32)
    values[:, 3] = 0
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])
    model = model_of({"matrix": values}, [helper.make_node("MatMul", ["x", "matrix"], ["made"])], [x], "made")
    quantise(model)
    assert np.abs(restored(model, "matrix")[0] - values).max() < 1e-6


@pytest.mark.parametrize("basis", [*BASES, Basis(12, 7), Basis(12, 7, inverse=True)])
def test_a_basis_computed_in_onnx_is_the_one_of_numpy(tmp_path: Path, basis: Basis) -> None:
    onnx.save(model_of({}, fourier("basis", basis), [], "basis"), tmp_path / "basis.onnx")
    found = open_session(tmp_path / "basis.onnx").run(["basis"], {})[0]
    assert found.dtype == np.float32
    assert np.abs(found - basis.values()).max() < 2e-6  # float32 angles up to 2 pi


@pytest.mark.parametrize("basis", BASES)
def test_a_basis_is_the_fourier_transform(basis: Basis) -> None:
    if basis.inverse:
        unit = np.eye(basis.bins)
        wanted = np.concatenate([np.fft.irfft(unit, basis.size), np.fft.irfft(1j * unit, basis.size)]) / 1.5
    else:
        spectra = np.fft.rfft(np.eye(basis.size))[:, : basis.bins]
        wanted = np.concatenate([spectra.real, spectra.imag], 1)
    assert np.abs(basis.values() - wanted).max() < 1e-9


def test_shrinking_keeps_the_numbers_and_drops_the_bytes(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module, path = Small().eval(), tmp_path / "small.onnx"
    index = torch.arange(7)
    trace(module, {"index": index}, ["made"], {"index": {0: "n"}}, path)
    before = path.stat().st_size
    wanted = module(index).detach().numpy()
    exact = open_session(path).run(["made"], {"index": index.numpy()})[0]
    assert np.abs(exact - wanted).max() < 1e-3
    shrink(path, ())
    rounded = open_session(path).run(["made"], {"index": index.numpy()})[0]
    assert path.stat().st_size < 0.4 * before
    error = np.abs(rounded - wanted).max() / np.abs(wanted).max()
    assert 0 < error < 0.03  # three layers of weights rounded to 1/254 of their largest
    longer = np.arange(50)
    assert open_session(path).run(["made"], {"index": longer})[0].shape == (4, 50, 32)


def test_shrinking_replaces_stored_bases_by_computed_ones(tmp_path: Path) -> None:
    basis = Basis(96, 49)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 96])
    stored = {"kernel": basis.values().astype(np.float32)}
    path = tmp_path / "graph.onnx"
    onnx.save(model_of(stored, [helper.make_node("MatMul", ["x", "kernel"], ["made"])], [x], "made"), path)
    shrink(path, (basis,))
    names = {tensor.name for tensor in onnx.load(path).graph.initializer}
    assert not any(name.startswith("kernel") for name in names)
    assert path.stat().st_size < 10_000
    wave = np.random.default_rng(0).standard_normal((3, 96)).astype(np.float32)
    spectra = np.fft.rfft(wave)
    found = open_session(path).run(["made"], {"x": wave})[0]
    assert found == pytest.approx(np.concatenate([spectra.real, spectra.imag], 1), abs=1e-4)


def test_large_constants_become_weights() -> None:
    values = np.random.default_rng(0).standard_normal((64, 80)).astype(np.float32)
    constants = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array, name + "_value"))
        for name, array in (("large", values), ("tiny", values[:2]))
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])
    model = model_of({}, [*constants, helper.make_node("MatMul", ["x", "large"], ["made"])], [x], "made")
    lift_constants(model)
    assert [tensor.name for tensor in model.graph.initializer] == ["large"]
    assert [node.op_type for node in model.graph.node] == ["Constant", "MatMul"]
    assert np.array_equal(numpy_helper.to_array(model.graph.initializer[0]), values)
