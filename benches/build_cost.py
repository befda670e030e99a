#!/usr/bin/env python3
"""What it costs to build this crate: a Markdown table, default and full side by side.

    python3 benches/build_cost.py [--runs N] [--without-clean-build] [SET ...]

A SET is `default`, `full` or a comma-separated list of features. Needs cargo, rustfmt and
Python 3.9 or later on Linux or macOS; the dependencies have to be downloaded already
(`cargo fetch`), or the clean build would measure the network.

How it is measured:

- CPU seconds are user and system time of cargo and all processes under it; peak memory is that
  of the largest of these processes, which is rustc.
- "This crate alone": everything is built first, then src/lib.rs is touched and cargo runs
  again, without incremental compilation. The best of N runs counts, because other work on the
  machine only ever adds.
- The build script is run by itself, with the features of the set.
- "Clean build": an empty target directory, dependencies included, once.
- Lines: the generated code with each `wire_struct!` written as the struct that it defines, then
  formatted by rustfmt, since neither is true of the file that the compiler reads.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "withpersona"


class Cost:
    """Wall time, CPU time and peak memory of a command and all that it started."""

    def __init__(self, command, env=None):
        start = time.monotonic()
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        messages = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{messages}")
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        unit = 1 if sys.platform == "darwin" else 1024
        self.peak = usage.ru_maxrss * unit


class Set:
    """A set of features and a target directory of its own."""

    def __init__(self, name, target):
        self.name = name
        self.target = target / name.replace(",", "+")
        self.features = [] if name == "default" else ["--no-default-features", "--features", name]

    def cargo(self, command):
        return ["cargo", command, "--lib", "--offline", *self.features]

    @property
    def env(self):
        return {**os.environ, "CARGO_INCREMENTAL": "0", "CARGO_TARGET_DIR": str(self.target)}

    def clean_build(self):
        shutil.rmtree(self.target, ignore_errors=True)
        return Cost(self.cargo("build"), self.env)

    def alone(self, command, runs):
        Cost(self.cargo(command), self.env)
        measured = []
        for _ in range(runs):
            os.utime(ROOT / "src/lib.rs")
            measured.append(Cost(self.cargo(command), self.env))
        return min(measured, key=lambda cost: cost.cpu)

    def build_script(self):
        """The program that build.rs became, and where it wrote to."""
        output = subprocess.run(
            [*self.cargo("check"), "--message-format=json"], cwd=ROOT, env=self.env, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        ).stdout
        program = written = None
        for line in output.splitlines():
            message = json.loads(line)
            of_this = f"#{PACKAGE}@" in message.get("package_id", "") or message.get(
                "package_id", ""
            ).startswith(f"path+{ROOT.as_uri()}#")
            if not of_this:
                continue
            if message["reason"] == "build-script-executed":
                written = Path(message["out_dir"])
            elif message["reason"] == "compiler-artifact":
                if message["target"]["kind"] == ["custom-build"]:
                    program = Path(message["filenames"][0])
                    features = message["features"]
        if program is None or written is None:
            sys.exit("cargo told of no build script")
        return program, features, written

    def run_build_script(self, runs):
        program, features, _ = self.build_script()
        with tempfile.TemporaryDirectory() as out:
            env = {**os.environ, "OUT_DIR": out, "CARGO_MANIFEST_DIR": str(ROOT)}
            for feature in features:
                env["CARGO_FEATURE_" + feature.upper().replace("-", "_")] = "1"
            return min((Cost([program], env) for _ in range(runs)), key=lambda cost: cost.cpu)

    def generated(self):
        """Lines, structs, aliases and operations of the generated code."""
        _, _, written = self.build_script()
        text = (written / "raw.rs").read_text()
        structs = re.compile(r"(?:crate :: wire :: )?wire_struct ! \{ (\w+) \{(.*?)\} \}", re.S)

        def spelled_out(match):
            fields = re.sub(r"(\w+ :) ((?:(?! = ).)*) = \"[^\"]*\" ,", r"pub \1 \2 ,", match[2])
            return f"pub struct {match[1]} {{ {fields} pub extra : Extra , }}"

        text, count = structs.subn(spelled_out, text)
        if "wire_struct !" in text:
            sys.exit("a generated struct was not recognized")
        formatted = subprocess.run(
            ["rustfmt", "--edition", "2024", "--emit", "stdout"], input=text, text=True,
            stdout=subprocess.PIPE, check=True,
        ).stdout
        return {
            "lines": len(formatted.splitlines()),
            "structs": count,
            "aliases": len(re.findall(r"^\s*pub type ", formatted, re.M)),
            "operations": len(re.findall(r"\bpub async fn ", formatted)),
        }


def measure(one, runs, clean):
    rows = {}
    if clean:
        cost = one.clean_build()
        rows["clean build with all dependencies, wall"] = f"{cost.wall:.1f} s"
        rows["clean build with all dependencies, CPU"] = f"{cost.cpu:.1f} s"
        rows["clean build with all dependencies, peak memory"] = gigabytes(cost)
    for command in ["check", "build"]:
        cost = one.alone(command, runs)
        rows[f"`cargo {command}` of this crate alone, CPU"] = f"{cost.cpu:.1f} s"
        rows[f"`cargo {command}` of this crate alone, peak memory"] = gigabytes(cost)
    rows["running the build script, CPU"] = f"{one.run_build_script(runs).cpu:.1f} s"
    generated = one.generated()
    counted = {
        "generated operations": f"{generated['operations']}",
        "generated lines": f"{generated['lines']:,}",
        "generated structs (and aliases of the generics)":
            f"{generated['structs']} ({generated['aliases']})",
    }
    return {**counted, **dict(sorted(rows.items(), key=lambda row: row[0].startswith("clean")))}


def gigabytes(cost):
    return f"{cost.peak / 1e9:.2f} GB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="runs of which the best counts")
    parser.add_argument("--without-clean-build", dest="clean", action="store_false")
    parser.add_argument("--target", type=Path, default=ROOT / "target/build-cost",
                        help="where to build; emptied by the clean build")
    parser.add_argument("sets", nargs="*", metavar="SET", default=["default", "full"])
    arguments = parser.parse_args()

    columns = {}
    for name in arguments.sets:
        columns[name] = measure(Set(name, arguments.target.resolve()), arguments.runs,
                                arguments.clean)
    rustc = subprocess.run(["rustc", "--version"], text=True, check=True, stdout=subprocess.PIPE)
    print(f"{rustc.stdout.strip()}, {platform.system()} {platform.machine()}, "
          f"{os.cpu_count()} cores, best of {arguments.runs}\n")
    print(f"| | {' | '.join(columns)} |")
    print(f"|---|{'---:|' * len(columns)}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(column[row] for column in columns.values())} |")


if __name__ == "__main__":
    main()
