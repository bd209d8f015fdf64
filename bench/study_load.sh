#!/bin/bash
# A study's load and single-row entry with every rule on, against the keys alone
# and against row-level PL/pgSQL triggers.  SUBJECTS has five results each.
set -euo pipefail
cd "$(dirname "$0")"
subjects=${SUBJECTS:-200000}
entries=2000

psql -X -q -v ON_ERROR_STOP=1 -v subjects="$subjects" -f study/load.sql

# The median latency of a client's INSERTs, ms, in a session that runs $3 first.
median_entry()
{
	{
		printf '%s\n' "$3" '\timing on'
		psql -X -q -At -v ON_ERROR_STOP=1 -c "select feed.entries('$1', $2, $entries)"
	} | psql -X -q -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | sort -n |
		awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'
}

measure()
{
	local round keys rules rows
	printf '%6s | %10s | %10s | %18s | %12s\n' round 'keys alone' 'every rule' 'row-level PL/pgSQL' 'rules / keys'
	for round in $1; do
		keys=$(median_entry keys "$round" "${2//STUDY/keys}")
		rules=$(median_entry ral "$round" "${2//STUDY/ral}")
		rows=$(median_entry rows "$round" "${2//STUDY/rows}")
		awk -v round="$round" -v k="$keys" -v a="$rules" -v r="$rows" \
			'BEGIN { printf "%6d | %10.3f | %10.3f | %18.3f | %12.2f\n", round, k, a, r, a / k }'
	done
}

printf '\nINSERT of one result, median of %d, ms, as psql sees it\n' "$entries"
measure '1 2 3' ''

printf '\nThe same in a session that has just loaded all results\n'
file=$(psql -X -q -At -c "select current_setting('data_directory') || '/study_load.copy'")
measure '4' "set session_replication_role = replica; truncate STUDY.viral_load_result; set session_replication_role = origin;
copy STUDY.viral_load_result (site_id, subject_id, collected, replicate, visit, assay, viral_load) from '$file';"

psql -X -q -v ON_ERROR_STOP=1 <<END
set client_min_messages = warning;
call drop_study('ral', with_subjects => true);
call drop_study('keys', with_subjects => true);
call drop_study('rows', with_subjects => true);
drop schema feed cascade;
END
