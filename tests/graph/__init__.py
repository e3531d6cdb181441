"""Tests of `deepgenealogy.graph`."""
