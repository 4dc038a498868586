"""Reading in a process apart, so that what a damaged file does to a library stays there.

GDAL, GEOS, osmium and the readers of workbooks are written in C, C++ and Rust: a file made or
broken the right way makes them crash, hang or eat all memory. One spawned process does the reading
for its parent, file after file. When it dies, or overruns the deadline that the parent keeps, that
is a finding like any other, and the next file gets a new process.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, TypeVar

from geodata.findings import FindingError, Source, Text

T = TypeVar("T")

LEAST_SECONDS = 30.0
"""For any file, however small; the start of the process is not counted."""
SECONDS_PER_MB = 20.0
"""And for each megabyte: ten times what the slowest reader takes on one slow core."""
START_SECONDS = 180.0
MOST_MEMORY = 4_000_000_000
"""Bytes that the process may hold, where the system has such a limit (Linux)."""
WORDS = 200
"""Letters of a library's own words that a finding repeats."""

# GDAL registers these before any of our code could say no: whatever can fetch, redirect or run.
_DRIVERS_OFF = (
    *("VRT", "OGR_VRT", "GDALG", "HTTP", "WFS", "OAPIF", "OGCAPI", "CSW", "WMS", "WMTS", "WCS"),
    *("EEDA", "EEDAI", "PLMOSAIC", "PLSCENES", "Elasticsearch", "Carto", "AmigoCloud", "NGW"),
    *("GPSBabel", "ADBC", "STACIT", "STACTA", "DAAS", "CSV", "GML", "GPX", "KML", "LIBKML"),
    *("MapML", "GeoRSS", "SQLite", "OSM", "PDF", "ODS", "XLSX", "GTFS", "S57", "OpenFileGDB"),
)
_SURROUNDINGS = {
    "GDAL_SKIP": ",".join(_DRIVERS_OFF),
    "GDAL_PAM_ENABLED": "NO",
    "PROJ_NETWORK": "OFF",
}
_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec")

NOT_STARTED = Text(
    "it did not start; a script of your own needs `if __name__ == '__main__':` around its calls",
    "未能启动；自写脚本须把调用放在 `if __name__ == '__main__':` 之下",
)


@dataclass
class _Child:
    """The process, our end of the pipe, its folder for archives, and whether it is ready."""

    process: BaseProcess
    pipe: Connection
    folder: TemporaryDirectory[str]
    ready: bool = False

    def end(self) -> None:
        """Stop the process, whatever it is doing."""
        self.pipe.close()
        self.process.kill()
        self.process.join(10)
        self.folder.cleanup()


_LOCK = threading.Lock()
_CHILDREN: list[_Child] = []
"""One at most."""


def warm_up() -> None:
    """Start the process, if there is none, and do not wait: it loads its libraries meanwhile."""
    with _LOCK:
        _current()


def in_child(
    read: Callable[..., T], path: Path | str, *arguments: Any, source: Source, **named: Any
) -> T:
    """Call a reader of a file in the process apart, and return what it returns.

    Parameters
    ----------
    read
        A function of a module, called with path, arguments and named ones; all can be pickled.
    path
        The file. Its size says how long reading may take.
    source
        The file as the findings call it.

    Raises
    ------
    FindingError
        T64 where the process died or the reader failed over the file, T65 where it overran its
        time, T66 where it wanted too much memory. The next call gets a new process.
    """
    with _LOCK:
        child = _current()
        work = (read, (path, *arguments), named)
        try:
            kind, answer = _ask(child, work, _seconds(Path(path)), source)
            if kind == "memory":
                _refuse("T66", source, answer)
        except BaseException:  # Ctrl-C too: a late answer is no answer to the next question
            _CHILDREN.remove(child)
            child.end()
            raise
    if kind == "failed":
        _refuse("T64", source, answer)
    result: T = answer
    return result


def _current() -> _Child:
    if not _CHILDREN:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        folder = TemporaryDirectory(prefix="xuewei-", ignore_cleanup_errors=True)
        arguments = (theirs, MOST_MEMORY, folder.name)
        process = context.Process(target=_serve, args=arguments, daemon=True)
        process.start()
        theirs.close()
        _CHILDREN.append(_Child(process, ours, folder))
    return _CHILDREN[0]


def _ask(child: _Child, work: Any, seconds: float, source: Source) -> tuple[str, Any]:
    """Hand work to the process and wait for its answer: what became of it, and the result."""
    try:
        if not child.ready:
            child.ready = _started(child)
            if not child.ready:
                _refuse("T64", source, NOT_STARTED)
        child.pipe.send(work)
        if not child.pipe.poll(seconds):
            _refuse("T65", source, f"{seconds:,.0f}")
        kind, answer = child.pipe.recv()
    except (EOFError, OSError):
        child.process.join(10)
        _died(child.process.exitcode or 0, source)
    return kind, answer


def _started(child: _Child) -> bool:
    """Wait for the first word of the process; whether it came, or the process failed at once."""
    try:
        return child.pipe.poll(START_SECONDS) and child.pipe.recv() == "ready"
    except (EOFError, OSError):
        child.process.join(10)
        if child.process.exitcode == 1:  # Python ended over what it imports, not over a file
            return False
        raise


def _died(code: int, source: Source) -> NoReturn:
    """Tell of a process that died; the system kills what wants more memory than it has."""
    if sys.platform != "win32" and code == -signal.SIGKILL:
        _refuse("T66", source, "SIGKILL")
    known = {-sign.value: sign.name for sign in signal.Signals}
    _refuse("T64", source, known.get(code, f"{code & 0xFFFFFFFF:#x}"))


def _refuse(code: str, source: Source, more: object) -> NoReturn:
    from geodata.catalogue import found

    raise FindingError([found(code, source, more=more)])


def _seconds(path: Path) -> float:
    """Return how long a file may take; the figures of a Shapefile are in the file beside it."""
    files = {path, path.with_suffix(".dbf")}
    size = sum(file.stat().st_size for file in files if file.is_file())
    return LEAST_SECONDS + SECONDS_PER_MB * size / 1e6


def _serve(pipe: Connection, memory: int, folder: str) -> None:
    """Read what the parent asks for, until it is gone; what is unpacked, it takes away."""
    _confine(memory)
    tempfile.tempdir = folder
    importlib.import_module("geodata.readers")
    sys.addaudithook(_no_way_out)
    pipe.send("ready")
    while True:
        try:
            read, arguments, named = pipe.recv()
        except EOFError:
            return
        pipe.send_bytes(_answer(read, arguments, named))


def _answer(read: Callable[..., Any], arguments: Any, named: Any) -> bytes:
    """Return the pickled result of a reader, or why there is none."""
    try:
        return pickle.dumps(("read", read(*arguments, **named)))
    except MemoryError:
        return pickle.dumps(("memory", f"{MOST_MEMORY / 1e9:g} GB"))
    except BaseException as problem:
        # The boundary: whatever a library throws over a file, a panic of Rust among it, is told.
        last = traceback.extract_tb(problem.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        return pickle.dumps(("failed", f"{type(problem).__name__}, {where}: {problem}"[:WORDS]))


def _confine(memory: int) -> None:
    """Leave Ctrl-C to the parent, say nothing, load no driver that fetches, bound the memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(_SURROUNDINGS)
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    if sys.platform != "win32":
        import resource

        for limit, most in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CORE, 0)):
            _, highest = resource.getrlimit(limit)
            bound = most if highest == resource.RLIM_INFINITY else min(most, highest)
            resource.setrlimit(limit, (bound, highest))


def _no_way_out(event: str, _arguments: tuple[Any, ...]) -> None:
    """Refuse what no reader needs: the network, and other programs."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
