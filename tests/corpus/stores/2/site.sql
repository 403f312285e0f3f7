PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('site_key','4c11b104c690982aad67119b41fa8f12516f83330564e9c9a07b82b6e2b8e86d');
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
) WITHOUT ROWID;
INSERT INTO keys VALUES('000057UP',X'476addf75fda7fc97d61c102abb7f54ad9e759726d2d9c9176db2200f6549b159cb5b8e7b11b56965e7f2b95a1d295f68aaa93f71ccdd4457ef5d935',X'34e1a3589e6e01e64c5e2a30436bbed1df71d80c11bc948bfbd1e988f6c063069e',X'0e702482e3b8227b6f8b905de775c225e13cc9845d6f698467f438692de956278ff9a411b977be1d','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:2',1795888490,1795888490,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO keys VALUES('0001R1FY',X'ef7ffd30090d245cbdb861107dee343fe528ca543285d17324f145b1a251d9aaa5fa48b0f17212ad754e72f8e47be1d5942ea5628dda830c9dbaac00',X'99f8a61dd439138f624e29b3a02802620fe5d467033f956f924740c27a0d64ec72',X'76305db27b5e131e427f289fc9e5da7e0d3f2c7dd5694a4879b200a2aecaa1887797902416b86e36','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:3',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('00023DHP',X'76b981b29b769ef148b5e7c33115d7312a5f3e7d4a7f5e97155863fa67fc26361fae7724270cc48f1ea570e759e558ee6d28d032233dd15d2e21aeb2',X'1fd36a3c1934cce3fd8a6e0b8587fc9817527769f9b1357f1d3cbdbe868b46ea97',X'43c64751e4496f7512964534207452d91ab4573eaf12fae7002329f6917d231c054d2d9a083c4501','keys','keys.csv',4,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:4',1795888490,1795888490,NULL,'8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO keys VALUES('0003GPSX',X'95b1c4d7e343aea842e3126102a9e7784e4e76dea7eb54fc3e4609d953c0f53c844ed860ef5c2941dd382f59f27b8a44661addb5cb8bc391ddca9811',X'7989737648055f5b513cabc44162460b661f77a410ce59b31aae8cca86bebfd434',X'4c6039bc0977d855297813347620e1c6f5a95644b39592c2b9d409a3dd7f98f3e8e22220975425de','keys','keys.csv',3,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:5',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('000428GD',X'2219db9e5a9fc56d889f7c81d0fcefa4f7c9f7a5b36916b2b98697dc9c1038de6f30c08bdd3953c6a9c7613847c0f42894de6a013b51c6d8ef66b7e1',X'2d2dddfc1667fa1fe9d58ad3ccd3c139e24d7f9ccfad2fa37adf960bc1d1ce3b8c',X'52c3075d5fe9652f277d42092eff70f3b13453ed7ff07d1b93528d882798bb3e13cba9c34cf1abe2','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:6',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('0005DHEA',X'14528bed4a00b64a544a959eb1bd319fbb67d6e85a9d2e0c20ab9b77f4f30b4eb8e106be9880ea850a247be9d41f40a47cb55a5e017992912b74cb6a',X'beba1f8a4f24523db68272ecd4567a5948da11691f6f794a99e4847458e4741a5c',X'b591da202c13a29f351b7138531632faaf815e40b7112d65b57cb7bfeffa39f6934f3ae25a789af3','keys','keys.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/keys.csv:7',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('0XSLI0MP',X'aa5c82080df07dd559e5f781d9ab324d65d6fe9ced7a91ed8bade48202a0251b3d88a8d77f0f31a9b37267bf74c34272d6ef7beb6804b8845df69545',X'ccdb9a2cf10209d427e832f91e9c2cec4802620b9ad2131fcc380f1227663ad5ce',X'9fef69896b32ce9a5f292233a6300e28e8c1192775025760895756932d2ffec4c7ad5c0353da110ffab4881f','pool','pool.csv',1,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:5',1795888490,1795888490,'stick-1',NULL);
INSERT INTO keys VALUES('2W1DLSAA',X'17059fab07d99d96764da8e2b0e208fb61752b8bdc206645e09dbba30dd25699cbc56a0d4a097be34ec58375211242434a7b5a388485940531f0e921',X'fe7ef9aca82cd0453c8ebf1701953bf09649c0a3878f3f5d5fcdd95fdd6d069997',X'5e6675ee8d743f4ce18f6f7a25c7fb12ab863dbfe0b557e962b999a703bd00cdeaa4f66cf335c2cf3cd2b8e1','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:2',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('F9QQX72E',X'5128f5150f4d6a59488dbb58773c600854a2c8075d8268bc4963a74a0c896491507a4609f21a20e990cf3f927ad8acc170386baa80b76908477c3a7d',X'7ee6d17d63cb0ab1985f26b0dfebe835a633413772b31d49ded43a15c822c5299c',X'9e6a4123759aecd5793c66a0d462ad62ec340ebd154d34d73169459b4bddfd52bdc5dd55a64ced48b757aac5','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:6',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('I4YYQJ46',X'e9f32037db5a245626e5f156e3a9c3adba331f9d00a8a5871141e4eee9fc2848e79ff9fcd80e0fc3ecb109d18131032fc84edd2edddba239e640e5c3',X'1f0951da1cfc47b32f3012a2f2c8326e3b7135efe4bc9976304f21307554a58406',X'1233e9e49e515430928f7bc2a6f2dae85b3d8e55cdbaab28ef6683d6d8c1ca5fb9f3484d1a10faaf6aee35dc','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:4',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('KYMFQF8E',X'd2f9a7138bd879711fb075c64dbf00bebffe9c6af728690902d4f80f1316b4c3686bdc8ea0aaf3c4aa328344f89dcc2d9d6a6929a8f2f64a1632385c',X'f4846b99a08af670e3368482a7eac9b04318cb53927956d44a72feac3705a66873',X'd3f0ca3b4f84b90f6a842956f43504b1fb8d98215cd72679e8770c54933694563d269c0417ae3afb288553c8','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:7',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('Q92ZHM7E',X'bf6a5db657bd304ef4cc1de8d2683985f4f14035f99c2fc6657d24461a53a82f3754ac1d342dcfd2283b5fac778ba49ed03f87ee255d7197034cd77c',X'7947e0dc3a027a915f52acf6ab880e20562f2360704406ffc9438542b02cab16c9',X'2392569b03a12d7d4cb3dbf39a61fd96912e544ec863fb7d13e4fcc36e2afe9ebdccb858ff486389cacd2710','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:9',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('U3JTVOCM',X'b037876d0870dc7861f913cc6c447f40e684cc73434a5103fb24a706fa6996465543969a446bc7ce8c56cdfcc5fc61f2e784b6fce4fb3fcfcbc4032f',X'570122b91b05fd485dd1112e5ff8bec735fc954d3bed552df00e5a2e844322dd6d',X'c204450b7e7979a7007a9b22488b8ad629d9733d94f2213f81c6edf01f3e725846900fd409dec5735644c040','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:3',1795888490,1795888490,NULL,NULL);
INSERT INTO keys VALUES('Z1CCQPWH',X'2b184ecc893730446ccf8460b3cba3786f85c844f664d24c7544803db262538f94f17adef7db3c874593f73e2e456617340b8fe5120b36c34ded427b',X'84853cedc5ce4a2edc87c980ed8190286f59bb6bde7f61286cdc77d4e43962af0b',X'8df983aa6ea31e5cb62ce3c06e1909d0d2d056acf518bd2e1e234e6de862bb6ab0eac9597434825a66eede68','pool','pool.csv',0,'/tmp/wk/streams/main/tests/corpus/stores/fleet/pool.csv:8',1795888490,1795888490,NULL,NULL);
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795888489,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795888489,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795888489,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795888489,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795888489,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795888489,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795888489,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795888489,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795888489,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795888489,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795888489,'127.1.0.6',3,0,0,'',1,'fleet:7');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,1,0,'0003GPSX','fleet:5',1795888489,1795888489,1795888489,1,'planned','','','pc-4.lab.example.com','',1,1,1,0,1795888790,NULL,NULL,NULL,NULL);
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,1,0,'000057UP','fleet:2',1795888489,1795888489,1795888489,1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,0,NULL,NULL,NULL,1795888489,1795888489);
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,1,0,'00023DHP','fleet:4',1795888489,1795888489,1795888489,1,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795888489,1795888549,1795888489,NULL);
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,1,0,'0001R1FY','fleet:3',1795888489,1795888489,1795888489,1,'delayed','CONNECT-TIMEOUT','','pc-2.lab.example.com','5.2.1',1,1,1,1,NULL,1795888489,1795888549,NULL,NULL);
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,0,0,'','fleet:7',1795888489,1795888489,1795888489,1,'refused','AUTH-PKI-NOT-CONFIGURED','hello version 3 (fleet:7); it listens until about 2026-11-29T17:54:49Z','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'534f6939994f4ee9eb964fc68e26aba96954dceef628d85842112b021e6662f6db637fd43f2aff251682d01b',1795888490,1795888489);
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'17ee490f3dbac67d7633854ae988f05fdc5581e10547553ca1434a3ba721ca00d7354e469599219b9233890e',1795888490,1795888489);
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'10edd9aab4b6ebb4382b9eb206c8e93af547dd14aa41dfbc84214995c7ae1c0deb4f9336c90476270e8741ad',1795888490,NULL);
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'ecd7bf21cb49737ec42b18dea5b654e9ba19c91a045154258ec142fb2bb2d9df2057bdbedeb5377968c20443',1795888490,NULL);
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,1795888490,1795888790,NULL,NULL);
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,1795888490,1795888790,1795888489,'');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,1795888490,1795888790,1795888489,'VERIFY-UNREACHED');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,1795888490,1795888790,1795888489,'CONNECT-TIMEOUT');
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL,
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888489,'admin-set','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888489,'committed','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888489,'reached','','','5.2.1');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795888489,'verified','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888489,'admin-set','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888489,'committed','','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888489,'failed','VERIFY-UNREACHED','','5.2.1');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795888489,'reached','','','5.2.1');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795888489,'failed','CONNECT-TIMEOUT','','5.2.1');
CREATE INDEX keys_stick ON keys (stick) WHERE stick IS NOT NULL;
CREATE INDEX map_fqdn ON map (fqdn);
CREATE INDEX machines_pid ON machines (pid, last_heard);
CREATE INDEX secrets_uuid ON secrets (uuid);
CREATE INDEX jobs_open ON jobs (uuid) WHERE ended_at IS NULL;
CREATE INDEX keys_batch ON keys (batch, state);
CREATE INDEX key_history_pid ON key_history (pid);
COMMIT;
PRAGMA user_version = 2;
