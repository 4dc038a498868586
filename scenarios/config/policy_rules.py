"""What the levers of one policy must agree on."""

from __future__ import annotations

from scenarios.config.findings import Finding, Words
from scenarios.config.models import PolicyConfig, Study
from scenarios.config.partial import Unsettled
from scenarios.config.words import fault_at
from scenarios.config.yaml_text import Lines


def policy_faults(
    policy: PolicyConfig,
    study: Study,
    place: tuple[str, ...],
    file: str,
    lines: Lines,
    unsettled: Unsettled,
) -> list[Finding]:
    """Return levers of a policy that contradict each other (C23).

    The first key of a case is blamed; none of its keys may be `unsettled`.
    """
    first_year = study.first_year if unsettled.known(("first_year",)) else 0
    given, actions = policy.model_fields_set, set(policy.actions)
    stops = actions & {"merge", "close", "convert", "relocate"}
    cases: list[tuple[bool, tuple[str, ...], Words]] = [
        (
            "closings_per_year" in given and not stops,
            ("closings_per_year", "actions"),
            ("No action of this policy stops a level.", "该政策没有任何会停办学段的措施。"),
        ),
        (
            "close_below" in given and not actions & {"merge", "close"},
            ("close_below", "actions"),
            ("This policy neither merges nor closes.", "该政策既不合并也不关闭学校。"),
        ),
        (
            bool({"closings_per_year", "close_below"} & given) and "closing" in policy.families_off,
            ("families_off",),
            ("Closing rules are given and switched off.", "既给出又关闭了撤并规则。"),
        ),
        (
            policy.whole_zones and "whole_zones" in given and "catchments" in policy.families_off,
            ("families_off",),
            ("Whole zones are asked for and switched off.", "既要求整区划片又关闭了该规则。"),
        ),
        (
            policy.contiguous and not policy.whole_zones,
            ("contiguous", "whole_zones"),
            ("Areas hang together only where zones stay whole.", "只有整区划片才能要求学区连片。"),
        ),
        (
            (policy.contiguous or policy.stability is not None)
            and "catchments" in policy.families_off,
            ("families_off",),
            ("Rules of catchments are given and switched off.", "既给出又关闭了学区规则。"),
        ),
        (
            len(policy.actions) != len(actions),
            ("actions",),
            ("An action stands twice.", "某项措施出现两次。"),
        ),
        (
            policy.unsafe_deadline is not None and policy.unsafe_deadline < first_year,
            ("unsafe_deadline",),
            ("The deadline lies before the first planned year.", "期限早于规划首年。"),
        ),
    ]
    mend = ("Keep what is meant.", "请保留真正想要的一项。")
    return [
        fault_at("C23", file, lines, (*place, keys[0]), words, mend)
        for wrong, keys, words in cases
        if wrong and unsettled.known(*((*place, key) for key in keys))
    ]
