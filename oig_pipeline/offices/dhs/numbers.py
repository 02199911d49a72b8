"""The numbers of DHS OIG.

Belongs here: the series, how their numbers are spelled, and where the fiscal year sits. Does not: reading them.

`OIG-21-49` is no. 49 of FY 2021. The regional disaster series changed their order: from FY 2007 the first pair is the
year (`DS-08-11`: FY 2008), in FY 2004 to 2006 the second (`DS-14-05`: no. 14 of FY 2005). So `DA-07-04` names two
reports.
"""

from __future__ import annotations

from oig_pipeline.domain.report_number import GAP, Era, NumberGrammar, Series

# Two digits, zero-padded, to 99; unpadded from 100 to 999999.
_SEQUENCE = r"(?:0[1-9]|[1-9]\d{1,5})"
_PAIRS = rf"\d\d-{_SEQUENCE}"

NUMBERS = NumberGrammar(
    series=(
        Series(
            "OIG",
            "ordinary reports; the suffix tells special kinds apart and does not start a new sequence",
            rf"OIG-{_PAIRS}(?:-(?:D|VR|SR|MA|IQO|UNSUM))?",
            (Era("first", 2000, 2099),),
        ),
        Series(
            "D[ADS]",
            "regional disaster audits: Atlanta, Denton and Dallas, San Francisco and Oakland",
            rf"D[ADS]-{_PAIRS}",
            (Era("first", 2007, 2099), Era("second", 2004, 2006)),
        ),
        Series(
            "GC-[A-Z]{2}",
            "the Gulf Coast hurricane recovery office",
            rf"GC-[A-Z]{{2}}-{_PAIRS}",
            (Era("first", 2000, 2099),),
        ),
        Series("W", "one row seen, whose year fits neither pair", rf"W-{_PAIRS}", ()),
    ),
    parts=rf"^(?P<series>[A-Z]+(?:-[A-Z]{{2}})?)-(?P<first>\d\d)-(?P<second>{_SEQUENCE})(?:-(?P<suffix>[A-Z]+))?$",
    loose=rf"(?:OIG|D[ADS]|GC{GAP}[A-Z]{{2}}|W){GAP}{{1,2}}\d\d{GAP}\d{{2,6}}",
)
