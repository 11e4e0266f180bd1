"""An article while it is being cleaned: blocks still in, what went out, and what was learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from indexer.cleaning.blocks import Block, key
from indexer.cleaning.credits import Credit
from indexer.models import BlockKind, Removal


@dataclass(slots=True)
class Draft:
    """The state that the steps of `steps.STEPS` work on.

    blocks       what is still in, in order
    description  the page's own summary (meta, JSON-LD), a witness for the lead
    told_author  those whom the page names outside its text
    from_html    the blocks know links and looks; a text dump's do not
    """

    blocks: list[Block]
    title: str = ""
    description: str = ""
    site_names: tuple[str, ...] = ()
    from_html: bool = True
    lead: str = ""
    captions: list[str] = field(default_factory=list)
    author: list[str] = field(default_factory=list)
    agency: str = ""
    publisher: str = ""
    told_author: tuple[str, ...] = ()
    removed: list[Removal] = field(default_factory=list)
    title_key: str = ""

    def __post_init__(self) -> None:
        self.title_key = key(self.title)

    def drop(self, positions: Iterable[int], rule: str, why: str = "") -> None:
        """Take the blocks at `positions` out."""
        self.drop_each(dict.fromkeys(positions, (rule, why)))

    def drop_each(self, found: Mapping[int, tuple[str, str]]) -> None:
        """Take out the blocks at the keys of `found`; its values are the rule and what it saw."""
        if not found:
            return
        self.removed += [
            Removal(rule, self.blocks[i].text, why) for i, (rule, why) in sorted(found.items())
        ]
        self.blocks = [b for i, b in enumerate(self.blocks) if i not in found]

    def cut(self, position: int, text: str, rule: str, gone: str, why: str = "") -> None:
        """Shorten the block at `position` to `text`; `gone` is what it lost."""
        self.blocks[position] = self.blocks[position]._replace(text=text)
        self.removed.append(Removal(rule, gone, why))

    def take(self, credit: Credit) -> None:
        """Write down who made the article; what is known already stays."""
        known = set(map(key, self.author))
        self.author += [name for name in credit.authors if key(name) not in known]
        self.agency = self.agency or credit.agency
        self.publisher = self.publisher or credit.publisher

    def mark(self, position: int, kind: BlockKind) -> None:
        """Say that the block at `position` is a `kind`."""
        self.blocks[position] = self.blocks[position]._replace(kind=kind)
