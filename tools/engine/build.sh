# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh sets home, logs, recipe and version
# Builds the engine and its images. Sourced by run.sh; a change to this file
# makes a new build.

# The commands that make up an engine. images is ours.
dagger_commands=(dagger engine codegen init dnsname)

# build makes a build in a folder of its own and moves it into place in one
# step, so that a build which exists is complete.
build() {
	local what=$1 target=$2 work
	rm -rf --one-file-system "$home"/building.* 2>/dev/null || true
	work=$(mktemp -d "$home/building.XXXXXX")
	mkdir -p "$logs" "$work/bin"
	: >"$logs/build.log"
	: >"$logs/roots.log"
	if [[ $what == dagger ]]; then
		say "building dagger $version (about 2 minutes on 2 cores)"
		compile "$work" dagger
	else
		build_engine "$work"
	fi
	chmod 755 "$work"
	rm -rf --one-file-system "$target"
	mv -T "$work" "$target"
	say "built $target"
}

build_engine() {
	local work=$1 roots
	trap 'kill $(jobs -p) 2>/dev/null' EXIT
	say "building dagger and its engine $version, and Debian roots beside it (about 4 minutes on 2 cores)"
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc \
		bash -c "$roots_script" bash "$tools" "$work" "$SECONDS" 9>&- &
	roots=$!
	compile "$work" "${dagger_commands[@]}" 9>&-
	say "compiled"
	wait "$roots"
	trap - EXIT
	say "packing images"
	pack_images "$work"
	mkdir "$work/cni"
	cp /usr/lib/cni/{bridge,firewall,host-local,loopback} "$work/bin/dnsname" "$work/cni/"
	rm -rf --one-file-system "$work/tar"
}

# What a build starts is killed when its shell ends, however it ends (setpriv), so
# that the next call builds undisturbed. The roots are made in namespaces of
# their own: no mount or process of theirs outlives the first process in them.
# shellcheck disable=SC2016 # expanded by the shell that runs it
roots_script='
	set -euo pipefail
	tools=$1 SECONDS=$3
	for part in lib host build; do source "$tools/engine/$part.sh"; done
	debian_roots "$2"
'

# compile builds commands of Dagger's module, and images, into the folder bin.
compile() {
	local work=$1 engine=github.com/dagger/dagger/engine
	shift
	logged build.log env -C "$recipe" CGO_ENABLED=0 GOFLAGS=-mod=readonly GOTOOLCHAIN=local GOWORK=off \
		setpriv --pdeathsig KILL "$(go_command)" build -trimpath -buildvcs=false -o "$work/bin/" \
		-ldflags "-s -w -X $engine.Version=$version -X $engine.Tag=$version" \
		"${@/#/github.com/dagger/dagger/cmd/}" ./images
}

# debian_roots makes the file systems of the images, one after the other.
debian_roots() {
	local work=$1
	mkdir -p "$work/tar" "$work/tmp"
	debian_root "$work" bookworm-slim bookworm ""
	debian_root "$work" trixie-slim trixie ""
	debian_root "$work" bookworm-scm bookworm ca-certificates,curl,git
	rm -rf --one-file-system "$work/tmp"
}

# debian_root makes one root: without documentation and without waiting for the
# disk, as Debian's slim images are set.
debian_root() {
	local work=$1 name=$2 suite=$3 include=$4 options=()
	[[ -z $include ]] || options+=("--include=$include")
	debian_sources "$suite" | logged roots.log env TMPDIR="$work/tmp" mmdebstrap \
		--variant=minbase --format=tar "${options[@]}" --dpkgopt=force-unsafe-io \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		"$suite" "$work/tar/$name.tar" -
	say "made root $name"
}

# debian_sources prints the sources of a suite, on the mirror that this machine
# itself uses, if it says so.
debian_sources() {
	local suite=$1 targets main security key=/usr/share/keyrings/debian-archive-keyring.gpg
	# shellcheck disable=SC2016 # the words with a dollar are apt's
	targets=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Identifier: Packages' 2>/dev/null || true)
	main=$(awk '$1 == "Debian" {print $2; exit}' <<<"$targets")
	security=$(awk '$1 == "Debian-Security" {print $2; exit}' <<<"$targets")
	main=${main:-http://deb.debian.org/debian}
	security=${security:-http://deb.debian.org/debian-security}
	printf 'deb [signed-by=%s] %s %s main\n' \
		"$key" "$main" "$suite" "$key" "$main" "$suite-updates" "$key" "$security" "$suite-security"
}

# pack_images writes the OCI layout: the base images that modules name, and the
# image in which the engine compiles modules written in Go.
pack_images() {
	local work=$1 tar goroot release path slim wanted
	tar=$work/tar
	goroot=$("$(go_command)" env GOROOT)
	release=$("$(go_command)" env GOVERSION)
	release=${release#go}
	# Modules name the oldest Go they compile with; a newer one does as well.
	wanted=$(sed -n 's/^go //p' "$recipe/go.mod")
	slim=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	path=/go/bin:/usr/local/go/bin:$slim
	mkdir -p "$tar/go/go/"{bin,src,pkg/mod} "$tar/sdk/usr/"{local/bin,sbin} "$tar/sdk/root/.cache/go-build"
	cp "$work/bin/codegen" "$tar/sdk/usr/local/bin/"
	# On a machine with certificates of its own the engine runs this program around
	# every call of a function, half a second each time. Without it, the engine adds
	# them to the bundle itself.
	: >"$tar/sdk/usr/sbin/.wh.update-ca-certificates"
	tar -cf "$tar/go.tar" --owner=0 --group=0 -C "$tar/go" go
	tar -rf "$tar/go.tar" --owner=0 --group=0 --dereference --transform 's,^\.,usr/local/go,' -C "$goroot" .
	tar -cf "$tar/sdk.tar" --owner=0 --group=0 -C "$tar/sdk" usr root
	cat >"$tar/recipes.json" <<-END
		[
		 {"names": ["library/debian:bookworm-slim", "library/debian:bookworm"],
		  "layers": ["$tar/bookworm-slim.tar"],
		  "env": ["PATH=$slim"], "cmd": ["bash"]},
		 {"names": ["library/debian:trixie-slim", "library/debian:trixie"],
		  "layers": ["$tar/trixie-slim.tar"],
		  "env": ["PATH=$slim"], "cmd": ["bash"]},
		 {"names": ["library/golang:$wanted-bookworm", "library/golang:$release-bookworm"],
		  "layers": ["$tar/bookworm-scm.tar", "$tar/go.tar"],
		  "env": ["PATH=$path", "GOPATH=/go", "GOTOOLCHAIN=local", "GOLANG_VERSION=$release"],
		  "cmd": ["bash"], "workdir": "/go"},
		 {"digestFile": "$work/sdk-digest",
		  "layers": ["$tar/bookworm-scm.tar", "$tar/go.tar", "$tar/sdk.tar"],
		  "env": ["PATH=$path", "GOPATH=/go", "GOTOOLCHAIN=local"]}
		]
	END
	logged build.log "$work/bin/images" pack "$work/images" "$tar/recipes.json"
}
