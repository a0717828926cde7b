"""Decode the corpus and measure it: `python -m training.corpus ../shared/corpus WORK`.

Writes audio.npy, f0.npy, feats.npy and index.json to WORK/corpus, as training/prepared.py reads them. An old index goes
first and the new one comes last, so that an interrupted run leaves none.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import DTypeLike

from codec.encoder import FEATURES
from codec.spec import SAMPLE_RATE
from training.checkpoints import replacing
from training.command import reported
from training.measure import Measured, Recording, hops_of, measure
from training.prepared import INDEX, PITCH, SAMPLES, SPECTRA, UNIT, Row, Sentence
from tts.errors import CodecError, ConfigError
from tts.symbols import encode

SPLITS = ("train", "dev", "test")
REPORT_S = 10.0


def read_metadata(path: Path) -> list[Sentence]:
    """All lines of metadata.jsonl.

    Raises:
        ConfigError: the file is missing or empty, or a line lacks a field or contradicts itself.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); expected the corpus's metadata.jsonl") from error
    if not lines:
        raise ConfigError(f"{path} is empty")
    return [_parse(line, f"{path}:{number}") for number, line in enumerate(lines, 1)]


def _parse(line: str, where: str) -> Sentence:
    try:
        row: Sentence = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{where}: not JSON ({error})") from error
    missing = Sentence.__required_keys__ - set(row if isinstance(row, dict) else ())
    if missing:
        raise ConfigError(f"{where}: lacks {', '.join(sorted(missing))}")
    try:
        encode(row["phonemes"])
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error
    if len(row["durations"]) != len(row["phonemes"]) + 2 or sum(row["durations"]) * UNIT != row["samples"]:
        raise ConfigError(f"{where}: durations must be one a phone and two more, and sum to samples / {UNIT}")
    if row["split"] not in SPLITS:
        raise ConfigError(f"{where}: split is {row['split']!r}; allowed: {', '.join(SPLITS)}")
    return row


def recordings(corpus: Path, sentences: Sequence[Sentence]) -> list[Recording]:
    """Where the utterances of `sentences` (all lines of metadata.jsonl) are.

    Raises:
        CodecError: a file does not exist.
    """
    found = []
    for number, row in enumerate(sentences, 1):
        path = corpus / "audio" / f"{row['id']}.opus"
        found.append(Recording(path, row["samples"], f"{corpus / 'metadata.jsonl'}:{number}"))
        if not path.is_file():
            raise CodecError(f"{found[-1].line}: {path} does not exist")
    return found


def place(sentences: Sequence[Sentence]) -> list[Row]:
    """Rows with their places in the arrays; `first_hop` still 0."""
    rows: list[Row] = []
    sample, hop = 0, 0
    for sentence in sentences:
        n, hops = sentence["samples"], hops_of(sentence["samples"])
        rows.append(
            {
                **sentence, "start": sample, "n": n, "f0_start": hop, "f0_n": hops, "feat_start": hop, "feat_n": hops,
                "first_hop": 0,
            }
        )
        sample, hop = sample + n, hop + hops
    return rows


def prepare(corpus: Path, work: Path, processes: int = 2) -> None:
    """Measure every utterance of `corpus` and write WORK/corpus.

    Raises:
        ConfigError: metadata.jsonl cannot be used.
        CodecError: an utterance cannot be used.
    """
    sentences = read_metadata(corpus / "metadata.jsonl")
    jobs, rows, folder = recordings(corpus, sentences), place(sentences), work / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INDEX).unlink(missing_ok=True)
    samples, hops = sum(row["n"] for row in rows), sum(row["feat_n"] for row in rows)
    with ExitStack() as files:
        audio = _array(files, folder / SAMPLES, np.int16, samples)
        pitch = _array(files, folder / PITCH, np.float32, hops)
        spectra = _array(files, folder / SPECTRA, np.float16, hops, FEATURES)
        for row, found in zip(_progress(rows), _all_measured(jobs, processes), strict=True):
            audio[row["start"] :][: row["n"]] = found.samples
            pitch[row["f0_start"] :][: row["f0_n"]] = found.pitch
            spectra[row["feat_start"] :][: row["feat_n"]] = found.spectra
            row["first_hop"] = found.first_hop
        for array in (audio, pitch, spectra):
            array.flush()
    with replacing(folder / INDEX) as path:
        path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


def _array(files: ExitStack, path: Path, dtype: DTypeLike, *shape: int) -> np.memmap[Any, np.dtype[Any]]:
    """An array on disk that appears as `path` when `files` closes without an error."""
    return np.lib.format.open_memmap(files.enter_context(replacing(path)), "w+", np.dtype(dtype), shape)


def _all_measured(jobs: Sequence[Recording], processes: int) -> Iterator[Measured]:
    if processes == 1:
        yield from map(measure, jobs)
        return
    # not fork: torch's threads do not survive it
    with ProcessPoolExecutor(processes, get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        yield from pool.map(measure, jobs, chunksize=8)


def _progress(rows: Sequence[Row]) -> Iterator[Row]:
    """The same rows, with a line on the terminal every few seconds and one at the end."""
    began = reported_at = time.monotonic()
    for done, row in enumerate(rows, 1):
        yield row
        now = time.monotonic()
        if now - reported_at >= REPORT_S or done == len(rows):
            hours = (row["start"] + row["n"]) / SAMPLE_RATE / 3600
            minutes = (now - began) / 60
            print(f"{done} of {len(rows)} utterances, {hours:.2f} h of speech, {minutes:.1f} min", flush=True)
            reported_at = now


def main(argv: Sequence[str] | None = None) -> int:
    """Prepare; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.corpus", description="Decode the corpus and measure it.")
    parser.add_argument("corpus", type=Path, help="folder with metadata.jsonl and audio/")
    parser.add_argument("work", type=Path, help="folder for everything that training makes")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args(argv)
    return reported(lambda: prepare(args.corpus, args.work, max(1, args.processes)))


if __name__ == "__main__":
    sys.exit(main())
