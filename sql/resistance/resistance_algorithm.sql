-- resistance_algorithm: a genotypic resistance algorithm as one value

create type resistance_algorithm;

create function _virotrial.resistance_algorithm_in(cstring) returns resistance_algorithm
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_algorithm_in';
comment on function _virotrial.resistance_algorithm_in(cstring) is 'input: the text of an algorithm, checked whole; 22P02 with the place of what is wrong';

create function _virotrial.resistance_algorithm_out(resistance_algorithm) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_algorithm_out';
comment on function _virotrial.resistance_algorithm_out(resistance_algorithm) is 'output: the text of the algorithm';

create function _virotrial.resistance_algorithm_recv(internal) returns resistance_algorithm
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_algorithm_recv';
comment on function _virotrial.resistance_algorithm_recv(internal) is 'binary input: version and text; 22P03 for what is no algorithm';

create function _virotrial.resistance_algorithm_send(resistance_algorithm) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_algorithm_send';
comment on function _virotrial.resistance_algorithm_send(resistance_algorithm) is 'binary output: version and text';

create type resistance_algorithm (
    input = _virotrial.resistance_algorithm_in,
    output = _virotrial.resistance_algorithm_out,
    receive = _virotrial.resistance_algorithm_recv,
    send = _virotrial.resistance_algorithm_send,
    internallength = variable,
    alignment = int4,
    storage = extended
);
comment on type resistance_algorithm is 'the levels, drugs, rules and comments of a genotypic resistance algorithm, as lines of text; load_resistance_algorithm() makes it of the published XML';

create cast (text as resistance_algorithm) with inout as assignment;
comment on cast (text as resistance_algorithm) is 'as the type reads it';

create cast (character varying as resistance_algorithm) with inout as assignment;
comment on cast (character varying as resistance_algorithm) is 'as the type reads it';

create cast (character as resistance_algorithm) with inout as assignment;
comment on cast (character as resistance_algorithm) is 'as the type reads it';

create function name(resistance_algorithm) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_algorithm_name';
comment on function name(resistance_algorithm) is 'the name of the algorithm';

create function version(resistance_algorithm) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'resistance_algorithm_version';
comment on function version(resistance_algorithm) is 'the version of the algorithm';

create function digest(algorithm resistance_algorithm) returns text
    language sql immutable strict parallel safe
    return encode(sha256(_virotrial.resistance_algorithm_send(algorithm)), 'hex');
comment on function digest(resistance_algorithm) is 'SHA-256 of the algorithm in binary form, hexadecimal: the same digest, the same interpretation';

create function _virotrial.resistance_algorithm_rules(
    algorithm resistance_algorithm,
    out drug text, out rule integer, out item integer, out maximum integer,
    out condition text, out score float8, out level integer, out comment text
) returns setof record
    language c immutable strict parallel safe
    rows 1000
    as 'MODULE_PATHNAME', 'resistance_algorithm_rules';
comment on function _virotrial.resistance_algorithm_rules(resistance_algorithm) is 'the rules of an algorithm, one row per rule, or per item of a score; items with the same maximum are those of one MAX';

-- From the published XML

create function _virotrial.resistance_algorithm_place(document xml, path text, element text)
    returns text
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $function$
declare
    number text := (xpath(format('count((%1$s)[1]/preceding::%2$s | (%1$s)[1]/ancestor::%2$s) + 1',
        path, element), document))[1]::text;
    name text := btrim(
        (xpath(format('string((%s)[1]/ancestor-or-self::*[NAME][1]/NAME)', path),
        document))[1]::text);
begin
    return format('This is %s %s of the document', element, number)
        || case when name <> '' then format(', in "%s".', name) else '.' end;
end
$function$;
comment on function _virotrial.resistance_algorithm_place(xml, text, text) is 'says where the first element of a path is in a document';

create function _virotrial.resistance_algorithm_check_structure(document xml) returns void
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, @extschema@, pg_temp
as $function$
declare
    wrong record;
    place text;
    -- parent, child, least and most of it in a parent
    structure constant text[] := array[
        ['ALGORITHM', 'ALGNAME', '1', '1'], ['ALGORITHM', 'ALGVERSION', '1', '1'],
        ['ALGORITHM', 'ALGDATE', '0', '1'], ['ALGORITHM', 'DEFINITIONS', '1', '1'],
        ['ALGORITHM', 'DRUG', '1', ''], ['ALGORITHM', 'MUTATION_COMMENTS', '0', '1'],
        ['ALGORITHM', 'RESULT_COMMENTS', '0', '1'],
        ['DEFINITIONS', 'GENE_DEFINITION', '1', ''], ['DEFINITIONS', 'LEVEL_DEFINITION', '1', ''],
        ['DEFINITIONS', 'DRUGCLASS', '1', ''], ['DEFINITIONS', 'GLOBALRANGE', '0', '1'],
        ['DEFINITIONS', 'DEFAULT_LEVEL', '0', '1'],
        ['DEFINITIONS', 'COMMENT_DEFINITIONS', '0', '1'],
        ['GENE_DEFINITION', 'NAME', '1', '1'], ['GENE_DEFINITION', 'DRUGCLASSLIST', '0', '1'],
        ['LEVEL_DEFINITION', 'ORDER', '1', '1'], ['LEVEL_DEFINITION', 'ORIGINAL', '1', '1'],
        ['LEVEL_DEFINITION', 'SIR', '1', '1'],
        ['DRUGCLASS', 'NAME', '1', '1'], ['DRUGCLASS', 'DRUGLIST', '1', '1'],
        ['COMMENT_DEFINITIONS', 'COMMENT_STRING', '1', ''],
        ['COMMENT_STRING', 'TEXT', '1', '1'], ['COMMENT_STRING', 'SORT_TAG', '0', '1'],
        ['DRUG', 'NAME', '1', '1'], ['DRUG', 'FULLNAME', '0', '1'],
        ['DRUG', 'MUTATION_TYPE', '0', ''], ['DRUG', 'RULE', '0', ''],
        ['MUTATION_TYPE', 'TYPE_NAME', '1', '1'], ['MUTATION_TYPE', 'MUTATIONS', '1', '1'],
        ['RULE', 'CONDITION', '1', '1'], ['RULE', 'ACTIONS', '1', '1'],
        ['ACTIONS', 'LEVEL', '0', '1'], ['ACTIONS', 'SCORERANGE', '0', '1'],
        ['ACTIONS', 'COMMENT', '0', '1'], ['SCORERANGE', 'USE_GLOBALRANGE', '0', '1'],
        ['MUTATION_COMMENTS', 'GENE', '0', ''],
        ['GENE', 'NAME', '1', '1'], ['GENE', 'RULE', '1', ''],
        ['RESULT_COMMENTS', 'RESULT_COMMENT_RULE', '0', ''],
        ['RESULT_COMMENT_RULE', 'DRUG_LEVEL_CONDITIONS', '1', '1'],
        ['RESULT_COMMENT_RULE', 'LEVEL_ACTION', '1', '1'],
        ['DRUG_LEVEL_CONDITIONS', 'DRUG_LEVEL_CONDITION', '1', ''],
        ['DRUG_LEVEL_CONDITION', 'DRUG_NAME', '1', '1'],
        ['DRUG_LEVEL_CONDITION', 'LT', '0', '1'], ['DRUG_LEVEL_CONDITION', 'LTE', '0', '1'],
        ['DRUG_LEVEL_CONDITION', 'GT', '0', '1'], ['DRUG_LEVEL_CONDITION', 'GTE', '0', '1'],
        ['DRUG_LEVEL_CONDITION', 'EQ', '0', '1'], ['DRUG_LEVEL_CONDITION', 'NEQ', '0', '1'],
        ['LEVEL_ACTION', 'COMMENT', '1', '1']];
begin
    if document is not document or not xpath_exists('/ALGORITHM', document) then
        raise exception using errcode = '22P02',
            message = 'invalid resistance algorithm: the document is not an ALGORITHM',
            hint = 'Load an XML file of the algorithm specification interface, version 2.';
    end if;

    -- What the language does not have, or has only in parts of version 2.
    select element.name, element.parent into wrong
    from xmltable('//*' passing document
            columns name text path 'name()', parent text path 'name(..)') as element
    where element.parent <> '' and not exists (
        select from generate_subscripts(structure, 1) as i
        where structure[i][1] = element.parent and structure[i][2] = element.name)
    limit 1;
    if found then
        place := _virotrial.resistance_algorithm_place(document,
            format('//%s/%s', wrong.parent, wrong.name), wrong.name);
        raise exception using errcode = '22P02',
            message = format('invalid resistance algorithm: an element %s in %s', wrong.name,
                wrong.parent),
            detail = place,
            hint = 'The element is misplaced, or not supported.';
    end if;

    for wrong in
        select structure[i][1] as parent, structure[i][2] as child, structure[i][4] as most,
            format('//%1$s[count(%2$s) < %3$s%4$s]', structure[i][1],
                structure[i][2], structure[i][3],
                   case when structure[i][4] <> ''
                       then format(' or count(%s) > %s', structure[i][2], structure[i][4])
                       end) as path
        from generate_subscripts(structure, 1) as i
    loop
        continue when not xpath_exists(wrong.path, document);
        place := _virotrial.resistance_algorithm_place(document, wrong.path, wrong.parent);
        raise exception using errcode = '22P02',
            message = format(
                case when xpath_exists(format('//%s[count(%s) > 1]', wrong.parent, wrong.child),
                    document) and wrong.most <> ''
                    then 'invalid resistance algorithm: more than one %2$s in %1$s'
                    else 'invalid resistance algorithm: %1$s without %2$s' end,
                wrong.parent, wrong.child),
            detail = place,
            hint = 'Correct the document there.';
    end loop;

    if xpath_exists('//DRUG_LEVEL_CONDITION[count(*) < 2]', document) then
        raise exception using errcode = '22P02',
            message = 'invalid resistance algorithm: DRUG_LEVEL_CONDITION without a comparison',
            detail = format('This is in the condition on drug "%s".',
                (xpath('string((//DRUG_LEVEL_CONDITION[count(*) < 2])[1]/DRUG_NAME)', document))[1]::text),
            hint = 'Give one of LT, LTE, GT, GTE, EQ and NEQ.';
    end if;
end
$function$;
comment on function _virotrial.resistance_algorithm_check_structure(xml) is 'raises 22P02 with the place if a document lacks an element of an algorithm, has one too many, or one that is not known';

-- One blank for any run of blanks, none at the ends: what CONDITION and names mean.
create function _virotrial.resistance_algorithm_squeeze(content text) returns text
    language sql immutable parallel safe
    return coalesce(regexp_replace(btrim(content, E' \t\r\n'), '\s+', ' ', 'g'), '');
comment on function _virotrial.resistance_algorithm_squeeze(text) is 'the text of an element with single blanks, empty for NULL';

create function _virotrial.resistance_algorithm_list(content text) returns text
    language sql immutable parallel safe
    return regexp_replace(coalesce(btrim(content, E' \t\r\n'), ''), '\s*,\s*', ',', 'g');
comment on function _virotrial.resistance_algorithm_list(text) is 'a list of names with commas alone between them';

create function _virotrial.resistance_algorithm_escape(content text) returns text
    language sql immutable parallel safe
    return replace(replace(replace(replace(coalesce(btrim(content, E' \t\r\n'), ''),
        '\', '\\'), E'\r', ''), E'\t', '\t'), E'\n', '\n');
comment on function _virotrial.resistance_algorithm_escape(text) is 'a text that fits a field of an algorithm''s line';

create function _virotrial.resistance_algorithm_lines(document xml)
    returns table (section integer, number integer, part integer, line text)
    language sql immutable strict parallel safe
begin atomic
    select 1, 0, 0, concat_ws(E'\t', 'algorithm', _virotrial.resistance_algorithm_squeeze(x.name),
        _virotrial.resistance_algorithm_squeeze(x.version),
        _virotrial.resistance_algorithm_squeeze(x.published))
    from xmltable('/ALGORITHM' passing document
        columns name text path 'ALGNAME', version text path 'ALGVERSION',
        published text path 'ALGDATE') as x
    union all
    select 2, x.number, 0,
        concat_ws(E'\t', 'level', _virotrial.resistance_algorithm_squeeze(x.level),
        _virotrial.resistance_algorithm_squeeze(x.sir),
        _virotrial.resistance_algorithm_escape(x.original))
    from xmltable('/ALGORITHM/DEFINITIONS/LEVEL_DEFINITION' passing document
        columns number for ordinality, level text path 'ORDER', sir text path 'SIR',
        original text path 'ORIGINAL') as x
    union all
    select 3, 1, 0,
        concat_ws(E'\t', 'defaultlevel', _virotrial.resistance_algorithm_squeeze(x.level))
    from xmltable('/ALGORITHM/DEFINITIONS/DEFAULT_LEVEL'
        passing document columns level text path '.') as x
    union all
    select 3, 2, 0,
        concat_ws(E'\t', 'globalrange', _virotrial.resistance_algorithm_squeeze(x.ranges))
    from xmltable('/ALGORITHM/DEFINITIONS/GLOBALRANGE'
        passing document columns ranges text path '.') as x
    union all
    select 4, x.number, 0,
        concat_ws(E'\t', 'comment', _virotrial.resistance_algorithm_squeeze(x.id),
        _virotrial.resistance_algorithm_squeeze(x.sort),
        _virotrial.resistance_algorithm_escape(x.content))
    from xmltable('/ALGORITHM/DEFINITIONS/COMMENT_DEFINITIONS/COMMENT_STRING' passing document
        columns number for ordinality, id text path '@id', sort text path 'SORT_TAG',
        content text path 'TEXT') as x
    union all
    select 5, x.number, 0,
        concat_ws(E'\t', 'gene', _virotrial.resistance_algorithm_squeeze(x.name),
        _virotrial.resistance_algorithm_list(x.classes))
    from xmltable('/ALGORITHM/DEFINITIONS/GENE_DEFINITION' passing document
        columns number for ordinality, name text path 'NAME',
        classes text path 'DRUGCLASSLIST') as x
    union all
    select 6, x.number, 0,
        concat_ws(E'\t', 'class', _virotrial.resistance_algorithm_squeeze(x.name),
        _virotrial.resistance_algorithm_list(x.drugs))
    from xmltable('/ALGORITHM/DEFINITIONS/DRUGCLASS' passing document
        columns number for ordinality, name text path 'NAME', drugs text path 'DRUGLIST') as x
    union all
    select 7, x.number, 0,
        concat_ws(E'\t', 'drug', _virotrial.resistance_algorithm_squeeze(x.name),
        _virotrial.resistance_algorithm_escape(x.full_name))
    from xmltable('/ALGORITHM/DRUG' passing document
        columns number for ordinality, name text path 'NAME', full_name text path 'FULLNAME') as x
    union all
    select 7, x.drug, x.number::integer,
        concat_ws(E'\t', 'rule', _virotrial.resistance_algorithm_squeeze(x.condition),
        _virotrial.resistance_algorithm_squeeze(x.level),
        btrim(case when x.is_global > 0 then 'global ' else ''
            end || _virotrial.resistance_algorithm_squeeze(x.ranges)),
        _virotrial.resistance_algorithm_squeeze(x.comment))
    from xmltable('/ALGORITHM/DRUG/RULE' passing document
        columns number for ordinality, drug integer path 'count(../preceding-sibling::DRUG) + 1',
            condition text path 'CONDITION', level text path 'ACTIONS/LEVEL',
            ranges text path 'ACTIONS/SCORERANGE',
            is_global integer path 'count(ACTIONS/SCORERANGE/USE_GLOBALRANGE)',
            comment text path 'ACTIONS/COMMENT/@ref') as x
    union all
    select 8, x.number, 0,
        concat_ws(E'\t', 'genecomments', _virotrial.resistance_algorithm_squeeze(x.name))
    from xmltable('/ALGORITHM/MUTATION_COMMENTS/GENE' passing document
        columns number for ordinality, name text path 'NAME') as x
    union all
    select 8, x.gene, x.number::integer,
        concat_ws(E'\t', 'rule', _virotrial.resistance_algorithm_squeeze(x.condition),
        _virotrial.resistance_algorithm_squeeze(x.level),
        btrim(case when x.is_global > 0 then 'global ' else ''
            end || _virotrial.resistance_algorithm_squeeze(x.ranges)),
        _virotrial.resistance_algorithm_squeeze(x.comment))
    from xmltable('/ALGORITHM/MUTATION_COMMENTS/GENE/RULE' passing document
        columns number for ordinality, gene integer path 'count(../preceding-sibling::GENE) + 1',
            condition text path 'CONDITION', level text path 'ACTIONS/LEVEL',
            ranges text path 'ACTIONS/SCORERANGE',
            is_global integer path 'count(ACTIONS/SCORERANGE/USE_GLOBALRANGE)',
            comment text path 'ACTIONS/COMMENT/@ref') as x
    union all
    select 9, x.number, 0,
        concat_ws(E'\t', 'resultcomment', _virotrial.resistance_algorithm_squeeze(x.comment))
    from xmltable('/ALGORITHM/RESULT_COMMENTS/RESULT_COMMENT_RULE' passing document
        columns number for ordinality, comment text path 'LEVEL_ACTION/COMMENT/@ref') as x
    union all
    select 9, x.rule, x.number::integer,
        concat_ws(E'\t', 'when', _virotrial.resistance_algorithm_squeeze(x.drug), x.comparison,
        _virotrial.resistance_algorithm_squeeze(x.level))
    from xmltable('//DRUG_LEVEL_CONDITION/*[not(self::DRUG_NAME)]' passing document
        columns number for ordinality,
        rule integer path 'count(../../../preceding-sibling::RESULT_COMMENT_RULE) + 1',
            drug text path '../DRUG_NAME', comparison text path 'name()', level text path '.') as x;
end;
comment on function _virotrial.resistance_algorithm_lines(xml) is 'the lines of the text of an algorithm, of its XML';

create function resistance_algorithm(document xml) returns resistance_algorithm
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, @extschema@, pg_temp
as $function$
begin
    perform _virotrial.resistance_algorithm_check_structure(document);
    return (select E'resistance algorithm 1\n'
        || string_agg(line, E'\n' order by section, number, part)
            from _virotrial.resistance_algorithm_lines(document))::resistance_algorithm;
end
$function$;
comment on function resistance_algorithm(xml) is 'an algorithm of its published XML (algorithm specification interface, version 2), checked whole; 22P02 with the place of what is wrong';
