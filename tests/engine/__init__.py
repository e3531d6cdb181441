"""Tests of `deepgenealogy.engine`."""
