"""What a story says of fronts, of later legs, and of the contacts before and after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Cause, Entry, Front, IssueOutcome, SessionOutcome
from ccsim.log import Log
from ccsim.report.wording import exact_duration, few, plural

Int64 = npt.NDArray[np.int64]

_COMES = {
    Entry.ARRIVED: "arrives in",
    Entry.ESCALATED: "is escalated to",
    Entry.TRANSFERRED: "is passed on to",
    Entry.DEFLECTED: "goes instead to",
    Entry.TICKET: "is written down as a ticket in",
    Entry.MOVED: "moves on to",
}
_WHY = {
    Cause.RETRY: "comes again: it was not served",
    Cause.RETURN: "comes again: the issue was not resolved",
    Cause.BOUNCE_BACK: "comes again: the bot had not solved the issue",
    Cause.CHASER: "asks again: the promised time had passed",
    Cause.COMPLAINT: "complains",
    Cause.DUPLICATE: "comes by another channel, too",
    Cause.FALSE_ALARM: "comes because of a notice that did not concern it",
}
_ENDS = {
    SessionOutcome.OPEN: "is with {} when the run ends",
    SessionOutcome.RESOLVED: "is done: {} has solved the issue",
    SessionOutcome.HANDED_OVER: "is handed over by {}",
    SessionOutcome.WALKED_AWAY: "leaves {}",
    SessionOutcome.FALSELY_CONTAINED: "is closed by {}, the issue unsolved",
    SessionOutcome.TRAPPED: "wants a person, is not let through and leaves {}",
    SessionOutcome.PREVENTED: "does not come: {} has made it needless",
}
_KINDS = {Front.NOTICE: "notice", Front.SELF_SERVICE: "self-service", Front.BOT: "bot"}


class JourneyWords:
    """Words about one Log; nothing where it holds plain contacts only."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._entry = log.column("legs", "entry")
        self._announced = log.column("legs", "announced_us")
        self._after = log.column("contacts", "after")
        self._on = len(log.issues.get("outcome", ())) > 0

    def comes_by(self, row: int) -> str:
        """``arrives in``, or how else the leg began."""
        return _COMES[Entry(int(self._entry[row]))]

    def told(self, row: int) -> str:
        """`` (told a wait of 3m12s)``."""
        wait = int(self._announced[row])
        return f" (told a wait of {exact_duration(wait)})" if wait >= 0 else ""

    def sessions_of(self, contact: int) -> Int64:
        """Rows of the contact's sessions."""
        if not self.log.sessions:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(self.log.sessions["contact_row"] == contact)

    def session(self, row: int, begins: bool) -> str:
        """The beginning or the end of a session."""
        sessions, labels = self.log.sessions, self.log.labels
        front = int(sessions["front"][row])
        name = f"{_KINDS[Front(labels.front_kinds[front])]} {labels.fronts[front]}"
        if begins:
            return f"meets {name}"
        outcome = SessionOutcome(int(sessions["outcome"][row]))
        text = _ENDS[outcome].format(name)
        failures = int(sessions["failures"][row])
        if outcome is SessionOutcome.HANDED_OVER and Front(labels.front_kinds[front]) is Front.BOT:
            text += ", with what it was told" if sessions["warm"][row] else ", without what it was told"
        return f"{text}, misunderstood {plural(failures, 'time')}" if failures else text

    def before(self, contact: int) -> Iterator[str]:
        """Why it came, where another contact or a notice is behind it."""
        cause = Cause(int(self.log.column("contacts", "cause")[contact]))
        if cause is Cause.FRESH:
            return
        earlier = int(self._after[contact])
        behind = f" (after contact {earlier})" if earlier >= 0 else ""
        yield f"{_WHY[cause]}{behind}"

    def after(self, contact: int) -> Iterator[str]:
        """What became of the issue, and the contacts that followed from this one."""
        if not self._on:
            return
        log = self.log
        for row in self.sessions_of(contact):
            if log.sessions["ended_at"][row] == log.sessions["started_at"][row]:
                yield self.session(int(row), begins=False)
        judged = {1: "this contact resolved the issue", 2: "this contact did not resolve the issue"}
        said = judged.get(int(log.column("contacts", "resolved")[contact]))
        followed = [f"contact {row}" for row in np.flatnonzero(self._after == contact).tolist()]
        issue = int(log.contacts["issue"][contact])
        ended = IssueOutcome(int(log.issues["outcome"][issue])).name.lower().replace("_", " ")
        parts = [said] if said else []
        if followed:
            parts.append(f"followed by {few(followed)}")
        yield "; ".join([*parts, f"issue {issue} in the end: {ended}"])
