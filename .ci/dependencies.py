"""Checks licences, bans, sources and Rust versions of all dependencies against deny.toml.

What cargo-deny does in full, as far as `cargo metadata` alone can tell: for machines without it.
Arguments: the output of `cargo metadata`, deny.toml.
"""

import json
import re
import sys
from pathlib import Path

REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


def entries(rules, section, key):
    """The texts of one list of a section, its comments left out."""
    body = re.search(rf"^\[{section}\]$(.*?)(?=^\[|\Z)", rules, re.M | re.S)[1]
    return re.findall(r'"([^"]+)"', re.search(rf"^{key} = \[(.*?)^\]", body, re.M | re.S)[1])


def satisfied(expression, allowed):
    """Whether an SPDX expression can be met; `/` is the old way to write OR."""
    tokens = re.findall(r"\(|\)|[^\s()/]+|/", expression)
    python = []
    for token in re.sub(r" WITH ", "-WITH-", " ".join(tokens)).split():
        python.append({"OR": "or", "/": "or", "AND": "and", "(": "(", ")": ")"}.get(
            token, str(token in allowed)))
    return eval(" ".join(python), {"__builtins__": {}})  # only True, False, and, or, ( and )


def licence(package):
    if package["license"]:
        return package["license"]
    if package["license_file"]:
        text = (Path(package["manifest_path"]).parent / package["license_file"]).read_text()
        if "Apache License, Version 2.0" in text:
            return "Apache-2.0"
    return "unknown"


def version(text):
    return tuple(int(part) for part in text.split(".")[:2])


with open(sys.argv[1], encoding="utf-8") as file:
    metadata = json.load(file)
rules = re.sub(r"^\s*#.*$", "", Path(sys.argv[2]).read_text(encoding="utf-8"), flags=re.M)
allowed = set(entries(rules, "licenses", "allow"))
banned = set(entries(rules, "bans", "deny"))
exceptions = {}
for crate, licences in re.findall(r'crate = "([^"]+)", allow = \[([^\]]*)\]', rules):
    exceptions[crate] = set(re.findall(r'"([^"]+)"', licences))

members = set(metadata["workspace_members"])
supported = version(next(p for p in metadata["packages"] if p["name"] == "withpersona")
                    ["rust_version"])
problems = []
for package in metadata["packages"]:
    name = f"{package['name']} {package['version']}"
    if not satisfied(licence(package), allowed | exceptions.get(package["name"], set())):
        problems.append(f"{name}: licence {licence(package)}")
    if package["name"] in banned:
        problems.append(f"{name}: banned")
    if package["id"] not in members and package["source"] != REGISTRY:
        problems.append(f"{name}: from {package['source']}")
    if package["rust_version"] and version(package["rust_version"]) > supported:
        problems.append(f"{name}: needs Rust {package['rust_version']}")
if problems:
    sys.exit("\n".join(problems))
print(f"{len(metadata['packages'])} packages: licences, bans, sources and Rust versions fit")
