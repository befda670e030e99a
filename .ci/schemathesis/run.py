"""Asks an emulator for all that Persona's document allows, and for what it does not allow.

run.py PROGRAM DOCUMENT EMULATOR.md DIRECTORY

The program is `persona-emulator`. Each operation in the table of EMULATOR.md is called with
generated parameters and bodies, on a state in which there is something of every kind. No answer
may be a 500, break the schema of its status, or have a content type that the document does not
list. That every operation is answered with 2xx at least once is another check's business.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from copy import deepcopy
from pathlib import Path

from seed import CONFIG, KEY, seeded

CHECKS = ["not_a_server_error", "content_type_conformance", "response_schema_conformance", "status_is_listed_or_a_refusal"]
PHASES = ["examples", "coverage", "fuzzing"]
EXAMPLES = 10
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
            of_kind = re.search("list-item/([a-z-]+)", path)
            lists = {"lists": ids[f"list/{of_kind[1]}"]} if of_kind else {}
            give_ids(operation.get("requestBody", {}), {**ids, **lists})
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
        there = ids[collection(path)]
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


def give_ids(schema, ids):
    """Puts ids that exist into the inline schema of a body or a query."""
    if isinstance(schema, list):
        for one in schema:
            give_ids(one, ids)
    if not isinstance(schema, dict):
        return
    for name, value in schema.get("properties", {}).items():
        there = ids.get(re.sub("-ids?$", "s", name)) if re.search("-ids?$", name) else None
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
    report = directory / "requests.har"
    command = [
        Path(sys.executable).with_name("st"), "--config-file", settings, "run", document,
        "--url", url, "--header", f"Authorization: Bearer {KEY}", "--checks", ",".join(CHECKS),
        "--phases", ",".join(PHASES), "--max-examples", str(EXAMPLES), "--seed", "1",
        "--continue-on-failure", "--warnings", "off", "--no-color",
        "--generation-database", "none", "--suppress-health-check", "all",
        "--report", "har", "--report-har-path", report,
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "checks", "PYTHONPATH": str(here)}
    status = subprocess.run(command, cwd=directory, env=environment).returncode
    return status, report


def main(program, document, page, directory):
    directory = Path(directory).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    operations = claimed(page)
    running, url = start(program, directory)
    try:
        ids = seeded(url)
        whole = json.loads(Path(document).read_text())
        (directory / "document.json").write_text(json.dumps(fitted(whole, operations, ids)))
        status, report = run(url, directory / "document.json", directory)
    finally:
        running.kill()
        running.wait()
    return tell(status, report, whole, operations)


def tell(status, report, document, operations):
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
    never = [name for name in operations if not any(200 <= it < 300 for it in statuses[name])]
    print(f"{len(operations)} operations, {sum(total.values())} requests")
    print("statuses:", ", ".join(f"{status}: {number}" for status, number in sorted(total.items())))
    print(f"never answered with 2xx: {', '.join(never) or 'none'}")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
