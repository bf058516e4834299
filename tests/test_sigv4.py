"""Signatures made anew are such as AWS accepts; only what somebody could sign himself is signed for him."""

import hashlib
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from redact.sigv4 import Credentials, Request, Signature

from .sigv4 import verdict

MINE = Credentials("AKIAINVENTEDINVENTED", "invented/secret", None)
SESSION = Credentials("ASIAINVENTEDINVENTED", "invented/secret2", "invented-token")
SECRETS = {one.access_key: (one.secret_key, one.token) for one in (MINE, SESSION)}
URL = "https://bedrock-runtime.us-east-1.amazonaws.com:443/model/anthropic.claude-v2%3A1/invoke?b=2&a=1"


def signed(credentials, body=b'{"a":1}', url=URL, **more):
    headers = {
        "host": urlsplit(url).hostname,
        "content-type": "application/json",
        "content-length": str(len(body)),
        **more,
    }
    request = AWSRequest("POST", url, headers, body)
    SigV4Auth(credentials, "bedrock", "us-east-1").add_auth(request)
    return Request("POST", url, {name.lower(): value for name, value in request.headers.items()}, body)


def accepted(request):
    parts = urlsplit(request.url)
    return verdict(request.method, f"{parts.path}?{parts.query}", request.headers, request.body, SECRETS)


def changed(came, body, credentials, url=None):
    signature = Signature.read(came.headers["authorization"])
    headers = {**came.headers, "content-length": str(len(body)), "host": urlsplit(url or came.url).hostname}
    sent = Request(came.method, url or came.url, headers, body)
    return Request(sent.method, sent.url, {**headers, **signature.anew(credentials, sent)}, body)


@pytest.mark.parametrize("credentials", [MINE, SESSION], ids=["key", "session"])
@pytest.mark.parametrize(
    "url", [URL, URL.replace("%3A", ":"), URL.partition("?")[0]], ids=["escaped", "plain", "no query"]
)
def test_a_changed_request_is_accepted_when_it_is_signed_anew(credentials, url):
    came = signed(credentials, url=url)
    assert accepted(came) is None
    assert "InvalidSignatureException" == accepted(Request("POST", url, came.headers, b"changed"))
    assert accepted(changed(came, b"changed", credentials)) is None
    assert accepted(changed(came, b"changed", credentials, url=url.replace("bedrock-runtime", "vpce"))) is None


def test_a_hash_of_the_body_is_made_to_fit():
    body = b'{"a":1}'
    came = signed(MINE, body, **{"x-amz-content-sha256": hashlib.sha256(body).hexdigest()})
    sent = changed(came, b"changed", MINE)
    assert hashlib.sha256(b"changed").hexdigest() == sent.headers["x-amz-content-sha256"]
    assert accepted(sent) is None


def test_a_body_that_is_not_hashed_stays_so():
    came = signed(MINE, **{"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
    assert "UNSIGNED-PAYLOAD" == changed(came, b"changed", MINE).headers["x-amz-content-sha256"]


def test_the_same_headers_are_signed_the_same_region_and_service():
    came = signed(MINE, **{"x-amzn-bedrock-trace": "ENABLED"})
    before, after = (Signature.read(one.headers["authorization"]) for one in (came, changed(came, b"x", SESSION)))
    assert (before.headers, before.region, before.service) == (
        tuple(name for name in after.headers if name != "x-amz-security-token"),
        after.region,
        after.service,
    )


def test_a_signature_tells_who_made_it():
    came = signed(MINE)
    signature = Signature.read(came.headers["authorization"])
    assert signature.is_by(MINE, came)
    assert not signature.is_by(SESSION, came)
    assert not signature.is_by(Credentials(MINE.access_key, "another", None), came)
    assert not signature.is_by(MINE, Request("POST", URL, came.headers, b"another"))


@pytest.mark.parametrize("header", ["", "Bearer x", "AWS4-HMAC-SHA256 x", "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d"])
def test_what_is_no_signature(header):
    assert Signature.read(header) is None


def test_no_secret_is_shown():
    came = signed(SESSION)
    shown = repr((SESSION, came, Signature.read(came.headers["authorization"])))
    assert not [value for value in (*SECRETS, *SECRETS[SESSION.access_key]) if value in shown]
