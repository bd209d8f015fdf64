-- load_resistance_algorithm: keeps algorithms in ordinary tables of a schema

-- Templates for format(), in which the schema is the first argument
create function _virotrial.resistance_ddl() returns setof text
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $function$
select unnest(array[
$$create table %1$I.resistance_algorithm_version (
    name text not null,
    version text not null,
    published text,
    digest text not null,
    document xml not null,
    compiled @extschema@.resistance_algorithm not null,
    loaded_at timestamptz not null default current_timestamp
        check (loaded_at between '1900-01-01 00:00Z' and '9999-12-31 00:00Z'),
    loaded_by name not null default session_user,
    primary key (name, version),
    check (digest = @extschema@.digest(compiled))
)$$,
$$create table %1$I.resistance_algorithm_level (
    name text not null,
    version text not null,
    level integer not null,
    level_text text not null,
    sir text not null check (sir in ('S', 'I', 'R')),
    primary key (name, version, level),
    foreign key (name, version) references %1$I.resistance_algorithm_version
)$$,
$$create table %1$I.resistance_algorithm_drug (
    name text not null,
    version text not null,
    drug text not null,
    full_name text,
    drug_class text not null,
    gene text not null,
    primary key (name, version, drug),
    foreign key (name, version) references %1$I.resistance_algorithm_version
)$$,
$$create table %1$I.resistance_algorithm_rule (
    name text not null,
    version text not null,
    drug text not null,
    rule integer not null,
    item integer not null,
    maximum integer,
    condition text not null,
    score float8 check (score > '-infinity' and score < 'infinity'),
    level integer,
    comment text,
    primary key (name, version, drug, rule, item),
    foreign key (name, version, drug) references %1$I.resistance_algorithm_drug
)$$,
$$create table %1$I.resistance_algorithm_comment (
    name text not null,
    version text not null,
    id text not null,
    sort integer,
    comment text not null,
    primary key (name, version, id),
    foreign key (name, version) references %1$I.resistance_algorithm_version
)$$,
$$comment on table %1$I.resistance_algorithm_version
    is 'genotypic resistance algorithms: what an interpretation used can be used again'$$,
$$comment on column %1$I.resistance_algorithm_version.name is 'name of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_version.version is 'version of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_version.published
    is 'date of the version, as its authors wrote it'$$,
$$comment on column %1$I.resistance_algorithm_version.digest
    is 'SHA-256 of the compiled algorithm, hexadecimal'$$,
$$comment on column %1$I.resistance_algorithm_version.document is 'the XML as it was published'$$,
$$comment on column %1$I.resistance_algorithm_version.compiled
    is 'the algorithm as resistance() takes it'$$,
$$comment on column %1$I.resistance_algorithm_version.loaded_at is 'when it was loaded'$$,
$$comment on column %1$I.resistance_algorithm_version.loaded_by is 'who loaded it'$$,
$$comment on table %1$I.resistance_algorithm_level is 'levels of resistance, in their order'$$,
$$comment on column %1$I.resistance_algorithm_level.name is 'name of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_level.version is 'version of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_level.level
    is 'number of the level: a higher one is more resistance'$$,
$$comment on column %1$I.resistance_algorithm_level.level_text
    is 'the level in the words of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_level.sir
    is 'S susceptible, I intermediate, R resistant'$$,
$$comment on table %1$I.resistance_algorithm_drug is 'drugs that an algorithm interprets'$$,
$$comment on column %1$I.resistance_algorithm_drug.name is 'name of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_drug.version is 'version of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_drug.drug
    is 'the drug as the algorithm abbreviates it'$$,
$$comment on column %1$I.resistance_algorithm_drug.full_name is 'the name of the drug'$$,
$$comment on column %1$I.resistance_algorithm_drug.drug_class is 'class of the drug'$$,
$$comment on column %1$I.resistance_algorithm_drug.gene is 'gene whose mutations count'$$,
$$comment on table %1$I.resistance_algorithm_rule
    is 'rules of an algorithm to read; resistance() uses the compiled algorithm'$$,
$$comment on column %1$I.resistance_algorithm_rule.name is 'name of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_rule.version is 'version of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_rule.drug is 'the drug'$$,
$$comment on column %1$I.resistance_algorithm_rule.rule is 'number of the rule within the drug'$$,
$$comment on column %1$I.resistance_algorithm_rule.item
    is 'number of the item within a score; 0 for a rule without a score'$$,
$$comment on column %1$I.resistance_algorithm_rule.maximum
    is 'number of the MAX, of whose items only the largest counts'$$,
$$comment on column %1$I.resistance_algorithm_rule.condition
    is 'the condition in the language of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_rule.score is 'what the item adds to the score'$$,
$$comment on column %1$I.resistance_algorithm_rule.level is 'level to which the rule leads'$$,
$$comment on column %1$I.resistance_algorithm_rule.comment is 'comment to which the rule leads'$$,
$$comment on table %1$I.resistance_algorithm_comment
    is 'comments of an algorithm on mutations and results'$$,
$$comment on column %1$I.resistance_algorithm_comment.name is 'name of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_comment.version is 'version of the algorithm'$$,
$$comment on column %1$I.resistance_algorithm_comment.id is 'name of the comment'$$,
$$comment on column %1$I.resistance_algorithm_comment.sort is 'order in which comments are shown'$$,
$$comment on column %1$I.resistance_algorithm_comment.comment
    is 'the text; $listMutsIn{...} stands for the mutations that are meant'$$
]);
$function$;
comment on function _virotrial.resistance_ddl() is 'the statements that make the tables of resistance algorithms, as templates with the name of their schema';

create function _virotrial.resistance_create_tables(schema_name name) returns void
    language plpgsql volatile strict
    set search_path = pg_catalog, pg_temp
as $function$
declare
    statement text;
begin
    if to_regclass(format('%I.resistance_algorithm_version', schema_name)) is not null then
        return;
    end if;
    for statement in select template from _virotrial.resistance_ddl() as template loop
        execute format(statement, schema_name);
    end loop;
end
$function$;
comment on function _virotrial.resistance_create_tables(name) is 'makes the tables of resistance algorithms in a schema, if they are not there; they belong to the caller';

create function load_resistance_algorithm(
    document xml, schema_name name default current_schema(),
    out name text, out version text, out digest text
)
    language plpgsql volatile strict
    set search_path = pg_catalog, @extschema@, pg_temp
as $function$
#variable_conflict use_variable
declare
    algorithm resistance_algorithm := resistance_algorithm(document);
    stored text;
    other name;
begin
    if to_regnamespace(quote_ident(schema_name)) is null then
        raise exception using errcode = '3F000',
            message = format('schema "%s" does not exist', schema_name),
            hint = 'Create the schema, or name another one.';
    end if;
    name := name(algorithm);
    version := version(algorithm);
    digest := digest(algorithm);
    -- Whoever owns the tables may have put triggers on them, which run as the caller.
    select pg_get_userbyid(relowner) into other
    from pg_class
    where relnamespace = to_regnamespace(quote_ident(schema_name))
        and relname ~ '^resistance_algorithm_(version|level|drug|rule|comment)(_history)?$'
        and relowner <> current_user::regrole
    limit 1;
    if found then
        raise exception using errcode = '42501',
            message = format('the algorithms in schema "%s" belong to "%s"', schema_name, other),
            detail = 'What writes to its tables runs its triggers.',
            hint = format('Only their owner loads more: set role %I', other);
    end if;
    perform _virotrial.resistance_create_tables(schema_name);

    execute format('select digest from %I.resistance_algorithm_version '
        'where name = $1 and version = $2', schema_name)
        into stored using name, version;
    if stored = digest then
        return;
    elsif stored is not null then
        raise exception using errcode = '23505',
            message = format('%s %s is already in schema "%s", with other rules', name, version,
                schema_name),
            detail = format('Its digest is %s, that of this document %s.', stored, digest),
            hint = 'Give the document another version: what was interpreted has to stay repeatable.';
    end if;

    execute format($$insert into %I.resistance_algorithm_version (name, version,
        published, digest, document, compiled)
        values ($1, $2, $3, $4, $5, $6)$$, schema_name)
        using name, version,
            nullif(btrim((xpath('string(/ALGORITHM/ALGDATE)', document))[1]::text), ''),
            digest, document, algorithm;
    execute format($$insert into %I.resistance_algorithm_level (name,
        version, level, level_text, sir)
        select $1, $2, btrim(x.level)::integer, btrim(x.original), btrim(x.sir)
        from xmltable('/ALGORITHM/DEFINITIONS/LEVEL_DEFINITION' passing $3
            columns level text path 'ORDER', original text path 'ORIGINAL',
            sir text path 'SIR') as x$$, schema_name)
        using name, version, document;
    execute format($$insert into %I.resistance_algorithm_drug (name, version,
        drug, full_name, drug_class, gene)
        select $1, $2, result.drug, nullif(btrim(x.full_name), ''), result.drug_class, result.gene
        from @extschema@.resistance('{}', $4) as result
        join xmltable('/ALGORITHM/DRUG' passing $3
            columns drug text path 'NAME', full_name text path 'FULLNAME') as x
            on _virotrial.resistance_algorithm_squeeze(x.drug) = result.drug$$, schema_name)
        using name, version, document, algorithm;
    execute format($$insert into %I.resistance_algorithm_rule (name, version, drug, rule, item,
        maximum, condition, score, level, comment)
        select $1, $2, r.drug, r.rule, coalesce(r.item, 0), r.maximum, r.condition, r.score,
            r.level, r.comment
        from _virotrial.resistance_algorithm_rules($3) as r$$, schema_name)
        using name, version, algorithm;
    execute format($$insert into %I.resistance_algorithm_comment (name, version, id, sort, comment)
        select $1, $2, _virotrial.resistance_algorithm_squeeze(x.id),
            nullif(btrim(x.sort), '')::integer, btrim(x.content)
        from xmltable('/ALGORITHM/DEFINITIONS/COMMENT_DEFINITIONS/COMMENT_STRING' passing $3
            columns id text path '@id', sort text path 'SORT_TAG', content text path 'TEXT') as x$$,
                schema_name)
        using name, version, document;
end
$function$;
comment on function load_resistance_algorithm(xml, name) is 'checks an algorithm of its published XML and keeps it in tables of a schema, which it makes if they are not there; loading the same again changes nothing, another one of the same version is refused';
