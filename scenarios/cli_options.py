"""Options and arguments that commands share, with their help in both languages."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """Languages of everything the program says."""

    EN = "en"
    ZH = "zh"


class Method(StrEnum):
    """Names of `optimizer.solve.METHODS`, which is slow to import, and the choice among them."""

    AUTO = "auto"
    BRANCHED = "branched"
    BY_SITE = "by_site"
    MONOLITHIC = "monolithic"


class SchoolType(StrEnum):
    """Types of school for which places are screened."""

    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    NINE_YEAR = "nine_year"


class MapFormat(StrEnum):
    """Formats of `scenarios.outputs.printed`, which is slow to import."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"


StudyPath = Annotated[Path, typer.Argument(help="Study file. 研究文件。", metavar="STUDY.yaml")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress. 不显示进度。")]
Language = Annotated[Lang, typer.Option("--lang", help="Language. 语言。")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Summary as JSON on standard output. 以 JSON 输出摘要。")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Run this scenario only; may be repeated. 只运行该情景，可重复。"),
]
Out = Annotated[Path, typer.Option("--out", help="Results folder. 结果文件夹。")]
MethodName = Annotated[Method, typer.Option("--method", help="Solution method. 求解方法。")]
Gap = Annotated[
    float, typer.Option("--gap", min=0.0, max=1.0, help="Stop at this gap. 达到该差距即停。")
]
Seconds = Annotated[
    float,
    typer.Option(
        "--seconds", min=0.1, max=1e6, help="Solving seconds per scenario. 每个情景的求解秒数。"
    ),
]
Nodes = Annotated[
    int | None,
    typer.Option(
        "--nodes",
        min=1,
        help="Stop after so many nodes of the search tree (by_site: steps of the bound). "
        "搜索树节点数（by_site：下界迭代步数）达此数即停。",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="Random seed. 随机种子。")]
Jobs = Annotated[int, typer.Option("--jobs", min=1, max=64, help="Processes. 进程数。")]
Mps = Annotated[
    Path | None,
    typer.Option("--write-mps", help="Also write each MILP and plan here. 同时写出 MPS 与方案。"),
]
Cold = Annotated[
    bool,
    typer.Option("--cold", help="Begin with no earlier run. 不从已有结果出发。"),
]
Network = Annotated[
    Path | None,
    typer.Option(
        "--network",
        metavar="RUN_DIR",
        help="Keep the network of this run; assign pupils and post teachers anew. "
        "保留该结果的学校布局，只重新划片并配备教师。",
    ),
]
Hold = Annotated[
    list[str] | None,
    typer.Option(
        "--hold",
        metavar="ZONE=SITE[:LEVEL]",
        help="With --network: put a zone at a school and hold it there, in every planned year; may "
        "be repeated. 与 --network 同用：把单元划入某校，各规划年保持不变，可重复。",
    ),
]
RunDir = Annotated[Path, typer.Argument(help="Folder of a run. 结果文件夹。", metavar="RUN_DIR")]
