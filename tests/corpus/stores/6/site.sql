PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('site_key','089449d77e51465d6f84f41326eeca519e3463a8e944d0fe04e8ebf1552712bd');
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
INSERT INTO keys VALUES('000057UP',X'46fca35b9efc20d3e924991f54f43a3f421a3936840fe5555b3a080617c051bbbf8bcd2a36d6cc2e181e4796e7ca534ac04c7d22864d18a050d23a870ece49df54cb0c484b38a3febc4e075388a5272f','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:2',1795888491,1795888491,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'570346eca6d25272b102bf17a3e8e88f82de75deba20f07aef6d2187cae634c14962589d531e2b01204dd0f3976f6f4576b03b633c628e07cfc44a3732e72ffa174c8507ad92197bfb5d2d0b41edf312','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:3',1795888491,1795888491,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'14a9e4452eb9fa5f5462d10000f8ada2facf8119128fbaa6cdb7a3fc830331fe22b280155fda6b137cd3883b2441eebb75dc32510766ecc5980b38f9c3887a02d335ea00eb5d455b53ea4bc5d7bcf518','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:4',1795888491,1795888491,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'c648422f7ea3a014fc2b3097683f3f470913301fbe51652186e4e39ac85abf1702dcf79d621d416684835935a9902e76221913357e728968db92b2362a727f56df499c9f908b32cbaedc5416a2ff87cb','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:5',1795888491,1795888491,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'b74cc6b9c22855882a6555f0144e1e36c87c87caec3ea267c55c4de4a96271ede4c0970d96c960c45d05f1728bbe0f0792b8489f9f3cfcd03e0aae770908fca8c862ce01cc4430d3e5d2ab1d7c301ede','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:6',1795888491,1795888491,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'ab3fcbf626f71daeb5c0fd332397e298fb7829316b6594a872e2abd0be95c2ff080d3f8978dbed1c85dcf47ecc78c140822e721f26e2803eda7ae441a16a37feeec2a4bd1cbeffca04c4e2f935a3953e','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:7',1795888491,1795888491,NULL,NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'f2f6b16e5083d31cedcb82e97cba05bb95f61e994e23e0555b48ad484f4ff0eb39229e8c0839ebc95e262f167683aa480a8d6c7343cab5e0759db8ca7640a8105626b8558dcba4afd99e6ada91c656f38557b8c3','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:5',1795888491,1795888491,'stick-1',NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'b5dc9d21a2c8146d4e820b055b08657ae51e98e301ecab44c0f9b17a68bd7234d7f4e7f8aa674ff35b9768931aec1e20b03ae57645e4d90cd69155daa0a98f75f7e6457fab83e95c61538da063cf61830bb7aecc','pool','pool.csv',2,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:2',1795888491,1795888491,'POOL-1',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'81b9d94f81104223ee3e3ab4dcbcc26403f01af02872a0d9ebb2cc2c32f3ebf971f79fd4d64aca18e29c774ca9d5ccebe4ef2472c640af72b81a508af8a9eb3f1153240e9008fc4724899c84acc5e8232a49095f','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:6',1795888491,1795888491,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'0627ea5f0270ad7e7321cd34b4cf56b81092024fba30e83f19fa9a30e38091cf6071a0740bbb6c1514414d828c04060a657e26acea7cc1bba98a2d265274d70f13545c796ee87885fd6657fe53b20e43d8e3b9ea','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:4',1795888491,1795888491,'POOL-2',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'4c66a51c3362ba50742e17f8d222f2fb18f31f31db00ee93d948655862a091d20f294b125bc3d6bc97018e1f6919e528b0aef3b76777afc695b543b86b5957b9ff16021028c84d0bfb9f8b82475fc1dfac4af30c','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:7',1795888491,1795888491,'export 3',NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'86e89aeb7ca111d93cc5216068cd11d0e439a8452deb8e73212af7695645f79d0be653206c3de3d2b1ec850f1e8db3fddcf11e1e33ccbcf5562196f65f76068c2e8e132633fb00c1c725393b00efd245fec2ef66','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:9',1795888491,1795888491,NULL,NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'3ec29a990942057eb709489a65f8f4fc7bd6d028d1d9d2b33f351a3b48288aa35745d90430b9f164ddef75d723ae25ae094ae634de1fadc0cd825f1660ef17f7b1eb0768d204e43e8b3345ab407c411d41746c7a','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:3',1795888491,1795888491,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'512ef87c6287071f82901f6fe09f4dafe9c9f413d915aa8b04b9d87edd1159fe106888c46a7a078ad7fab3490ecc30102f1f77bf389784636ac84c3b3916e5992445af1e7a008b7811a3ef41518332967bd23917','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:8',1795888491,1795888491,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795888491,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795888491,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795888491,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795888491,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795888491,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795888491,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'0XSLI0MP',1,1795888491,'stick stick-1');
INSERT INTO key_history VALUES(8,'2W1DLSAA',1,1795888491,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'F9QQX72E',1,1795888491,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'I4YYQJ46',1,1795888491,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'2W1DLSAA',2,1795888491,'stick POOL-1, record 1, read back');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795888491,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795888491,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795888491,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795888491,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795888491,'127.1.0.6',3,0,0,'',1,'fleet:7');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,1,0,'0003GPSX','fleet:5',1795888491,1795888491,1795888491,1,'planned','','','pc-4.lab.example.com','',1,1,1,0,1795888792,NULL,NULL,NULL,NULL);
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,1,0,'000057UP','fleet:2',1795888491,1795888491,1795888491,1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,0,NULL,NULL,NULL,1795888491,1795888491);
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,1,0,'00023DHP','fleet:4',1795888491,1795888491,1795888491,1,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795888491,1795888551,1795888491,NULL);
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,1,0,'0001R1FY','fleet:3',1795888491,1795888491,1795888491,1,'delayed','CONNECT-TIMEOUT','','pc-2.lab.example.com','5.2.1',1,1,1,1,NULL,1795888491,1795888551,NULL,NULL);
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,0,0,'','fleet:7',1795888491,1795888491,1795888491,1,'refused','AUTH-PKI-NOT-CONFIGURED','hello version 3 (fleet:7); it listens until about 2026-11-29T17:54:51Z','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'e0cedf88805ecade4cc5833bd43864fbcff70daa73643d6f1f306ca40e251a8420cf49feca39524a7539edd7',1795888492,1795888491);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'8e1d1a305695340032a891176b8bb0178ebb15efd11273ac11c233e21a424c6610d05e4fa319d5cab0b3bfe9',1795888492,1795888491);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'333e57649f78953f97a89c249ce2fc672a3e0b1a70a6daad8fc4198174f37b7badb14a5ae97c95ef6d82e8a3',1795888492,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'30b79d2777510c7693ff9eb73bd922658a88d6900692eaf724134a4a41f8ce51e26da61defe89f089a0cdee1',1795888492,NULL);
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,1795888492,1795888792,NULL,NULL);
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,1795888492,1795888792,1795888491,'');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,1795888492,1795888792,1795888491,'VERIFY-UNREACHED');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,1795888492,1795888792,1795888491,'CONNECT-TIMEOUT');
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL,
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888491,'admin-set','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888491,'committed','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888491,'reached','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888491,'verified','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888491,'admin-set','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888491,'committed','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888491,'failed','VERIFY-UNREACHED','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888491,'reached','','','5.2.1');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795888491,'failed','CONNECT-TIMEOUT','','5.2.1');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795888491,1795888491,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795888491,1795888491,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795888491,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795888491,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795888491,'admin','',NULL,NULL,'list.csv',1795888491,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795888491,1795888491);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795888491,NULL);
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
PRAGMA user_version = 6;
