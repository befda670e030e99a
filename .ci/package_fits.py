"""Fails unless the packed crate fits a registry and holds what it must, and nothing else."""

import sys
import tarfile

LIMIT = 10_000_000
NEEDED = ["build.rs", "openapi/persona.json", "openapi/areas.toml", "src/lib.rs", "README.md",
          "CHANGELOG.md", "LICENSE", "NOTICE"]
UNWANTED = (".ci/", "openapi/import/", "tests/", "benches/", "target/")

path, = sys.argv[1:]
with tarfile.open(path) as crate:
    files = {member.name.split("/", 1)[1]: member.size for member in crate if member.isfile()}
with open(path, "rb") as file:
    packed = file.seek(0, 2)
problems = [f"{name} is missing" for name in NEEDED if name not in files]
problems += [f"{name} does not belong into it" for name in files if name.startswith(UNWANTED)]
if packed > LIMIT:
    problems.append(f"{packed:,} bytes are more than the {LIMIT:,} that a registry takes")
if problems:
    sys.exit(f"{path}: " + "; ".join(problems))
print(f"{len(files)} files, {sum(files.values()):,} bytes, {packed:,} packed")
