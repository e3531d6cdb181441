"""Tests of `deepgenealogy.web`."""
