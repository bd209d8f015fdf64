# shellcheck shell=bash
# The tests of src/core, which need no server: unit and fuzz; sourced by
# scripts/test, after common.sh and tree.sh.
# shellcheck disable=SC2154 # scripts/test and common.sh set what is used here

core_options=(-std=gnu11 -g -O1 -fno-omit-frame-pointer -ffp-contract=off
	-fno-sanitize-recover=undefined -DMATHLIB_STANDALONE)

# Compiles the core with a compiler and its options into $work/core-<name>.
compile_core()
{
	local name=$1 file
	shift
	rm -rf "$work/core-$name"
	mkdir "$work/core-$name"
	# shellcheck disable=SC2016 # the inner shell's variables
	for file in $(files_of 'src/core/*/*.c'); do
		printf '%s\0' "$file"
	done | xargs -0 -r -P"$(nproc)" -I{} sh -c \
		'file=$1 out=$2; shift 2; exec "$@" -c "$file" -o "$out/$(basename "$file" .c).o"' \
		- {} "$work/core-$name" "$@" "${core_options[@]}" "-I$work/source/src"
}

# Compiles one program of the core's tests, and runs it with the arguments.
compile_and_run()
{
	local name=$1 file=$2 program
	program=$work/core-$name/$(basename "$2" .c)
	local -a words libraries
	read -ra words <<<"$3"
	# A test of the client needs more than the core does.
	read -ra libraries <<<"$(sed -n 's/^#define TEST_LIBRARIES //p' "$file")"
	shift 3
	"${words[@]}" "${core_options[@]}" -Isrc -Itest/unit "$file" "$work/core-$name"/*.o \
		-o "$program" "${libraries[@]}" -lRmath -lm && "${fixed_addresses[@]}" "$program" "$@"
}

part_unit()
{
	local file
	local compiler='gcc -fsanitize=address,undefined'
	[ -n "$(files_of 'test/unit/*/*.c')" ] || return 0
	# shellcheck disable=SC2086 # the compiler's words
	run_one core compile_core unit $compiler
	for file in $(tests_of 'test/unit/*/*.c'); do
		run_tap "$file" compile_and_run unit "$file" "$compiler"
	done
}

part_fuzz()
{
	local file target cost
	[ -n "$(files_of 'test/fuzz/*.c')" ] || return 0
	if ! command -v clang >/dev/null; then
		echo 'skipped: no clang'
		skipped=$((skipped + 1))
		return
	fi
	run_one core compile_core fuzz clang -fsanitize=fuzzer-no-link,address,undefined
	for file in $(tests_of 'test/fuzz/*.c'); do
		target=$(basename "$file" .c)
		# What is found goes to the first directory, so that the copy stays as it is.
		mkdir -p "$work/core-fuzz/found-$target" "test/fuzz/corpus/$target"
		cost=$(sed -n 's/^#define FUZZ_COST //p' "$file")
		run_one "$file" compile_and_run fuzz "$file" 'clang -fsanitize=fuzzer,address,undefined' \
			-runs=$((${FUZZ_RUNS:-25000} / ${cost:-1})) -seed=1 -timeout=20 \
			-artifact_prefix="$work/core-fuzz/$target-" \
			"$work/core-fuzz/found-$target" "test/fuzz/corpus/$target"
	done
}
