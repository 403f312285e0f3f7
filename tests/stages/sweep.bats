# shellcheck shell=bash disable=SC2154 # run sets stderr
# sweep against peers that are not ours - GnuTLS, stunnel with lighttpd,
# machines that hang - and against our simulated fleet.
# slow
bats_require_minimum_version 1.5.0

load sweep

@test "the OpenSSL here has the suites that AMT knows, at TLS 1.0 too" {
	run -0 openssl ciphers -tls1 -s -psk PSK-AES256-CBC-SHA:PSK-AES128-CBC-SHA:@SECLEVEL=0
	[ "$output" = PSK-AES256-CBC-SHA:PSK-AES128-CBC-SHA ]
}

# --- independent peers ---

@test "with the right key a GnuTLS server is reached at TLS 1.0, 1.1 and 1.2" {
	one_job
	for version in 1.0 1.1 1.2; do
		start_gnutls "$(only "$version")"
		run -0 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
		# it answers a POST with no HTTP at all: the handshake is over
		[ "$(ends 5)" = REPLY-BAD ]
		grep -q "Version: TLS$version" server.log
		grep -q "Connected as '$pid'" server.log
		kill "${children[-1]}"
	done
}


@test "a server from before secure renegotiation is reached" {
	start_gnutls "$(only 1.0 :%DISABLE_SAFE_RENEGOTIATION:%NO_EXTENSIONS)"
	one_job
	run -0 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "$(ends 5)" = REPLY-BAD ]
}

@test "a wrong key is TLS-KEY-REFUSED" {
	start_gnutls "$(only 1.0)"
	job 127.0.0.1 "$pid" "$other_pps"
	jobs_end
	run -0 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "$(ends 5)" = TLS-KEY-REFUSED ]
	[[ $output != *"$other_pps"* ]]
}

@test "an identity that the server does not know is TLS-KEY-REFUSED" {
	start_gnutls "$(only 1.2)" LAB70011
	one_job
	run -0 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "$(ends 5)" = TLS-KEY-REFUSED ]
}

@test "a server without our suites is TLS-FAILED" {
	start_gnutls 'NORMAL:-VERS-ALL:+VERS-TLS1.0:-KX-ALL:+PSK:-CIPHER-ALL:+ARCFOUR-128:-MAC-ALL:+SHA1'
	one_job
	run -0 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "$(ends 5)" = TLS-FAILED ]
}

# digest over PSK: stunnel before lighttpd, with a realm as AMT's
start_digest() {
	local back
	echo 'admin:Adm1n!pw' >users
	mkdir www
	cat >lighttpd.conf <<-EOF
		server.document-root = "$BATS_TEST_TMPDIR/www"
		server.bind = "127.0.0.1"
		server.modules = ("mod_auth", "mod_authn_file", "mod_accesslog")
		accesslog.filename = "$BATS_TEST_TMPDIR/access.log"
		accesslog.format = "%s %r"
		auth.backend = "plain"
		auth.backend.plain.userfile = "$BATS_TEST_TMPDIR/users"
		auth.require = ("/" => ("method" => "digest", "require" => "valid-user",
		    "realm" => "Digest:A4070000000000000000000000000000", "algorithm" => "MD5"))
	EOF
	free_port
	back=$port
	echo "server.port = $back" >>lighttpd.conf
	start /usr/sbin/lighttpd -D -f lighttpd.conf
	start_psk
}

# TLS with our key before what listens on $port.
start_psk() {
	local back=$port
	printf '%s:%s\n' "$pid" "$(printf %s "$pps" | xxd -p -c 64)" >psk.txt
	chmod 600 psk.txt
	free_port
	cat >stunnel.conf <<-EOF
		foreground = yes
		pid =
		[psk]
		accept = 127.0.0.1:$port
		connect = 127.0.0.1:$back
		ciphers = PSK-AES128-CBC-SHA:@SECLEVEL=0
		PSKsecrets = $BATS_TEST_TMPDIR/psk.txt
		sslVersionMin = TLSv1
		sslVersionMax = TLSv1
	EOF
	start stunnel4 stunnel.conf
}

# lighttpd writes its log when it ends; only the shell that began it can wait.
access_log() {
	kill -INT "${children[0]}"
	wait "${children[0]}" || :
}

@test "the right password gets past digest over PSK" {
	start_digest
	job 127.0.0.1 "$pid" "$pps" 'Wr0ng!pw,Adm1n!pw'
	jobs_end
	run -0 --separate-stderr sweep -t 10 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = HTTP-STATUS ] # 404: there is no AMT behind it
	access_log
	grep -q '^404 POST /wsman HTTP/1.1' access.log
}

@test "wrong passwords are tried, once more five seconds later, and then LOGIN-REFUSED" {
	start_digest
	job 127.0.0.1 "$pid" "$pps" 'Wr0ng!pw,Wr1ng!pw'
	jobs_end
	run -0 --separate-stderr sweep -t 20 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = LOGIN-REFUSED ]
	[[ $output != *'ng!pw'* ]]
	[[ $stderr != *'ng!pw'* ]]
	access_log
	grep -q '^401' access.log
	! grep -qv '^401' access.log
}

# A web server that asks with the lines of $1 and says 404 to who answers that,
# with the digest of Adm1n!pw.
start_challenger() {
	printf '%s' "$1" >challenge
	cat >serve <<-'EOF'
		md5() { printf '%s' "$1" | md5sum | cut -c 1-32; }
		field() { sed -n "s/.*[ ,]$1=\"\{0,1\}\([^\",]*\).*/\1/p" <<<"$answer"; }
		say() {
			printf 'HTTP/1.1 %s\r\n%sContent-Length: 0\r\n\r\n' "$1" "$2"
			[ "$1" != 404 ] || echo 404 >>log
		}
		user=$(md5 "admin:$realm:Adm1n!pw")
		while :; do
			answer='' len=0
			while read -r line && [ "$line" != $'\r' ]; do
				case ${line,,} in
				content-length:*) len=${line##* } ;;
				authorization:*) answer=${line%$'\r'} ;;
				esac
			done
			[ -n "$line" ] || exit 0
			body=$(head -c "${len%$'\r'}"; echo .)
			what=POST:/wsman
			[ "$(field qop)" != auth-int ] || what+=":$(md5 "${body%.}")"
			proof=$(md5 "$user:n0nce:$(field nc):$(field cnonce):$(field qop):$(md5 "$what")")
			if [ -n "$answer" ] && [ "$(field response)" = "$proof" ]; then
				say 404
			else
				say 401 "$(cat challenge)"$'\r\n'
				[ -z "${closes-}" ] || { head -c 1 && exit; } >/dev/null
			fi
		done
	EOF
	free_port
	realm='Digest:A4070000000000000000000000000000' start socat \
		"TCP-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" EXEC:'bash serve'
	start_psk
}

@test "each form of a digest challenge is answered" {
	local realm='realm="Digest:A4070000000000000000000000000000"' form
	for form in "Digest $realm,,nonce=\"n0nce\", , qop=\"auth\"," \
		"Digest $realm,nonce=\"n0nce\",qop=\"auth-int, auth\"" \
		"Digest $realm,nonce=\"n0nce\",qop=\"auth-int\"" \
		"Negotiate, Digest $realm,nonce=\"s\",qop=\"auth\",algorithm=SHA-256, Digest $realm,nonce=\"n0nce\",qop=\"auth\",algorithm=MD5"; do
		start_challenger "WWW-Authenticate: $form"
		[ -e jobs.done ] || one_job
		touch jobs.done
		run -0 --separate-stderr sweep -t 10 -P "$port" -p 1 jobs.tsv
		[ "$(ends 5)" = HTTP-STATUS ] # 404: there is no AMT behind it
	done
	[ "$(wc -l <log)" = 4 ]
}

@test "a machine that closes after each 401 gets its answers on new connections" {
	export closes=yes
	start_challenger 'WWW-Authenticate: Digest realm="Digest:A4070000000000000000000000000000",nonce="n0nce",qop="auth"'
	job 127.0.0.1 "$pid" "$pps" 'Wr0ng!pw,Adm1n!pw'
	jobs_end
	run -0 --separate-stderr sweep -t 10 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = HTTP-STATUS ] # 404: there is no AMT behind it
}

@test "a 401 that asks for no digest is HTTP-STATUS: no password was refused" {
	start_challenger 'WWW-Authenticate: Basic realm="x"'
	one_job
	run -0 --separate-stderr sweep -t 10 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5)" = HTTP-STATUS ]
	[[ $(ends 6) == *'401, and no digest'* ]]
}

# --- machines that do not answer ---

@test "nothing listening is CONNECT-REFUSED" {
	free_port
	one_job
	run -0 --separate-stderr sweep -t 10 -P "$port" -p "$port" jobs.tsv
	[ "$(ends 5)" = CONNECT-REFUSED ]
	[ "$stderr" = "" ]
}

# --- streams ---

@test "the example of the manual runs as it stands" {
	cd "$AMT_TEST_BUILD/samples"
	run -0 --separate-stderr sweep -t 10 -P 1 jobs/lab7.tsv
	[ "$(ends 5 | sort -u)" = CONNECT-REFUSED ]
	[ "${lines[-1]}" = $'@end\t2\t0' ]
}

@test "of a cut jobs stream those jobs are run that are complete" {
	free_port
	job 127.0.0.1
	run -65 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "$(ends 5)" = CONNECT-REFUSED ]
	[ "${lines[-1]}" = $'@end\t1\t0' ]
	[ "$stderr" = "sweep: jobs.tsv:6: stream is cut: it has no @end line" ]
}

# results_of N: until so many jobs of the running sweep have ended
results_of() {
	for _ in {1..300}; do
		[ "$(grep -c $'\tfailed\t' out)" -lt "$1" ] || return 0
		sleep 0.1
	done
	cat out
	return 1
}

@test "a job that comes while others are worked on joins them, also when its line comes in two parts" {
	free_port
	mkfifo input
	: >out
	sweep -t 60 -P "$port" -p "$port" <input >>out 3>&- &
	sweeper=$!
	children+=("$sweeper")
	exec 5>input
	job 127.0.0.1
	cat jobs.tsv >&5
	job 127.0.0.1
	tail -n 1 jobs.tsv | head -c 40 >&5
	results_of 1
	tail -n 1 jobs.tsv | tail -c +41 >&5
	results_of 2
	jobs_end
	tail -n 1 jobs.tsv >&5
	exec 5>&-
	wait "$sweeper"
	[ "$(tail -n 1 out)" = $'@end\t2\t0' ]
}

@test "no more machines of one network are asked than -n says; others take their places" {
	free_port
	start mute "$port"
	for i in {1..4}; do
		job "127.7.0.$i"
	done
	job 127.7.1.1
	job 127.7.1.2
	job 127.7.1.3
	jobs_end
	run -75 --separate-stderr sweep -t 4 -n 2 -P "$port" -p 1 jobs.tsv
	[ "$(ends 5 | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = ' 3 RUN-TIME-UP; 4 TLS-TIMEOUT;' ]
	awk -F '\t' '$5 == "TLS-TIMEOUT" { print substr($2, 36) }' <<<"$output" | sort | tr '\n' ' ' | grep -qx '1 2 5 6 '
}

@test "an empty input is no jobs stream" {
	run -65 --separate-stderr sweep -t 10 /dev/null
	[ "${lines[1]}" = $'@end\t0\t0' ]
	[[ $stderr == *'no jobs stream'* ]]
}

@test "a stream of another kind is refused" {
	printf '@results/2\tjob\tuuid\tat\tmilestone\treason\tdetail\tfirmware\trealm\n@end\t0\t0\n' >jobs.tsv
	run -65 --separate-stderr sweep -t 10 jobs.tsv
	[[ $stderr == 'sweep: jobs.tsv:1: wrong kind of stream (got @results, expected @chains, @settings or @jobs)' ]]
}

@test "jobs of another version are refused by number" {
	sed -i 's,^@jobs/3\t,@jobs/2\t,' jobs.tsv
	jobs_end
	run -65 --separate-stderr sweep -t 10 jobs.tsv
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == 'sweep: jobs.tsv:5: stream of another version or with other columns (got "@jobs/2", expected @jobs/7 with 22 columns)' ]]
	sed -i -e 's,^@settings/1\t,@settings/2\t,' jobs.tsv
	run -65 --separate-stderr sweep -t 10 jobs.tsv
	[[ $stderr == 'sweep: jobs.tsv:1: stream of another version or with other columns (got "@settings/2", expected @settings/1 with 4 columns)' ]]
}

@test "a job whose profile has no settings is refused, the others still run" {
	free_port
	job 127.0.0.1
	job 127.0.0.1
	sed -i '7s/\tdefault\t/\tother\t/' jobs.tsv
	jobs_end
	run -65 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "$stderr" = 'sweep: jobs.tsv:7: profile: no settings of "other" came before this job (expected them in a settings stream)' ]
	[ "$(ends 5)" = CONNECT-REFUSED ]
	[ "${lines[-1]}" = $'@end\t1\t1' ]
}

@test "settings that nobody knows or that are given twice are refused" {
	sed -i -e '2s/ping/pong/' -e '3s/keep/maybe/' jobs.tsv
	jobs_end
	run -65 --separate-stderr sweep -t 10 jobs.tsv
	[ "${stderr_lines[0]}" = 'sweep: jobs.tsv:2: setting: unknown (got "pong")' ]
	[ "${stderr_lines[1]}" = 'sweep: jobs.tsv:3: rmcp-ping: got "maybe", expected keep, off or on' ]
	sed -i -e '2,3s/.*/default\tping\t\ton/' jobs.tsv
	run -65 --separate-stderr sweep -t 10 jobs.tsv
	[ "$stderr" = 'sweep: jobs.tsv:3: setting: ping is given twice' ]
}

@test "a machine is not set up with a part of its profile's settings" {
	free_port
	one_job
	cp jobs.tsv good.tsv
	for wrong in 's/ping\t\ton/vlan\t\t7/' 's/on$/maybe/' 's/\t\ton/\ton/' '3s/rmcp-//'; do
		sed "$wrong" good.tsv >jobs.tsv
		run -65 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
		[ "${stderr_lines[1]}" = 'sweep: jobs.tsv:6: profile: a record in a settings stream was refused, so "default" may lack a setting (expected all of them)' ]
		[ "${lines[-1]}" = $'@end\t0\t2' ]
	done
	# What the program before refused, it does not hand on.
	sed '4s/.*/@end\t2\t1/' good.tsv >jobs.tsv
	run -65 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "${stderr_lines[0]}" = 'sweep: jobs.tsv:6: profile: a record in a settings stream was refused, so "default" may lack a setting (expected all of them)' ]
	run -0 sweep -t 10 -P "$port" good.tsv
	[ "$(ends 5)" = CONNECT-REFUSED ]
}

@test "settings without jobs are no jobs stream" {
	settings default on keep >only.tsv
	run -65 --separate-stderr sweep -t 10 only.tsv
	[[ $stderr == *'no jobs stream'* ]]
}

@test "a stream without a job ends well" {
	jobs_end
	run -0 --separate-stderr sweep -t 10 jobs.tsv
	[ "${lines[1]}" = $'@end\t0\t0' ]
	[ "$stderr" = "" ]
}

@test "a bad record is named and refused, the good one still runs" {
	free_port
	job localhost
	job 127.0.0.1 LAB7000B
	job 127.0.0.1 "$pid" "${pps%3}4"
	job 127.0.0.1 "$pid" "$pps" 'one,,two'
	job 127.0.0.1 "$pid" "$pps" 'Adm1n!pw' 'tomorrow'
	job 127.0.0.1
	sed -i '9s/\tpsk\t/\tpkx\t/' jobs.tsv
	jobs_end
	run -65 --separate-stderr sweep -t 10 -P "$port" jobs.tsv
	[ "$(ends 5)" = CONNECT-REFUSED ]
	[ "${lines[-1]}" = $'@end\t1\t5' ]
	[ "${#stderr_lines[@]}" = 5 ]
	[[ ${stderr_lines[0]} == 'sweep: jobs.tsv:6: address: not an IP address (got "localhost"'* ]]
	[[ ${stderr_lines[1]} == 'sweep: jobs.tsv:7: pid: '* ]]
	[[ ${stderr_lines[2]} == 'sweep: jobs.tsv:8: pps: '* ]]
	[[ ${stderr_lines[3]} == 'sweep: jobs.tsv:9: auth: '* ]]
	[[ ${stderr_lines[4]} == 'sweep: jobs.tsv:10: not_after: '* ]]
	[[ $stderr != *"${pps%3}"* ]]
}

@test "results that cannot be written end the run before a machine is touched" {
	free_port
	start_gnutls "$(only 1.2)"
	one_job
	run -74 bash -c "sweep -t 10 -P $port jobs.tsv >/dev/full"
	run -74 bash -c "sweep -t 10 -P $port jobs.tsv >&-"
	[[ $output == *'standard output'* ]]
	! grep -q 'PSK authentication' server.log
}

@test "when the reader of the results goes, the machines are left alone" {
	free_port
	for _ in {1..2000}; do
		job 127.7.0.1
	done
	jobs_end
	run -74 bash -c "set -o pipefail; { sweep -t 20 -j 1 -P $port jobs.tsv; } | head -n 2 >/dev/null"
	[[ $output == *'standard output'* ]]
}

@test "more in flight than files can be open is wrong usage" {
	one_job
	run -64 bash -c 'ulimit -n 100; sweep -t 5 -j 200 jobs.tsv'
	[[ $output == *'-j: too many for the limit of open files'* ]]
	run -64 sweep -t 5 -j 60001 jobs.tsv
	run -64 sweep jobs.tsv
}

# --- the simulated fleet ---

@test "twenty machines are set up, and say so themselves" {
	start_fleet -n 20 --
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 4 | sort | uniq -c | tr -s ' ')" = ' 20 verified' ]
	[ "$(ends 7 | grep -c '^[0-9]*\.[0-9.]*$')" = 20 ]
	milestones=$(awk -F '\t' -v uuid="$(sed -n 2p fleet/fleet.tsv | cut -f 2)" \
		'$2 == uuid && $14 == "" { printf "%s ", $4 }' <<<"$output")
	[ "$milestones" = 'reached clock-set admin-set named committed verified ' ]
	finals >said
	[ "$(grep -c 'state=2 host=pc-00[0-9][0-9] domain=example.com .* clock-set=1 commits=1 admin-sets=1 ' said)" = 20 ]
	[ "$(passwords_known said)" = 20 ]
}

@test "each fault of a machine has its reason, and the others are set up" {
	start_fleet -n 25 -F close-connect -F close-tls -F wrong-pps -F intolerant \
		-F auth-refuse -F locked=1 -F drop-after=4 -F drop-after=4,once -F html -F garbage \
		-F bad-xml -F big=60000 -F big=300000 -F lost-commit -F close-401 \
		-F strict-password -F stale=0 -F tls=1.0 -F tls=1.2 \
		-F suite=PSK-AES256-CBC-SHA --
	run -0 --separate-stderr sweep -t 40 -P "$tls" -p "$plain" jobs.tsv
	awk -F '\t' 'NR == FNR { fault[$2] = $8; next }
		$4 == "failed" || $4 == "verified" {
			print (fault[$2] == "" ? "-" : fault[$2]), ($5 == "" ? $4 : $5) }' \
		fleet/fleet.tsv - <<<"$output" | LC_ALL=C sort -u >got
	LC_ALL=C sort >want <<-EOF
		- verified
		auth-refuse LOGIN-REFUSED
		bad-xml REPLY-BAD
		big=300000 REPLY-BAD
		big=60000 verified
		close-401 verified
		close-connect TLS-CLOSED
		close-tls TLS-CLOSED
		drop-after=4 HTTP-CLOSED
		drop-after=4,once verified
		garbage REPLY-BAD
		html HTTP-STATUS
		intolerant verified
		locked=1 verified
		lost-commit verified
		stale=0 verified
		strict-password verified
		suite=PSK-AES256-CBC-SHA verified
		tls=1.0 verified
		tls=1.2 verified
		wrong-pps TLS-KEY-REFUSED
	EOF
	diff want got
}

@test "a sweep that is killed is finished by the next one, no machine twice" {
	start_fleet -n 30 -- -D 50
	for attempt in 1 2 3 4; do
		fleet_jobs "$attempt"
		sweep -t 30 -j 10 -P "$tls" -p "$plain" jobs.tsv >out 2>err 3>&- &
		sleep "0.$((RANDOM % 9 + 1))"
		kill -9 $! || :
		wait $! || :
		cat out >>earlier.tsv
	done
	sleep 1 # who was killed just after a commit finds the machine restarting
	fleet_jobs 5
	run -0 --separate-stderr sweep -t 60 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 4 | sort | uniq -c | tr -s ' ')" = ' 30 verified' ]
	finals >said
	[ "$(grep -c 'state=2 .* commits=1 ' said)" = 30 ]
	[ "$(passwords_known said)" = 30 ]
}

@test "machines that share an address are never mixed up" {
	start_fleet -n 2 --
	# the second job goes to the first one's address, with its own key
	awk -F '\t' 'BEGIN { OFS = "\t" } NR == 7 { $4 = "127.40.0.1" } { print }' \
		jobs.tsv >both.tsv
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" both.tsv
	[ "$(ends 4 | sort | tr '\n' ' ')" = 'failed verified ' ]
	[ "$(ends 5 | sort | tr -d '\n')" = TLS-KEY-REFUSED ]
}

@test "a machine without GetUuid is known by CIM_ComputerSystemPackage" {
	local none=soap-fault=AMT_SetupAndConfigurationService.GetUuid:ActionNotSupported
	start_fleet -n 2 -F "$none" -F "$none,uuid=01020304-0506-0708-090a-000000000000" --
	run -0 --separate-stderr sweep -t 30 -P "$tls" -p "$plain" jobs.tsv
	[ "$(ends 4 | sort | tr '\n' ' ')" = 'failed verified ' ]
	[ "$(ends 5 | sort | tr -d '\n')" = UUID-MISMATCH ]
	[ "$(awk -F '\t' '$4 == "request" { print $5 }' journal |
		grep -c '^CIM_ComputerSystemPackage.Get$')" = 2 ]
}
