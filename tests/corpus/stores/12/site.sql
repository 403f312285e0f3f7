PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('schema','12');
INSERT INTO meta VALUES('site_key','152833b3d9dbcc4e8e6e9bb173594537531543f4251ecc97456ec1f37902abba');
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
INSERT INTO keys VALUES('000057UP',X'b744e588923fcc685d17097426eb5f6c5ff6d97e658b5c62d9cd039bbed41b800c71e0eb3df6a41361b60a56d1369dc736b1dfd40957ba34650936ebb8fcd9841f4ab04f9988f90d6c87f984d3e7798f','keys','keys.csv',4,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/keys.csv:2',1795955322,1795955322,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'8f72115eb452ffbed35b85932f80c1078d14ef8f5c73aaa1d676b7359870a23b9ab1f503beafa761ba186050592b7da15ec11876876dd91387b8a96cb1d5633d1c6eb8f789d6f03c14907b3b1b6dd214','keys','keys.csv',3,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/keys.csv:3',1795955322,1795955322,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'3650263432cfbb1d4c91a03439595fccabb0048d1603465335d015e8f2157b76827009e78fe97d0aa022d1ec1defb77ff978f6f20d4ae1bdb52104f6360e96ee80faf477530073b76f77e2dbcbc6726f','keys','keys.csv',4,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/keys.csv:4',1795955322,1795955322,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'd84031aca517716ab56b6bf3977bb980a85a0d561b44e2d86e6c5d7f1c71183f9762882863316b0ec56838c0935130419ed73d2ba7c7408bb4707c78f5aa701e548adec8622e80c80e6eee748aebb29a','keys','keys.csv',3,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/keys.csv:5',1795955322,1795955322,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'124e52a22bdd428a8870faf471366b48af1e82ba4377ba4543f699b88ae0e20287318db380fcdd4f42ae37aa7b1f73d1bc77e1aaff4355baca07474dad91d2496bbd2b10b35f722b3e8b9b27110da179','keys','keys.csv',0,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/keys.csv:6',1795955322,1795955322,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'ad1f1cf140faebd47abbf796949e035a67895d5bb4619c49e9c32dcd951590b00e39b7ff9186ee153af70b48af956e92212f54d6fe4610c7145f2a33b48ac8086eeeeca4f6d00688d376bd9bc4e16a8a','keys','keys.csv',0,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/keys.csv:7',1795955322,1795955322,NULL,NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'c2a2ec9a366edfe8de27737c8e67abbce48468b05c16b8b53fbe08b9f37d73c6854b6e5a4325d268405ec5116c3bbab835afac62ff25f42c1171dd9175755908f8d44c6277cc6181387cd5ac97be0ca9acb4f1a0','pool','pool.csv',1,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:2',1795955322,1795955323,'stick-1',NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'431c7ccd6973b8991ebd09b800998b2f920398461afdffd2ddc0891b391343bf4b04935792f0ec5dc2a25f3a31192ef6526fc532766e61761bd6fe41661b8906199b8519729d6014e7d5d3bb6ffb99f5faf1c7b5','pool','pool.csv',2,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:3',1795955322,1795955323,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'f7c432a1c11474b9e08579eeaa699e2fae5d85f9c61ae2f5006680e07cf6cb7c09604ef5f291c77fdefe23bb0d3bf7af1484a3d7d25f71ed9d2faabf8b9bd5c62612f871aa3f05a326e892782e4d45bf83879315','pool','pool.csv',1,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:4',1795955322,1795955323,'POOL-1',NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'9bb3d0ed9272145e3bb55c1f0bffb1d3df76e7a0d8711dfee4882e79c9ee0b45824eef19fe29895365d36729203fdfd11a78ef7446c945e64b3796679bc888152f40fcbe02f4907ea2ad39fdc6797a11d6e18079','pool','pool.csv',1,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:5',1795955322,1795955323,'POOL-2',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'239dd1b9af9d608253125d75c44590cf809b61f2f6aa482f5c43649c056482be2bf0a4ee5507574237a10c80888355b94a58d034721a681e2119071303376e406d83c2d9c97c782d1fa690bfe9a47e7f289e66b8','pool','pool.csv',0,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:6',1795955322,1795955323,'export 3',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'7d8810e3111cf50101b1b8b89411f6fc7c216bacacdf73f8f87f190056a4f9551ce16879db37eec49cfa9ac53e70c7655ca25f1cc1b5d7081211207138a01fe1721dfa402bfdc0c712833163a8c316ab5b5f8f4f','pool','pool.csv',0,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:7',1795955322,1795955322,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'd39b70c3330c90e93277144985a10b4fd3ee39739fbc63b393bf2f911d372322e721cd69eb620d9f10185c3b4efecb1cc34187a296b7a965161fcdd3b6c734a97cb6e972eda3337f92db8020d9938c396f199b27','pool','pool.csv',0,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:8',1795955322,1795955322,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'7cdd4887fd91243d69b40f56eaad3856712c6674472bdfb071c9d9b88eb6d98280d9536c4fc70aa1ce4e169f64e67f23f2d4505324cd2c5cfe7f57f5679c5acfcc24c07958dfe3a99de4ecf6fc2ed7aa50498fde','pool','pool.csv',0,'/tmp/wk/rotate/main/tests/corpus/stores/fleet/pool.csv:9',1795955322,1795955322,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795955322,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795955322,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795955322,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795955322,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795955322,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795955322,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'2W1DLSAA',1,1795955323,'stick stick-1');
INSERT INTO key_history VALUES(8,'I4YYQJ46',1,1795955323,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'U3JTVOCM',1,1795955323,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'0XSLI0MP',1,1795955323,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'U3JTVOCM',2,1795955323,'stick POOL-1, record 1, read back');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795955322,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795955322,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795955322,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795955322,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795955322,'127.1.0.6',3,0,0,'',1,'fleet:7');
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
, seen INTEGER NOT NULL DEFAULT 0, origin TEXT NOT NULL DEFAULT '');
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'138a5afbf5009dab843006449a749f1a6f126be145ed2da1ec03a5e1943f5cdd1f3d19dadc0f701936bc56af',1795955323,1795955322,1,'random');
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'2a41742af8b7d416fce5e67d8e1446b9694f29aa45b6752e66a603154e9485267b8090136a8512b168ee3a9a',1795955323,1795955322,0,'random');
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'27e29facada66067fbab04cedaab40bea7c00b0e23a927304229ee3f2b9f95438b32b72222f186b11932e4d6',1795955323,NULL,0,'random');
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'c7d8fa24ab7d4869eb6c682df257dfd840551a81457ccf1c967482dcb00a7cda86bcd3a2d5e1f7266c7cd6b0',1795955323,NULL,0,'random');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795955323,1795955323,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795955323,1795955323,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795955323,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795955323,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795955323,'admin','',NULL,NULL,'list.csv',1795955324,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795955323,1795955323);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795955323,NULL);
CREATE TABLE stick_records (
	stick TEXT NOT NULL REFERENCES sticks,
	record INTEGER NOT NULL, -- from 1
	pid TEXT NOT NULL,
	machine TEXT NOT NULL, -- or empty: for any
	PRIMARY KEY (stick, record)
) WITHOUT ROWID;
INSERT INTO stick_records VALUES('POOL-1',1,'U3JTVOCM','');
INSERT INTO stick_records VALUES('POOL-1',2,'I4YYQJ46','');
INSERT INTO stick_records VALUES('POOL-2',1,'0XSLI0MP','');
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
INSERT INTO counters VALUES('callers',0);
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
, tls TEXT NOT NULL DEFAULT '', chain TEXT NOT NULL DEFAULT '', device_cert TEXT NOT NULL DEFAULT '', device_kind TEXT NOT NULL DEFAULT '', rom TEXT NOT NULL DEFAULT '');
INSERT INTO callers VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,'000057UP',1,0,NULL,'fleet:2',1795955322,1795955322,1795955322,1,0,1,1,1,1,1,0,0,NULL,NULL,'','',1,5,1795955322,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(2,'a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,'0001R1FY',1,0,NULL,'fleet:3',1795955322,1795955322,1795955322,1,0,2,2,2,1,1,1,5,1795955322,1795955382,'CONNECT-TIMEOUT','',0,0,NULL,'','','','','aa','self-signed','');
INSERT INTO callers VALUES(3,'8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,'00023DHP',1,0,NULL,'fleet:4',1795955322,1795955322,1795955322,1,0,3,3,3,1,1,1,5,1795955322,1795955382,'VERIFY-UNREACHED','',1,5,1795955322,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(4,'dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,'',0,0,1,'fleet:7',1795955322,1795955322,1795955322,1,0,4,4,4,0,0,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
INSERT INTO callers VALUES(5,'2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,'0003GPSX',1,0,NULL,'fleet:5',1795955322,1795955322,1795955322,1,0,6,6,6,1,1,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
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
, rom TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a',5,'planned','','','pc-4.lab.example.com','',1,1,1,1,1795955623,NULL,NULL,NULL,0,'');
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,1,NULL,1795955322,1795955322,1,5,'bb');
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045',3,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795955322,NULL,3,5,'bb');
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',2,'delayed','CONNECT-TIMEOUT','','pc-2.lab.example.com','5.2.1',1,1,1,1,NULL,NULL,NULL,NULL,0,'');
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',4,'refused','CERT-NONE','hello version 3 (fleet:7) lists no root','','',1,0,0,0,NULL,NULL,NULL,NULL,0,'');
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
, again INTEGER NOT NULL DEFAULT 0, digest TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,'set-up',1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,7,1795955323,1795955623,NULL,NULL,0,'d3db0f7b4b305983999215297246f533d41e80591677809b29748044a24bd474');
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,'set-up',1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,5,1795955323,1795955623,1795955322,'',0,'d3db0f7b4b305983999215297246f533d41e80591677809b29748044a24bd474');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,'set-up',1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,5,1795955323,1795955623,1795955322,'VERIFY-UNREACHED',0,'d3db0f7b4b305983999215297246f533d41e80591677809b29748044a24bd474');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,'set-up',1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,5,1795955323,1795955623,1795955322,'CONNECT-TIMEOUT',0,'d3db0f7b4b305983999215297246f533d41e80591677809b29748044a24bd474');
CREATE TABLE server_keys (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	asked_name TEXT NOT NULL,
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO server_keys VALUES('1c84a793021537d3f858435ef2a504ca6688f8c0403fb50a40b670fa1e963951',X'15b461899f0fe983477a7e942ae94d8cc10ee673858ac6f6b7add8fca787fc6d7d8befc5414e505a8b230c0268a4bf6f45c7d3f09d28aa75360f9febaa6b23d9c1ec421348882559c17e448e0f87c28148c6c063512a8bc1810ce038ebba4426dfd2ac9e42bce84f1c752962ab26c06bcbe2a559a5bec09e3da05e10beddf27d63e393c45c2bc7346f1ff923a7987c29fb1e564d6a94eabacb2f29eb15736a4a89d46db77a866ec0842eec17235d9552425d91eaa63ea2c2fe3dbfee851f0cac32ab7171ce3f7aba0bda7b1556c622c0efc73160f26af82d0511b73abbc53378fb0265376edecad1d011dc89c3cdf5ef149f93cc1c6b44d35511a1ea2f0f364bed7431e95a9024f0849ddd15972e818b31dac8137c34c7201e477a61212b864dd82ad56218d738731d462472be270c1dd089daf39fd845881dce6b0ccf6bf7acfc0ed884415211a317951cf212a56e06ffdc38f63ba37c67687ff8342033bb6e8155d606a8a1e76b480afc2a7d18292201e537ec7b35a9efe75c4c852c145f61a35ecd3be66a29f5d78387ebdf187af2a755e2ef34030d7a13c43dc020d7337f34d71b3b6ab5f4f82ad6cedf9df17f3bd57c79c4a59465a307951d6b0ed3d86666ccccb00439af096976ed345d8c28e1ed2458db376313b09f43c01c607e61cfc7d9db1c7a6724345017d265658e0987ef5face86cbb5f8e38dbb27899ff5ada8c0042e0440ab02e1e57f4efa74f39ebb7827c33f61ac5c17ed67035210f6fd612466d847f7123c0e3baa94ce126327c018f6eb9e2a0ef0cf8e531a401fc21f969bc6cba1ff8d50ab41881f614d2d2b18e08d7b80d835ce3e35c551072bc6f35cda5d632c67f798dd90424f89b59ca830de8adef5bb798f80bbbb2f792dc5524b85d3523c27369b29a8e97bbf9d09c75b763b424bcfb0cf8d762e0df4af250792e9c2c61d4ee8b1ad9e7e01058356289cc0c3c0010f940bd8158cf3cc9cafd76ce65aae41bd9de512fa0680a6350d4b992310d1f77009a8b56d7306ccaed696ccd184eab1958dec7a63a6fe94ed64f7cc219dd297cde349eb70110bf5c2edea54171f8e394d96d00a07c28880e1f5e9d437b1bcd2b5e7b1e06e062eeba959ae0117fb6806b0fb98f65782d0131fa3417f5f65195b52070ce479925c6c3c8c46123e7239f10cdf4ad96545e2f7edaf6bbfa9cc5a04ddddd767eafc946ef402a8e8268e690e62323a79f6ff95bb8b43ddeadbb81807af443085a2d53873c1b25450986de48cdb5b00bb61dfd3b28dff8a255104ae4ddac39cd427422185b5199882e9c070276b48dbe5a33826050f7056a4729050fd1ca921be2a5a5b8900afe7eb29b46425dd82963aff9141e1be1aac1526d81be1f9d1f29c9b21f94bfb46ea1150bbce497b58125f7c56b4a20a4f1446962a96273ece41897bc9bda6cca254997a2d76ed02b9470962a2584b0f535651d358e27cab0d50e310b005101544ea00e6ba6512c9b6fe53a4dc55437ae9506b28aca26ca1c77ff5c52eb61090651013246265f3ccffe7ca9717ded53a15e116cb7cd2ebd4cc59642050e193c0f514e31879fdc476441656b9ca884c156e6daed5ede512a14308b142ec65ac964d053b4de5c2236a29b0593e411832d8a09594e70a48a32a05c1f82862ef69d1f0cb9e0b1ca0c69030ff0cba8a38b5a7301ad0cfad368fd084fbc3028913cff07f25edbbc37a8','',1795955327);
CREATE TABLE certificates (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	server_key TEXT REFERENCES server_keys, -- whose certificate it is
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO certificates VALUES('2fa227f4d82316d395419332a28e71b280b3c662b384ca78618a0735974aa1fb',X'42071b01348cc0bc824d529189f9852354307df4ffaad24e2d041b7ba86e24fc9e98dbfc884e89845e234547eab79f724c3fda34d004ab37c720f03eae3997064c21be249214f35d9b17c63d16f2982b5270d18909e4dbeb6a21d9d2ca0e2708e6e4a16ee7a78fa103b643a5ee36ed87cd7eccd45562259f18f53d9e4850226698cfb4e9584061f085e7e982b86c6d83f0ce35643270c83b828371b5c88186c12a9f3458438d6f40e9aae457a0a59d75a521b7a1b20653dc1c1295548997062340ae402d05b41430bb0a20785b4b045f6fdbb69ab0ffa117264f3303fc4f198c4a9fd308acb5fe047671eb011b6792b7746921750c2a88cc0ea3196d4b81d3bad31139dd1f38c5f67a116180e97f95b2cc5c3cdffd715e7560033e900e36b1f59dfbf1e4e4829ee7d88c9bf391f98abdd5bae1263d484685f8166b4f25ceafb81726074ade44eb155a092d13decf1caf7dcff0399878cafbbda807885af8bc42baaee496b12ea14f4ce171d3e846baeb53aab7febd5160ede08b9047cfe41695c032cb6b9f40e1f8524f33818e92fc3ea40e589c44a9d4929f2db32800d9e6abb7dd07413fa7a14755ac86549b8d54e0d1cf1fd0f6ee38b55919d31e4e75286785f8e7d189a90eb422ffafb4a2c4c18288b00808091f868350d0311b2aaf50d89015ae05ccaecb3b2f1fc36908ac82d7f9ab26883870df0b504fb7e857d0fada4c1af20f576b6df3f7b11a1217ab26aa47b610ee3f71112ed0c0a3b048511ccdea0efc0c7929d527f8577e162ef374d93ada4d74eb07d520fd9350715c48022d363bd9ca42e3b8f297dc18255fb20d3713d6f7a53e8f8c13d8ef452cb5ba839a0b0b645f8e845fd20db29374adccc5be34e55a97ed8f0b32edf706ae6392765d12756ca5050bf50241b48524dd28fad73f63759bc8780b67929f0e7d879a15afb464b4802e5198a1573107ca66fb1e70695ac7c65fcf46f9643cda94921af517bd2b3b66d5953a564669c37a4a66e530140fbfe5e81758e473a685c7a44705839b3c6be756ee304e49aee15eb7407866fa15bf9b81b1d996a55259fefd6a184d83886defe176b3021e427b087e2a2acb1210ec937f3760663696764d00a63f2b839c25f194a9e2b1e08d747c29',NULL,1795955327);
INSERT INTO certificates VALUES('c903d081c657d44bd535d52a6137c30ff795702f48b9001fbed7ff5ce6f274fe',X'6cf4fafc7aef70219205c43601a940b028203eb1bf3f6df7e77a8fd2cc6014821a80d92489e36822b943bad877ea853517d94846fc8d8aa32d8183c6ee648d3f9d527d3e951f1393f6941af74dbdb752714e275885f8e8c7bf35c9e5566841184f7c526f5fc3953105de062d748a5341196130c8abb22b974cc7e4ceb87304dc4c753b3d6b5477567777b6c3bc29b46435a77b319cba1112a8dbc63a0f364ea0d5078e3824622e22e0121fb765eaec97c45b756438c6830ea010d4cb085ce6e22c3a7d0fed9888b721857cbfdef9661272430195b5a9ac9c52e50ccce609b5dabf21d219fe116276f8ad33330f5b76a6a8f7a7df11ec0d3f3b20595c42a1d7a5215341efc247f4135b65bb7de0d1ba26bb99810a8b6878b77626a37a660515ea5daa94d5681be47b9eb040cdb2c87ad835ab1e58d53fc4266c294bc436588af99fbf73a29c75155e1f99c9cdb50249115da7d755b25477fe13ccafacbcdb4b98f3459dfbf8950b42f371aca5fd17e4b8235956c4ee5132bfa7979dd99994beb365ed312fbbb84d9a9dcbfffb42b1d26366ea7e20a4817e566337f83bde3a267581136d385de5e771a76c34c076d87300afff054e2d360e3d1bd96a5b87607701612595d6935e50d50682549723154533c3b5b154a9d2a1d0a73fcd78b65d49643b230ad3ff9fa1c0ff9964f158209ee6d17ab89aecc83e629ddde235ee1165ff3f2ecb5978031153bbbdf52ddd2241c5700bd761b8ae1096a8be884efe7422c7416c397e1e6e543a49743dd44d05dc00f0cb4c88616958d19fa391a77533e44fc2b7089f84d6f97a309a26c8e08141a777569c030e9ac9eee8c9298b7030b9b6bd43652100ab2a29ab7a4cb54eb46d9fd4e9b1d2b339d41408ca5f546ea16ea2b6e6fc9e3b3e0e2af3393f064f127b245effa36eba9e23401a3b5a83b568f859b09c64db6271db15161bb8878f8550b4c7e2803150048a577ea431b77888385ac2c3404c80843235f61ef06305609b222a3a0f8a5a2cf8f9bb3c6b9869cba92dd8afb14699a26717e279c9ab198484df76cc6ec86fa0e5a8e72cf9e1623f6f13a83f9ef4125ce485e95ef137fcbf1b1ff276b1009d02ff08f4398e3f96b8252fad1d0e2fdd37673a68674064420c48a3ebc5ca','1c84a793021537d3f858435ef2a504ca6688f8c0403fb50a40b670fa1e963951',1795955327);
CREATE TABLE IF NOT EXISTS "results" (
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
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795955322,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795955322,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795955322,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795955322,'verified','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795955322,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795955322,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795955322,'failed','VERIFY-UNREACHED','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795955322,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795955322,'failed','CONNECT-TIMEOUT','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
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
INSERT INTO kept VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','standard','d3db0f7b4b305983999215297246f533d41e80591677809b29748044a24bd474',1795955322,1795955322,1795955322,NULL,'','',0,NULL,NULL,'REALM-UNKNOWN','',NULL);
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
CREATE INDEX issued_uuid ON issued (uuid);
COMMIT;
PRAGMA user_version = 12;
