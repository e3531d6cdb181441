"""Which other servers an allowed SERVICE may reach: hosts that the operator names, at addresses of the open internet.

An entry is a host (`query.wikidata.org`), an address (`10.0.0.5`, `[::1]`), or either with a port. An address that is
loopback, private, link-local or otherwise reserved is reached only when that very address is named (or `localhost`,
which is always loopback): a name of the outside that leads inside is refused, whoever owns the name.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ..errors import CallOutRefused

_SCHEMES = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Peers:
    """The entries that the operator named, in lower case, as (host, port); a port of None stands for every port."""

    entries: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def of(cls, text: str) -> "Peers":
        """The peers in a comma-separated list. Raises ValueError for what is no host.

        >>> sorted(Peers.of("dbpedia.org, 127.0.0.1:7878").entries)
        [('127.0.0.1', 7878), ('dbpedia.org', None)]
        """
        return cls(frozenset(_entry(part.strip().lower()) for part in text.split(",") if part.strip()))

    def __bool__(self) -> bool:
        return bool(self.entries)

    def check(self, iri: str) -> SplitResult:
        """The parts of `iri`, if its scheme and host may be called. Raises CallOutRefused."""
        try:
            parts = urlsplit(iri)
            host, port = parts.hostname or "", parts.port
        except ValueError as problem:
            raise CallOutRefused(f"<{iri[:200]}> is no address of a server: {problem}") from problem
        if parts.scheme not in _SCHEMES or not host or parts.username is not None:
            raise CallOutRefused(
                f"<{iri[:200]}> cannot be called: an address must be http or https, a host, and no user name"
            )
        if not self._names(host, port or _SCHEMES[parts.scheme]):
            raise CallOutRefused(
                f"this server does not call {host}: its operator has not allowed that host (--allow-service)"
            )
        return parts

    def _names(self, host: str, port: int) -> bool:
        return (host, None) in self.entries or (host, port) in self.entries

    def may_connect(self, host: str, port: int, address: str) -> bool:
        """Whether `host` may be reached at `address`, which a look-up of its name gave."""
        found = ipaddress.ip_address(address.partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        if self._names(str(found), port):
            return True
        return (host == "localhost" and found.is_loopback) or _is_open(found)


def _is_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address belongs to the open internet; addresses that carry another one inside do not."""
    tunnel = isinstance(address, ipaddress.IPv6Address) and (
        address.sixtofour or address.teredo or address in ipaddress.ip_network("64:ff9b::/96")
    )
    return address.is_global and not (tunnel or address.is_multicast or address.is_reserved)


def _entry(text: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in text or "*" in text:
        raise ValueError(f"'{text}' is not a host; write dbpedia.org, 10.0.0.5, [::1] or any of them with :port")
    return parts.hostname, parts.port
