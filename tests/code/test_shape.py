"""Code stays code: with accounts, names and secrets in every written form, the tree is the same, and all comes back byte for byte."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Parser

from redact import app
from redact.code.languages import BY_NAME
from redact.code.syntax import grammar
from redact.codenames import codename_in
from redact.detect.code import Code
from redact.detect.known import KnownValues
from redact.detect.parsers import in_process
from redact.detect.patterns import Patterns, expressions
from redact.engine import Redactor
from redact.rules import Rule
from redact.settings import Settings
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

ACME = Rule(
    id="acme",
    title="Names of Acme",
    category="internal",
    names=("ledger reconciler", "payout router"),
    packages=("com.acme.ledger",),
    matches=("«LedgerReconciler»",),
    rejects=("-",),
)
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----",
    "Zx9Kq2LmT4vB8nRw" * 4,
    "q8Zk2Lm4Xw7Tb/+w" * 4,
    "-----END RSA PRIVATE KEY-----",
)
_SLASHES = "\n".join(f"// {line}" for line in KEY)
_HASHES = "\n".join(f"# {line}" for line in KEY)
_LETTERS = ", ".join(f"'{letter}'" for letter in "Zx9Kq2LmT4vB")
_WORDS = _LETTERS.replace("'", '"')

NUMBERS = {
    "python": ("A_ID = N", "account_id = N_", "owners = [N, 'N']"),
    "javascript": ("const accountId = N;", "const accountId = N_;", "const accountId = Nn;"),
    "typescript": ("const accountId: number = N;", "const accountId: bigint = N_n;", "interface A { accountId: N }"),
    "tsx": ("const a = <A accountId={N} />;",),
    "java": ("class A { long accountId = NL; }", "class A { long accountId = N_L; }"),
    "kotlin": ("val accountId = NL", "val accountId: Long = N_"),
    "go": ("package a\nconst accountID int64 = N", "package a\nvar accountID = N_"),
    "rust": ("const ACCOUNT_ID: u64 = N;", "const ACCOUNT_ID: u64 = N_;", "const ACCOUNT_ID: u64 = N_u64;", "const ACCOUNT_ID: i64 = Ni64;"),
    "c": ("long account_id = NLL;", "unsigned long account_id = NULL0;", "#define ACCOUNT_ID NLL"),
    "cpp": ("auto accountId = T;", "auto accountId = TULL0;", "long accountId{N};"),
    "csharp": ("class A { long accountId = NL; }", "class A { const long AccountId = N_; }"),
    "ruby": ("account_id = N", "ACCOUNT_ID = N_"),
    "php": ("<?php $accountId = N;", "<?php $accountId = N_;"),
    "scala": ("val accountId = NL", "val accountId: Long = N_L"),
    "swift": ("let accountId = N", "let accountId: Int64 = N_"),
    "bash": ("ACCOUNT_ID=N", "run --account-id N"),
    "sql": ("SELECT * FROM t WHERE account_id = N;",),
    "dockerfile": ("FROM a\nENV ACCOUNT_ID=N",),
    "hcl": ("locals {\n  account_id = N\n}",),
    "yaml": ("account_id: N", "owners: [N, 'N']"),
    "json": ('{"accountId": N}',),
    "toml": ("account_id = N", "account_id = N_"),
    "html": ("<a account-id=N></a>",),
}  # fmt: skip
TEXTS = {
    "python": (_HASHES, f"password = [{_LETTERS}]", f'password = "".join([{_WORDS}])', 'password = f"Zx9Kq2Lm{x}T4vB8nRw"',
               "key = (\n" + "\n".join(f'    "{line}\\n"' for line in KEY) + "\n)"),
    "javascript": (_SLASHES, f"const password = [{_LETTERS}];", "const password = `Zx9Kq2Lm${x}T4vB8nRw`;",
                   "const key = " + " +\n  ".join(f'"{line}\\n"' for line in KEY) + ";"),
    "java": (_SLASHES, f"class A {{ char[] password = {{{_LETTERS}}}; }}", "class A { String key = " + " +\n ".join(f'"{line}\\n"' for line in KEY) + "; }"),
    "kotlin": (f"val password = charArrayOf({_LETTERS})", 'val password = "Zx9Kq2Lm${x}T4vB8nRw"'),
    "go": (f"package a\nvar password = []byte{{{_LETTERS}}}", "package a\nvar key = " + " +\n ".join(f'"{line}\\n"' for line in KEY)),
    "rust": (f"const PASSWORD: [char; 12] = [{_LETTERS}];", 'const PASSWORD: &[u8] = b"Zx9Kq2LmT4vB8nRw";'),
    "c": (_SLASHES, f"char password[] = {{{_LETTERS}}};", f"char password[] = {{{_LETTERS}, 0}};", "char *key = " + "\n ".join(f'"{line}\\n"' for line in KEY) + ";"),
    "csharp": (f"class A {{ char[] password = new[] {{ {_LETTERS} }}; }}", 'class A { string password = $"Zx9Kq2Lm{x}T4vB8nRw"; }'),
    "ruby": (_HASHES, 'password = "Zx9Kq2Lm#{x}T4vB8nRw"'),
    "php": ('<?php $password = "Zx9Kq2Lm{$x}T4vB8nRw";', '<?php $password = "Zx9Kq2Lm{$x->y}T4vB8nRw";', "<?php $key = " + " .\n ".join(f"'{line}'" for line in KEY) + ";"),
    "swift": (f"let password: [Character] = [{_WORDS}]", 'let password = "Zx9Kq2Lm\\(x)T4vB8nRw"'),
    "bash": (_HASHES, "cat > k <<EOF\n" + "\n".join(KEY) + "\nEOF"),
    "hcl": ("locals {\n  private_key = <<EOF\n" + "\n".join(KEY) + "\nEOF\n}", 'locals {\n  password = "Zx9Kq2Lm${var.x}T4vB8nRw"\n}'),
    "yaml": ("a:\n  private_key: |\n" + "".join(f"    {line}\n" for line in KEY) + "  next: 1",),
}  # fmt: skip
NAMES = {
    "python": "from com.acme.ledger import LedgerReconciler\nclass PayoutRouter(LedgerReconciler):\n    ledger_reconciler = 'payout-router'",
    "java": "package com.acme.ledger.core;\nimport com.acme.ledger.LedgerReconciler;\nclass PayoutRouterImpl extends LedgerReconciler {}",
    "go": 'package ledgerreconciler\nimport "github.com/acme/ledger-reconciler/payout_router"\nvar LedgerReconcilerURL = 1',
    "rust": "use com::acme::ledger::ledger_reconciler::LedgerReconciler;\nstruct PayoutRouter { ledger_reconciler: u8 }",
    "typescript": "import { LedgerReconciler } from '@acme/ledger-reconciler';\nconst payoutRouter = new LedgerReconciler();",
    "php": "<?php use Acme\\LedgerReconciler\\PayoutRouter; $ledgerReconciler = new PayoutRouter();",
    "hcl": 'module "ledger_reconciler" {\n  source = "./payout-router"\n}',
}


@cache
def _shipped():
    rules, patterns = app.loaded_rules(Settings(), None)
    wanted = [*rules.enabled(), ACME]
    return wanted, [*app.detectors(rules, patterns), Patterns(expressions([ACME]))], Code(wanted, in_process)


def redactor():
    rules, detectors, structure = _shipped()
    return Redactor(rules, detectors, Mint(b"shape" * 7), MemoryVault(), KnownValues(), structure=structure)


def tree(language, text):
    """List the types of all nodes; a run of text within a string is one."""
    found, stack = [], [Parser(grammar(language)).parse(text.encode()).root_node]
    while stack:
        node = stack.pop()
        kind = (
            "text"
            if re.search(r"content$|fragment|escape|str_text|template_literal|heredoc_body", node.type)
            else node.type
        )
        if not (kind == "text" and found[-1:] == ["text"]):
            found.append(kind)
        if kind != "text":
            stack.extend(reversed(node.children))
    return found


def sent(language, code):
    """Redact code in a fence; hold it to its shape, and to what comes back, however it is cut."""
    label = BY_NAME[language].files.split()[0].lstrip(".")
    text = f"```{label}\n{code}\n```\n"
    over = redactor()
    redaction = over.redact(text)
    after = redaction.text.removeprefix(f"```{label}\n").removesuffix("\n```\n")
    assert tree(language, code) == tree(language, after), after
    restorer = over.restorer(redaction.records)
    assert text == restorer.restore(redaction.text)
    stream = restorer.stream()
    assert text == "".join(map(stream.feed, redaction.text)) + stream.flush()
    return after


@pytest.mark.parametrize(("language", "form"), [(name, form) for name, forms in NUMBERS.items() for form in forms])
def test_a_number_stays_a_number_as_it_was_written(language, form):
    code = form.replace("NULL0", "NULL").replace("TULL0", "TULL")
    code = re.sub("N_", "4029_1358_7726", code)
    code = re.sub(r"\bT|(?<== )T", "4029'1358'7726", code)
    code = re.sub(r"(?<![A-Za-z])N(?![A-KM-TV-Zo-z])", "402913587726", code)
    assert "4029" in code
    after = sent(language, code)
    assert re.sub(r"\d", "0", code) == re.sub(r"\d", "0", after)
    assert code.startswith("A_ID") or code != after


@pytest.mark.parametrize(
    ("language", "code"), [(name, code) for name, codes in TEXTS.items() for code in codes], ids=str
)
def test_a_secret_stays_in_as_many_strings_characters_and_comments(language, code):
    after = sent(language, code)
    assert not any(secret in after for secret in ("Zx9Kq2LmT4vB", "q8Zk2Lm4Xw7Tb", _LETTERS, _WORDS))


@pytest.mark.parametrize("language", NAMES)
def test_a_name_stays_an_identifier_a_path_or_a_string(language):
    assert not re.search(r"(?i)ledger.?reconciler|payout.?router", sent(language, NAMES[language]))


@pytest.mark.parametrize("suffix", [12_000, 30_000])
def test_a_type_is_no_password_in_a_file_of_which_parts_are_read(suffix):
    code = (
        "mod a {\n"
        + "    // what else is here\n" * (suffix // 25)
        + '    const PASSWORD: &[u8] = b"Zx9Kq2LmT4vB8nRw";\n'
    )
    code += "    // and so on\n" * (suffix // 17) + "}"
    assert "PASSWORD: &[u8] = b" in sent("rust", code)


def test_a_file_is_not_read_from_within_a_docstring():
    text = 'class A:\n    """A.\n\n' + "    what it's for\n" * 1000 + '    """\n\n'
    text += '    password = f"Zx9Kq2Lm{SUFFIX}T4vB8nRw"\n' + "    more = 1\n" * 1000
    assert "{SUFFIX}" in sent("python", text)


KEYWORDS = """
    abstract alias and as assert async await base become begin boolean break byte case catch chan char class clone companion const constructor
    continue crossinline data decimal declare def default defer delegate delete do done double dynamic each elif else elseif elsif end endfor
    endforeach endif endswitch endwhile ensure enum esac event except exec exit explicit export extends extension extern external fallthrough
    false fi field file final finally fixed float fn for foreach friend from fun func function get given global go goto guard handle if impl
    implements implicit import in include indirect infix init inline inner inout insert instanceof insteadof int interface internal into
    is isset lambda lateinit lazy let list local lock long loop macro map match mod module move mut mutable namespace native new next nil none
    noinline nonlocal not null object open operator optional or out override package params parallel pass precedence prefix print private
    proc property protected protocol pub public raise range readonly redo ref register reified repeat require required rescue restrict rethrow
    retry return sealed select self set short signed sizeof some stackalloc static strict strictfp string struct subscript super suspend
    switch synchronized tailrec template then this throw throws trait transient true try type typealias typedef typename typeof unchecked undef
    union unless unowned unsafe unset unsigned until update use using val value values var vararg virtual void volatile weak when where
    while with within without xor yield column table index view trigger order group user role grant key primary foreign check
    resource provider variable output locals terraform
""".split()


def test_no_codename_is_a_keyword():
    assert not [word for word in KEYWORDS if codename_in(word)]


@given(st.lists(st.sampled_from(("ledgerReconciler", "LedgerReconciler", "ledger_reconciler", "payoutRouter", "CODENAME", "Codename",
       "code_name", "other", "402913587726", "NUMBER")), min_size=1, max_size=8))  # fmt: skip
def test_no_surrogate_is_a_name_that_stands_in_the_same_text(words):
    """A codename or a number that the text already holds is another thing, and stays one."""
    over = redactor()
    plain = over.redact("ledgerReconciler ledger_reconciler LedgerReconciler accountId = 402913587726").text.split()
    taken = {"CODENAME": plain[0], "code_name": plain[1], "Codename": plain[2], "NUMBER": plain[-1]}
    before = [taken.get(word, word) for word in words]
    text = "\n".join(f"accountId = {word}" for word in before)
    redaction = redactor().redact(text)
    after = [line.removeprefix("accountId = ") for line in redaction.text.split("\n")]
    assert len(set(before)) == len(set(after))
    assert [word.isdigit() for word in before] == [word.isdigit() for word in after]
    assert text == over.restorer(redaction.records).restore(redaction.text)
