"""Tests of the exports: tables, bibliographies, the graph of descent, pictures of lineages."""
