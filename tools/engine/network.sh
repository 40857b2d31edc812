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
		if network_is_free "10.$octet.0.0/16" "dit${octet}"; then
			printf '%s %s\n' "dit${octet}" "10.$octet.0.0/16" >"$run/network"
			return
		fi
	done
	die "no address range 10.64.0.0/16 to 10.127.0.0/16 is free for containers: remove one of the routes that \"ip route\" lists"
}

# network_is_free succeeds if no route but the default one and our own bridge's
# overlaps the range.
network_is_free() {
	local routes
	routes=$({
		ip -4 route show table main root "$1"
		ip -4 route show table main match "$1"
	} | grep -v -e '^default' -e " dev ${2}0 " || true)
	[[ -z $routes ]]
}

# forget_network removes the bridge and the rules that an engine left behind.
# The rules are those whose comment, or chain, belongs to our containers.
forget_network() {
	local name range rule table
	[[ -e $run/network ]] || return 0
	read -r name range <"$run/network"
	ip link delete "${name}0" 2>/dev/null || true
	command -v iptables >/dev/null || return 0
	for table in nat filter; do
		while read -r rule; do
			# The rule is printed the way iptables itself reads it.
			xargs iptables -w -t "$table" <<<"-D ${rule#-A }" 2>/dev/null || true
		done < <(iptables -w -t "$table" -S 2>/dev/null | grep -F -e "name: \\\"$name\\\"" -e "-s ${range%.0.0/16}." -e "-d ${range%.0.0/16}.")
	done
}

# allow_forwarding lets packets of containers leave the machine, and remembers
# what the switch was.
allow_forwarding() {
	local switch=/proc/sys/net/ipv4/ip_forward
	[[ $(<$switch) == 0 ]] || return 0
	echo 0 >"$run/forwarding-was"
	echo 1 >$switch
}

restore_forwarding() {
	[[ -e $run/forwarding-was ]] || return 0
	cat "$run/forwarding-was" >/proc/sys/net/ipv4/ip_forward
	rm -f "$run/forwarding-was"
}
