"""Figures of the pronouncer: agreement with the corpus, and letter-to-sound on words it never saw."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.corpus_words import Sentence, distance, sentences
from tts.text.english import Company, English
from tts.text.letters import LetterRules
from tts.text.lexicon import PackedLexicon
from tts.text.pronounce import Pronouncer
from tts.text.types import Lang

_MARKS = re.compile(r"[ ,.;:!?()]")


def spoken(pronouncer: Pronouncer, sentence: Sentence) -> str:
    """What our front end says for the words of a sentence, without spaces and marks."""
    before = (None, *sentence.tokens)
    after = (*sentence.tokens[1:], None)
    words = (pronouncer.phones(*three) for three in zip(sentence.tokens, before, after, strict=False))
    return _MARKS.sub("", "".join(words))


@dataclass
class Tally:
    """Edits and reference symbols so far."""

    edits: int = 0
    symbols: int = 0

    def add(self, ours: str, theirs: str) -> None:
        """Counts one more pair."""
        self.edits, self.symbols = self.edits + distance(ours, theirs), self.symbols + len(theirs)

    def __str__(self) -> str:
        return f"{self.edits / self.symbols:.2%}"


def _no_stress(phones: str) -> str:
    return re.sub("[ˈˌ]", "", phones)


def _no_e(phones: str) -> str:
    """Without stress, every e the same, and the same vowels in baik and laut whether one syllable or two."""
    for sound, same in (("ɛ", "ə"), ("e", "ə"), ("aə", "I"), ("ai", "I"), ("ao", "W"), ("au", "W"), ("ʔan", "an")):
        phones = phones.replace(sound, same)
    return phones


def corpus_figures(corpus: Path, lang: Lang, splits: Sequence[str]) -> str:
    """Phone error rates against the corpus: all symbols; without stress; for Malay also without the e question."""
    pronouncer = Pronouncer()
    full, bare, lenient = Tally(), Tally(), Tally()
    for sentence in sentences(corpus, lang, splits):
        ours, theirs = spoken(pronouncer, sentence), _MARKS.sub("", sentence.phonemes)
        full.add(ours, theirs)
        bare.add(_no_stress(ours), _no_stress(theirs))
        lenient.add(_no_e(_no_stress(ours)), _no_e(_no_stress(theirs)))
    line = f"{lang} corpus, {'+'.join(splits):9} phone error rate {full}, without stress {bare}"
    return line + (f", any e and any ai, au, aan {lenient}" if lang == "ms" else "")


def letters_figures(rules: LetterRules, lexicon: Path, held_out: Callable[[str], bool]) -> str:
    """Phone and word error rates of the letter rules on the held-out words."""
    words = [item for item in PackedLexicon(lexicon).items() if held_out(item[0]) and re.fullmatch("[a-z]+", item[0])]
    full, bare = Tally(), Tally()
    wrong = 0
    for word, phones in words:
        guess = rules.phones(word)
        full.add(guess, phones)
        bare.add(_no_stress(guess), _no_stress(phones))
        wrong += guess != phones
    return (
        f"letter rules, {len(words)} held-out words: phone error rate {full}, without stress {bare}; "
        f"words wrong {wrong / len(words):.1%}"
    )


def unknown_word_figures(lexicon: Path, held_out: Callable[[str], bool]) -> str:
    """The same for endings, compounds and letters together, the held-out words being hidden from the dictionary."""
    english = English(hidden=held_out)
    words = [item for item in PackedLexicon(lexicon).items() if held_out(item[0])]
    full = Tally()
    wrong = 0
    for word, phones in words:
        guess = english.phones(word, Company("-", "-", "-"))
        full.add(guess, phones)
        wrong += guess != phones
    return f"all rules, {len(words)} held-out words: phone error rate {full}; words wrong {wrong / len(words):.1%}"
