# shellcheck shell=bash disable=SC2016,SC2154 # run sets output and stderr
# sign-run: the site's signer program and its CA, asked as sweep does it.
bats_require_minimum_version 1.5.0

uuid=7ab70000-0000-4000-8000-000000000001
name=pc-0001.example.com

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 400 \
		-subj "/CN=Test CA" 2>/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout pc.key -out pc.csr -subj "/CN=$name" \
		-addext "subjectAltName=DNS:$name" 2>/dev/null
}

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	csr=$(openssl req -in "$BATS_FILE_TMPDIR/pc.csr" -outform DER | base64 -w 0)
	# Writes what it is given as packets, and prints as many that come.
	cat >ask <<-'EOF'
		import socket, sys
		s = socket.socket(fileno=3)
		n = 0
		for line in sys.stdin:
		    s.send(line.encode()); n += 1
		for i in range(n):
		    got = s.recv(100000).decode()
		    if got == "":
		        sys.exit(9)
		    sys.stdout.write(got)
		sys.exit(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
	EOF
}

# program BODY: a signer program of this one
program() {
	printf '#!/bin/sh\n%s\n' "$1" >program
	chmod +x program
}

# asks SIGN-RUN-OPTION...: one request, by signer, with the machine's key
asks() {
	printf '1\tsigner\t%s\t%s\t%s\n' "$uuid" "$name" "$csr" |
		sign-run "$@" python3 ask
}

how() {
	cut -f 2 <<<"$output"
}

note() {
	cut -f 3 <<<"$output"
}

# gone PID: it has ended, or does so at once
gone() {
	for _ in {1..50}; do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

# The first certificate of the answer.
leaf() {
	cut -f 4 <<<"$output" | cut -d , -f 1 | base64 -d | openssl x509 -inform DER "$@"
}

@test "the program gets request, name and UUID, and its certificate comes back" {
	program "echo \"\$# \$1 \$2\" >$PWD/args; cat >$PWD/request
		openssl x509 -req -in $PWD/request -CA $BATS_FILE_TMPDIR/ca.pem \
			-CAkey $BATS_FILE_TMPDIR/ca.key -copy_extensions copy -days 100
		cat $BATS_FILE_TMPDIR/ca.pem"
	run -0 --separate-stderr asks -x "$PWD/program"
	[ "$stderr" = "" ]
	[ "$(how)" = signed ]
	[ "$(cat args)" = "2 $name $uuid" ]
	cmp request "$BATS_FILE_TMPDIR/pc.csr"
	leaf -out leaf.pem
	openssl verify -CAfile "$BATS_FILE_TMPDIR/ca.pem" -verify_hostname "$name" leaf.pem
	[ "$(cut -f 4 <<<"$output" | tr , '\n' | wc -l)" = 2 ]
	[ "$(cut -f 5 <<<"$output")" = "" ] # the machine has its key
}

@test "for a machine that makes no keys a key comes with the certificate" {
	program "openssl x509 -req -in /dev/stdin -CA $BATS_FILE_TMPDIR/ca.pem \
		-CAkey $BATS_FILE_TMPDIR/ca.key -copy_extensions copy -days 100"
	run -0 --separate-stderr sign-run -x "$PWD/program" python3 ask \
		<<<"$(printf '1\tsigner\t%s\t%s\t' "$uuid" "$name")"
	[ "$(how)" = signed ]
	leaf -noout -pubkey >from-leaf
	cut -f 5 <<<"$output" | base64 -d | openssl rsa -inform DER -pubout 2>/dev/null | cmp - from-leaf
	leaf -noout -checkhost "$name" | grep -q 'does match'
}

@test "each way to fail has its word, and what the program said last" {
	program 'echo first >&2; echo "no such template" >&2; exit 3'
	run -0 asks -x "$PWD/program"
	[ "$(how) $(note)" = "refused status 3, and it said: no such template" ]
	program 'kill -SEGV $$'
	run -0 asks -x "$PWD/program"
	[ "$(how) $(note)" = "refused ended by signal 11" ]
	program 'exit 0'
	run -0 asks -x "$PWD/program"
	[ "$(how) $(note)" = "broken it printed nothing" ]
	program 'head -c 3000 /dev/urandom'
	run -0 asks -x "$PWD/program"
	[ "$(how)" = broken ]
	program 'cat'
	run -0 asks -x "$PWD/program" # its own request
	[ "$(how)" = broken ]
	program "for i in 1 2 3 4 5 6; do cat $BATS_FILE_TMPDIR/ca.pem; done"
	run -0 asks -x "$PWD/program"
	[ "$(how) $(note)" = "broken it has more than 4 certificates (got 6)" ]
	run -0 asks -x "$PWD/none"
	[ "$(how) $(note)" = "missing $PWD/none: No such file or directory" ]
	run -0 asks
	[ "$(how) $(note)" = "missing SIGNER in site.conf names no program" ]
	printf 'plain text\n' >text && chmod +x text
	run -0 asks -x "$PWD/text"
	[ "$(how) $(note)" = "missing $PWD/text: Exec format error" ]
}

@test "one that writes without end is stopped, and what it says without end is dropped" {
	program 'yes'
	run -0 asks -x "$PWD/program"
	[ "$(how) $(note)" = "broken more than 32768 bytes" ]
	program 'yes >&2'
	run -0 asks -s 1 -x "$PWD/program"
	[ "$(how) $(note)" = "timeout no answer in 1 s" ]
}

@test "one that hangs is killed with all that it started, and others go on" {
	program 'case $1 in pc-0001*) sleep 300 & echo $! >'"$PWD"'/started; sleep 300 ;; *) echo no >&2; exit 1 ;; esac'
	local begin=$SECONDS
	run -0 --separate-stderr sign-run -v -s 2 -j 2 -x "$PWD/program" python3 ask < <(
		printf '1\tsigner\t%s\t%s\t%s\n' "$uuid" "$name" "$csr"
		for i in {2..9}; do
			printf '%d\tsigner\t%s\tpc-000%d.example.com\t%s\n' "$i" "$uuid" "$i" "$csr"
		done
	)
	[ $((SECONDS - begin)) -lt 20 ]
	[ "$(cut -f 1,2 <<<"$output" | tail -n 1)" = "$(printf '1\ttimeout')" ]
	[ "$(cut -f 2 <<<"$output" | sort | uniq -c | tr -s ' \n' ' ')" = " 8 refused 1 timeout " ]
	gone "$(cat started)"
	[[ "$stderr" = *"sign-run: $uuid: $name: no answer in 2 s"* ]]
}

@test "no more than -j run at once" {
	program 'echo begin >>'"$PWD"'/log; sleep 0.3; echo end >>'"$PWD"'/log; exit 1'
	for i in {1..6}; do
		printf '%d\tsigner\t%s\t%s\t%s\n' "$i" "$uuid" "$name" "$csr"
	done >in
	run -0 sign-run -j 2 -x "$PWD/program" python3 ask <in
	[ "$(how | sort -u)" = refused ]
	[ "$(awk '/begin/ { if (++n > most) most = n } /end/ { n-- } END { print most }' log)" = 2 ]
}

@test "the command's end is ours, whatever runs then" {
	program 'sleep 300 & echo $! >'"$PWD"'/started; sleep 300'
	cat >leave <<-'EOF'
		import os, socket, sys, time
		s = socket.socket(fileno=3)
		s.send(sys.stdin.readline().encode())
		while not os.path.exists("started") or os.path.getsize("started") == 0:
		    time.sleep(0.05)
		if sys.argv[1] == "kill":
		    os.kill(os.getpid(), 9)
		sys.exit(int(sys.argv[1]))
	EOF
	for end in 0 75 kill; do
		rm -f started
		run --separate-stderr sign-run -x "$PWD/program" python3 leave "$end" \
			< <(printf '1\tsigner\t%s\t%s\t%s\n' "$uuid" "$name" "$csr")
		[ "$status" = "${end/kill/137}" ]
		gone "$(cat started)"
	done
	run -0 bash -c "sign-run cat </dev/null | wc -c"
	[ "$output" = 0 ]
	run -69 sign-run "$PWD/no-such-command"
	# It has become the command: a signal to it reaches the command.
	cat >patient <<-'EOF'
		import signal, sys, time
		signal.signal(signal.SIGTERM, lambda *a: sys.exit(5))
		open("ready", "w").close()
		time.sleep(30)
	EOF
	sign-run python3 patient </dev/null 3>&- &
	local own=$! code=0
	for _ in {1..600}; do
		[ ! -e ready ] || break
		sleep 0.05
	done
	[ -e ready ]
	kill "$own"
	wait "$own" || code=$?
	[ "$code" = 5 ]
}

@test "nothing is held that would be the command's" {
	# Its lock and its pipes are free as soon as it has ended, though the
	# program still runs.
	program 'sleep 300'
	cat >leave <<-'EOF'
		import os, socket
		s = socket.socket(fileno=3)
		s.send(os.environb[b"AMT_LINE"] + b"\n")
		os.kill(os.getpid(), 9)
	EOF
	touch lock
	run -137 --separate-stderr timeout 20 env "AMT_LINE=$(printf '1\tsigner\t%s\t%s\t%s' "$uuid" "$name" "$csr")" \
		flock lock sign-run -x "$PWD/program" python3 leave
	run -0 flock -n lock true
}

@test "a certificate of the site's CA is for the name, and ends in time and with the CA" {
	amt-init -d site >/dev/null
	printf '1\tlocal\t%s\t%s\t%s\n' "$uuid" "$name" "$csr" >in
	run -0 sign-run -d site python3 ask <in
	[ "$(how) $(note)" = "missing the site has no CA: amt-cert ca makes one" ]
	cert-ca -d site make --cn "Lab machines" --days 1000 -o ca.pem >/dev/null
	run -0 --separate-stderr sign-run -d site -c 100 python3 ask <in
	[ "$stderr" = "" ]
	[ "$(how)" = signed ]
	leaf -out leaf.pem
	openssl verify -x509_strict -purpose sslserver -CAfile ca.pem -verify_hostname "$name" leaf.pem
	openssl x509 -in leaf.pem -noout -checkend $((99 * 86400))
	run ! openssl x509 -in leaf.pem -noout -checkend $((101 * 86400))
	[ "$(cut -f 4 <<<"$output" | tr , '\n' | wc -l)" = 1 ] # who trusts the root has it
	run -0 sign-run -d site -c 3650 python3 ask <in
	leaf -noout -enddate >end
	openssl x509 -in ca.pem -noout -enddate | cmp - end
	# A request that is not its key's, and one with a short key.
	broken=$(base64 -d <<<"$csr" | head -c -1 | cat - <(printf X) | base64 -w 0)
	run -0 sign-run -d site python3 ask <<<"$(printf '1\tlocal\t%s\t%s\t%s' "$uuid" "$name" "$broken")"
	[ "$(how) $(note)" = "refused the request is not signed with the key that is in it" ]
	cert-ca -d site make --new --cn "Short" --days 20 >/dev/null
	run -0 sign-run -d site python3 ask <in
	[ "$(how)" = refused ]
	[[ "$(note)" = "the site's CA ends in 20 days: "* ]]
}

@test "of a CA below another, the one above comes with the certificate" {
	amt-init -d site >/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout sub.key -out sub.csr -subj "/CN=Below" 2>/dev/null
	openssl x509 -req -in sub.csr -CA "$BATS_FILE_TMPDIR/ca.pem" -CAkey "$BATS_FILE_TMPDIR/ca.key" \
		-days 300 -out sub.pem -extfile <(echo basicConstraints=critical,CA:TRUE) 2>/dev/null
	cat sub.pem "$BATS_FILE_TMPDIR/ca.pem" >chain.pem
	cert-ca -d site add chain.pem sub.key >/dev/null
	run -0 sign-run -d site python3 ask <<<"$(printf '1\tlocal\t%s\t%s\t' "$uuid" "$name")"
	[ "$(how)" = signed ]
	[ "$(cut -f 4 <<<"$output" | tr , '\n' | wc -l)" = 2 ]
	leaf -out leaf.pem
	openssl verify -CAfile "$BATS_FILE_TMPDIR/ca.pem" -untrusted sub.pem -verify_hostname "$name" leaf.pem
}

@test "what may not be is refused before anything is begun" {
	program 'exit 0'
	chmod o+w program
	run -78 asks -x "$PWD/program"
	[[ "$output" = *"everybody may change this program"* ]]
	run -64 sign-run -x program true
	run -64 sign-run
	run -64 sign-run -s 0 true
	[[ "$output" = *'-s: not in range (got "0", expected 1 to 3600)'* ]]
	run -66 sign-run -d no-site true
	# A record that is wrong is reported; the others are answered.
	sed -i 's/range(n)/range(n - 1)/' ask
	run -0 --separate-stderr sign-run -x /bin/false python3 ask < <(
		printf '2\tnobody\t%s\t%s\t\n' "$uuid" "$name"
		printf '1\tsigner\t%s\t%s\t%s\n' "$uuid" "$name" "$csr"
	)
	[ "$(how) $(note)" = "refused status 1" ]
	[ "$stderr" = "sign-run: request: by: expected local or signer" ]
}
