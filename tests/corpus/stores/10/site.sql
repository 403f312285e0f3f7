PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('schema','10');
INSERT INTO meta VALUES('site_key','537bb3d5d33cc57b517af8addd9e57fb374e26c13bd5864ca9ef7ba08f552fe2');
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
INSERT INTO keys VALUES('000057UP',X'0c017fbf4b3aa78b20d2b8c509f5bdbac3c6cfb890151278a4167fa60bd360a2f6fcfbf4dd597907b534247a1e0082fd6029ebf72d22a42a6da1b8d38b9ac1b0de0419aee60e7133bfce7b66fc6e9c5d','keys','keys.csv',4,'/tmp/wk/plan/main/tests/corpus/stores/fleet/keys.csv:2',1795923428,1795923428,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'a40a7ae758cbf438acabef018c1194e12f7d5ae500e1b3748a7958ffc97a64fef908b43761af8b6fd5eaab3ea7bb9d40b09600f4ac0c8beaada40a66316ed7bd2ed937711db23155588c06f09c9cd36f','keys','keys.csv',3,'/tmp/wk/plan/main/tests/corpus/stores/fleet/keys.csv:3',1795923428,1795923428,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'09a9234fd39ce4a9f78ae606a315e2d91f047693e17e84d11fd44f8d2a2286f5e5e7096aee402ae6bedee4b7f0302ab2ad1e5b99b498d24a3ac2833b38631032fa72cc30ad6876a7f58ffc8a3410a24e','keys','keys.csv',4,'/tmp/wk/plan/main/tests/corpus/stores/fleet/keys.csv:4',1795923428,1795923428,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'6571684d919540ef9a3cda6f1ec867c10535838b284524156e051c17578b9c9220bf42be88d2a185c3f245146fe56c3a73c3a627ff37da3decc4ace8ef24ba21bc969c89cc57eff84de343ea8aea3991','keys','keys.csv',3,'/tmp/wk/plan/main/tests/corpus/stores/fleet/keys.csv:5',1795923428,1795923428,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'c37a058daec4a8222e597039cc556c36564c202e4b7a4792546b4b23a06d31dca38ab2124bab1d9b7739d1bbf88afc042ef8526e070624b12fa0aa01a7fa1b775e3160e1bdcf6c5fa3bd96ca4f25e1e5','keys','keys.csv',0,'/tmp/wk/plan/main/tests/corpus/stores/fleet/keys.csv:6',1795923428,1795923428,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'976548a9a55b256fbf832c3b5c12feac72a55b8e5204ec2312a2aa216b13199b7eefefe9114875d49789941e0d3f5b58e4eced60291434105c70fe5174b2630c345916793afaef21423edb5b1ac5b811','keys','keys.csv',0,'/tmp/wk/plan/main/tests/corpus/stores/fleet/keys.csv:7',1795923428,1795923428,NULL,NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'd3a7a55dfa1baff5ea6efc5a0c81fca8760b057251cf63e034561ee84524a474756252d567029f59e9b8a92e2c05bece12b10b2d853d52055c23b1fa736725e1c04fd14abe82d8157ef621f7df14030d77251d33','pool','pool.csv',1,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:2',1795923429,1795923429,'stick-1',NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'59aeabaebc79c08a311b5d8037ad559015be049ddf4598f181868a4d70a0d33f0b7abb1457a3cea6679e2015a16eea7f07c9a48f349e2265de3615d6493671f7c30c94305d1d15899d453da930e944f80d6dc7b1','pool','pool.csv',2,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:3',1795923429,1795923429,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'e5edb4f48e5d141b38182ea3dc4d17c837616dc6486400809b7fcd8deda9143619d10bf9070153f8a220ec2c03ea66dde45be2f206422122a9c15e5feb52d78a1bdaddf2a076b6641e574e2e4de1c8c44c9b3c6e','pool','pool.csv',1,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:4',1795923429,1795923429,'POOL-1',NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'542d8349300dcbe2a0ff87ee375e785b7bf879a4d4d414c7c06f1cdf5d8fdf887276727689e2e7f1ebe8f2e153ac34514d69d696e025bd8858623b827620fa4c90ba1da66c4d4e41d69497da981412ef16dcfc50','pool','pool.csv',1,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:5',1795923429,1795923429,'POOL-2',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'70f6fe55380b1e85c89f05586e105a87e6d920ac57f3d69de18db431b43539b8f508e75e348b49e80093d6e025aa40e443a3ef78aba7fa63d990b6feff3b3cc383a7c7903a7b92666f1ada03ba329c495c6f913b','pool','pool.csv',0,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:6',1795923429,1795923429,'export 3',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'c57b2012a26b44d9e1ba5e85d27b06e8015d8479b121211613a2a07d9fe0be9d0dfa7764787641abc409b6f634236c0287dfca12ff7f86104b5b23995cf6aa7610e13d952dd67640de0eb2ee731628d11ac192f2','pool','pool.csv',0,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:7',1795923429,1795923429,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'a6257162ed166fd7af996a537ed941b42373ed4758ce708bcbaa3dcfbb24dd2f33947f6db516c4470aa7c490f301516a451eb983ca91ea3b958d17c1e29f7514fd2896998ce1638ff464657e8125a7df6efd2f94','pool','pool.csv',0,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:8',1795923429,1795923429,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'9109106b6672115fcb4cfb415add72be1e24d0fa8b0d0f8c7534d8425a938d80744f8947f483c2ebc4c5cc350a0301b063185d49abe874b4f470a5fea8d95cbb2fd725138629d580beef6ef43ceb867d888c612a','pool','pool.csv',0,'/tmp/wk/plan/main/tests/corpus/stores/fleet/pool.csv:9',1795923429,1795923429,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795923428,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795923428,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795923428,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795923428,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795923428,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795923428,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'2W1DLSAA',1,1795923429,'stick stick-1');
INSERT INTO key_history VALUES(8,'I4YYQJ46',1,1795923429,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'U3JTVOCM',1,1795923429,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'0XSLI0MP',1,1795923429,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'U3JTVOCM',2,1795923429,'stick POOL-1, record 1, read back');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795923428,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795923428,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795923428,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795923428,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795923428,'127.1.0.6',3,0,0,'',1,'fleet:7');
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'b2b3672d75127f0d48b607bee441b84e3c6b97211184cd98dfc17406b7d142cf7ae6ea9c3894e30266f5ba3c',1795923429,1795923428);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'dfe481535c020f2ae9907ed61ed07d584991c0f1cc140cf75e6c4a75335de5606fe1ff5499066960bcb16898',1795923429,1795923428);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'f444913e8ef06554346b7d415b177a9f1b0232b1d891a54b91fba49f8f839024752bf934f42606bf9fbbe94e',1795923429,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'74b9b3a383ba934ce7eb4f432d1b85a6b6d2994308efa39d745dde815a2f20a8bb6dc87a8cf9424672bce9ea',1795923429,NULL);
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL, realm TEXT NOT NULL DEFAULT '', tls TEXT NOT NULL DEFAULT '', chain TEXT NOT NULL DEFAULT '', device_cert TEXT NOT NULL DEFAULT '', device_kind TEXT NOT NULL DEFAULT '', rom TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795923428,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795923428,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795923428,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795923428,'verified','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795923428,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795923428,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795923428,'failed','VERIFY-UNREACHED','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795923428,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795923428,'failed','CONNECT-TIMEOUT','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795923429,1795923429,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795923429,1795923429,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795923429,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795923430,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795923430,'admin','',NULL,NULL,'list.csv',1795923430,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795923429,1795923429);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795923429,NULL);
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
INSERT INTO callers VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,'000057UP',1,0,NULL,'fleet:2',1795923428,1795923428,1795923428,1,0,1,1,1,1,1,0,0,NULL,NULL,'','',1,5,1795923428,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(2,'a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,'0001R1FY',1,0,NULL,'fleet:3',1795923428,1795923428,1795923428,1,0,2,2,2,1,1,1,5,1795923428,1795923488,'CONNECT-TIMEOUT','',0,0,NULL,'','','','','aa','self-signed','');
INSERT INTO callers VALUES(3,'8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,'00023DHP',1,0,NULL,'fleet:4',1795923428,1795923428,1795923428,1,0,3,3,3,1,1,1,5,1795923428,1795923488,'VERIFY-UNREACHED','',1,5,1795923428,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(4,'dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,'',0,0,1,'fleet:7',1795923428,1795923428,1795923428,1,0,4,4,4,0,0,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
INSERT INTO callers VALUES(5,'2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,'0003GPSX',1,0,NULL,'fleet:5',1795923428,1795923428,1795923428,1,0,6,6,6,1,1,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a',5,'planned','','','pc-4.lab.example.com','',1,1,1,1,1795923729,NULL,NULL,NULL,0,'');
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,1,NULL,1795923428,1795923428,1,5,'bb');
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045',3,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795923428,NULL,3,5,'bb');
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
, again INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,'set-up',1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,7,1795923429,1795923729,NULL,NULL,0);
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,'set-up',1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,5,1795923429,1795923729,1795923428,'',0);
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,'set-up',1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,5,1795923429,1795923729,1795923428,'VERIFY-UNREACHED',0);
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,'set-up',1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,5,1795923429,1795923729,1795923428,'CONNECT-TIMEOUT',0);
CREATE TABLE server_keys (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	asked_name TEXT NOT NULL,
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO server_keys VALUES('b8765720b4bc9bb3930572edc969e8fae70a94d77bb10e7313e23118c8e9aac3',X'8cc445eec8bbac88925b0b72ed56c69edc94c8ae393b7f157197fff420f4eec8fbf8950058c278c2fb686d286d5ba7a563dbf7e4a605041d8c24c804a010307d7bb2fb12758888ae9e369571df9af68ebb6057baf1cd5309cd1ce36d2cf685e32047a44811a161128ecd1c332d88883ea9145b765668ad01ba382eaa5e3b022dc95d6082a910174a54085aa080df0da5bd7fa464f86030f72c073265deaa2d797d2f801c6fa370cfd7507221613d97b47b1de83f1c101f4a350e801ef62fa5c8c4c38e5307f37d1d58b390aa4648553fe183bab3e0643ba5302612d0d0f76efd6c6976334001df964980664064cf0bae9feb0fa96bf6afa0cc88a60edaa41c0e6546d79fb4cd7b19d88c0e3b2d737a6879fc06433190ca0173838fb870c3eacb573146863f24c5197b835994449553ea280333b0b0e64f0c0a38245e027c4ace198f0eb3a5f6a2f7c2c4b2cae8f5d35aad10e7c6f179c78ed2b2fe35216a0f483363a7157c29171711d10304be455ca8a92829787c68d680ef0b7d72a88c54b0907738da6a7753be7609a3a6bd383c6e78d5ee90a0309aa52257777dc15be965ce18ff4f897beffa408162da9e37efc6cb0ce8939f8b7a2ee078f95e0397022589dd01f1a6a2acae3772f426821a1e234646b271b82f3e1e22232f6963d2932d6a60c099e512250066120e47cc83aba0cec83fd7d05c3d9cc652ed74e03ad0e29b37841099df4d9300d3991832618d03f545a97a532b4fbd7bfc750e08959faf66b5ffb01a32d3f5a71d7a4c5e4472db61294e9835286649ab2db80692632253475d36bc7a788370fea5ec20b3e666c3596b41754a3d07311a2ba6b379bb2b016ff435a1e8ffecdb4243aecb468888f6b0f9105909c34c765949cabe119b72f07b6f24480dc70b3944af76f50f97f41dfe0ea12ad0b0b34e575f38ddda6b21b2b9dfef1ce58b0d97c0568ec52feaa3f8023a6ba68f2938063a6af58bde6f2afd1db04ef0afc7cfcdf3affa26a98c69fa6f787599b851b83ae3f8050466ec33de32cca1465a5bf0288dd5eccec2bde25c04685317b22315ac247680430951710018fae7f4f96f95ae3b6393db971f3ae03183d3ba7041f0538a4ca93812ce6dbd31b87c5c06041dc5bbc21bf1d4527d0e93c40984f22762f5977fd93ba1577d04df30526fea92f007b5a0304996424d92e0229c992581770769c44178d9bb9c83187f890db02b2ec75485796dfda3d1723013fddca53b7676ad2ef48ff7c1750e56fc936b0c0c337cdf60517bfb225584d2ec2006daff22e64a921792cb4c0d14d9c3fa825ef2592199cd3047ae74d4f920c4b333da07c2e7b9a0195e5cf8126867d22cdc2b00076b55f094401a71fed1fc8eff59ceceb912ca0f80c1056f07b3b5d435dadb271e2799cc8f8eedcd07fee46cb806b7a2be6dbb936e1f1ccdddf4f2d663f18e02f89acbdbae9c505bd382f8fa6b10b9295868761e7c89838a4dbcf46161abc76d6d268021e7e298e73261a947bd27dd42b12279b8d82bb66bdb9e885234fe39376cca7f95a9d70ac11664bc2122014ecc3fdf161b8418e048bec45023a417311a45fb10d5b064b85c2a736a9dfacdb7d7accdbe180a025c553081c98d5eda37aaf2406dcf6d6ff2516c83713d6d38fdfe002f0da2e7ed4a13beb83c5c9eeb9fc2b509bcfcc75a437b94c8c13aaf5b902cd22a58e6bfd94d36440c7681','',1795923431);
CREATE TABLE certificates (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	server_key TEXT REFERENCES server_keys, -- whose certificate it is
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO certificates VALUES('60c8ebe186ca0b977c92acf49d6d0599ea5d169f39d5a27432007afd31d7c5df',X'4d09cdbe137e2e35ed7a6cf865e6703f7d54ea3a311712b592b27cd4a574224b1b8c6d5a963935ebc76087c71f5786b313295bcbf58fdbfc77ae306e44d72d5f0009215afc6a9b317e83aed20e96c0badca2a51b94d7ca687c887bf7c4f37b698cd0b2d444c443baf3f5a01d51460b3440551aacb985059beb7d3fa3c8bc3de62188ba3caf6773ea87f2d80f04ecc4342a9d3ae4947fb781e4efc1f47d084f098954312b1120187bcc00309b1e627535304a26a32440474de00f32ab05f231a522132ca22e79907d07cbd7bd8a6782b15a9f8b0091c5ca9a7d4300168e11f4abc8d94982325687b08e520248eb945be746987504bcbb1685b6e0e461a2ebc4eb88da11fe54d7ec6827b24103d7c87fa1469c7488d5b5921355f83db2f3b00be5a37ae731a1f36c5730060815441bc84c43366d544d0a7bd3b413a99a5bccab955acaa6b0709ce6750fc1a794472cc5e04dc2722c1d51550a88d3dacfeb1b353bd669504b534a01c4bf107c8b1bed4cc5ded01706ab46f1979b29f4b8d5741787dd7af84a428dc99c7e8d97bb6a795801617fd897efbb65234163756098509e80562b6a4683b0b5683fbddc913f01ada4c8e1659ee536c8fe266978945374666ba5861b4a8c994ec5e42e3419bd0aa738ef235fbeb6adbb2fdc0297677b8e6c1aecc18edc764f2fb95b8a11ea163c4de0d824ed6cefe47a0800417f0a5af38dd3d8ed827b657525e081cfd46a49b39cd2d0641c9c083003cdfb4e1cc3b8829c8af718e81667e3bfc6939a8a27cdf4ac4cba216226b6dca6ce4ca223c2ab43b6858db7b99696a5ea391c36d5f2290cdb392889e712004ea970f90bcdeef9fdc0d5d2a1627235baa7014db13b47ac82bbbc77130a2478dd9c812c3242733cb06b48463885862a7aca39f3f64ee7613b7786fc035e5cef01a764106a29ebcdd017cfc960ab41c97eea7aa00966d675f753bfaec2e6c1bec047e830c46b38c831fbbaf2113bd33c8932aaa00461a3bed99f26226fc678cc705c8e019e20c35128011c2b9e44817dc598be77cb707b5b717bb543235febb36d6ca595493101ac09f82e4c3b8663cbeefbee269137d3b3cfb4a9cd05a6a753d64154e6d5e424f665f75a569c8a3982859de5232880340a',NULL,1795923431);
INSERT INTO certificates VALUES('ab42148fc4ac5aa9d79e151d666ef872618253a1a895c9382ac35515b5a95a3b',X'f0cdc66a78ed8c07265ae8e461a75aac35ef81b6fc26a5512c09e779e1cdf5d7efe0800d88d4ffa0d41ebfdc9cf124194aa3cd713969d601667abdf4d26351654e06e8cb6eac4b129378289cb5bc99e4901591fb21a1c78d91e12d56e2d9908207ca2eeedcee12f0ce7c3e7f5a40c1fec9deb0739d40668a44c3ff078ff042f13e5dd12a09d1bb58f54faff413c8f271c02c2b169ce01f5a1b57c46109a111ebf0de4a9490e5b10f6a2f14b0cf3e5ff631c1372443b50387bc652c1be5afe8ebfd5b78c3400adb78ac931610b7f6d0108adaf6b60afca4d85f4ceaf2198498bdc94098f7e52a0a749de8cb10234d8737ab6f32e193338d1f6d369ba00f6b4c801fe6a4476dcf6cc8dd339874b6aefbe4fc8255a900b087196449167856a9c3fdf621587d76558a7737f5c476ca84f55d368bcc4cba647291b489d89b4f72d1bda1879cb614aff301e656c82186ff54d5921a53f7866f509cf2ff345f83486049e39f402ac8d38e02e25dce0b4377773e62caf20caf1c915206dcdb14f697e9e97b6740714ed2aaaec907ba0c8bb9752bfab3e69b0e7cf2a2b9b4c230d941f5fa1220432fe9bd6973d35d48df79dfca20218787533d244e58ace9be19ba9442d71a4ac5d59cd44d4989d99740517b155c1b5a7e34135e1347649ef785167b451c8234742d65a8c34e8b2a2d9a60dfcd7e193f49b25770e0f7f6e6b8a5a0f7a0e290a3bb5141c5e88e6527621941b28e97906d342e000c941fb6ea218dd6425bdafdde919c2c78619db421ad43ff76268d6af804d85fb1b8d79cfed5811b6ef709a741c038804b93d41154a8a6a52e355401b15380fa51506bac2c04740ae3e79532218e1d39a17ee86525e354483f28b59b388abecc7848cf436964ebedeb6cbe7f892d108810f8c5404becf5c36e1c1269050036a0127ae50ae31fe042232d94668d5ba7284bf401c8efba602fa539d6f50ff89eb86e64b3bf7b352b6940b511587fdd262422530c60bf7592328c70267072db6aaabcb86e50286cb095e59123fe217066d635887486e18f2a8099c4c95cc21d185456f8e774ab845f67d62e1a05998f5f9c700d1769d7ed7b3ee7cf48a1729769d691c68943782261f1d7f101a1a627c0e2a0a677aeeca78ae6b054be56b174','b8765720b4bc9bb3930572edc969e8fae70a94d77bb10e7313e23118c8e9aac3',1795923431);
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
PRAGMA user_version = 10;
