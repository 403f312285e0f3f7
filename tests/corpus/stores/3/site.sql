PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('site_key','69c8c75a202bacaa3efaa8dacdfb51ca746fae4c8860dfc77dceb6fa78a93b84');
CREATE TABLE keys (
	pid TEXT PRIMARY KEY,
	sealed BLOB NOT NULL, -- its three secrets together (store.h)
	batch TEXT NOT NULL,
	origin TEXT NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5), -- enum key_state
	place TEXT NOT NULL, -- file:line that it came from
	added INTEGER NOT NULL,
	changed INTEGER NOT NULL, -- when its secrets last came or changed
	stick TEXT, -- the stick that it was issued to
	used_by TEXT -- UUID of the machine that it set up
, note TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
INSERT INTO keys VALUES('000057UP',X'2e85a807cae6399a3d559e80678d616b2554598230e95a2eed8dee9e7af95e445dc727be6a102881be5c4ea60a9bd1d5cac8a3f9fb05e575f74d60c1063c876798ef99e8d9024b74d88ec9cf8c5a7ca7','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:2',1795888490,1795888490,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'62d02178c4574852b0c8481e5684fd135bb9877dc6682cb4e12eb98c1fb405071514f0b60a9ef917e41565c1bc166dc7df36f56507b37bf2d3d0cc0841e735ee1ca16f0e7758751de9551bb124f9635f','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:3',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'771ddec03cf8c375d59de57798c943dcc417b33b9add5f085de59f0bb40d82acf5d51256361f1212979edb5bc5b2b0cff01e16ab11b014238354fcc47baa814a5868579675b5c046b3a01e2f19851766','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:4',1795888490,1795888490,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'0cc0a4c4e9295fdc92a63ed8f41f0bef6339693b831ee88531386ec19922e4406e17904bfac70a7e47fbb2b59ff8b7f5c6b4111cdf2089b7dab07bda78779e22717e5551d661826a5556971926f28d68','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:5',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'ea12ad6fff32f8a62df3c82f6eadddbb89dc1655667f5563c170b98e1863a7b64b4d30001cc158b08d164a07366875e5efe087e6465bc2f70179114dbeb489d2e30df6d94b7f8f26bb92ff572f2ff310','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:6',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'f5aa827389578d6ed21dbb2963bc64109b1e3dfbe28a4e9b167eef7ebf8404b339fbffcb72ab2a8b8744db3b58ba389bc296ad23076282e3a7f360be158f2bbc2ba28298fe345d1b7c20ae011c3c194b','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:7',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'6830dcbae935e8e5ffe95d19c994a9ff21f6f26abd9cfe8186a9b621d02e67f5872959b3a0f606ec524ebfc419b131816baf08d0209340de07239be21720c7ed4bbf2ba8afe44874cbf420154908542722eb3679','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:5',1795888490,1795888490,'stick-1',NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'c29796e9846009bc3de6a37a649d6758c4b624ca66c31ab431b99a25411eaa33861ea3cf8ecc9c531bd1e4e593cf93eae3c91a428c33bbfdf733c515a75b86f29fdf5ec548dd6511eb830cf27fbce09a0ebc4fc9','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:2',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'c366e5e478d50f6ebd8953fbba9b3891b36ea405964d7ca1808c46b162552c61ca7b747030c07f86dcb224baa5d1b2640bad526e78523c5ff3ac87956fa31c9f23f33f01703ed58ab9a24e813e72adba455fbf2b','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:6',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'a94d1ac77928e517901e8ce10ffc18bbd9595a07a8f7eda23c2b8031a900efb70b6f23673dd60419cae5a6d56caabc74a7fe95c0455a46aeaf0e20ef9aa7aa08414b8f0dd5929a2eda1cea211a5e9d05ff97218f','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:4',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'617d60e8d572fb2b3e7b71ab0da36ebdc42433a78bdb152e026f0f5e2a1bfbb374a7d7a7a16251bde58b5f0c843e4c966496e8ae3109a44c90123c652610b59ee4ec63d7b55601cfc9ce60b8f609ed096f99f3f2','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:7',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'fea386236bb3678c60d57df43cd49633b5fc5c3340faca05e7112463fb2bc872fb4d022de3c9586b54210d5bc24ba631053fda047616b0627fb65185f75ce8658098f6aa00f61bec1a50b580aef0c26ac09d83f7','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:9',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'149b21658c328568a6f6ed5524dff7185958fd271027644b0f50bab33358d1d5c5cb0ed1d9e68bca2ca3fb31866f9b617a9f000372ac5e22a4659c1108cd3e7179ba7ac80e1aa980e9c9ce137f2f39a3296c0d71','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:3',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'61754805190372c5656b3312f6b8e1fd83d7bc5f7be40c66b1e800a4781a1c61273882451bff1885dfe1a6fd3de53520c5cc63867de49778e74b794b40bf31d0bf741a3e929685fb17e74f1bb1cf119550f54f8c','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:8',1795888490,1795888490,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795888490,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795888490,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795888490,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795888490,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795888490,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795888490,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'0XSLI0MP',1,1795888490,'stick stick-1');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795888490,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795888490,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795888490,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795888490,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795888490,'127.1.0.6',3,0,0,'',1,'fleet:7');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,1,0,'0003GPSX','fleet:5',1795888490,1795888490,1795888490,1,'planned','','','pc-4.lab.example.com','',1,1,1,0,1795888791,NULL,NULL,NULL,NULL);
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,1,0,'000057UP','fleet:2',1795888490,1795888490,1795888490,1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,0,NULL,NULL,NULL,1795888490,1795888490);
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,1,0,'00023DHP','fleet:4',1795888490,1795888490,1795888490,1,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795888490,1795888550,1795888490,NULL);
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,1,0,'0001R1FY','fleet:3',1795888490,1795888490,1795888490,1,'delayed','CONNECT-TIMEOUT','','pc-2.lab.example.com','5.2.1',1,1,1,1,NULL,1795888490,1795888550,NULL,NULL);
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,0,0,'','fleet:7',1795888490,1795888490,1795888490,1,'refused','AUTH-PKI-NOT-CONFIGURED','hello version 3 (fleet:7); it listens until about 2026-11-29T17:54:50Z','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'f406342b88904ee2e7123e7ae5ceb38ce148cede0d01c4db617eeb2c00c1a9a345bb09e294505a831990d78f',1795888491,1795888490);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'2c9596b33c0ed94a0200827ecb3b0b009d070a47c4c433dd0c277597647defe46e03cdc1d9d2e64baeffe504',1795888491,1795888490);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'3e4179a022981af834f682fefc6c76d1af539d98505a1878c79dad0ad30dc50e834e238f7646f383958c31ae',1795888491,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'cb5646dcce332e91e3fa080ff6f440fe3b0af28d3889c6c841277def1f379364043a3d9e213ee87f85d86471',1795888491,NULL);
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,1795888491,1795888791,NULL,NULL);
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,1795888491,1795888791,1795888490,'');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,1795888491,1795888791,1795888490,'VERIFY-UNREACHED');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,1795888491,1795888791,1795888490,'CONNECT-TIMEOUT');
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL,
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888490,'admin-set','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888490,'committed','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888490,'reached','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888490,'verified','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888490,'admin-set','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888490,'committed','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888490,'failed','VERIFY-UNREACHED','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888490,'reached','','','5.2.1');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795888490,'failed','CONNECT-TIMEOUT','','5.2.1');
CREATE INDEX keys_stick ON keys (stick) WHERE stick IS NOT NULL;
CREATE INDEX map_fqdn ON map (fqdn);
CREATE INDEX machines_pid ON machines (pid, last_heard);
CREATE INDEX secrets_uuid ON secrets (uuid);
CREATE INDEX jobs_open ON jobs (uuid) WHERE ended_at IS NULL;
CREATE INDEX keys_batch ON keys (batch, state);
CREATE INDEX key_history_pid ON key_history (pid);
COMMIT;
PRAGMA user_version = 3;
