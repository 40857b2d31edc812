# shellcheck shell=bash
# What the machine offers: a container runtime, a dagger command, Go, Debian
# packages. Sourced by tools/dagger.

# Debian packages that an engine needs, each with a file that proves it. Files
# without a slash are commands.
packages=(
	runc:runc
	dnsmasq-base:dnsmasq
	iptables:iptables
	iproute2:ip
	git:git
	mmdebstrap:mmdebstrap
	containernetworking-plugins:/usr/lib/cni/bridge
	ca-certificates:/etc/ssl/certs/ca-certificates.crt
	debian-archive-keyring:/usr/share/keyrings/debian-archive-keyring.gpg
)

# runtime_answers succeeds if dagger can start its engine as a container. A
# command without its daemon does not count.
runtime_answers() {
	local runtime
	for runtime in docker podman nerdctl finch; do
		if command -v "$runtime" >/dev/null && timeout 20 "$runtime" info >/dev/null 2>&1; then
			return 0
		fi
	done
	return 1
}

# installed_dagger prints the path of a dagger of the right version on PATH.
# This script itself may be on PATH under that name.
installed_dagger() {
	local candidate
	while read -r candidate; do
		[[ $(readlink -f "$candidate") == "$tools/dagger" ]] && continue
		if [[ $("$candidate" version 2>/dev/null) == "dagger $version "* ]]; then
			printf '%s\n' "$candidate"
			return 0
		fi
	done < <(type -aP dagger)
	return 1
}

# go_command prints the path of a Go that is new enough to build the engine.
go_command() {
	local go wanted found
	wanted=$(sed -n 's/^go //p' "$recipe/go.mod")
	go=$(type -P go || type -P /usr/local/go/bin/go) ||
		die "no Go on PATH: install Go $wanted or newer from https://go.dev/dl/ (Debian's own golang package is older than that)"
	found=$(GOTOOLCHAIN=local "$go" env GOVERSION)
	if [[ $(printf '%s\n' "$wanted" "${found#go}" | sort -V | head -n 1) != "$wanted" ]]; then
		die "$go is $found, which is too old: install Go $wanted or newer from https://go.dev/dl/ (Debian's own golang package is older than that)"
	fi
	printf '%s\n' "$go"
}

# require_system ends with one sentence if an engine cannot run here.
require_system() {
	local os_release=${1:-/etc/os-release} user=${2:-$EUID}
	if ! grep -qsE '^ID(_LIKE)?=.*debian' "$os_release"; then
		die "no container runtime answers and this is not Debian: install and start Docker (https://docs.docker.com/engine/install/)"
	fi
	if [[ $user != 0 ]]; then
		die "no container runtime answers and this is not root: install and start Docker (https://docs.docker.com/engine/install/), or run this as root"
	fi
	case $home/ in
	/etc/* | /run/* | /usr/local/*)
		die "the engine cannot keep its files in $home: set DIT_ENGINE_HOME to a folder outside /etc, /run and /usr/local"
		;;
	esac
}

# missing_packages prints the names of the packages that are not installed.
missing_packages() {
	local entry
	for entry in "${packages[@]}"; do
		if ! type -P "${entry#*:}" >/dev/null && ! [[ -e ${entry#*:} ]]; then
			printf '%s\n' "${entry%%:*}"
		fi
	done
}

# install_packages installs what is missing from Debian's own archive.
install_packages() {
	local missing
	mapfile -t missing < <(missing_packages)
	((${#missing[@]})) || return 0
	say "installing Debian packages: ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	# A third party's source may be out of reach; Debian's own decide.
	logged packages.log apt-get -o DPkg::Lock::Timeout=300 update || true
	logged packages.log apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "${missing[@]}"
}

# The system's own programs may be missing from the PATH of a plain root shell.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
