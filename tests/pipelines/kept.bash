# What the tests of machines share that are set up and kept in order.  Needs
# common.bash.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154

# PROFILE, with nothing but what is in it
profile() {
	printf '<profile name="a">%s</profile>\n' "$1" >site/profile.xml
	chmod 600 site/profile.xml
}

# A fleet with keys alone, set up; its state can go to another peer.
set_up_keys() {
	site_of_lists "$1"
	profile "$2"
	hellos fleet/fleet.tsv | store-load -d site
	peer_start -t 900 --state state
	first=$(date +%s)
	sweep_all
	n=$(store-dump -d site -k devices | grep -c $'\tverified\t')
	[ "$n" = "$1" ]
}

# again [AMTPEER OPTION...]: another peer at the same ports, whose machines know
# what they knew.
again() {
	peer_end
	peer_start -t 900 --state state -P "$tls" -p "$plain" "$@"
}
