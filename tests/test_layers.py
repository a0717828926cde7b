"""Imports point one way, and speaking loads neither torch nor moshi."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "codec": {"codec"},
    "tts": {"codec", "tts"},
    "streaming": {"codec", "streaming", "tts"},
    "training": {"codec", "training", "tts"},
}
OURS = set(MAY_IMPORT)
COMMANDS = ("tts/cli.py", "tts/commands/", "tts/bench.py", "tts/doctor.py")  # inside functions these may import all
HEAVY = {"torch", "moshi", "training"}

FILES = sorted(path.relative_to(ROOT).as_posix() for layer in MAY_IMPORT for path in (ROOT / layer).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of what the code imports; of `from a import b` both a and a.b, since b may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def when_imported(tree: ast.Module) -> Iterator[str]:
    """What importing the module imports: not what its functions do, nor what only a type checker sees."""
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from (name for other in node.orelse for name in imported(other))
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from imported(node)


def parse(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"), path)


def test_the_layers_are_found() -> None:
    assert {path.split("/")[0] for path in FILES} == OURS and "tts/cli.py" in FILES


@pytest.mark.parametrize("path", FILES)
def test_imports_point_one_way(path: str) -> None:
    tree = parse(path)
    names = when_imported(tree) if path.startswith(COMMANDS) else imported(tree)
    layers = {name.split(".")[0] for name in names} & OURS
    assert layers <= MAY_IMPORT[path.split("/")[0]]


@pytest.mark.parametrize("path", FILES)
def test_nothing_imports_the_command_line(path: str) -> None:
    if path in ("tts/__main__.py", "tts/cli.py"):
        return
    names = [name for name in imported(parse(path)) if name == "tts.cli" or name.startswith("tts.cli.")]
    assert not names
    if not path.startswith(COMMANDS):
        assert not [name for name in imported(parse(path)) if name.startswith("tts.commands")]


def reached(start: str) -> set[str]:
    """All modules that importing one of ours imports, ours followed, others named only."""
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        base = ROOT / name.replace(".", "/")
        path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        if name in seen or not path.is_file():
            seen.add(name.split(".")[0] if name.split(".")[0] not in OURS else name)
            continue
        seen.add(name)
        waiting.extend(when_imported(parse(path.relative_to(ROOT).as_posix())))
    return seen


def test_reaching_follows_imports() -> None:
    assert {"numpy", "onnxruntime", "codec.runtime"} <= reached("tts.synthesizer")
    assert "torch" in reached("codec.decoder")


@pytest.mark.parametrize("start", ["tts", "tts.cli", "tts.synthesizer", "tts.text.front", "streaming.containers"])
def test_speaking_does_not_reach_torch(start: str) -> None:
    assert not reached(start) & HEAVY


def run_python(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_a_process_that_speaks_holds_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from tts.cli import main; status = main(sys.argv[1:]);"
        "print(status, sorted({'torch', 'moshi', 'training', 'scipy', 'librosa'} & set(sys.modules)))"
    )
    assert run_python(code, "say", "Hello.", "-o", str(tmp_path / "a.wav")).split("\n")[0] == "0 []"
    assert (tmp_path / "a.wav").stat().st_size > 10_000


def test_parsing_imports_nothing_heavy() -> None:
    code = (
        "import sys; from tts.cli import build_parser; build_parser().parse_args(['say', 'x']);"
        "print(sorted({'numpy', 'onnxruntime', 'soundfile', 'sounddevice', 'torch', 'json'} & set(sys.modules)))"
    )
    assert run_python(code).strip() == "[]"
