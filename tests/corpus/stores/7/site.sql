PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('site_key','fb5bd7ed3aead452b9a7b208574db0f399ac96b4f1f67d260395cb3f8bfbe3d5');
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
, note TEXT NOT NULL DEFAULT '');
INSERT INTO keys VALUES('000057UP',X'1a88afe3d51213ff7837d75aaa0165b84e17151c2d2133bb05070766d5b48efbac2bfc25ab6a08fc5618a88bd8530e01152fe535857b2fe31cd81a5ec7cffd2fb6492e5c3519b8ad44b21a1a73d44196','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:2',1795888492,1795888492,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'2fec33977fa71282d6f0c1cacf0c591c17ec859186d942975d5ef00663842960ce7348fae4a132c7ee3012e5fb2c37988515c16803b011c13cca279dc147bb0022a23c25f1c44e6f46fda6df8a77c5c7','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:3',1795888492,1795888492,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'187dfafc24ff9d230270a48d5f988db7dfa0071697031d2a5161fa34b36035199e838318173b43e712f0059c51cbd702712e9fae5d77af9636ea028b31ae4af6e4da71d68cd3bbc7713d898381540347','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:4',1795888492,1795888492,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'24703e812afc723b7de82ea941d78807b21c4cd8f60497e986b74455e8ae09e0e1f2dbaeb9910f0248a37a8b773326f103cfe33e7f69b738ea1d3d372b5de382b40576972913a5456ffab11e3e052359','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:5',1795888492,1795888492,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'0ae2e95e784392dbd9aedfb9db49503925f5b0c3c20c0b92968ba971d501a634a0948591f067c921ddf3ac4c92f3641ee3f01d028feacb1546dd2897700e5e638b4226046a9ed79d6cb86c702a14e9ad','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:6',1795888492,1795888492,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'7e4c592a24f30cbe4dd2f1cdb0ca8705158ae6232adafa869cc01b6c657857fabed0921d466c335ff9805a74b812e6204cb67bd0bdaa8533ac3dc1efe1cfbff4344c819d7576ecb64ede1bba98f031aa','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:7',1795888492,1795888492,NULL,NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'2e1ec26a6c369f8f1fca2160c3e1e7de2f750d9a235cb2585187e558da9161ce9bbbf72f04416d0a0a797f601728e8fa52ae28799c0692a418b0d0b8a2c36f4aab9479df88309a610e2a4207984f1fbd7e41f294','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:5',1795888492,1795888492,'stick-1',NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'cfa6018f7869310c8b079a15f1fb6a70e725474b5bf4ba78e6bb30380882736c65a585fabbc465ece5cad1a59e1e0843a6e949668ba4aa2862ce1294584e2dc40d790a6be552642510004c185f87d6b2d0bac0fa','pool','pool.csv',2,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:2',1795888492,1795888492,'POOL-1',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'4a8c2521c958d94f42c7f2f32b273665040a3c0f7598f4581e271b01ea22c27a8ab5b5ca50aade9175c7ba0bd49c7448e0de230ea514c69f6faf0e4ad8e10949af88929fcb73cfecb0241285707a67174dd0fabd','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:6',1795888492,1795888492,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'744a9704e4c4c4ac762492753074f86d695bef23657355043a16d56f4f77a2135bffcaab37cc6597a66e15f6b17c345c17ddf30c407cbdf345d6cffc862480ea6d31bfadf9f3036b9758925efb0116411cd0bd89','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:4',1795888492,1795888492,'POOL-2',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'adfdc545003e12ffc5466b8e8d3b0010070aa040adcaec1281c57e7a0e94d8a91314614b317a2017276a43c7e95cdfd2d43dd170b98637f7c376a30a484954c27ffdc3714a6ef5193a2043257110b33db53aecc0','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:7',1795888492,1795888492,'export 3',NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'2bd1f80dcc54f1961ba5ef424963e6fa7b7b5fcc37689945441924188716d7d6ae1eeda6a1f8393502671b24d534002447405cbab832ca94aa86c72361751f68fb12757a0ac3fc931c3d63f07c0b63b87fb47500','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:9',1795888492,1795888492,NULL,NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'd14436ef1cdf04995bf4e6b0b76f2bc761b665802b2f11602b73976959db45aa687dd99764fc8806a4edc463d173f0bdf7bcb0ea1ceaf3e68475acc93baba77fd2d2ec6d867d87a983c75046194d8f44800df8e5','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:3',1795888492,1795888492,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'1966579fb2361eac6e7e5a84c8caad7d786c9ee15d350ac11cbd44555e5218e81b9ceca4f1a14ae7e52471016104def71f661e66b13382ead70288343e80e7afc98adb331bd7fe3a8eedd7364d939b662a2caee9','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:8',1795888492,1795888492,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795888492,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795888492,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795888492,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795888492,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795888492,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795888492,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'0XSLI0MP',1,1795888492,'stick stick-1');
INSERT INTO key_history VALUES(8,'2W1DLSAA',1,1795888492,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'F9QQX72E',1,1795888492,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'I4YYQJ46',1,1795888492,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'2W1DLSAA',2,1795888492,'stick POOL-1, record 1, read back');
CREATE TABLE map (
	uuid TEXT NOT NULL,
	fqdn TEXT NOT NULL, -- lower case
	source TEXT NOT NULL,
	seen TEXT NOT NULL, -- as the source had it
	trust INTEGER NOT NULL,
	place TEXT NOT NULL,
	PRIMARY KEY (uuid, fqdn, source)
) WITHOUT ROWID;
INSERT INTO map VALUES('22d6141d-eeea-4e40-adea-898631121904','pc-5.lab.example.com','list.csv','2026-11-20',50,'list.csv:6');
INSERT INTO map VALUES('2af6c577-f953-4073-9e08-080967baf52a','pc-4.lab.example.com','list.csv','2026-11-20',50,'list.csv:5');
INSERT INTO map VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','pc-1.lab.example.com','list.csv','2026-11-20',50,'list.csv:2');
INSERT INTO map VALUES('8556a96d-39e2-49d7-80ee-70a682389045','pc-3.lab.example.com','list.csv','2026-11-20',50,'list.csv:4');
INSERT INTO map VALUES('a25e265a-1217-442f-82bb-22de9f7070d3','pc-2.lab.example.com','list.csv','2026-11-20',50,'list.csv:3');
INSERT INTO map VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com','list.csv','2026-11-20',50,'list.csv:7');
INSERT INTO map VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-66.lab.example.com','old.csv','2025-11-20',40,'old.csv:7');
CREATE TABLE hash_lists (
	id INTEGER PRIMARY KEY,
	hashes TEXT NOT NULL UNIQUE
);
INSERT INTO hash_lists VALUES(1,'aabbccdd00112233445566778899aabbccddeeff');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795888492,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795888492,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795888492,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795888492,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795888492,'127.1.0.6',3,0,0,'',1,'fleet:7');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,1,0,'0003GPSX','fleet:5',1795888492,1795888492,1795888492,1,'planned','','','pc-4.lab.example.com','',1,1,1,0,1795888793,NULL,NULL,NULL,NULL);
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,1,0,'000057UP','fleet:2',1795888492,1795888492,1795888492,1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,0,NULL,NULL,NULL,1795888492,1795888492);
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,1,0,'00023DHP','fleet:4',1795888492,1795888492,1795888492,1,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795888492,1795888552,1795888492,NULL);
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,1,0,'0001R1FY','fleet:3',1795888492,1795888492,1795888492,1,'delayed','CONNECT-TIMEOUT','','pc-2.lab.example.com','5.2.1',1,1,1,1,NULL,1795888492,1795888552,NULL,NULL);
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,0,0,'','fleet:7',1795888492,1795888492,1795888492,1,'refused','AUTH-PKI-NOT-CONFIGURED','hello version 3 (fleet:7); it listens until about 2026-11-29T17:54:52Z','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'944c3656bfe184b81294b5a67a38edb4b87b6e76b84ddf62dcc6e8a346fd84cac87e8388d219d0f9f439cc94',1795888493,1795888492);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'47bcb0593d974a47b64182c39feb93d97c73bc4307cd0fe4e0bbd6e3fd0589a8b08e7f94570a1cf072842d82',1795888493,1795888492);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'e079fb189542b8d17915ae9849d5c512445ee54455e1c715e9e6db2a03854fa3de6b68229e94388783bcc53c',1795888493,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'cb83c2672632a457ce4670c82f2a456d35396e5d90910559b63a53107d2a5858a7991d856debade8e077eb77',1795888493,NULL);
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,1795888493,1795888793,NULL,NULL);
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,1795888493,1795888793,1795888492,'');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,1795888493,1795888793,1795888492,'VERIFY-UNREACHED');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,1795888493,1795888793,1795888492,'CONNECT-TIMEOUT');
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL,
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888492,'admin-set','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888492,'committed','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888492,'reached','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888492,'verified','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888492,'admin-set','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888492,'committed','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888492,'failed','VERIFY-UNREACHED','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888492,'reached','','','5.2.1');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795888492,'failed','CONNECT-TIMEOUT','','5.2.1');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795888492,1795888492,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795888492,1795888492,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795888492,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795888492,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795888492,'admin','',NULL,NULL,'list.csv',1795888492,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795888492,1795888492);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795888492,NULL);
CREATE TABLE stick_records (
	stick TEXT NOT NULL REFERENCES sticks,
	record INTEGER NOT NULL, -- from 1
	pid TEXT NOT NULL,
	machine TEXT NOT NULL, -- or empty: for any
	PRIMARY KEY (stick, record)
) WITHOUT ROWID;
INSERT INTO stick_records VALUES('POOL-1',1,'2W1DLSAA','');
INSERT INTO stick_records VALUES('POOL-1',2,'F9QQX72E','');
INSERT INTO stick_records VALUES('POOL-2',1,'I4YYQJ46','');
CREATE TABLE lookups (
	uuid TEXT PRIMARY KEY,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL, -- code
	detail TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO lookups VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795514400,'MAP-NONE','no name');
CREATE INDEX keys_stick ON keys (stick) WHERE stick IS NOT NULL;
CREATE INDEX map_fqdn ON map (fqdn);
CREATE INDEX machines_pid ON machines (pid, last_heard);
CREATE INDEX secrets_uuid ON secrets (uuid);
CREATE INDEX jobs_open ON jobs (uuid) WHERE ended_at IS NULL;
CREATE INDEX keys_batch ON keys (batch, state);
CREATE INDEX key_history_pid ON key_history (pid);
CREATE INDEX settlements_uuid ON settlements (uuid) WHERE undone_at IS NULL;
CREATE INDEX settlements_fqdn ON settlements (fqdn) WHERE undone_at IS NULL;
CREATE INDEX settlements_source ON settlements (source)
	WHERE undone_at IS NULL;
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
CREATE INDEX stick_records_pid ON stick_records (pid);
COMMIT;
PRAGMA user_version = 7;
