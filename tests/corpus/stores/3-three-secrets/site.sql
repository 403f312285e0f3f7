PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('site_key','fd73a78a9f436c8a587800b1e4c9de64cde6641677a114c57986ee258c3f84e2');
CREATE TABLE keys (
	pid TEXT PRIMARY KEY,
	pps_sealed BLOB NOT NULL,
	mebx_now_sealed BLOB, -- NULL: unknown
	mebx_next_sealed BLOB, -- NULL: none yet
	batch TEXT NOT NULL,
	origin TEXT NOT NULL,
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5), -- enum key_state
	place TEXT NOT NULL, -- file:line that it came from
	added INTEGER NOT NULL,
	changed INTEGER NOT NULL, -- when its secrets last came or changed
	stick TEXT, -- the stick that it was issued to
	used_by TEXT -- UUID of the machine that it set up
, note TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
INSERT INTO keys VALUES('000057UP',X'8050aff72c1382e5794ae0945f0319f775d1a02b087b88797881e3a72a80eb311c23b8658a1dfd3532ee9e8df5e74898d1cedc09726834edd5516662',X'4b7b6ba88da48dada24aecf6bc1d807b0fac17ab8085fb4908a8199f5ff2d12c66',X'c41c2c5dcf9a9e590a9aaebb1b2c4f66c44703d0352729b512ddfdde5918c5512fa31244addb7de0','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:2',1795888490,1795888490,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'8454c6df44661bb1ac99a731980428b448feec2430995b1fd40e196d32820b935e487604ef8340465ca513eb86093a98dcd7939e9744880da683bf99',X'602fe9c883c00731a7eaafdb57855b6b99cfbacc6dad220709c72812c5d90b7ddb',X'67e42e41cb6138d856b72837d42f648046efadb6cceca1c30a6badf417e2f5e5d5ac888415b28fee','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:3',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'80afe2aca13dece63c07af0ec95058fc6756fd77433ea7b91fcd5d01431930031bbb6e2b4b46c3d3472ae5c844ebc4bf2e115ede08cfd73d560fa783',X'65f09e998a46ede1504259b62259e9dafb009e63a226024bac53c4398cfa986b59',X'2a7740008103694233856e8350b20761362dc9bff2bc0b35f1fcbbc76e70658b7a340704f5513a81','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:4',1795888490,1795888490,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'f81a8fd29ebd3e8e16dddc53211319d40dc33c8f863f7b959d2f4f85fc3f7d33bdc9a5058abb65165fa259435cfc97c218823449a9a4afc91e4e187d',X'13805004aff7e31f6be6886669a817725a83649d9f1fde4c834c4e248ba1201604',X'12ca0a94e7217637eaea3da96c238b9f3a5fa5512cc2f67a04a0b722a3d97a2672a5dfb23da4b27c','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:5',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'f6588e5fbf67cfc65e7db3e17f1dfdf2237df476c4ad9dfeda9069c6c5f4aed3f7d7abfa7caf6990c696baf05f343dea5bbc4be040ff73b1b34c03e3',X'6908d111e6a1c65a906e6544dd0b1994836019fee5affc85cfb229e8e0ac489f2a',X'6bb716da1c97f1d90c1fb9ca6283906113f8d977e4edab85f04bd6bf2c3e37828a9dc1be460f5176','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:6',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'f5dfe6f7fb9e04f7d415a7310fb3425ea80d2ac0b85c7dbea2695b0f31c1a289094fc4f3cfc0ae6bc8518f08cf6d07c89564cc463e50c824eb2efaa2',X'ead61501d1af674815efea78489da761b25671cfeb8f0fecc05255d29827506bc5',X'0b16e3093240084e97e24cda29724b2fb112b82d3a81d74aa154a92b3765a2b5f3021527e5e4ca62','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:7',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'6ffee78b0e85391f35538373b0bee28c4b72f3952cfe55b4c5b3abe068c9c225202ed02b33b4da4f8ade755dd9258c1d58e15dddc80d5fab529714d3',X'6ad7eea4428733bf5b1b34219c0d919c3024f71b19ac2a3f87239297ecc9802bf6',X'3448935bd19c481f0dd2c616b61e047d43738354b4899bef7137dd0d0f5be2900f3811d02d5a63a9a75c275b','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:5',1795888490,1795888490,'stick-1',NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'895507cd247343bdd6803cb7c69a8d5b0b7eaa3b19b2537905b201fc96658f0879c5a0d6f57b54e35c3446eb416e0a733fe1ed855c3d6ee794d05c1f',X'4a2a34f735b17cf4203d3c51d48623034cd5a063d11e26d024eeedb72172ed557a',X'08bbcc1d56125dd6af512d2eeddc5e1b25b52aa84bcb89a9e776dbfdf3c0c14e491a271a69b64de1b15ab9ce','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:2',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'085b4cd619a8b8dd432a690c177e33cd1f26bf15b0957c3bb9f8aa343dd6d290ad0146c0708ac98132db913be236bdcaac63932e1e213719cd97473d',X'45b18af65b8ad7f25062794d74e6d221bc3342ffa2e67be5437208163c3ec9b8ce',X'45f7076827459bbad8e49f463c80362fadf5c1514bb085c899b5d24dd742fc8b69dd5681605d0faf41d39751','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:6',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'2e0a57e7158d47fd1f4fc67045ad713ea72b9847e0c8da88e0f8be073663527bb559fd28c5710aba2665afbbd27d71f88ec6ca5bbb87f8b483c27cd0',X'b4aaa86243f9fafa7130fb349249b5e22e2d4672e933ba3f03add6b6afec9a85ab',X'5730df1d1f581a8bb0a092bff8ab6b4148a640cb14f1f2855b708ac765b4f6747c757cda23750c90ce0c7054','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:4',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'cb5a63be3b07432fb7973e5939e8e8c58e82341c2cb5d838c4bffc49b428be127870354e8318f68e508bad46f4e0365eaa885b6382a1030d4ab0ab3d',X'55b92148aa621df1ae1cc1a0a23cf8a49ccaa31d75d71026b067f7542420c03846',X'93713595f1f777c475d6bbea655793661be39ea0e3ef50d5c7ede65978ab88c1e5bb32df2508c16c9ae78fe0','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:7',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'085eec863ae332dffb6f6f53462d81318301eb3e4d9adaf1f4af0d84bc1e2b975d8af63862ea7e3de006466297467a21044a8f6f94663ee02df7f69c',X'd18f63d5b8c93bdaf1904e5d81e6250eabd3d09d210a6047a011d57737c07a3a48',X'4342c6d927328ec3678d6fe21069dea060d094c4bb2633b6ed4e32c34736a6dd6ddd8d6cdb79c80ed47f2a1d','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:9',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'5bd97ae75fd5736d4ca025ddf51501cc1176baa5d363e267627d71cf93d966aea02bc89350c7b78046872591a2a1eba26dbc11cd21e0973a6be7c64c',X'8963c93ed0aa6efff97586427ddd793a01506fa879e8aa725ed62271bc3ec4c2b9',X'6e2191ccd7ecbcfd1a3e4b055679d6428db11f1e59fee3e911f235fd9fddcf6fe87ae108f052cfd3e4139a80','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:3',1795888490,1795888490,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'6990ffed4a1381b05f45d231599c18981c1ce629c54a9d8bae9269b5b3bacbd489c5fe39b0d9bc3ca4370506ada30d8d02256327ed27028a14c38152',X'3db387691bf747d9597367955173e55d4e0d0a061ffe99f45f132521c637dbbc09',X'c14e997f1a1d07bfd0f884913120781d0f902ea299a6e4e0fd39f1749bafbb8d7c51a048dc19f2611b646aa4','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:8',1795888490,1795888490,NULL,NULL,'');
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
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'db2b37006da7ecc0415efdc4f41129307eb4e02e07740730dce3d85bbeeeac663e5b5833806caebf8b29c591',1795888491,1795888490);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'1500d3b6c94e2d9e53aa1dba55f83b636575670875cd64d79de798e4d912d598629b57c40f8c78ef411ac78e',1795888491,1795888490);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'a8112a9091ca114fc50f2716dce44e0a49d7e7e381a1121193ff9719ccbf54480c34700234c1bf143177b431',1795888491,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'290ef5f1826e5df57d29f72ee6d3c90f5db4d678451fcae8321af7aea0b845c7d4399bdcc11f6f9b3a04693f',1795888491,NULL);
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
