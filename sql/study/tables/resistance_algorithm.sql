-- The resistance algorithms that the study interprets genotypes by; loaded with
-- load_resistance_algorithm(document, study)

select _virotrial.resistance_create_tables(current_schema());
