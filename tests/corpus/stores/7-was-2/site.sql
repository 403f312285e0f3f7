PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('site_key','522bbab79963966312abd36ac7d7e06abd003220f2184097d08b24feca64ef4a');
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
INSERT INTO keys VALUES('000057UP',X'728122a4488a7cedc49d02e86b0c7686bb4be3fae146aa91416d1d4664ef2815c0acfef35675f19e5a378e4e9ec1057034aad51a124f5297f1eaa574',X'c8e9aaaebaf6f3caa73b58395e06478201bfdd63c57262e23c3b19e6d84a7e6db6',X'647e2c81e7efd166b36d44bfff8fcac9a220425e4cc0caa907428c07397f081300933bbd80715f84','keys','list',3,'keys.csv:2',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('0001R1FY',X'195023aeaf005970727f2d51a95429eb2f89064759b42b933cdb4dd2479436c715645dff0a0b71369d1c77e32eea388e0b254b1395df1a621c5aaa3f',X'3000024163907aaebdf55cbf031af06fbae4401cadb398dbbba41b69fa5d01ffe7',X'b397a16bae3a11fc2966d09408c9d84c30acdf314483c8ea186603e54d23ff2df219bf2f46668f07','keys','list',3,'keys.csv:3',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'142cb4c42b025fdacb018d5d32067669abe7193b67c0c061228f74a7cc96ff0ed3e6c5b063bf9f0283068cc00ca5e9221bc7c71b2d8bb45a147318c9',X'09e9f85376a4b9c58e03a5202c6ad7a547544eb9beab69054932a051b997ed48f3',X'0a113ee70bdad4830b13c678148176d57289082eba4b71e061e22de986f9ac089ee2249a54966630','keys','list',3,'keys.csv:4',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('0003GPSX',X'c8f9370aaef0d051cbde70380e3cb193765fc77caed0c2ead8ae584ccc85be5cd51c9a2178293324caa8a8cd4709aa802a3e7f6ed70ae1f0120069b3',X'c025e72c2b7eaf70abe0b63733a8be45640c0cfd68c06754f128cb2016b43a2d2b',X'4423d1df2149f0d43c78e46532dc989de2f462aedee36c014d72e3f9fac88705d9f3302decd0168d','keys','list',0,'keys.csv:5',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'9174767cfa25cfa474be55318a830639d44fbb6588271d6f16e92b48944b47d464d185161ba52fbb17a7566dd5e99c0e773e09620fa18a1e60d61835',X'4f856d34bb38a035542a0a532dce4356d62b69b65941044dc5d8559385761a5a78',X'6d0ffecf4b74fb79b51ed143529c82320897b88a49f226a55d16c3f9055d8c7bd445c1cc08115be6','keys','list',0,'keys.csv:6',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'812e4c112e33188162df25fd8df43ccff53c6080f9c5b33279aef8b14c3c1a917f08e77896673644b79baa87d4be89cb359f4ea4517d65b9faff2fa4',X'610c78a29c00c9285e2fb1e5298d5273d8b392e5162d2f8191ab080b8a63159f84',X'59a5b0a9060d97d57a091653459cb956f18dd040cac676e92949caeaba6911ed331d0b55771ff178','keys','list',0,'keys.csv:7',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'25040683beec4ab75f3c708097ef26441a280c9cd52c656cb0fa6ccbb1bd370b7791c4b92ea8e3f3ffd434f836713f615b88f0c0848b4c43798e1588',X'5a9eb9f6c289ffa2d62f5e8fc1f271e3bfc2562218c760e46d91c08c5612943647',X'63d19e4353736c6c24fe4ae4339838563067ca8cefc3790a6bacdab0f1994a0401f355d83ef11aad6d6eaf77','pool','list',0,'keys.csv:5',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'607183fef3363518a7ea7ae6f2ad990f749c3e1f55701f0942a643e74f1521742962c27a41cd01d7fc6047fa6a273dc49c77af19bb8b0649e9e1be52',X'ba982445197879384e03bd48356c2594b6155fbbbddf0d7b831a8ea549969730b4',X'036b9267bdc4688e923e4ad9915497fa1a1a01141871bd2b1ece6b0d2e09bb276661ae544f2acf0db214a177','pool','list',0,'keys.csv:2',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'6aa7880508065883b594379e79adcd5180df9f56a1fff16847f899c589234b9e76a9bc36848179a8ef75450196a636f538a2397afa93d3ebf64fb7d3',X'fce45af86ac6c770c057c9af6d8ab9294415cc2d8bb34d75e7b6c14b7912df3bfa',X'23a6bc2350483c012e7794834a6b5d6b98b21e90a4c62ea2dce3496e57b69d6e1736c4786a4fbcac36620dbe','pool','list',0,'keys.csv:6',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'27f96a8d88a99088edd7daa66f9f717a3edd57abd2975b07a9480b21c33cc19b6eafb6374daf7d88581110bc046b2cb09c6df708a05f48ee7df706a5',X'f87867a2a83312058ea9fafab80efa3d3f607c4cc16cdc910096bd10862c5f80ad',X'02dfcd8c2110c6028c504ea3c0f5f6508de4bc58065ac070eac768466cfc8546834c21e94376737bf4016123','pool','list',0,'keys.csv:4',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'b5984bbeaa337408f70f414bc57a2ab5610538db0ad855c0a3bbecc0eb95b57d0e8fce85d43cef19009072adbb215394f86bbbf400db598e0c0f3226',X'06439afa3c8206cf38d867c089b3d1514eea271e9c938e4f73a830de6c0a3f61e9',X'6c3bb9c573d46237bb478b28a2f02389ac01b222005ce6552f7f6e005b251d667b456c5db89d095ca11aad53','pool','list',0,'keys.csv:7',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'7a022c056fc6ddbc2e7e7f04b59fff8a9ee491403f77ca8c2d13d77ba95cb6552db718a0c1bc3d6672f39a652592ceb669f21dde6b7ce724133088c6',X'cba8b794427b2e830478dc3af27e31609c351bc95c249358ecb228d59bab860e1e',X'62b2e1ea3ea6ed0165273603527d61432a4b30722bc45081dba8643e022f7c9cc083b316cd3778ba55ae0a44','pool','list',0,'keys.csv:9',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'1e17d7ecf34336a2a6faa9d576275e1231bb4137fa66ac8d963338c3217526a6a14c52b49b550c9fa1d3de830dd5f399f7b8e6f871f4eb1e763cb374',X'820bcbef858c73bdcde58cfc95a9517f2406e95f2b07a401521762732e80b9e9ae',X'861e0caa39ba8f74c751f944df9d4831181b452cbdf396c8617ce79662069a3dde9c4dfa7bb62f8f6ae8d8cf','pool','list',0,'keys.csv:3',1795888489,1795888489,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'9378558f808b372dccc3647ef3cd1e3b26b147889b4984c6b341f249e6193cee199bc3f1c0aa1e8ecb3a88dc792f1e4fcb1d240838dc1d112e72a139',X'47f24bc8a135daccc1fd13dd5b4e4b410422d8e4c510c116ce8a641fcc6f65e5b8',X'2830c385466af4efd5eed1b6b90205ee61ca92e822123fdb51d3931ad0e23113fd94214d7205ad34b20ea66b','pool','list',0,'keys.csv:8',1795888489,1795888489,NULL,NULL,'');
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
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,1,0,'000057UP','fleet:2',1795888489,1795888489,1795888489,1,'heard','','','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,1,0,'00023DHP','fleet:4',1795888489,1795888489,1795888489,1,'heard','','','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO machines VALUES('a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,1,0,'0001R1FY','fleet:3',1795888489,1795888489,1795888489,1,'heard','','','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO machines VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,0,0,'','fleet:7',1795888489,1795888489,1795888489,1,'heard','','','','',1,0,0,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
);
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
CREATE TABLE results (
	job TEXT NOT NULL,
	at INTEGER NOT NULL,
	milestone TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	firmware TEXT NOT NULL,
	PRIMARY KEY (job, milestone, at, reason)
) WITHOUT ROWID;
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
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
CREATE TABLE stick_records (
	stick TEXT NOT NULL REFERENCES sticks,
	record INTEGER NOT NULL, -- from 1
	pid TEXT NOT NULL,
	machine TEXT NOT NULL, -- or empty: for any
	PRIMARY KEY (stick, record)
) WITHOUT ROWID;
CREATE TABLE lookups (
	uuid TEXT PRIMARY KEY,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL, -- code
	detail TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX keys_stick ON keys (stick) WHERE stick IS NOT NULL;
CREATE INDEX map_fqdn ON map (fqdn);
CREATE INDEX machines_pid ON machines (pid);
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
PRAGMA user_version = 7;
