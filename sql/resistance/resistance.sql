-- resistance: what a genotype means for each drug of an algorithm

create function resistance(
    genotype mutation[], algorithm resistance_algorithm,
    out drug text, out drug_class text, out gene text, out score float8, out level integer,
    out level_text text, out sir text, out lowest_score float8, out highest_score float8,
    out lowest_level integer, out highest_level integer, out lowest_sir text, out highest_sir text,
    out open_positions integer[], out rules text
) returns setof record
    language c immutable strict parallel safe
    rows 28 cost 1000
    as 'MODULE_PATHNAME', 'resistance';
comment on function resistance(mutation[], resistance_algorithm) is 'one row per drug of the algorithm: score (NULL without score rules), level, its text and S/I/R, and the rules that fired with their scores. Where positions were not read: the lowest and highest score, level and S/I/R that they leave, NULL for what differs, and the positions that are open. A position that was read and has no mutation is the wild type';

create function resistance(
    genotype mutation[], algorithm resistance_algorithm, genes text[],
    out drug text, out drug_class text, out gene text, out score float8, out level integer,
    out level_text text, out sir text, out lowest_score float8, out highest_score float8,
    out lowest_level integer, out highest_level integer, out lowest_sir text, out highest_sir text,
    out open_positions integer[], out rules text
) returns setof record
    language c immutable strict parallel safe
    rows 28 cost 1000
    as 'MODULE_PATHNAME', 'resistance_of_genes';
comment on function resistance(mutation[], resistance_algorithm, text[]) is 'the same for the drugs of the genes that were sequenced';

create function resistance_score(genotype mutation[], algorithm resistance_algorithm, drug text)
    returns float8
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_score';
comment on function resistance_score(mutation[], resistance_algorithm, text) is 'the score of one drug; NULL if the algorithm has no score for it or unread positions can change it, 22023 for a drug that it does not have';

create function resistance_level(genotype mutation[], algorithm resistance_algorithm, drug text)
    returns integer
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_level';
comment on function resistance_level(mutation[], resistance_algorithm, text) is 'the level of one drug by its number; NULL if unread positions can change it, 22023 for a drug that the algorithm does not have';

create function resistance_sir(genotype mutation[], algorithm resistance_algorithm, drug text)
    returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_sir';
comment on function resistance_sir(mutation[], resistance_algorithm, text) is 'S, I or R for one drug; NULL if unread positions can change it, 22023 for a drug that the algorithm does not have';

create function resistance_scores(genotype mutation[], algorithm resistance_algorithm)
    returns float8[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_scores';
comment on function resistance_scores(mutation[], resistance_algorithm) is 'the scores of all drugs in the order of resistance_drugs(); NULL where the algorithm has no score or unread positions can change it';

create function resistance_levels(genotype mutation[], algorithm resistance_algorithm)
    returns integer[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_levels';
comment on function resistance_levels(mutation[], resistance_algorithm) is 'the levels of all drugs in the order of resistance_drugs(); NULL where unread positions can change them';

create function resistance_drugs(algorithm resistance_algorithm) returns text[]
    language sql immutable strict parallel safe
    return array(select r.drug
        from resistance('{}', algorithm) with ordinality as r order by r.ordinality);
comment on function resistance_drugs(resistance_algorithm) is 'the drugs of an algorithm, in its order';

create function resistance_rules(
    genotype mutation[], algorithm resistance_algorithm,
    out drug text, out rule text, out score float8, out level integer
) returns setof record
    language c immutable strict parallel safe
    rows 50
    as 'MODULE_PATHNAME', 'resistance_rules';
comment on function resistance_rules(mutation[], resistance_algorithm) is 'what fired: the items that made each score, and the rules with a level';

create function resistance_comments(
    genotype mutation[], algorithm resistance_algorithm,
    out gene text, out drug text, out id text, out sort integer, out comment text
) returns setof record
    language c immutable strict parallel safe
    rows 10
    as 'MODULE_PATHNAME', 'resistance_comments';
comment on function resistance_comments(mutation[], resistance_algorithm) is 'the algorithm''s comments on a genotype: on mutations (with their gene), on drugs, and on the levels of drugs';

create function genotypic_susceptibility_score(drugs text[], genotype mutation[],
    algorithm resistance_algorithm) returns float8
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotypic_susceptibility_score_sir';
comment on function genotypic_susceptibility_score(text[], mutation[], resistance_algorithm) is 'sum over the drugs: susceptible 1, intermediate 0.5, resistant 0; where positions were not read, the least that a drug can have';

create function genotypic_susceptibility_score(drugs text[], genotype mutation[],
    algorithm resistance_algorithm, weights float8[]) returns float8
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotypic_susceptibility_score_weights';
comment on function genotypic_susceptibility_score(text[], mutation[], resistance_algorithm, float8[]) is 'sum over the drugs of the weight of their level; one weight for each level of the algorithm, in their order; where positions were not read, the least that a drug can have';

-- One statement of the language of rules

create function resistance_statement_true(statement text, gene text, genotype mutation[])
    returns boolean
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_statement_true';
comment on function resistance_statement_true(text, text, mutation[]) is 'whether a statement such as ''184VI AND EXCLUDE 65R'' holds for the mutations of a gene; NULL if positions that it needs were not read';

create function resistance_statement_score(statement text, gene text, genotype mutation[])
    returns float8
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_statement_score';
comment on function resistance_statement_score(text, text, mutation[]) is 'the score of a statement such as ''SCORE FROM (65R => 15, MAX(41L => 5, 210W => 10))'' for the mutations of a gene; NULL if unread positions can change it';
