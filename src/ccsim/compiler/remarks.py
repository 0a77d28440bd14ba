"""What the compiler has to say about a scenario beside the Program itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Remarks:
    """``notes`` tell how files were read, ``warnings`` what may not be meant; sentences without a stop."""

    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def of_file(self, name: str, notes: tuple[str, ...], warnings: tuple[str, ...] = ()) -> None:
        """Notes and warnings of a reader, with the file's name ahead."""
        self.notes += [f"{name}: {note}" for note in notes]
        self.warnings += [f"{name}: {warning}" for warning in warnings]
