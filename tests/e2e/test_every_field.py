"""Every field that a vendor's SDK knows: redacted, or structural by name. A field that the SDK adds tomorrow is redacted.

The largest request is made from botocore's model of Bedrock and from google-genai's types, with a canary in every string.
"""

import json
import subprocess

import pytest
from botocore.loaders import Loader

from redact.dialects import DIALECTS
from redact.errors import BlockedError
from redact.paths import slots
from tests import pack

from .clients import sdk_python

DEEPEST = 14


class Positions:
    """Hands out a canary for every string position, and remembers where it stands."""

    def __init__(self):
        self.paths = []

    def canary(self, path):
        self.paths.append(".".join(path))
        return f"dtk_Canary{len(self.paths):06d}XXXX"


def of_aws(shapes, name, path, positions, above=()):
    shape = shapes[name]
    if above.count(name) > 1 or len(path) > DEEPEST:
        return None
    inside = (*above, name)
    match shape["type"]:
        case "structure" if shape.get("document"):
            return {positions.canary((*path, "*")): positions.canary((*path, "*"))}
        case "structure":
            return {
                member: of_aws(shapes, to["shape"], (*path, member), positions, inside)
                for member, to in shape["members"].items()
                if to.get("location") not in ("uri", "header", "querystring")
            }
        case "list":
            return [of_aws(shapes, shape["member"]["shape"], (*path, "[]"), positions, inside)]
        case "map":
            value = of_aws(shapes, shape["value"]["shape"], (*path, "*"), positions, inside)
            return {positions.canary((*path, "*")): value}
        case "string" | "blob" | "timestamp":
            return positions.canary(path)
        case "boolean":
            return False
    return 1


def of_schema(schema, path, positions, definitions, above=()):
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if above.count(name) > 1 or len(path) > DEEPEST:
            return None
        return of_schema(definitions[name], path, positions, definitions, (*above, name))
    if "anyOf" in schema:
        chosen = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return of_schema(chosen[0], path, positions, definitions, above) if chosen else None
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {
                name: of_schema(inside, (*path, name), positions, definitions, above)
                for name, inside in schema["properties"].items()
            }
        case "object":
            inside = schema.get("additionalProperties")
            inside = inside if isinstance(inside, dict) and inside else {"type": "string"}
            key = positions.canary((*path, "*"))
            return {key: of_schema(inside, (*path, "*"), positions, definitions, above)}
        case "array":
            return [of_schema(schema.get("items", {}), (*path, "[]"), positions, definitions, above)]
        case "boolean":
            return False
        case "integer" | "number":
            return 1
    return positions.canary(path)


def converse(positions):
    model = Loader().load_service_model("bedrock-runtime", "service-2")
    shapes = model["shapes"]
    names = [
        model["operations"][name]["input"]["shape"]
        for name in ("Converse", "ConverseStream", "ApplyGuardrail", "CountTokens")
    ]
    bodies = [of_aws(shapes, name, (), positions) for name in names]
    return {key: value for body in reversed(bodies) for key, value in body.items()}, positions


ASK = """
import json
from pydantic import TypeAdapter
from google.genai import types as t
wanted = {"contents": list[t.Content], "systemInstruction": t.Content, "tools": list[t.Tool], "toolConfig": t.ToolConfig,
          "safetySettings": list[t.SafetySetting], "generationConfig": t.GenerationConfig, "cachedContent": str, "labels": dict[str, str]}
print(json.dumps({name: TypeAdapter(kind).json_schema(by_alias=True) for name, kind in wanted.items()}))
"""


def gemini(positions):
    done = subprocess.run([sdk_python(), "-I", "-W", "ignore", "-c", ASK], capture_output=True, check=True, timeout=120)
    schemas = json.loads(done.stdout)
    return {name: of_schema(one, (name,), positions, one.get("$defs", {})) for name, one in schemas.items()}, positions


REQUESTS = {"bedrock-converse": converse, "gemini": gemini}

# What is left as it is, by name: the last step of its path, or the steps that everything below has in common.
STRUCTURAL = {
    "bedrock-converse": (
        "role format toolUseId status cachePoint reasoningContent guardrailConfig performanceConfig serviceTier s3Location "
        "toolUse.type toolResult.type"
    ),
    "gemini": (
        "role thoughtSignature functionCall.id functionResponse.id scheduling mimeType fileUri language outcome mediaResolution "
        "safetySettings mode responseMimeType responseModalities thinkingConfig speechConfig cachedContent"
    ),
}


@pytest.fixture(scope="module", params=REQUESTS)
def largest(request):
    """A dialect, the largest request, and the path of every canary in it."""
    body, positions = REQUESTS[request.param](Positions())
    assert 100 < len(positions.paths)
    return request.param, body, {f"dtk_Canary{at:06d}XXXX": path for at, path in enumerate(positions.paths, 1)}


def marks_of(dialect, body, paths):
    return {slot.text: slot.mark.value for slot in slots(body, DIALECTS[dialect].request) if slot.text in paths}


def test_what_is_structural_is_so_by_name(largest):
    dialect, body, paths = largest
    structural = {
        paths[canary] for canary, mark in marks_of(dialect, body, paths).items() if mark in ("sealed", "given")
    }
    assert structural
    names = STRUCTURAL[dialect].split()
    assert [] == sorted(path for path in structural if not any(f".{name}." in f".{path}." for name in names))
    assert [] == [name for name in names if not any(f".{name}." in f".{path}." for path in structural)]


def without(value, canaries):
    match value:
        case dict():
            return {key: without(item, canaries) for key, item in value.items()}
        case list():
            return [without(item, canaries) for item in value]
        case str() if value in canaries:
            return "x"
    return value


def test_nothing_of_what_is_not_structural_arrives(largest):
    dialect, body, paths = largest
    marks = marks_of(dialect, body, paths)
    structural = {canary for canary, mark in marks.items() if mark in ("sealed", "given")}
    exchange = pack.exchange(dialect)
    sent = exchange.request(json.dumps(without(body, structural)).encode()).decode()
    assert [] == [path for canary, path in paths.items() if canary not in structural and canary in sent]
    whole = json.dumps(body)
    assert len(exchange._records) == len([canary for canary in set(paths) - structural if canary in whole])


def test_what_is_structural_blocks_where_it_holds_a_secret(largest):
    dialect, body, paths = largest
    marks = marks_of(dialect, body, paths)
    structural = {canary for canary, mark in marks.items() if mark in ("sealed", "given")}
    whole, over = json.dumps(body), pack.redactor()
    for canary in sorted(canary for canary in structural if marks[canary] == "sealed" and canary in whole):
        alone = json.dumps(without(body, set(paths) - {canary})).encode()
        with pytest.raises(BlockedError) as blocked:
            pack.exchange(dialect, over).request(alone)
        assert canary not in str(blocked.value)


def test_a_field_that_nobody_knows_yet_is_redacted(largest):
    dialect, body, paths = largest
    grown = {"of_tomorrow": {"deep": ["dtk_Canary999999XXXX"]}, **without(body, set(paths))}
    assert b"dtk_Canary999999XXXX" not in pack.exchange(dialect).request(json.dumps(grown).encode())
