"""An engine elsewhere: any server that speaks the SPARQL 1.1 Protocol evaluates the questions put to this one.

| module | what it is for |
|---|---|
| `dialects` | the one table of how engines differ |
| `wording` | a query as a dialect understands it |
| `calling`, `watching`, `refusals` | requests: connections, credentials, deadlines, and what an error means |
| `tables`, `paging` | answers read, however many rows the engine gives at a time |
| `publication` | what `publish` put there: the snapshot's name, its graphs and their sizes |
| `publishing` | graphs put there, and counted |
| `engine` | all of it as an Engine |
"""

from .engine import RemoteEngine, public_remote_engine, remote_engine
from .publishing import Publisher

__all__ = ["Publisher", "RemoteEngine", "public_remote_engine", "remote_engine"]
