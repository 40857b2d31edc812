# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh sets home, logs, run, socket and version
# "tools/dagger --engine ...": for people. Sourced by tools/dagger.

manage() {
	case ${1-help} in
	status) engine_status ;;
	stop) with_lock stop_and_tell ;;
	logs) show_logs ;;
	prune) with_lock prune ;;
	help) engine_help ;;
	*) die "unknown command \"$1\": use status, stop, logs, prune or help" ;;
	esac
}

engine_help() {
	cat <<END
tools/dagger takes the arguments of dagger. If a container runtime answers,
dagger starts its own engine and nothing below applies. Otherwise, on Debian as
root, tools/dagger builds engine $version once, starts it, and leaves it running.

  tools/dagger --engine status   what runs, where, how large; exit code 1 if nothing runs
  tools/dagger --engine stop     end the engine, its registry and its containers
  tools/dagger --engine logs     print the ends of the logs
  tools/dagger --engine prune    stop, and remove builds, state and logs
  tools/dagger --engine help     this text

Everything is kept in $home.
Set DIT_ENGINE_HOME to keep it elsewhere: another folder is another engine.
END
}

engine_status() {
	local pid code=0
	printf 'version  %s\n' "$version"
	printf 'folder   %s\n' "$home"
	if pid=$(engine_pid) && "$(<"$run/build")/bin/images" answers "$socket" 2>/dev/null; then
		printf 'engine   runs as process %s on unix://%s\n' "$pid" "$socket"
		printf 'build    %s\n' "$(<"$run/build")"
		printf 'registry http://%s\n' "$(<"$run/registry")"
		printf 'network  %s\n' "$(<"$run/network")"
	else
		printf 'engine   does not run\n'
		code=1
	fi
	if [[ -d $home ]]; then
		du --one-file-system --human-readable --max-depth=1 "$home" | sed 's/^/size     /'
	fi
	return "$code"
}

stop_and_tell() {
	local pid
	if pid=$(engine_pid); then
		stop_engine
		say "stopped process $pid"
	else
		stop_engine
		say "no engine runs in $home"
	fi
}

show_logs() {
	local log
	for log in "$logs"/*.log; do
		[[ -e $log ]] || die "no logs in $logs: no engine was ever built or started there"
		printf '==> %s\n' "$log"
		tail -n 40 "$log"
	done
}

# prune keeps the folder itself and the lock, which this call holds.
prune() {
	stop_engine
	find "$home" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf --one-file-system {} +
	say "removed all builds, state and logs from $home"
}
