PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('schema','9');
INSERT INTO meta VALUES('site_key','81e054684bc00617461d79a4479e5198dc2e94a9387fa1cbd5392dde78bf50c7');
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
INSERT INTO keys VALUES('000057UP',X'5343c08b4ce1b2aec04d379e07e9638d01ae5003409e6265eac3014af8679c9bf8a5e7554164af49adc6f2f90a3848fb5f296bd26a548a8ec8361720995c2662368d83705cf20cf1be57b35f43e0f9c1','keys','keys.csv',4,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/keys.csv:2',1795906963,1795906963,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'b0e1898ea037a16bb5f57705faf942473865d3826b7f277dcf8aab1338626bb52555e37f3cca15d18465aa1b93011e5ed896a8e5185bf17fdc6f21fc5778c624a24ee43c0b1d3796ca0cb6f20e2e2c9f','keys','keys.csv',3,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/keys.csv:3',1795906963,1795906963,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'b48594587c916c7a4a4c0f45ff2169fa89b811742593e72f200baca58920975d3d777b60ba9a6940e79df8fd38a400379175fdfe0375359532f60f415f9c7b26b20bd6618d2659fd252bcc0976a5cedc','keys','keys.csv',4,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/keys.csv:4',1795906963,1795906963,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'8669f7233e890a68a9336d9f704192d44eb4bfeb0c8a34c72ef7fc10de4639cc6cdf682a7caa17c75acee12fd77ce56b44e7824c49d51b87a8c8ed3280f828f859124efa80a69dc259c61d52f9e6b373','keys','keys.csv',3,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/keys.csv:5',1795906963,1795906963,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'3881348ec27823396d42f3cc1251d90f99778bed544cd77173a07247d046f2535ad3696df63b905fe70ce5dafe67390fe6e27112916117dc718c5b51a268c55b2198e0dd2ad02f0f8da689d1c402505f','keys','keys.csv',0,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/keys.csv:6',1795906963,1795906963,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'c153f78e61bfc05b64f953a056aeb6d038778f2161f0f8ef541418efb1cc2d8bbcb091628e73a8b950e46703d3543e49e85425642224e76063135b474de8273dd9c3a3079c05c94416bc4c5b3da25bc0','keys','keys.csv',0,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/keys.csv:7',1795906963,1795906963,NULL,NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'12fe14169f7eb79362e28449b92ddf3e80a00b35982043d5f3dcfd76804d871120aa1caab0a5bec6b86b918a4ca86c0b2c0e00f5917b093810a736bfdb81fca2b3b43bf49fcbc06ef1af74eb5436171050ffac8b','pool','pool.csv',1,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:2',1795906963,1795906964,'stick-1',NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'a0a9746f21a4d3955b35c10daef39f9cbb3d735c43b0b43e79934a3316a641ea22a43f3ef1406e5650b9c0d1539007392436a185fe2ebec4545d8c0095e1f4f4ae03fc34f8cb94c2c37c317bff03179cb7176260','pool','pool.csv',2,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:3',1795906963,1795906964,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'00dfc808a70daff53819a071dea46245cb512aaf99a2303220edeb0717806d1fad4005bf58be6fb889e4bb88a5494ced2b8d2cc1901dd23f37bbb5442cf91a1408c892c06edf6bb8a977fc1bd1e866839e79bb83','pool','pool.csv',1,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:4',1795906963,1795906964,'POOL-1',NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'80ef0ee194dc065e62dc876e35ffc64d2f2c85c98225ecef78c2e29b754f3469a253807cc3d29bd7f76c6075f1f1b481fba157c5f4054e215264b3d5c80beace05fb13c21ded39a708372463eb294abb8c204103','pool','pool.csv',1,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:5',1795906963,1795906964,'POOL-2',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'88235d8622343157fa582798d033367bc5a24272a4ba79d429d94e5085f2fe228e50bb5687f047cf3e40311fcf529027abc45ff8f661e55a191b1079636a08d21dd431ebf6f3485eebabcfbb3cf0dfd6bdcfddf2','pool','pool.csv',0,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:6',1795906963,1795906964,'export 3',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'93309800bc91c2bdfe6b6412f51fe9b6e394591fe467e5d28dbe0fb08e51d62ccaf56a1f087ec0ed3fb8c7f1a7c720ba6727f3edc51eba11455f858865e65d55f1be4ad92a875dd80fc22c4d8c38664a3b64bdba','pool','pool.csv',0,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:7',1795906963,1795906963,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'2f352b3cd1326ca3c9f631b4bf8692e941ef94141e49e447a135ea8d41803b4f83c40c84c8c3f93cf7742d4125a1ce89dc2ec5efdf370bca9937d60bd64ca8a9ca314595d217883cfa8c6933d38e850d9d2dcbe5','pool','pool.csv',0,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:8',1795906963,1795906963,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'8e2d1b814e19dd077aee3eca151a79045a0e88c43f3950a8087a97bed91a418f8242d7153ad103177afdfb1a44a7b2d41c10f9b1c4ec5146a14cfe15e062e1b0f7a8c85f657454269fa0051d524867d7d4584293','pool','pool.csv',0,'/tmp/wk/certstore/main/tests/corpus/stores/fleet/pool.csv:9',1795906963,1795906963,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795906963,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795906963,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795906963,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795906963,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795906963,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795906963,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'2W1DLSAA',1,1795906964,'stick stick-1');
INSERT INTO key_history VALUES(8,'I4YYQJ46',1,1795906964,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'U3JTVOCM',1,1795906964,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'0XSLI0MP',1,1795906964,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'U3JTVOCM',2,1795906964,'stick POOL-1, record 1, read back');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795906963,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795906963,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795906963,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795906963,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795906963,'127.1.0.6',3,0,0,'',1,'fleet:7');
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'6e1bb4dd6400cfbc0208a13ac90e7db4635cd11779b22d32dc8959b2cc26d047e173c473ec33bb4e82170722',1795906964,1795906963);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'33e18feee1e5cb9677ef911bcce52219b54c42da1d1df74b91d5e501bca0834023c5c6d888c4369e9c9d796c',1795906964,1795906963);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'2214724b0b2870dd0722356784620c57d07c7d85d01a26b45e27bbb1724b8c5d962a92ca080e14fa0bc41e7c',1795906964,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'd009b94541300b567727fdaafe216634ce487962f3fb500f495cc9ce3c4257d4439c8bf1fba9c2b5b1bf970c',1795906964,NULL);
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL, realm TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795906963,'admin-set','','','5.2.1','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795906963,'committed','','','5.2.1','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795906963,'reached','','','5.2.1','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795906963,'verified','','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795906963,'admin-set','','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795906963,'committed','','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795906963,'failed','VERIFY-UNREACHED','','5.2.1','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795906963,'reached','','','5.2.1','');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795906963,'failed','CONNECT-TIMEOUT','','5.2.1','');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795906964,1795906964,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795906964,1795906964,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795906964,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795906964,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795906964,'admin','',NULL,NULL,'list.csv',1795906965,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795906964,1795906964);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795906964,NULL);
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
INSERT INTO callers VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,'000057UP',1,0,NULL,'fleet:2',1795906963,1795906963,1795906963,1,0,1,1,1,1,1,0,0,NULL,NULL,'','',1,5,1795906963,'','');
INSERT INTO callers VALUES(2,'a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,'0001R1FY',1,0,NULL,'fleet:3',1795906963,1795906963,1795906963,1,0,2,2,2,1,1,1,5,1795906963,1795907023,'CONNECT-TIMEOUT','',0,0,NULL,'','');
INSERT INTO callers VALUES(3,'8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,'00023DHP',1,0,NULL,'fleet:4',1795906963,1795906963,1795906963,1,0,3,3,3,1,1,1,5,1795906963,1795907023,'VERIFY-UNREACHED','',1,5,1795906963,'','');
INSERT INTO callers VALUES(4,'dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,'',0,0,1,'fleet:7',1795906963,1795906963,1795906963,1,0,4,4,4,0,0,0,0,NULL,NULL,'','',0,0,NULL,'','');
INSERT INTO callers VALUES(5,'2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,'0003GPSX',1,0,NULL,'fleet:5',1795906963,1795906963,1795906963,1,0,6,6,6,1,1,0,0,NULL,NULL,'','',0,0,NULL,'','');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a',5,'planned','','','pc-4.lab.example.com','',1,1,1,1,1795907264,NULL,NULL,NULL,0);
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,1,NULL,1795906963,1795906963,1,5);
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045',3,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795906963,NULL,3,5);
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',2,'delayed','CONNECT-TIMEOUT','','pc-2.lab.example.com','5.2.1',1,1,1,1,NULL,NULL,NULL,NULL,0);
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',4,'refused','AUTH-PKI-NOT-CONFIGURED','hello version 3 (fleet:7); it listens until about 2026-11-29T23:02:43Z','','',1,0,0,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,'set-up',1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,7,1795906964,1795907264,NULL,NULL);
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,'set-up',1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,5,1795906964,1795907264,1795906963,'');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,'set-up',1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,5,1795906964,1795907264,1795906963,'VERIFY-UNREACHED');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,'set-up',1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,5,1795906964,1795907264,1795906963,'CONNECT-TIMEOUT');
CREATE TABLE server_keys (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	asked_name TEXT NOT NULL,
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO server_keys VALUES('0b90d17c65d66a1438ee64e839491af5ea834fe4b2ac121a3ff9ece8b7f0ae87',X'b339fcdf431b51f2fea158509fa549d04f5e07abb64dd6b3bb536648b8f5ecec8c083a8f308c28c7c66aa8e9f4aa35e71f72b12aa9ef7cf31d414a87b640ee9ac495dde07ccee551c00ee1a56f27cb286fca2eeec4a956a23dbab7a461d5424c43e28cfdbc50fb3b9ce5f06bd6a01f4aa114bae13b2cc473ca7320ea3302a7844544b882c874f0c4168dcbf698a01320edbd17579b271015b7bd44b82685f3038de2a452a4e46e7bdc8c935da15df2f8784dd75dfb4e97ad866fa2aa44cc6029002919ff5fc8ebd120eddbe6a36eb4f641d5eb9912a8ba04eb14ecb089fcb6839eda3bd65859b99a305411a07bdf74151b739d34a691219b56fcdc91dfbbadca62df3aefd941381d0a526124b123c4ec453a4c6f0fa272c2608037413a41710b64119ca038843d668faf165a0983b3d7fe14ec50891958408f070b77f09156346471469c26c82a517f68b5feb638a2c42cb3445ae961c30af999f8880bc46f876828042ec6ba3960ad6715c52bbed9a5671c6e77b08ef935fd5aded48884555b0af5261edd2bc5279b8143cd279e355667a96157bcb5b23a5a99f86338bd87c8b03a1ceef684b98da98421ec1b1e690729929d6dc1734f8f9d27460afcbca93ee96e6ddb26eeeaac5693f9ee30d8108a5f08fbd75a712b7e542b84529174fe112c024dfacedf05b42edd9c4154cf5ca35898d3ea0b283dcb24d49a7c1195bf1dda8763ea5d07604c1c612293cf770891e6eb5fdfe5b5574398f2801a41da4ab9234fe7e8397e3d0a07548b16cf0ef315995505578b8123743eee9980f55e66bb3f3a3e86a774bf9e4aa71549abdcf9db05af7ff4e779fe098061f08f6d8941cf84bc3792c3ec67a7988b202c2c73994afae2ec6dbf7b0ea4d4201089c9a761372e169fe4fed0c3dec8a1434edc929c1e65c8086f44fa0612dbef41022250fc80e7923c9fdb2b560ebc52df34113fe348164cad6f9bac409e3575a25c148d2ce562ad802a76e06bac6ca6bba60cf9e97322770dddd034a4954ca03ce571b3b883decef2c64bf3048b5afd1834ea32751b2d6276bd8412d7de7b40d4c9146e33a5fd357fb13819d309366af0396247a68803ab06d70d89f14420414a7623793c6571e461de3a1144306124059b0f8020ac89a4927055434a1c018ebd7a18a8b2579cf12adbe4bed7a4602ab57b2631e7adf569aebec4a97d39f63cf31d476f751cd802e49424ec268094b59059ce80a5cf61cb692ec4e1abb208dd3698da34aea8b392ed4ab1c0d83fcdc015f8d356722ed45257af53139b72457c86083102c2e8cceac7e982f22cf2d6747d998902b7dc0f89da430e2fb74206762f3dbf5861021b0e0687d9b002f8c4cf070efba42bebedecbeaa92b980f79c62dee30bec686d42713a7d065466167c085a3df96e4c47ad279ed0a307b2dab4c0ebda35b0435d05314bad1fa5f74eb61606b08caf5e70812c5297b04b30a58f0e22fa8c01149548c24e80aec7f0f5046fd1918910191d1bf29f1ed96b88414026445b072c9a806c57a2f98c8b7e9e66ada9435cb4b99a605f49d05a653244dece455f1744a9892e8e862cea17935e264d1b6d84f2a1a03eee016d2e2af11c8db55547b07acd4a52b05a2aef1d14930b37ef48deb0f94479313bdfc47e308b4eed2dadbe8404547492a66d95946d76af66f25f4125230f1eeb397c55215211ff6ee6455c16d58cb2e5','',1795906968);
CREATE TABLE certificates (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	server_key TEXT REFERENCES server_keys, -- whose certificate it is
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO certificates VALUES('1e6106a9b264077528f96bc4fb9fdba5c954c9e0061103d824129f6e1ae92479',X'ce5f6d23f36e8f4624602c1b7aa3914e2c9aa92a571fcc46e810344429e417c9bfc560f71f19630a0cd59fb145747e297341a8dcba042a392b0f596c00a27d6e7474699f4524acc8a75dc8227d09f9e4e981d1744c5ffad2962ec5f550a20acb624d4dfb77fc01956cfcf5b131e6a253db1ec50e604f52e9b1ba86cf490088670a33a2d512ee35c70b333cb548e8bd89ba280cc599081b3b2d5d5afd1f069fa86ad1edf3907cdbbb5013dcd5ed6acf57315a820d479ee3d2bcff4e5e2dcecfae7a277411cc3afc56aa3872d80002f5c4d234c0205a4822f6a16a1be7cb4ad1646de1ccb96faec221335bf2244401a0fa9981e7678ef63ea210cffe5f10f8c579926d523dbc57beb8e7511ebfafa54bda76503d73784fadbc85dbc0f6bf6f5bd885201aa4c3642bea8fab4f1f0a783766a54a3a999c68ca95417801eea31d7479bd9be3ab71b152a49f0e8dd87179ce3ef357ec00247d4ed08815ef3fe835336d5bdec7a8d25b21a41f84b0122b077706e3f36c864ab098dad2bb93a34efd38b668d783038fd3e68b3013896f0e4dc63a7900155822dfcbe789671545380f0156ea32a67d27fd1ad6f8304e0634556a90f9b50321b1bd9a4e315a83491eca2dea70411f0f747732899e847bd9558fe6e5181d7ee3ee789791a683c4ef632089ea02dbd2279c6e24407f5ea3247a3b357f7d0b617164330bbddb154f738b77004fc0dc3f8c3ba86454712703349d77a4989e60c762c9e59bfd41502e0ffaa2e7441df4d1c20092c7b27cd94fa9745513fe74d313c8074a9225deca60c2f50d7f406003463decf6cb3dc9a1c21e5e8de8052c9d7cd6c9bd66e1b15d991ade3c88311e2ab2100d4a3c16e2687f4fc7249ff5f3d8631ae901ab6b0672a3f4a9519fc09fe8cd9d7ef1b61134a97bdd86b697f074bd45ed8a4aaf0232f84f433c61cd3771ab715d9d8887cefd28bfd94a410e2255300b70b6e34217f2255558fe753f56fc8483943c1d7d7a19d1f592c2ddc8b4d0aaea49caf624160fb25b00e36cf608ec392aeebe7e9b3295fef92232f30bf2515de731f8fe7fae2262a50bad6c3e2ca998f1c9c30a27896c6fecb1b7f245e57a985340d25785c33920edd38b2ed0f4fb3c0ccdbbfd16ae6557852ad1900337170b1c','0b90d17c65d66a1438ee64e839491af5ea834fe4b2ac121a3ff9ece8b7f0ae87',1795906968);
INSERT INTO certificates VALUES('26159e59b1658dad0efed1d8f284d5860eb429064e074d621a40719357879e6b',X'217bcd40d90fd2d09c9096d9983d7ecd4c2b399fc04d14be93dba56251656ca13918723cec28956df627933dbe87b5e2394a49c86fd357bf974c0ee1d2d057b4021b603754aa478be564931f4a4fa0746d4270e54afaaf92ef10413baffce31c410d595e567fbdb07bfccaf8a643af8106ce8365528dead7d7c0abcbef534600ff2442d34f562770c55150b39bc689abe7e78330cf9f2426b285e21d5b8153388c7834fa9e18abbeea452f545f39649bef6aa95dcc40e2b7aeee6b151425f30a52f2c0e17e76882cee07cf09645c6212ab3b568575312da93845bef02c4e45ab345c3fb77248c1423078cd796fdfa7701c538cf7fa78656335c7be56b9d2e33f7c00dbfab9058bb0c81415778a073ca1b9b0c16c8bd2c1fe3f6ff4e8f6d47eeb357bbcab4c8b13d4b5fdcf78312d9ab4c08c83d61cda1b93d87cc7a3cfd754861068a7a4b67e9af3efbc0faa325f523831f0b15fe3bf148843348088432c338ae5395512c99fe8dd9ef6c165041e45de55e81b74420a154b552e7dda2b66d1b28186a2fb8962b0fd0be0933b0f3087daa584e3de0b736a702adb0584aecc547f96037f98240af3120608f0e7f0076273c901cdc79d9a6aeafe6542608fc38cdf994f92b8c0890ca61059a946434b4206303a5117e884b858acdc957897772376d200784bbe255fd4cebc40bc3ac7cf925ad4e90b657eec89a93f473c9e5f67911afc8e0160dcfded5334baa8793114caff16720894d61c55c7f8d2fc1d972252b97f9e6fb8620dd14d88f086663c128ad2bc014fc59cd271114229dbc3e7321adeb7b83e5356257b21a39b217431bfa851114de343840dc040a91a799ef5a93f26e87286c6edc0f885115355bd65c04dc8d892873a5fda25e24aad8ebb35d282f64748cd7199be34253a521b0eca032c39e242fd3323edfa735578d6ff3ab591f319635298368c3fd3be8fdf3e9de646b86a6582d9b98fa5090407b2184d2aa952130671a66de7052eb6b99b87d266080874eb442afd068d6a7dc4d7a2f001fa2127389d733c592fdb40c9122114e560efa2037d58d7a1394f4c83b890da8db18cc994cca02327dbb4c0a14eb807d601fd6fb89b5a9eb6b083f0e674750bc84844209402891ee759be48f777ae',NULL,1795906968);
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
PRAGMA user_version = 9;
