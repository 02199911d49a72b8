"""PDFs for the replica: whole ones, and those that are broken, locked or enormous."""

from __future__ import annotations

import datetime as dt
import zlib

from fpdf import FPDF


def pdf(*pages: str, password: str | None = None) -> bytes:
    """Return a PDF with the given texts, one a page; an empty one is a page without text."""
    document = FPDF()
    document.set_creation_date(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    if password:
        document.set_encryption(owner_password=f"owner {password}", user_password=password)
    document.set_font("helvetica", size=14)
    for text in pages:
        document.add_page()
        if text:
            document.multi_cell(0, 10, text)
    return bytes(document.output())


def heavy(words: int) -> bytes:
    """Return a small PDF whose one page says a word very often, packed so well that it takes gigabytes to lay out."""
    content = zlib.compress(b"BT /F 12 Tf " + b"(hello world) Tj " * words + b"ET", 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    output, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(output))
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(output))
    return output + head + table + end
