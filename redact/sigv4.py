"""AWS signatures, made anew for a request that was changed. Knows SigV4; knows no files, no profiles and no network.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

ALGORITHM = "AWS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>[^/,\s]+)/\d{{8}}/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)/aws4_request,\s*"
    r"SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_NOT_HASHED = ("UNSIGNED-PAYLOAD", "STREAMING-")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key pair, and the token of a session. Its repr shows none of them."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Request:
    """What is signed. Headers by their names in lower case; the address with its query, as it is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """What an `authorization` header says: whose key, for what, over which headers."""

    access_key: str = field(repr=False)
    region: str
    service: str
    headers: tuple[str, ...]
    signature: str = field(repr=False)

    @classmethod
    def read(cls, authorization: str) -> Self | None:
        """Read a header; None where it holds no signature."""
        found = _AUTHORIZATION.fullmatch(authorization.strip())
        if found is None:
            return None
        return cls(
            found["key"], found["region"], found["service"], tuple(found["headers"].split(";")), found["signature"]
        )

    def is_by(self, credentials: Credentials, request: Request) -> bool:
        """Tell whether these credentials made this signature over this request."""
        signed = self._signed(request)
        signed.context["timestamp"] = request.headers.get("x-amz-date", "")
        auth = SigV4Auth(credentials, self.service, self.region)
        wanted = auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed)
        return self.access_key == credentials.access_key and hmac.compare_digest(wanted, self.signature)

    def anew(self, credentials: Credentials, request: Request) -> dict[str, str]:
        """Sign a request over the same headers as before; give those that are to be set, by their names in lower case."""
        headers = dict(request.headers)
        claimed = headers.get("x-amz-content-sha256")
        if claimed and not claimed.startswith(_NOT_HASHED):
            headers["x-amz-content-sha256"] = hashlib.sha256(request.body).hexdigest()
        signed = self._signed(Request(request.method, request.url, headers, request.body))
        SigV4Auth(credentials, self.service, self.region).add_auth(signed)
        return {name.lower(): value for name, value in signed.headers.items() if name.lower() in _SET}

    def _signed(self, request: Request) -> Any:
        names = {*self.headers, "x-amz-content-sha256", "host"} & request.headers.keys()
        headers = {name: request.headers[name] for name in sorted(names)}
        return AWSRequest(method=request.method, url=request.url, headers=headers, data=request.body)


_SET = frozenset(("authorization", "x-amz-date", "date", "x-amz-security-token", "x-amz-content-sha256"))
