/*
 * meshcentral-profile.js FOLDER HOST PORT PASSWORD: changes settings of the
 * machine at HOST:PORT with the AMT stack of MeshCentral from FOLDER, in the
 * way of that program, unprovisions it partially, and prints what it read, a
 * line each.
 */
"use strict";
const crypto = require("crypto");
const path = require("path");

const [folder, host, port, password] = process.argv.slice(2);
const load = (name) => require(path.join(path.resolve(folder), "amt", name));
const comm = load("amt-wsman-comm.js")(host, Number(port), "admin", password, 0);
const amt = load("amt.js")(load("amt-wsman.js")(comm));

setTimeout(() => fail("no end within 30 seconds"), 30000).unref();

function fail(why) {
	console.error(`meshcentral-profile.js: ${why}`);
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
	return body;
}

const get = (name) => ask(name, (done) => amt.Get(name, done, 0, 1));
const list = (name) => ask(name, (done) => amt.Enum(name, done));

async function change(name, to, selectors) {
	const all = await get(name);

	return put(name, all, to, selectors);
}

/* The whole instance as read, with some of it changed. */
async function put(name, all, to, selectors) {
	for (const k of Object.keys(to))
		if (to[k] === undefined)
			delete all[k];
		else
			all[k] = to[k];
	return ask(name, (done) => amt.Put(name, all, done, 0, 1, selectors));
}

const digest = (name, realm, secret) => crypto.createHash("md5")
	.update(`${name}:${realm}:${secret}`).digest("base64");

async function users() {
	const realm = (await get("AMT_GeneralSettings")).DigestRealm;
	const added = await done("add", (done) =>
		amt.AMT_AuthorizationService_AddUserAclEntryEx("desk",
		    digest("desk", realm, "one"), null, 1, [2, 13], done));
	await done("update", (done) =>
		amt.AMT_AuthorizationService_UpdateUserAclEntryEx(added.Handle, "desk",
		    digest("desk", realm, "two"), null, 2, [3], done));
	const all = await done("users", (done) =>
		amt.AMT_AuthorizationService_EnumerateUserAclEntries(1, done));
	for (const handle of all.Handles) {
		const user = await done("user", (done) =>
			amt.AMT_AuthorizationService_GetUserAclEntryEx(handle, done));
		console.log(`user: ${user.DigestUsername} ${user.AccessPermission} ${user.Realms}`);
	}
	await done("disable", (done) =>
		amt.AMT_AuthorizationService_SetAclEnabledState(added.Handle, false, done));
	await done("remove", (done) =>
		amt.AMT_AuthorizationService_RemoveUserAclEntry(added.Handle, done));
}

async function redirection() {
	await done("redirection", (done) =>
		amt.AMT_RedirectionService_RequestStateChange(32769, done));
	const service = await change("AMT_RedirectionService",
	    { EnabledState: 32769, ListenerEnabled: true, AccessLog: undefined });
	console.log(`redirection: ${service.EnabledState} ${service.ListenerEnabled}`);
	await done("kvm", (done) =>
		amt.CIM_KVMRedirectionSAP_RequestStateChange(2, 0, done));
	console.log(`kvm: ${(await get("CIM_KVMRedirectionSAP")).EnabledState}`);
	const screen = await change("IPS_KVMRedirectionSettingData",
	    { RFBPassword: "P@ssw0rd", Is5900PortEnabled: true, OptInPolicy: false });
	console.log(`screen: ${screen.Is5900PortEnabled}`);
	const consent = await change("IPS_OptInService", { OptInRequired: 0 });
	console.log(`consent: ${consent.OptInRequired}`);
	await done("web", (done) =>
		amt.AMT_WebUIService_RequestStateChange(3, null, done));
	console.log(`web: ${(await get("AMT_WebUIService")).EnabledState}`);
}

async function power() {
	const schemes = await list("AMT_SystemPowerScheme");
	const wanted = schemes.find((s) => s.Description === "Desktop: ON in S0");

	await done("power", (done) =>
		amt.AMT_SystemPowerScheme_SetPowerScheme(done, wanted.InstanceID));
	for (const e of await list("CIM_ElementSettingData")) {
		const ref = e.SettingData.ReferenceParameters;
		const keys = ref.SelectorSet.Selector;

		if (e.IsCurrent == 1 && ref.ResourceURI.endsWith("AMT_SystemPowerScheme"))
			console.log(`power: ${schemes.find((s) => s.InstanceID ===
			    keys.find((k) => k["@Name"] === "InstanceID").Value).Description}`);
	}
}

async function network() {
	const wired = (await list("AMT_EthernetPortSettings"))
		.find((p) => p.InstanceID === "Intel(r) AMT Ethernet Port Settings 0");
	const back = await put("AMT_EthernetPortSettings", wired,
	    { DHCPEnabled: true, LinkPolicy: [1, 14, 224], IPAddress: undefined,
		DefaultGateway: undefined, PrimaryDNS: undefined,
		SecondaryDNS: undefined, SubnetMask: undefined },
	    { InstanceID: wired.InstanceID });
	console.log(`port: ${back.LinkPolicy}`);
	const where = await change("AMT_EnvironmentDetectionSettingData",
	    { DetectionStrings: ["lab.example", "office.example"] });
	console.log(`domains: ${where.DetectionStrings}`);
	const kerberos = await change("AMT_KerberosSettingData",
	    { KrbEnabled: true, RealmName: "EXAMPLE.COM", KeyVersion: 1,
		EncryptionAlgorithm: 0, MasterKey: "MDEyMzQ1Njc4OWFiY2RlZg==" });
	console.log(`kerberos: ${kerberos.RealmName} ${kerberos.ConfiguredEncryptionAlgorithms}`);
}

async function audit() {
	await done("policy", (done) =>
		amt.AMT_AuditPolicyRule_SetAuditPolicyBulk([true, true], [22, 23], [1, 2],
		    [0, 1], done));
	await done("log", (done) => amt.AMT_AuditLog_RequestStateChange(2, null, done));
	console.log(`log: ${(await get("AMT_AuditLog")).AuditState}`);
}

async function all() {
	await users();
	await redirection();
	await power();
	await network();
	await audit();
	await done("unprovision", (done) =>
		amt.AMT_SetupAndConfigurationService_PartialUnprovision(null, done));
	process.exit(0);
}

all();
