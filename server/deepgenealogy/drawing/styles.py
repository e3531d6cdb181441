"""How a picture looks: colours in light and dark, letters, and the line and arrow of each kind of derivation."""

from ..vocabulary import PLAIN_DESCENT

#: Kind -> (colour in light, colour in dark, dash); colours after Okabe and Ito, whom the colour-blind can follow.
_STYLES = {
    "extends": ("#0072b2", "#56b4e9", ""),
    "improves": ("#0072b2", "#56b4e9", "7 4"),
    "variantOf": ("#00805f", "#2fd3a6", ""),
    "simplifies": ("#00805f", "#2fd3a6", "7 4"),
    "generalizes": ("#00805f", "#2fd3a6", "2 4"),
    "scales": ("#0072b2", "#56b4e9", "2 4"),
    "combines": ("#b25000", "#f0a350", ""),
    "replacesComponentOf": ("#b25000", "#f0a350", "7 4"),
    "appliesToNewDomain": ("#a83b7c", "#e79ac6", ""),
    "inspiredBy": ("#6b6b6b", "#a8a8a8", "2 4"),
    PLAIN_DESCENT: ("#6b6b6b", "#a8a8a8", "7 4"),
}

_STYLE = """
.lineage-ground{fill:#fff}
.lineage text{font-family:system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif;fill:#1b1f24}
.lineage .head{font-size:17px;font-weight:600}
.lineage .date,.lineage .year,.lineage .note{fill:#57606a;font-size:11px}
.lineage .year{font-size:12px;font-weight:600}
.lineage .name{font-size:13px}
.lineage .band{stroke:#d8dee4;stroke-width:1}
.lineage .box{fill:#f6f8fa;stroke:#8c959f;stroke-width:1}
.lineage .asked .box{fill:#1f4e79;stroke:#1f4e79}
.lineage .asked .name,.lineage .asked .date{fill:#fff}
.lineage .between .box{stroke-dasharray:3 3}
.lineage a{text-decoration:none;cursor:pointer}
.lineage a:hover .box,.lineage a:focus .box{stroke:#bc4c00;stroke-width:2.5}
.lineage a:focus{outline:none}
.lineage .edge{fill:none;stroke-width:1.8}
.lineage .edge:hover{stroke-width:4}
"""
_DARK = """
.lineage-ground{fill:#0d1117}
.lineage text{fill:#e6edf3}
.lineage .date,.lineage .year,.lineage .note{fill:#9da7b3}
.lineage .band{stroke:#30363d}
.lineage .box{fill:#161b22;stroke:#6e7681}
.lineage .asked .box{fill:#9ecbff;stroke:#9ecbff}
.lineage .asked .name,.lineage .asked .date{fill:#0d1117}
.lineage a:hover .box,.lineage a:focus .box{stroke:#f0883e}
"""


def arrow(kind: str) -> str:
    """The head of the arrows of a kind."""
    return (
        f'<marker id="lineage-{kind}" class="{kind}" viewBox="0 0 8 8" refX="1" refY="4" '
        'markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        '<path class="tip" d="M0 0L8 4L0 8z"/></marker>'
    )


def style_sheet(kinds: list[str]) -> str:
    """The style sheet of a picture in which these kinds occur, for light and dark."""
    rules = (_rule(kind, _STYLES[kind][0], _STYLES[kind][2]) for kind in kinds)
    dark = (_rule(kind, _STYLES[kind][1], "") for kind in kinds)
    return f"{_STYLE}{''.join(rules)}@media (prefers-color-scheme:dark){{{_DARK}{''.join(dark)}}}"


def _rule(kind: str, colour: str, dash: str) -> str:
    dashes = f";stroke-dasharray:{dash}" if dash else ""
    return f".lineage .edge.{kind}{{stroke:{colour}{dashes}}}\n.lineage .{kind} .tip{{fill:{colour}}}\n"
