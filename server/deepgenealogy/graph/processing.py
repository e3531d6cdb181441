"""Other forms of a JSON-LD document, made by PyLD: expanded, flattened, framed (JSON-LD 1.1 Processing Algorithms).

Nothing is fetched: the one address that a document or frame may name is that of our own context, which lies in the
package; every other is refused.
"""

from collections.abc import Callable
from typing import Any

from ..errors import QuestionRefused
from ..vocabulary import BASE

Json = Any

#: The addresses of our context as documents name it.
CONTEXT_ADDRESS = f"{BASE}context.jsonld"


class Processor:
    """The forms of documents in the keys of one context. Raises QuestionRefused for what has no such form."""

    def __init__(self, context: dict[str, Any]) -> None:
        self._own = {"@context": context}
        self._options: dict[str, Any] = {"documentLoader": self._load}

    def _load(self, address: str, options: Any) -> dict[str, Any]:
        if address != CONTEXT_ADDRESS:
            raise QuestionRefused(f"'{address[:200]}' is not fetched; only {CONTEXT_ADDRESS} may be named")
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": self._own}

    def expanded(self, document: Json) -> Json:
        """The document without a context: every key an IRI, every value an object."""
        return _done("expand", document, self._options)

    def flattened(self, document: Json) -> Json:
        """The same as `expanded`, with one node a subject, none inside another."""
        return _done("flatten", document, None, self._options)

    def framed(self, document: Json, frame: Json) -> Json:
        """The nodes that the frame asks for, each a tree; what it asks for and is not there is left out."""
        return _done("frame", document, frame, {**self._options, "omitDefault": True})


def _done(algorithm: str, *arguments: Json) -> Json:
    from pyld import jsonld  # late: it takes a tenth of a second, and few ask for other forms

    try:
        return getattr(jsonld, algorithm)(*arguments)
    except jsonld.JsonLdError as problem:
        words = problem.__cause__ if isinstance(problem.__cause__, QuestionRefused) else problem.args[0]
        raise QuestionRefused(f"the document has no such form of JSON-LD: {words}") from problem


#: Form -> how a processor makes it; compacted is how every document is written first.
FORMS: dict[str, Callable[[Processor, Json], Json]] = {
    "expanded": Processor.expanded,
    "flattened": Processor.flattened,
}
