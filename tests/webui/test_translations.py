"""Every text of the pages is in Vietnamese too, and the compiled catalogue is current."""

import io
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

WEBUI = Path(__file__).parents[2] / "webui"
CATALOGUE = WEBUI / "translations" / "vi" / "LC_MESSAGES"
KINDS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def test_every_text_is_translated():
    with (CATALOGUE / "messages.po").open("rb") as file:
        known = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in read_po(file)}
    found = extract_from_dir(
        str(WEBUI), KINDS, options_map={"**/templates/**.html": {"newstyle_gettext": "true"}}
    )
    used = {m if isinstance(m, str) else m[0] for _, _, m, _, _ in found}
    assert len(used) > 100
    assert {text for text in used if not known.get(text)} == set()


def test_the_compiled_catalogue_is_current():
    with (CATALOGUE / "messages.po").open("rb") as file:
        source = read_po(file, locale="vi")
    compiled = io.BytesIO()
    write_mo(compiled, source)
    assert (CATALOGUE / "messages.mo").read_bytes() == compiled.getvalue()
