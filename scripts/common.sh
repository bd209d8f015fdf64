# shellcheck shell=bash
# What the other scripts share; sourced, never run.
#
# All that they make lies in one directory per user, checkout and purpose
# (demo, test, bench, sanitize, crash), named $work below:
#   ${VIROTRIAL_DIR:-/var/tmp}/virotrial-<uid>/<checkout>/<purpose>
#     source         a copy of the checkout, which the server's user can read
#     build-<major>  the objects, one directory per PostgreSQL major
#     tree, bin      a relocated copy of the server, and its programs
#     data, socket   a cluster, and the only way to it
#     log            what was not printed
# A server that scripts/sanitize builds is kept for all checkouts, in
#   ${VIROTRIAL_DIR:-/var/tmp}/virotrial-<uid>/sanitized

set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
# To plan the views of a report takes 600 MB.  Where a page fault is slow, as on many
# virtual machines, huge pages make that five times as fast.
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
base=${VIROTRIAL_DIR:-/var/tmp}/virotrial-$(id -u)
minimum_major=15

# A make above these scripts, or a server in the environment, is not theirs.
pg_config_given=${PG_CONFIG:-}
for variable in MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES VPATH "${!PG@}"; do
	unset "$variable"
done

die()
{
	printf '%s\n' "${0##*/}: $*" >&2
	exit 1
}

# The server refuses to run as root: then it runs as "postgres" or "nobody".
if [ "$(id -u)" -ne 0 ]; then
	server_user=$(id -un)
elif id postgres >/dev/null 2>&1; then
	server_user=postgres
else
	server_user=nobody
fi

as_server()
{
	if [ "$(id -u)" -eq 0 ]; then
		(cd "$work" && runuser -u "$server_user" -- "$@")
	else
		(cd "$work" && "$@")
	fi
}

# Some kernels place a program where older sanitizers cannot map their shadow.
fixed_addresses=()
if setarch -R true 2>/dev/null; then
	fixed_addresses=(setarch -R)
fi

# Sets $work without making it.
locate_work()
{
	work=$base/$(printf %s "$checkout" | cksum | cut -d' ' -f1)/$1
	case $work in
		*[[:space:]]*) die "make cannot work in a path with blanks; set VIROTRIAL_DIR to another than $base" ;;
	esac
	[ "${#work}" -le 80 ] || die "VIROTRIAL_DIR is too long for a unix socket: $base"
}

# Makes a directory that this user and the server's user alone can enter.
private_directory()
{
	[ -d "$1" ] || mkdir -m 0700 "$1"
	# Somebody else could have made it first: its parent is open to all.
	if [ -L "$1" ] || [ "$(stat -c %u "$1")" -ne "$(id -u)" ]; then
		die "$1 belongs to somebody else; set VIROTRIAL_DIR to another directory"
	fi
	if [ "$(id -u)" -eq 0 ]; then
		chgrp "$(id -gn "$server_user")" "$1"
		chmod 0750 "$1"
	else
		chmod 0700 "$1"
	fi
}

# Makes $work, and keeps every other run for the same purpose out of it.
enter_work()
{
	locate_work "$1"
	private_directory "$base"
	private_directory "$(dirname "$work")"
	private_directory "$work"
	printf '%s\n' "$checkout" >"$(dirname "$work")/checkout"
	exec 9>"$work.lock"
	flock -n 9 || die "another run is at work in $work"
	mkdir -p "$work/log"
}

# Runs a command quietly: its output goes to log/<name>, and is shown if it fails.
logged()
{
	local log=$work/log/$1
	shift
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 60 "$log" >&2
		die "failed: $* (all of its output: $log)"
	fi
}

# Prints the pg_config to build with: the one given, else the newest server here.
find_pg_config()
{
	local candidate
	if [ -n "$pg_config_given" ]; then
		command -v "$pg_config_given" || die "PG_CONFIG=$pg_config_given is not there"
		return
	fi
	for candidate in $(ls -rv /usr/lib/postgresql/*/bin/pg_config 2>/dev/null) \
		"$(command -v pg_config)"; do
		if [ -e "$("$candidate" --pgxs)" ] && [ -x "$("$candidate" --bindir)/postgres" ] &&
			[ "$(major_of "$candidate")" -ge $minimum_major ]; then
			printf '%s\n' "$candidate"
			return
		fi
	done
	die "found no PostgreSQL server of version $minimum_major or newer with its headers"
}

major_of()
{
	"$1" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/'
}
