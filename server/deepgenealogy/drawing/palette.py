"""How a band of the map looks: a colour on light and one on dark pages, and a shape, for colour is never alone."""

from dataclasses import dataclass

#: After Okabe and Ito, whom the colour-blind can follow; dark enough on white, and light enough on black, for 3 to 1.
_COLOURS = (
    ("#0072b2", "#56b4e9"),
    ("#c04a00", "#f08a4b"),
    ("#00805f", "#2fd3a6"),
    ("#b03a82", "#e79ac6"),
    ("#946c00", "#e3b341"),
    ("#4b3b9e", "#a99cf0"),
    ("#2a86b8", "#9bd6f7"),
)
#: Fewer than colours, and without a common divisor, so that 35 bands look different.
_SHAPES = ("ellipse", "rectangle", "diamond", "triangle", "hexagon")


@dataclass(frozen=True)
class Look:
    """The colour of a band on a light and on a dark page, and the shape of its methods."""

    light: str
    dark: str
    shape: str


#: Methods without a band of their own.
PLAIN = Look("#6b7280", "#a2acba", "ellipse")


def look(number: int) -> Look:
    """The look of the band with that number, counted from the top."""
    light, dark = _COLOURS[number % len(_COLOURS)]
    return Look(light, dark, _SHAPES[number % len(_SHAPES)])
