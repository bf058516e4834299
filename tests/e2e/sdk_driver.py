"""Make calls with a provider's SDK: a JSON line in, JSON lines out. Runs in the SDKs' own environment; knows no redact.

`{"method": "messages.create", "arguments": {…}}` → `{"value": …, "last": true}`. A `stream` method gives one line per
event, then the SDK's own accumulated result. An error of the API is a result, too.
"""

import importlib
import json
import sys


def say(value: object, *, last: bool = False) -> None:
    print(json.dumps({"value": value, "last": last}), flush=True)


def plain(value: object) -> object:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def call(client: object, method: str, arguments: dict[str, object]) -> None:
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


main(sys.argv[1])
