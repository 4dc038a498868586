"""A study file: its shape, its norms, and what it must agree on."""

from scenarios.config.load import LoadedStudy, Scenario, load_study, open_study
from scenarios.config.models import Study

__all__ = ["LoadedStudy", "Scenario", "Study", "load_study", "open_study"]
