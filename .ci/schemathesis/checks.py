"""What schemathesis checks besides what the document says of statuses."""

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
