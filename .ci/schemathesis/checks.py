"""What schemathesis checks besides what the document says of statuses, and an id that it asks for."""

import json
import urllib.request

import schemathesis

# Besides these, an operation may answer with what the document lists for it. The document leaves
# refusals out that follow from JSON:API or HTTP, and knows nothing of what is not emulated.
ANY_REFUSAL = {400, 404, 409, 413, 422, 501}


@schemathesis.check
def status_is_listed_or_a_refusal(ctx, response, case):
    listed = case.operation.definition.raw["responses"]
    status = response.status_code
    if str(status) in listed:
        return
    assert status in ANY_REFUSAL, f"{status} is not listed, and no refusal"
    errors = response.json()["errors"]
    assert errors and all(error["title"] for error in errors), "a refusal without a title"
    if status == 501:
        assert errors[0]["title"] == "Not emulated", errors[0]["title"]
        assert errors[0].get("details"), "what is not emulated is not said"


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Asks for a log that is there still: only the newest requests have one."""
    path = case.path_parameters
    if case.operation.definition.raw.get("operationId") != "retrieve-an-api-log" or not path:
        return
    name, asked = next(iter(path.items()))
    if not str(asked).startswith("req_"):
        return
    url = case.operation.base_url or case.operation.schema.get_base_url()
    request = urllib.request.Request(f"{url}/api-logs?page[size]=1")
    request.add_header("Authorization", "Bearer persona_sandbox_x")
    with urllib.request.urlopen(request) as answer:
        path[name] = json.load(answer)["data"][0]["id"]
