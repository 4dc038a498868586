"""Work in a spawned process with a deadline that the parent keeps.

Forking after a solve with several threads hangs, and a solver may overrun its own time limit: so
the child is spawned, and ended from here when its time is over.
"""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Send = Callable[[Any], bool]
"""Sends a message to the parent; True: the parent asks to stop."""

_GRACE_SECONDS = 5.0


class ChildError(RuntimeError):
    """The child failed; the message holds its traceback."""


@dataclass(frozen=True)
class Finished:
    """How a child ended: its return value, or None where it was ended at the deadline."""

    value: Any
    in_time: bool


def run_in_child(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    seconds: float,
    on_message: Callable[[Any], bool | None] = lambda _: None,
) -> Finished:
    """Call ``function(*arguments, send)`` in a spawned process.

    Parameters
    ----------
    function
        Importable by name; its last argument is `send`, by which it reports.
    seconds
        Deadline; the child is asked to stop then and ended five seconds later.
    on_message
        Receives every message; returning True asks the child to stop.

    Raises
    ------
    ChildError
        If the function raises or the process dies.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    stop = context.Event()
    process = context.Process(target=_serve, args=(theirs, stop, function, arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        return _listen(ours, stop, time.monotonic() + seconds, on_message)
    finally:
        process.join(timeout=0.5)
        if process.is_alive():
            process.kill()
            process.join()
        ours.close()


def _listen(
    connection: Connection,
    stop: Any,
    deadline: float,
    on_message: Callable[[Any], bool | None],
) -> Finished:
    """Take messages until the result, the deadline with its grace, or the death of the child."""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            stop.set()
        if left <= -_GRACE_SECONDS:
            return Finished(None, in_time=False)
        if not connection.poll(max(0.05, min(left, 1.0))):
            continue
        try:
            kind, content = connection.recv()
        except EOFError:
            raise ChildError("the process that solved the model died") from None
        if kind == "failed":
            raise ChildError(content)
        if kind == "done":
            return Finished(content, in_time=True)
        if on_message(content):
            stop.set()


def _serve(
    connection: Connection, stop: Any, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    """Run in the child: call the function and send what it says and returns."""

    def send(message: Any) -> bool:
        if message is not None:
            connection.send(("message", message))
        return bool(stop.is_set())

    try:
        connection.send(("done", function(*arguments, send)))
    except BaseException:  # the parent must learn of anything that ends the child
        connection.send(("failed", traceback.format_exc()))
        raise
    finally:
        connection.close()
