"""The second judge: reads only a run's own files and shares no code with what wrote them."""

from scenarios.verify.judge import verify
from scenarios.verify.verdict import Fault, Figure, TermCheck, Verdict, Violation

__all__ = ["Fault", "Figure", "TermCheck", "Verdict", "Violation", "verify"]
