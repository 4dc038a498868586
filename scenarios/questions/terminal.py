"""Questions one at a time: a proposal that Enter takes, and no way on with a wrong answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import typer

from geodata.findings import Text

T = TypeVar("T")


@dataclass(frozen=True)
class Terminal:
    """A person who reads `lang`; what is asked goes to standard error, so that answers may not."""

    lang: str

    def say(self, text: Text | str) -> None:
        """Print a line."""
        typer.echo(text.get(self.lang) if isinstance(text, Text) else text, err=True)

    def ask(self, question: Text, proposed: str, read: Callable[[str], T | None]) -> T:
        """Ask until an answer can be read; an empty one takes the proposal.

        Raises
        ------
        typer.Abort
            When the input ends.
        """
        while True:
            text: str = typer.prompt(question.get(self.lang), default=proposed, err=True)
            answer = read(text.strip())
            if answer is not None:
                return answer
            self.say(Text(f"“{text}” is no answer here.", f"“{text}”不是此处的答案。"))

    def agrees(self, question: Text) -> bool:
        """Ask a question whose likely answer is yes."""
        choice = Text(f"{question.en} (y/n)", f"{question.zh}（y是，n否）")
        words = {"y": True, "yes": True, "是": True, "n": False, "no": False, "否": False}
        return self.ask(choice, "y", lambda text: words.get(text.casefold()))
