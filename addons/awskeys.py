"""Where the user's AWS credentials are. Knows the AWS tools' files and variables, through botocore; signs nothing.

Strategy: whoever signed a request has its key, so the key's id leads to the same credentials in the user's own files and in
the environment. Credentials of other kinds (single sign-on, assumed roles, processes) are made anew for each program: for
those the settings name a profile.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError
from mitmproxy import http

from redact import jsontext
from redact.errors import RedactError, SigningError
from redact.sigv4 import Credentials, Request, Signature

_CLI_CACHE = Path("~/.aws/cli/cache")


class AwsKeys:
    """Finds the credentials for a signature; remembers what it found."""

    def __init__(self, profile: str | None) -> None:
        self._profile = profile
        self._found: dict[str, Credentials] = {}
        self._of_profile: Any = None

    def headers(self, came: Request, sent: Request) -> dict[str, str]:
        """Sign what is sent instead of what came; give the headers to set. Raises SigningError, which says what to do."""
        signature = Signature.read(came.headers.get("authorization", ""))
        if signature is None:
            raise SigningError("the request was changed, and its AWS signature is of a form that cannot be made anew")
        return signature.anew(self._credentials(signature, came), sent)

    @staticmethod
    def as_signed(request: http.Request, body: bytes) -> Request:
        """Take what a signature is about from a request as it is now."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        return Request(request.method, f"{request.scheme}://{request.host}:{request.port}{request.path}", headers, body)

    def _credentials(self, signature: Signature, came: Request) -> Credentials:
        """Give the credentials that signed the request; only what a program could sign itself is signed for it."""
        found = self._found.get(signature.access_key)
        if found is None:
            found = next((one for one in self._on_this_machine() if one.access_key == signature.access_key), None)
        if found is not None and signature.is_by(found, came):
            self._found[signature.access_key] = found
            return found
        if self._profile is not None:
            return self._by_profile(self._profile)
        why = "its own signature does not fit them" if found else "they are not on this machine"
        raise SigningError(
            "the request was changed, so it needs a new AWS signature, and the credentials that signed it cannot be used: "
            f"{why}. Name the profile in redact.yaml (aws_profile: NAME), or use a Bedrock API key "
            "(AWS_BEARER_TOKEN_BEDROCK)"
        )

    def _on_this_machine(self) -> Iterator[Credentials]:
        try:
            profiles = botocore.session.Session().full_config.get("profiles", {})
        except BotoCoreError as error:
            raise SigningError(f"the AWS configuration cannot be read ({type(error).__name__}); mend ~/.aws") from None
        for members in ({name.lower(): value for name, value in os.environ.items()}, *profiles.values()):
            yield from _pair(members, "aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        for path in sorted(_CLI_CACHE.expanduser().glob("*.json")):
            yield from _pair(_cached(path), "AccessKeyId", "SecretAccessKey", "SessionToken")

    def _by_profile(self, profile: str) -> Credentials:
        try:
            if self._of_profile is None:
                self._of_profile = botocore.session.Session(profile=profile).get_credentials()
            frozen = self._of_profile.get_frozen_credentials() if self._of_profile else None
        except BotoCoreError as error:
            frozen, why = None, type(error).__name__
        else:
            why = "there are none"
        if frozen is None or not frozen.access_key:
            self._of_profile = None
            raise SigningError(
                f"AWS profile {profile} (aws_profile in redact.yaml) gives no credentials: {why}. Sign in again, as with "
                f"`aws sso login --profile {profile}`"
            )
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)


def _pair(members: Mapping[str, Any], key: str, secret: str, token: str) -> Iterator[Credentials]:
    if isinstance(members.get(key), str) and isinstance(members.get(secret), str):
        yield Credentials(members[key], members[secret], members.get(token))


def _cached(path: Path) -> Mapping[str, Any]:
    try:
        value = jsontext.load(path.read_bytes())
    except (OSError, RedactError):
        return {}
    members = value.get("Credentials") if isinstance(value, dict) else None
    return members if isinstance(members, dict) else {}
