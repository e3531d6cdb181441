"""Run in a process of its own: how the `sssom` library reads mapping files, and what its validators hold against them.

For each file one line of JSON: its name, how many mappings were kept (what is not well-formed is left out), and the
findings. The library warns of itself when it is imported, and warnings are errors in the tests: hence the process.
"""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

from sssom.constants import DEFAULT_VALIDATION_TYPES  # noqa: E402
from sssom.parsers import parse_sssom_table  # noqa: E402
from sssom.validators import validate  # noqa: E402

for path in sys.argv[1:]:
    mappings = parse_sssom_table(path)
    reports = validate(mappings, DEFAULT_VALIDATION_TYPES, fail_on_error=False)
    found = [f"{kind.value}: {result.message}" for kind, report in reports.items() for result in report.results]
    print(json.dumps({"file": Path(path).name, "mappings": len(mappings.df), "findings": found}))
