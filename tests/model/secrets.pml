/*
 * secrets - how the password of a machine is planned, sent, lost, found and
 * promoted, and how a key sets up one machine: a model for spin(1).
 *
 * Two machines and one store.  Either each has a key of its own, or one stick
 * was used for both, or the second only claims the first one's PID.  Requests
 * and replies get lost, everything of a sweep is killed at any moment, a second
 * sweep begins at any moment, hellos come and the profile gets another password
 * at any moment.  In the end come sweeps that nothing disturbs.
 *
 * What a transition stands for:
 *
 *	events          load_hellos (store/loadhello.c); a hand in profile.xml
 *	sweep_begin     site-lock; load_journal (bin/sweep-round.sh)
 *	plan            planner_plan (plan/planner.c): one transaction
 *	plan_setup      contest_judge (plan/contest.c), plan_decide and plan_due
 *	                (plan/plan.c), plan_job (plan/planned.c); RIVAL and
 *	                RIVAL_PROVED are find_rival (store/caller.c)
 *	plan_password   job_secrets, choose_secret, stays_given (plan/planned.c)
 *	plan_visit      upkeep_machine, upkeep_password (plan/upkeep.c);
 *	                CURRENT is secrets_current (store/secrets.c)
 *	talk_look       setup_new_by, lost_first, look_further, same_machine,
 *	                arrived, end_proof (formats/setup/setup_way.c, setup_want.c)
 *	talk_visit      managed_read_state (setup_managed.c), admin_opened
 *	talk_send       setup_admin: SetAdminAclEntryEx (setup_own.c)
 *	talk_check      check_admin, took_check_admin
 *	talk_commit     want_commit: CommitChanges (setup_want.c)
 *	talk_verify     verify, took_verify_state
 *	journal         sweep_write_milestones (sweep/sweep_results.c): before
 *	                the next request goes out
 *	load            result_load (store/loadresults.c): in the order of the
 *	                journal, each once; on_reached, on_proved, on_admin_set,
 *	                on_committed, on_verified, visit_in_order, on_failed
 *
 * What must hold is in known(), device_commit() and in the_end().  Leases are
 * not in it, as whoever has one holds the lock.  A retry within a conversation
 * is one in the next sweep.  A machine's password in the MEBx, and another life
 * of it, are not in it.
 *
 * With each of these it has one fault, which spin has to find: PROMOTE_EARLY,
 * FORGET_OLD, KEY_TWICE, NO_JOURNAL, NO_LOCK, SEND_FIRST, COMMIT_BLINDLY,
 * CHANGE_BLINDLY.
 */

#ifndef LOSSES
#define LOSSES 2
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef CHANGES
#define CHANGES 1
#endif
#define ROUNDS 3
#define QUIET_ROUNDS 5

#define BIT(n) (1 << (n))
#define FACTORY 0
#define OTHER(m) (1 - (m))
#define NOBODY 2

mtype = { HEARD, PLANNED, VERIFIED, REFUSED }; /* of a machine */
mtype = { NONE, PROVE, SET_UP, KEEP };         /* of a job */
mtype = { IDLE, LOOK, SEND, CHECK, COMMIT, VERIFY, OVER };
mtype = { FINE, KEY_USED, KEY_SHARED, UNPROVEN, KEY_REFUSED, LOGIN_REFUSED,
	DELAYED };

/* --- the devices --------------------------------------------------------- */

byte has[2];   /* the password; n: that of the profile's n-th version */
bool post[2];  /* committed */
byte claims[2]; /* the PID in its hello */
bool keyed[2]; /* it has that key, and does not only claim it */

/* --- the store ----------------------------------------------------------- */

bool heard[2];
mtype state[2] = HEARD;
mtype reason[2] = FINE;
byte planned[2]; /* bits: passwords that were ever planned for it */
byte taken[2];   /* bits: seen to be taken (set_at) */
byte once[2], twice[2]; /* bits: a whole job ended well with it (seen) */
bool proved[2], committed[2];
bool tried[2];         /* attempts are not 0 */
byte refusals[2];      /* logins refused */
byte used_by[2] = NOBODY; /* of a key */
mtype job[2] = NONE;   /* the newest */
byte job_next[2];      /* its password to set */

/* --- the rest ------------------------------------------------------------ */

byte want = 1; /* the profile's version */
byte lock = NOBODY;
byte losses = LOSSES, kills = KILLS, changes = CHANGES;
bool quiet;
byte running;

/* The journal of results: bits in the order in which they are written. */
#define R_REACHED 1
#define R_PROVED 2
#define R_ADMIN 4
#define R_COMMITTED 8
#define R_DONE 16 /* verified, or in order */
#define R_FAILED 32
byte journal[2], loaded[2];
mtype failure[2] = FINE;

/* Passwords that a visit tries: planned and perhaps taken, then what it had
 * before, until one was seen twice; three at most. */
inline current(m, to)
{
	to = 0;
	at = 7;
	n = 0;
	do
	:: at == 0 || n == 3 -> break
	:: else ->
		if
		:: planned[m] & BIT(at) ->
			to = to | BIT(at);
			n++;
			if
			:: twice[m] & BIT(at) -> n = 3
			:: else
			fi
		:: else
		fi;
		at--
	od
}

inline newest(m, to)
{
	to = 7;
	do
	:: to == 0 || (planned[m] & BIT(to)) -> break
	:: else -> to--
	od
}

/* No password is on a device that the store does not know; of one that is set
 * up, none that a visit would not try. */
inline known(m)
{
	assert(has[m] == FACTORY || (planned[m] & BIT(has[m])));
	if
	:: state[m] == VERIFIED ->
		current(m, mask);
		assert(mask & BIT(has[m]));
		mask = 0
	:: else
	fi;
	at = 0;
	n = 0
}

/* --- what the devices do -------------------------------------------------- */

inline device_set(m, password)
{
	has[m] = password
}

/* No commit is repeated, and no key is on two machines that are set up. */
inline device_commit(m)
{
	assert(!post[m]);
	post[m] = true;
	assert(!(post[OTHER(m)] && claims[0] == claims[1]))
}

/* --- results -------------------------------------------------------------- */

inline load_one(m)
{
	if
	:: journal[m] & ~loaded[m] & R_REACHED ->
		loaded[m] = loaded[m] | R_REACHED;
		proved[m] = true
	:: else -> if
	:: journal[m] & ~loaded[m] & R_PROVED ->
		loaded[m] = loaded[m] | R_PROVED;
		proved[m] = true;
		reason[m] = FINE;
		state[m] = HEARD
	:: else -> if
	:: journal[m] & ~loaded[m] & R_ADMIN ->
		loaded[m] = loaded[m] | R_ADMIN;
		taken[m] = taken[m] | BIT(job_next[m])
	:: else -> if
	:: journal[m] & ~loaded[m] & R_COMMITTED ->
		loaded[m] = loaded[m] | R_COMMITTED;
		committed[m] = true;
		used_by[claims[m]] = m
	:: else -> if
	:: journal[m] & ~loaded[m] & R_DONE ->
		loaded[m] = loaded[m] | R_DONE;
		taken[m] = taken[m] | BIT(job_next[m]);
		twice[m] = twice[m] | (once[m] & BIT(job_next[m]));
		once[m] = once[m] | BIT(job_next[m]);
		used_by[claims[m]] = m;
		committed[m] = true;
		state[m] = VERIFIED;
		reason[m] = FINE
	:: else -> if
	:: journal[m] & ~loaded[m] & R_FAILED ->
		loaded[m] = loaded[m] | R_FAILED;
		if
		:: state[m] != VERIFIED ->
			state[m] = REFUSED;
			reason[m] = failure[m];
			if
			:: failure[m] == LOGIN_REFUSED && refusals[m] < 3 ->
				refusals[m]++
			:: else
			fi
		:: else
		fi
	:: else
	fi fi fi fi fi fi
}

inline load(m)
{
	do
	:: (journal[m] & ~loaded[m]) == 0 -> break
	:: else -> load_one(m)
	od
}

/* --- plans ---------------------------------------------------------------- */

/* Has another proved the same key, and is not set up? */
#define RIVAL_PROVED(m)                                                        \
	(claims[0] == claims[1] && used_by[claims[m]] == NOBODY &&             \
	    proved[OTHER(m)] && !committed[OTHER(m)] &&                        \
	    state[OTHER(m)] != VERIFIED)
#define RIVAL(m)                                                               \
	(claims[0] == claims[1] && used_by[claims[m]] == NOBODY && heard[OTHER(m)])
/* What met a person's reason is asked no more. */
#define DUE(m)                                                                 \
	(reason[m] != KEY_REFUSED && (reason[m] != LOGIN_REFUSED || refusals[m] < 3))

/* What a machine that proved its key was given stays the one to set, whatever
 * the profile has come to say: it may have committed with it. */
inline plan_password(m)
{
	newest(m, next);
	if
#ifdef CHANGE_BLINDLY
	:: next == 0 || next != want ->
#else
	:: next == 0 || (next != want && !proved[m]) ->
#endif
		next = want;
#ifndef SEND_FIRST
		planned[m] = planned[m] | BIT(next)
#endif
	:: else
	fi
}

inline plan_job(m, wish)
{
	job[m] = wish;
	if
	:: wish == SET_UP -> plan_password(m)
	:: else -> next = 0
	fi;
	job_next[m] = next;
	state[m] = PLANNED;
	reason[m] = FINE
}

inline plan_setup(m)
{
	if
#ifndef KEY_TWICE
	:: used_by[claims[m]] == OTHER(m) ->
		state[m] = REFUSED;
		reason[m] = KEY_USED
	:: else -> if
#endif
	:: committed[m] -> if
		:: DUE(m) -> plan_job(m, SET_UP)
		:: else
		fi
#ifndef KEY_TWICE
	:: !committed[m] && proved[m] && RIVAL_PROVED(m) ->
		state[m] = REFUSED;
		reason[m] = KEY_SHARED
	:: !committed[m] && !proved[m] && RIVAL(m) -> if
		:: DUE(m) -> plan_job(m, PROVE)
		:: else -> if
			:: RIVAL_PROVED(m) -> reason[m] = UNPROVEN
			:: else
			fi
		fi
#endif
	:: else -> if
		:: DUE(m) -> plan_job(m, SET_UP)
		:: else
		fi
#ifndef KEY_TWICE
	fi
#endif
	fi
}

/* One that was planned and perhaps taken stays the one to set where there is no
 * room for another. */
inline plan_visit(m)
{
	newest(m, next);
	current(m, mask);
	if
	:: next != want &&
	    ((taken[m] & BIT(next)) || n < 3) ->
		next = want;
		planned[m] = planned[m] | BIT(next);
		job[m] = KEEP
	:: else ->
		if
		:: taken[m] & BIT(next) -> skip
		:: else -> job[m] = KEEP
		fi
	fi;
	job_next[m] = next
}

inline plan(m)
{
	job[m] = NONE;
	next = 0;
	if
	:: !heard[m]
	:: else -> if
		:: state[m] == VERIFIED -> plan_visit(m)
		:: else -> plan_setup(m)
		fi
	fi;
	/* What goes out with the job. */
	if
	:: job[m] == NONE -> phase[m] = OVER
	:: else ->
		phase[m] = LOOK;
		to_set[m] = next;
		sends[m] = 0;
		sure[m] = false;
		again[m] = tried[m];
		realm[m] = proved[m];
		if
		:: job[m] == KEEP -> current(m, tries[m])
		:: else -> tries[m] = BIT(FACTORY) | planned[m]
		fi;
#ifdef FORGET_OLD
		tries[m] = BIT(FACTORY) | BIT(next);
#endif
		tried[m] = tried[m] || job[m] == SET_UP
	fi;
	next = 0;
	mask = 0;
	at = 0;
	n = 0
}

/* --- the conversation ----------------------------------------------------- */

inline fail(m, why)
{
	failure[m] = why;
	journal[m] = journal[m] | R_FAILED;
	phase[m] = OVER
}

/* Where it is set up already nothing but the planned password is tried, and
 * only where the key has proved who it is. */
inline talk_away(m)
{
	if
	:: !again[m] || !realm[m] || job[m] == PROVE -> fail(m, DELAYED)
	:: else -> if
		:: has[m] == to_set[m] ->
			journal[m] = journal[m] | R_ADMIN | R_COMMITTED | R_DONE;
			phase[m] = OVER
		:: else -> fail(m, LOGIN_REFUSED)
		fi
	fi
}

inline talk_home(m)
{
	if
	:: !keyed[m] -> fail(m, KEY_REFUSED)
	:: else -> if
		:: !(tries[m] & BIT(has[m])) -> fail(m, LOGIN_REFUSED)
		:: else -> if
			:: job[m] == PROVE ->
				journal[m] = journal[m] | R_PROVED;
				phase[m] = OVER
			:: else ->
				journal[m] = journal[m] | R_REACHED;
				if
				:: has[m] == to_set[m] ->
					journal[m] = journal[m] | R_ADMIN;
					phase[m] = COMMIT
				:: else -> phase[m] = SEND
				fi
			fi
		fi
	fi
}

inline talk_visit(m)
{
	if
	:: !(tries[m] & BIT(has[m])) -> fail(m, LOGIN_REFUSED)
	:: else -> if
		:: has[m] == to_set[m] ->
			journal[m] = journal[m] | R_ADMIN | R_DONE;
			phase[m] = OVER
		:: else -> phase[m] = SEND
		fi
	fi
}

inline talk_look(m)
{
	if
	:: losses > 0 -> losses--; fail(m, DELAYED)
	:: job[m] == KEEP -> talk_visit(m)
	:: job[m] != KEEP && post[m] -> talk_away(m)
	:: job[m] != KEEP && !post[m] -> talk_home(m)
	fi
}

inline talk_send(m)
{
	sends[m]++;
#ifdef PROMOTE_EARLY
	twice[m] = twice[m] | BIT(to_set[m]);
#endif
	if
	:: losses > 0 -> losses-- /* the request */
	:: device_set(m, to_set[m])
	:: losses > 0 -> losses--; device_set(m, to_set[m]) /* the reply */
	fi;
	phase[m] = CHECK
}

inline talk_check(m)
{
	if
	:: losses > 0 -> losses--; fail(m, DELAYED)
	:: has[m] == to_set[m] ->
		journal[m] = journal[m] | R_ADMIN;
		if
		:: job[m] == KEEP ->
			journal[m] = journal[m] | R_DONE;
			phase[m] = OVER
		:: else ->
			sends[m] = 0;
			phase[m] = COMMIT
		fi
	:: has[m] != to_set[m] && sends[m] < 2 -> phase[m] = SEND
	:: has[m] != to_set[m] && sends[m] == 2 -> fail(m, DELAYED)
	fi
}

inline talk_commit(m)
{
	sends[m]++;
	if
	:: losses > 0 -> losses--
	:: device_commit(m);
		journal[m] = journal[m] | R_COMMITTED;
		sure[m] = true
	:: losses > 0 -> losses--; device_commit(m)
	fi;
#ifdef COMMIT_BLINDLY
	phase[m] = (sure[m] || sends[m] == 2 -> VERIFY : COMMIT)
#else
	phase[m] = VERIFY
#endif
}

inline talk_verify(m)
{
	if
	:: losses > 0 -> losses--; fail(m, DELAYED)
	:: post[m] ->
		journal[m] = journal[m] | R_ADMIN | R_COMMITTED | R_DONE;
		phase[m] = OVER
	:: !post[m] && sends[m] < 2 && !sure[m] -> phase[m] = COMMIT
	:: !post[m] && !(sends[m] < 2 && !sure[m]) -> fail(m, DELAYED)
	fi
}

inline talk(m)
{
	if
	:: phase[m] == LOOK -> talk_look(m)
	:: phase[m] == SEND -> talk_send(m)
	:: phase[m] == CHECK -> talk_check(m)
	:: phase[m] == COMMIT -> talk_commit(m)
	:: phase[m] == VERIFY -> talk_verify(m)
	fi;
	known(m)
}

/* --- a sweep --------------------------------------------------------------- */

#ifdef NO_LOCK
#define MAY_BEGIN true
#else
#define MAY_BEGIN (lock == NOBODY)
#endif

inline sweep_begin()
{
#ifndef NO_JOURNAL
	load(0);
	load(1);
#endif
	journal[0] = 0;
	journal[1] = 0;
	loaded[0] = 0;
	loaded[1] = 0
}

/* What happens between two plans happens, for the store, before the second. */
inline events()
{
	do
	:: !quiet && !heard[0] -> heard[0] = true
	:: !quiet && !heard[1] -> heard[1] = true
	:: changes > 0 -> changes--; want++
	:: break
	od
}

inline forget(m)
{
	phase[m] = IDLE;
	to_set[m] = 0;
	tries[m] = 0;
	sends[m] = 0;
	again[m] = false;
	realm[m] = false;
	sure[m] = false
}

/* Where it was killed, some was loaded by then and the journal has the rest. */
inline sweep_end()
{
	if
	:: load(0)
	:: cut
	fi;
	if
	:: load(1)
	:: cut
	fi;
	forget(0);
	forget(1);
	cut = false;
	lock = (lock == me -> NOBODY : lock)
}

proctype sweep(byte me; byte rounds)
{
	mtype phase[2] = IDLE;
	byte to_set[2], tries[2], sends[2];
	bool again[2], realm[2], sure[2], cut;
	byte next, mask, at, n;

	do
	:: atomic { rounds == 0 -> running--; break }
	:: atomic {
		rounds > 0 ->
		rounds--;
		if
		:: MAY_BEGIN ->
			lock = me;
			events();
			sweep_begin();
			plan(0);
			plan(1);
			known(0);
			known(1)
		:: else -> goto round_over /* another is running */
		fi
	   };
		do
		:: atomic { phase[0] != OVER -> talk(0) }
		:: atomic { phase[1] != OVER -> talk(1) }
		:: atomic { phase[0] == OVER && phase[1] == OVER -> break }
		:: atomic { kills > 0 -> kills--; cut = true; break }
		od;
		atomic { sweep_end(); known(0); known(1) };
round_over:
		skip
	od
}

/* --- the end -------------------------------------------------------------- */

/* It is set up and the store knows how it is, or there is a true reason. */
inline the_end(m)
{
	if
	:: !heard[m]
	:: heard[m] && state[m] == VERIFIED ->
		assert(post[m] && keyed[m]);
		assert(taken[m] & BIT(has[m]));
		assert(has[m] == want)
	:: heard[m] && state[m] != VERIFIED ->
		assert(state[m] == REFUSED || reason[m] != FINE);
		assert(reason[m] == KEY_USED || reason[m] == KEY_SHARED ||
		    reason[m] == UNPROVEN || reason[m] == KEY_REFUSED);
		assert(reason[m] != KEY_USED ||
		    (claims[0] == claims[1] && post[OTHER(m)] &&
		        used_by[claims[m]] == OTHER(m)));
		assert(reason[m] != KEY_SHARED ||
		    (claims[0] == claims[1] && keyed[0] && keyed[1]));
		assert(!(reason[m] == UNPROVEN || reason[m] == KEY_REFUSED) ||
		    !keyed[m])
	fi
}

init
{
	atomic {
		keyed[0] = true;
		if
		:: claims[1] = 1; keyed[1] = true
		:: keyed[1] = true /* one stick for both */
		:: skip            /* it only says so */
		fi;
		running = 2;
		run sweep(0, ROUNDS);
		run sweep(1, 1)
	};
	atomic {
		running == 0 ->
		losses = 0;
		kills = 0;
		changes = 0;
		quiet = true;
		running = 1;
		run sweep(0, QUIET_ROUNDS)
	};
	atomic {
		running == 0;
		the_end(0);
		the_end(1)
	}
}
