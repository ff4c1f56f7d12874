"""The moves that led to a net, with a way back and forth."""

from dataclasses import dataclass
from dataclasses import replace as replaced

from cnnviz.architecture.editing.edit_text import describe
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidInput

MAX_MOVES = 200
"""Older moves are forgotten."""


@dataclass(frozen=True)
class Move:
    """What was done, in words, and the net after it."""

    words: str
    architecture: Architecture


@dataclass(frozen=True)
class History:
    """All moves, first to last, and the position of the one whose net is the present one."""

    moves: tuple[Move, ...]
    position: int

    @classmethod
    def start(cls, architecture: Architecture, *, words: str = "") -> "History":
        """Begin with a net; the words are "Started with" its name unless given."""
        return cls((Move(words or f"Started with {architecture.name}", architecture),), 0)

    @property
    def present(self) -> Architecture:
        """The net as it is now."""
        return self.moves[self.position].architecture

    @property
    def words(self) -> tuple[str, ...]:
        """What was done, first to last, moves that were undone included."""
        return tuple(move.words for move in self.moves)

    @property
    def can_undo(self) -> bool:
        """Whether there is a move to take back."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether a move was taken back."""
        return self.position < len(self.moves) - 1

    def push(self, architecture: Architecture, *, words: str = "") -> "History":
        """Go on to another net; moves that were undone are lost, and the same net again is no move."""
        if architecture == self.present:
            return self
        move = Move(words or describe(self.present, architecture), architecture)
        moves = (*self.moves[: self.position + 1], move)[-MAX_MOVES:]
        return History(moves, len(moves) - 1)

    def undo(self) -> "History":
        """Take the last move back; raises InvalidInput if there is none."""
        return self.go_to(self.position - 1)

    def redo(self) -> "History":
        """Do the move again that was taken back last; raises InvalidInput if there is none."""
        return self.go_to(self.position + 1)

    def go_to(self, position: int) -> "History":
        """Go to the net after any of the moves; raises InvalidInput if there is no such move."""
        if not 0 <= position < len(self.moves):
            raise InvalidInput(
                f"There is no move to go to: the history has {len(self.moves)}. Make a move first, or choose one of "
                f"them. Received: move {position + 1}."
            )
        return replaced(self, position=position)
