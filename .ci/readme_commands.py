"""Prints the cargo commands of the shell blocks of a README, one a line.

Fails unless a newcomer's two commands are among them, word for word.
"""

import re
import sys

NEWCOMER = ["cargo run --example onboarding", "cargo test"]

text = open(sys.argv[1], encoding="utf-8").read()
blocks = re.findall(r"^```(?:sh|bash|shell|console)\s*$(.*?)^```\s*$", text, re.M | re.S)
commands = []
for line in "\n".join(blocks).splitlines():
    command = line.strip().removeprefix("$ ").split(" #")[0].strip()
    if command in NEWCOMER and command not in commands:
        commands.append(command)
missing = [command for command in NEWCOMER if command not in commands]
if missing:
    sys.exit(f"{sys.argv[1]}: no shell block has the command {missing}")
print("\n".join(commands))
