"""Fills an emulator over HTTP with a few objects of each kind, and gathers their ids."""

import base64
import json
import urllib.error
import urllib.request
from collections import defaultdict

KEY = "persona_sandbox_x"
# Enough that one can be redacted, archived or expired while the others stay.
OF_EACH = 4
LISTED = [
    "inquiries", "inquiry-sessions", "accounts", "reports", "cases", "transactions", "webhooks",
    "api-keys", "api-logs", "events", "importers", "lists", "inquiry-templates",
    "workflow-runs",
]
ITEMS = {
    "browser-fingerprints": {"value": "x"},
    "countries": {"country-code": "US"},
    "device-fingerprints": {"value": "x"},
    "email-addresses": {"value": "ada@example.com", "match-type": "email_address"},
    "fields": {"field-value": "x"},
    "geolocations": {"latitude": 1.5, "longitude": 2.5, "radius-meters": 10},
    "government-id-numbers": {"id-number": "1", "id-class": "pp"},
    "ip-addresses": {"value": "192.0.2.1"},
    "names": {"name-first": "Ada", "name-last": "Lovelace"},
    "phone-numbers": {"value": "+15555550100"},
    "strings": {"value": "x"},
}
# What is imported of each kind.
ROWS = {
    "accounts": "reference_id\nimported\n",
    "email-addresses": "value,match_type\nada@example.com,email_address\n",
    "geolocations": "latitude,longitude,radius_meters\n1.5,2.5,10\n",
    "government-id-numbers": "id_number,id_class\n1,pp\n",
    "ip-addresses": "value\n192.0.2.1\n",
    "names": "name_first,name_last\nAda,Lovelace\n",
    "phone-numbers": "value\n+15555550100\n",
}
# Operations on an inquiry that nothing else has decided, and on a session that nothing else has
# expired: each gets one of its own.
UNDECIDED = ["generate-a-one-time-link", "mark-an-inquiry-for-review", "resume-an-inquiry"]
UNEXPIRED = ["expire-an-inquiry-session", "generate-a-one-time-link-for-an-inquiry-session"]
# No call can create these.
PROVIDED_LISTS = {
    "device-fingerprints": "lst_EmulatedDeviceFingerprints",
    "fields": "lst_EmulatedFields",
}
PEOPLE = ["government-id", "selfie", "database", "document", "email-address", "phone-number"]
TEMPLATE = "itmpl_EveryVerification"
CONFIG = "\n".join(
    [
        "[[template]]",
        f'id = "{TEMPLATE}"',
        'name = "Every verification"',
        'fields = { name-first = "string", name-last = "string" }',
        *(f'[[template.verification]]\nkind = "{kind}"' for kind in PEOPLE),
    ]
)


class Emulator:
    def __init__(self, url):
        self.url = url
        self.origin = url.removesuffix("/api/v1")

    def ask(self, method, url, body=None):
        request = urllib.request.Request(url, method=method)
        request.add_header("Authorization", f"Bearer {KEY}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            raise SystemExit(f"error: {method} {url}: {error.code} {error.read().decode()}") from None

    def get(self, path):
        return self.ask("GET", self.url + path)

    def post(self, path, attributes=None, meta=None, **of_data):
        body = {"data": {"attributes": attributes or {}, **of_data}}
        if meta is not None:
            body["meta"] = meta
        return self.ask("POST", self.url + path, body)

    def control(self, path, body):
        return self.ask("POST", f"{self.origin}/emulator/{path}", body)


def seeded(url):
    """By collection, as the first segments of paths name them, the ids of what is there now. By
    operation those that no other one is to have."""
    emulator = Emulator(url)
    ids = defaultdict(list)
    for number in range(OF_EACH):
        fill(emulator, ids, number)
    for name, list_id in PROVIDED_LISTS.items():
        add_items(emulator, ids, name, list_id)
    # Reports, imports and workflow runs come to their end.
    emulator.control("clock", {"advance-seconds": 60})
    for path in LISTED:
        ids[path] = [row["id"] for row in emulator.get(f"/{path}?page[size]=100")["data"]]
    for inquiry in ids["inquiries"]:
        related = emulator.get(f"/inquiries/{inquiry}").get("included", [])
        for row in related:
            if row["type"].startswith(("verification/", "document/")):
                ids[plural(row["type"])].append(row["id"])
                ids["verifications" if row["type"].startswith("v") else "documents"].append(row["id"])
    for session in ids["inquiry-sessions"]:
        devices = emulator.get(f"/devices?filter[inquiry-session-id]={session}")["data"]
        ids["devices"] += [row["id"] for row in devices]
    account = emulator.get(f"/accounts/{ids['accounts'][0]}")["data"]
    for operation in [*UNDECIDED, *UNEXPIRED]:
        made = emulator.post("/inquiries", {"inquiry-template-id": TEMPLATE})
        if operation in UNEXPIRED:
            made = emulator.post("/inquiry-sessions", {"inquiry-id": made["data"]["id"]})
        ids[operation].append(made["data"]["id"])
    ids["account-types"] = [account["relationships"]["account-type"]["data"]["id"]]
    ids["workflows"] = ["wfl_EmulatedWorkflow"]
    ids["transaction-types"] = ["txntp_EmulatedPayment"]
    ids["case-templates"] = ["ctmpl_EmulatedReview"]
    ids["case-queues"] = ["cqueue_EmulatedReview"]
    ids["account-actions"] = ["accac_EmulatedAccountActionRuns"]
    # As properties of bodies call them.
    ids["target-objects"] = ids["source-accounts"] = ids["accounts"]
    ids["objects"] = ids["inquiries"]
    return ids


def plural(kind):
    return kind + ("es" if kind.endswith("s") else "s")


def fill(emulator, ids, number):
    account = emulator.post("/accounts", {"reference-id": f"person-{number}"})["data"]["id"]
    emulator.post("/accounts")
    waiting = emulator.post("/inquiries", {"inquiry-template-id": TEMPLATE, "account-id": account})
    waiting = waiting["data"]["id"]
    emulator.post("/inquiry-sessions", {"inquiry-id": waiting})
    done = emulator.post("/inquiries", {"inquiry-template-id": TEMPLATE, "reference-id": f"person-{number}"})
    link = emulator.post(f"/inquiries/{done['data']['id']}/generate-one-time-link")
    link = link["meta"]["one-time-link"]
    steps = [{"follow-link": link}, "start", {"fill": {"name-first": "Ada", "name-last": "Lovelace"}}]
    for verification in PEOPLE:
        steps.append({"submit": verification})
    emulator.control("people", {"steps": [*steps, "pass"]})
    query = {"name-first": "Oskarin", "name-last": "Plevnikar"}
    emulator.post("/reports", {"query": query, "report-template-id": "rptp_EmulatedWatchlistMonitored"}, type="report/watchlist")
    emulator.post("/reports", {"query": query}, type="report/adverse-media")
    emulator.post("/reports", {"query": query}, type="report/politically-exposed-person")
    emulator.post("/cases", {"case-template-id": "ctmpl_EmulatedReview"}, {"object-ids": [waiting]})
    emulator.post("/transactions", {"transaction-type-id": "txntp_EmulatedPayment", "reference-id": f"payment-{number}"})
    for name in ITEMS:
        if name not in PROVIDED_LISTS:
            made = emulator.post(f"/list/{name}", {"name": f"{name} {number}"})
            add_items(emulator, ids, name, made["data"]["id"])
    emulator.post("/webhooks", {"name": "one", "url": "http://127.0.0.1:9/", "api-version": "2025-12-08", "enabled-events": ["inquiry.created"]})
    emulator.post("/api-keys", {"name": f"key {number}", "permissions": ["inquiry.read"]})
    rows = base64.b64encode(ROWS["accounts"].encode()).decode()
    emulator.post("/importer/accounts", {"file": {"data": rows, "filename": "rows.csv"}})
    emulator.post("/workflows/wfl_EmulatedWorkflow/trigger", {"fields": {}})


def add_items(emulator, ids, name, list_id):
    ids[f"list/{name}"].append(list_id)
    for _ in range(2):
        item = emulator.post(f"/list-item/{name}", {"list-id": list_id, **ITEMS[name]})
        ids[f"list-item/{name}"].append(item["data"]["id"])
