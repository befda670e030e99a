"""Checks recorded exchanges against Persona's OpenAPI document.

exchanges_match_document.py DIRECTORY DOCUMENT EMULATOR.md

The directory is what PERSONA_EMULATOR_RECORD named while the suite ran. Checked are

- each request of this crate's client: method and path, the names and values of its query, its
  headers, its body (tests of the emulator itself ask for odd things on purpose);
- each answer, whole or in error, by the schema for its status;
- each resource in an answer: that it has every attribute of its type, null where it is unset; and
  each event: what it carries, by the schema of that type;
- that each operation in the table of EMULATOR.md was answered with 2xx at least once.

Left out, and counted: answers that were thinned out by `fields[...]` or asked for in another
inflection (the document describes whole ones in kebab case), and faults that a test ordered.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import jsonschema_rs

ROOT = "/api/v1"
CLIENT = "withpersona/"
DOCUMENT = "urn:persona"
# Refusals that the document does not list for an operation are still JSON:API errors.
ANY_REFUSAL = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["title"]},
        }
    },
}
# Made by order of a test, or said of what the emulator leaves out.
FAULTS = range(500, 600)
# Requests that ask on purpose for what is not there, or not yet.
ASKED_IN_VAIN = {404, 501}
OF_TOMORROW = "of-tomorrow"
# Lists whose answers have `links` and whose operations have no parameter for the page: the client
# goes on where the link leads.
CURSORS = {"page[after]", "page[before]"}
# What an entry of this relationship may hold contradicts itself in the document: none is valid.
WITHOUT_PROPERTIES = "list-items"
# The document lets this kind of list be created, and leaves it out where lists are read.
WITHOUT_READING = '"type": "list/string"'
# Their keys have another inflection by default, so their answers have it without being asked.
OTHER_INFLECTION = {
    "a_key_says_what_a_request_leaves_open",
    "a_key_of_the_configuration_has_a_version_and_an_inflection",
}


def pointer(*parts):
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def without_unnamed(value):
    """The value, but for what the document leaves no place for."""
    if isinstance(value, list):
        return [without_unnamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {name: without_unnamed(part) for name, part in value.items()}
    related = value.get("relationships", {})
    related = related.get(WITHOUT_PROPERTIES) if isinstance(related, dict) else None
    if isinstance(related, dict) and isinstance(related.get("data"), list):
        related["data"] = []
    return value


class Document:
    def __init__(self, path):
        self.whole = json.loads(Path(path).read_text())
        self.registry = jsonschema_rs.Registry([(DOCUMENT, self.whole)])
        self.validators = {}
        self.routes = []
        for path, methods in self.whole["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))
            for method, operation in methods.items():
                if isinstance(operation, dict) and "operationId" in operation:
                    place = pointer("paths", path, method)
                    known = {**operation, "place": place, "path": path, "shared": methods.get("parameters", [])}
                    self.routes.append((method.upper(), re.compile(f"^{ROOT}{pattern}$"), known))
        # Paths without parameters go before those with one.
        self.routes.sort(key=lambda route: route[2]["path"].count("{"))

    def operation(self, method, path):
        for known, pattern, operation in self.routes:
            if known == method and pattern.match(path):
                return operation
        return None

    def at(self, place):
        found = self.whole
        for part in place.split("/")[1:]:
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found

    def resolved(self, place):
        """The place itself, or the one that its `$ref` leads to."""
        found = self.at(place)
        return self.resolved(found["$ref"].removeprefix("#")) if "$ref" in found else place

    def faults(self, place, value):
        """What is wrong with a value by the schema at a place."""
        if place not in self.validators:
            fragment = place.replace("{", "%7B").replace("}", "%7D")
            schema = {"$ref": f"{DOCUMENT}#{fragment}"}
            self.validators[place] = jsonschema_rs.Draft202012Validator(schema, registry=self.registry)
        for error in self.validators[place].iter_errors(value):
            where = "/".join(map(str, error.instance_path))
            yield f"at {where or 'the root'}: {error.message[:300]}"

    def component(self, resource):
        """Where resources of this one's type are described, if they are."""
        name = str(resource.get("type", "")).replace("/", "-")
        return pointer("components", "schemas", name) if name in self.whole["components"]["schemas"] else None

    def properties(self, schema):
        """The names of all properties that a schema gives an object."""
        while "$ref" in schema:
            schema = {**self.at(schema["$ref"].removeprefix("#")), **{k: v for k, v in schema.items() if k != "$ref"}}
        names = set(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            names |= self.properties(part)
        return names

    def parameters(self, operation):
        """Query and header parameters by name, those of deep objects one by one."""
        query, headers, open_groups = {}, {}, set()
        for one in [*operation.get("parameters", []), *operation["shared"]]:
            while "$ref" in one:
                one = self.at(one["$ref"].removeprefix("#"))
            schema = one.get("schema", {})
            while "$ref" in schema:
                schema = self.at(schema["$ref"].removeprefix("#"))
            if one["in"] == "header":
                headers[one["name"].lower()] = schema
            elif one["in"] == "query" and (one.get("style") == "deepObject" or "properties" in schema):
                if not schema.get("properties") or schema.get("additionalProperties"):
                    open_groups.add(one["name"])
                for inner, inner_schema in schema.get("properties", {}).items():
                    query[f"{one['name']}[{inner}]"] = inner_schema
                    for innermost, leaf in inner_schema.get("properties", {}).items():
                        query[f"{one['name']}[{inner}][{innermost}]"] = leaf
            elif one["in"] == "query":
                query[one["name"]] = schema
        return query, headers, open_groups


def fits(document, schema, text):
    """Whether a query value, which is always a text, can be read as what a schema asks for."""
    while "$ref" in schema:
        schema = document.at(schema["$ref"].removeprefix("#"))
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return any(fits(document, one, text) for one in schema[choice])
    if "enum" in schema:
        return text in map(str, schema["enum"]) or schema.get("type") == "array"
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "integer" in kinds and "string" not in kinds:
        try:
            number = int(text)
        except ValueError:
            return False
        return schema.get("minimum", number) <= number <= schema.get("maximum", number)
    if kinds == ["boolean"]:
        return text in ("true", "false")
    return True


def request_faults(document, operation, exchange):
    query, headers, open_groups = document.parameters(operation)
    for name, value in parse_qsl(exchange["query"], keep_blank_values=True):
        if name in CURSORS and f"{name[:4]}[size]" not in query:
            continue
        group = name.split("[")[0]
        # `filter[a][]` is one value of a list, and `page[a]` one member of an object.
        known = query.get(name) or query.get(name.removesuffix("[]")) or query.get(group if group != name else "")
        if known is None and group not in open_groups:
            yield f"the query has {name}, which is no parameter"
        elif known is not None and not fits(document, known, value):
            yield f"the query's {name} is not of the documented form"
    for name, schema in headers.items():
        value = exchange["request-headers"].get(name)
        if value is not None and not fits(document, schema, value):
            yield f"the header {name} is not of the documented form"
    body, declared = exchange["request"], operation.get("requestBody")
    if declared is None:
        if body is not None:
            yield "there is a body, and none is documented"
        return
    place = document.resolved(operation["place"] + "/requestBody")
    declared = document.at(place)
    kind = exchange["request-headers"].get("content-type", "").split(";")[0]
    if body is None:
        if declared.get("required"):
            yield "the body is missing"
    elif kind not in declared["content"]:
        yield f"a body of {kind or 'no type'} is not documented"
    elif kind == "application/json":
        yield from document.faults(f"{place}/content/application~1json/schema", body)


def answer_faults(document, operation, exchange, found):
    status, kind = exchange["status"], exchange["answer-headers"].get("content-type", "").split(";")[0]
    responses = operation["responses"]
    key = str(status) if str(status) in responses else "default"
    if key not in responses:
        if status < 400:
            yield f"status {status} is not documented"
        else:
            validator = jsonschema_rs.Draft202012Validator(ANY_REFUSAL)
            yield from (error.message for error in validator.iter_errors(exchange["answer"]))
        return
    place = document.resolved(f"{operation['place']}/responses/{key}")
    content = document.at(place).get("content", {})
    if not content:
        if exchange["answer"] not in (None, {}):
            found["answers with a body where none is documented"] += 1
    elif kind not in content:
        yield f"an answer of {kind or 'no type'} is not documented"
    elif kind == "application/json":
        yield from document.faults(f"{place}/content/application~1json/schema", without_unnamed(exchange["answer"]))


def resource_faults(document, answer, found):
    resources = answer.get("data") if isinstance(answer, dict) else None
    resources = resources if isinstance(resources, list) else [resources]
    for resource in [*resources, *((answer or {}).get("included") or [])]:
        place = document.component(resource) if isinstance(resource, dict) else None
        if place is None or not isinstance(resource.get("attributes"), dict):
            continue
        found["resources looked at for all their attributes"] += 1
        schema = document.at(place).get("properties", {}).get("attributes", {})
        for name in sorted(document.properties(schema) - set(resource["attributes"])):
            yield f"{resource['type']} has no {name}"
        if resource["type"] == "event":
            about = resource["attributes"]["payload"]["data"]
            place = document.component(about)
            if place is not None:
                yield from (f"{resource['attributes']['name']} {it}" for it in document.faults(place, without_unnamed(about)))


def main(directory, path, page):
    document = Document(path)
    found, faults, operations = Counter(), Counter(), Counter()
    for file in sorted(Path(directory).glob("*.jsonl")):
        for line in file.open():
            exchange = json.loads(line)
            found["exchanges"] += 1
            ours = exchange["request-headers"].get("user-agent", "").startswith(CLIENT)
            operation = document.operation(exchange["method"], unquote(exchange["path"]))
            if operation is None:
                if ours:
                    faults[f"{exchange['method']} {exchange['path']} is not in the document ({exchange['test']})"] += 1
                continue
            name = operation["operationId"]
            if exchange["status"] < 300:
                operations[name] += 1
            of_tomorrow = OF_TOMORROW in json.dumps(exchange["request"])
            if ours and exchange["status"] not in ASKED_IN_VAIN and not of_tomorrow:
                found["requests checked"] += 1
                for fault in request_faults(document, operation, exchange):
                    faults[f"{name}, request: {fault} ({exchange['test']})"] += 1
            if exchange["status"] in FAULTS:
                found["answers left out: faults by order, or not emulated"] += 1
            elif name in ("retrieve-a-list", "list-all-lists") and WITHOUT_READING in json.dumps(exchange["answer"]):
                found["answers left out: a kind of list that the document cannot read"] += 1
            elif "fields[" in unquote(exchange["query"]):
                found["answers left out: thinned out by fields[...]"] += 1
            elif (
                exchange["request-headers"].get("key-inflection", "kebab") != "kebab"
                or exchange["test"] in OTHER_INFLECTION
            ):
                found["answers left out: of another inflection"] += 1
            else:
                found["answers checked"] += 1
                answered = list(answer_faults(document, operation, exchange, found))
                if exchange["status"] < 300:
                    answered += resource_faults(document, exchange["answer"], found)
                for fault in answered:
                    faults[f"{name}, {exchange['status']}: {fault} ({exchange['test']})"] += 1
    for what, number in found.items():
        print(f"{number:7} {what}")
    print(f"{len(operations):7} operations of {len(document.routes)} answered with 2xx")
    claimed = re.findall(r"^\| [A-Z]+ \| `[^`]*` \| ([\w-]+) \|$", Path(page).read_text(), re.M)
    for name in claimed:
        if name not in operations:
            faults[f"{name} is in the table of {page}, and no test had it answered with 2xx"] += 1
    if not claimed:
        faults[f"{page} has no table of operations"] += 1
    for fault, number in faults.most_common():
        print(f"error: {number} times: {fault}", file=sys.stderr)
    if not found["requests checked"] or not found["answers checked"]:
        sys.exit("error: nothing was checked")
    sys.exit(1 if faults else 0)


main(*sys.argv[1:])
