"""Asks an emulator for all that Persona's document allows, and for what it does not allow.

run.py PROGRAM DOCUMENT EMULATOR.md DIRECTORY

The program is `persona-emulator`. Each operation in the table of EMULATOR.md is called with
generated parameters and bodies, on a state in which there is something of every kind. No answer
may be a 500, break the schema of its status, or have a content type that the document does not
list. Each operation has to be answered with 2xx at least once, so that such an answer is checked,
or stand with a reason in NEVER_2XX.
"""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
from collections import Counter, defaultdict
from copy import deepcopy
from pathlib import Path

from seed import CONFIG, KEY, ROWS, seeded

CHECKS = ["not_a_server_error", "content_type_conformance", "response_schema_conformance", "status_is_listed_or_a_refusal"]
PHASES = ["examples", "coverage", "fuzzing"]
EXAMPLES = 10
# Operations without any answer of 2xx, and why.
NEVER_2XX = {}
# What only a few texts can be.
VALUES = {"country-code": ["US", "DE", "JP"]}
HEADERS = {"Key-Inflection": ["kebab"], "Persona-Version": ["2025-12-08"]}
SETTINGS = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "501"]
"""


def claimed(page):
    return re.findall(r"^\| [A-Z]+ \| `[^`]*` \| ([\w-]+) \|$", Path(page).read_text(), re.M)


def fitted(document, operations, ids):
    """The document without other operations, and with the ids that exist."""
    # It describes lists of strings, and forgets them where it counts the kinds of lists.
    schemas = document["components"]["schemas"]
    strings = "#/components/schemas/lists-strings"
    schemas["list"]["anyOf"].append({"$ref": strings})
    schemas["list"]["discriminator"]["mapping"]["list/string"] = strings
    # It gives the items of a list no property, not even an id.
    item = {"type": "object", "required": ["type", "id"], "additionalProperties": False}
    item["properties"] = {name: {"type": "string"} for name in item["required"]}
    for kind in schemas["list"]["anyOf"]:
        items = resolved(document, kind)["properties"]["relationships"]["properties"]["list-items"]
        items["properties"]["data"]["items"] = item
    for path, item in document["paths"].items():
        for method, operation in list(item.items()):
            if not isinstance(operation, dict) or "operationId" not in operation:
                continue
            if operation["operationId"] not in operations:
                del item[method]
                continue
            known = [*item.get("parameters", []), *operation.get("parameters", [])]
            parameters = [resolved(document, parameter) for parameter in known]
            # The same key with another request is refused, as the tests show; here it would hide
            # all that comes after.
            parameters = [it for it in parameters if it["name"].lower() != "idempotency-key"]
            operation["parameters"] = [
                fitted_parameter(parameter, path, method, operation, ids) for parameter in parameters
            ]
            if "requestBody" not in operation:
                continue
            # Several operations share one; each gets the ids of its own kind.
            body = operation["requestBody"] = deepcopy(resolved(document, operation["requestBody"]))
            of_kind = re.search("list-item/([a-z-]+)", path)
            lists = {"lists": ids[f"list/{of_kind[1]}"]} if of_kind else {}
            give_ids(body, {**ids, **lists})
            give_form(body["content"], of_kind and of_kind[1])
        item.pop("parameters", None)
    return document


def resolved(document, value):
    while "$ref" in value:
        found = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def fitted_parameter(parameter, path, method, operation, ids):
    if parameter["in"] == "path":
        there = ids[operation["operationId"]] or ids[collection(path)]
        # What takes something away gets one of its own.
        takes = method == "delete" or re.search("archive|expire", operation["operationId"])
        schema = {"type": "string", "enum": there[-1:] if takes else there[:-1] or there}
    elif parameter["name"] in HEADERS:
        # The document describes the answers of these alone.
        schema = {"type": "string", "enum": HEADERS[parameter["name"]]}
    else:
        parameter = deepcopy(parameter)
        give_ids(parameter, ids)
        return parameter
    kept = {name: value for name, value in parameter.items() if name not in ("example", "examples")}
    return {**kept, "schema": schema}


def collection(path):
    parts = path.strip("/").split("/")
    return "/".join(parts[: parts.index(next(part for part in parts if part.startswith("{")))])


def collection_of(name):
    return name[:-1] + "ies" if name.endswith("y") else name + "s"


def give_form(content, kind):
    """Names the fields of a form as Rails does, and gives it a file of rows."""
    form = content.get("multipart/form-data")
    if not form:
        return
    attributes = form["schema"]["properties"]["data"]["properties"]["attributes"]["properties"]
    attributes["file"]["enum"] = [ROWS[kind or "accounts"]]
    fields = {f"data[attributes][{name}]": schema for name, schema in attributes.items()}
    form["schema"] = {
        "type": "object", "properties": fields, "required": [*fields], "additionalProperties": False,
    }


def give_ids(schema, ids):
    """Puts ids that exist into the inline schema of a body or a query."""
    if isinstance(schema, list):
        for one in schema:
            give_ids(one, ids)
    if not isinstance(schema, dict):
        return
    for name, value in schema.get("properties", {}).items():
        if name in VALUES:
            value["enum"] = VALUES[name]
            continue
        stem = re.sub("-ids?$", "", name)
        there = ids.get(collection_of(stem)) if stem != name else None
        if not there or not isinstance(value, dict):
            continue
        one = {"type": "string", "enum": there}
        if value.get("type") == "array":
            schema["properties"][name] = {"type": "array", "items": one, "maxItems": 2}
        elif "string" in value.get("type", []):
            schema["properties"][name] = one
    for value in schema.values():
        give_ids(value, ids)


def start(program, directory):
    config = directory / "emulator.toml"
    config.write_text(CONFIG)
    options = ["--listen", "127.0.0.1:0", "--rate-limit", "4294967295", "--seed", "1", "--config", config]
    running = subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True)
    return running, running.stdout.readline().strip().removeprefix("listening on ")


def run(url, document, directory):
    settings = directory / "schemathesis.toml"
    settings.write_text(SETTINGS)
    here = Path(__file__).parent
    report, failures = directory / "requests.har", directory / "failures.xml"
    command = [
        Path(sys.executable).with_name("st"), "--config-file", settings, "run", document,
        "--url", url, "--header", f"Authorization: Bearer {KEY}", "--checks", ",".join(CHECKS),
        "--phases", ",".join(PHASES), "--max-examples", str(EXAMPLES), "--seed", "1",
        "--continue-on-failure", "--warnings", "off", "--no-color",
        "--generation-database", "none", "--suppress-health-check", "all",
        "--report", "har,junit", "--report-har-path", report, "--report-junit-path", failures,
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "checks", "PYTHONPATH": str(here)}
    status = subprocess.run(command, cwd=directory, env=environment).returncode
    return status, report, failures


def main(program, document, page, directory):
    directory = Path(directory).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    operations = claimed(page)
    running, url = start(program, directory)
    try:
        ids = seeded(url)
        whole = json.loads(Path(document).read_text())
        (directory / "document.json").write_text(json.dumps(fitted(whole, operations, ids)))
        status, report, failures = run(url, directory / "document.json", directory)
    finally:
        running.kill()
        running.wait()
    failed = sum(1 for case in xml.parse(failures).iter("testcase") if case.find("failure") is not None)
    return tell(failed, report, whole, operations) or status


def tell(failed, report, document, operations):
    routes = []
    for path, item in document["paths"].items():
        pattern = "^/api/v1" + re.sub(r"\\\{[^}]*\\\}", "[^/]*", re.escape(path)) + "$"
        for method, operation in item.items():
            if "operationId" in operation:
                routes.append((method.upper(), re.compile(pattern), operation["operationId"]))
    routes.sort(key=lambda route: "{" in route[1].pattern)
    statuses = defaultdict(Counter)
    for entry in json.loads(report.read_text())["log"]["entries"]:
        asked = entry["request"]
        path = re.sub("^[a-z]+://[^/]*", "", asked["url"]).partition("?")[0]
        for method, pattern, name in routes:
            if method == asked["method"] and pattern.match(path):
                statuses[name][entry["response"]["status"]] += 1
                break
        else:
            statuses["none of them"][entry["response"]["status"]] += 1
    total = sum(statuses.values(), Counter())
    never = {name for name in operations if not any(200 <= it < 300 for it in statuses[name])}
    print(f"{len(operations)} operations, {sum(total.values())} requests, {failed} operations failed")
    print("statuses:", ", ".join(f"{status}: {number}" for status, number in sorted(total.items())))
    for name, reason in NEVER_2XX.items():
        print(f"without any answer of 2xx: {name}: {reason}")
    for name in sorted(never - NEVER_2XX.keys()):
        print(f"error: {name} was never answered with 2xx")
    for name in sorted(NEVER_2XX.keys() - never):
        print(f"error: {name} stands in NEVER_2XX, and was answered with 2xx")
    return int(failed > 0 or never != NEVER_2XX.keys())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
