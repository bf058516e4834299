"""`boto3` through the filter, against a server that checks signatures for itself."""

import json

import pytest

from tests import frames, sigv4

from . import filter as filters
from .clients import sdk
from .plants import traces
from .wire import Raw

KEY, SECRET = "AKIAINVENTEDINVENTED", "invented/secret+invented/secret+invented"
SESSION = ("ASIAINVENTEDINVENTED", "invented/session+invented/session+invent", "invented-session-token")
SECRETS = {KEY: (SECRET, None), SESSION[0]: SESSION[1:]}
MODEL = "us.anthropic.claude-sonnet-4-5-v1:0"
FRAMES = (("content-type", "application/vnd.amazon.eventstream"),)


def checked(answer):
    """Answer as AWS does: what is not signed is refused; bearer keys have no signature."""

    def script(seen):
        headers = {name.lower(): value for name, value in seen.headers}
        if headers["authorization"] == "Bearer invented-api-key":
            return answer(seen)
        wrong = sigv4.verdict(seen.method, seen.path, headers, seen.body, SECRETS)
        if wrong:
            return Raw(
                403,
                json.dumps({"message": "The request signature does not match."}).encode(),
                (("x-amzn-errortype", wrong),),
            )
        return answer(seen)

    return script


def said(seen):
    content = seen.json["messages"][-1]["content"]
    return content if isinstance(content, str) else content[-1]["text"]


def cut(text, size=5):
    return [text[at : at + size] for at in range(0, len(text), size)]


def whole(seen):
    content = [{"text": said(seen)}] if "converse" in seen.path else [{"type": "text", "text": said(seen)}]
    message = {"role": "assistant", "content": content}
    if "converse" in seen.path:
        usage = {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}
        message = {
            "output": {"message": message},
            "stopReason": "end_turn",
            "usage": usage,
            "metrics": {"latencyMs": 1},
        }
    return Raw(200, json.dumps(message).encode())


def streamed(seen):
    if "converse" in seen.path:
        deltas = [{"contentBlockIndex": 0, "delta": {"text": piece}, "p": "ab"} for piece in cut(said(seen))]
        events = [
            ("messageStart", {"role": "assistant"}),
            *(("contentBlockDelta", delta) for delta in deltas),
            ("contentBlockStop", {"contentBlockIndex": 0}),
            ("messageStop", {"stopReason": "end_turn"}),
        ]
        return Raw(200, b"".join(frames.frame(kind, json.dumps(event).encode()) for kind, event in events), FRAMES)
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
        for piece in cut(said(seen))
    ]
    chunks = [*deltas, {"type": "content_block_stop", "index": 0}]
    return Raw(200, b"".join(frames.chunk(json.dumps(one).encode()) for one in chunks), FRAMES)


@pytest.fixture(scope="module")
def running(tmp_path_factory, upstream, company_rules):
    """A filter whose user has AWS credentials."""
    folder = tmp_path_factory.mktemp("bedrock") / "filter"
    aws = folder / "home/.aws"
    aws.mkdir(parents=True)
    lines = ["[default]", "aws_access_key_id = AKIAOTHER", "aws_secret_access_key = other", "[work]"]
    lines += [f"aws_access_key_id = {KEY}", f"aws_secret_access_key = {SECRET}"]
    (aws / "credentials").write_text("\n".join(lines), encoding="utf-8")
    config = filters.write_settings(folder, upstream.url, upstream.ca, rules=["builtin", str(company_rules)])
    with filters.serve(config) as filter:
        yield filter


def client(running, folder, **environment):
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET} if not environment else {}
    return sdk(
        "boto3",
        running,
        folder,
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
        **keys,
        **environment,
    )


@pytest.fixture(scope="module")
def boto3(running, tmp_path_factory):
    with client(running, tmp_path_factory.mktemp("boto3")) as made:
        yield made


def converse(text):
    return {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": text}]}]}


def invoke(text):
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": text}]}
    return {"modelId": MODEL, "body": json.dumps(body)}


def test_converse(boto3, provider, planted):
    provider.reset(checked(whole))
    answer = boto3.call("converse", **converse(planted.env + planted.pem))
    assert planted.env + planted.pem == answer["output"]["message"]["content"][0]["text"]
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("size", [0, 1, 100])
def test_converse_streams(boto3, provider, planted, size):
    provider.reset(checked(streamed), cut=size)
    *events, last = boto3.stream("converse_stream", **converse(planted.env))
    assert {"end": True} == last
    assert planted.env == "".join(
        event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event
    )
    assert not traces(provider.wire, planted)


def test_invoke_model(boto3, provider, planted):
    provider.reset(checked(whole))
    answer = boto3.call("invoke_model", **invoke(planted.env))
    assert planted.env == json.loads(answer["body"])["content"][0]["text"]
    assert not traces(provider.wire, planted)


def test_invoke_model_streams(boto3, provider, planted):
    provider.reset(checked(streamed))
    *events, last = boto3.stream("invoke_model_with_response_stream", **invoke(planted.env))
    assert {"end": True} == last
    chunks = [json.loads(event["chunk"]["bytes"]) for event in events]
    assert planted.env == "".join(chunk["delta"]["text"] for chunk in chunks if "delta" in chunk)
    assert not traces(provider.wire, planted)


def test_what_is_not_changed_keeps_its_signature_though_it_goes_elsewhere(boto3, provider):
    provider.reset(checked(whole))
    assert "hello" == boto3.call("converse", **converse("hello"))["output"]["message"]["content"][0]["text"]


def test_an_api_key_needs_no_signature(running, provider, planted, tmp_path):
    provider.reset(checked(whole))
    with client(running, tmp_path, AWS_BEARER_TOKEN_BEDROCK="invented-api-key") as made:
        answer = made.call("converse", **converse(planted.env))
    assert planted.env == answer["output"]["message"]["content"][0]["text"]
    assert ["Bearer invented-api-key"] == provider.seen[-1].header("authorization")
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize(
    ("key", "secret", "why"),
    [(SESSION[0], SESSION[1], "they are not on this machine"), (KEY, "wrong", "its own signature does not fit them")],
    ids=["unknown", "wrong"],
)
def test_credentials_that_cannot_be_used_are_said_to_be_so(running, provider, planted, tmp_path, key, secret, why):
    provider.reset(checked(whole))
    environment = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
    with client(running, tmp_path, **environment) as made:
        answer = made.call("converse", **converse(planted.env))
    assert ("ValidationException", 400) == (answer["error"], answer["status"])
    assert why in answer["text"]
    assert "aws_profile" in answer["text"]
    assert not provider.seen


def test_what_aws_says_of_an_expired_session_arrives(boto3, provider, planted):
    said = json.dumps({"message": "The security token included in the request is expired"}).encode()
    provider.reset(lambda _seen: Raw(403, said, (("x-amzn-errortype", "ExpiredTokenException"),)))
    answer = boto3.call("converse", **converse(planted.env))
    assert ("ExpiredTokenException", 403) == (answer["error"], answer["status"])


@pytest.mark.parametrize("works", [True, False], ids=["signed in", "expired"])
def test_a_profile_signs_where_the_settings_name_it(upstream, provider, planted, tmp_path, works):
    folder = tmp_path / "filter"
    aws = folder / "home/.aws"
    aws.mkdir(parents=True)
    made = json.dumps(
        dict(zip(("AccessKeyId", "SecretAccessKey", "SessionToken"), SESSION, strict=True)) | {"Version": 1}
    )
    (tmp_path / "made.json").write_text(made, encoding="utf-8")
    process = f"cat {tmp_path / 'made.json'}" if works else "false"
    (aws / "config").write_text(f"[profile sso]\ncredential_process = {process}\n", encoding="utf-8")
    provider.reset(checked(whole))
    config = filters.write_settings(folder, upstream.url, upstream.ca, aws_profile="sso")
    environment = {"AWS_ACCESS_KEY_ID": "ASIAELSEWHERE", "AWS_SECRET_ACCESS_KEY": "elsewhere", "AWS_SESSION_TOKEN": "t"}
    with filters.serve(config) as filter, client(filter, tmp_path / "client", **environment) as boto3:
        answer = boto3.call("converse", **converse(planted.env))
    if works:
        assert planted.env == answer["output"]["message"]["content"][0]["text"]
        assert [SESSION[2]] == provider.seen[-1].header("x-amz-security-token")
        assert not traces(provider.wire, planted)
    else:
        assert "AWS profile sso" in answer["text"]
        assert "aws sso login --profile sso" in answer["text"]
        assert not provider.seen
