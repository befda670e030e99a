"""Fails unless a change report names every operation that was added or removed.

Arguments: the report, the older and the newer official document.
"""

import json
import sys


def operations(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    return {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


report = open(sys.argv[1], encoding="utf-8").read()
older, newer = operations(sys.argv[2]), operations(sys.argv[3])
changed = sorted(older ^ newer)
if not changed:
    sys.exit("the two documents have the same operations: nothing was checked")
missing = [operation for operation in changed if operation not in report]
if missing:
    sys.exit(f"not in the report: {missing}")
print(f"the report, {len(report.splitlines())} lines, names all {len(changed)} operations "
      "that came or went")
