"""Run in a process of its own: how the `sssom` library reads a mapping file, and what its validators hold against it.

First line: how many mappings it kept (it leaves out what is not well-formed); then one line a finding.
"""

import sys
import warnings

warnings.simplefilter("ignore")

from sssom.constants import DEFAULT_VALIDATION_TYPES  # noqa: E402
from sssom.parsers import parse_sssom_table  # noqa: E402
from sssom.validators import validate  # noqa: E402

mappings = parse_sssom_table(sys.argv[1])
print(len(mappings.df))
for kind, report in validate(mappings, DEFAULT_VALIDATION_TYPES, fail_on_error=False).items():
    for result in report.results:
        print(kind.value, result.message)
