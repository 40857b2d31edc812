# shellcheck shell=bash
# Starts an engine, finds the one that runs, and stops it. Sourced by
# tools/dagger.

# ensure_built makes the build "engine" or "dagger" unless it exists.
ensure_built() {
	local target
	go_command >/dev/null
	target=$(build_of "$1")
	[[ -d $target ]] && return
	# shellcheck source=engine/build.sh
	source "$recipe/build.sh"
	build "$1" "$target"
}

# ensure_engine leaves an engine of the right build running.
ensure_engine() {
	engine_answers && return
	install_packages
	ensure_built engine
	stop_engine
	start_engine
}

# engine_answers succeeds if an engine of the right version runs and its socket
# accepts a connection. It may be the build of another checkout, whose work a
# restart would cut off.
engine_answers() {
	local build
	[[ -e $run/build ]] || return 1
	build=$(<"$run/build")
	[[ $build == "$home/$version-engine-"* ]] && engine_pid >/dev/null &&
		"$build/bin/images" answers "$socket" 2>/dev/null
}

# use_engine becomes dagger, as a client of our engine.
use_engine() {
	local build
	build=$(<"$run/build")
	if [[ $build != "$(build_of engine)" ]]; then
		say "using an engine that was built from other files of tools/engine; \"tools/dagger --engine stop\" ends it"
	fi
	export _EXPERIMENTAL_DAGGER_RUNNER_HOST=unix://$socket
	exec "$build/bin/dagger" "$@"
}

# engine_pid prints the process that holds the engine's namespaces, if it is
# alive and ours: a number that was reused has another start time.
engine_pid() {
	local pid started
	[[ -e $run/pid ]] || return 1
	read -r pid started <"$run/pid" || return 1
	[[ -n $pid && $(start_time "$pid") == "$started" ]] || return 1
	printf '%s\n' "$pid"
}

# start_time prints when a process started, in clock ticks since boot.
start_time() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# The second field is a name in brackets and may hold spaces.
	awk '{print $20}' <<<"${stat##*) }"
}

start_engine() {
	local build pid began=$SECONDS
	build=$(build_of engine)
	mkdir -p "$run" "$logs" "$home/state"
	rm -f "$socket" "$run/registry"
	choose_network
	allow_forwarding
	say "starting engine $version"
	# The parent process holds the namespaces. When it or the first process in
	# them ends, the kernel ends all the others: engine, registry, containers.
	setsid unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
		bash "$recipe/inside.sh" "$build" "$run" "$home/state" "$(<"$run/network")" \
		>"$logs/engine.log" 2>&1 </dev/null 9>&- &
	pid=$!
	printf '%s %s\n' "$pid" "$(start_time "$pid")" >"$run/pid"
	printf '%s\n' "$build" >"$run/build"
	until "$build/bin/images" answers "$socket" 2>/dev/null; do
		if ! engine_pid >/dev/null || ((SECONDS - began > 120)); then
			tail -n 30 "$logs/engine.log" >&2
			die "the engine did not start; its log is $logs/engine.log"
		fi
		sleep 0.2
	done
	say "engine answers on unix://$socket"
}

# stop_engine ends the engine and everything it started. It asks first: the
# engine wants to write its state to disk.
stop_engine() {
	local pid first waited=0
	if pid=$(engine_pid); then
		first=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
		# shellcheck disable=SC2086 # at most one number, with a space behind it
		[[ -z $first ]] || kill -TERM $first 2>/dev/null || true
		while engine_pid >/dev/null; do
			if ((waited++ == 300)); then
				kill -KILL "$pid" 2>/dev/null || true
			fi
			sleep 0.1
		done
	fi
	rm -f "$run/pid" "$run/build" "$socket"
	forget_network
	restore_forwarding
}

# shellcheck source=engine/network.sh
source "$recipe/network.sh"
