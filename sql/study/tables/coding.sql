-- Dictionaries that reported terms are coded to: the user brings them

create table coding_dictionary (
    dictionary text not null,
    dictionary_version text not null,
    domain text not null check (domain in ('condition', 'medication')),
    is_current boolean not null default true,
    primary key (dictionary, dictionary_version)
);

create unique index coding_dictionary_current on coding_dictionary (domain) where is_current;

comment on table coding_dictionary is 'the dictionaries that were loaded, such as MedDRA, by version';
comment on column coding_dictionary.dictionary is 'the dictionary';
comment on column coding_dictionary.dictionary_version is 'its version';
comment on column coding_dictionary.domain is 'condition: adverse events and medical history; medication: concomitant medication';
comment on column coding_dictionary.is_current is 'whether terms of its domain are coded to it now; one of a domain is';

create table coding_term (
    dictionary text not null,
    dictionary_version text not null,
    term_code text not null,
    term text not null check (term ~ '[^[:space:]]'),
    preferred_code text not null,
    preferred_term text not null check (preferred_term ~ '[^[:space:]]'),
    class text,
    is_current boolean not null default true,
    primary key (dictionary, dictionary_version, term_code),
    foreign key (dictionary, dictionary_version) references coding_dictionary
);

create index coding_term_words on coding_term (lower(term));

comment on table coding_term is 'the lowest terms of the dictionaries, each with its preferred term and class';
comment on column coding_term.dictionary is 'the dictionary';
comment on column coding_term.dictionary_version is 'its version';
comment on column coding_term.term_code is 'the code of the term; in MedDRA that of the lowest level term';
comment on column coding_term.term is 'the term';
comment on column coding_term.preferred_code is 'the code of its preferred term';
comment on column coding_term.preferred_term is 'the preferred term, by which tables count';
comment on column coding_term.class is 'in MedDRA the primary system organ class, of a medication a class such as one of ATC';
comment on column coding_term.is_current is 'false for a term that the dictionary keeps, and no longer wants coded to';
