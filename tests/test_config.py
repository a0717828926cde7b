"""Where the data is found."""

from pathlib import Path

import pytest

from tts import config
from tts.errors import CheckpointError


def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "__file__", str(folder / "tts" / "config.py"))


def test_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    place(tmp_path, monkeypatch)
    assert config.data_dir() == tmp_path / "data"


def test_installed_package_prefers_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "tts" / "_data").mkdir(parents=True)
    place(tmp_path, monkeypatch)
    assert config.data_dir() == tmp_path / "tts" / "_data"


def test_missing_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(tmp_path, monkeypatch)
    with pytest.raises(CheckpointError, match=f"neither {tmp_path}/tts/_data nor {tmp_path}/data exists"):
        config.data_dir()


def test_this_checkout_has_it() -> None:
    assert (config.data_dir() / "sentences" / "en.txt").is_file()
