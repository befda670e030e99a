"""Fails where the vendored document repeats prose of an official one.

Arguments: the vendored document, then official documents. Prose is every line of a description
or a summary, and every text of an example, that has four words or more; fewer words are names of
things, which both documents have to use.
"""

import json
import sys

PROSE = {"description", "summary"}
EXAMPLES = {"example", "examples"}


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def prose(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in PROSE and isinstance(inner, str):
                yield inner
            elif key in EXAMPLES:
                yield from texts(inner)
            else:
                yield from prose(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from prose(inner)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


vendored = "\n".join({
    " ".join(text.split()) for text in texts(load(sys.argv[1])) if len(text.split()) >= 4
})
lines = {
    " ".join(line.split())
    for path in sys.argv[2:]
    for text in prose(load(path))
    for line in text.splitlines()
    if len(line.split()) >= 4
}
if len(lines) < 1000:
    sys.exit(f"only {len(lines)} lines of prose were found: these are no official documents")
copied = sorted(line for line in lines if line in vendored)
for line in copied[:20]:
    print(f"copied: {line}", file=sys.stderr)
if copied:
    sys.exit(f"{sys.argv[1]}: {len(copied)} lines of an official document")
print(f"none of {len(lines)} lines of prose is in {sys.argv[1]}")
