# Every command on stores of tests/corpus/stores; see upgrade.bats.
# slow
load upgrade

# A fleet that the names, keys and addresses of the stores belong to.
fleet_start() {
	mkdir fleet
	cp "$fleet/fleet.tsv" fleet
	peer_start
	awk -F'\t' 'BEGIN { print "UUID,FQDN" }
		NR > 1 { print $2 ",pc-" NR - 1 ".lab.example.com" }' fleet/fleet.tsv >list.csv
	hellos fleet/fleet.tsv >all.hello
	# As bytes on a wire: those of machine 5.
	sed -n 6p fleet/fleet.tsv | {
		IFS=$'\t' read -r address uuid pid _
		hex=${uuid//-/}
		printf '0000%s00000000%s%s\n' 0200 \
			"$(sed -E 's/^(..)(..)(..)(..)(..)(..)(..)(..)/\4\3\2\1\6\5\8\7/' <<<"$hex")" \
			"$(printf %s "$pid" | xxd -p)" | xxd -r -p >hello.bin
		echo "$address" >hello.address
	}
}

lists() {
	local kind
	for kind in keys map keystates history batches devices sticks records settlements \
		passwords unnamed lookups hello results; do
		did 0 store-dump -r -d site -k "$kind" "$@"
	done
	did 0 amt-map --conflicts
	did 0 amt-map --conflicts --json
	did 0 amt-map --settled
	did 0 amt-sticks --list
	did 0 amt-sticks --list --json
	did 0 amt-sticks --records
	did 0 amt-report --keys
	mkdir reports
	did 0 amt-report -o reports
	rm -r reports
}

every_command() {
	lists --csv
	did 0 amt-import -b lab7 "$fleet/keys.csv"
	did 0 amt-import -b pool "$fleet/pool.csv"
	did 0 amt-report --keys -b pool -o keys.csv
	did 0 amt-report --history 000057UP
	did 0 amt-map list.csv
	did 0 amt-map --set "$(sed -n 3p fleet/fleet.tsv | cut -f 2)" pc-2.lab.example.com
	did 0 amt-map --prefer list.csv
	did 0 amt-map --undo "$(sql 'SELECT max(id) FROM settlements')"
	did 0 amt-hello --import -a "$(cat hello.address)" hello.bin
	mkdir reports
	did 0 amt-sweep -t 30 -P "$tls" -p "$plain" -o reports
	sql "SELECT uuid FROM machines WHERE state = 'verified'" >verified
	grep -qx "$(sed -n 6p fleet/fleet.tsv | cut -f 2)" verified || {
		echo "$store: machine 5 is not set up"
		store-dump -d site -k devices
		return 1
	}
	did 0 amt-sticks -b pool -n 1 -o stick.img
	did 0 amt-sticks --collect stick.img
	did 0 amt-export -b pool -n 1 --format csv -o partner.csv
	did 0 amt-import --revoke "$(tail -n 1 "$fleet/pool.csv" | cut -d , -f 1)"
	rm -r stick.img partner.csv keys.csv reports
	lists --json
}

# After its upgrade one has the tables of all others (upgrade.bats), so these
# differ most in what is in them: the first, the one of another order, the one
# that was upgraded before, the last.
chosen() {
	if [ -n "${AMT_TEST_ALL-}" ]; then
		stores
	else
		echo 2-first 4-without-rowid 7-was-2
		stores | sort -n | tail -n 1
	fi
}

@test "every command runs on each" {
	fleet_start
	for store in $(chosen); do
		old_site "$store"
		every_command
		kill "$peer" && wait "$peer" || :
		peer_start
	done
}
