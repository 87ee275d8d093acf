"""What a document may use: time, memory and disk; what a stranger's document may not do."""

from __future__ import annotations

from dataclasses import dataclass

try:
    import resource
except ImportError:  # not on every system; time is limited everywhere
    resource = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one program that works for a document: seconds, bytes of memory and bytes of a file (0: none).

    ``anywhere`` says that TeX may read and write outside the folder it works in.
    """

    seconds: float = 60
    memory: int = 2 << 30
    file_size: int = 1 << 30
    anywhere: bool = False

    def impose(self, process: int = 0) -> None:
        """Impose memory, file size and processor time on a process (0: this one), where the system can."""
        if resource is None or not (hasattr(resource, "prlimit") or process == 0):
            return
        for name, value in (
            ("RLIMIT_AS", self.memory),
            ("RLIMIT_FSIZE", self.file_size),
            ("RLIMIT_CPU", int(self.seconds) + 5 if self.seconds else 0),
        ):
            if value:
                _limit(process, getattr(resource, name), value)


def _limit(process: int, kind: int, value: int) -> None:
    """A limit that is lower already stays."""
    try:
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        if hasattr(resource, "prlimit"):
            resource.prlimit(process, kind, (value, value))
        else:
            resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):  # the process has ended, or the system allows no such limit
        return


STRANGERS = Limits()
"""For a source that anybody may have written."""
TRUSTED = Limits(seconds=3600, memory=0, file_size=0, anywhere=True)
"""For a source whose author is trusted: no limits but a very long time."""
