-- The store of a site.  Each step takes a store from the version before it
-- to its own (PRAGMA user_version); a step that was released never changes.
-- Times are seconds since 1970.  Columns named sealed hold
-- AES-256-GCM values (seal.h); their identity is in store.h.

-- step 1

CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;

-- One row a PID.  Rows stand in the order of their coming, which costs little;
-- the index of the PIDs grows in their order, so imports sort first.
CREATE TABLE keys (
	pid TEXT PRIMARY KEY NOT NULL,
	sealed BLOB NOT NULL, -- its three secrets together (store.h)
	batch TEXT NOT NULL,
	origin TEXT NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5), -- enum key_state
	place TEXT NOT NULL, -- file:line that it came from
	added INTEGER NOT NULL,
	changed INTEGER NOT NULL, -- when its secrets last came or changed
	stick TEXT, -- the stick that it was issued to
	used_by TEXT -- UUID of the machine that it set up
);
CREATE INDEX keys_stick ON keys (stick) WHERE stick IS NOT NULL;

-- Every change of a key's state after it was added.
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);

-- The inventory: what each source calls each machine.
CREATE TABLE map (
	uuid TEXT NOT NULL,
	fqdn TEXT NOT NULL, -- lower case
	source TEXT NOT NULL,
	seen TEXT NOT NULL, -- as the source had it
	trust INTEGER NOT NULL,
	place TEXT NOT NULL,
	PRIMARY KEY (uuid, fqdn, source)
) WITHOUT ROWID;
CREATE INDEX map_fqdn ON map (fqdn);

-- Root hash lists of version 3 hellos: one a model, not one a hello.
CREATE TABLE hash_lists (
	id INTEGER PRIMARY KEY,
	hashes TEXT NOT NULL UNIQUE
);

-- Every hello ever taken; loading one twice changes nothing.
CREATE TABLE hellos (
	uuid TEXT NOT NULL,
	received INTEGER NOT NULL,
	address TEXT NOT NULL,
	version INTEGER NOT NULL,
	creds_set INTEGER NOT NULL,
	retries INTEGER NOT NULL,
	pid TEXT NOT NULL,
	hash_list INTEGER REFERENCES hash_lists,
	place TEXT NOT NULL,
	PRIMARY KEY (uuid, received, address, version, creds_set, retries, pid)
) WITHOUT ROWID;

-- One row a UUID that was heard.  The first part is its newest hello.
CREATE TABLE machines (
	uuid TEXT PRIMARY KEY,
	address TEXT NOT NULL,
	version INTEGER NOT NULL,
	creds_set INTEGER NOT NULL,
	retries INTEGER NOT NULL,
	pid TEXT NOT NULL,
	place TEXT NOT NULL,
	first_heard INTEGER NOT NULL,
	last_heard INTEGER NOT NULL,
	stirred_at INTEGER NOT NULL, -- last hello that told something new
	hellos INTEGER NOT NULL,
	-- heard planned reached configured committed verified delayed refused
	state TEXT NOT NULL,
	reason TEXT NOT NULL, -- code, or empty
	detail TEXT NOT NULL,
	fqdn TEXT NOT NULL, -- as last planned
	firmware TEXT NOT NULL,
	life INTEGER NOT NULL, -- which setup of this machine: from 1
	jobs INTEGER NOT NULL, -- of all its lives: numbers the next
	attempts INTEGER NOT NULL, -- jobs of this life
	failures INTEGER NOT NULL, -- of this life; the back-off counts them
	lease INTEGER, -- a run has it until then
	failed_at INTEGER, -- when the last job failed; NULL: planned since
	not_before INTEGER, -- delayed until then
	committed_at INTEGER, -- in this life
	set_up INTEGER -- when last verified
) WITHOUT ROWID;
-- Who else announces a PID, the newest first: many may.
CREATE INDEX machines_pid ON machines (pid, last_heard);

-- Passwords planned for machines, before they are sent.  Never deleted: one
-- of them is what the machine has.
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
CREATE INDEX secrets_uuid ON secrets (uuid);

CREATE TABLE jobs (
	job TEXT PRIMARY KEY, -- uuid.number
	uuid TEXT NOT NULL,
	life INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	fqdn TEXT NOT NULL,
	address TEXT NOT NULL,
	pid TEXT NOT NULL,
	profile TEXT NOT NULL,
	admin INTEGER NOT NULL REFERENCES secrets,
	mebx INTEGER REFERENCES secrets,
	planned_at INTEGER NOT NULL,
	not_after INTEGER NOT NULL,
	ended_at INTEGER,
	reason TEXT -- how it ended; empty: well
) WITHOUT ROWID;
CREATE INDEX jobs_open ON jobs (uuid) WHERE ended_at IS NULL;

-- Everything that sweeps said; loading it twice changes nothing.
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL,
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;

-- step 2

-- Batches are counted and issued from this, without a pass over all keys.
CREATE INDEX keys_batch ON keys (batch, state);
CREATE INDEX key_history_pid ON key_history (pid);

-- step 3

-- What the list said of the machine besides: serial=..., order=...
ALTER TABLE keys ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- step 4

-- Files of keys for partners.  While one is pending its keys are reserved:
-- they are still new, but their stick is 'export ID', and nobody else gets
-- them.  When the file stands under its name they are issued.
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
);

-- step 5

-- What people settled about the map: either this machine has this name, or
-- this source goes before all others.  Never deleted, only undone.
CREATE TABLE settlements (
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	who TEXT NOT NULL,
	why TEXT NOT NULL,
	uuid TEXT,
	fqdn TEXT,
	source TEXT,
	undone_at INTEGER, -- NULL: in force
	undone_by TEXT,
	CHECK ((uuid IS NULL) = (fqdn IS NULL)),
	CHECK ((uuid IS NULL) <> (source IS NULL))
);
CREATE INDEX settlements_uuid ON settlements (uuid) WHERE undone_at IS NULL;
CREATE INDEX settlements_fqdn ON settlements (fqdn) WHERE undone_at IS NULL;
CREATE INDEX settlements_source ON settlements (source)
	WHERE undone_at IS NULL;

-- The map with its ranks: by trust; above them what comes from a preferred
-- source, the one preferred last first; above all what was set by hand.
CREATE VIEW claims (uuid, fqdn, source, seen, trust, rank, place) AS
SELECT m.uuid, m.fqdn, m.source, m.seen, m.trust, 1 + m.trust + 1000 * ifnull(
		(SELECT max(s.id) FROM settlements s
		WHERE s.source = m.source AND s.undone_at IS NULL), 0),
	m.place
FROM map m
UNION ALL
SELECT h.uuid, h.fqdn, 'hand', '', 100, 1 << 60, 'set by ' || h.who
FROM settlements h
WHERE h.undone_at IS NULL AND h.uuid IS NOT NULL;

-- step 6

-- One-touch sticks.  Each is an export whose file is its image; stick is its
-- name, which its keys have as their stick.
ALTER TABLE exports ADD COLUMN stick TEXT;

CREATE TABLE sticks (
	name TEXT PRIMARY KEY, -- also the label of its volume: LAB7-3
	prefix TEXT NOT NULL, -- of the name: what is numbered together
	number INTEGER NOT NULL,
	batch TEXT NOT NULL,
	image TEXT NOT NULL, -- path, absolute
	nrecords INTEGER NOT NULL,
	made INTEGER, -- NULL: pending
	collected INTEGER -- when it was read back and told something new
) WITHOUT ROWID;

-- What stands in each record of its setup.bin, and for whom.
CREATE TABLE stick_records (
	stick TEXT NOT NULL REFERENCES sticks,
	record INTEGER NOT NULL, -- from 1
	pid TEXT NOT NULL,
	machine TEXT NOT NULL, -- or empty: for any
	PRIMARY KEY (stick, record)
) WITHOUT ROWID;
CREATE INDEX stick_records_pid ON stick_records (pid);

-- step 7

-- Why the site's own program (PROPS in site.conf) gave a machine no name, when
-- it was asked last.  What it gave is in the map.
CREATE TABLE lookups (
	uuid TEXT PRIMARY KEY,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL, -- code
	detail TEXT NOT NULL
) WITHOUT ROWID;

-- step 8

-- Numbers what comes, as it comes: what was first is decided by these numbers,
-- never by dates, which change when somebody sets the clock.
CREATE TABLE counters (
	name TEXT PRIMARY KEY,
	n INTEGER NOT NULL
) WITHOUT ROWID;
-- arrivals: hellos and plans.  callers: how many came since they were last
-- looked through.  dropped: callers that were forgotten (strangers.h).
INSERT INTO counters VALUES ('arrivals', 0), ('callers', 0), ('dropped', 0);

-- Who says that it is which machine: a row for each UUID, address, version and
-- PID that were heard together.  A hello is a claim, anybody can send one: it
-- changes its own row and nothing else.  What a key has proved is here too, and
-- in machines.
CREATE TABLE callers (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	address TEXT NOT NULL,
	version INTEGER NOT NULL,
	pid TEXT NOT NULL, -- empty: version 3
	creds_set INTEGER NOT NULL,
	retries INTEGER NOT NULL,
	hash_list INTEGER REFERENCES hash_lists,
	place TEXT NOT NULL,
	first_heard INTEGER NOT NULL,
	last_heard INTEGER NOT NULL,
	stirred_at INTEGER NOT NULL, -- last hello that told something new
	hellos INTEGER NOT NULL,
	pruned INTEGER NOT NULL DEFAULT 0, -- hellos when the old ones went
	-- numbers of arrival: of its first, its newest and its last new hello
	arrived INTEGER NOT NULL,
	heard INTEGER NOT NULL,
	stirred INTEGER NOT NULL,
	-- its jobs
	tries INTEGER NOT NULL DEFAULT 0,
	job INTEGER NOT NULL DEFAULT 0, -- number of the newest
	failures INTEGER NOT NULL DEFAULT 0, -- the back-off counts them
	failed INTEGER NOT NULL DEFAULT 0, -- arrivals when the last one failed
	failed_at INTEGER,
	not_before INTEGER,
	reason TEXT NOT NULL DEFAULT '', -- what the last one met
	detail TEXT NOT NULL DEFAULT '',
	-- what its key has proved: in which life, in which plan's job
	proved_life INTEGER NOT NULL DEFAULT 0,
	proved INTEGER NOT NULL DEFAULT 0,
	proved_at INTEGER,
	realm TEXT NOT NULL DEFAULT '', -- of its digest, as recorded then
	verdict TEXT NOT NULL DEFAULT '' -- why it does not count: a code
);
CREATE UNIQUE INDEX callers_claim ON callers (uuid, address, version, pid);
CREATE INDEX callers_pid ON callers (pid, proved_life);
CREATE INDEX callers_address ON callers (address, uuid);

INSERT INTO callers (uuid, address, version, pid, creds_set, retries, hash_list,
	place, first_heard, last_heard, stirred_at, hellos, arrived, heard,
	stirred, tries, job, failures, failed, failed_at, not_before, reason,
	detail)
SELECT uuid, address, version, pid, creds_set, retries,
	(SELECT hash_list FROM hellos h WHERE h.uuid = m.uuid
		AND h.received = m.last_heard AND h.address = m.address LIMIT 1),
	place, first_heard, last_heard, stirred_at, hellos, n,
	n, CASE WHEN ifnull(failed_at, 0) >= stirred_at
		THEN n ELSE n + 1 END,
	attempts, jobs, failures,
	CASE WHEN failed_at IS NULL THEN 0 ELSE n END, failed_at, not_before,
	CASE WHEN failed_at IS NULL THEN '' ELSE reason END,
	CASE WHEN failed_at IS NULL THEN '' ELSE detail END
FROM (SELECT *, 2 * row_number() OVER (ORDER BY last_heard, uuid) AS n
	FROM machines) m;

-- Where a machine was set up, its key has proved it: then and there.
INSERT INTO callers (uuid, address, version, pid, creds_set, retries, place,
	first_heard, last_heard, stirred_at, hellos, arrived, heard, stirred)
SELECT m.uuid, j.address, 2, j.pid, 0, 0, 'job ' || max(j.job),
	max(j.planned_at), max(j.planned_at), max(j.planned_at), 0, 1, 1, 1
FROM machines m JOIN jobs j ON j.uuid = m.uuid AND j.life = m.life
WHERE (m.committed_at IS NOT NULL OR m.state = 'verified')
	AND EXISTS (SELECT 1 FROM results r WHERE r.job = j.job
		AND r.milestone IN ('committed', 'verified'))
GROUP BY m.uuid, j.address, j.pid
ON CONFLICT DO NOTHING;

UPDATE counters SET n = (SELECT ifnull(max(stirred), 0) FROM callers)
WHERE name = 'arrivals';

-- One row a UUID that was heard.
CREATE TABLE machines_8 (
	uuid TEXT PRIMARY KEY,
	caller INTEGER NOT NULL, -- the row of callers that the report shows
	-- heard planned reached configured committed verified delayed refused
	state TEXT NOT NULL,
	reason TEXT NOT NULL, -- code, or empty
	detail TEXT NOT NULL,
	fqdn TEXT NOT NULL, -- as last planned
	firmware TEXT NOT NULL,
	life INTEGER NOT NULL, -- which setup of this machine: from 1
	jobs INTEGER NOT NULL, -- of all its lives: numbers the next
	job INTEGER NOT NULL, -- number of the newest that was to set it up
	attempts INTEGER NOT NULL, -- plans of this life with jobs for it
	lease INTEGER, -- a run has it until then
	committed_at INTEGER, -- in this life
	set_up INTEGER, -- when last verified
	-- in this life: whom its key proved when it was set up, and arrivals when
	-- that job was planned
	holder INTEGER,
	settled INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO machines_8
SELECT m.uuid, c.id, state, m.reason, m.detail, m.fqdn, firmware, life, jobs, jobs,
	attempts, lease, committed_at, set_up, NULL,
	(SELECT n FROM counters WHERE name = 'arrivals')
FROM machines m JOIN callers c ON c.uuid = m.uuid AND c.address = m.address
	AND c.version = m.version AND c.pid = m.pid;

-- Of several jobs that said so, the last one.
UPDATE machines_8 SET holder = (SELECT c.id FROM jobs j
	JOIN results r ON r.job = j.job
		AND r.milestone IN ('committed', 'verified')
	JOIN callers c ON c.uuid = j.uuid AND c.address = j.address
		AND c.version = 2 AND c.pid = j.pid
	WHERE j.uuid = machines_8.uuid AND j.life = machines_8.life
	ORDER BY r.at DESC, j.planned_at DESC, j.job DESC LIMIT 1)
WHERE committed_at IS NOT NULL OR state = 'verified';
UPDATE machines_8 SET caller = holder WHERE holder IS NOT NULL;
UPDATE callers SET proved_life = m.life, proved = 1, proved_at = m.set_up
FROM machines_8 m WHERE m.holder = callers.id;

DROP TABLE machines;
ALTER TABLE machines_8 RENAME TO machines;

-- A job that only proves plans no password.
CREATE TABLE jobs_8 (
	job TEXT PRIMARY KEY, -- uuid.number
	uuid TEXT NOT NULL,
	life INTEGER NOT NULL,
	wish TEXT NOT NULL, -- set-up or prove
	attempt INTEGER NOT NULL,
	fqdn TEXT NOT NULL,
	address TEXT NOT NULL,
	pid TEXT NOT NULL,
	profile TEXT NOT NULL,
	admin INTEGER REFERENCES secrets,
	mebx INTEGER REFERENCES secrets,
	planned INTEGER NOT NULL, -- number of its plan, among arrivals
	planned_at INTEGER NOT NULL,
	not_after INTEGER NOT NULL,
	ended_at INTEGER,
	reason TEXT -- how it ended; empty: well
) WITHOUT ROWID;
INSERT INTO jobs_8 SELECT job, uuid, life, 'set-up', attempt, fqdn, address, pid,
	profile, admin, mebx, 0, planned_at, not_after, ended_at, reason FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_8 RENAME TO jobs;
CREATE INDEX jobs_uuid ON jobs (uuid, life);
CREATE INDEX jobs_open ON jobs (uuid) WHERE ended_at IS NULL;

ALTER TABLE results ADD COLUMN realm TEXT NOT NULL DEFAULT '';

-- step 9

-- Private keys of setup servers, sealed ("server_keys/PRINT/key").  print: the
-- SHA-256 of its public key's DER (SubjectPublicKeyInfo), hex.  asked_name: the
-- name that a request of ours asked for with it, else "".
CREATE TABLE server_keys (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	asked_name TEXT NOT NULL,
	added_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Certificates of setup servers, of those above them and of twins, sealed
-- ("certificates/PRINT/der").  Not chains: which one is sent depends on the
-- machine.  print: the SHA-256 of its DER, hex, as hellos have it of roots.
CREATE TABLE certificates (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	server_key TEXT REFERENCES server_keys, -- whose certificate it is
	added_at INTEGER NOT NULL
) WITHOUT ROWID;

-- step 10

-- What a machine that is set up with a certificate showed of itself, when it
-- was connected to last.
ALTER TABLE callers ADD COLUMN tls TEXT NOT NULL DEFAULT ''; -- version: 1.2
ALTER TABLE callers ADD COLUMN chain TEXT NOT NULL DEFAULT ''; -- that it took
-- SHA-256 of its TLS certificate; what that is (ondie.h); SHA-256 of its ROM's
ALTER TABLE callers ADD COLUMN device_cert TEXT NOT NULL DEFAULT '';
ALTER TABLE callers ADD COLUMN device_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE callers ADD COLUMN rom TEXT NOT NULL DEFAULT '';

-- The ROM's, when it was set up last, in whatever life.
ALTER TABLE machines ADD COLUMN rom TEXT NOT NULL DEFAULT '';

-- A person has said that the machine was reset.
ALTER TABLE jobs ADD COLUMN again INTEGER NOT NULL DEFAULT 0;

ALTER TABLE results ADD COLUMN tls TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN chain TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN device_cert TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN device_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN rom TEXT NOT NULL DEFAULT '';

-- step 11

-- What was met at a setting has a row of its own, several in one second.
CREATE TABLE results_11 (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL,
	realm TEXT NOT NULL,
	tls TEXT NOT NULL,
	chain TEXT NOT NULL,
	device_cert TEXT NOT NULL,
	device_kind TEXT NOT NULL,
	rom TEXT NOT NULL,
	setting TEXT NOT NULL,
	item TEXT NOT NULL,
	wanted TEXT NOT NULL,
	found TEXT NOT NULL,
	PRIMARY KEY (job, milestone, at, reason, setting, item)
) WITHOUT ROWID;
INSERT INTO results_11 SELECT job, at, milestone, reason, detail, firmware, realm,
	tls, chain, device_cert, device_kind, rom, '', '', '', '' FROM results;
DROP TABLE results;
ALTER TABLE results_11 RENAME TO results;

-- Of its profile, when it was planned: a hash under the site's key; '': of old.
ALTER TABLE jobs ADD COLUMN digest TEXT NOT NULL DEFAULT '';

-- How a machine that was set up has been kept since.
CREATE TABLE kept (
	uuid TEXT PRIMARY KEY,
	profile TEXT NOT NULL DEFAULT '', -- applied last: its name, its digest
	digest TEXT NOT NULL DEFAULT '',
	applied_at INTEGER,
	verified_at INTEGER, -- everything read back and in order
	checked_at INTEGER, -- compared last, in order or not
	clock_at INTEGER, -- its clock was set last
	-- what it showed when it was in order last: its version of TLS, the SHA-256
	-- of its certificate; '': not over TLS
	tls TEXT NOT NULL DEFAULT '',
	leaf TEXT NOT NULL DEFAULT '',
	-- jobs since that was in order
	failures INTEGER NOT NULL DEFAULT 0,
	failed_at INTEGER,
	not_before INTEGER,
	reason TEXT NOT NULL DEFAULT '',
	detail TEXT NOT NULL DEFAULT '',
	unprovisioned_at INTEGER
) WITHOUT ROWID;
INSERT INTO kept (uuid, clock_at) SELECT m.uuid, max(r.at)
FROM machines m JOIN jobs j ON j.uuid = m.uuid AND j.life = m.life
	JOIN results r ON r.job = j.job AND r.milestone = 'clock-set'
WHERE m.state = 'verified' GROUP BY m.uuid;

-- In what a machine differs, or differed when it was put right; secrets have
-- neither wanted nor found.
CREATE TABLE findings (
	uuid TEXT NOT NULL,
	setting TEXT NOT NULL,
	item TEXT NOT NULL,
	kind TEXT NOT NULL, -- differs, lacks
	wanted TEXT NOT NULL,
	found TEXT NOT NULL,
	since INTEGER NOT NULL,
	seen_at INTEGER NOT NULL,
	job TEXT NOT NULL, -- which saw it last
	PRIMARY KEY (uuid, setting, item, kind)
) WITHOUT ROWID;

-- Secrets that nothing reads back, as hashes under the site's key: what each
-- machine has accepted last, and what each open job would send.
CREATE TABLE sent (
	uuid TEXT NOT NULL,
	setting TEXT NOT NULL,
	item TEXT NOT NULL,
	hash TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (uuid, setting, item)
) WITHOUT ROWID;
CREATE TABLE sent_planned (
	job TEXT NOT NULL,
	setting TEXT NOT NULL,
	item TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (job, setting, item)
) WITHOUT ROWID;

-- How often a machine was seen with a password, in jobs of their own: at the
-- second time the ones before it are no longer tried.
ALTER TABLE secrets ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;

-- Certificates that machines got from the site's CA or signer.
CREATE TABLE issued (
	print TEXT PRIMARY KEY, -- SHA-256 of its DER, hex
	uuid TEXT NOT NULL,
	serial TEXT NOT NULL,
	subject TEXT NOT NULL,
	issuer TEXT NOT NULL,
	issued_at INTEGER NOT NULL,
	until INTEGER NOT NULL,
	revoked_at INTEGER,
	pem TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX issued_uuid ON issued (uuid);

-- step 12

-- Where it is from: "random", "profile" (fixed or derived there); "": of old.
ALTER TABLE secrets ADD COLUMN origin TEXT NOT NULL DEFAULT '';

-- step 13

-- What came of each run of amt-sweep, for its history; a run that was killed is
-- ended by the next one.
CREATE TABLE runs (
	run INTEGER PRIMARY KEY,
	began_at INTEGER NOT NULL,
	arrivals INTEGER NOT NULL, -- the counter then: its plans have greater numbers
	ended_at INTEGER,
	-- machines that were given to it for a setup, and what came of them
	planned INTEGER,
	set_up INTEGER,
	failed INTEGER,
	put_off INTEGER,
	-- machines that are set up: looked at, and found to differ
	visits INTEGER,
	drift INTEGER,
	status INTEGER, -- that it ended with; none: it was killed
	why TEXT NOT NULL DEFAULT '' -- it was cut short, or killed
);
CREATE INDEX jobs_planned ON jobs (planned);

-- step 14

-- What the inventory says of the machine besides; '': not known.
ALTER TABLE map ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE map ADD COLUMN serial TEXT NOT NULL DEFAULT '';
DROP VIEW claims;
CREATE VIEW claims (uuid, fqdn, source, seen, trust, rank, place, model, serial) AS
SELECT m.uuid, m.fqdn, m.source, m.seen, m.trust, 1 + m.trust + 1000 * ifnull(
		(SELECT max(s.id) FROM settlements s
		WHERE s.source = m.source AND s.undone_at IS NULL), 0),
	m.place, m.model, m.serial
FROM map m
UNION ALL
SELECT h.uuid, h.fqdn, 'hand', '', 100, 1 << 60, 'set by ' || h.who, '', ''
FROM settlements h
WHERE h.undone_at IS NULL AND h.uuid IS NOT NULL;
