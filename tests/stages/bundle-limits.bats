#!/usr/bin/env bats
# Each ceiling of a bundle and of a seal: what is at it passes, one more not.
bats_require_minimum_version 1.5.0

setup() {
	[ -n "${AMT_TEST_TRACE-}" ] || set +T # see "What makes tests slow" in tests/README.md
	cd "$BATS_TEST_TMPDIR" || return
	mib=$((1 << 20))
}

# refused FILE WHY [COMMAND...]
refused() {
	local why=$1
	shift
	run -65 bash -c "$* 2>&1 >/dev/null"
	[[ "$output" = *"$why"* ]]
}

@test "1000 members and names of 255 bytes are taken, one more is not" {
	mkdir many
	(cd many && printf x | tee {1..1000} >/dev/null)
	tar -cf 1000.tar -C many --no-recursion {1..1000}
	[ "$(bundle-open 1000.tar | tar -t | wc -l)" = 1001 ]
	echo x >one
	tar -rf 1000.tar one
	refused "more than 1000 members" bundle-open 1000.tar
	for n in 255 256; do
		tar -cf $n.tar --transform "s,.*,$(printf "%0${n}d" 0)," one
	done
	[ "$(bundle-open 255.tar | tar -t | head -n 1 | wc -c)" = 256 ]
	refused "name is longer than 255 bytes" bundle-open 256.tar
}

# What is held in memory begins like a zip and is none: which message comes
# tells whether it was held to its end.
@test "a zip from a pipe is held up to 48 MiB, a container within up to 16 MiB" {
	zip_of() {
		printf 'PK\3\4'
		head -c $(($1 - 4)) /dev/zero
	}
	export -f zip_of
	refused "zip is cut off or damaged" "zip_of $((48 * mib)) | bundle-open"
	refused "container from a pipe is too large" "zip_of $((48 * mib + 1)) | bundle-open"
	for n in 0 1; do
		zip_of $((16 * mib + n)) >inner.zip
		tar -cf $n.tar inner.zip
	done
	refused "zip is cut off or damaged" bundle-open 0.tar
	refused "inner.zip: container in a container is too large" bundle-open 1.tar
}

@test "one byte more than 2 GiB in all is refused" {
	[[ "$AMT_TEST_BUILD" != *asan* ]] || skip "2 GiB through the sanitizer take too long"
	echo pid,pps >more
	truncate -s $((2048 * mib + 1)) more
	refused "bundle unpacks to more than 2147483648 bytes" bundle-open more
}

@test "unpacking to 100 times its size is taken above 1 MiB, to more it is not" {
	yes | head -c $((8 * mib)) | gzip -9 >long.gz
	size=$(stat -c %s long.gz)
	# gzip members one after the other: what random bytes add to the input.
	head -c $((8 * mib / 100 - size + 4096)) /dev/urandom | gzip -9 >noise.gz
	cat noise.gz long.gz >good.gz
	bundle-open good.gz | tail -c 10240 | grep -qa @end
	refused "long.gz: its content: unpacks to more than 100 times its size" bundle-open long.gz
	# Little may be packed as well as it can.
	yes | head -c $mib | gzip -9 >little.gz
	bundle-open little.gz | grep -qa @end
}

@test "a seal holds up to 64 MiB, and three are taken off" {
	pem_of() {
		echo "-----BEGIN CMS-----"
		head -c $(($1 - 20)) /dev/zero
	}
	export -f pem_of
	refused "seal is damaged or cut off" "pem_of $((64 * mib)) | cms-open -u"
	refused "sealed bundle is too large (expected at most 67108864 bytes)" "pem_of $((64 * mib + 1)) | cms-open -u"
	refused "larger than 67108864 bytes" "pem_of $((65 * mib)) | cms-open -u"
	mkdir who
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=who -keyout who.key -out who/who.pem 2>/dev/null
	echo pid,pps >seal0
	for n in 1 2 3 4; do
		openssl cms -sign -binary -nodetach -signer who/who.pem -inkey who.key -outform DER -in seal$((n - 1)) -out seal$n
	done
	cms-open -s who seal3 | cmp - seal0
	refused "more than 3 seals one in the other" cms-open -s who seal4
}
