PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('schema','13');
INSERT INTO meta VALUES('site_key','2d159a823cab09b1a3fbf7c2438ebd59837db61b716ec008fe7a4afc3b371fc6');
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
INSERT INTO keys VALUES('000057UP',X'd40078dcdb50153f1c69ee04a8cd94f5f0fa349e663116cc02259d27a2279f23a4d203d84c0ad999c0f608ca9904d4cd7118fc78965cf016ac16c98f416111e4693d88a14547785b2be1f6bc47f61fe4','keys','keys.csv',4,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/keys.csv:2',1795968645,1795968645,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'330f7fa8b38071047f93bab73ed7494b3ea9073878f8532292472b6a2669999e93dc57c6314c262a77444c1011c75d42b2e1761cc946e2dff7a227c96026f6a8176fb00af54e72cd9eccefa8fb339cd8','keys','keys.csv',3,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/keys.csv:3',1795968645,1795968645,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'8884140d86e7c5965454d6aa2fb66edbd08624b6a2ffd1dd963a1201e8fa1a5fc04456af021a9d663d62cb9634be104d58d9cf725115c5555ff3202c545112c9f8b60f85fffa24be261afc9b63371cf6','keys','keys.csv',4,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/keys.csv:4',1795968645,1795968645,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'404b8aa3dc572c1e8aeaa4eea77f1af6a2b50d9fd91b0c00929a6e8cf004a27932e7be72c8e6a40fec67b71bf1625ca566964f4794a399a89e7a7de4d3abd4b043dd5bbbe9b2de83a3617129decca050','keys','keys.csv',3,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/keys.csv:5',1795968645,1795968645,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'b0ddedbbc13ea08e935dc885edf8d59b5764d08ff58f6ab7d24e08042ef85ca657591581ba198de807625db2b23497370d861145212339e1fbbf0e86e62d4604b9d2344f2ecdb1fb23c6486b38ab8d21','keys','keys.csv',0,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/keys.csv:6',1795968645,1795968645,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'e4befa34838d211f2e18da0f0ad2dc5ec19b0e48975fb17fc7038cb3d8cfa0d8c21af799a817453ed8c71413f9ea5ffa938129444e61d18eaaa5ae56233646bed31b9f21ae3ac7cbb7b953edfcb70239','keys','keys.csv',0,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/keys.csv:7',1795968645,1795968645,NULL,NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'a861698443519d62e242ad6edf6e8ff1a068a09c2ab4c191364c6c4e7c1d5d5a2b06e02a6cef3f6f3dd533e3d9406e2878c5efe7f9dcb2a2218742f979ce6962657973cea53231b9e10df90a62a32553c8ff116d','pool','pool.csv',1,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:2',1795968645,1795968646,'stick-1',NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'81be7e097346cf8bd90719e3cf09122a14544f7138318ddda51b028e0dd1055d9f9e4887f04d19156370109ec90d34129b91fd19862132455058dd2a6d186573d8c0d3072d58350e4398e66cfb847a152a4d1ba1','pool','pool.csv',2,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:3',1795968645,1795968646,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'9eb3834ca87f4a0dbbfa7412c02fe347cd9c56bf1ff5b0d7e692da8f0950ad674d7235b6506d027e9dc0dc068e165b8849b5b9e353a6c00f9c9646c463a39d4e8f16dfc504a8147808c7027f5beb5e2c5ee583e4','pool','pool.csv',1,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:4',1795968645,1795968646,'POOL-1',NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'7a1475317c45361bc2d3a96fe97a05eb66f2801e960a86cc27c2fc1dd5710a4ef6e17a13fa60b8eac7dad8f6546d7745c65d315c37363e4b8512b1920cb335e29c19cb11bed2d72b2bdc58a8b030d6fc0bf2f082','pool','pool.csv',1,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:5',1795968645,1795968646,'POOL-2',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'1c644b88a6b3cf6276fcc82764dc7fc4e3294c6da34423de50c7f142d5ad45d67704b8f66d4e0231e488065b4bbe7d978bf51d0162b0caaff63e8e922b051edcfc68ec94e6ca1bc98a48173f0810c77602bd4185','pool','pool.csv',0,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:6',1795968645,1795968647,'export 3',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'fca8c1fcd45d1bd8a030cf110d548a15f7938efeeb7b34d3fc531ab8a85c69ac3328f95fa918c49662eca03b05b07d6bb0cf3bd856a76164bb8543ebe052fbcff3131917b2350c4eda272a71504d2d4f5f0ebb80','pool','pool.csv',0,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:7',1795968645,1795968645,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'5ff43cd95873cccb835444fb20fdb4322e1ee369149ba211944b0482160c915154d7425aa777067487693a45dd28f93cbf5d0fee578ac8b0aca36fbba08c6eb84b4b1239a0db3a14f3686f5d3528b49bd550fb81','pool','pool.csv',0,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:8',1795968645,1795968645,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'435afe4c01fa391164726c111f72cce5cb3146586c5c0f71111c1df0755d690a5ef8ccd852cd58bdb32356bb3348de51ce23d528b6f6d6439c7f6a3dd318df6f456c6ceb9ca2a0c7d106f63d3833cdc910b9f66b','pool','pool.csv',0,'/tmp/wk/RPTA/main/tests/corpus/stores/fleet/pool.csv:9',1795968645,1795968645,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795968645,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795968645,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795968645,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795968645,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795968645,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795968645,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'2W1DLSAA',1,1795968646,'stick stick-1');
INSERT INTO key_history VALUES(8,'I4YYQJ46',1,1795968647,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'U3JTVOCM',1,1795968647,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'0XSLI0MP',1,1795968647,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'U3JTVOCM',2,1795968647,'stick POOL-1, record 1, read back');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795968645,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795968645,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795968645,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795968645,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795968645,'127.1.0.6',3,0,0,'',1,'fleet:7');
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
, seen INTEGER NOT NULL DEFAULT 0, origin TEXT NOT NULL DEFAULT '');
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'ff60e0472bf4cf9bf1961e4c841e5c32b591df1aa700e7f0494208c133d825d8d45eca2c888805904ce1ede5',1795968646,1795968645,1,'random');
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'2cfb83193fadffbefb28e177273a8aa5b507428b8117837e54744512e5ff3d44919f05b229d72fd3386ede87',1795968646,1795968645,0,'random');
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'c5a3cb3ba25edeb6b07d2961b7d38506dddfe3135771baa92ea24cab29ca1861fee816e6b3f38b7450e17e97',1795968646,NULL,0,'random');
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'423f88df1972034eeb8aefa1ff36dec9d7978055d5f02879ad8b838063caf4bd6e047e2749ef18eeb7545817',1795968646,NULL,0,'random');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795968646,1795968647,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795968646,1795968647,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795968647,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795968647,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795968647,'admin','',NULL,NULL,'list.csv',1795968647,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795968647,1795968647);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795968647,NULL);
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
INSERT INTO callers VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,'000057UP',1,0,NULL,'fleet:2',1795968645,1795968645,1795968645,1,0,1,1,1,1,1,0,0,NULL,NULL,'','',1,5,1795968645,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(2,'a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,'0001R1FY',1,0,NULL,'fleet:3',1795968645,1795968645,1795968645,1,0,2,2,2,1,1,1,5,1795968645,1795968705,'CONNECT-TIMEOUT','',0,0,NULL,'','','','','aa','self-signed','');
INSERT INTO callers VALUES(3,'8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,'00023DHP',1,0,NULL,'fleet:4',1795968645,1795968645,1795968645,1,0,3,3,3,1,1,1,5,1795968645,1795968705,'VERIFY-UNREACHED','',1,5,1795968645,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(4,'dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,'',0,0,1,'fleet:7',1795968645,1795968645,1795968645,1,0,4,4,4,0,0,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
INSERT INTO callers VALUES(5,'2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,'0003GPSX',1,0,NULL,'fleet:5',1795968645,1795968645,1795968645,1,0,6,6,6,1,1,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a',5,'planned','','','pc-4.lab.example.com','',1,1,1,1,1795968946,NULL,NULL,NULL,0,'');
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,1,NULL,1795968645,1795968645,1,5,'bb');
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045',3,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795968645,NULL,3,5,'bb');
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,'set-up',1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,7,1795968646,1795968946,NULL,NULL,0,'31957600742e4470f711d22c1552aa1c5e90f466b7cca37b3a9291e913c4331b');
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,'set-up',1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,5,1795968646,1795968946,1795968645,'',0,'31957600742e4470f711d22c1552aa1c5e90f466b7cca37b3a9291e913c4331b');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,'set-up',1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,5,1795968646,1795968946,1795968645,'VERIFY-UNREACHED',0,'31957600742e4470f711d22c1552aa1c5e90f466b7cca37b3a9291e913c4331b');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,'set-up',1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,5,1795968646,1795968946,1795968645,'CONNECT-TIMEOUT',0,'31957600742e4470f711d22c1552aa1c5e90f466b7cca37b3a9291e913c4331b');
CREATE TABLE server_keys (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	asked_name TEXT NOT NULL,
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO server_keys VALUES('7af7449e6cf52084aa3404f330412d60741a45b9b69677d247fc81d3d4288589',X'9b3ee1d1114ef8ae3ec0b1608b4a0929647afa51c3ff1327260481095bbfd851b2e5903c13e7f162f14130bd8ee11ca43be386553ec650636b59446ba2d1d33afdf9e184b7351f14a5f428f230b138a14411e701df58f85e582d9bd40d058978909c48105e64bf719dfe0278bbf80bfd6a34984e44fbbeee9c488cd910bf54473b3e748dc330227021373e839036e3376fc5a3e3c9f3c9be19902601ba8b9d76171b45284f4af98e10529abb742fee327fe3a2ea89c35e84e15656dc75b3e40f05e9e053af862da70e77cf74e6edaab71f9eaf1cbd36c4ad73b12bd467a6e5f9d14ebe1dba95ac6c02ea2252e769fe0549cc52065c76f28095d15496286bf63f8dafb6025b0bc25f182ec36da32bc339ef6883d6688a9e24d5de62649b0d7651860b6fabd5d2c3e91e05a12d0c2cf2639c76349c90d04090defa28b7c549d84e9f6c93507a162ccbdea12508969e92f32df11980978ec51e81001a16014da5547bdb0e141c1f535cb45d39aef8fba203d97ca7b1f5bd77fbb3103f098e82f4a5b65905e384a2d7c58196bd5215ea48b9128764fe3f6971c5bdf4d52ed4ee437d563c484326ac6cfd5e7d7691ba08cc7e767789de1cd8c05a80f610e847180598232b56beafd42f726bdcc95924f43a9f10e4444863cde1d295d33f0808d03c99bfe13c959cb58786ca85bb150e3be7b8421d4010fde8750d196a0efcd7055b5bc2d38250124590641d888615943fe76484ea3b91e056cab5fb079271cf96d6960168c318efb6771b24f9b51d39e04f2cd87d12e91fe608d34bf6cb59b453cd4f47ecbbef5203dee6189d718b28b6bc602ea7c4ea6e63ee2c82529bfb22105da834ad70f0ff431a1e9e73036d72bb21f91e68a740ae7aac4a275f0a57e9d84b52c655815c57c1e4f4617a306aaaa89f455e65b4c1e50acc4183f6ab29c130756765af314f904de63d1274f656456f18a74c62bd2cab437d791a5f7c552e83faf50ba7c4609fe8d89bc127e04c8d328111a0b1c29baba2e349ce5743c68bfff73051fc12cd796ae4eceb8315de592f25a70af54a68be2479fca1c9dde55d8b26fd9fbd9b637ec7cf5077ac9779a1df32a80eae170dc0f4289b8666c5069b88c517e4840c8b2ce27aceac06cf9d57efc0346558d6511c70e279d3c345ba68cdeb8d7052a3a14406b05ea207e1a8768e32129f820f0a219b2857a6b81dca4b4e51eb56100e2dc7f606e0fd9631f953ca981fecbf97be8c20025de850138952b1208d9bbf0e493322ab1fbc122238906416419058c59284f68b004161bff95ecbaa2aad39037745c53d0981651941073afc9c91244bafc2052f780c2a40338569ad84af814e9478c7d89029f078d61762b8374ee3d1b860d873710bb39ce5982aff93d8cf6051c25f942fee5740e45d9e3e86ca18106bebd610588d1309925d751aadee1e7f01f16147ae704a1b9cc83800abc984e56639165f66205b10bcdd5bfea6ec622ab78dd1029e035fce9d558ab4f7fa8a89d66074375763e1e90d2acc14fcde3eb49ead1fbe77da707928b285311e05f273b383b9e1e02e177869fbf61388376cb41e9f4e376b459cf7858bbbb0e388da0422ebe3007d7ad0d3a0303774b489e652635ccf3a54f4e78ddb0beac871d8ecb6dfe70cea11e7c0ac811d8ac4a618558d5316b7a716e6a51cb8123cdc6633341bb32926f2fad992e16cfcc50dfa1326cacf','',1795968652);
CREATE TABLE certificates (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	server_key TEXT REFERENCES server_keys, -- whose certificate it is
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO certificates VALUES('17a076178ca9504075c89a3311ab446841edc914c4af945f774a8ae93f729ea1',X'c0eec4716f597990ec2433f068f1fddf65c9c5a837c66fa8da7c3059db600a3f5e1cc63504a123b7a8c81ca6d1e3a89cc3be143398acdf37af11479337f0520e6b1fa4642b44cb1c1a2b7416426bb7cfa191b10df649e266d869871065105b54e7aaeee6f1302939e45021287f7f8d8cd0ed5dcb246e5e5d2c81c17f85773ad849f2e95ab8f6114c062527db7147b1ec6b9a74c31cabd31c62c1cae7188111412de0218063d8c319337d070bb9c5756c4a59bf22b515450d059095841cbf01e914450358355237f6cfe7647b308902002505a8436c04eb0f9892c7607a99522cad6c857d59a02016fdcf59af818ecda25e952a3991890f34eb18a99e959528ec04bc472673c3f5f33c4f855aa7b050e8ab8161619f0e1ad7d587813bec489ef27ca3488573f582cadaf5037ce6ab11dd15d4ecf131fce1680c22c4aa2f8787cda4c885fb90341bdfe8918394af422019e0ec97c6e8d595d817a151f8276ac51107dd818f13d053633f626e23489d50c96dbe8e1a7926f321b3820a65dca3b844402dc60ae785683d0e510f51aff73bdc9e9eb64106b115c1b24e25cdf634e04d0a28ba55ccf4f4988c3c00052aaa364e9d068a115e279cb26d3b871e224173889a5e0395a5e84aecdbf084dce5abd3aae70ee82ee486e5ac23e966c1cad8ffe41af013302ed458a5cefde65139cccad062d939b748bb7f061c0ef947e50bd4c1d336dd1ab7c269721023e29972b62bea98dadf93cc6ee9850b74c4bc130c8ec20286f209cef64d72b7be4f84567e0c682b56b5051984a89e289c1091d14d3101ec398949b111927049e9fe1b79898f4ad03874ff3ca3a6ee3659600d8a48e74153911f3ca7519c9c76d6c25f556bb63e9e4299f3766a04ec670241cf80a8cf9d44ad1dc420af8d5533be868d4b201edbaa8f8de6ea4fec7832d800d542e652d2450a0876dd15dd95e847f2f5ff20a99d2673f70817706d3c01769065aed4a72f1b806d973caf0ac7c27ed0b874356b68da51d9abadffd193e89544e252c3fb5d876a1323e9605a56de8b82bdcb029644cb83ec769ac7c5b0796e7ba5ec06f55a2161e0bf96c1c63c7d0f83c89afd81ed441fa237c5696ee4dca942a81d1d23f7f3d3288a073cced765736292d6',NULL,1795968652);
INSERT INTO certificates VALUES('3852e6b47b1ffa92dd1d4e4a14971907d9b2026490368fb1abeee413c4f14993',X'026afc35e62067252432b5b87efefa21ca88ff31d007d9c343024ad7026ff3e0803447404da4a55299cf513bc123328cd6f43b113701b1cf9174a23c85b5cd1d96b2f8852f6c896f60dc491bd532287620f37a0f8708a4d9251a1a3f72bc11c66b3da940c859cef57aa4bdca6f61a0990bc1c4c5f0dffbe8ca0f1fe1dea7c5b93bfd5142f9d856b4d7ba6658dcbe0f122f74407e3fb95ef012340c716fa10f1da1d4f2f43427634d0637d9cd798ca475b262931bfe67074971fd58a26d1c18f3bb6a325d3a354407b97dd63da5b1396c72f1b892d80e2f435de5ea47512f64f4612ac29edfa1cd7a1e1b95604df14a5b7fca877ef26f48d1312af13bb73484fee731294fc44d4b639fd43f4924c682d7cb9e3b997ccbf5c30e1d677e83ebe9478ffb16328be87144045e145a231cb4b5cedf4531c7fa9dc1aa48de86d2b7914949378ab1ecbabe6b9ea44624f8ef3633446005716ac51bb60ba92aa51c324d35e3283931c44906d86c03ebfcf23d04b168e97d881cb431614fa999b641c1b5081f28e9a8347bf67364964537891091568227f0e1aa821e8e0eda81a750d61a007ed4e80fc6e88c5cea518f4850f0a181a5e744cbab7619ee19bcb385c4532359a6ac3d5134b272fad28baee1b6bcf70e70d5ce17df5f58f7608d9a49c5b4a80d18b142965d43600a21210b6b079c8b1aebecede322f23718275b0d25d8306933973c497425af7b75f752555ca613eb750f09bd618afff4df2abac3f774331c02ad33e0f850074f4da0fb23a62ee5e530ab08245473c2032da2e24f0ead639f272df4df5be964628a04d19bad3ed394b393996d167a8181b1d7d57db2cac11048b60df31e20f06391d99a3d5bcd72d4012256fbfda664ea8e5272da433412c3d88b98a06f6870bef65f0c76b4ab0624e6cdd5c1b2bdcc9faee5cd2de35d73de44f8cf8e1a5a07fa5ae9dc4c33a779dfd4905e77bb67641de8172bcc9e59a95e50dbf75fee9997247b5e7bce46ab51f8b95687c8e63cc9961a65daa6f268b618db8a77a6357c500a2e7a31ae95e9c136b4816dd1ff443704eaf03d979bcf710fea198c2bc211023b76da8719d9f1c88a3d17fb299838f46c8713e2035dee92cdeadbacb5ac320e5062f05dae5d20bbc74c87e9c3','7af7449e6cf52084aa3404f330412d60741a45b9b69677d247fc81d3d4288589',1795968652);
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
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795968645,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795968645,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795968645,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795968645,'verified','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795968645,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795968645,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795968645,'failed','VERIFY-UNREACHED','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795968645,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795968645,'failed','CONNECT-TIMEOUT','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
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
INSERT INTO kept VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','standard','31957600742e4470f711d22c1552aa1c5e90f466b7cca37b3a9291e913c4331b',1795968645,1795968645,1795968645,NULL,'','',0,NULL,NULL,'REALM-UNKNOWN','',NULL);
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
INSERT INTO runs VALUES(1,1795968646,4,1795968646,3,1,2,0,0,0,0,'');
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
CREATE INDEX jobs_planned ON jobs (planned);
COMMIT;
PRAGMA user_version = 13;
