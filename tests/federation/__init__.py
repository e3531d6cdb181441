"""Tests of queries over two servers: ours, and a stand-in for another graph."""
