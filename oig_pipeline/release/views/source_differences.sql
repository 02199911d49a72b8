-- Where oversight.gov says of a report what the office itself does not, marks of titles aside: the value there, and here.
WITH
    here AS (SELECT sighting_id FROM sightings WHERE source IS DISTINCT FROM 'oversight_gov'),
    -- A value of the report counts only if provenance says that the office itself gave it.
    pairs AS (
        SELECT
            r.office,
            r.report_number,
            r.fiscal_year,
            unnest(
                [
                    {{
                        'field': 'agencies',
                        'value_there': listed_agency,
                        'value_here': array_to_string(agencies, '; '),
                        'differs': list_contains(rules, 'component_conflict')
                    }},
                    {{
                        'field': 'document_url',
                        'value_there': listed_document_url,
                        'value_here': r.document_url,
                        'differs': p.document_url IN (FROM here)
                            AND lower(regexp_extract(listed_document_url, '[^/]*$'))
                                <> lower(regexp_extract(r.document_url, '[^/]*$'))
                    }},
                    {{
                        'field': 'issue_date',
                        'value_there': listed_issue_date,
                        'value_here': r.issue_date::VARCHAR,
                        'differs': list_contains(rules, 'date_conflict')
                    }},
                    {{
                        'field': 'title',
                        'value_there': listed_title,
                        'value_here': r.title,
                        'differs': p.title IN (FROM here)
                            AND lower(regexp_replace(
                                regexp_replace(listed_title, '\([^()]*\)\s*$', ''), '[^\p{{L}}\p{{N}}]', '', 'g'
                            )) <> lower(regexp_replace(r.title, '[^\p{{L}}\p{{N}}]', '', 'g'))
                    }}
                ],
                recursive := true
            )
        FROM reports AS r
        JOIN provenance AS p
            ON r.office = p.office
            AND r.report_number = p.report_number
            AND r.fiscal_year IS NOT DISTINCT FROM p.fiscal_year
        JOIN sightings AS s
            ON r.office = s.office
            AND r.report_number = s.report_number
            AND r.fiscal_year IS NOT DISTINCT FROM s.fiscal_year
        WHERE outcome = 'published' AND source = 'oversight_gov'
    )
SELECT DISTINCT office, report_number, fiscal_year, field, value_there, value_here
FROM pairs
WHERE differs
ORDER BY fiscal_year DESC, office, report_number, field, value_there
