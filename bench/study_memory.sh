#!/bin/bash
# What a session keeps of studies that it has used: the memory of its own of a
# session that enters a site, a subject, consent, a visit and a viral load in one
# study after another, which another session has made.  The bar is 60 MB after 200.
# STUDIES chooses another number.
set -euo pipefail
studies=${STUDIES:-200}
database=study_memory

# Statements on a study, and after each tenth study the memory; psql has the process in PID.
entries()
{
	for n in $(seq "$studies"); do
		cat <<-SQL
			insert into s$n.site (site_id, name) values ('S1', 'First');
			insert into s$n.subject (site_id, subject_id, birth_date, sex) values ('S1', '1', '1970-06-15', 'female');
			insert into s$n.consent (site_id, subject_id, version, signed) values ('S1', '1', '1.0', '2008-01-10');
			insert into s$n.visit (site_id, subject_id, visit, visit_date) values ('S1', '1', 'screening', '2008-01-12');
			insert into s$n.viral_load_result (site_id, subject_id, visit, collected, assay, viral_load)
			    values ('S1', '1', 'screening', '2008-01-12', 'Quantiplex 3.0', '1234');
		SQL
		if ((n == 1 || n % 10 == 0 || n == studies)); then
			printf '%s\n' "\\! awk '/^RssAnon:/ { printf \"%7d | %6.1f\\n\", $n, \$2 / 1024 }' /proc/\$PID/status"
		fi
	done
}

run_sql()
{
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" "$@"
}

dropdb --if-exists "$database" 2>/dev/null
createdb "$database"
run_sql -c 'create extension virotrial'
seq "$studies" | sed "s/.*/call create_study('s&');/" | run_sql
printf '%7s | %6s\n' studies MB
{
	printf '%s\n' 'select pg_backend_pid() as pid \gset' '\setenv PID :pid'
	entries
	printf '%s\n' '\echo' 'select name, count(*) as contexts, round(sum(total_bytes) / 1048576, 1) as "MB" from pg_backend_memory_contexts group by name order by 3 desc limit 8;'
} | run_sql
dropdb "$database"
