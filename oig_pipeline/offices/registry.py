"""The 74 federal Offices of Inspector General.

Belongs here: code, name and spellings of every office. Does not: the numbers, agencies and titles of one (see its
folder, if it has one).

The spellings are those of oversight.gov's "Submitting OIG": seen there, or inferred from the others, which add "OIG" to
the name of the agency. Names are those of today; offices that have ended (SIGAR, SIGPR, SIGTARP) still have reports.
"""

from __future__ import annotations

from oig_pipeline.domain.office import Office


def _certain(code: str, name: str, *aliases: str) -> Office:
    return Office(code, name, _spelling(name), True, aliases)


def _inferred(code: str, name: str, *aliases: str) -> Office:
    return Office(code, name, _spelling(name), False, aliases)


def _spelling(name: str) -> str:
    return name if "Inspector General" in name else f"{name} OIG"


REGISTRY = (
    _inferred("americorps", "AmeriCorps", "CNCS", "Corporation for National and Community Service"),
    _inferred("amtrak", "Amtrak", "National Railroad Passenger Corporation"),
    _inferred("aoc", "Architect of the Capitol"),
    _inferred("arc", "Appalachian Regional Commission"),
    _inferred("cftc", "Commodity Futures Trading Commission"),
    _inferred("cia", "Central Intelligence Agency"),
    _inferred("cpb", "Corporation for Public Broadcasting"),
    _inferred("cpsc", "Consumer Product Safety Commission"),
    _inferred("denali", "Denali Commission"),
    _inferred("dfc", "U.S. International Development Finance Corporation"),
    _certain("dhs", "Department of Homeland Security"),
    _inferred("dia", "Defense Intelligence Agency"),
    _inferred("doc", "Department of Commerce", "Commerce"),
    _inferred("dod", "Department of Defense", "Defense"),
    _inferred("doe", "Department of Energy", "Energy"),
    _inferred("doi", "Department of the Interior", "Interior"),
    _certain("doj", "Department of Justice", "Justice"),
    _inferred("dol", "Department of Labor", "Labor"),
    _inferred("dot", "Department of Transportation", "Transportation"),
    _certain("eac", "Election Assistance Commission"),
    _inferred("education", "Department of Education", "ED"),
    _inferred("eeoc", "Equal Employment Opportunity Commission"),
    _inferred("epa", "Environmental Protection Agency"),
    _inferred("exim", "Export-Import Bank", "Export-Import Bank of the United States"),
    _inferred("fca", "Farm Credit Administration"),
    _inferred("fcc", "Federal Communications Commission"),
    _inferred("fdic", "Federal Deposit Insurance Corporation"),
    _certain("fec", "Federal Election Commission"),
    _inferred("fhfa", "Federal Housing Finance Agency"),
    _inferred("flra", "Federal Labor Relations Authority"),
    _inferred("fmc", "Federal Maritime Commission"),
    _inferred(
        "frb",
        "Board of Governors of the Federal Reserve System and Consumer Financial Protection Bureau",
        "Federal Reserve Board",
        "CFPB",
    ),
    _inferred("ftc", "Federal Trade Commission"),
    _inferred("gao", "Government Accountability Office"),
    _inferred("gpo", "Government Publishing Office", "Government Printing Office"),
    _inferred("gsa", "General Services Administration"),
    _inferred("hhs", "Department of Health & Human Services"),
    _inferred("hud", "Department of Housing and Urban Development"),
    _certain(
        "icig", "Intelligence Community Inspector General", "Inspector General of the Intelligence Community", "ODNI"
    ),
    _inferred("itc", "U.S. International Trade Commission", "USITC"),
    _inferred("loc", "Library of Congress"),
    _inferred("lsc", "Legal Services Corporation"),
    _inferred("nara", "National Archives and Records Administration"),
    _inferred("nasa", "National Aeronautics and Space Administration"),
    _inferred("ncua", "National Credit Union Administration"),
    _inferred("nea", "National Endowment for the Arts"),
    _inferred("neh", "National Endowment for the Humanities"),
    _inferred("nga", "National Geospatial-Intelligence Agency"),
    _inferred("nlrb", "National Labor Relations Board"),
    _inferred("nrc", "Nuclear Regulatory Commission"),
    _inferred("nro", "National Reconnaissance Office"),
    _inferred("nsa", "National Security Agency"),
    _inferred("nsf", "National Science Foundation"),
    _certain("opm", "Office of Personnel Management"),
    _inferred("pbgc", "Pension Benefit Guaranty Corporation"),
    _inferred("peacecorps", "Peace Corps"),
    _inferred("prc", "Postal Regulatory Commission"),
    _inferred("rrb", "Railroad Retirement Board"),
    _inferred("sba", "Small Business Administration"),
    _inferred("sec", "Securities and Exchange Commission"),
    _inferred("sigar", "Special Inspector General for Afghanistan Reconstruction"),
    _inferred("sigpr", "Special Inspector General for Pandemic Recovery"),
    _inferred("sigtarp", "Special Inspector General for the Troubled Asset Relief Program"),
    _inferred("smithsonian", "Smithsonian Institution"),
    _inferred("ssa", "Social Security Administration"),
    _certain("state", "Department of State"),
    _certain("tigta", "Treasury Inspector General for Tax Administration"),
    _certain("treasury", "Department of the Treasury"),
    _inferred("tva", "Tennessee Valley Authority"),
    _inferred("usaid", "U.S. Agency for International Development", "USAID"),
    _inferred("uscp", "U.S. Capitol Police"),
    _inferred("usda", "Department of Agriculture", "Agriculture"),
    _inferred("usps", "U.S. Postal Service", "Postal Service"),
    _inferred("va", "Department of Veterans Affairs", "Veterans Affairs"),
)
