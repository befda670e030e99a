"""Checks that each test of tests/coverage/operations.toml makes its call.

operations_are_called.py DIRECTORY TABLE

The directory is what PERSONA_EMULATOR_RECORD named while the suite ran. A call of the facade counts
when the client sent it in the test that is named and the emulator answered it with 2xx. Operations
that stay raw and are not emulated are called against a server of their test's own, which records
nothing: they are left out, and counted.
"""

import json
import sys
import tomllib
from collections import defaultdict
from pathlib import Path


def main(directory, table):
    tests_of = defaultdict(set)
    for file in sorted(Path(directory).glob("*.jsonl")):
        for line in file.open():
            exchange = json.loads(line)
            ours = exchange["request-headers"].get("user-agent", "").startswith("withpersona/")
            if ours and exchange["status"] < 300 and exchange["operation"]:
                tests_of[exchange["operation"]].add(exchange["test"])
    rows = tomllib.loads(Path(table).read_text())
    called = raw = 0
    missing = []
    for operation, row in rows.items():
        name = row["test"].split("::", 1)[1]
        if name in tests_of[operation]:
            called += 1
        elif "call" in row:
            others = ", ".join(sorted(tests_of[operation])[:5]) or "none does"
            missing.append(f"{operation}: {row['test']} does not call it (tests that do: {others})")
        else:
            raw += 1
    print(f"{called:4} operations are called on the emulator by the test that is named for them")
    print(f"{raw:4} stay raw and are called against a server of their test's own")
    for line in missing:
        print(f"error: {line}", file=sys.stderr)
    sys.exit(1 if missing or not called else 0)


main(*sys.argv[1:])
