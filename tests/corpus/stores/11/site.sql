PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('schema','11');
INSERT INTO meta VALUES('site_key','057e48928a9dd0c94561d063f5c790241ea3e5af1d9b1b244c4f1a28bf936c26');
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
INSERT INTO keys VALUES('000057UP',X'5cc55b26522216a42c18c36f7ed2d92f467fab076c0e753fc59a30038c7873d401f8fce358a0b4fb9c3138e6d5dfcde7f45cec0ebee9ce8a5558beb3c513ceeed1d8c3b7e9a430bd79b63fc14862c897','keys','keys.csv',4,'/tmp/wk/store12/main/tests/corpus/stores/fleet/keys.csv:2',1795940883,1795940883,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'bb606e9508e6b8b5b838d5985e428c93ca96b596b9c4cdc4f0628a98b4076a4ea23e9ff1a84c566356d61bafeca86f6624a4369a13a1c931197e7ab8b539789aaef0d3eccd73c4f5e7f6dc9e641d5a9f','keys','keys.csv',3,'/tmp/wk/store12/main/tests/corpus/stores/fleet/keys.csv:3',1795940883,1795940883,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'1f8bfdfe2ab76d0624063adc05ad1b84c4b53681ce33579855af68f3cab8c52e2292988a2a0869568ce5f00c8018f2a4d82aa1825fe3f7a3374826d13efa465d4d5b04ab2553708be2f5046a5eafc8fd','keys','keys.csv',4,'/tmp/wk/store12/main/tests/corpus/stores/fleet/keys.csv:4',1795940883,1795940883,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'3ba58049c0ee93875ecc5bd606035e21b6315a598fbb60805862cf26c64962f611b958723aff5e603fbc9c162004d92a74864eabb08f894ab8b7caa62353a9edf99f0024d58bf5c558b531f638d8f305','keys','keys.csv',3,'/tmp/wk/store12/main/tests/corpus/stores/fleet/keys.csv:5',1795940883,1795940883,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'd3c459b6e9f88b7c15bc16a150ea6d134ff74d3cad47d5682d18a2a8c00cd4c7a7173295d8309103ec321e107c8d998a9f799cf722213eaf0e586e1e64683091d8e79822aa8f5395c641b87ee8b8f56c','keys','keys.csv',0,'/tmp/wk/store12/main/tests/corpus/stores/fleet/keys.csv:6',1795940883,1795940883,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'f89102c00e369cc207c8b73ba19724012f02f4623a95b4b915fdb771c5f9f9bcb38f8bd49c52b0c2f91363c8e2ba3070fc1ffb19cf1f1c92104a0327823691ae22689886125bb47c3eb1f749e2b24f94','keys','keys.csv',0,'/tmp/wk/store12/main/tests/corpus/stores/fleet/keys.csv:7',1795940883,1795940883,NULL,NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'45612f2185415e6c783154b9f899fa884837118f3089861c6654e965779f3c570624779892d75416cfe7ec623ec14ebd6ca523eebbac04f9bc3afdcd385867500d88525ace7e9eb5dc667584ee470e5ebe6b70b8','pool','pool.csv',1,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:2',1795940883,1795940883,'stick-1',NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'6a9ec7861c09cb91c5cf21c08872271512488886754e7728f114684f08cdc1aa0e0f2ff02d7b30e611b59da9bec7f9e32a3b94964adc5cfc7bec362e6b61c24ac658957beac6c7ed50456e28b07120dbcdbe96bf','pool','pool.csv',2,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:3',1795940883,1795940883,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'98741630ffdceefc6dc1cffe0ebe8cce861020de0cfe31430ec65e8d620ade1b7bc25c1f0286ac8252f1182fb27421da75c4eb2973b35286b9bc22a1be1b02d9e52394635f1d5d3025c70c69dc739f6c9f2aded5','pool','pool.csv',1,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:4',1795940883,1795940883,'POOL-1',NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'9dd6844e2972dbc717e5565ff6397edfb4e5427fd4750ed3a50b798959db4c86cc359d873e031d0f36df52a4a31b56d7c67da7d4cc0f2c2a4d68272cfcdbfea2ae3e6eb6506ed3224c5150901fe3fb52f1b6fe39','pool','pool.csv',1,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:5',1795940883,1795940883,'POOL-2',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'e6387f606a400543cd03e9ad294997b6e75a9a01fde126439af75f4ca9ab221863d8de3ed9199a624bacbcc7a41ab822329cb5aba38f5ba75e7d688112de8a264f13cf3877c2565637450f406f329865eb08ac07','pool','pool.csv',0,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:6',1795940883,1795940883,'export 3',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'cca214cdef53622cf218788e14655451f3a2f7894ccf4040e97c1b294813c7ec5d4fc22998745da80525b5f4456b06176641f8fd122fc68f359756107b2a3d824918954d65a190a033101589dfd3bd95c361e44f','pool','pool.csv',0,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:7',1795940883,1795940883,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'4e71c41009b0548f9f4a40a947e219829ad3a93cd7adeac262b9dbcee3ab2b694b20bc6cf6670b4af21faf5d2ea5be9c3cdfc8577e9f86105bb4f247b3afe22b3b821d657961400205e81d10b82717ab5e84271b','pool','pool.csv',0,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:8',1795940883,1795940883,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'320cdf4f3fba60504686b22ed4007bf4b60364c9a83f8a3e19b85048aa983708989c6d017cd3c83e56276a990e2bf3a631d51f2b08d589085cc3884da5a3fe40355ee432018be4fc726d3be43e72530216f0d5f2','pool','pool.csv',0,'/tmp/wk/store12/main/tests/corpus/stores/fleet/pool.csv:9',1795940883,1795940883,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795940882,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795940882,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795940882,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795940882,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795940882,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795940882,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'2W1DLSAA',1,1795940883,'stick stick-1');
INSERT INTO key_history VALUES(8,'I4YYQJ46',1,1795940883,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'U3JTVOCM',1,1795940883,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'0XSLI0MP',1,1795940883,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'U3JTVOCM',2,1795940883,'stick POOL-1, record 1, read back');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795940882,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795940882,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795940882,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795940882,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795940882,'127.1.0.6',3,0,0,'',1,'fleet:7');
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
, seen INTEGER NOT NULL DEFAULT 0);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'2c9894182ea6f2c51e0b5d3a9f5a8f26a6b6aac78d95fc1eea4288739d8caff0428225c3e2c38df0fe886add',1795940883,1795940882,1);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'9338a5bb3a4bc673f989c982f0b2d31ff43ef3d1645ec63569d7e890db50347eff94a459a400326932c66dba',1795940883,1795940882,0);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'232606f1e0c512df7c190354e7484f62dd1b290a33756294eb05b7589627217e2963b8c493c0d686f3bfc9f7',1795940883,NULL,0);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'e656bde341fc382ec9dbea1c951e37dea2278eb2e180d3138068e56659bb5c3d3ffdd766cc036bed43034835',1795940883,NULL,0);
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795940883,1795940883,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795940883,1795940883,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795940883,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795940884,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795940884,'admin','',NULL,NULL,'list.csv',1795940884,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795940883,1795940883);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795940883,NULL);
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
INSERT INTO callers VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,'000057UP',1,0,NULL,'fleet:2',1795940882,1795940882,1795940882,1,0,1,1,1,1,1,0,0,NULL,NULL,'','',1,5,1795940882,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(2,'a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,'0001R1FY',1,0,NULL,'fleet:3',1795940882,1795940882,1795940882,1,0,2,2,2,1,1,1,5,1795940882,1795940942,'CONNECT-TIMEOUT','',0,0,NULL,'','','','','aa','self-signed','');
INSERT INTO callers VALUES(3,'8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,'00023DHP',1,0,NULL,'fleet:4',1795940882,1795940882,1795940882,1,0,3,3,3,1,1,1,5,1795940882,1795940942,'VERIFY-UNREACHED','',1,5,1795940882,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(4,'dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,'',0,0,1,'fleet:7',1795940882,1795940882,1795940882,1,0,4,4,4,0,0,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
INSERT INTO callers VALUES(5,'2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,'0003GPSX',1,0,NULL,'fleet:5',1795940882,1795940882,1795940882,1,0,6,6,6,1,1,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a',5,'planned','','','pc-4.lab.example.com','',1,1,1,1,1795941183,NULL,NULL,NULL,0,'');
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,1,NULL,1795940882,1795940882,1,5,'bb');
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045',3,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795940882,NULL,3,5,'bb');
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,'set-up',1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,7,1795940883,1795941183,NULL,NULL,0,'e4e4aca693f786006953b3a2843a2b28f53c39f488cc6bb976a774772d71242b');
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,'set-up',1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,5,1795940883,1795941183,1795940882,'',0,'e4e4aca693f786006953b3a2843a2b28f53c39f488cc6bb976a774772d71242b');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,'set-up',1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,5,1795940883,1795941183,1795940882,'VERIFY-UNREACHED',0,'e4e4aca693f786006953b3a2843a2b28f53c39f488cc6bb976a774772d71242b');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,'set-up',1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,5,1795940883,1795941183,1795940882,'CONNECT-TIMEOUT',0,'e4e4aca693f786006953b3a2843a2b28f53c39f488cc6bb976a774772d71242b');
CREATE TABLE server_keys (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	asked_name TEXT NOT NULL,
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO server_keys VALUES('dc812b23e9bfe81f21f34a54afec7f35213581c0294870647426258805920c51',X'18e4105c5940a2f4638a2305d281a6cf472d6beb2c8ac8d79db1531a9c89cdc1f7de5ba150cb68ad8aa3c8ed626da8b9295cdc65fe6d853f93f014992c4a09c174661b14cbd218ab16f1c781c2a84ba3482deefadb8af24a8826be2cd4d7e664c5664a26d08f8f150b9acbfb60adfe33264dcff8a31e3770d3e35f225bf94b432d7a1cc48701c139f0eacdf3542974b521298a1583152a2635c56a4840143dc6f6de2963c08502be3644e6770c427f078ad3e2fbbfd6702f72f690763e821d7495f899fa799dcb03f8628cb71b3d210a460a30c6963016c745a49fe180fef700e80179b5fbdaddd64c7928752a2289ef11ab52c74992f7faf55c4bd163f17774ab7c7e7f9ee0eba7e27764bba5432c198db1e1f566d4cb7693d7b2a9f2dea63fc1ccc04231d864d1486fe70516ce732d570e133c3525e9d68be896c6981f5e43952a46b5f5602c70ab56e0b89b6e579cf8c281447803f8058d78803ae29426828c197b9ef20dcfd0a09eacc2ca88a05c1143f98c9f8d9214dc0fa237ed98d9d968105da85f196798b8269bea264ba27bb9b3c3d251e7b8b57909530a8945d2d0a4773cb6ef4ee67ff02edd18cf14eb7161f25ce3ee7d6d0fdb1440eced67f29f977d15191f82098f0acdeb1b0ee757155490e0976a2f08a132669d1fb1f9ec1b6a2bc9b2dd0112212dab5dee8a9c8ad94e4bbabbe5df90a2b62db5d89496a331d1adc3e0eecc37779026853e51b97e76c61688394bcf024b5c1b6b98d4bdd13bf55d7e685229f92986ec69b8aab025dfb6e25ca030ea7ae6d4a6a0096c94a76c47764c72f8dce85121881c265fcd42efbfe760a43668f9a424bf23b077af59bb3bb44051a4889774012b6b0171eb2856c9cfa466de0a1ca3825405f0fa30bc29a06b8815ae44505923009a6b2385ec165243e8bc32d17c8ec986bb63bb35e77088033ba2c1f5d13cfed6a0202190803e1f6610af144032c1bc908a87146ab242e110813b4f7b66649bca0cc248316fe6bd75b6f8a344437a16419949d24f84829c294a6101a15911c2fe8c1e030a5479c834f3cf54bfde86b1f0c9e9b2c20638441d13a85890022b12a46a717564835643efd14846827d32732dca0f3569c1978c148ee928ced2eff8d79f20fa06bd4e7b69ac0b04fe74e94cea4de27ba8ec2e03ef1eeb0829804cd58f3278cdd1b48c5dc8a58a1f3379deabd7df58267f9686500fa1a9feddea8b60c8a947a16b23f838f6cb0c59d46ef84e29109a52d1f5ddedd97d309c21e6c064295cc6e0b541916ed70f97a1fd23d08b5578d324a1bc3bfe91bcdb251aa81bff17e36ca7f9b9f05bf2a945cc0be195fc046d8214c273746f445d5ecc30b9f5fdcb513efbb00882a235803a400be4924fe906bebcfe2792ac50d6e3aeab963191c45768d7715fb4bb554737069e32a079f6be61e1afaa5584e6b122a410db2f89c0ddacba2e7908e0c0d0dd9c41971c7e96d7391300d604f2cbe079fefaf56df201734dad93100029902e4322e94e96a03cb06234c9775f25d2934f2df421d1303ffc51bf6da08016318f1390833b172f4aa8b71c21d1e8822e388e6c61af3ba60307479f7c949bcb2368d7719d89d4113b31f48bd01df1f4ff8b5b3f230371cd5528f7377ffb37bd7c9e08595a552ef33af6c2cee9904a72df8c59237ede19ebc0418aa45b9ab9b1b80ac0e68a92615d763fcf18eb2fb9d9d893','',1795940887);
CREATE TABLE certificates (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	server_key TEXT REFERENCES server_keys, -- whose certificate it is
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO certificates VALUES('6a530df86abd78222ac6e3402b97d3073463d5dceeda4ec44c382f833d8ff001',X'b825c0856230759f8806d83ee9de2f86b99153f5c356f52f30c01adb681f13532e513316609265c3b2d301e616d11e66ed9ad1666d76325805ba96bbb34d28e0740acaa1f9ee668acc3cff183361dff1d5b870a507872905fea5c863195c8430d371a0e68ad4bbc7a106e1c306130b1a29fba9774cb2638277529436c85152e2ac06c90ce588038653be580e3286ddb84f4cef06fdd8310234a8ec6d6d41ad36ce2f3c0f444ea3e4428e0139180fc70c5f3ced8138be5679027dc19434f19db090d63c446ad0886f9f96c001cb4bd3378ec9eaf883968bdffdef1aff725b526b6ad8212fbbe004fb24c97181ea23353cf0092694ff6d3f50064137a02d1a36418f4bc68a0b37013b2ec534391505b36fb391b360e8841bd0bd335d17600155018dde35975e181028f9a2ca886fc7d37b7ce893bc1f22fe4505888163be89901ff7672bb831f6955a1843b5a2e8937ff60f450a84c8b414124b69c07ed40f2974aea12f2e4a74ed1b5797e55abdaeb48a863731bbe6f43dcf5e95750c7dcb43d3f29ac99285c099d39bf96e2f0e6f58de53af9b4a2a261470d53d36f4a9b9a6819cbce9790933778edc5d2afb8a5b866d6911f526a9acfaf2566ab67eb817a09ab5245b721d68da134105f75dadcd9ffb3964b91982a85c02704b72e07af2ef2be7648b567612e614dfff9112a48ba86e96cccadd7707ebfd6959eb945b51390abbe320e242c75ee586391f980f6322e81055fa2ff8d639464af6ac759025513fc43b5a35e4fdf951c499ed42c60f4a25babca2da12eddf993ce3bad8990702d0bdd94e649490632a1de5ac80fcf42ef07a582da8fac239f41e6959d91a7e4f93a60b5bd467e4f3d507756cfb12c16981ae6147755b9b2d3e55c8b35a83fc3e3b99058eebc5b74315a232ccbb01d7932cebc04befbcf2db6613967201b958b75cf91e29e391c69b7351f421dcc00e7f79cf3cc979c20d8ab6487191b2e2ea0a9e0c33c264fec0cf462294c2c43dc1b0ca9ea3adfcb1cad2b62d37dcc715aa2bd7c7b88ebe5f3c1b045245a4b8ac195fe6f4cf51f37cfcd3dd90dad6f65f4ec613f652afbf767f4a0db9129c8f99a27efee6f125233a4fa410c6e183ae6bed7df1a8a5f477afecd30d94a737ecdcb52bc1216f20','dc812b23e9bfe81f21f34a54afec7f35213581c0294870647426258805920c51',1795940887);
INSERT INTO certificates VALUES('8d317e3b7b1634fc7afa65e26e1eb81edeea56716f40397f88e22b1d349ac20e',X'27248543f4335f01186c5244b2883e516ddb986e7abbdbac77758b4ed8912aefccf1b58c31410866e207984e9842e208ba9cbf72824af12bb20cef4ef15bbabf636f91f5a3cd7ff514b1d63ecf8f2d829a3414c404fd7fdb39ce1a0ea1a8c39e09801d49361312faaaaaee64d35b9f3a9dc494ddc15a43f1953791cea1a6dc0db7b0596831b53d24e8f18b7088d96a8dedb767905179b6168fb3e5dd380100a6e22ad45d5f5afd0e8610c427050b48421574243597df47be45f8be13f701e786af025b8280057ff87469bdfea1a44aff46baef6ab6eb2236fdcff5632b4420c1d6d3955cc77e64cc99d2d802531d413111dbc9ba67486360111debca1a49bff02ec1c71155b5d11c1d194f0d28ba0ccc0ce0217f02b7fc875ec00c199368729d4bab3bb6ef9e88f674cd72cb9c7327d986d4a27c881c06a817dd232460608c07cde43c61b2d0de50b78329c515652a9b80bcafa2f99c620419f98af193448c06a83ad47ccd77a963b3e7c41f4ef2c7ca1a9ea8f6e8f1a56dd60e1b9ec6a953a2e4894a97c4655b984be0c6091e0afe0aaf8886ebd10304d4b20cb51820a198a5a75aad9c0a6de33527e73339021c157c3e54d786d553a2499aa4bba2ec26ec8d8c74da8322a5fac5138b0a99852f952f0012f7a1d4b4d98c7e11b8dfbd75c58f6e127fae8c8bd2ec4506490815266e394a6c45264458b57b3bfe2c296a669e78eb4558ea0a42f070038d7e44b07d06d38ef2c58f2c67d7a6ed360d84dafa37b4afdea4029e2a44659de46128c3b92a4c0d7115ba8af6848332fd089e135428acd23f4cf095c44882b6027422daf982d904e8a519ccd8dd00fc01a280143f75c4c4df3678ca93b7f171c8391c7ef22ef413061dfda928b4a24fa3d20607f0d7b235886ec40c280f9be4f8269deb408e4b544d353d5958a9d3b841e6aa20e8891af11a7ac35e7d4beb63dbf925f72624be089b7c14562cd3cdc7571cf7c1a890ab482a31ca8d373ad9b1fca9247d3bb409e46d5cca08aa8298bdc37e042e1701053cc64f3d717405be47c43c9c56fdbd55d0d2d7c063843a79884f2e3504f565d808c995e58b4d892d2497b8996ead32b5531c0a5991973a9931206e8fdab5384c34302bcbb7ccfeac317e8bafb0',NULL,1795940887);
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
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795940882,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795940882,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795940882,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795940882,'verified','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795940882,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795940882,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795940882,'failed','VERIFY-UNREACHED','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795940882,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795940882,'failed','CONNECT-TIMEOUT','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
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
INSERT INTO kept VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','standard','e4e4aca693f786006953b3a2843a2b28f53c39f488cc6bb976a774772d71242b',1795940882,1795940882,1795940882,NULL,'','',0,NULL,NULL,'','',NULL);
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
PRAGMA user_version = 11;
