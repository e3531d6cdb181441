"""Tests of `deepgenealogy.linking`: identifiers, the command, stand-ins for other graphs, precision and recall."""
