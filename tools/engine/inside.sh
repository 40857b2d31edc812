#!/usr/bin/env bash
# The first process in the engine's own namespaces. It gives the engine the
# paths it expects without touching the machine's: what the engine writes below
# /etc (the resolver, certificates), /run and /usr/local goes to memory and is
# gone when it ends. Only the folders it is given are real.
set -euo pipefail

PATH=/usr/local/bin:$PATH
build=$1 run=$2 state=$3
read -r network range <<<"$4"

# overlay makes a folder writable without writing to it.
overlay() {
	local layer=$scratch/layers$1
	mkdir -p "$layer/upper" "$layer/work"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work" "$1"
}

# require_system in host.sh keeps this folder out of /etc, /run and /usr/local, so
# it stays visible when these are covered.
scratch=$run/scratch
mkdir -p "$scratch"
mount -t tmpfs -o mode=700 dit-engine "$scratch"

# These may be mounts or links of the machine, which an overlay does not show.
mkdir "$scratch/etc"
for file in resolv.conf hosts hostname; do
	cat "/etc/$file" >"$scratch/etc/$file" 2>/dev/null || true
done
overlay /etc
overlay /usr/local
for file in resolv.conf hosts hostname; do
	rm -f "/etc/$file"
	cp "$scratch/etc/$file" "/etc/$file"
done

# Commands of iptables on this machine wait for each other through this file.
touch /run/xtables.lock
mkdir "$scratch/run"
mount -t tmpfs -o mode=755 dit-engine "$scratch/run"
touch "$scratch/run/xtables.lock"
mount --bind /run/xtables.lock "$scratch/run/xtables.lock"
mount --rbind "$scratch/run" /run
mkdir -p /var/lib/cni
mount -t tmpfs dit-engine /var/lib/cni

# The paths of tools/engine/distconsts.
mkdir -p /usr/local/bin /usr/local/share/dagger/content
ln -sf "$(type -P runc)" /usr/local/bin/runc
# The engine's name server must leave port 53 of the machine's own addresses
# alone; another server, or another engine, may answer there.
cat >/usr/local/bin/dnsmasq <<END
#!/bin/sh
exec $(type -P dnsmasq) --bind-dynamic "\$@"
END
chmod 755 /usr/local/bin/dnsmasq
rm -f /usr/local/bin/dagger-init
touch /usr/local/bin/dagger-init
mount --bind "$build/bin/init" /usr/local/bin/dagger-init
mount --bind "$build/images" /usr/local/share/dagger/content
DAGGER_GO_SDK_MANIFEST_DIGEST=$(<"$build/sdk-digest")
export DAGGER_GO_SDK_MANIFEST_DIGEST

"$build/bin/images" serve "$build/images" 127.0.0.1:5417 "$run/registry" &
registry=$!
until [[ -e $run/registry ]]; do
	kill -0 "$registry"
	sleep 0.1
done
mirror=$(<"$run/registry")
cat >"$run/engine.toml" <<END
[registry."docker.io"]
  mirrors = ["$mirror"]
[registry."$mirror"]
  http = true
END

# Keep what was built while the disk is not full: at least 20 GB of it.
mkdir -p /etc/dagger
cat >/etc/dagger/engine.json <<END
{"gc": {"reservedSpace": "20GB", "maxUsedSpace": "75%", "minFreeSpace": "5GB"}}
END

"$build/bin/engine" --config "$run/engine.toml" --root "$state" \
	--addr "unix://$run/engine.sock" --network-name "$network" --network-cidr "$range" \
	--oci-cni-binary-dir "$build/cni" &
engine=$!

# Whichever ends first ends the other, and with this process all containers.
trap 'kill -TERM "$engine" 2>/dev/null' TERM
while kill -0 "$engine" 2>/dev/null && kill -0 "$registry" 2>/dev/null; do
	wait -n "$engine" "$registry" || true
done
