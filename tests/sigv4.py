"""AWS signatures as AWS checks them: written from the documentation, with nothing of botocore's.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit


def mac(key, said):
    return hmac.new(key, said.encode(), hashlib.sha256).digest()


def signature(method, target, headers, body, *, secret, signed, scope, time):
    """Compute the signature of a request; `target` is the path and query as sent, `headers` by lower-case names."""
    parts = urlsplit(target)
    pairs = sorted(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    canonical = [
        method,
        quote(parts.path, safe="/~-_."),
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(headers[name].split())}" for name in signed),
        "",
        ";".join(signed),
        headers.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest(),
    ]
    hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    said = "\n".join(("AWS4-HMAC-SHA256", time, "/".join(scope), hashed))
    key = f"AWS4{secret}".encode()
    for step in scope:
        key = mac(key, step)
    return mac(key, said).hex()


def verdict(method, target, headers, body, secrets, now=None):
    """Say what AWS would: None, or the type of its error. `secrets` maps key ids to (secret, token or None)."""
    kind, _, rest = headers.get("authorization", "").partition(" ")
    if kind != "AWS4-HMAC-SHA256":
        return "MissingAuthenticationTokenException"
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    key, *scope = fields["Credential"].split("/")
    if key not in secrets:
        return "UnrecognizedClientException"
    secret, token = secrets[key]
    if headers.get("x-amz-security-token") != token:
        return "UnrecognizedClientException"
    time = headers["x-amz-date"]
    then = datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs((now or datetime.now(UTC)) - then) > timedelta(minutes=5) or scope[0] != time[:8]:
        return "InvalidSignatureException"
    claimed = headers.get("x-amz-content-sha256")
    if claimed and claimed != hashlib.sha256(body).hexdigest():
        return "InvalidSignatureException"
    signed = fields["SignedHeaders"].split(";")
    wanted = signature(method, target, headers, body, secret=secret, signed=signed, scope=scope, time=time)
    return None if hmac.compare_digest(wanted, fields["Signature"]) else "InvalidSignatureException"
