# shellcheck shell=bash disable=SC2154 # run sets output
# sweep while somebody sets the clock: durations are none of its business.
bats_require_minimum_version 1.5.0

load sweep

# A time(2) that is off by what the file of $CLOCK_OFF says, for one program.
make_clock() {
	cat >clock.c <<-'END'
		#define _GNU_SOURCE
		#include <fcntl.h>
		#include <stdint.h>
		#include <stdlib.h>
		#include <sys/mman.h>
		#include <time.h>

		static volatile int64_t *off;

		__attribute__((constructor)) static void
		begin(void)
		{
			int fd = open(getenv("CLOCK_OFF"), O_RDONLY);

			off = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
		}

		time_t
		time(time_t *to)
		{
			struct timespec t;

			clock_gettime(CLOCK_REALTIME, &t);
			t.tv_sec += *off;
			if (to != NULL)
				*to = t.tv_sec;
			return t.tv_sec;
		}
	END
	cc -shared -fPIC -o clock.so clock.c
	set_clock 0
}

# Seconds, as 8 bytes in place.
set_clock() {
	printf '%016x' "$1" | fold -w 2 | tac | tr -d '\n' | xxd -r -p |
		dd of=off bs=8 conv=notrunc status=none
}

# swept SECONDS: all jobs, with the clock set by so much once the first machine
# has committed.
swept() {
	CLOCK_OFF=$PWD/off LD_PRELOAD=$PWD/clock.so \
		ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
		sweep -t 60 -j 2 -P "$tls" -p "$plain" jobs.tsv >out 3>&- &
	sweep=$!
	for _ in {1..100}; do
		! grep -q committed out || break
		sleep 0.05
	done
	set_clock "$1"
	wait $sweep
	output=$(cat out)
}

# stepped SECONDS: a fleet whose machines take their time to come back.
stepped() {
	make_clock
	start_fleet -n 8 -- --restart 1500
	# a lease of ten minutes
	sed -i "s/2099-01-01T00:00:00Z/$(date -ud '+10 minutes' +%FT%TZ)/" jobs.tsv
	swept "$1"
	[ "$(ends 4 | sort | uniq -c | tr -s ' ')" = ' 8 verified' ]
	# the clock was set in the middle of it
	[ "$(cut -f 3 out | grep -c '^2')" -gt 40 ]
	[ "$(cut -f 3 out | grep '^2' | cut -c 1-13 | uniq | wc -l)" -gt 1 ]
}

@test "machines are verified and begun when the clock is set a day forward" {
	stepped 86400
}

@test "machines are verified and begun when the clock is set a day back" {
	stepped -86400
}
