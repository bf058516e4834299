"""What a request says beside its body is sorted: credentials, the provider's business, and all the rest."""

import pytest

from redact import beside

SENT = [
    ("Authorization", "Bearer x"),
    ("X-Api-Key", "k"),
    ("X-Team-Key", "t"),
    ("x-vault-token", "v"),
    ("OpenAI-Organization", "o"),
    ("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.k"),
    ("Sec-WebSocket-Key", "random"),
    ("X-Goog-Upload-File-Name", "f"),
    ("X-Goog-Upload-Command", "upload"),
    ("x-amz-content-sha256", "0a"),
    ("x-amz-meta-note", "n"),
    ("Content-Type", "application/json"),
    ("Content-Disposition", "attachment"),
    ("traceparent", "00-1"),
    ("X-Note", "n"),
]


def names(said):
    return [name for name, _ in said]


def test_headers_are_sorted_by_whose_business_they_are():
    sorted_out = beside.of("/v1/x", SENT, ["X-Team-Key"])
    assert ["Authorization", "X-Api-Key", "X-Team-Key"] == names(sorted_out.credentials)
    assert ["OpenAI-Organization", "Sec-WebSocket-Protocol", "x-amz-meta-note"] == names(sorted_out.business)
    assert ["x-vault-token", "X-Goog-Upload-File-Name", "Content-Disposition", "X-Note"] == names(sorted_out.headers)


@pytest.mark.parametrize(
    ("path", "shown", "address", "credentials"),
    [
        ("/v1/x?key=k&alt=sse", ["key"], "/v1/x?key&alt=sse", [("key", "k")]),
        ("/v1/x?KEY=a%20b", ["key"], "/v1/x?KEY", [("KEY", "a b")]),
        ("/v1/x?key=k&alt=sse", [], "/v1/x?key=k&alt=sse", []),
        ("/v1/x?authorization=a", [], "/v1/x?authorization=a", []),
        ("/v1/x", ["key"], "/v1/x", []),
    ],
)
def test_a_parameter_is_a_credential_where_the_map_says_so(path, shown, address, credentials):
    sorted_out = beside.of(path, [], shown)
    assert (address, credentials) == (sorted_out.address, sorted_out.credentials)


def test_a_model_or_project_in_the_address_is_the_providers_business():
    sorted_out = beside.of("/model/arn%3Aaws%3Ax/converse", [])
    assert ("/model//converse", [("address", "arn:aws:x")]) == (sorted_out.address, sorted_out.business)
