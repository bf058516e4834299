"""Where one value stands in several pieces of code: each piece, and nothing of what joins them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.joints import is_nothing, pieces

BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
ONE, TWO = "Zx9Kq2LmT4vB8nRw" * 4, "q8Zk2Lm4Xw7Tb/+w" * 4
LINES = (BEGIN, ONE, TWO, END)


def written(text):
    start, end = text.index(BEGIN), text.index(END) + len(END)
    return [text[first:last] for first, last in pieces(text, start, end)]


@pytest.mark.parametrize(
    "text",
    [
        " +\n  ".join(f'"{line}\\n"' for line in LINES),
        "\n  + ".join(f'"{line}\\n"' for line in LINES),
        "(\n" + "\n".join(f"    '{line}\\n'" for line in LINES) + "\n)",
        " . ".join(f"'{line}'" for line in LINES),
        ",\n".join(f'"{line}"' for line in LINES),
        " \\\n".join(f'b"{line}\\r\\n"' for line in LINES),
        "\n".join(f"// {line}" for line in LINES),
        "\n".join(f"  # {line}" for line in LINES),
        "\r\n".join(f" * {line}" for line in LINES),
        "\n".join(f"-- {line}" for line in LINES),
        "\n".join(f"{at:6}\t{line}" for at, line in enumerate(LINES)),
        "\n".join(f"{at:6}→  # {line}" for at, line in enumerate(LINES)),
        "\n".join(f"+{line}" for line in LINES),
        "@@ -1,4 +1,4 @@\n" + "\n".join(f"-# {line}" for line in LINES),
    ],
    ids=range(14),
)
def test_each_line_of_a_key_is_a_piece_of_its_own(text):
    assert [ONE, TWO] == written(text)


@pytest.mark.parametrize("between", ["\n", "\\n", "\\\\n", "\n    ", "\r\n"])
def test_a_key_in_one_string_is_one(between):
    key = between.join(LINES)
    assert [key] == written(f'key = """{key}"""')


@pytest.mark.parametrize(
    "value", ["hunter2-x9", 'a"b"c', "Zx9K\"'q2LmT4vB8nRw", "'h', 'u', 'n', 't', '3', 'r'", '"", ""']
)
def test_what_nothing_joins_is_one(value):
    assert [(3, 3 + len(value))] == pieces(f"x= {value}", 3, 3 + len(value))


def test_a_value_in_two_strings_is_two():
    text = 'password = "Zx9Kq2LmT4vB" + "q8Zk2Lm4Xw7Tb"'
    assert ["Zx9Kq2LmT4vB", "q8Zk2Lm4Xw7Tb"] == [text[a:b] for a, b in pieces(text, 12, len(text) - 1)]


@given(st.text("'\"`+# \\n\n*/-abc1", max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_pieces_stand_in_order_inside_of_the_value(text, start, end):
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    done = start
    for first, last in pieces(text, start, end):
        assert done <= first <= last <= end
        done = last


@pytest.mark.parametrize("between", ['" +\n    "', '\\n"\n  "', "'", "\n// ", f'{BEGIN}\\n" + "', "\n     4\t"])
def test_between_pieces_nothing_is_left(between):
    assert is_nothing(f"a{between}b", 1, 1 + len(between))
    assert not is_nothing(f"a{between}b9-x", 1, 3 + len(between))
