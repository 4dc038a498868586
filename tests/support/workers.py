"""Jobs for executor tests; a spawned process must be able to import them."""

from __future__ import annotations

import os
import time
from typing import Any

from scenarios.executors import Tell


def double(job: Any, tell: Tell) -> Any:
    """Tell the job and double it; -1 fails, -2 dies, -3 never ends."""
    tell(job)
    if job == -1:
        raise ValueError("no such number")
    if job == -2:
        os._exit(9)
    if job == -3:
        time.sleep(600)
    return 2 * job
