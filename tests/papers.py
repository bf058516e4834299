"""Files as people attach them, as small as they can be, with a text of the test's choice."""

import base64

PNG = b"\x89PNG\r\n\x1a\n"
ZIP = b"PK\x03\x04\x14\x00\x08\x00"


def pdf(text):
    """Write a PDF of one page."""
    return drawn_pdf(b"BT /F1 12 Tf 72 720 Td (" + text.encode() + b") Tj ET")


def drawn_pdf(drawn, about=b""):
    """Write a PDF of one page, drawn so."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(drawn), about, drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += (
        b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    )
    return out + b"%" + b" " * 1200 + b"\n"  # longer than what is scanned as it stands


def b64(data):
    return base64.b64encode(data).decode()


def form(*parts, boundary="b0undary"):
    """Write a form; a part is its header lines and its content."""
    out = [
        b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), "\r\n".join(headers).encode(), content)
        for headers, content in parts
    ]
    return b"".join(out) + f"--{boundary}--\r\n".encode()


def field(name, value):
    return [f'Content-Disposition: form-data; name="{name}"'], value.encode()


def upload(filename, content, kind="application/octet-stream", name="file"):
    return [f'Content-Disposition: form-data; name="{name}"; filename="{filename}"', f"Content-Type: {kind}"], content
