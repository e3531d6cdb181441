"""Deep Genealogy: the family tree of deep-learning architectures as linked data.

Data flows one way through the layers, and no layer knows a later one:

    sources (files -> records) -> graph (records -> quads -> snapshot) -> engine (questions -> answers) -> web, cli
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
