"""What the README shows works, and what it promises of the package is so."""

import re
import shlex
from pathlib import Path

import pytest

from tts.cli import build_parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^    (?:.*\| )?(tts .+?)(?: +#.*)?$", README, re.MULTILINE)
FORBIDDEN = ("torch", "moshi", "phonemizer", "espeak", "pyworld", "librosa", "scipy")


def default_dependencies() -> list[str]:
    block = re.search(r"^dependencies = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.M | re.S)
    assert block
    return re.findall(r'^ *"([A-Za-z0-9_.-]+)', block[1], re.MULTILINE)


def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})
    assert (tmp_path / "hello.flac").stat().st_size > 1000


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command: str) -> None:
    words = shlex.split(command.split(" | ")[0])
    assert build_parser().parse_args(words[1:]).module.startswith("tts.")


def test_commands_were_found() -> None:
    assert len(COMMANDS) >= 6


def test_ci_runs_the_second_command() -> None:
    install, test = re.findall(r"^    (pip install .*) && (python -m pytest)$", README, re.MULTILINE)[0]
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert install.removeprefix("pip install ") in script and test in script


def test_first_screen_has_both_commands() -> None:
    screen = "\n".join(README.splitlines()[:24])
    assert 'pip install . && tts say "Hello, world. Selamat pagi!" -o hello.wav' in screen
    assert "python -m pytest" in screen


def test_default_install_is_small() -> None:
    names = default_dependencies()
    assert "onnxruntime" in names and not set(names) & set(FORBIDDEN)


def test_every_folder_of_data_is_accounted_for() -> None:
    table = (ROOT / "data" / "README.md").read_text("utf-8")
    folders = [path.name for path in (ROOT / "data").iterdir() if path.is_dir()]
    assert folders and [name for name in folders if f"`{name}/" not in table] == []


def test_data_is_at_most_40_mb() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "data").rglob("*") if path.is_file()) <= 40e6
