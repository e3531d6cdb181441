"""The soak: a server under mixed light, heavy and hostile requests for minutes; not a part of `make test`."""
