"""Tests of `deepgenealogy.sources`."""
