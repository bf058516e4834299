"""Make calls with a provider's SDK: a JSON line in, JSON lines out. Runs in the SDKs' own environment; knows no redact.

`{"method": "messages.create", "arguments": {…}}` → `{"value": …, "last": true}`. A `stream` method gives one line per
event, then the SDK's own accumulated result. An error of the API is a result, too.
"""

import base64
import importlib
import json
import sys


def say(value: object, *, last: bool = False) -> None:
    print(json.dumps({"value": value, "last": last}), flush=True)


def plain(value: object) -> object:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def talk(client: object, turns: list[dict[str, object]]) -> None:
    """Take turns over one WebSocket; say all that comes back, the names of the extensions last."""
    with client.responses.connect(websocket_connection_options={"compression": "deflate"}) as connection:
        for turn in turns:
            connection.send(turn)
            for event in connection:
                say(plain(event))
                if event.type in ("response.completed", "error"):
                    break
        extensions = connection._connection.protocol.extensions
        say({"extensions": [extension.name for extension in extensions]}, last=True)


def call(client: object, method: str, arguments: dict[str, object]) -> None:
    if method == "responses.connect":
        talk(client, arguments["turns"])
        return
    target = client
    for name in method.split("."):
        target = getattr(target, name)
    result = target(**arguments)
    if method.endswith(".stream"):
        with result as stream:
            for event in stream:
                say(plain(event))
            final = stream.get_final_message() if hasattr(stream, "get_final_message") else _final(stream)
            say({"final": plain(final)}, last=True)
    elif arguments.get("stream"):
        for event in result:
            say(plain(event))
        say({"end": True}, last=True)
    elif method.endswith("models.list"):
        say({"models": [plain(model) for model in result]}, last=True)
    else:
        say(plain(result), last=True)


def call_boto3(client: object, method: str, arguments: dict[str, object]) -> None:
    result = getattr(client, method)(**arguments)
    result.pop("ResponseMetadata", None)
    streams = [result[key] for key in ("stream", "body") if hasattr(result.get(key), "__iter__")]
    if method.endswith("_stream"):
        for event in streams[0]:
            say(_as_json(event))
        say({"end": True}, last=True)
    else:
        say(_as_json(result | ({"body": result["body"].read()} if streams else {})), last=True)


def _as_json(value: object) -> object:
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.decode() if value[:1] in b"{[" else base64.b64encode(value).decode()
    return [_as_json(item) for item in value] if isinstance(value, list) else value


def boto3_main() -> None:
    sdk = importlib.import_module("boto3")
    config = importlib.import_module("botocore.config").Config(retries={"total_max_attempts": 1}, read_timeout=50)
    errors = importlib.import_module("botocore.exceptions")
    client = sdk.client("bedrock-runtime", config=config)
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            call_boto3(client, wanted["method"], wanted["arguments"])
        except errors.ClientError as error:
            said = error.response
            status = said["ResponseMetadata"]["HTTPStatusCode"]
            say(
                {"error": said["Error"]["Code"], "status": status, "body": None, "text": said["Error"]["Message"]},
                last=True,
            )
        except Exception as error:  # noqa: BLE001  what an SDK lets out when a stream breaks is a result as well
            say({"error": type(error).__name__, "status": None, "body": None, "text": str(error)}, last=True)


def genai_main() -> None:
    genai = importlib.import_module("google.genai")
    errors = importlib.import_module("google.genai.errors")
    client = genai.Client(http_options={"timeout": 50_000})
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            result = getattr(client.models, wanted["method"])(**wanted["arguments"])
            if wanted["method"].endswith("_stream"):
                for chunk in result:
                    say(plain(chunk))
                say({"end": True}, last=True)
            else:
                say(plain(result), last=True)
        except errors.APIError as error:
            say({"error": error.status, "status": error.code, "body": None, "text": error.message}, last=True)
        except Exception as error:  # noqa: BLE001  as above
            say({"error": type(error).__name__, "status": None, "body": None, "text": str(error)}, last=True)


def _final(stream: object) -> object:
    return stream.get_final_completion() if hasattr(stream, "get_final_completion") else stream.get_final_response()


def main(name: str) -> None:
    sdk = importlib.import_module(name)
    client = {"anthropic": "Anthropic", "openai": "OpenAI"}[name]
    client = getattr(sdk, client)(max_retries=0, timeout=50)
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            call(client, wanted["method"], wanted["arguments"])
        except sdk.APIStatusError as error:
            say(
                {"error": type(error).__name__, "status": error.status_code, "body": error.body, "text": str(error)},
                last=True,
            )
        except sdk.APIError as error:
            say({"error": type(error).__name__, "status": None, "body": error.body, "text": str(error)}, last=True)
        except Exception as error:  # noqa: BLE001  what an SDK lets out when a stream breaks is a result as well
            say({"error": type(error).__name__, "status": None, "body": None, "text": str(error)}, last=True)


if sys.argv[1] == "boto3":
    boto3_main()
elif sys.argv[1] == "genai":
    genai_main()
else:
    main(sys.argv[1])
