# shellcheck shell=bash
# The parts of scripts/test in a server that sanitizers watch: the payloads to
# the functions of all types, and the sanitizers' reports; sourced by it.
# shellcheck disable=SC2154,SC2034 # common.sh sets work, scripts/test the rest

compile_fuzzer()
{
	local pg_config=$work/bin/pg_config
	local -a compiler
	read -ra compiler <<<"$("$pg_config" --cc) $("$pg_config" --cflags)"
	"${compiler[@]}" -Werror -shared -fPIC "-I$("$pg_config" --includedir-server)" \
		test/sanitize/*.c -o "$work/fuzz.so"
}

prepare_fuzzer()
{
	createdb glue && psql -X -q -v ON_ERROR_STOP=1 -d glue -v module="$work/fuzz.so" \
		-v algorithm="$(cat demo/resistance_algorithm.xml)" -f test/sanitize/fuzz.sql
}

# The call, and the payload, each up to its zero byte.
show_trail()
{
	local part
	IFS= read -r -d '' part <"$1" && printf 'in %s\n' "$part"
	IFS= read -r -d '' part < <(tail -c +1025 "$1") && printf '%.4000s\n' "$part"
}

# Fuzzes one type; what was at work when the server crashed follows.
fuzz_type()
{
	local type=$1 payloads=$2 status=0 result
	result=$(psql -X -q -At -d glue -v type="$type" -v payloads="$payloads" \
		-f test/sanitize/fuzz_type.sql) || status=$?
	echo "$result"
	if [ $status -eq 0 ] && [[ $result == *' 0 faults' ]]; then
		echo 'ok 1'
	else
		[ $status -eq 0 ] || show_trail "$work/data/fuzz_trail.$type"
		echo 'not ok 1'
	fi
	echo 1..1
}

part_glue()
{
	local type log
	local -a types
	run_one fuzzer compile_fuzzer
	run_one values prepare_fuzzer
	mapfile -t types < <(psql -X -qAt -d glue -c 'select type from fuzz_target')
	for type in "${types[@]}"; do
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
			wait -n || true
		done
		wait_for_server
		fuzz_type "$type" $((${FUZZ_PAYLOADS:-1000000} / ${#types[@]} + 1)) \
			>"$work/log/glue-$type" 2>&1 </dev/null &
	done
	wait
	for type in "${types[@]}"; do
		log=$work/log/glue-$type
		report "$type" "$log" 0
		grep 'payloads' "$log" | grep -v '^payload ' | sed 's/^/        /' || true
	done
}

# Each process that a sanitizer stops writes a report of its own.
collect_reports()
{
	rm -rf "$work/reports"
	mkdir "$work/reports"
	[ "$(id -u)" -ne 0 ] || chown "$server_user:" "$work/reports"
	local options="abort_on_error=1:print_stacktrace=1:log_path=$work/reports/report"
	# No state of the tests is that large: one that is has a wrong size.
	options+=:allocator_may_return_null=1:max_allocation_size_mb=512
	export UBSAN_OPTIONS=$options
	export ASAN_OPTIONS=$options:detect_leaks=0:handle_abort=1:quarantine_size_mb=16:malloc_context_size=8
}

# An assertion, or a crash of another kind, writes nothing but the server's log.
count_reports()
{
	local file log=$work/data/server.log reports=0
	for file in "$work"/reports/*; do
		[ -e "$file" ] || continue
		reports=$((reports + 1))
		printf '\nFAILED  %s\n' "$file"
		head -n 40 "$file"
	done
	if [ -e "$log" ] && grep -A 2 -E 'TRAP:|runtime error:|terminated by signal|server process .*exited with exit code' "$log"; then
		failed=$((failed + 1))
	fi
	failed=$((failed + reports))
	printf '\n%d sanitizer reports\n' $reports
}
