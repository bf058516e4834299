"""Code inside other code is code of its own language, and its ranges lead back exactly."""

import json

import pytest

from redact.code.embedded import within
from redact.code.regions import regions

BASH = "set -e\nexport TOKEN=kestrel\n"
PAGE = "<html><body>\n<script{}>\nconst token = 'kestrel';\n</script>\n</body></html>\n"
TEXTS = {
    "script": ("html", PAGE.format(""), ["javascript"]),
    "script of a component": ("vue", "<template><p/></template>\n" + PAGE.format(' setup lang="ts"'), ["typescript"]),
    "data in a page": ("html", '<script type="application/json">{"token": "kestrel"}</script>\n', ["json"]),
    "script that is not closed": ("html", "<script>\nconst token = 'kestrel';\n", ["javascript"]),
    "page in PHP": ("php", "<?php f(); ?>\n" + PAGE.format(""), ["javascript"]),
    "pipeline": ("yaml", "jobs:\n  b:\n    steps:\n      - run: |\n          set -e\n          export TOKEN=kestrel\n      - uses: x\n", ["bash"]),
    "file in a ConfigMap": ("yaml", "data:\n  app.py: |\n    import os\n    token = 'kestrel'\n  other: x\n", ["python"]),
    "block with a shebang": ("yaml", "x:\n  files: |\n    #!/usr/bin/env python3\n    token = 'kestrel'\n", ["python"]),
    "RUN": ("dockerfile", "FROM x\nRUN set -e && \\\n    export TOKEN=kestrel\nCOPY . .\n", ["bash"]),
    "RUN with a document": ("dockerfile", "FROM x\nRUN <<EOF\nset -e\nexport TOKEN=kestrel\nEOF\nCOPY . .\n", ["bash"]),
    "user data": ("hcl", 'x = <<-EOF\n  #!/bin/bash\n  export TOKEN="kestrel"\nEOF\n', ["bash"]),
    "file that a script writes": ("bash", "cat > a.yaml <<EOF\ntoken: kestrel\nEOF\n", ["yaml"]),
    "file in JSON": ("json", json.dumps({"path": "a.py", "content": 'import os\n\ntoken = "kestrel"\n', "n": 1}), ["python"]),
    "listing in JSON": ("json", json.dumps(["src/a.py", "     1\timport os\n     2\ttoken = 'kestrel'\n"]), ["python"]),
    "page in JSON": ("json", json.dumps({"path": "a.html", "content": PAGE.format("")}), ["html", "javascript"]),
}  # fmt: skip


def inside(label, text):
    text = f"```{label}\n{text.rstrip()}\n```\n"
    (region,) = regions(text)
    return text, list(within(region))


@pytest.mark.parametrize("title", TEXTS)
def test_code_is_found_inside_code(title):
    label, text, languages = TEXTS[title]
    assert languages == [region.language for region in inside(label, text)[1]]


@pytest.mark.parametrize("title", TEXTS)
def test_its_ranges_lead_back(title):
    text, found = inside(*TEXTS[title][:2])
    for region in found:
        at = region.code.index("kestrel")
        start, end = region.origin(at, at + 7)
        assert text[start:end] == "kestrel"
        assert region.offset(start) == at


@pytest.mark.parametrize(
    "text",
    [
        "```html\n<p>token = 'kestrel'</p>\n```",
        "```html\n<script src='a.js'></script>\n```",
        "```yaml\nnotes: |\n  export TOKEN=kestrel\n```",
        '```json\n{"a": "one line"}\n```',
        '```json\n{"a": "two\\nlines\n```',
        "```python\nx = '<script>let a = 1</script>'\n```",
        "```php\n<?php $a = '<script>'; $password = 'kestrel';\n```",
    ],
    ids=["page", "script elsewhere", "prose in a block", "lines", "cut", "no carrier", "a tag's name"],
)  # fmt: skip
def test_what_is_no_code_is_none(text):
    assert [] == [inner for region in regions(text) for inner in within(region)]
