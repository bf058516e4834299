"""Where each format has room for one more sentence of the system prompt. Knows formats; knows no text.

Strategy: always the end of the system prompt, and in every request: what stands before it, and a provider caches, stays as it was,
and what follows it is the same in each turn.
"""

from __future__ import annotations

from typing import Any


def in_messages(body: Any, sentence: str) -> bool:
    """Add a sentence for Anthropic: to a text, or as a last block, behind the marks of its cache."""
    if not isinstance(body.get("messages"), list):
        return False
    return _added(body, "system", sentence, {"type": "text", "text": sentence})


def in_claude_on_bedrock(body: Any, sentence: str) -> bool:
    """Add a sentence where AWS passes a body on to Claude."""
    return "anthropic_version" in body and in_messages(body, sentence)


def in_converse(body: Any, sentence: str) -> bool:
    """Add a sentence for AWS Converse, whose system prompt is a list of blocks."""
    if not isinstance(body.get("messages"), list):
        return False
    body.setdefault("system", [])
    return _added(body, "system", sentence, {"text": sentence})


def in_chat(body: Any, sentence: str) -> bool:
    """Add a sentence for Chat Completions: to the first message, if it is the system's or developer's, else as one before it."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return False
    first = messages[0]
    if isinstance(first, dict) and first.get("role") in ("system", "developer"):
        return _added(first, "content", sentence, {"type": "text", "text": sentence})
    messages.insert(0, {"role": "system", "content": sentence})
    return True


def in_responses(body: Any, sentence: str) -> bool:
    """Add a sentence for Responses: to the instructions, which no later request takes over."""
    return "input" in body and _added(body, "instructions", sentence, None)


def in_contents(body: Any, sentence: str) -> bool:
    """Add a sentence for Gemini, also where Code Assist wraps the request; a cached content has its own system prompt."""
    inner = body.get("request") if isinstance(body.get("request"), dict) else body
    if "contents" not in inner or "cachedContent" in inner or "cached_content" in inner:
        return False
    name = "system_instruction" if "system_instruction" in inner else "systemInstruction"
    said = inner.setdefault(name, {"parts": []})
    if not isinstance(said, dict) or not isinstance(said.get("parts"), list):
        return False
    said["parts"].append({"text": sentence})
    return True


def _added(holder: Any, key: str, sentence: str, block: Any) -> bool:
    said = holder.get(key)
    if not said and not isinstance(said, list):
        holder[key] = sentence
    elif isinstance(said, str):
        holder[key] = f"{said}\n\n{sentence}"
    elif isinstance(said, list) and block is not None:
        said.append(block)
    else:
        return False
    return True
