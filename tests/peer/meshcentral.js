/*
 * meshcentral.js FOLDER HOST PORT PASSWORD NEW-PASSWORD: sets up the machine at
 * HOST:PORT with the AMT stack of MeshCentral from FOLDER, and prints what it
 * was told, a line each.  The machine's HostName and DomainName become pc-1 and
 * lab.example.com.
 */
"use strict";
const crypto = require("crypto");
const path = require("path");

const [folder, host, port, password, next] = process.argv.slice(2);
const load = (name) => require(path.join(path.resolve(folder), "amt", name));
const comm = load("amt-wsman-comm.js")(host, Number(port), "admin", password, 0);
const amt = load("amt.js")(load("amt-wsman.js")(comm));

setTimeout(() => fail("no end within 30 seconds"), 30000).unref();

function fail(why) {
	console.error(`meshcentral.js: ${why}`);
	process.exit(1);
}

/* A call of the stack as a promise of its reply's Body. */
function ask(name, call) {
	return new Promise((resolve) => call((stack, what, reply, status) => {
		if (status !== 200)
			fail(`${name}: status ${status}: ${JSON.stringify(reply)}`);
		resolve(reply && reply.Body ? reply.Body : reply);
	}));
}

async function done(name, call) {
	const body = await ask(name, call);
	if (Number(body.ReturnValue) !== 0)
		fail(`${name} returned ${body.ReturnValue}`);
	console.log(`${name}: 0`);
	return body;
}

async function set_names() {
	const general = await ask("general",
	    (done) => amt.Get("AMT_GeneralSettings", done, 0, 1));
	const sent = Object.keys(general).filter((k) => general[k] != null);

	console.log(`realm: ${general.DigestRealm}`);
	general.HostName = "pc-1";
	general.DomainName = "lab.example.com";
	/* MeshCentral deletes what it finds empty. */
	for (const k of sent)
		if (general[k] === "")
			delete general[k];
	const back = await ask("put", (done) =>
		amt.Put("AMT_GeneralSettings", general, done, 0, 1));
	console.log(`names: ${back.HostName} ${back.DomainName}`);
	return general.DigestRealm;
}

async function set_clock() {
	const low = await done("clock-read", (done) =>
		amt.AMT_TimeSynchronizationService_GetLowAccuracyTimeSynch(done));
	const now = Math.floor(Date.now() / 1000);

	await done("clock-set", (done) =>
		amt.AMT_TimeSynchronizationService_SetHighAccuracyTimeSynch(low.Ta0,
		    now, now, done));
}

async function set_up() {
	const realm = await set_names();
	const uuid = await done("uuid", (done) =>
		amt.AMT_SetupAndConfigurationService_GetUuid(done));
	console.log(`uuid: ${Buffer.from(uuid.UUID, "base64").toString("hex")}`);
	const all = await new Promise((resolve) => amt.Enum("CIM_SoftwareIdentity",
	    (stack, name, list, status) => status === 200 ? resolve(list)
		: fail(`enumerate: status ${status}`)));
	console.log(`firmware: ${all.find((x) => x.InstanceID === "AMT").VersionString}`);
	await set_clock();
	const ha1 = crypto.createHash("md5").update(`admin:${realm}:${next}`).digest();
	await done("admin", (done) =>
		amt.AMT_AuthorizationService_SetAdminAclEntryEx("admin",
		    ha1.toString("base64"), done));
	comm.pass = next;
	await done("commit", (done) =>
		amt.AMT_SetupAndConfigurationService_CommitChanges(null, done));
	process.exit(0);
}

set_up();
