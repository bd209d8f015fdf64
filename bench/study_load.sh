#!/bin/bash
# A study's load and single-row entry with every rule on, against the keys alone
# and against row-level PL/pgSQL triggers.  SUBJECTS has five results each.
set -euo pipefail
cd "$(dirname "$0")"
subjects=${SUBJECTS:-200000}
entries=2000

psql -X -q -v ON_ERROR_STOP=1 -v subjects="$subjects" -f study/load.sql

# The median latencies of a client's INSERTs into each study, ms, for each round
# of $1, in a session that runs $2 first.  The studies take turns from row to row:
# the machine's moods meet all of them.
measure()
{
	local round
	printf '%6s | %10s | %10s | %18s | %12s\n' round 'keys alone' 'every rule' 'row-level PL/pgSQL' 'rules / keys'
	for round in $1; do
		{
			printf '%s\n' "$2" '\timing on'
			psql -X -q -At -v ON_ERROR_STOP=1 -c "select feed.entries($round, $entries)"
		} | psql -X -q -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | awk '{ print (NR - 1) % 3, $1 }' | sort -k1,1n -k2,2n |
			awk -v round="$round" '{ t[$1, ++n[$1]] = $2 }
				END { for (i = 0; i < 3; i++) m[i] = t[i, int((n[i] + 1) / 2)]
					printf "%6d | %10.3f | %10.3f | %18.3f | %12.2f\n", round, m[0], m[1], m[2], m[1] / m[0] }'
	done
}

printf '\nINSERT of one result, median of %d, ms, as psql sees it\n' "$entries"
measure '1 2 3' ''

printf '\nThe same in a session that has just loaded all results\n'
file=$(psql -X -q -At -c "select current_setting('data_directory') || '/study_load.copy'")
reload=
for study in keys ral rows; do
	reload+="set session_replication_role = replica; truncate $study.viral_load_result; set session_replication_role = origin;
copy $study.viral_load_result (site_id, subject_id, collected, replicate, visit, assay, viral_load) from '$file';
"
done
measure 4 "$reload"

psql -X -q -v ON_ERROR_STOP=1 <<END
set client_min_messages = warning;
call drop_study('ral', with_subjects => true);
call drop_study('keys', with_subjects => true);
call drop_study('rows', with_subjects => true);
drop schema feed cascade;
END
