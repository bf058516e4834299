"""What comes back event by event: numbers that stay consecutive, and what tells of a text in other ways than the text."""

import json

import pytest

from redact import restoration

from .said import TOKEN, asked


def told(exchange, *events):
    """What a client is told over a WebSocket."""
    return [json.loads(out) for event in events for out in exchange.frame(json.dumps(event).encode())]


def arguments(place, number, piece=None, whole=None):
    kind, said = ("delta", {"delta": piece}) if whole is None else ("done", {"arguments": whole})
    event = {"type": f"response.function_call_arguments.{kind}", "output_index": place, **said}
    return event | {"sequence_number": number}


def interleaved(surrogate, others):
    """Two tool calls that take turns; one ends in the midst of what may be a surrogate, while the other goes on."""
    half = surrogate[: len(surrogate) // 2].decode()
    yield arguments(0, 0, f'{{"a": "{half}')
    yield from (arguments(1, 1 + at, "x") for at in range(others))
    yield arguments(0, 1 + others, whole=f'{{"a": "{half}')
    yield arguments(1, 2 + others, whole="x" * others)


@pytest.mark.parametrize("others", [0, 1, 7])
def test_numbers_stay_consecutive_while_calls_take_turns(others):
    exchange, surrogate = asked("openai-responses")
    events = list(interleaved(surrogate, others))
    got = told(exchange, *events)
    assert [*range(3 + others)] == [event["sequence_number"] for event in got]
    assert events == got


def test_no_more_than_so_many_events_wait_for_one(monkeypatch):
    monkeypatch.setattr(restoration, "_MOST_LATE", 3)
    exchange, surrogate = asked("openai-responses")
    events = list(interleaved(surrogate, 7))
    assert [] == told(exchange, *events[:3])[1:]
    got = told(exchange, *events[3:])
    assert [*range(8), 0, 8, 9] == [event["sequence_number"] for event in got]
    assert surrogate[: len(surrogate) // 2].decode() == got[8]["delta"]


def test_streams_of_one_socket_do_not_wait_for_each_other():
    exchange, surrogate = asked("openai-responses")
    one, other = arguments(0, 0, surrogate[:9].decode()), arguments(0, 0, TOKEN)
    assert [] == told(exchange, one | {"stream_id": "a"})
    assert [other | {"stream_id": "b"}] == told(exchange, other | {"stream_id": "b"})


# -- what tells of a text in other ways


def whole(dialect, make):
    exchange, surrogate = asked(dialect)
    return json.loads(exchange.response(json.dumps(make(surrogate.decode())).encode()))


def pieces(surrogate, at=9):
    """Words in which a token stands, cut within what stands in for it, and words without."""
    return ["é say ", surrogate[:at], surrogate[at:], " and so on"]


TOKENS = {
    "openai-chat": (
        lambda words, tokens: {"choices": [{"index": 0, "delta": {"content": words}, "logprobs": {"content": tokens}}]},
        lambda event: event["choices"][0]["logprobs"],
        lambda tokens: {"content": tokens},
        None,
    ),
    "openai-responses": (
        lambda words, tokens: {
            "type": "response.output_text.delta",
            "output_index": 0,
            "content_index": 0,
            "delta": words,
            "logprobs": tokens,
        },
        lambda event: event["logprobs"],
        lambda tokens: tokens,
        [],
    ),
    "gemini": (
        lambda words, tokens: {
            "candidates": [{"content": {"parts": [{"text": words}]}, "logprobsResult": {"chosenCandidates": tokens}}]
        },
        lambda event: event["candidates"][0]["logprobsResult"],
        lambda tokens: {"chosenCandidates": tokens},
        {},
    ),
    "ollama": (
        lambda words, tokens: {"message": {"content": words}, "logprobs": tokens},
        lambda event: event["logprobs"],
        lambda tokens: tokens,
        [],
    ),
}


@pytest.mark.parametrize("dialect", TOKENS)
def test_tokens_are_told_of_what_came_as_it_was_and_of_nothing_else(dialect):
    make, read, as_told, nothing = TOKENS[dialect]
    exchange, surrogate = asked(dialect)
    said = pieces(surrogate.decode())
    every = [[{"token": words[:3]}, {"token": words[3:]}] for words in said]
    got = told(exchange, *map(make, said, every))
    assert [as_told(every[0]), nothing, nothing, as_told(every[3])] == [read(event) for event in got]


def test_tokens_that_count_are_told_until_the_text_has_moved():
    def event(words, at):
        return {"choices": [{"index": 0, "text": words, "logprobs": {"tokens": [words], "text_offset": [at]}}]}

    exchange, surrogate = asked("openai-completions")
    said = pieces(surrogate.decode())
    got = told(exchange, *(event(words, len("".join(said[:at]))) for at, words in enumerate(said)))
    told_of = [one["choices"][0]["logprobs"] for one in got]
    assert [{"tokens": ["é say "], "text_offset": [0]}, None, None, None] == told_of


def test_tokens_of_a_whole_answer():
    def chat(words):
        choice = {"index": 0, "message": {"content": words}, "logprobs": {"content": [{"token": words}]}}
        return {"choices": [choice, choice | {"index": 1, "message": {"content": "é"}}]}

    touched, other = whole("openai-chat", chat)["choices"]
    assert (None, TOKEN) == (touched["logprobs"], touched["message"]["content"])
    assert "content" in other["logprobs"]

    def response(words):
        part = {"type": "output_text", "text": words, "logprobs": [{"token": words}]}
        return {"output": [{"type": "message", "content": [part]}]}

    [part] = whole("openai-responses", response)["output"][0]["content"]
    assert ([], TOKEN) == (part["logprobs"], part["text"])


def test_an_answer_in_which_nothing_is_restored_keeps_its_tokens():
    body = {"choices": [{"index": 0, "message": {"content": "a"}, "logprobs": {"content": [{"token": "a"}]}}]}
    assert body == whole("openai-chat", lambda _: body)


def test_a_citation_counts_in_what_has_come_until_then():
    exchange, surrogate = asked("openai-responses")
    where = {"output_index": 0, "content_index": 0}
    said = pieces(surrogate.decode())
    text, restored = "".join(said), "".join(said).replace(surrogate.decode(), TOKEN)
    ends = [(2, 5), (6, 6 + len(surrogate)), (text.index("and"), text.index("and") + 3)]
    events = [{"type": "response.output_text.delta", **where, "delta": words} for words in said]
    events += [
        {
            "type": "response.output_text.annotation.added",
            **where,
            "annotation": {"type": "url_citation", "start_index": start, "end_index": end},
        }
        for start, end in ends
    ]
    got = [event["annotation"] for event in told(exchange, *events) if "annotation" in event]
    assert [text[start:end].replace(surrogate.decode(), TOKEN) for start, end in ends] == [
        restored[note["start_index"] : note["end_index"]] for note in got
    ]


def test_a_citation_in_a_chat_counts_in_what_has_come_until_then():
    def chunk(**delta):
        return {"choices": [{"index": 0, "delta": delta, "content_filter_offsets": {"end_offset": len(text)}}]}

    exchange, surrogate = asked("openai-chat")
    said = pieces(surrogate.decode())
    text, restored = "".join(said), "".join(said).replace(surrogate.decode(), TOKEN)
    note = {"type": "url_citation", "url_citation": {"start_index": text.index("and"), "end_index": len(text)}}
    *_, last = told(exchange, *(chunk(content=words) for words in said), chunk(annotations=[note]))
    found = last["choices"][0]["delta"]["annotations"][0]["url_citation"]
    assert "and so on" == restored[found["start_index"] : found["end_index"]]
    assert len(restored) == last["choices"][0]["content_filter_offsets"]["end_offset"]


@pytest.mark.parametrize("streamed", [False, True])
def test_what_is_grounded_counts_bytes(streamed):
    exchange, surrogate = asked("gemini")
    said = pieces(surrogate.decode())
    text, restored = "".join(said).encode(), "".join(said).replace(surrogate.decode(), TOKEN).encode()
    start = text.index(b"and")
    segment = {"startIndex": start, "endIndex": len(text), "text": "and so on"}
    notes = {
        "groundingMetadata": {"groundingSupports": [{"segment": segment}]},
        "citationMetadata": {"citationSources": [{"endIndex": len(text)}]},
    }
    if streamed:
        events = [{"candidates": [{"content": {"parts": [{"text": words}]}}]} for words in said]
        *_, got = told(exchange, *events, {"candidates": [notes]})
    else:
        got = whole("gemini", lambda _: {"candidates": [{"content": {"parts": [{"text": "".join(said)}]}, **notes}]})
    [candidate] = got["candidates"]
    found = candidate["groundingMetadata"]["groundingSupports"][0]["segment"]
    assert b"and so on" == restored[found["startIndex"] : found["endIndex"]]
    assert len(restored) == candidate["citationMetadata"]["citationSources"][0]["endIndex"]


DOCUMENT = f"é my token is {TOKEN}, and so on"
SENT = {
    "anthropic-messages": {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": DOCUMENT},
    },
    "bedrock-converse": {"document": {"format": "txt", "name": "n", "source": {"text": DOCUMENT}}},
}
SENT["bedrock-invoke"] = SENT["anthropic-messages"]


def citing(dialect, start, end, *, streamed):
    """A citation, and where to find its two numbers again."""
    if dialect == "bedrock-converse":
        citation = {"location": {"documentChar": {"documentIndex": 1, "start": start, "end": end}}}
        if streamed:
            return {"contentBlockIndex": 0, "delta": {"citation": citation}}
        return {"output": {"message": {"content": [{"citationsContent": {"citations": [citation]}}]}}}
    citation = {"type": "char_location", "document_index": 1, "start_char_index": start, "end_char_index": end}
    if streamed:
        return {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": citation}}
    return {"content": [{"type": "text", "text": "x", "citations": [citation]}]}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("dialect", SENT)
def test_a_citation_counts_in_the_document_as_the_client_has_it(dialect, streamed):
    exchange, surrogate = asked(dialect)
    other = {"type": "document", "source": {"type": "url", "url": "x"}} if "invoke" in dialect else SENT[dialect]
    body = {"messages": [{"role": "user", "content": [other, SENT[dialect]]}]}
    sent = DOCUMENT.replace(TOKEN, surrogate.decode())
    assert sent in exchange.request(json.dumps(body, ensure_ascii=False).encode()).decode()
    start, end = sent.index("and"), len(sent)
    answer = citing(dialect, start, end, streamed=streamed)
    got = told(exchange, answer)[0] if streamed else json.loads(exchange.response(json.dumps(answer).encode()))
    start, end = DOCUMENT.index("and"), len(DOCUMENT)
    assert citing(dialect, start, end, streamed=streamed) == got
