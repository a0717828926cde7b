"""How well the voices are understood and how clean they sound: `python -m training.evaluate --asr FOLDER`.

Each voice speaks the evaluation sentences of its first language; a speech recogniser (Whisper base, Radford et al.
2022, arXiv 2212.04356) writes down what it hears, and DNSMOS (Reddy et al. 2022, arXiv 2110.01763) judges the sound.
Both sides are normalised by the project's own front end: "15" and "fifteen" are one word.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tts.audio_files import write_file
from tts.config import data_dir
from tts.errors import ConfigError, TextError, TtsError
from tts.synthesizer import Synthesizer
from tts.text.front import FrontEnd

RECOGNISER_RATE = 16_000
RECOGNISER_LANGUAGE = {"en": "en", "ms": "ms", "mixed": "ms"}

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """One sentence, what was heard of it, and its DNSMOS OVRL (1 to 5)."""

    text: str
    heard: str
    ovrl: float


@dataclass(frozen=True)
class Score:
    """One voice on one set of sentences: word and character error rates, mean DNSMOS OVRL."""

    voice: str
    sentences: str
    count: int
    wer: float
    cer: float
    ovrl: float
    worst: tuple[Heard, ...]


def read_sentences(name: str) -> list[str]:
    """Evaluation sentences "en", "ms" or "mixed"."""
    return (data_dir() / "sentences" / f"{name}.txt").read_text("utf-8").splitlines()


def spoken_words(front: FrontEnd, text: str, lang: str) -> str:
    """The words of a text in lower case, numbers in words, without marks; empty if there are none."""
    try:
        segments = list(front.segments(text, lang=lang))
    except TextError:
        return ""
    words = [token.text.lower() for segment in segments for token in segment.tokens if token.kind == "word"]
    return " ".join(words)


class Judge:
    """The recogniser and the judge of sound, loaded once."""

    def __init__(self, asr: Path, beam: int) -> None:
        """Loads both.

        Raises:
            ConfigError: the recogniser's folder is not there, or the packages of the extra [eval] are missing.
        """
        if not (asr / "model.bin").is_file():
            raise ConfigError(f"no recogniser in {asr}: expected Whisper base for CTranslate2 (model.bin)")
        try:
            import librosa
            from faster_whisper import WhisperModel
            from speechmos import dnsmos
        except ImportError as error:
            raise ConfigError(f'{error}; install the extra: pip install ".[eval]"') from error
        self._resample, self._mos, self._beam = librosa.resample, dnsmos, beam
        self._model = WhisperModel(str(asr), device="cpu", compute_type="int8", cpu_threads=2)

    def listen(self, samples: Floats, sample_rate: int, text: str, lang: str) -> Heard:
        """What was heard of `text` in `samples` (Float[S])."""
        sound = self._resample(samples, orig_sr=sample_rate, target_sr=RECOGNISER_RATE)
        segments, _ = self._model.transcribe(
            sound, language=lang, beam_size=self._beam, temperature=0.0, condition_on_previous_text=False
        )
        heard = " ".join(segment.text.strip() for segment in segments)
        ovrl = self._mos.run(np.clip(sound, -1.0, 1.0), RECOGNISER_RATE)["ovrl_mos"]
        return Heard(text, heard, float(ovrl))


def evaluate(
    synth: Synthesizer, judge: Judge, voice: str, name: str, limit: int | None = None, keep: Path | None = None
) -> Score:
    """Let one voice speak one set of sentences.

    Args:
        synth: loaded voices.
        judge: listens.
        voice: name of the voice.
        name: of the sentences.
        limit: how many of them, or None for all.
        keep: folder for the sound, or None.
    """
    import jiwer

    front, lang = FrontEnd(), RECOGNISER_LANGUAGE[name]
    results = []
    for i, text in enumerate(read_sentences(name)[:limit]):
        audio = synth.say(text, voice=voice)
        if keep is not None:
            write_file(keep / f"{voice}_{name}_{i + 1:02}.wav", audio.samples, force=True)
        results.append(judge.listen(audio.samples, audio.sample_rate, text, lang))
    said = [spoken_words(front, result.text, lang) for result in results]
    heard = [spoken_words(front, result.heard, lang) for result in results]
    errors = [jiwer.cer(a, b) for a, b in zip(said, heard, strict=True)]
    worst = tuple(results[i] for i in np.argsort(errors)[::-1][:5])
    ovrl = float(np.mean([result.ovrl for result in results]))
    return Score(voice, name, len(results), float(jiwer.wer(said, heard)), float(jiwer.cer(said, heard)), ovrl, worst)


def table(scores: Sequence[Score]) -> str:
    """The scores as a Markdown table."""
    rows = ["| voice | sentences | WER | CER | DNSMOS OVRL |", "|---|---|---|---|---|"]
    rows += [f"| {s.voice} | {s.count} {s.sentences} | {s.wer:.3f} | {s.cer:.3f} | {s.ovrl:.2f} |" for s in scores]
    return "\n".join(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluate; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description="Error rates and DNSMOS of voices."
    )
    parser.add_argument("--asr", type=Path, required=True, help="folder of Whisper base for CTranslate2")
    parser.add_argument("--folder", type=Path, help="voice folder (default: the embedded voices)")
    parser.add_argument("--voices", nargs="+", metavar="NAME", help="default: all")
    parser.add_argument("--sentences", choices=("en", "ms", "mixed"), help="default: each voice's first language")
    parser.add_argument("--limit", type=int, help="only so many sentences")
    parser.add_argument("--beam", type=int, default=5, help="width of the recogniser's search (default 5; 1 is greedy)")
    parser.add_argument("--keep", type=Path, help="folder for the sound")
    parser.add_argument("--worst", action="store_true", help="show what was heard in the worst five sentences")
    parser.add_argument("--json", action="store_true", help="as JSON")
    args = parser.parse_args(argv)
    try:
        scores = _run(args)
    except TtsError as error:
        print(f"tts: error: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps([asdict(score) for score in scores], ensure_ascii=False))
        return 0
    print(table(scores))
    for score in scores if args.worst else ():
        for one in score.worst:
            print(f"\n{score.voice}: {one.text}\n  heard: {one.heard}")
    return 0


def _run(args: Any) -> list[Score]:
    synth, judge = Synthesizer.load(args.folder), Judge(args.asr.expanduser(), args.beam)
    if args.keep is not None:
        args.keep.mkdir(parents=True, exist_ok=True)
    chosen = [voice for voice in synth.voices if args.voices is None or voice.name in args.voices]
    if not chosen:
        raise ConfigError(f"no such voice; available: {', '.join(voice.name for voice in synth.voices)}")
    scores = []
    for voice in chosen:
        score = evaluate(synth, judge, voice.name, args.sentences or voice.languages[0], args.limit, args.keep)
        print(f"{score.voice}: WER {score.wer:.3f}, CER {score.cer:.3f}, OVRL {score.ovrl:.2f}", file=sys.stderr)
        scores.append(score)
    return scores


if __name__ == "__main__":
    sys.exit(main())
