# shellcheck shell=bash
# The only things outside the cache folder that a running engine needs on this
# machine are in the kernel: a bridge, the forwarding rules of its containers,
# and the switch for IPv4 forwarding. Stopping the engine takes them back.

# choose_network picks a name and an address range for the containers, and keeps
# them for as long as they are free. Each cache folder gets its own.
choose_network() {
	local number octet tries
	number=$(($(cksum <<<"$home" | cut -d ' ' -f 1) % 64))
	for ((tries = 0; tries < 64; tries++)); do
		octet=$((64 + (number + tries) % 64))
		if network_is_free "10.$octet.0.0/16"; then
			printf '%s %s\n' "dit${octet}" "10.$octet.0.0/16" >"$run/network"
			return
		fi
	done
	die "no address range 10.64.0.0/16 to 10.127.0.0/16 is free for containers: remove one of the routes that \"ip route\" lists"
}

# network_is_free succeeds if no route but the default one and that of the bridge
# that this folder's last engine left overlaps the range. A bridge of the same name
# may be another folder's: numbers are few.
network_is_free() {
	local routes last=''
	[[ ! -e $run/network ]] || read -r last _ <"$run/network"
	routes=$({
		ip -4 route show table main root "$1"
		ip -4 route show table main match "$1"
	} | grep -v -e '^default' ${last:+-e " dev ${last}0 "} || true)
	[[ -z $routes ]]
}

# forget_network removes the bridge and the rules that an engine left behind.
forget_network() {
	local name range
	[[ -e $run/network ]] || return 0
	read -r name range <"$run/network"
	ip link delete "${name}0" 2>/dev/null || true
	type -P iptables-save >/dev/null || return 0
	forget_rules nat "name: \\\"$name\\\""
	forget_rules filter "${range%.0.0/16}."
}

# forget_rules removes the rules of a table that contain a text, and the chains
# that only they used.
forget_rules() {
	local table=$1 text=$2 rules chains
	rules=$(iptables-save -t "$table" | grep -e '^-A \(POSTROUTING\|CNI-\)' | grep -F -e "$text" || true)
	if [[ -n $rules ]]; then
		chains=$(sed -n 's/.* -j \(CNI-[0-9a-f]*\)$/-X \1/p' <<<"$rules" | sort -u)
		printf '*%s\n%s\n%s\nCOMMIT\n' "$table" "${rules//-A /-D }" "$chains" | iptables-restore --wait --noflush
	fi
	if [[ $table == filter && $(iptables-save -t filter | grep -c '^-A CNI-') == 1 ]]; then
		printf '%s\n' '*filter' '-D FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD' \
			'-F CNI-FORWARD' '-X CNI-FORWARD' '-X CNI-ADMIN' COMMIT | iptables-restore --wait --noflush
	fi
}

# allow_forwarding lets packets of containers leave the machine, and remembers
# what the switch was.
allow_forwarding() {
	local switch=/proc/sys/net/ipv4/ip_forward
	[[ $(<$switch) == 0 ]] || return 0
	echo 0 >"$run/forwarding-was"
	echo 1 >$switch
}

# restore_forwarding turns the switch back, unless the engine of another folder
# needs it too.
restore_forwarding() {
	[[ -e $run/forwarding-was ]] || return 0
	! ip -brief link | grep -q '^dit[0-9]*0 ' || return 0
	cat "$run/forwarding-was" >/proc/sys/net/ipv4/ip_forward
	rm -f "$run/forwarding-was"
}
