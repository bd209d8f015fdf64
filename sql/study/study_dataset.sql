-- The datasets of a study for others to read: its views sdtm_* and adam_*, and its tables
-- as load takes them.  The names of their columns, and the comments of these as labels,
-- are the only definition.  virotrial export writes what these functions say.

create function _virotrial.dataset_shape()
    returns table (view name, class text, structure text, keys text[])
    language sql immutable
    begin atomic
        select shape.view::name, shape.class, shape.structure, string_to_array(shape.keys, ' ')
        from (values
            ('sdtm_dm', 'SPECIAL PURPOSE', 'One record per subject', 'studyid usubjid'),
            ('sdtm_sv', 'SPECIAL PURPOSE', 'One record per actual visit per subject',
                'studyid usubjid svstdtc visit'),
            ('sdtm_ex', 'INTERVENTIONS', 'One record per period of constant dose per subject',
                'studyid usubjid extrt exstdtc exseq'),
            ('sdtm_ae', 'EVENTS', 'One record per adverse event per subject',
                'studyid usubjid aeseq'),
            ('sdtm_cm', 'INTERVENTIONS', 'One record per medication and period per subject',
                'studyid usubjid cmtrt cmseq'),
            ('sdtm_mh', 'EVENTS', 'One record per condition per subject',
                'studyid usubjid mhseq'),
            ('sdtm_ds', 'EVENTS', 'One record per disposition event per subject',
                'studyid usubjid dsstdtc dsseq'),
            ('sdtm_lb', 'FINDINGS', 'One record per test per sample per subject',
                'studyid usubjid lbdtc lbtestcd lbseq'),
            ('sdtm_eg', 'FINDINGS', 'One record per test per ECG per subject',
                'studyid usubjid egdtc egtestcd egseq'),
            ('sdtm_vs', 'FINDINGS', 'One record per measurement per subject',
                'studyid usubjid vsdtc vstestcd vsseq'),
            ('sdtm_pf', 'FINDINGS', 'One record per mutation per sample per subject',
                'studyid usubjid pfdtc pfgenri pfseq'),
            ('sdtm_ms', 'FINDINGS', 'One record per drug per sample per subject',
                'studyid usubjid msdtc msagent'),
            ('adam_adsl', 'SUBJECT LEVEL ANALYSIS DATASET', 'One record per subject',
                'studyid usubjid'),
            ('adam_adlb', 'BASIC DATA STRUCTURE', 'One record per subject, test and result',
                'studyid usubjid paramcd adt lbrepnum'),
            ('adam_advl', 'BASIC DATA STRUCTURE',
                'One record per subject, parameter and result, or visit without one',
                'studyid usubjid paramcd adt lbrepnum avisit'),
            ('adam_adae', 'OCCURRENCE DATA STRUCTURE', 'One record per subject and event',
                'studyid usubjid aeseq'),
            ('adam_adtte', 'BASIC DATA STRUCTURE', 'One record per subject and parameter',
                'studyid usubjid paramcd')) as shape (view, class, structure, keys);
    end;
comment on function _virotrial.dataset_shape() is 'the datasets of SDTM and ADaM that a study has views of: class, structure, and the variables by which their records are told apart and sorted';

create function study_dataset(study name)
    returns table (dataset text, standard text, relation regclass, label text, class text,
        structure text, keys text[])
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_study(study);
    return query
        select upper(split_part(found.name, '_', 2)),
            case when found.name like 'sdtm%' then 'SDTM' else 'ADaM' end,
            found.relation::regclass, obj_description(found.relation, 'pg_class'), shape.class,
            shape.structure, shape.keys
        from _virotrial.study_relation(study) as found
        join _virotrial.dataset_shape() as shape on shape.view = found.name
        where has_table_privilege(found.relation, 'select')
        union all
        select found.name, 'table', found.relation::regclass,
            obj_description(found.relation, 'pg_class'), null, null,
            _virotrial.key_columns(found.relation)
        from _virotrial.study_relation(study) as found
        where found.kind in ('site', 'record', 'decision', 'deviation')
            and has_table_privilege(found.relation, 'select');
end;
$$;
comment on function study_dataset(name) is 'the datasets of a study that the caller may read: those of SDTM and ADaM, which are views, and the tables as virotrial load takes them';

create function _virotrial.dataset_variable(relation regclass, standard text, keys text[])
    returns table (place integer, name text, column_name name, label text, data_type text,
        target_type text, display_format text, key_sequence integer)
    language sql stable
    begin atomic
        select row_number() over (order by known.place)::integer,
            case when standard = 'table' then known.name::text else upper(known.name) end,
            known.name, col_description(relation, known.place),
            case when base.oid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
                    'whole_number'::regtype) then 'integer'
                when base.oid in ('float4'::regtype, 'float8'::regtype) then 'float'
                when base.oid = 'bool'::regtype then 'boolean'
                when base.oid = 'date'::regtype then 'date'
                when base.oid = 'timestamptz'::regtype then 'datetime'
                -- a variable --DTC may hold a part of a date
                when standard = 'SDTM' and known.name like '%dtc' then 'date'
                else 'string' end,
            case when standard = 'ADaM' and base.oid = 'date'::regtype then 'integer' end,
            case when standard = 'ADaM' and base.oid = 'date'::regtype then 'E8601DA.' end,
            array_position(keys, known.name::text)
        from _virotrial.load_columns(relation) as known
        join pg_attribute on attrelid = relation and attname = known.name
        join pg_type as declared on declared.oid = atttypid
        join pg_type as base on base.oid = coalesce(nullif(declared.typbasetype, 0), declared.oid);
    end;
comment on function _virotrial.dataset_variable(regclass, text, text[]) is 'the variables of a dataset: names, labels, and types as Dataset-JSON has them';

create function _virotrial.require_dataset(study name, wanted text)
    returns table (dataset text, standard text, relation regclass, label text, class text,
        structure text, keys text[])
    language plpgsql stable
    set search_path from current
as $$
begin
    return query
    select known.* from study_dataset(study) as known
    where lower(known.dataset) = lower(wanted);
    if not found then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('study "%s" has no dataset "%s" that you may read', study, wanted),
            detail = format('You may read: %s.', (
                select string_agg(known.dataset, ', ' order by known.standard, known.dataset)
                from study_dataset(study) as known));
    end if;
end;
$$;
comment on function _virotrial.require_dataset(name, text) is 'a dataset of a study; 22023 if there is none of this name';

create function _virotrial.dataset_query(study name, dataset text, form text) returns text
    language sql stable
    begin atomic
        select case form
            when 'csv' then format('copy (select %s from %s order by %s) to stdout '
                '(format csv, header)',
                string_agg(format('%I as %I', variable.column_name, variable.name), ', '
                    order by variable.place), known.relation, known_order.list)
            else format('select json_build_array(%s) from %s order by %s',
                string_agg(format(case variable.data_type when 'string' then '%I::text'
                    else '%I' end, variable.column_name), ', ' order by variable.place),
                known.relation, known_order.list) end
        from _virotrial.require_dataset(study, dataset) as known
        cross join lateral (
            select string_agg(quote_ident(key) || case when pg_attribute.attcollation <> 0
                then ' collate "C"' else '' end, ', ' order by place) as list
            from unnest(known.keys) with ordinality as sorted (key, place)
            join pg_attribute on attrelid = known.relation and attname = key) as known_order
        cross join lateral _virotrial.dataset_variable(known.relation, known.standard, known.keys)
            as variable
        group by known.relation, known_order.list;
    end;
comment on function _virotrial.dataset_query(name, text, text) is 'the query for the records of a dataset, in the order of its keys: a COPY for csv, else one with an array of JSON for each record';

-- How many records there are, and how long the texts of each variable are.
create function _virotrial.dataset_size(relation regclass, variables name[],
    out records bigint, out lengths integer[])
    language plpgsql stable
    set search_path from current
as $$
begin
    execute format('select count(*), array[%s]::integer[] from %s', (
            select string_agg(format('max(length(%I::text))', name), ', ' order by place)
            from unnest(variables) with ordinality as known (name, place)), relation)
        into records, lengths;
end;
$$;
comment on function _virotrial.dataset_size(regclass, name[]) is 'how many records a dataset has, and the length of the longest text of each variable';

-- The OIDs of a study, which the files of an export and its define.xml share.
create function _virotrial.dataset_study(study name,
    out study_oid text, out version_oid text, out protocol text, out title text,
    out program_version text, out made text)
    language plpgsql stable
    set search_path from current
as $$
begin
    execute format('select protocol, title from %I._protocol_at_analysis', study)
        into protocol, title;
    study_oid := concat_ws('.', protocol, study);
    version_oid := 'MDV.' || study_oid;
    program_version := (select extversion from pg_extension where extname = 'virotrial');
    made := to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
end;
$$;
comment on function _virotrial.dataset_study(name) is 'what the datasets of an export have in common';

create function _virotrial.dataset_json_head(study name, dataset text, records bigint,
    lengths integer[]) returns text
    language sql stable
    begin atomic
        select rtrim(json_strip_nulls(json_build_object(
                'datasetJSONCreationDateTime', about.made,
                'datasetJSONVersion', '1.1.0',
                'fileOID', concat_ws('.', about.study_oid, known.dataset, about.made),
                'originator', current_user,
                'sourceSystem', json_build_object('name', 'virotrial',
                    'version', about.program_version),
                'studyOID', about.study_oid,
                'metaDataVersionOID', about.version_oid,
                'metaDataRef', 'define.xml',
                'itemGroupOID', 'IG.' || known.dataset,
                'records', records,
                'name', known.dataset,
                'label', known.label,
                'columns', (
                    select json_agg(json_build_object(
                            'itemOID', concat_ws('.', 'IT', known.dataset, variable.name),
                            'name', variable.name,
                            'label', variable.label,
                            'dataType', variable.data_type,
                            'targetDataType', variable.target_type,
                            'length', case variable.data_type when 'string'
                                then greatest(lengths[variable.place], 1) end,
                            'displayFormat', variable.display_format,
                            'keySequence', variable.key_sequence) order by variable.place)
                    from _virotrial.dataset_variable(known.relation, known.standard, known.keys)
                        as variable)))::text, '}') || ',"rows":['
        from _virotrial.require_dataset(study, dataset) as known
        cross join _virotrial.dataset_study(study) as about;
    end;
comment on function _virotrial.dataset_json_head(name, text, bigint, integer[]) is 'a Dataset-JSON 1.1 file up to its records';

create function _virotrial.define_text(label text) returns xml
    language sql immutable
    return xmlelement(name "Description",
        xmlelement(name "TranslatedText", xmlattributes('en' as "xml:lang"), label));
comment on function _virotrial.define_text(text) is 'a label, as Define-XML has it';

create function _virotrial.define_attribute(name text, value text) returns text
    language sql immutable
    return format(' %s="%s"', name, replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'),
        '"', '&quot;'));
comment on function _virotrial.define_attribute(text, text) is 'an attribute of XML';

create function _virotrial.dataset_define(study name, dataset text, file text, lengths integer[],
    out item_group text, out items text)
    language sql stable
    begin atomic
        select xmlserialize(content xmlelement(name "ItemGroupDef",
                xmlattributes('IG.' || known.dataset as "OID", known.dataset as "Name",
                    case known.standard when 'SDTM' then known.dataset end as "Domain",
                    case when known.structure = 'One record per subject' then 'No' else 'Yes' end
                        as "Repeating",
                    'No' as "IsReferenceData",
                    case when known.standard <> 'table' then known.dataset end
                        as "SASDatasetName",
                    coalesce(known.structure, 'One record per key') as "def:Structure",
                    case known.standard when 'ADaM' then 'Analysis' else 'Tabulation' end
                        as "Purpose",
                    case when known.standard <> 'table' and known.dataset <> 'PF'
                        then 'STD.' || known.standard end as "def:StandardOID",
                    case when known.standard = 'table' or known.dataset = 'PF' then 'Yes' end
                        as "def:IsNonStandard",
                    'LF.' || known.dataset as "def:ArchiveLocationID"),
                _virotrial.define_text(known.label),
                (select xmlagg(xmlelement(name "ItemRef", xmlattributes(
                        concat_ws('.', 'IT', known.dataset, variable.name) as "ItemOID",
                        variable.place as "OrderNumber",
                        case when variable.key_sequence is null then 'No' else 'Yes' end
                            as "Mandatory",
                        variable.key_sequence as "KeySequence")) order by variable.place)
                    from _virotrial.dataset_variable(known.relation, known.standard, known.keys)
                        as variable),
                case when known.class is not null then
                    xmlelement(name "def:Class", xmlattributes(known.class as "Name")) end,
                xmlelement(name "def:leaf",
                    xmlattributes('LF.' || known.dataset as "ID", file as "xlink:href"),
                    xmlelement(name "def:title", file))) as text),
            (select xmlserialize(content xmlagg(xmlelement(name "ItemDef",
                    xmlattributes(concat_ws('.', 'IT', known.dataset, variable.name) as "OID",
                        variable.name as "Name",
                        case variable.data_type when 'string' then 'text'
                            when 'boolean' then 'text' else variable.data_type end as "DataType",
                        case variable.data_type when 'string'
                            then greatest(lengths[variable.place], 1)
                            when 'boolean' then 5 when 'integer' then 10 when 'float' then 17 end
                            as "Length",
                        case when known.standard <> 'table' then variable.name end
                            as "SASFieldName",
                        variable.display_format as "def:DisplayFormat"),
                    _virotrial.define_text(variable.label)) order by variable.place) as text)
                from _virotrial.dataset_variable(known.relation, known.standard, known.keys)
                    as variable)
        from _virotrial.require_dataset(study, dataset) as known;
    end;
comment on function _virotrial.dataset_define(name, text, text, integer[]) is 'a dataset and its variables, as Define-XML 2.1 has them';

create function _virotrial.define_head(study name) returns text
    language sql stable
    begin atomic
        select concat(E'<?xml version="1.0" encoding="UTF-8"?>\n',
            '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"',
            ' xmlns:xlink="http://www.w3.org/1999/xlink"',
            ' xmlns:def="http://www.cdisc.org/ns/def/v2.1" ODMVersion="1.3.2"',
            ' FileType="Snapshot" def:Context="Other"',
            _virotrial.define_attribute('FileOID',
                concat_ws('.', about.study_oid, 'define', about.made)),
            _virotrial.define_attribute('CreationDateTime', about.made),
            _virotrial.define_attribute('Originator', current_user),
            ' SourceSystem="virotrial"',
            _virotrial.define_attribute('SourceSystemVersion', about.program_version),
            E'>\n<Study', _virotrial.define_attribute('OID', about.study_oid), '>',
            xmlserialize(content xmlelement(name "GlobalVariables",
                xmlelement(name "StudyName", study),
                xmlelement(name "StudyDescription", about.title),
                xmlelement(name "ProtocolName", about.protocol)) as text),
            E'\n<MetaDataVersion', _virotrial.define_attribute('OID', about.version_oid),
            _virotrial.define_attribute('Name', 'Datasets of ' || study),
            ' def:DefineVersion="2.1.0">',
            '<def:Standards><def:Standard OID="STD.SDTM" Name="SDTMIG" Type="IG" Version="3.4"',
            ' Status="Final"/><def:Standard OID="STD.ADaM" Name="ADaMIG" Type="IG" Version="1.3"',
            E' Status="Final"/></def:Standards>\n')
        from _virotrial.dataset_study(study) as about;
    end;
comment on function _virotrial.define_head(name) is 'a file of Define-XML 2.1 up to its datasets';
