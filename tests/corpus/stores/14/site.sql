PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- site_key: fingerprint of site.key
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('schema','14');
INSERT INTO meta VALUES('site_key','51e096cadfb282719ee9abd65fcc94ea19a41c58a7a91a4dc68f30b4632dd76b');
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
INSERT INTO keys VALUES('000057UP',X'0ebfff564978e05a44f77184daeaf0c22459848f9bf229985c6b37f9e84e32420686a6f96318e90b1faca5098e1229be7fe86d13a93abc02c4ab203d15742bbe52c1fa0a938e74a5be87864c903eda72','keys','keys.csv',4,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/keys.csv:2',1795989447,1795989447,NULL,'6307863c-81b2-4e38-9673-7a74e5f8908f','');
INSERT INTO keys VALUES('0001R1FY',X'de429671d24e36ed119555cbf48bd8c3da73ef5e78a704f6a1d66700f5bb744910d49572c67dc63c5ab7cfa2401167914412314693908af571da4e589f3ea10dcbce79117f2662e48f90070c676e5ac4','keys','keys.csv',3,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/keys.csv:3',1795989447,1795989447,NULL,NULL,'');
INSERT INTO keys VALUES('00023DHP',X'86f073299a7891dad9587f0604ae89f7aa91be3f3a5422ec07ee65e67deee8194bd3b0fc2810e4ae49379254a5703c500cd2a93c7b8a5cd9cfe7e123babb099cdf321e7ec57ffc1537b6d8eadd5cc269','keys','keys.csv',4,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/keys.csv:4',1795989447,1795989447,NULL,'8556a96d-39e2-49d7-80ee-70a682389045','');
INSERT INTO keys VALUES('0003GPSX',X'98eeff8ed8589dff013fa5b2d683aabbb43c0a243f87d1501ddc38927b22114479973e7e1c9ab9c769c04e6a975601c57435242d03d09fc7cd59cc7cabdd738c493755fb19e6d854e04ddd341316b033','keys','keys.csv',3,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/keys.csv:5',1795989447,1795989447,NULL,NULL,'');
INSERT INTO keys VALUES('000428GD',X'e87de57539c12469815ef1e6bd3ea2d929b7808f3f46b5307e53290c8bc825ba61f6397eddbe908232d9ca7cdca7cb341b63cd09fc103a344e731490cd20b86a78c7947f0f860afcaaae1b210d8082d9','keys','keys.csv',0,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/keys.csv:6',1795989447,1795989447,NULL,NULL,'');
INSERT INTO keys VALUES('0005DHEA',X'9e8426bcf08bb8a90dfa1ab785443127e9df67c002a66e96fad1b3b6cde57f852b99b7ae29c95b3f73c495f2666838861ec86b7a6746e8b545fd8f6b068d2a166c962ae3b1839ae92e127bc2bc6a67b7','keys','keys.csv',0,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/keys.csv:7',1795989447,1795989447,NULL,NULL,'');
INSERT INTO keys VALUES('2W1DLSAA',X'b6325c859099ee16e3e95cb5e2f44495900e5ab3d3af4529ebfd03ccafe6335b0341b9c078bd6ff6cddb8bd3f7cfb8eee860232f213b099d3fa61bb174c89d86e005d317f4ff4fb4d2fd6457145a542c0ba5b72a','pool','pool.csv',1,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:2',1795989447,1795989449,'stick-1',NULL,'');
INSERT INTO keys VALUES('U3JTVOCM',X'218ff80b45001ce8c0e92eb7ea351656402f13c9dedb13bf071b4380b5d683eb37aa6f5e906ff5a875368807a079a418b95c22adce039525a8c70065edd7cfba6a55f10dc1535c1f42193a36b93e7096c528d822','pool','pool.csv',2,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:3',1795989447,1795989450,'POOL-1',NULL,'');
INSERT INTO keys VALUES('I4YYQJ46',X'78bad893e36c1e1591f0a5d83cfb33e81bb20c90e2f8779272ae8fdcb20f41d527b4213ed5cdd7dd1dc74e9bad35a71fdccbf050968962e886bf8e0fe83c5e2c7fecad02941502342db5c97b66010d6d961c0713','pool','pool.csv',1,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:4',1795989447,1795989450,'POOL-1',NULL,'');
INSERT INTO keys VALUES('0XSLI0MP',X'3c05981df85d804bc068498f5bd7f4a5e7056072d9e74b58225791512d651be71473b883265f3677caea4902c652f4bfa136c4f0abe433893b04ca5c058577c535bbac523cbd3ff78d9533d91b0f398fb4264e10','pool','pool.csv',1,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:5',1795989447,1795989450,'POOL-2',NULL,'');
INSERT INTO keys VALUES('F9QQX72E',X'8c3d9b2761c768c76f78abd7e655ae61da9895cb37e7e2d7e909e80212a5b3a0af5483ce22be308052ea7f40cb73484fa2690e9b4e2b4a1118f5f657c988ba92161e7cb968a656744794d02462c9a695c62329dc','pool','pool.csv',0,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:6',1795989447,1795989451,'export 3',NULL,'');
INSERT INTO keys VALUES('KYMFQF8E',X'bcfc47b7b03aeab19c9fbe1a0a0b711fc2bf31f018b9ca4667671b762c0a4382e1a5b4b32e5fcfb0ba5cdef9c919453f95d45962fa10470aa72844b6ae6320d5986c67892f7102dd4dd09dfafe7ff2e82bf3b4f0','pool','pool.csv',0,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:7',1795989447,1795989447,NULL,NULL,'');
INSERT INTO keys VALUES('Z1CCQPWH',X'd0afcacd840f5e61c267ecfd3a9fefec7e9dbf663647eee70365b749e7c13c4fdc3eded9049b8c512e0f8cf4d26b84aded4a4e0e3086141da992be3cc3c8f47c5e8967da683920a36f1607588c2a80fc94050f24','pool','pool.csv',0,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:8',1795989447,1795989447,NULL,NULL,'');
INSERT INTO keys VALUES('Q92ZHM7E',X'10cb403c65468800377a37da69f7c5d1f1907b79fac2a6cf9fdce87c8ddf7a7b9fd76da12381f7bc9d4cdb98b477a544d093a049c8b27fce3a30d88690579c4875f0b7d5c65acc80c7a7daaa876246421eddc4f3','pool','pool.csv',0,'/tmp/wk/twelve/main/tests/corpus/stores/fleet/pool.csv:9',1795989447,1795989447,NULL,NULL,'');
CREATE TABLE key_history (
	id INTEGER PRIMARY KEY,
	pid TEXT NOT NULL,
	state INTEGER NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL
);
INSERT INTO key_history VALUES(1,'000057UP',3,1795989447,'hello of 6307863c-81b2-4e38-9673-7a74e5f8908f from 127.1.0.1');
INSERT INTO key_history VALUES(2,'0001R1FY',3,1795989447,'hello of a25e265a-1217-442f-82bb-22de9f7070d3 from 127.1.0.2');
INSERT INTO key_history VALUES(3,'00023DHP',3,1795989447,'hello of 8556a96d-39e2-49d7-80ee-70a682389045 from 127.1.0.3');
INSERT INTO key_history VALUES(4,'000057UP',4,1795989447,'set up 6307863c-81b2-4e38-9673-7a74e5f8908f');
INSERT INTO key_history VALUES(5,'00023DHP',4,1795989447,'set up 8556a96d-39e2-49d7-80ee-70a682389045');
INSERT INTO key_history VALUES(6,'0003GPSX',3,1795989447,'hello of 2af6c577-f953-4073-9e08-080967baf52a from 127.1.0.4');
INSERT INTO key_history VALUES(7,'2W1DLSAA',1,1795989449,'stick stick-1');
INSERT INTO key_history VALUES(8,'I4YYQJ46',1,1795989450,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(9,'U3JTVOCM',1,1795989450,'stick POOL-1, pool-1.img');
INSERT INTO key_history VALUES(10,'0XSLI0MP',1,1795989450,'stick POOL-2, pool-2.img');
INSERT INTO key_history VALUES(11,'U3JTVOCM',2,1795989450,'stick POOL-1, record 1, read back');
CREATE TABLE map (
	uuid TEXT NOT NULL,
	fqdn TEXT NOT NULL, -- lower case
	source TEXT NOT NULL,
	seen TEXT NOT NULL, -- as the source had it
	trust INTEGER NOT NULL,
	place TEXT NOT NULL, model TEXT NOT NULL DEFAULT '', serial TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (uuid, fqdn, source)
) WITHOUT ROWID;
INSERT INTO map VALUES('22d6141d-eeea-4e40-adea-898631121904','pc-5.lab.example.com','list.csv','2026-11-20',50,'list.csv:6','','');
INSERT INTO map VALUES('2af6c577-f953-4073-9e08-080967baf52a','pc-4.lab.example.com','list.csv','2026-11-20',50,'list.csv:5','','');
INSERT INTO map VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','pc-1.lab.example.com','list.csv','2026-11-20',50,'list.csv:2','','');
INSERT INTO map VALUES('8556a96d-39e2-49d7-80ee-70a682389045','pc-3.lab.example.com','list.csv','2026-11-20',50,'list.csv:4','','');
INSERT INTO map VALUES('a25e265a-1217-442f-82bb-22de9f7070d3','pc-2.lab.example.com','list.csv','2026-11-20',50,'list.csv:3','','');
INSERT INTO map VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com','list.csv','2026-11-20',50,'list.csv:7','','');
INSERT INTO map VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-66.lab.example.com','old.csv','2025-11-20',40,'old.csv:7','','');
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
INSERT INTO hellos VALUES('2af6c577-f953-4073-9e08-080967baf52a',1795989447,'127.1.0.4',2,1,0,'0003GPSX',NULL,'fleet:5');
INSERT INTO hellos VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1795989447,'127.1.0.1',2,1,0,'000057UP',NULL,'fleet:2');
INSERT INTO hellos VALUES('8556a96d-39e2-49d7-80ee-70a682389045',1795989447,'127.1.0.3',2,1,0,'00023DHP',NULL,'fleet:4');
INSERT INTO hellos VALUES('a25e265a-1217-442f-82bb-22de9f7070d3',1795989447,'127.1.0.2',2,1,0,'0001R1FY',NULL,'fleet:3');
INSERT INTO hellos VALUES('dc2381d6-c739-4bfa-ac0c-381d5c98b621',1795989447,'127.1.0.6',3,0,0,'',1,'fleet:7');
CREATE TABLE secrets (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL,
	kind TEXT NOT NULL, -- admin or mebx
	life INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	planned_at INTEGER NOT NULL,
	set_at INTEGER -- the machine was seen to take it
, seen INTEGER NOT NULL DEFAULT 0, origin TEXT NOT NULL DEFAULT '');
INSERT INTO secrets VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','admin',1,X'bf19fc80ddf8549aefff6200e535be846eb43a7090097998f7e43e27e4224d736c42b746702f9fab44d41d38',1795989448,1795989447,1,'random');
INSERT INTO secrets VALUES(2,'8556a96d-39e2-49d7-80ee-70a682389045','admin',1,X'dc7de370dfef9b3f370c636626f92716fedbbc4d589b6720709ba5c4d0248bf27ed850f1fa23b6f32fcb028b',1795989448,1795989447,0,'random');
INSERT INTO secrets VALUES(3,'a25e265a-1217-442f-82bb-22de9f7070d3','admin',1,X'523f1fcec66ddde51ee89bb50b21397e8b10c8071841dad8cf4cb9b3c47c1d4d3b3d4287024aa695b96ce03e',1795989448,NULL,0,'random');
INSERT INTO secrets VALUES(4,'2af6c577-f953-4073-9e08-080967baf52a','admin',1,X'fc8a9b7ee84b0493ec55c8e40f52fe2dba13ef5a038e06ef9e37dbc32170babf4f04553f9f43790bf52374c0',1795989448,NULL,0,'random');
CREATE TABLE exports (
	id INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	path TEXT NOT NULL, -- absolute
	begun INTEGER NOT NULL,
	ended INTEGER, -- NULL: pending
	nkeys INTEGER -- how many were issued; 0: there is no such file
, stick TEXT);
INSERT INTO exports VALUES(1,'pool','/var/lib/amtbatch/sticks/pool-1.img',1795989450,1795989450,2,'POOL-1');
INSERT INTO exports VALUES(2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1795989450,1795989450,1,'POOL-2');
INSERT INTO exports VALUES(3,'pool','/var/lib/amtbatch/sticks/partner.zip',1795989451,NULL,NULL,NULL);
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
INSERT INTO settlements VALUES(1,1795989451,'admin','','dc2381d6-c739-4bfa-ac0c-381d5c98b621','pc-6.lab.example.com',NULL,NULL,NULL);
INSERT INTO settlements VALUES(2,1795989451,'admin','',NULL,NULL,'list.csv',1795989451,'admin');
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
INSERT INTO sticks VALUES('POOL-1','POOL',1,'pool','/var/lib/amtbatch/sticks/pool-1.img',2,1795989450,1795989450);
INSERT INTO sticks VALUES('POOL-2','POOL',2,'pool','/var/lib/amtbatch/sticks/pool-2.img',1,1795989450,NULL);
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
INSERT INTO callers VALUES(1,'6307863c-81b2-4e38-9673-7a74e5f8908f','127.1.0.1',2,'000057UP',1,0,NULL,'fleet:2',1795989447,1795989447,1795989447,1,0,1,1,1,1,1,0,0,NULL,NULL,'','',1,5,1795989447,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(2,'a25e265a-1217-442f-82bb-22de9f7070d3','127.1.0.2',2,'0001R1FY',1,0,NULL,'fleet:3',1795989447,1795989447,1795989447,1,0,2,2,2,1,1,1,5,1795989447,1795989507,'CONNECT-TIMEOUT','',0,0,NULL,'','','','','aa','self-signed','');
INSERT INTO callers VALUES(3,'8556a96d-39e2-49d7-80ee-70a682389045','127.1.0.3',2,'00023DHP',1,0,NULL,'fleet:4',1795989447,1795989447,1795989447,1,0,3,3,3,1,1,1,5,1795989447,1795989507,'VERIFY-UNREACHED','',1,5,1795989447,'','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb');
INSERT INTO callers VALUES(4,'dc2381d6-c739-4bfa-ac0c-381d5c98b621','127.1.0.6',3,'',0,0,1,'fleet:7',1795989447,1795989447,1795989447,1,0,4,4,4,0,0,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
INSERT INTO callers VALUES(5,'2af6c577-f953-4073-9e08-080967baf52a','127.1.0.4',2,'0003GPSX',1,0,NULL,'fleet:5',1795989447,1795989447,1795989447,1,0,6,6,6,1,1,0,0,NULL,NULL,'','',0,0,NULL,'','','','','','','');
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
INSERT INTO machines VALUES('2af6c577-f953-4073-9e08-080967baf52a',5,'planned','','','pc-4.lab.example.com','',1,1,1,1,1795989748,NULL,NULL,NULL,0,'');
INSERT INTO machines VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f',1,'verified','','','pc-1.lab.example.com','5.2.1',1,1,1,1,NULL,1795989447,1795989447,1,5,'bb');
INSERT INTO machines VALUES('8556a96d-39e2-49d7-80ee-70a682389045',3,'delayed','VERIFY-UNREACHED','','pc-3.lab.example.com','5.2.1',1,1,1,1,NULL,1795989447,NULL,3,5,'bb');
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
INSERT INTO jobs VALUES('2af6c577-f953-4073-9e08-080967baf52a.1','2af6c577-f953-4073-9e08-080967baf52a',1,'set-up',1,'pc-4.lab.example.com','127.1.0.4','0003GPSX','standard',4,NULL,7,1795989448,1795989748,NULL,NULL,0,'abd803108ffedaf2468d9e5fbae7674f8ae410d7778094e7dd6b3539be4cfed3');
INSERT INTO jobs VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1','6307863c-81b2-4e38-9673-7a74e5f8908f',1,'set-up',1,'pc-1.lab.example.com','127.1.0.1','000057UP','standard',1,NULL,5,1795989448,1795989748,1795989447,'',0,'abd803108ffedaf2468d9e5fbae7674f8ae410d7778094e7dd6b3539be4cfed3');
INSERT INTO jobs VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1','8556a96d-39e2-49d7-80ee-70a682389045',1,'set-up',1,'pc-3.lab.example.com','127.1.0.3','00023DHP','standard',2,NULL,5,1795989448,1795989748,1795989447,'VERIFY-UNREACHED',0,'abd803108ffedaf2468d9e5fbae7674f8ae410d7778094e7dd6b3539be4cfed3');
INSERT INTO jobs VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1','a25e265a-1217-442f-82bb-22de9f7070d3',1,'set-up',1,'pc-2.lab.example.com','127.1.0.2','0001R1FY','standard',3,NULL,5,1795989448,1795989748,1795989447,'CONNECT-TIMEOUT',0,'abd803108ffedaf2468d9e5fbae7674f8ae410d7778094e7dd6b3539be4cfed3');
CREATE TABLE server_keys (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	asked_name TEXT NOT NULL,
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO server_keys VALUES('e34214601d79eb808aabe5eccbc34e754f777d90ec33eb770fffec62420ea4a1',X'09a78f848a3cf0e91018b6b60c08b2dea4879b8ce115c363753b4008ccbb00616a876711c068438e5a63a115c5d9f30348d57af122b7cfb74ee967424f3a16c299fe5add4db2ec986067d8415fea29ac3ca8025db55deea546cf670ade0c7baa8c5952d30bd724bc45df6329b4a1fd4de03faef64e93c2747d22c9e78afa4c2035125b2fec7dc80fbec1015dad0733914a5c5c8bdfb28b9d7a9f5ee9b5172f8586a8fa56a5cf2e715c5a67cd96410a25a039927a84a2662c7590e488f4c4e258484941662787fbdc874c1f329d49871e768084470c69eb2a65d0de8dfa26701f3292f4aeb50cccbace737213f800d650f7a17ba4c7b3d67166b75be03e8bb3d5d29e3bfe1e07214cc9d7f6f52192bba823dcec9dc98a434ce2bc27a1539d7e7d59ae581de843e9a68d62c6c3794d8132fcff0a91c09f86322462640d6d5e96b044b8f4211546657eb4b644c960a8a865dd0e2be9f785300f3821e82b53ca442a3eb590290c28c002334055029a4e0f1adfc89a5fbb817072f354d452b69b562635495639a0f1bb321c402ce408c7db6d0c3356afc226740397127689cf9dd3e41f4168dc6cf5362885d4dea329a453d01082a6a658c381c655d7fdd7ebe2c2f4324c5d54daf2020c5d6bca825f652a0d491f6fbeb1a931001af30c312816d22c9f4176c5b784bfeffe6b1b40a2d15af3df439e2ea45531a086c8210c6dfba262af5e23934ed5ab8662b4f3628871e87878697ee25a367f857fba177c8408f12e6a11f57a335b0124005b026a63c22fcd1fad7376834950880a54b6c0f3e1518dd616da1dd3df57632ee5393790cfed4b66a54beb3467ab42dda834d38cd91b8ddfadb47009a3fe272046f09e115e4aa60ad41c7cd471d6c4473f2b9dd00275718aaac8e8ab381454b1954d50141dec4ceb916ca503422d2ff0a9a03520cf0dfdde9681437342a1af74f6339a45368dce9d362f429d99613d7163668506ed72365e42e89ac74546c6a7ff07035b8e1017c9c0fa09f89c152fee25701cd0fdc883c767b43a0ef6c00590bc373eb76590fe5ddabc342c4eb57eb61814aa3f5f529fe0dc94f986d632f64dadd947d0d1e78583a31f4d5c68b1f381526eb6002fc967e9b5bd50ff2736daeeed598d1e239af63a8a82ee7e5d4d2d44e86b988d021c4dea3d42d9ec006a397e9058d24c8408344df3198ad04d2109a8fe03820bd807df834b1d7145292fbc73db8d31cee740f1728cf8918a158c7effbe5034425f2de785c85d2a01d237e09fe676043829aa393295dace3f12ade3216b8701920c26fb0cba99b44784d2f319007af8f0a128b8371e40b29565eab236891e8f8129fb7e7aab84e99229b2aee52df925ae1ecd842b2dd94611477273e337b431240f193fd1ea9c1cd70ae6295c87ac8723006acae4d6cb7ac58b6b5d50f79a78b9a718ee13940dc5ee9c99a8b6637232f6bb7283268b34b9ef41c2a0077802f4f05ca4e40dbddfdb22b20987243c94c94cf5408cf62fe0f885099b2de4b23ed871e9adb586c522a97cc3fd5d7d5f0630312217ca2ac27e860c8184c07717f1c42cf44321be2319b92d7ec36637fd6cea3e286d65a930f82b7c0c0697deb5833b5c298779edaa000a748305bc4ca72a982809b7c09c89eae327906d17fd54e6914c1b507587082723dfe9c6b809ab6e45f926aba45aeff350c944f5f987e2384009c7f9772436','',1795989452);
CREATE TABLE certificates (
	print TEXT PRIMARY KEY,
	sealed BLOB NOT NULL,
	server_key TEXT REFERENCES server_keys, -- whose certificate it is
	added_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO certificates VALUES('36f1849425904805be1f324ab7debd1a357e2fbb0e37b71203470337d0628707',X'34f489f6de0da5a3983fce532c159e3e52336ea6e21f6b89c40b6ba384fa7cdf5297bf183ebfe1b84fae4ef2a61788ee156f7bc0b1d6f164444e31c3cc5336ba607677ba5605feefeab36d50aeef84a7dc06eac105f05c4904bd39da9079e21759be3868eef01be4465402cb9c41c4143e2516fcf420bcb50c7770db47f83381c44e2f9a54ac71fbd1dadc47a52d34704737eff0b2f5f790e01d5ab8995b5cf2a1077bc32c77ee122f92ea9fb57d0e8c948d01e5a5016bd5f8f9e8281aff1630bce28f0adb837ff2b5bd24240d7a965177df1fe52dce3f034481ba4fff4ef370e81eb82a464adcb1d90b8137b9a1dcf86af4a6e878e48f7f1fb1c5bc38a933f7c6fe59b5c920391752c56ee676a99d84d53693e076a179b94fdd3e86f4aca7d47d8293aa11039fb28709cef3d9937a4d36023ec8671591363209698af7028ea2add9b11636f523911966ac0c021de84c1fe2eaa92fd9ccd77a974dc528b203735561137248e6cf8655a253e89be55cc26f112b4f865d96d50d53ea59b50c88d7ef849129e37e67b083761732b0aabf4518e695f284c6bc618a3f3398f8f48edd67d7d32f8b87f27f949d0d900dad5ab00e1775a287b12fb97e6b2599d4b8faa03b2819f60dcd2ec1a5fef8c679b2c13d69f2ec3551f8caeaec0bcbe62da67926f9804df5f0c2f24f170e8e0904c5a688b6cc9ac20c01bac1d2cf201c915a0b662ee5e2dea0d573e16cb0a21235d8e7871cdbad75ca4a54957350934a20a64bb7c646312e46da65eb3eccee8b820c7c4577deb2fbd73e6028b54527702dae51fc28cd9faf8e790336b79c77a522238fc24a2ff124cc40c5c77b70b337f24a7d4a00b2ca4c29bc4032a952c0bcd077d2b6600c3a46820e3e32988a03e0150802f9264a3af857ae2ed0d41fc4747564dd779c5b2333037d57a83b52dcc5598f8aa9a86e0f682e19ce9221178a50b0e53efe8d6f0cda4e1fc97402bae94c73c17f07d20065539c04d47becae8399477395eec8eae10108c008726fbcab4c189ab8e4c5733b6ceee65ef66c1c0893827b69ee3b58e19d7ee10830ecdc9ab6bdbeb4ba99659b6a8110ab28adeb440a7ddc53a29e1f48dfa358969887a46c40ec85257322e151c15bb76410b0ff518476daade30b482f','e34214601d79eb808aabe5eccbc34e754f777d90ec33eb770fffec62420ea4a1',1795989452);
INSERT INTO certificates VALUES('855502a4139646354c2ac9e1eaba2b9a183bd2ecec556c004c1888b7f60d9c1c',X'16a9970910d2372ab6b3afcf4e29a01bd70aa7362db74cff49c4fab8e5c0f3f6de9892233b077df7d70aede4b5c16f83acdedfc516099730e12637c83e48ecb30a503165dee8f5d02e13014d70a24381c2db395f23b1f96c90ecb723a9627ca596647b82daaf50464ee09a452a3be46d23e9ce71c4adee7d6f554b215177b54e614ffaf127a3cb856fa2f8a6903274b435480cf7607de76b832960faa4b2bf4e824e77a02fc729de17345d8b045777661e3e4bcb4ee40151ffe5d389eae6254ccfb5c61025b9afb87a878c42173adbc22130ae585fba159a3caf8fecb1a7a8b618824e672ac8cbcc4d7b9c9a10a5d5600934680bc491836122ba6c17deb33f1eae054fb085b66a5909d4abd8ddfd4e6fed78510754f908c9c0fe297306a31458af169c4c31f7b6eca78dcc6c14f14136878105ea6d5d8d96c5a603e56670c23476462c502968414600002b64b13fa96266dc9b339e6f687839f9d34f35e6988c96ef3cd8a88558241f20b7dfaac4016ccfd727ec27a88327d9226a6bebdbdced73bbab3434ce60d5516487d94b83867f3b3b092643ad296a6d4026c6edd7beb92a5f14e2cb84ee02e0b09d7f86737e2b10cf77ba369f23f52495e14402a9b86bd06885e1074db827f5c4bd49cd343acee4e8c45851514ad3a56c245c273d3445ce7bd8c878a2ce39206a7a2867e9f3fc81d50459e215cf5e4b7d1b4792b0b97bae7817fe4fba536d6bf3e8c2c065f6ef3eb9ce55c930dd6d0e8a29ccf1bd0d0c6ae0ba8cd1a641d7c01724c70b67900ca4576d255dcf9a1c7dc9342ba43d1dc5f2876415ded812b9a2b5adb058b16537d674ec7a6db3ff72d35030baf90fd49d14f62443087bfc84a903ce72db53160cf28ef00765fdb0c0fbda6cf91b322d333a93a0eb7fd8021029d5faaecd16e2e0edaaf24c3b422a85e794b97a7ad76e5932d75b55f3f9969b968d326afb634b0b55b8a5b703c631eea7488d6a902576a3c09974f76c95b98551eb805bb63d0ef9556fb051d27da0582ff7b951074291ec71af55a17db17e3ba719b6321a8a5d54cde3e632c28d4475eb130b5572304615e2557524a747fed6f62cb8f5de03d59719cefa99155966362318f75c02e39f53f7db8128bbc98d8b2dd5a19ae2',NULL,1795989452);
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
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795989447,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795989447,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795989447,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f.1',1795989447,'verified','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795989447,'admin-set','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795989447,'committed','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795989447,'failed','VERIFY-UNREACHED','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('8556a96d-39e2-49d7-80ee-70a682389045.1',1795989447,'reached','','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
INSERT INTO results VALUES('a25e265a-1217-442f-82bb-22de9f7070d3.1',1795989447,'failed','CONNECT-TIMEOUT','','5.2.1','','1.2','0123456789abcdef-fedcba9876543210','aa','self-signed','bb','','','','');
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
INSERT INTO kept VALUES('6307863c-81b2-4e38-9673-7a74e5f8908f','standard','abd803108ffedaf2468d9e5fbae7674f8ae410d7778094e7dd6b3539be4cfed3',1795989447,1795989447,1795989447,NULL,'','',0,NULL,NULL,'REALM-UNKNOWN','',NULL);
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
INSERT INTO runs VALUES(1,1795989448,4,1795989449,3,1,2,0,0,0,0,'');
CREATE INDEX keys_stick ON keys (stick) WHERE stick IS NOT NULL;
CREATE INDEX map_fqdn ON map (fqdn);
CREATE INDEX secrets_uuid ON secrets (uuid);
CREATE INDEX keys_batch ON keys (batch, state);
CREATE INDEX key_history_pid ON key_history (pid);
CREATE INDEX settlements_uuid ON settlements (uuid) WHERE undone_at IS NULL;
CREATE INDEX settlements_fqdn ON settlements (fqdn) WHERE undone_at IS NULL;
CREATE INDEX settlements_source ON settlements (source)
	WHERE undone_at IS NULL;
CREATE INDEX stick_records_pid ON stick_records (pid);
CREATE UNIQUE INDEX callers_claim ON callers (uuid, address, version, pid);
CREATE INDEX callers_pid ON callers (pid, proved_life);
CREATE INDEX callers_address ON callers (address, uuid);
CREATE INDEX jobs_uuid ON jobs (uuid, life);
CREATE INDEX jobs_open ON jobs (uuid) WHERE ended_at IS NULL;
CREATE INDEX issued_uuid ON issued (uuid);
CREATE INDEX jobs_planned ON jobs (planned);
CREATE VIEW claims (uuid, fqdn, source, seen, trust, rank, place, model, serial) AS
SELECT m.uuid, m.fqdn, m.source, m.seen, m.trust, 1 + m.trust + 1000 * ifnull(
		(SELECT max(s.id) FROM settlements s
		WHERE s.source = m.source AND s.undone_at IS NULL), 0),
	m.place, m.model, m.serial
FROM map m
UNION ALL
SELECT h.uuid, h.fqdn, 'hand', '', 100, 1 << 60, 'set by ' || h.who, '', ''
FROM settlements h
WHERE h.undone_at IS NULL AND h.uuid IS NOT NULL;
COMMIT;
PRAGMA user_version = 14;
