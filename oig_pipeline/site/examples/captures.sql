-- What was each capture taken for?
SELECT path, layout, sightings, published, quarantined
FROM captures
