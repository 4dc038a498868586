"""What planners talk about, frozen: the words in which a problem, a plan and a result are stated.

Everything here is immutable, picklable and compared by digest. Nothing here imports Pyomo.
"""

from optimizer.domain.demand import Demand, Enrolled
from optimizer.domain.horizon import Horizon, Level
from optimizer.domain.options import Action, Options
from optimizer.domain.places import Adjacency, DemandZones, Sites
from optimizer.domain.plan import Plan
from optimizer.domain.problem import Problem, ProblemError
from optimizer.domain.result import Certificate, Result, Status, Term, TermKind, Tree, Violation
from optimizer.domain.rules import FunctionRoom, Policy, Prices, Standards
from optimizer.domain.staff import Postings, Staffing, TeacherPools
from optimizer.domain.tables import MergeArcs, Travel

__all__ = [
    "Action",
    "Adjacency",
    "Certificate",
    "Demand",
    "DemandZones",
    "Enrolled",
    "FunctionRoom",
    "Horizon",
    "Level",
    "MergeArcs",
    "Options",
    "Plan",
    "Policy",
    "Postings",
    "Prices",
    "Problem",
    "ProblemError",
    "Result",
    "Sites",
    "Staffing",
    "Standards",
    "Status",
    "TeacherPools",
    "Term",
    "TermKind",
    "Travel",
    "Tree",
    "Violation",
]
