"""Where in a body a string stands, and what that says about it."""

import pytest

from redact.paths import UNSETTLED, Mark, Settled, compiled, path_to, shown, slots, spoken_name

SHAPE = compiled(
    {
        Mark.SEALED: (
            "model",
            "messages.[].role",
            "messages.[].content.[].(type=thinking|redacted_thinking).**",
            "cache.**",
            "usage.*.id",
        ),
        Mark.MEDIA: ("messages.[].content.[].source.(type=base64).data",),
        Mark.JSON: ("messages.[].arguments",),
    }
)


def marks(body):
    return [
        (slot.text, slot.mark.value, slot.kind)
        for slot in slots(body, SHAPE)
        if slot.kind != "name" or slot.text not in SAID
    ]


SAID = (
    "model",
    "messages",
    "role",
    "content",
    "type",
    "thinking",
    "signature",
    "source",
    "data",
    "arguments",
    "usage",
    "cache",
    "id",
    "text",
)


def test_what_no_pattern_names_is_text():
    body = {"new": ["a", {"b": "c"}], "model": "m", "x": None, "y": 1.5, "z": True}
    assert [
        ("new", "text", "name"), ("a", "text", "value"), ("b", "text", "name"), ("c", "text", "value"),
        ("m", "sealed", "value"), ("x", "text", "name"), ("y", "text", "name"), ("z", "text", "name"),
    ] == marks(body)  # fmt: skip


def test_declared_places_have_their_mark_and_only_there():
    body = {"messages": [{"role": "r", "arguments": "{}", "model": "n", "content": "s"}], "role": "q"}
    assert [
        ("r", "sealed", "value"),
        ("{}", "json", "value"),
        ("n", "text", "value"),
        ("s", "text", "value"),
        ("q", "text", "value"),
    ] == marks(body)


def test_a_type_decides_what_is_below():
    body = {
        "messages": [
            {
                "content": [
                    {"type": "thinking", "thinking": "t", "deep": [{"er": "u"}]},
                    {"thinking": "v", "type": "text"},
                    {"source": {"type": "base64", "data": "QUJD"}},
                    {"source": {"type": "text", "data": "plain"}},
                    {"type": ["thinking"], "thinking": "w"},
                ]
            }
        ]
    }
    found = {text: mark for text, mark, kind in marks(body) if kind == "value"}
    assert {
        "t": "sealed",
        "u": "sealed",
        "v": "text",
        "QUJD": "media",
        "plain": "text",
        "w": "text",
    }.items() <= found.items()
    assert ("deep", "sealed", "name") in marks(body)
    assert ("er", "sealed", "name") in marks(body)


def test_a_star_is_any_member_and_two_are_all_below():
    body = {"usage": {"a": {"id": "x", "of": "y"}}, "cache": {"k": ["v", {"l": "w"}]}}
    found = {text: mark for text, mark, kind in marks(body) if kind == "value"}
    assert {"x": "sealed", "y": "text", "v": "sealed", "w": "sealed"} == found


def test_the_name_of_a_declared_member_is_sealed():
    (name, _) = slots({"model": "m"}, SHAPE)
    assert ("model", Mark.SEALED, "name") == (name.text, name.mark, name.kind)


def test_long_numbers_are_slots_and_short_ones_are_not():
    body = {"a": 123456789012, "b": [99999, 100000, -100000, True, 1e9]}
    assert ["123456789012", "100000", "-100000"] == [slot.text for slot in slots(body, SHAPE) if slot.kind == "number"]


def near(body):
    return {slot.text: slot.near for slot in slots(body, SHAPE) if slot.kind != "name"}


def test_a_string_knows_the_key_it_stands_under_through_lists():
    assert {"a": "password", "b": "password", "c": "inner"} == near({"password": ["a", ["b", {"inner": "c"}]]})


def test_a_name_beside_a_value_says_what_it_is():
    assert {"DB_PASSWORD": "name", "x": "DB_PASSWORD"} == near({"name": "DB_PASSWORD", "value": "x"})
    assert {"x": "K", "K": "Key"} == near({"Value": "x", "Key": "K"})
    assert "" == spoken_name({"name": "n"})
    assert "" == spoken_name({"value": "v", "name": 1})


def test_settled_texts_are_left_out_unless_their_key_tells():
    settled = Settled({"a", "b", "x", "n", "123456"}, {"x": False, "password": True, "n": False})
    body = {"x": "a", "password": ["b", 123456], "n": [123456, {"x": "c"}]}
    assert ["password", "b", "123456", "c"] == [slot.text for slot in slots(body, SHAPE, settled)]
    assert ["x", "a"] == [slot.text for slot in slots({"x": "a"}, SHAPE, UNSETTLED)]


def test_a_slot_finds_its_way_back():
    body = {"messages": [{"content": [{"text": "a"}, "b"], "k": 123456}]}
    for slot in slots(body, SHAPE):
        value = body
        for step in path_to(body, slot)[:-1]:
            value = value[step]
        assert value is slot.holder


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), "body"),
        (("model",), "model"),
        (("messages", 3, "content", 0, "text"), "messages[3].content[0].text"),
        (("messages", 0, "hunter2-x9", "text"), "messages[0].*.text"),
        (("hunter2-x9", 0, "messages"), "*[0].messages"),
        (("usage", "hunter2-x9", "id"), "usage.*.id"),
        (("messages", 0, "content", 1, "source", "data"), "messages[0].content[1].source.data"),
    ],
)
def test_a_path_is_shown_without_keys_that_are_the_clients_own(path, text):
    assert text == shown(path, SHAPE)


def test_a_slot_does_not_show_its_text():
    (_, value) = slots({"x": "hunter2-x9"}, SHAPE)
    assert "hunter2" not in repr(value)
    (name, _) = slots({"hunter2-x9": "x"}, SHAPE)
    assert "hunter2" not in repr(name)
