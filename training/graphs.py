"""torch modules to small ONNX graphs: int8 weights, float arithmetic, Fourier bases computed at load, not stored."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

SMALLEST_QUANTISED = 4096  # values; smaller tensors stay float32
OPSET = 18


def trace(
    module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], dynamic: dict[str, dict[int, str]], path: Path
) -> None:
    """Export `module` as it is, in float32.

    Args:
        module: takes the values of `inputs` in order, returns one tensor for each name of `outputs`.
        dynamic: axes whose size may change, by input or output name.
        path: where to write.
    """
    module.eval()
    with torch.no_grad():
        torch.onnx.export(module, tuple(inputs.values()), str(path), input_names=list(inputs), output_names=outputs,
                          dynamic_axes=dynamic, opset_version=OPSET, dynamo=False)


@dataclass(frozen=True)
class Basis:
    """A real Fourier basis of `size` points, Float[size, 2 * bins]: cosines, then minus sines.

    Its inverse is Float[2 * bins, size] and divided by 1.5, what four overlapping squared Hann windows add up to.
    """

    size: int
    bins: int
    inverse: bool = False

    def values(self) -> npt.NDArray[np.float64]:
        """The basis as numbers."""
        left, right = np.arange(self.size)[:, None], np.arange(self.bins)[None]
        angle = 2 * np.pi / self.size * (left * right % self.size)
        basis = np.concatenate([np.cos(angle), -np.sin(angle)], 1)
        if not self.inverse:
            return basis
        return np.ascontiguousarray(basis.T) * np.tile(self.weights(), (2, 1))

    def weights(self) -> npt.NDArray[np.float64]:
        """How much each bin counts in the inverse, Float[bins, 1]."""
        weight = np.full((self.bins, 1), 2.0)
        weight[0] = weight[self.size // 2 :] = 1.0
        return weight / (1.5 * self.size)


def shrink(path: Path, bases: tuple[Basis, ...]) -> None:
    """Rewrite a graph so that its file is small: Fourier bases are computed at load, large weights stored as int8."""
    model = onnx.load(path)
    lift_constants(model)
    for basis in bases:
        values = basis.values()
        for tensor in list(model.graph.initializer):
            if tuple(tensor.dims) == values.shape and np.allclose(numpy_helper.to_array(tensor), values, atol=1e-5):
                model.graph.initializer.remove(tensor)
                _prepend(model, fourier(tensor.name, basis))
    quantise(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def lift_constants(model: ModelProto) -> None:
    """Turn large constants into initialisers, so that all weights are in one place."""
    for node in list(model.graph.node):
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            values = numpy_helper.to_array(node.attribute[0].t)
            if values.size >= SMALLEST_QUANTISED:
                model.graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
                model.graph.node.remove(node)


def _prepend(model: ModelProto, nodes: list[NodeProto]) -> None:
    for node in reversed(nodes):
        model.graph.node.insert(0, node)


def quantise(model: ModelProto) -> None:
    """Store large float weights as int8 and a scale for each column (for each row, where rows are looked up)."""
    graph = model.graph
    gathered = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST_QUANTISED or values.ndim < 2:
            continue
        axis = 0 if tensor.name in gathered or values.ndim > 2 else 1
        largest = np.abs(values).max(tuple(i for i in range(values.ndim) if i != axis))
        scale = np.maximum(largest / 127, 1e-12).astype(np.float32)
        rounded = np.round(values / scale.reshape([-1 if i == axis else 1 for i in range(values.ndim)])).astype(np.int8)
        names = [tensor.name + "_int8", tensor.name + "_scale"]
        graph.initializer.remove(tensor)
        graph.initializer.extend([numpy_helper.from_array(rounded, names[0]), numpy_helper.from_array(scale, names[1])])
        _prepend(model, [helper.make_node("DequantizeLinear", names, [tensor.name], axis=axis)])


def fourier(name: str, basis: Basis) -> list[NodeProto]:
    """Nodes that compute `basis` when the graph is loaded."""

    def constant(label: str, values: npt.NDArray[Any]) -> NodeProto:
        tensor = numpy_helper.from_array(values, f"{name}_{label}_value")
        return helper.make_node("Constant", [], [f"{name}_{label}"], value=tensor)

    points, lines = np.arange(basis.size, dtype=np.int64), np.arange(basis.bins, dtype=np.int64)
    left, right = (lines[:, None], points[None]) if basis.inverse else (points[:, None], lines[None])
    weight = (basis.weights() if basis.inverse else np.ones((1, basis.bins))).astype(np.float32)
    nodes = [
        constant("left", left), constant("right", right), constant("size", np.array(basis.size, np.int64)),
        constant("turn", np.array(2 * np.pi / basis.size, np.float32)),
        constant("real", weight), constant("imaginary", -weight),
    ]
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Mul", ["left", "right"], "product", {}), ("Mod", ["product", "size"], "index", {}),
        ("Cast", ["index"], "float", {"to": TensorProto.FLOAT}), ("Mul", ["float", "turn"], "angle", {}),
        ("Cos", ["angle"], "cos", {}), ("Sin", ["angle"], "sin", {}),
        ("Mul", ["cos", "real"], "first", {}), ("Mul", ["sin", "imaginary"], "second", {}),
    ]
    for kind, inputs, out, more in steps:
        nodes.append(helper.make_node(kind, [f"{name}_{i}" for i in inputs], [f"{name}_{out}"], **more))
    axis = 0 if basis.inverse else 1
    return [*nodes, helper.make_node("Concat", [f"{name}_first", f"{name}_second"], [name], axis=axis)]
