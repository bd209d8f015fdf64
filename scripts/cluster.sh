# shellcheck shell=bash
# A throwaway cluster in $work, reachable through a socket in a directory that
# only its user (and root) can enter; sourced after common.sh.
# shellcheck disable=SC2154 # common.sh sets work, checkout and server_user

# The pid of the server that runs in $work/data.  A pid alone proves nothing:
# after a restart of the machine it may be another server's.
cluster_pid()
{
	local pid
	pid=$(head -n 1 "$work/data/postmaster.pid" 2>/dev/null) || return 1
	[ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$(readlink -f "$work/data")" ] || return 1
	printf '%s\n' "$pid"
}

# Fast shutdown; immediate if that takes longer than 20 seconds.
stop_cluster()
{
	local pid signal
	pid=$(cluster_pid) || return 0
	for signal in INT QUIT; do
		kill -$signal "$pid"
		for _ in $(seq 200); do
			# Not kill -0: in a container nobody may collect dead processes.
			cluster_pid >/dev/null || return 0
			sleep 0.1
		done
	done
	die "the server with pid $pid does not stop"
}

remove_cluster()
{
	stop_cluster
	rm -rf "$work/data" "$work/socket"
}

# Makes a new cluster and starts it; each argument is a setting, name=value.
start_cluster()
{
	remove_cluster
	mkdir -m 0700 "$work/data" "$work/socket"
	[ "$(id -u)" -ne 0 ] || chown "$server_user:" "$work/data" "$work/socket"
	logged initdb as_server "$work/bin/initdb" -D "$work/data" -U postgres -A trust -N \
		--locale=C.UTF-8 --encoding=UTF8
	printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work/socket'" \
		'port = 5432' 'fsync = off' 'synchronous_commit = off' 'full_page_writes = off' \
		"timezone = 'UTC'" "log_timezone = 'UTC'" "$@" |
		as_server tee -a "$work/data/postgresql.conf" >/dev/null
	if ! as_server "$work/bin/pg_ctl" start -w -s -t 120 -D "$work/data" \
		-l "$work/data/server.log" </dev/null 9>&-; then
		tail -n 20 "$work/data/server.log" >&2
		die 'the private server does not start'
	fi
	use_cluster
}

# Lets this shell's programs find the cluster.
use_cluster()
{
	export PATH=$work/bin:$PATH PGHOST=$work/socket PGPORT=5432 PGUSER=postgres
	export PGDATABASE=postgres
}
