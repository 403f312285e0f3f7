PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('site_key','c81b556624243dea759a322282e09f7b8582eba6385778669ba2b5b20256b1c1');
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
INSERT INTO keys VALUES('000057UP',X'b6a14457c48a49c472749c14cfc1a769a188a86a076db25b6722028187ace096604ff71834453ed58797ad535bdb90a5bc14432dd044e16dbb3bb6662683efde4a54a3bb58c72e7f79e2b59c4b3b8503','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:2',1795889565,1795889565,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'a5f11f280ca1cd863e329197657897c0aec7491caf3cde7a1188b6cb5d33251765e8924aeb4d092e2c4784e6a6fc2ffab08a53ecab3f0f7cd92d163ca82670a609516dd13e9bba8584c5e71a02c2a4ed','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:3',1795889565,1795889565,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'53d1c9d6de6fc339ce7986b780e73296f314c00ced9a69f09c319864356e52592729e0f7064428873c1d0e0ff986cc696ea0fc43ee19700518c9c010d2076455af2f5d78ffb573567eec63b53ec80aaa','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:4',1795889565,1795889565,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'cf37be6fa46c6ef0da26f0659964e229e36dbe22785d6aafffba3bc4324c0d68e1fe1660f0cbffb4bde39aa2d321175dd3f37a45b69c03ac45f106966c3ac981a086416b1831749a3abcbf90b9c82c8f','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:5',1795889565,1795889565,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'289882957c54b798c8be5bafca98259d08262d0411d04dbbf05e45db7034147bafe7c90a316903baedce3c3ca5a7cef37e9c7d0bf7f86eb22d7887a91f06f89a7a20d4c4ae09c104b242b31b58a42b67','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:6',1795889565,1795889565,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'437ee32c6c4d197404fa03fbdd9e136452013b5209ab596fed8cb355ed306e30485d51285309f50a9f3205c03007d9d00aad16b78574a531973ea3d7d0b2190e6cbce51d4a53f4d4d883295acaab3245','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:7',1795889565,1795889565,NULL,NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'e3c5cf84812b2e19149baccf4f11e5f23d68883f964da59bbf40b75a20f503ce424430d3ce4677df1061254873b92b1e22233cf9c6bc5357e2911f8249d533c87f407d00a7fb5473329324d99ee6000fd13dc871','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:5',1795889565,1795889565,'stick-1',NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'14fd68739457d85c17f8fe2c540770c5b03fced81dadf3223db21d182367170ac378b087043985499d5e921bea030e561053bd44057b8fead39daad511af302f2d28b2087ce511fe02aed3d849b603e0303ad151','pool','pool.csv',2,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:2',1795889565,1795889565,'POOL-1',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'7ab1629516af9ec5ad4971d2931e4782a6bbb537e636a3d14017d3a8df4b0c56dd6cdf3afd79f79ededda82c9ff289e32dd129a02a0ac949cecb805c36c62b00fd796fa7e18eb76cd0d91354ff2b2c2dab336e50','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:6',1795889565,1795889565,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'8091bde64f04b7a12f49d47f607947384da8d11b787911a3461194058f06532e362f9c4dd6435d571b4e66f4cea5d1895a51868b85a05aa15453586a272238111d5bf113ee83ed37a8a8a90f167cabed3a57e4e5','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:4',1795889565,1795889565,'POOL-2',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'feea15c816e0983f5dd6f4b3e095c89e8c2be68a80ae5ba29e3a6103d975f1b18c76a115fca33d5b26fc53e47d7166478d5b1f25939fc7dd0610b839cea81c38de66a50eb27d5335cfaef65467e596035725144f','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:7',1795889565,1795889565,'export 3',NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'58dedd4c3032d7faf82b77a68c937288ae5acd4bf7ed125d9a5de613414554852636c846d5e6be859cf08fef0d0b56e139862db3f43dac8600eb1224cfa55035f57461670437c2a8d09be84447f12ca22ec766b5','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:9',1795889565,1795889565,NULL,NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'c11019f2c9b4050d2a8ffa4651a6197aee95215e0bae44d0e10244db992393c5218d0feb79771ea75f63db93a566d7c28ccce2975cb4cb2952a5eb3e5c03cc8841b212262076568533d87bb4fb6f0dfca279581c','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:3',1795889565,1795889565,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'1c5c2e96a764423c89adccefd4b7411d4224b467b3a278ad7649476d479970f57f8d5896f30fbfbdae7e379db9a467a740479a5e2515f2a1dd30caf111c85026fb2fb1f15c538857a8fd4f92544ef5087618ffac','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:8',1795889565,1795889565,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795889565,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795889565,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795889565,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795889565,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795889565,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795889565,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'0XSLI0MP',1,1795889565,'stick stick-1');
INSERT INTO key_history VALUES(8,'2W1DLSAA',1,1795889565,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'F9QQX72E',1,1795889565,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'I4YYQJ46',1,1795889565,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'2W1DLSAA',2,1795889565,'stick POOL-1, record 1, read back');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795889565,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795889565,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795889565,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795889565,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795889565,'127.1.0.6',3,0,0,'',1,'fleet:7');
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'7dd6147d5cf40dde6791f50d89538eb5400cc73e7bd375cf1fad32b128d4546e29b235c25c00b7c55415c9d7',1795889566,1795889565);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'65e5fdb681b64e7f77e7b84e55ee2bb02c2a7bf51d842cf1af82ccf66b505905b1d93ccc87b0ba7bb13e3a0c',1795889566,1795889565);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'ebff5bd0cdd25b7d2cb58db22fe8131927f06ca0006f931c579409e4b9ca698e8f9f89c233209e3100d4f657',1795889566,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'06e55a42afe71d4b54bd21bb5d22f4fb0eb8de3ec3c469508724e74fdf476f0ac270b36dee2bad9b36f26770',1795889566,NULL);
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL, realm TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795889565,'admin-set','','','5.2.1','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795889565,'committed','','','5.2.1','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795889565,'reached','','','5.2.1','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795889565,'verified','','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795889565,'admin-set','','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795889565,'committed','','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795889565,'failed','VERIFY-UNREACHED','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795889565,'reached','','','5.2.1','');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795889565,'failed','CONNECT-TIMEOUT','','5.2.1','');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795889565,1795889565,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795889565,1795889565,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795889565,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795889565,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795889565,'admin','',NULL,NULL,'list.csv',1795889566,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795889565,1795889565);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795889565,NULL);
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
CREATE TABLE counters (
	name TEXT PRIMARY KEY,
	n INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters VALUES('arrivals',7);
INSERT INTO counters VALUES('callers',5);
INSERT INTO counters VALUES('dropped',0);
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
INSERT INTO callers VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,'000057UP',1,0,NULL,'fleet:2',1795889565,1795889565,1795889565,1,0,1,1,1,1,1,0,0,NULL,NULL,'','',1,5,1795889565,'','');
INSERT INTO callers VALUES(2,'a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,'0001R1FY',1,0,NULL,'fleet:3',1795889565,1795889565,1795889565,1,0,2,2,2,1,1,1,5,1795889565,1795889625,'CONNECT-TIMEOUT','',0,0,NULL,'','');
INSERT INTO callers VALUES(3,'8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,'00023DHP',1,0,NULL,'fleet:4',1795889565,1795889565,1795889565,1,0,3,3,3,1,1,1,5,1795889565,1795889625,'VERIFY-UNREACHED','',1,5,1795889565,'','');
INSERT INTO callers VALUES(4,'dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,'',0,0,1,'fleet:7',1795889565,1795889565,1795889565,1,0,4,4,4,0,0,0,0,NULL,NULL,'','',0,0,NULL,'','');
INSERT INTO callers VALUES(5,'2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,'0003GPSX',1,0,NULL,'fleet:5',1795889565,1795889565,1795889565,1,0,6,6,6,1,1,0,0,NULL,NULL,'','',0,0,NULL,'','');
CREATE TABLE IF NOT EXISTS "machines" (
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a',5,'planned','','','pc-4.lab.example.com','',1,1,1,1,1795889866,NULL,NULL,NULL,0);
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,1,NULL,1795889565,1795889565,1,5);
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045',3,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795889565,NULL,3,5);
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',2,'delayed','CONNECT-TIMEOUT','','pc-2.lab.example.com','5.2.1',1,1,1,1,NULL,NULL,NULL,NULL,0);
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',4,'refused','AUTH-PKI-NOT-CONFIGURED','hello version 3 (fleet:7); it listens until about 2026-11-29T18:12:45Z','','',1,0,0,0,NULL,NULL,NULL,NULL,0);
CREATE TABLE IF NOT EXISTS "jobs" (
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,'set-up',1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,7,1795889566,1795889866,NULL,NULL);
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,'set-up',1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,5,1795889566,1795889866,1795889565,'');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,'set-up',1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,5,1795889566,1795889866,1795889565,'VERIFY-UNREACHED');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,'set-up',1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,5,1795889566,1795889866,1795889565,'CONNECT-TIMEOUT');
CREATE INDEX keys_stick ON keys (stick) WHERE stick IS NOT NULL;
CREATE INDEX map_fqdn ON map (fqdn);
CREATE INDEX secrets_uuid ON secrets (uuid);
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
CREATE UNIQUE INDEX callers_claim ON callers (uuid, address, version, pid);
CREATE INDEX callers_pid ON callers (pid, proved_life);
CREATE INDEX callers_address ON callers (address, uuid);
CREATE INDEX jobs_uuid ON jobs (uuid, life);
CREATE INDEX jobs_open ON jobs (uuid) WHERE ended_at IS NULL;
COMMIT;
PRAGMA user_version = 8;
