"""What a rule may see of an item's neighbours."""

from dataclasses import dataclass

from tts.text.normalize.lex import Item
from tts.text.types import Lang


@dataclass(frozen=True)
class Around:
    """An item's neighbourhood: the items of the window, the item's index, and whether the window is in capitals."""

    items: list[Item]
    index: int
    shouting: bool

    @property
    def lang(self) -> Lang:
        """Language of the item."""
        return self.items[self.index].lang

    def at(self, offset: int) -> Item | None:
        """The item `offset` places away, if there is one."""
        place = self.index + offset
        return self.items[place] if 0 <= place < len(self.items) else None

    def previous_word(self) -> str:
        """The word before, "" if something else stands there."""
        item = self.at(-1)
        return item.text if item is not None and item.kind in ("word", "words", "abbr") else ""

    def next_word(self) -> str:
        """The word after, "" if something else stands there."""
        item = self.at(1)
        return item.text if item is not None and item.kind in ("word", "words", "abbr", "initial", "dotted") else ""

    def ends_here(self) -> bool:
        """Whether a full stop swallowed by an abbreviation also ends the sentence."""
        item = self.at(1)
        return (
            item is None
            or item.kind == "paragraph"
            or (item.kind == "word" and item.text[0].isupper() and item.text != "I")
        )

    def lengths(self) -> tuple[int, int]:
        """Letters of the items before and after."""
        before, after = self.at(-1), self.at(1)
        return len(before.text) if before else 0, len(after.text) if after else 0
