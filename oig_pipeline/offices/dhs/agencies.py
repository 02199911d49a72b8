"""The agencies that reports of DHS OIG concern: a closed list.

Belongs here: codes, names, aliases, the ids of the office's site, successors, and what names an agency in a title. Does
not: finding them.
"""

from __future__ import annotations

from oig_pipeline.domain.agencies import Agency, AgencyList

AGENCIES = AgencyList(
    agencies=(
        Agency(
            "CBP",
            "U.S. Customs and Border Protection",
            acronyms=("CBP", "OFO"),
            names=(
                "Customs and Border Protection",
                "Customs & Border Protection",
                "Border Patrol",
                "Office of Field Operations",
                "Air and Marine Operations",
            ),
            filter_id=1,
        ),
        Agency("FEMA", "Federal Emergency Management Agency", acronyms=("FEMA",), filter_id=2),
        Agency(
            "ICE",
            "U.S. Immigration and Customs Enforcement",
            acronyms=("ICE", "HSI", "ERO"),
            names=(
                "Immigration and Customs Enforcement",
                "Immigration & Customs Enforcement",
                "Homeland Security Investigations",
                "Enforcement and Removal Operations",
            ),
            filter_id=3,
            decoys=(r"(?i:\bice[ -]storms?\b)",),
        ),
        Agency(
            "MGMT",
            "DHS Management Directorate",
            names=("Management Directorate", "Directorate for Management"),
            aliases=("MGMT", "Management"),
            filter_id=4,
        ),
        Agency(
            "TSA",
            "Transportation Security Administration",
            acronyms=("TSA", "FAMS"),
            names=("Federal Air Marshal Service", "Federal Air Marshals"),
            filter_id=5,
            unless=r"(?i)\btransitional sheltering\b",
        ),
        Agency(
            "USCIS",
            "U.S. Citizenship and Immigration Services",
            acronyms=("USCIS",),
            names=("Citizenship and Immigration Services", "Citizenship & Immigration Services"),
            filter_id=6,
        ),
        Agency("USCG", "U.S. Coast Guard", acronyms=("USCG",), names=("Coast Guard",), filter_id=7),
        Agency("USSS", "U.S. Secret Service", acronyms=("USSS",), names=("Secret Service",), filter_id=8),
        Agency("Others", "Others", aliases=("Other",), filter_id=9, in_titles=False),
        Agency(
            "CISA",
            "Cybersecurity and Infrastructure Security Agency",
            acronyms=("CISA", "OBP"),
            names=("Office for Bombing Prevention",),
            filter_id=2632,
            first_year=2018,
        ),
        Agency(
            "NPPD",
            "National Protection and Programs Directorate",
            acronyms=("NPPD",),
            successor="CISA",
            last_year=2018,
        ),
        Agency(
            "DHS",
            "Department of Homeland Security",
            acronyms=("DHS", "OCIO"),
            names=("Office of the Chief Information Officer",),
            # The archive files what concerns the whole Department under handles that begin with dhs_.
            aliases=(
                "Department",
                "The Department",
                "DHS-wide",
                "Department-wide",
                "dhs_other",
                "dhs_mgmt",
                "dhs_cigie",
            ),
        ),
        Agency(
            "S&T",
            "Science and Technology Directorate",
            acronyms=("S&T",),
            aliases=("Science and Technology",),
            names=("Science & Technology Directorate", "Directorate for Science and Technology"),
        ),
        Agency(
            "I&A",
            "Office of Intelligence and Analysis",
            acronyms=("I&A",),
            names=("Office of Intelligence & Analysis",),
            aliases=("Intelligence and Analysis",),
        ),
        Agency("FPS", "Federal Protective Service", acronyms=("FPS",)),
        Agency(
            "FLETC",
            "Federal Law Enforcement Training Centers",
            acronyms=("FLETC",),
            names=("Federal Law Enforcement Training Center",),
        ),
        Agency("CWMD", "Countering Weapons of Mass Destruction Office", acronyms=("CWMD",)),
        Agency("DNDO", "Domestic Nuclear Detection Office", acronyms=("DNDO",), successor="CWMD"),
        Agency("OHA", "Office of Health Affairs", acronyms=("OHA",)),
        Agency(
            "OIG",
            "Office of Inspector General",
            aliases=("DHS OIG", "Office of the Inspector General"),
            in_titles=False,
        ),
        Agency("PRIV", "DHS Privacy Office", names=("Privacy Office",)),
    ),
    filter=r"[?&]field_dhs_agency_target_id(?:\[\d*\]|%5B\d*%5D)?=(\d{1,6})(?!\d)",
    term=r"/taxonomy/term/(\d{1,6})/?(?:[?#]|$)",
    # Agency terms have the filter's ids only up to 8: higher ones are keywords and oversight areas.
    last_term=8,
)
