#!/bin/bash
# What row security costs: the analysis views of a secured study of a hundred
# thousand subjects at 20 sites, as an analyst of one site, against the same query
# with a condition on the site as the owner; and as an analyst of all sites against
# the owner without a condition.  By turns, each in a session that has planned it, in
# milliseconds of the processor, the best of five.  The bar is 1.1.
# SUBJECTS and VIEWS choose others.
set -euo pipefail
cd "$(dirname "$0")"
subjects=${SUBJECTS:-100000}
views=${VIEWS:-analysis_subject analysis_viral_load analysis_cd4 snapshot_outcome tlovr_outcome site_deviation}
database=site_access

timed()
{
	psql -X -qAt -v ON_ERROR_STOP=1 -d "$database" <<-SQL
		set max_parallel_workers_per_gather = 0;
		set role $1;
		\o /dev/null
		explain $2;
		reset role;
		select processor_seconds() as began \gset
		set role $1;
		explain (analyze, timing off) $2;
		reset role;
		\o
		select 1000 * (processor_seconds() - :began);
	SQL
}

# Prints the best times of two statements of two roles, and their ratio.
compare()
{
	local first=() second=()
	for _ in 1 2 3 4 5; do
		first+=("$(timed "$2" "$3")")
		second+=("$(timed "$4" "$5")")
	done
	awk -v name="$1" -v a="$(printf '%s\n' "${first[@]}" | sort -n | head -n 1)" \
		-v b="$(printf '%s\n' "${second[@]}" | sort -n | head -n 1)" \
		'BEGIN { printf "%-34s | %10.1f | %10.1f | %6.2f\n", name, a, b, a / b }'
}

dropdb --if-exists "$database" 2>/dev/null
createdb "$database"
psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'create extension virotrial' -c "call create_study('ral')" -f study/processor.sql
psql -X -q -v ON_ERROR_STOP=1 -d "$database" -v subjects="$subjects" -f study/endpoints.sql
psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'set session_replication_role = replica' \
	-c "insert into ral.deviation (site_id, subject_id, rule, item, description)
		select site_id, subject_id, 'visit_out_of_window', visit, 'late' from ral.visit where visit in ('week 4', 'week 12')"
site=$(psql -X -qAt -d "$database" -c 'select min(site_id) from ral.site')
psql -X -q -v ON_ERROR_STOP=1 -d "$database" <<SQL
call secure_study('ral');
create role one_site login in role ral_analyst;
create role all_sites login in role ral_analyst;
insert into ral.site_access values ('one_site', '$site'), ('all_sites', '*');
vacuum analyze;
SQL
owner=$(psql -X -qAt -d "$database" -c 'select current_user')

printf '%-34s | %10s | %10s | %6s\n' view 'secured ms' 'owner ms' ratio
for view in $views; do
	compare "$view, one site" one_site "select * from ral.$view" "$owner" "select * from ral.$view where site_id = '$site'"
	compare "$view, all sites" all_sites "select * from ral.$view" "$owner" "select * from ral.$view"
done
dropdb "$database"
psql -X -q -d postgres -c 'drop role one_site, all_sites'
