#!/usr/bin/env python3
"""Looks for what is secret or a person's in everything that a run of the tests told.

    canaries.py FOLDER METADATA
    canaries.py --programs METADATA

FOLDER holds, of one run: `output`, what the tests printed; `exchanges`, what the emulators were
sent and what they answered; and one `.trace` of each test program, all it told at TRACE. METADATA
is cargo's, for the names of the test programs, which the second form prints.

The canaries are learned from the exchanges: idempotency keys, session tokens, codes of links,
secrets, fields, names, notes, reference ids and details of errors, the tests' own and the
emulator's. Keys, which are not recorded, and what is of no emulator are looked for by their form.

Fails if one is found, and if the search could not have found any: a kind that never travelled, a
test program that nobody listened to, a trace without the line that has to be heard.
"""

import json
import pathlib
import re
import subprocess
import sys
import urllib.parse

# Written by tests/canary/mod.rs.
HEARD = b"a-canary-that-is-heard"
# This one listens to itself, and tells what it heard by failing.
LISTENS_ITSELF = {"canaries"}

# Shorter ones, and plain words of the protocol, stand in lines that tell nothing.
SHORTEST = 5
PLAIN = re.compile(r"[0-9.]+|[a-z]{1,9}")
# A title of Persona's, which errors show, and the emulator's details of the same.
TITLES = {"Inquiry already redacted"}
# A server of the tests that logs what it is sent, as it should; it is not in a user's process.
OTHER_TELLER = re.compile(rb"^[^ ]+ +[A-Z]+ [^\n]*httpmock::")
BEGINNING = re.compile(rb"^[0-9]{4}-[0-9]{2}-[0-9]{2}T")

# Forms of what gives access.
FORMS = {
    "an API key": rb"persona_(sandbox|production)_[A-Za-z0-9]",
    "a session token": rb"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+",
    "a one-time link": rb"[?&]code=[A-Za-z0-9]",
    "a file's address": rb"access_token=[A-Za-z0-9]",
    "a webhook secret": rb"wbhsec_[A-Za-z0-9]",
    "an Authorization header": rb"Bearer [A-Za-z0-9]",
}
EXAMPLES = b"""persona_sandbox_5e1f
eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0
https://withpersona.com/verify?code=us1-abc
https://files.withpersona.com/front.jpg?access_token=9b1d
wbhsec_4d2c
Authorization: Bearer 5e1f
"""

# Members of bodies, in kebab case, by the kind of canary that their texts are.
MEMBERS = {
    "session-token": "session tokens",
    "reference-id": "reference ids",
    "auto-create-account-reference-id": "reference ids",
    "note": "notes",
    "comment": "notes",
    "fields": "fields",
    "details": "details of errors",
    "secret": "webhook secrets",
    "name-first": "names",
    "name-middle": "names",
    "name-last": "names",
    "birthdate": "names",
    "email-address": "names",
    "phone-number": "names",
    "identification-number": "names",
}

# Each of these has to travel, or the run proves nothing about it.
NEEDED = [
    "idempotency keys",
    "session tokens",
    "codes of links",
    "reference ids",
    "notes",
    "fields",
    "details of errors",
]


def kebab(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()


def texts(value):
    """Every text in a value; of the parts of a field its value alone."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        if set(value) == {"type", "value"}:
            yield from texts(value["value"])
        else:
            for one in value.values():
                yield from texts(one)


class Canaries:
    def __init__(self):
        self.kinds = {}

    def add(self, kind, text):
        if len(text) >= SHORTEST and not PLAIN.fullmatch(text) and text not in TITLES:
            self.kinds.setdefault(kind, set()).add(text)

    def learn(self, exchange):
        key = exchange["request-headers"].get("idempotency-key", "")
        self.add("idempotency keys", key)
        for name, value in urllib.parse.parse_qsl(exchange["query"]):
            if name in ("filter[reference-id]", "filter[note]"):
                self.add("reference ids", value)
        self.learn_members(exchange["request"])
        self.learn_members(exchange["answer"])

    def learn_members(self, value):
        if isinstance(value, list):
            for one in value:
                self.learn_members(one)
        if not isinstance(value, dict):
            return
        for name, member in value.items():
            kind = MEMBERS.get(kebab(name))
            if kind:
                for text in texts(member):
                    self.add(kind, text)
                    if kind == "session tokens":
                        # Its signature alone is as good for whoever knows the rest.
                        self.add(kind, text.rpartition(".")[2])
            else:
                self.learn_members(member)
                if isinstance(member, str):
                    self.learn_link(member)

    def learn_link(self, text):
        if text.startswith("http") and "?" in text:
            query = urllib.parse.urlsplit(text).query
            for name, value in urllib.parse.parse_qsl(query):
                if name in ("code", "access_token"):
                    self.add("codes of links", value)

    def spellings(self):
        """What to look for: each text as it is, in a URL, and in JSON or `Debug`."""
        found = {}
        for kind, canaries in self.kinds.items():
            for text in canaries:
                for spelling in (
                    text,
                    urllib.parse.quote(text, safe=""),
                    urllib.parse.quote_plus(text),
                    json.dumps(text)[1:-1],
                    json.dumps(text, ensure_ascii=False)[1:-1],
                ):
                    # A line is searched at a time.
                    for line in spelling.splitlines():
                        if len(line) >= SHORTEST:
                            found[line.encode()] = kind
        return found


def without_others(trace):
    """Takes out what a server of the tests told, with the lines that belong to it."""
    kept = []
    is_kept = True
    for line in trace.read_bytes().splitlines(keepends=True):
        if BEGINNING.match(line):
            is_kept = not OTHER_TELLER.match(line)
        if is_kept:
            kept.append(line)
    trace.write_bytes(b"".join(kept))


def search(patterns, files, how):
    """Lines as `file:line`, at most a few of each file."""
    command = ["grep", "-n", "-H", "-a", "-o", "-m", "5", how, "-f", "-", "--", *files]
    done = subprocess.run(
        command,
        input=b"\n".join(patterns) + b"\n",
        stdout=subprocess.PIPE,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    if done.returncode > 1:
        sys.exit(f"error: grep ended with {done.returncode}")
    return done.stdout.splitlines()


def programs(metadata):
    packages = json.loads(pathlib.Path(metadata).read_text())["packages"]
    crate = next(one for one in packages if one["name"] == "withpersona")
    targets = (one for one in crate["targets"] if "test" in one["kind"] and one["test"])
    return {one["name"] for one in targets if not one.get("required-features")}


def main(folder, metadata):
    folder = pathlib.Path(folder)
    faults = []
    canaries = Canaries()
    exchanges = 0
    for record in sorted((folder / "exchanges").glob("*.jsonl")):
        with open(record, encoding="utf-8") as lines:
            for line in lines:
                canaries.learn(json.loads(line))
                exchanges += 1
    for kind in NEEDED:
        if not canaries.kinds.get(kind):
            faults.append(f"no {kind} travelled: the run proves nothing about them")

    traces = sorted(folder.glob("*.trace"))
    heard = {re.sub(r"-[0-9a-f]+-[0-9]+$", "", one.stem) for one in traces}
    for program in sorted(programs(metadata) - heard - LISTENS_ITSELF):
        faults.append(f"nobody listened to the test program {program}: give it `mod canary;`")
    deaf = [one for one in traces if HEARD not in one.read_bytes()[:4096]]
    faults += [f"{one.name} misses what has to be heard" for one in deaf]
    for trace in traces:
        without_others(trace)
    told = b"".join(one.read_bytes() for one in traces if one.stem.startswith("main_job"))
    for expected in (b"persona.call", b"hyper_util", b"exception.message"):
        if expected not in told:
            faults.append(f"the main job does not tell {expected.decode()}")

    spellings = canaries.spellings()
    files = [str(folder / "output"), *map(str, traces)]
    # The search has to find what it should not: a file with all of them.
    control = folder / "control"
    control.write_bytes(b"\n".join(b"told: " + one for one in spellings) + b"\n")
    if len(search(spellings, [str(control)], "-F")) < 5:
        faults.append("the search does not find the canaries where they are")
    control.write_bytes(EXAMPLES)
    for what, form in FORMS.items():
        if len(search([form], [str(control)], "-E")) != 1:
            faults.append(f"the search does not know the form of {what}")
    control.unlink()
    for line in search(spellings, files, "-F"):
        text = line.split(b":", 2)[2]
        faults.append(f"{spellings.get(text, 'a canary')} told: {line.decode(errors='replace')}")
    for what, form in FORMS.items():
        for line in search([form], files, "-E"):
            faults.append(f"{what} told: {line.decode(errors='replace')}")

    counts = ", ".join(f"{len(them)} {kind}" for kind, them in sorted(canaries.kinds.items()))
    size = sum(pathlib.Path(one).stat().st_size for one in files) // 1_000_000
    print(f"looked for {counts}")
    print(f"of {exchanges} exchanges, in {size} MB that {len(traces)} processes told")
    for fault in faults[:50]:
        print(f"error: {fault}", file=sys.stderr)
    if faults:
        sys.exit(1)


if sys.argv[1] == "--programs":
    print(*sorted(programs(sys.argv[2])))
else:
    main(*sys.argv[1:])
