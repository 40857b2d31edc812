# shellcheck shell=bash
# Names, messages and the lock that the other parts share. Sourced by
# tools/dagger, which sets tools.

recipe=$tools/engine

# Everything is kept below this folder: builds, the engine's state, its logs.
home=${DIT_ENGINE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/dit/engine}
run=$home/run
logs=$home/log
socket=$run/engine.sock

say() {
	printf 'dit engine: [%3ds] %s\n' "$SECONDS" "$*" >&2
}

die() {
	printf 'dit engine: %s\n' "$*" >&2
	exit 1
}

# wanted_version prints the engine version that dagger.json asks for. It must be
# the one that the recipe builds.
wanted_version() {
	local wanted pinned
	wanted=$(sed -n 's/.*"engineVersion": *"\([^"]*\)".*/\1/p' "$tools/../dagger.json")
	pinned=$(sed -nE 's/^(require )?[[:space:]]*github.com\/dagger\/dagger (v[^ ]*).*/\2/p' "$recipe/go.mod")
	if [[ $wanted != "$pinned" ]]; then
		die "dagger.json asks for engine ${wanted:-without a version}, but tools/engine/go.mod builds $pinned: set both to the same version"
	fi
	printf '%s\n' "$wanted"
}

# build_of prints the folder of a build: "engine" is everything, "dagger" only
# the command. Its name changes with whatever changes the result.
build_of() {
	local hash
	hash=$(
		cd "$recipe" || exit
		{
			"$(go_command)" env GOVERSION GOARCH
			cat go.mod go.sum distconsts/* build.sh
			find images -name '*.go' ! -name '*_test.go' | LC_ALL=C sort | xargs cat
		} | sha256sum
	)
	printf '%s/%s-%s-%s\n' "$home" "$version" "$1" "${hash:0:12}"
}

# with_lock runs a command while no other call builds, starts or stops. It gets
# no input: that belongs to dagger. The lock is that of an open file, so it ends with its holder, however it ends.
with_lock() {
	mkdir -p "$home"
	exec 9>"$home/lock"
	if ! flock --nonblock 9; then
		say "waiting for another call that builds, starts or stops the engine"
		flock 9
	fi
	"$@" </dev/null
	exec 9>&-
}

# logged runs a command with its output in a log file. If it fails, the end of
# the log is shown.
logged() {
	local log=$logs/$1
	shift
	mkdir -p "$logs"
	if ! "$@" >>"$log" 2>&1; then
		tail -n 30 "$log" >&2
		say "failed: $1 (all of its output is in $log)"
		return 1
	fi
}

version=$(wanted_version)
